/* SPDX-License-Identifier: MIT */
/* Reads secrets and passwords from files that other users may not read. */
#include "base/settings.h"

#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* A credential of the service manager under the file's name takes precedence; the file need not
 * exist. */
static const char *credential_or(const void *context, const char *path)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY"), *slash = strrchr(path, '/');
	if (!directory || !*directory)
		return path;
	const char *credential = memory_format(
		context, "%s/%s", directory, slash ? slash + 1 : path);
	return access(credential, F_OK) == 0 ? credential : path;
}

const char *settings_read_secret(const void *context, const char *path, const char **error)
{
	path = credential_or(context, path);
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
