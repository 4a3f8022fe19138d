/* SPDX-License-Identifier: MIT */
/* The doctor's look at files: secrets, directories, templates. */
#include "command/doctor.h"

#include "base/memory.h"
#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { SECRET_LENGTH = 32, GROUPS_MAXIMUM = 256 };

/* By the effective user, whom the doctor may change. */
static bool may_reach(const char *path, int how)
{
	return faccessat(AT_FDCWD, path, how, AT_EACCESS) == 0;
}

/* --- secrets ------------------------------------------------------------------------------------------------------------------ */

static void look_at_secret(struct doctor *doctor, const char *setting, const char *file, size_t minimum)
{
	const char *error;
	const char *check = memory_format(doctor->context, "secret %s", setting);
	if (!file)
		return;
	const char *secret = settings_read_secret(doctor->context, file, &error);
	if (!secret)
		doctor_add(doctor, FINDING_WRONG, check, error, "mend the file: its owner or group is the programs' user, and its mode 0640 or 0600");
	else if (strlen(secret) < minimum)
		doctor_add(doctor, FINDING_WRONG, check, memory_format(doctor->context, "%s is shorter than %zu characters", file, minimum),
			"put in a longer one: openssl rand -hex 32");
	else
		doctor_add(doctor, FINDING_OK, check, memory_format(doctor->context, "%s is there, and closed to others", file), NULL);
}

static void look_at_seal(struct doctor *doctor)
{
	const char *error, *file = doctor->settings->server.seal_key_file;
	if (!file)
		doctor_add(doctor, FINDING_WARNING, "secret server.seal_key_file", "is not set: no addresses, no webhooks",
			"openssl rand -hex 32 into a file of mode 0640, and name it in the settings");
	else if (!seal_open(doctor->context, file, doctor->settings->server.old_seal_key_file, &error))
		doctor_add(doctor, FINDING_WRONG, "secret server.seal_key_file", error, "restore the key: without it nothing sealed can be read");
	else
		doctor_add(doctor, FINDING_OK, "secret server.seal_key_file", "seals and opens", NULL);
}

static void look_at_secrets(struct doctor *doctor)
{
	const struct settings *settings = doctor->settings;
	look_at_secret(doctor, "server.secret_file", settings->server.secret_file, SECRET_LENGTH);
	look_at_seal(doctor);
	look_at_secret(doctor, "database.api_password_file", settings->database.api_password_file, 1);
	look_at_secret(doctor, "database.console_password_file", settings->database.console_password_file, 1);
	look_at_secret(doctor, "database.notifier_password_file", settings->database.notifier_password_file, 1);
	look_at_secret(doctor, "mail.password_file", settings->mail.password_file, 1);
	look_at_secret(doctor, "console_openid.client_secret_file", settings->openid.client_secret_file, 1);
	for (size_t i = 0; i < settings->issuer_count; i++) {
		const struct issuer_settings *issuer = &settings->issuers[i];
		look_at_secret(doctor, memory_format(doctor->context, "issuer %s.secret_file", issuer->name), issuer->secret_file, SECRET_LENGTH);
		look_at_secret(doctor, memory_format(doctor->context, "issuer %s.second_secret_file", issuer->name), issuer->second_secret_file,
			SECRET_LENGTH);
	}
}

/* --- directories -------------------------------------------------------------------------------------------------------------- */

static const char *directory_fault(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return strerror(errno);
	if (!S_ISDIR(status.st_mode))
		return "is not a directory";
	if (status.st_mode & S_IWOTH)
		return "may be written by everybody";
	return may_reach(path, W_OK | X_OK) ? NULL : "cannot be written";
}

static void look_at_directory(struct doctor *doctor, const char *setting, const char *path)
{
	const char *fault = directory_fault(path);
	const char *check = memory_format(doctor->context, "directory server.%s", setting);
	if (fault)
		doctor_add(doctor, FINDING_WRONG, check, memory_format(doctor->context, "%s: %s", path, fault),
			"it must exist, belong to the programs' user and have mode 0750");
	else
		doctor_add(doctor, FINDING_OK, check, memory_format(doctor->context, "%s can be written", path), NULL);
}

static void look_at_templates(struct doctor *doctor)
{
	static const char *const FILES[] = { "messages.en", "messages.ko", "mail/test.txt", "console", "assets/dojang.js" };
	const char *directory = doctor->settings->server.templates_directory, *own = doctor->settings->server.own_templates_directory;
	for (size_t i = 0; i < countof(FILES); i++) {
		const char *path = memory_format(doctor->context, "%s/%s", directory, FILES[i]);
		if (may_reach(path, R_OK))
			continue;
		doctor_add(doctor, FINDING_WRONG, "templates", memory_format(doctor->context, "%s: %s", path, strerror(errno)),
			"server.templates_directory must be where the templates were installed");
		return;
	}
	if (own && !may_reach(own, R_OK | X_OK))
		doctor_add(doctor, FINDING_WRONG, "templates", memory_format(doctor->context, "%s: %s", own, strerror(errno)),
			"make server.own_templates_directory, or take the setting out");
	else
		doctor_add(doctor, FINDING_OK, "templates", memory_format(doctor->context, "%s is complete", directory), NULL);
}

static void look_at_settings(struct doctor *doctor)
{
	const char *path = doctor->settings->path;
	if (may_reach(path, R_OK))
		doctor_add(doctor, FINDING_OK, "settings", memory_format(doctor->context, "%s can be read", path), NULL);
	else
		doctor_add(doctor, FINDING_WRONG, "settings", memory_format(doctor->context, "%s: %s", path, strerror(errno)),
			"its owner or group is the programs' user, and its mode 0640");
}

static void look_at_all(struct doctor *doctor)
{
	look_at_settings(doctor);
	look_at_secrets(doctor);
	look_at_directory(doctor, "state_directory", doctor->settings->server.state_directory);
	look_at_directory(doctor, "runtime_directory", doctor->settings->server.runtime_directory);
	look_at_templates(doctor);
}

/* --- in whose eyes ------------------------------------------------------------------------------------------------------------ */

static bool become(const struct passwd *user)
{
	return initgroups(user->pw_name, user->pw_gid) == 0 && setegid(user->pw_gid) == 0 && seteuid(user->pw_uid) == 0;
}

/* Root goes on in no other eyes than its own. */
static void become_root(const gid_t *groups, int count)
{
	if (seteuid(0) != 0 || setegid(0) != 0 || setgroups((size_t)count, groups) != 0)
		abort();
}

/* Root may read everything, so files are looked at as the programs' user, whose the state directory is. */
static void look_as_their_user(struct doctor *doctor)
{
	const char *directory = doctor->settings->server.state_directory;
	struct stat status;
	const struct passwd *user = stat(directory, &status) == 0 && status.st_uid != 0 ? getpwuid(status.st_uid) : NULL;
	gid_t groups[GROUPS_MAXIMUM];
	int count = getgroups(GROUPS_MAXIMUM, groups);
	bool has_become = user && count >= 0 && become(user);
	look_at_all(doctor);
	if (user && count >= 0)
		become_root(groups, count);
	if (has_become)
		doctor_add(doctor, FINDING_OK, "user", memory_format(doctor->context, "files were looked at as %s, whose the state directory is",
			user->pw_name), NULL);
	else
		doctor_add(doctor, FINDING_WARNING, "user", memory_format(doctor->context, "runs as root, who may read everything, and %s is root's too: what "
			"another user may read was not looked at", directory), "where the programs run as another user, chown that directory to it");
}

void doctor_look_at_files(struct doctor *doctor)
{
	if (getuid() == 0)
		look_as_their_user(doctor);
	else
		look_at_all(doctor);
}
