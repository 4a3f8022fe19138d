/* SPDX-License-Identifier: MIT */
/* Checks files: secrets, directories, templates. */
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

/* As the effective user, which doctor may change. */
static bool may_reach(const char *path, int how)
{
	return faccessat(AT_FDCWD, path, how, AT_EACCESS) == 0;
}

/* --- secrets --- */

enum reader { READ_BY_API = 1, READ_BY_CONSOLE = 2, READ_BY_NOTIFIER = 4, READ_BY_ALL = 7 };

struct secret {
	const char *setting, *file;
	size_t minimum; /* in characters; 0: a sealing key */
	unsigned readers;
};

static const struct {
	const char *name;
	enum reader reader;
} UNITS[] = {
	{ "dojang-api@", READ_BY_API },
	{ "dojang-console", READ_BY_CONSOLE },
	{ "dojang-console-b", READ_BY_CONSOLE },
	{ "dojang-notifier", READ_BY_NOTIFIER },
};

/* The first unit that reads the secret and has the requested property; NULL: none. */
static const char *unit_that(
	const struct doctor *doctor, const struct secret *secret, enum handing handing)
{
	for (size_t i = 0; i < countof(UNITS); i++)
		if (secret->readers & UNITS[i].reader
			&& doctor_handing(doctor->context, UNITS[i].name, secret->file) == handing)
			return UNITS[i].name;
	return NULL;
}

/* NULL: it is fine. Otherwise *todo says what to do. */
static const char *content_fault(
	const struct doctor *doctor, const struct secret *secret, const char **todo)
{
	const char *error = NULL;
	if (!secret->minimum) {
		*todo = "restore the key: without it nothing sealed can be read";
		return seal_open(doctor->context, secret->file, NULL, &error) ? NULL : error;
	}
	const char *text = settings_read_secret(doctor->context, secret->file, &error);
	if (text && strlen(text) < secret->minimum) {
		*todo = "put in a longer one: openssl rand -hex 32";
		return memory_format(doctor->context, "%s is shorter than %zu characters",
			secret->file, secret->minimum);
	}
	*todo = "mend the file: its owner or group is the programs' user, and its mode 0640 or "
		"0600";
	return error;
}

static void report(struct doctor *doctor, const struct secret *secret, const char *what_is_good)
{
	const char *todo, *fault = content_fault(doctor, secret, &todo);
	const char *check = memory_format(doctor->context, "secret %s", secret->setting);
	if (fault)
		doctor_add(doctor, FINDING_WRONG, check, fault, todo);
	else
		doctor_add(doctor, FINDING_OK, check,
			memory_format(doctor->context, "%s %s", secret->file, what_is_good), NULL);
}

/* A file that the programs' user cannot read is fine when systemd passes it; only root can check
 * its content. */
static void check_hidden(struct doctor *doctor, const struct secret *secret, const char *why)
{
	const char *check = memory_format(doctor->context, "secret %s", secret->setting),
		   *unit = unit_that(doctor, secret, HANDS_NOTHING);
	uid_t user = geteuid();
	if (unit) {
		doctor_add(doctor, FINDING_WRONG, check,
			memory_format(doctor->context, "%s: %s", secret->file, why),
			memory_format(doctor->context,
				"its group is that of the programs' user and its mode 0640; or it "
				"stays root's alone, and systemd hands it over: "
				"systemctl edit %s.service, [Service], LoadCredential=%s:%s",
				unit, strrchr(secret->file, '/') + 1, secret->file));
		return;
	}
	if (seteuid(0) != 0) {
		doctor_add(doctor, FINDING_WARNING, check,
			"root alone reads it; systemd hands it over: not checked as this user",
			"run it as root");
		return;
	}
	report(doctor, secret, "is there: root alone reads it; systemd hands it over");
	if (seteuid(user) != 0)
		abort();
}

static void warn_of_another(struct doctor *doctor, const struct secret *secret)
{
	const char *unit = unit_that(doctor, secret, HANDS_ANOTHER);
	if (unit)
		doctor_add(doctor, FINDING_WARNING,
			memory_format(doctor->context, "secret %s", secret->setting),
			memory_format(doctor->context,
				"%s is not what is read: %s.service is handed another file of that "
				"name",
				secret->file, unit),
			memory_format(doctor->context,
				"systemctl edit %s.service, [Service], LoadCredential=%s:%s", unit,
				strrchr(secret->file, '/') + 1, secret->file));
}

static void check_secret(struct doctor *doctor, const struct secret *secret)
{
	if (!secret->file)
		return;
	warn_of_another(doctor, secret);
	if (!may_reach(secret->file, R_OK) && errno != ENOENT)
		check_hidden(doctor, secret, strerror(errno));
	else
		report(doctor, secret,
			secret->minimum ? "is there, and closed to others" : "seals and opens");
}

static void check_issuer(struct doctor *doctor, const struct issuer_settings *issuer)
{
	check_secret(doctor,
		&(struct secret){
			memory_format(doctor->context, "issuer %s.secret_file", issuer->name),
			issuer->secret_file, SECRET_LENGTH, READ_BY_API });
	check_secret(doctor,
		&(struct secret){ memory_format(doctor->context, "issuer %s.second_secret_file",
					  issuer->name),
			issuer->second_secret_file, SECRET_LENGTH, READ_BY_API });
}

static void check_secrets(struct doctor *doctor)
{
	const struct settings *settings = doctor->settings;
	const struct secret secrets[] = {
		{ "server.secret_file", settings->server.secret_file, SECRET_LENGTH,
			READ_BY_API | READ_BY_CONSOLE },
		{ "server.seal_key_file", settings->server.seal_key_file, 0, READ_BY_ALL },
		{ "server.old_seal_key_file", settings->server.old_seal_key_file, 0, READ_BY_ALL },
		{ "database.api_password_file", settings->database.api_password_file, 1,
			READ_BY_API },
		{ "database.console_password_file", settings->database.console_password_file, 1,
			READ_BY_CONSOLE },
		{ "database.notifier_password_file", settings->database.notifier_password_file, 1,
			READ_BY_NOTIFIER },
		{ "mail.password_file", settings->mail.password_file, 1, READ_BY_NOTIFIER },
		{ "console_openid.client_secret_file", settings->console_openid.client_secret_file,
			1, READ_BY_CONSOLE },
	};
	for (size_t i = 0; i < countof(secrets); i++)
		check_secret(doctor, &secrets[i]);
	if (!settings->server.seal_key_file)
		doctor_add(doctor, FINDING_WARNING, "secret server.seal_key_file",
			"is not set: no addresses, no webhooks",
			"openssl rand -hex 32 into a file of mode 0640, and name it in the "
			"settings");
	for (size_t i = 0; i < settings->issuer_count; i++)
		check_issuer(doctor, &settings->issuers[i]);
}

/* --- directories --- */

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

static void check_directory(struct doctor *doctor, const char *setting, const char *path)
{
	const char *fault = directory_fault(path);
	const char *check = memory_format(doctor->context, "directory server.%s", setting);
	if (fault)
		doctor_add(doctor, FINDING_WRONG, check,
			memory_format(doctor->context, "%s: %s", path, fault),
			"it must exist, belong to the programs' user and have mode 0750");
	else
		doctor_add(doctor, FINDING_OK, check,
			memory_format(doctor->context, "%s can be written", path), NULL);
}

static void check_templates(struct doctor *doctor)
{
	static const char *const FILES[] = { "catalogue.en", "catalogue.ko", "mail/test.txt",
		"console", "assets/dojang.js" };
	const char *directory = doctor->settings->server.templates_directory,
		   *own = doctor->settings->server.own_templates_directory;
	for (size_t i = 0; i < countof(FILES); i++) {
		const char *path = memory_format(doctor->context, "%s/%s", directory, FILES[i]);
		if (may_reach(path, R_OK))
			continue;
		doctor_add(doctor, FINDING_WRONG, "templates",
			memory_format(doctor->context, "%s: %s", path, strerror(errno)),
			"server.templates_directory must be where the templates were installed");
		return;
	}
	if (own && !may_reach(own, R_OK | X_OK))
		doctor_add(doctor, FINDING_WRONG, "templates",
			memory_format(doctor->context, "%s: %s", own, strerror(errno)),
			"make server.own_templates_directory, or take the setting out");
	else
		doctor_add(doctor, FINDING_OK, "templates",
			memory_format(doctor->context, "%s is complete", directory), NULL);
}

static void check_settings(struct doctor *doctor)
{
	const char *path = doctor->settings->path;
	if (may_reach(path, R_OK))
		doctor_add(doctor, FINDING_OK, "settings",
			memory_format(doctor->context, "%s can be read", path), NULL);
	else
		doctor_add(doctor, FINDING_WRONG, "settings",
			memory_format(doctor->context, "%s: %s", path, strerror(errno)),
			"its owner or group is the programs' user, and its mode 0640");
}

static void check_all(struct doctor *doctor)
{
	check_settings(doctor);
	check_secrets(doctor);
	check_directory(doctor, "state_directory", doctor->settings->server.state_directory);
	check_directory(doctor, "runtime_directory", doctor->settings->server.runtime_directory);
	check_templates(doctor);
}

/* --- in whose eyes --- */

static bool become(const struct passwd *user)
{
	return initgroups(user->pw_name, user->pw_gid) == 0 && setegid(user->pw_gid) == 0
		&& seteuid(user->pw_uid) == 0;
}

/* Root returns to its own user afterwards. */
static void become_root(const gid_t *groups, int count)
{
	if (seteuid(0) != 0 || setegid(0) != 0 || setgroups((size_t)count, groups) != 0)
		abort();
}

/* Root can read everything, so files are checked as the programs' user, the owner of the state
 * directory. */
static void look_as_their_user(struct doctor *doctor)
{
	const char *directory = doctor->settings->server.state_directory;
	struct stat status;
	const struct passwd *user = stat(directory, &status) == 0 && status.st_uid != 0
		? getpwuid(status.st_uid)
		: NULL;
	gid_t groups[GROUPS_MAXIMUM];
	int count = getgroups(GROUPS_MAXIMUM, groups);
	bool has_become = user && count >= 0 && become(user);
	check_all(doctor);
	if (user && count >= 0)
		become_root(groups, count);
	if (has_become)
		doctor_add(doctor, FINDING_OK, "user",
			memory_format(doctor->context,
				"files were looked at as %s, whose the state directory is",
				user->pw_name),
			NULL);
	else
		doctor_add(doctor, FINDING_WARNING, "user",
			memory_format(doctor->context,
				"runs as root, who may read everything, and %s is root's too: what "
				"another user may read was not looked at",
				directory),
			"where the programs run as another user, chown that directory to it");
}

void doctor_check_files(struct doctor *doctor)
{
	if (getuid() == 0)
		look_as_their_user(doctor);
	else
		check_all(doctor);
}
