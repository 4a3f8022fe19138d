/* SPDX-License-Identifier: MIT */
/* Writes header lines from which no value can break out. */
#include "delivery/mail_header.h"

#include "base/memory.h"
#include "web/writer.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

/* Lines end before column 76: 39 bytes are 52 in base64, 12 are around them, and the header's name
 * comes first. */
enum {
	WORD_BYTES = 39,
	WORD_BASE64 = 4 * (WORD_BYTES / 3),
	PLAIN_MAXIMUM = 60,
	TEXT_MAXIMUM = 500
};

static bool is_plain(const char *text)
{
	size_t length = strlen(text);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7f)
			return false;
	return length <= PLAIN_MAXIMUM && !strstr(text, "=?");
}

/* The length of the next piece: at most WORD_BYTES, and never within a character. */
static size_t word_length(const char *text, size_t length)
{
	if (length <= WORD_BYTES)
		return length;
	size_t end = WORD_BYTES;
	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	return end;
}

static void put_word(struct writer *out, const char *bytes, size_t length)
{
	unsigned char base64[WORD_BASE64 + 1];
	int size = EVP_EncodeBlock(base64, (const unsigned char *)bytes, (int)length);
	writer_put_text(out, "=?UTF-8?B?");
	writer_put(out, (const char *)base64, (size_t)size);
	writer_put_text(out, "?=");
}

static char *cleaned(const void *context, const char *text)
{
	char *line = memory_copy_bytes(context, text, strnlen(text, TEXT_MAXIMUM));
	size_t length = strlen(line);
	while (length > 0 && length == TEXT_MAXIMUM
		&& ((unsigned char)line[length - 1] & 0xc0) == 0x80)
		line[--length] = 0; /* a truncated character */
	if (length > 0 && (unsigned char)line[length - 1] >= 0xc0)
		line[--length] = 0;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = ' ';
	return line;
}

static void put_words(struct writer *out, const char *text)
{
	for (size_t length = strlen(text), size; length > 0; text += size, length -= size) {
		size = word_length(text, length);
		put_word(out, text, size);
		if (length > size)
			writer_put_text(out, "\r\n ");
	}
}

const char *mail_header_text(const void *context, const char *name, const char *text)
{
	struct writer out = { .context = context };
	const char *line = cleaned(context, text);
	writer_put_text(&out, name);
	writer_put_text(&out, ": ");
	if (is_plain(line))
		writer_put_text(&out, line);
	else
		put_words(&out, line);
	return writer_text(&out);
}

const char *mail_header_address(
	const void *context, const char *name, const char *person, const char *address)
{
	struct writer out = { .context = context };
	writer_put_text(&out, name);
	writer_put_text(&out, ": ");
	if (person) {
		put_words(&out, cleaned(context, person));
		writer_put_text(&out, " ");
	}
	writer_put_text(&out, "<");
	writer_put_text(&out, address);
	writer_put_text(&out, ">");
	return writer_text(&out);
}

const char *mail_header_date(const void *context, instant time)
{
	static const char *const DAYS[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	const time_t seconds = (time_t)time.seconds;
	struct tm parts = { 0 };
	gmtime_r(&seconds, &parts);
	return memory_format(context, "Date: %s, %02d %s %d %02d:%02d:%02d +0000",
		DAYS[parts.tm_wday], parts.tm_mday, MONTHS[parts.tm_mon], parts.tm_year + 1900,
		parts.tm_hour, parts.tm_min, parts.tm_sec);
}
