/* SPDX-License-Identifier: MIT */
/* Secrets and passwords from files that nobody else may read. */
#include "base/settings.h"

#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SECRET_MAXIMUM = 4096 };

static const char *check_file(FILE *file)
{
	struct stat status;
	if (fstat(fileno(file), &status) != 0)
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "is not a file";
	return status.st_mode & S_IRWXO ? "is open to other users: chmod o-rwx" : NULL;
}

static const char *read_line(FILE *file, char line[SECRET_MAXIMUM + 2])
{
	size_t length = fread(line, 1, SECRET_MAXIMUM + 1, file);
	line[length] = 0;
	if (ferror(file))
		return "cannot be read";
	size_t end = strcspn(line, "\r\n");
	if (end > SECRET_MAXIMUM)
		return "is too long";
	if (strlen(line) < length && end == strlen(line))
		return "holds a NUL byte";
	line[end] = 0;
	return end ? NULL : "is empty";
}

const char *settings_read_secret(const void *context, const char *path, const char **error)
{
	char line[SECRET_MAXIMUM + 2] = "";
	FILE *file = fopen(path, "re");
	const char *fault = file ? check_file(file) : strerror(errno);
	if (!fault)
		fault = read_line(file, line);
	if (file)
		fclose(file);
	*error = fault ? memory_format(context, "%s: %s", path, fault) : NULL;
	char *secret = fault ? NULL : memory_copy_text(context, line);
	explicit_bzero(line, sizeof(line));
	return secret;
}
