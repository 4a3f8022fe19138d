/* SPDX-License-Identifier: MIT */
/* Shares a document between processes. Readers always see one complete version, even after a crash.
 */
#include "auth/key_file.h"

#include "base/json.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DOCUMENT_MAXIMUM = 4 * 1024 * 1024,
	LOCK_TRIES = 20,
	LOCK_PAUSE_MILLISECONDS = 5,
	FILE_MODE = 0640
};

struct key_file {
	char *path, *new_path, *lock_path;
	struct stat seen;
};

struct key_file *key_file_new(const void *context, const char *directory, const char *name)
{
	struct key_file *file = memory_new(context, struct key_file);
	file->path = memory_format(file, "%s/%s.json", directory, name);
	file->new_path = memory_format(file, "%s/%s.new", directory, name);
	file->lock_path = memory_format(file, "%s/%s.lock", directory, name);
	return file;
}

/* --- reading --- */

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size
		&& a->st_mtim.tv_sec == b->st_mtim.tv_sec
		&& a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Reads exactly size bytes: the file is replaced and never changed, so its size is fixed. */
static char *read_all(const void *context, int descriptor, size_t size)
{
	char *text = memory_array(context, char, size + 1);
	for (size_t at = 0; at < size;) {
		ssize_t count = read(descriptor, text + at, size - at);
		if (count > 0)
			at += (size_t)count;
		else if (count == 0 || errno != EINTR)
			return NULL;
	}
	return text;
}

static json_object *read_document(struct key_file *file, const void *context, int descriptor)
{
	struct stat status;
	if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)
		|| status.st_size > DOCUMENT_MAXIMUM)
		return NULL;
	file->seen = status;
	char *text = read_all(context, descriptor, (size_t)status.st_size);
	json_object *document = text ? json_tokener_parse(text) : NULL;
	if (document)
		json_attach(context, document);
	return json_object_is_type(document, json_type_object) ? document : NULL;
}

json_object *key_file_read_if_changed(struct key_file *file, const void *context)
{
	struct stat status;
	if (stat(file->path, &status) != 0 || is_same(&status, &file->seen))
		return NULL;
	int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return NULL;
	json_object *document = read_document(file, context, descriptor);
	close(descriptor);
	return document;
}

/* --- changing --- */

int key_file_lock(const struct key_file *file)
{
	int lock = open(file->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (lock < 0)
		return KEY_FILE_UNUSABLE;
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(lock, LOCK_EX | LOCK_NB) == 0)
			return lock;
		(void)poll(NULL, 0, LOCK_PAUSE_MILLISECONDS);
	}
	close(lock);
	return KEY_FILE_BUSY;
}

void key_file_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}

static bool write_all(int descriptor, const char *text, size_t size)
{
	for (size_t at = 0; at < size;) {
		ssize_t count = write(descriptor, text + at, size - at);
		if (count >= 0)
			at += (size_t)count;
		else if (errno != EINTR)
			return false;
	}
	return fsync(descriptor) == 0;
}

bool key_file_replace(struct key_file *file, json_object *document)
{
	struct stat status;
	int descriptor = open(
		file->new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (descriptor < 0)
		return false;
	char *text = json_text(file, document);
	bool is_written = write_all(descriptor, text, strlen(text))
		&& fstat(descriptor, &status) == 0;
	is_written = close(descriptor) == 0 && is_written
		&& rename(file->new_path, file->path) == 0;
	if (is_written)
		file->seen = status;
	memory_free(text);
	return is_written;
}
