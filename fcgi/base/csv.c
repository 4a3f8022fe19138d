/* SPDX-License-Identifier: MIT */
/* Recognises the encoding of a delimited text file, decodes it, and splits it into records. */
#include "base/csv.h"

#include "base/memory.h"
#include "base/text.h"

#include <iconv.h>
#include <string.h>

const char *const CSV_ENCODINGS[] = {
	[CSV_UTF8] = "UTF-8",
	[CSV_UTF16LE] = "UTF-16LE",
	[CSV_UTF16BE] = "UTF-16BE",
	[CSV_CP949] = "CP949",
};

enum { UTF8_MAXIMUM = 4 }; /* bytes of one character */

struct csv {
	FILE *file;
	enum csv_encoding encoding;
	long start;        /* of the text, behind a byte order mark */
	iconv_t korean;    /* of CSV_CP949 */
	const char *fault; /* of the file as a whole */
	bool is_broken;    /* a character could not be decoded */
	char separator;
	uint64_t line;
	char pending[UTF8_MAXIMUM]; /* of a character that was converted */
	size_t pending_at, pending_count;
	int ahead; /* what follows a carriage return */
	bool has_ahead;
	size_t length; /* of bytes, with the NUL after each field */
	char bytes[CSV_RECORD_MAXIMUM];
};

/* --- recognising the encoding --- */

struct survey {
	size_t wide;   /* characters of three or four bytes */
	size_t broken; /* bytes that are not part of a character */
};

/* Counts the characters in bytes. Returns the number of bytes it examined. */
static size_t survey_bytes(
	struct survey *survey, const unsigned char *bytes, size_t length, bool has_more)
{
	size_t at = 0;
	while (at < length && !(has_more && length - at < UTF8_MAXIMUM)) {
		size_t size = bytes[at] < 0x80 ? 1 : text_utf8_character(bytes + at, length - at);
		survey->wide += size > 2;
		survey->broken += size == 0;
		at += size ? size : 1;
	}
	return at;
}

static struct survey survey_file(FILE *file)
{
	struct survey survey = { 0 };
	unsigned char bytes[8192];
	size_t kept = 0, count;
	while ((count = fread(bytes + kept, 1, sizeof bytes - kept, file)) > 0) {
		size_t done = survey_bytes(&survey, bytes, kept + count, true);
		kept += count - done;
		memmove(bytes, bytes + done, kept);
	}
	survey_bytes(&survey, bytes, kept, false);
	return survey;
}

static int close_korean(void *object)
{
	const struct csv *csv = object;
	iconv_close(csv->korean);
	return 0;
}

static void use_korean(struct csv *csv)
{
	csv->encoding = CSV_CP949;
	csv->korean = iconv_open("UTF-8", "CP949");
	if (csv->korean == (iconv_t)-1)
		csv->fault = CSV_FAULT_CONVERSION;
	else
		memory_at_end(csv, close_korean);
}

static const struct {
	const char *mark;
	size_t length;
	enum csv_encoding encoding;
} MARKS[] = {
	{ "\xef\xbb\xbf", 3, CSV_UTF8 },
	{ "\xff\xfe", 2, CSV_UTF16LE },
	{ "\xfe\xff", 2, CSV_UTF16BE },
};

/* False: the file has no byte order mark. */
static bool read_mark(struct csv *csv)
{
	char bytes[3] = { 0 };
	size_t count = fread(bytes, 1, sizeof bytes, csv->file);
	for (size_t i = 0; i < countof(MARKS); i++)
		if (count >= MARKS[i].length
			&& memcmp(bytes, MARKS[i].mark, MARKS[i].length) == 0) {
			csv->encoding = MARKS[i].encoding;
			csv->start = (long)MARKS[i].length;
			return true;
		}
	return false;
}

/* UTF-8 with a few broken characters stays UTF-8, so that it is refused instead of misread. */
static void recognise(struct csv *csv)
{
	if (fseek(csv->file, 0, SEEK_SET) != 0) {
		csv->fault = CSV_FAULT_UNREADABLE;
		return;
	}
	if (read_mark(csv) || fseek(csv->file, 0, SEEK_SET) != 0)
		return;
	struct survey survey = survey_file(csv->file);
	if (survey.broken > survey.wide)
		use_korean(csv);
}

struct csv *csv_new(const void *context, FILE *file)
{
	struct csv *csv = memory_new(context, struct csv);
	csv->file = file;
	recognise(csv);
	return csv;
}

enum csv_encoding csv_encoding(const struct csv *csv)
{
	return csv->encoding;
}

void csv_start(struct csv *csv, char separator)
{
	csv->separator = separator;
	csv->line = 0;
	csv->pending_at = csv->pending_count = 0;
	csv->has_ahead = csv->is_broken = false;
	clearerr(csv->file);
	if (!csv->fault && fseek(csv->file, csv->start, SEEK_SET) != 0)
		csv->fault = CSV_FAULT_UNREADABLE;
}

/* --- decoding --- */

static int bad_encoding(struct csv *csv)
{
	csv->is_broken = true;
	return EOF;
}

static int next_unit(struct csv *csv)
{
	int first = getc_unlocked(csv->file), second = getc_unlocked(csv->file);
	if (first == EOF)
		return EOF;
	if (second == EOF)
		return bad_encoding(csv);
	return csv->encoding == CSV_UTF16LE ? second << 8 | first : first << 8 | second;
}

static bool is_surrogate(int unit, int from)
{
	return unit >= from && unit < from + 0x400;
}

static int next_utf16(struct csv *csv)
{
	int high = next_unit(csv);
	if (is_surrogate(high, 0xdc00))
		return bad_encoding(csv);
	if (!is_surrogate(high, 0xd800))
		return high;
	int low = next_unit(csv);
	return is_surrogate(low, 0xdc00) ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
					 : bad_encoding(csv);
}

static void convert_utf16(struct csv *csv)
{
	int character = next_utf16(csv);
	if (character != EOF)
		csv->pending_count = text_put_utf8(csv->pending, (uint32_t)character);
}

static void convert_korean(struct csv *csv)
{
	int lead = getc_unlocked(csv->file), trail = lead < 0x80 ? 0 : getc_unlocked(csv->file);
	if (lead == EOF)
		return;
	char bytes[2] = { (char)lead, (char)trail }, *from = bytes, *to = csv->pending;
	size_t left = lead < 0x80 ? 1 : sizeof bytes, room = sizeof csv->pending;
	if (trail == EOF || iconv(csv->korean, &from, &left, &to, &room) == (size_t)-1)
		bad_encoding(csv);
	else
		csv->pending_count = sizeof csv->pending - room;
}

/* The next byte of the text in UTF-8. */
static int next_decoded(struct csv *csv)
{
	if (csv->encoding == CSV_UTF8)
		return getc_unlocked(csv->file);
	if (csv->pending_at == csv->pending_count) {
		csv->pending_at = csv->pending_count = 0;
		(csv->encoding == CSV_CP949 ? convert_korean : convert_utf16)(csv);
	}
	return csv->pending_at < csv->pending_count ? (unsigned char)csv->pending[csv->pending_at++]
						    : EOF;
}

/* The next byte, with each line end as one line feed. */
static int next_byte(struct csv *csv)
{
	int byte = csv->has_ahead ? csv->ahead : next_decoded(csv);
	csv->has_ahead = false;
	if (byte != '\r')
		return byte;
	csv->ahead = next_decoded(csv);
	csv->has_ahead = csv->ahead != '\n';
	return '\n';
}

/* --- records --- */

static bool is_end(const struct csv *csv, int byte)
{
	return byte == csv->separator || byte == '\n' || byte == EOF;
}

static const char *keep(struct csv *csv, int byte)
{
	if (byte == 0)
		return CSV_FAULT_NUL;
	if (csv->length >= CSV_RECORD_MAXIMUM - 1)
		return CSV_FAULT_TOO_LONG;
	csv->bytes[csv->length++] = (char)byte;
	return NULL;
}

/* After the opening quote, up to what follows the closing one. */
static const char *read_quoted(struct csv *csv, int *end)
{
	for (;;) {
		int byte = next_byte(csv);
		if (byte == EOF)
			return CSV_FAULT_QUOTES;
		if (byte == '"' && (byte = next_byte(csv)) != '"') {
			*end = byte;
			return is_end(csv, byte) ? NULL : CSV_FAULT_QUOTES;
		}
		csv->line += byte == '\n';
		const char *fault = keep(csv, byte);
		if (fault)
			return fault;
	}
}

/* Text from the clipboard is separated by tabs, and quotes inside a field stay as they are. */
static const char *read_plain(struct csv *csv, int byte, int *end)
{
	for (; !is_end(csv, byte); byte = next_byte(csv)) {
		const char *fault = byte == '"' && csv->separator != '\t' ? CSV_FAULT_QUOTES
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
		return CSV_FAULT_TOO_LONG;
	const char *fault = byte == '"' ? read_quoted(csv, end) : read_plain(csv, byte, end);
	if (fault)
		return fault;
	record->fields[record->count++] = csv->bytes + start;
	if (!text_is_utf8(csv->bytes + start, csv->length - start))
		return CSV_FAULT_ENCODING;
	csv->bytes[csv->length++] = 0; /* keep left room for it */
	return csv->length < CSV_RECORD_MAXIMUM - 1 ? NULL : CSV_FAULT_TOO_LONG;
}

/* The first byte of the next record that is not a blank line. */
static int first_byte(struct csv *csv)
{
	int byte;
	do {
		csv->line++;
		byte = next_byte(csv);
	} while (byte == '\n');
	return byte;
}

/* Why the rest of the file cannot be read; NULL when it can. */
static const char *file_fault(const struct csv *csv)
{
	if (csv->fault)
		return csv->fault;
	if (csv->is_broken)
		return CSV_FAULT_ENCODING;
	return ferror(csv->file) ? CSV_FAULT_UNREADABLE : NULL;
}

enum csv_answer csv_next(struct csv *csv, struct csv_record *record, const char **fault)
{
	int end = 0, byte = first_byte(csv);
	csv->length = 0;
	record->count = 0;
	record->line = csv->line;
	*fault = file_fault(csv);
	if (byte == EOF && !*fault)
		return CSV_END;
	while (!*fault) {
		*fault = read_field(csv, record, byte, &end);
		if (*fault || end != csv->separator)
			break;
		byte = next_byte(csv);
	}
	if (file_fault(csv))
		*fault = file_fault(csv);
	return *fault ? CSV_FAULT : CSV_RECORD;
}
