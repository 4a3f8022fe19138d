/* SPDX-License-Identifier: MIT */
/* Reads what systemd passes to the programs: LoadCredential= in their units. */
#include "command/doctor.h"

#include "base/memory.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 4096 };

/* In systemd's order of directories, highest priority first. SYSTEMD_UNIT_PATH changes it for both.
 */
static const char UNIT_PATH[] = "/etc/systemd/system:/run/systemd/system:/usr/local/lib/systemd/"
				"system:/usr/lib/systemd/system:/lib/systemd/system";

struct credential {
	const char *name, *file;
	enum handing handing;
};

/* The path of the settings without links. */
static bool is_same(const char *path, const char *file)
{
	char *whole = realpath(path, NULL);
	bool is_same = strcmp(path, file) == 0 || (whole && strcmp(whole, file) == 0);
	free(whole);
	return is_same;
}

/* An empty value resets the list; the last entry of a name counts. Encrypted credentials are other
 * files. */
static void take_line(struct credential *credential, char *line)
{
	line[strcspn(line, "\r\n")] = 0;
	bool is_encrypted = strncmp(line, "LoadCredentialEncrypted=", 24) == 0;
	if (!is_encrypted && strncmp(line, "LoadCredential=", 15) != 0)
		return;
	const char *value = strchr(line, '=') + 1;
	size_t length = strlen(credential->name);
	if (!*value)
		credential->handing = HANDS_NOTHING;
	else if (strncmp(value, credential->name, length) == 0 && value[length] == ':')
		credential->handing = is_encrypted || is_same(value + length + 1, credential->file)
			? HANDS_IT
			: HANDS_ANOTHER;
}

static bool take_file(struct credential *credential, const char *path)
{
	char line[LINE_SIZE];
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		take_line(credential, line);
	return file && fclose(file) == 0;
}

/* A unit replaces that of a directory with lower priority and, unlike in systemd, its drop-ins
 * there. */
static void take_directory(
	struct credential *credential, const void *context, const char *directory, const char *unit)
{
	glob_t found;
	struct credential own = { .name = credential->name, .file = credential->file };
	if (take_file(&own, memory_format(context, "%s/%s.service", directory, unit)))
		*credential = own;
	if (glob(memory_format(context, "%s/%s.service.d/*.conf", directory, unit), 0, NULL, &found)
		!= 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		take_file(credential, found.gl_pathv[i]);
	globfree(&found);
}

enum handing doctor_handing(const void *context, const char *unit, const char *file)
{
	const char *path = getenv("SYSTEMD_UNIT_PATH"), *slash = strrchr(file, '/');
	char *directories = memory_copy_text(context, path ? path : UNIT_PATH), *colon;
	struct credential credential = { .name = slash ? slash + 1 : file, .file = file };
	do {
		colon = strrchr(directories, ':');
		take_directory(&credential, context, colon ? colon + 1 : directories, unit);
		if (colon)
			*colon = 0;
	} while (colon);
	return credential.handing;
}
