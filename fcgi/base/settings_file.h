/* SPDX-License-Identifier: MIT */
/* Reads the lines of a settings file. Only for settings.c. */
#ifndef DOJANG_BASE_SETTINGS_FILE_H
#define DOJANG_BASE_SETTINGS_FILE_H

#include <stdbool.h>

/* is_continued: value belongs to the previous setting. Returns NULL, or an error. */
typedef const char *settings_file_taker(
	void *state, const char *section, const char *name, const char *value, bool is_continued);

/* Calls take for each setting of the file. Returns NULL, or the first error as "FILE:LINE: ...",
 * below context. */
const char *settings_file_read(
	const void *context, const char *path, settings_file_taker *take, void *state);

#endif
