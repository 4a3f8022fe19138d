/* SPDX-License-Identifier: MIT */
/* Injects the faults that tests ask for. Compiled only with --enable-fault-points. */
#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 400, TEXT_ROOM = 8192, QUERIES_MAXIMUM = 8 };
enum kind { COUNT, MEMORY, BEFORE, AFTER, KINDS };
static const char *const KIND_NAMES[KINDS] = { "none", "memory", "before", "after" };

/* This file has global state, unlike all others, and it works without allocating memory. */
static struct {
	int is_counting; /* the current request counts its allocations and calls */
	enum kind kind;
	unsigned long at, number;
	unsigned long allocations, calls;
} request;

static struct {
	const char *name;
	char text[TEXT_ROOM];
} queries[QUERIES_MAXIMUM];

/* False when no test asks for faults, or the path is too long. */
static bool path_of(char path[PATH_ROOM], const char *kind, const char *name)
{
	const char *directory = getenv("DOJANG_FAULTS");
	return directory && snprintf(path, PATH_ROOM, "%s/%s%s", directory, kind, name) < PATH_ROOM;
}

/* Reads a file without its line end; false when it does not exist. */
static bool read_text(const char *path, char text[TEXT_ROOM])
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	ssize_t size = read(file, text, TEXT_ROOM - 1);
	close(file);
	text[size > 0 ? size : 0] = 0;
	text[strcspn(text, "\n")] = 0;
	return size > 0;
}

/* The first process that renames the file gets it. */
static bool take_text(const char *path, char text[TEXT_ROOM])
{
	char own[PATH_ROOM + 24];
	snprintf(own, sizeof own, "%s.%d", path, (int)getpid());
	if (rename(path, own) != 0)
		return false;
	bool is_read = read_text(own, text);
	unlink(own);
	return is_read;
}

void fault_point(const char *name)
{
	static char text[TEXT_ROOM];
	char path[PATH_ROOM];
	int error = errno;
	if (path_of(path, "at-", name) && take_text(path, text))
		kill(getpid(), strcmp(text, "stop") == 0 ? SIGSTOP : SIGKILL);
	errno = error;
}

bool fault_is_planted(const char *bug)
{
	char path[PATH_ROOM];
	return path_of(path, "planted-", bug) && access(path, F_OK) == 0;
}

const char *fault_sql(const char *name, const char *sql)
{
	char path[PATH_ROOM];
	size_t i = 0;
	while (i < QUERIES_MAXIMUM && queries[i].name && strcmp(queries[i].name, name) != 0)
		i++;
	if (i == QUERIES_MAXIMUM || !path_of(path, "sql-", name)
		|| !read_text(path, queries[i].text))
		return sql;
	queries[i].name = name;
	return queries[i].text;
}

/* --- the Nth --- */

static void read_order(char *text)
{
	const char *kind = strsep(&text, " "), *at = strsep(&text, " "),
		   *number = strsep(&text, " ");
	for (int i = 0; i < KINDS; i++)
		if (kind && strcmp(kind, KIND_NAMES[i]) == 0)
			request.kind = (enum kind)i;
	request.at = at ? strtoul(at, NULL, 10) : 0;
	request.number = number ? strtoul(number, NULL, 10) : 0;
}

void fault_begin(void)
{
	static char text[TEXT_ROOM];
	char path[PATH_ROOM];
	memset(&request, 0, sizeof request);
	if (!path_of(path, "request", "") || !take_text(path, text))
		return;
	read_order(text);
	request.is_counting = 1;
}

void fault_end(void)
{
	char path[PATH_ROOM], counted[64];
	if (!request.is_counting)
		return;
	request.is_counting = 0;
	int size = snprintf(
		counted, sizeof counted, "%lu %lu\n", request.allocations, request.calls);
	int file = path_of(path, "counted", "")
		? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
		: -1;
	if (file < 0 || write(file, counted, (size_t)size) != size)
		abort();
	close(file);
}

unsigned fault_of_call(enum fault_moment moment)
{
	if (!request.is_counting)
		return 0;
	if (moment == FAULT_BEFORE)
		request.calls++;
	enum kind kind = moment == FAULT_BEFORE ? BEFORE : AFTER;
	return request.kind == kind && request.calls == request.at ? (unsigned)request.number : 0;
}

/* --- memory --- */

/* Replaces libc's allocator, for the program and all its libraries. Sanitizers have their own. */
#ifndef __SANITIZE_ADDRESS__

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);

static bool is_refused(void)
{
	if (!request.is_counting || ++request.allocations != request.at || request.kind != MEMORY)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return is_refused() ? NULL : __libc_realloc(memory, size);
}

#endif
