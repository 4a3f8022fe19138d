/* SPDX-License-Identifier: MIT */
/* A small JSON document in the state directory, shared by the workers of a pool. It is read again
 * after another worker changed it, changed under a lock, and replaced as a whole. */
#ifndef DOJANG_AUTH_KEY_FILE_H
#define DOJANG_AUTH_KEY_FILE_H

#include <json-c/json.h>
#include <stdbool.h>

struct key_file;

/* Uses the files NAME.json, NAME.new and NAME.lock in directory. Does not open them yet. */
struct key_file *key_file_new(const void *context, const char *directory, const char *name);

/* Returns the document (an object below context) when the file has changed since the last call.
 * Otherwise NULL, also when it cannot be read. */
json_object *key_file_read_if_changed(struct key_file *file, const void *context);

enum { KEY_FILE_BUSY = -1, KEY_FILE_UNUSABLE = -2 };

/* Waits a moment for the lock. Returns it, or KEY_FILE_BUSY when another worker holds it, or
 * KEY_FILE_UNUSABLE when the directory is not writable. */
int key_file_lock(const struct key_file *file);
void key_file_unlock(int lock); /* does nothing for a lock that was not obtained */
/* Under the lock: replaces the file by the document, which does not count as a change. On failure
 * the file is unchanged. */
bool key_file_replace(struct key_file *file, json_object *document);

#endif
