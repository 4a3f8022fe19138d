/* SPDX-License-Identifier: MIT */
/* Reads CSV strictly: malformed input is an error and is never guessed at. */
#include "base/csv.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

struct csv {
	FILE *file;
	uint64_t line;
	size_t length; /* in bytes, including the NULs between the fields */
	char bytes[CSV_RECORD_MAXIMUM];
};

struct csv *csv_new(const void *context, FILE *file)
{
	struct csv *csv = memory_new(context, struct csv);
	csv->file = file;
	return csv;
}

/* The next byte; CRLF is read as one line feed. */
static int next_byte(struct csv *csv)
{
	int byte = getc_unlocked(csv->file);
	if (byte != '\r')
		return byte;
	int following = getc_unlocked(csv->file);
	if (following == '\n')
		return '\n';
	ungetc(following, csv->file);
	return '\r';
}

static const char *keep(struct csv *csv, int byte)
{
	if (byte == 0)
		return "there is a NUL byte";
	if (csv->length >= CSV_RECORD_MAXIMUM - 1)
		return "the record is too long";
	csv->bytes[csv->length++] = (char)byte;
	return NULL;
}

/* Reads from the opening quote to the byte after the closing one. */
static const char *read_quoted(struct csv *csv, int *end)
{
	for (;;) {
		int byte = next_byte(csv);
		if (byte == EOF)
			return "a quoted field does not end";
		if (byte == '"' && (byte = next_byte(csv)) != '"') {
			*end = byte;
			return byte == ',' || byte == '\n' || byte == EOF
				? NULL
				: "there is text after a quoted field";
		}
		csv->line += byte == '\n';
		const char *fault = keep(csv, byte);
		if (fault)
			return fault;
	}
}

static const char *read_plain(struct csv *csv, int byte, int *end)
{
	for (; byte != ',' && byte != '\n' && byte != EOF; byte = next_byte(csv)) {
		const char *fault = byte == '"' ? "there is a quote inside a field without quotes"
						: keep(csv, byte);
		if (fault)
			return fault;
	}
	*end = byte;
	return NULL;
}

static const char *read_field(struct csv *csv, struct csv_record *record, int byte, int *end)
{
	size_t start = csv->length;
	if (record->count == CSV_FIELDS_MAXIMUM)
		return "there are too many fields";
	const char *fault = byte == '"' ? read_quoted(csv, end) : read_plain(csv, byte, end);
	if (fault)
		return fault;
	record->fields[record->count++] = csv->bytes + start;
	if (!text_is_utf8(csv->bytes + start, csv->length - start))
		return "the text is not UTF-8";
	csv->bytes[csv->length++] = 0; /* keep reserved space for it */
	return csv->length < CSV_RECORD_MAXIMUM - 1 ? NULL : "the record is too long";
}

static void skip_byte_order_mark(struct csv *csv)
{
	static const int MARK[] = { 0xef, 0xbb, 0xbf };
	int byte = getc_unlocked(csv->file);
	if (byte != MARK[0])
		ungetc(byte, csv->file);
	else if (getc_unlocked(csv->file) != MARK[1] || getc_unlocked(csv->file) != MARK[2])
		/* neither a byte order mark nor UTF-8: an error in the first field */
		ungetc(0xff, csv->file);
}

/* The first byte of the next record that is not an empty line. */
static int first_byte(struct csv *csv)
{
	if (csv->line == 0)
		skip_byte_order_mark(csv);
	int byte;
	do {
		csv->line++;
		byte = next_byte(csv);
	} while (byte == '\n');
	return byte;
}

enum csv_answer csv_next(struct csv *csv, struct csv_record *record, const char **fault)
{
	int end = 0, byte = first_byte(csv);
	csv->length = 0;
	record->count = 0;
	record->line = csv->line;
	*fault = NULL;
	if (byte == EOF && !ferror(csv->file))
		return CSV_END;
	while (!*fault) {
		*fault = read_field(csv, record, byte, &end);
		if (!*fault && end != ',')
			break;
		byte = next_byte(csv);
	}
	if (ferror(csv->file))
		*fault = "the file cannot be read";
	return *fault ? CSV_FAULT : CSV_RECORD;
}
