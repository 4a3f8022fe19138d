/* SPDX-License-Identifier: MIT */
/* A small JSON document in the state directory that the workers of a pool share: read again when
 * another worker changed it, changed under a lock, replaced whole. */
#ifndef DOJANG_AUTH_KEY_FILE_H
#define DOJANG_AUTH_KEY_FILE_H

#include <json-c/json.h>
#include <stdbool.h>

struct key_file;

/* The files NAME.json, NAME.new and NAME.lock in directory. Nothing is opened yet. */
struct key_file *key_file_new(const void *context, const char *directory, const char *name);

/* The document (an object below context) when the file is another one than at the last call; else
 * NULL, also when it cannot be read. */
json_object *key_file_read_if_changed(struct key_file *file, const void *context);

enum { KEY_FILE_BUSY = -1, KEY_FILE_UNUSABLE = -2 };

/* Waits a moment for the lock. Answers it, or KEY_FILE_BUSY when another worker keeps it, or
 * KEY_FILE_UNUSABLE when the directory does not let us. */
int key_file_lock(const struct key_file *file);
void key_file_unlock(int lock); /* of a lock that was not had: nothing */
/* Under the lock: the document takes the file's place, and does not count as a change; or the file
 * stays as it was. */
bool key_file_replace(struct key_file *file, json_object *document);

#endif
