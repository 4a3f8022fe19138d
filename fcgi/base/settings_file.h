/* SPDX-License-Identifier: MIT */
/* The lines of a settings file. For settings.c alone. */
#ifndef DOJANG_BASE_SETTINGS_FILE_H
#define DOJANG_BASE_SETTINGS_FILE_H

#include <stdbool.h>

/* is_continued: value belongs to the setting before it. Answers NULL, or what is wrong. */
typedef const char *settings_file_taker(
	void *state, const char *section, const char *name, const char *value, bool is_continued);

/* Hands each setting of the file to take. Answers NULL, or the first error as "FILE:LINE: ...",
 * below context. */
const char *settings_file_read(
	const void *context, const char *path, settings_file_taker *take, void *state);

#endif
