/* SPDX-License-Identifier: MIT */
/* Files that come with the program: templates and catalogues. Inside the room web only. */
#ifndef DOJANG_WEB_SOURCE_H
#define DOJANG_WEB_SOURCE_H

#include <stdbool.h>

bool source_exists(const char *path);
/* A file of at most 256 KiB as text below context; NULL and *error when it cannot be read or holds
 * a NUL. */
const char *source_read(const void *context, const char *path, const char **error);
/* Calls visit for each file below directory, its path given relative to it, in order of name;
 * hidden ones are left out. False when visit answered false or the directory cannot be read (then
 * *error). */
typedef bool source_callback(void *state, const char *relative_path, const char *path);
bool source_walk(const void *context, const char *directory, source_callback *exchange, void *state,
	const char **error);

#endif
