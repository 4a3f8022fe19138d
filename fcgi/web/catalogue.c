/* SPDX-License-Identifier: MIT */
/* Reads catalogues of UI texts. */
#include "web/catalogue.h"

#include "base/memory.h"
#include "base/text.h"
#include "web/source.h"

#include <stdlib.h>
#include <string.h>

enum { PARTS_MAXIMUM = 32 };

struct catalogue {
	enum language language;
	struct catalogue_entry *messages; /* sorted by key */
	size_t count;
};

struct reader {
	const void *context;
	const char *file;
	unsigned line;
	struct catalogue *catalogue;
	const char **error;
};

static bool fail(struct reader *reader, const char *what, const char *detail)
{
	*reader->error = memory_format(
		reader->context, "%s:%u: %s%s", reader->file, reader->line, what, detail);
	return false;
}

static char *trimmed(char *text)
{
	text += strspn(text, " \t");
	size_t length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]))
		length--;
	text[length] = 0;
	return text;
}

/* Reads text up to the next brace, or the value between two braces. Moves *text on. */
static bool read_part(struct reader *reader, const char **text, struct catalogue_part *part)
{
	size_t length = strcspn(*text, "{}");
	if (length > 0) {
		part->text = memory_copy_bytes(reader->context, *text, length);
		*text += length;
		return true;
	}
	length = strcspn(*text + 1, "{}");
	if (**text != '{' || (*text)[1 + length] != '}'
		|| !value_name_parse(reader->context, *text + 1, length, &part->value))
		return fail(reader, "bad placeholder in: ", *text);
	*text += length + 2;
	return true;
}

static bool read_text(struct reader *reader, const char *text, struct catalogue_entry *message)
{
	struct catalogue_part *parts = memory_array(
		reader->context, struct catalogue_part, PARTS_MAXIMUM);
	message->parts = parts;
	message->part_count = 0;
	while (*text) {
		if (message->part_count == PARTS_MAXIMUM)
			return fail(reader, "too many placeholders: ", message->key);
		if (!read_part(reader, &text, &parts[message->part_count]))
			return false;
		message->part_count++;
	}
	return true;
}

static struct catalogue_entry *find(const struct catalogue *catalogue, const char *key)
{
	size_t low = 0, high = catalogue->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, catalogue->messages[middle].key);
		if (order == 0)
			return &catalogue->messages[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool is_key(const char *key)
{
	return *key && strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == strlen(key);
}

static bool read_line(struct reader *reader, char *line)
{
	char *equals = strchr(line, '=');
	line = trimmed(line);
	if (!*line || *line == '#')
		return true;
	if (!equals)
		return fail(reader, "is not of the form key = text: ", line);
	*equals = 0;
	struct catalogue_entry message = { .key = trimmed(line), .line = reader->line };
	if (!is_key(message.key))
		return fail(reader, "bad key: ", message.key);
	const char *text = trimmed(equals + 1);
	if (!*text)
		return fail(reader, "no text for: ", message.key);
	if (!read_text(reader, text, &message))
		return false;
	struct catalogue *catalogue = reader->catalogue;
	catalogue->messages = memory_grow(
		catalogue, catalogue->messages, struct catalogue_entry, catalogue->count + 1);
	catalogue->messages[catalogue->count++] = message;
	return true;
}

static bool read_lines(struct reader *reader, const char *text)
{
	if (!text_is_utf8(text, strlen(text)))
		return fail(reader, "is not UTF-8", "");
	char *rest = memory_copy_text(reader->context, text);
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		reader->line++;
		if (!read_line(reader, line))
			return false;
	}
	return true;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(
		((const struct catalogue_entry *)a)->key, ((const struct catalogue_entry *)b)->key);
}

static bool sort(struct reader *reader)
{
	struct catalogue *catalogue = reader->catalogue;
	if (catalogue->count > 0)
		qsort(catalogue->messages, catalogue->count, sizeof catalogue->messages[0], by_key);
	for (size_t i = 1; i < catalogue->count; i++)
		if (strcmp(catalogue->messages[i - 1].key, catalogue->messages[i].key) == 0) {
			reader->line = catalogue->messages[i].line;
			return fail(reader, "repeated key: ", catalogue->messages[i].key);
		}
	return true;
}

const struct catalogue *catalogue_parse(const void *context, enum language language,
	const char *file, const char *text, const char **error)
{
	struct catalogue *catalogue = memory_new(context, struct catalogue);
	catalogue->language = language;
	struct reader reader = { catalogue, memory_copy_text(catalogue, file), 0, catalogue,
		error };
	return read_lines(&reader, text) && sort(&reader) ? catalogue : NULL;
}

/* A text of the shop replaces the text of the same key. An unknown key is an error. */
static bool override(const struct catalogue *catalogue, const struct catalogue *other,
	const char *file, const char **error)
{
	for (size_t i = 0; i < other->count; i++) {
		struct catalogue_entry *ours = find(catalogue, other->messages[i].key);
		if (!ours) {
			*error = memory_format(catalogue, "%s:%u: unknown key: %s", file,
				other->messages[i].line, other->messages[i].key);
			return false;
		}
		ours->parts = other->messages[i].parts;
		ours->part_count = other->messages[i].part_count;
	}
	return true;
}

/* The shop's own file; NULL: none. 0.1.0 called it messages.CODE: read when the new name is absent.
 */
static const char *override_file(const void *context, const char *directory, enum language language)
{
	static const char *const NAMES[] = { "catalogue", "messages" };
	for (size_t i = 0; i < countof(NAMES); i++) {
		const char *file = memory_format(
			context, "%s/%s.%s", directory, NAMES[i], language_code(language));
		if (source_exists(file))
			return file;
	}
	return NULL;
}

const struct catalogue *catalogue_load(const void *context, enum language language,
	const char *directory, const char *override_directory, const char **error)
{
	const char *file = memory_format(
		context, "%s/catalogue.%s", directory, language_code(language));
	const char *text = source_read(context, file, error);
	const struct catalogue *catalogue = text
		? catalogue_parse(context, language, file, text, error)
		: NULL;
	if (!catalogue || !override_directory)
		return catalogue;
	file = override_file(context, override_directory, language);
	if (!file)
		return catalogue;
	text = source_read(context, file, error);
	const struct catalogue *other = text ? catalogue_parse(context, language, file, text, error)
					     : NULL;
	return other && override(catalogue, other, file, error) ? catalogue : NULL;
}

const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *key)
{
	return find(catalogue, key);
}

const struct catalogue_entry *catalogue_at(const struct catalogue *catalogue, size_t index)
{
	return index < catalogue->count ? &catalogue->messages[index] : NULL;
}

enum language catalogue_language(const struct catalogue *catalogue)
{
	return catalogue->language;
}
