/* SPDX-License-Identifier: MIT */
/* Files that are installed with the program: templates and catalogues. Only for the module web. */
#ifndef DOJANG_WEB_SOURCE_H
#define DOJANG_WEB_SOURCE_H

#include <stdbool.h>

bool source_exists(const char *path);
/* Reads a file of at most 256 KiB as text, below context. Returns NULL and sets *error when it
 * cannot be read or contains a NUL. */
const char *source_read(const void *context, const char *path, const char **error);
/* Calls the callback for each file below directory, with its relative path, in the order of names.
 * Hidden files are skipped. False when the callback returned false, or the directory cannot be read
 * (then *error is set). */
typedef bool source_callback(void *state, const char *relative_path, const char *path);
bool source_walk(const void *context, const char *directory, source_callback *exchange, void *state,
	const char **error);

#endif
