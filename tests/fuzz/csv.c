/* SPDX-License-Identifier: MIT */
/* A CSV upload: fields are UTF-8, lines only grow, and the end comes. */
#include "fuzz.h"

#include "base/csv.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	void *context = memory_context(NULL);
	FILE *file = fmemopen(memory_copy_bytes(context, data, size), size, "r");
	struct csv *csv = csv_new(context, file);
	struct csv_record record;
	const char *fault = NULL;
	uint64_t line = 0;
	enum csv_answer answer;
	while ((answer = csv_next(csv, &record, &fault)) == CSV_RECORD) {
		FUZZ_HOLDS(record.count > 0 && record.count <= CSV_FIELDS_MAXIMUM
			&& record.line > line);
		for (size_t i = 0; i < record.count; i++)
			FUZZ_HOLDS(text_is_utf8(record.fields[i], strlen(record.fields[i])));
		line = record.line;
	}
	FUZZ_HOLDS((answer == CSV_FAULT) == (fault != NULL));
	fclose(file);
	memory_free(context);
	return 0;
}
