/* SPDX-License-Identifier: MIT */
/* Reads INI with libinih line by line, so that errors name their line and no line is cut silently.
 */
#include "base/settings_file.h"

#include "base/memory.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

struct reading {
	const void *context;
	FILE *file;
	settings_file_taker *take;
	void *state;
	int line; /* the current line, as libinih counts them */
	bool starts_with_blank;
	int error_line; /* 0: none yet */
	const char *error;
};

static void note(struct reading *reading, const char *error)
{
	if (reading->error_line)
		return;
	reading->error_line = reading->line;
	reading->error = error;
}

/* libinih's own reader splits a line that is too long and treats the rest as another line. */
static char *read_line(char *out, int size, void *stream)
{
	struct reading *reading = stream;
	int length = 0, byte;
	reading->line++;
	while ((byte = getc(reading->file)) != EOF && byte != '\n') {
		if (length == size - 1 || byte == 0) {
			note(reading,
				byte ? memory_format(reading->context,
					"the line is longer than %d bytes", size - 1)
				     : "holds a NUL byte");
			return NULL;
		}
		out[length++] = (char)byte;
	}
	out[length] = 0;
	reading->starts_with_blank = out[0] == ' ' || out[0] == '\t';
	return byte == EOF && length == 0 ? NULL : out;
}

static int take_setting(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	const char *error = reading->take(
		reading->state, section, name, value, reading->starts_with_blank);
	if (error)
		note(reading, error);
	return error == NULL;
}

static const char *read_all(struct reading *reading, const char *path)
{
	int bad_line = ini_parse_stream(read_line, reading, take_setting, reading);
	if (bad_line < 0)
		memory_exhausted();
	if (ferror(reading->file))
		return memory_format(reading->context, "%s: cannot be read to its end", path);
	if (bad_line > 0 && bad_line != reading->error_line)
		return memory_format(reading->context,
			"%s:%d: is neither a [section] nor name = value", path, bad_line);
	if (reading->error_line)
		return memory_format(
			reading->context, "%s:%d: %s", path, reading->error_line, reading->error);
	return NULL;
}

const char *settings_file_read(
	const void *context, const char *path, settings_file_taker *take, void *state)
{
	struct reading reading = { .context = context, .take = take, .state = state };
	reading.file = fopen(path, "re");
	if (!reading.file)
		return memory_format(context, "%s: %s", path, strerror(errno));
	const char *error = read_all(&reading, path);
	fclose(reading.file);
	return error;
}
