/* SPDX-License-Identifier: MIT */
/* An uploaded text in any encoding: fields are UTF-8, lines only grow, and the end comes. */
#include "fuzz.h"

#include "base/csv.h"
#include "base/text.h"

static void read_with(struct csv *csv, char separator)
{
	struct csv_record record;
	const char *fault = NULL;
	uint64_t line = 0;
	enum csv_answer answer;
	csv_start(csv, separator);
	while ((answer = csv_next(csv, &record, &fault)) == CSV_RECORD) {
		FUZZ_HOLDS(record.count > 0 && record.count <= CSV_FIELDS_MAXIMUM
			&& record.line > line);
		for (size_t i = 0; i < record.count; i++)
			FUZZ_HOLDS(text_is_utf8(record.fields[i], strlen(record.fields[i])));
		line = record.line;
	}
	FUZZ_HOLDS((answer == CSV_FAULT) == (fault != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	void *context = memory_context(NULL);
	FILE *file = fmemopen(memory_copy_bytes(context, data, size), size, "r");
	struct csv *csv = csv_new(context, file);
	read_with(csv, ',');
	read_with(csv, ';');
	read_with(csv, '\t');
	fclose(file);
	memory_free(context);
	return 0;
}
