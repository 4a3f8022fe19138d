/* SPDX-License-Identifier: MIT */
/* Defines the tables of all settings and reads a file into them. */
#include "base/settings.h"

#include "base/calendar.h"
#include "base/memory.h"
#include "base/settings_check.h"
#include "base/settings_file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { ISSUER_NAME_MAXIMUM = 32, ROWS_MAXIMUM = 128 };

#define AT(member) .offset = offsetof(struct settings, member)
#define ONE_LINE(most) .type = FIELD_TEXT, .minimum = 1, .maximum = (most)

static const char *const SECURITIES[] = {
	[MAIL_STARTTLS] = "starttls", [MAIL_TLS] = "tls", [MAIL_PLAIN] = "none", NULL
};
static const char *const ALGORITHMS[] = {
	[ALGORITHM_HS256] = "HS256", [ALGORITHM_RS256] = "RS256", [ALGORITHM_ES256] = "ES256", NULL
};
static const char *const ROLE_SOURCES[] = {
	[OPENID_ROLE_FROM_GROUPS] = "groups", [OPENID_ROLE_FROM_ACCOUNT] = "account", NULL
};

const struct field SETTINGS[] = {
	{ .name = "database.hosts",
		ONE_LINE(1000),
		AT(database.hosts),
		.fallback = "unix:/run/mysqld/mysqld.sock",
		.help = "where the database listens: unix:/path or host:port, several separated by "
			"commas, the first that answers is used" },
	{ .name = "database.name",
		ONE_LINE(64),
		AT(database.name),
		.fallback = "dojang",
		.help = "the database" },
	{ .name = "database.account_host",
		ONE_LINE(255),
		AT(database.account_host),
		.fallback = "localhost",
		.help = "the host of the users below, as the database sees it, for the grants" },
	{ .name = "database.api_user",
		ONE_LINE(32),
		AT(database.api_user),
		.fallback = "dojang_api",
		.help = "the customers' pool" },
	{ .name = "database.api_password_file",
		.type = FIELD_FILE,
		AT(database.api_password_file),
		.help = "its password; none: the database knows the user by the socket" },
	{ .name = "database.console_user",
		ONE_LINE(32),
		AT(database.console_user),
		.fallback = "dojang_console",
		.help = "the staff's pool" },
	{ .name = "database.console_password_file",
		.type = FIELD_FILE,
		AT(database.console_password_file),
		.help = "its password" },
	{ .name = "database.notifier_user",
		ONE_LINE(32),
		AT(database.notifier_user),
		.fallback = "dojang_notifier",
		.help = "the notifier" },
	{ .name = "database.notifier_password_file",
		.type = FIELD_FILE,
		AT(database.notifier_password_file),
		.help = "its password" },
	{ .name = "database.admin_user",
		ONE_LINE(32),
		AT(database.admin_user),
		.fallback = "dojang_admin",
		.help = "dojangctl: migrations and grants" },
	{ .name = "database.admin_password_file",
		.type = FIELD_FILE,
		AT(database.admin_password_file),
		.help = "its password" },
	{ .name = "server.origins",
		.type = FIELD_LIST,
		AT(server.origins),
		.help = "origins of the pages that may call the customers' routes from a browser, "
			"like https://shop.example or capacitor://localhost" },
	{ .name = "server.state_directory",
		.type = FIELD_FILE,
		AT(server.state_directory),
		.fallback = "/var/lib/dojang",
		.help = "the issuers' keys are kept here" },
	{ .name = "server.runtime_directory",
		.type = FIELD_FILE,
		AT(server.runtime_directory),
		.fallback = "/run/dojang",
		.help = "the workers count here for /metrics; may be lost at a restart" },
	{ .name = "server.secret_file",
		.type = FIELD_FILE,
		AT(server.secret_file),
		.is_required = true,
		.help = "a long random text, the same on every host: authenticates the positions "
			"in lists" },
	{ .name = "server.seal_key_file",
		.type = FIELD_FILE,
		AT(server.seal_key_file),
		.help = "64 hex digits, the same on every host: the key that seals addresses and "
			"webhook secrets in the database (openssl rand -hex 32)" },
	{ .name = "server.old_seal_key_file",
		.type = FIELD_FILE,
		AT(server.old_seal_key_file),
		.help = "the key before it, still good for reading" },
	{ .name = "mail.host",
		ONE_LINE(253),
		AT(mail.host),
		.help = "the mail server; none: no mail is sent, messages wait" },
	{ .name = "mail.port",
		.type = FIELD_NUMBER,
		AT(mail.port),
		.minimum = 1,
		.maximum = 65535,
		.fallback = "587",
		.help = "its port" },
	{ .name = "mail.security",
		.type = FIELD_CHOICE,
		AT(mail.security),
		.choices = SECURITIES,
		.fallback = "starttls",
		.help = "how the connection is protected: starttls (port 587), tls (port 465) or "
			"none, which is for a server on this host" },
	{ .name = "mail.user",
		ONE_LINE(255),
		AT(mail.user),
		.help = "name to sign in to the mail server; none: no sign-in" },
	{ .name = "mail.password_file",
		.type = FIELD_FILE,
		AT(mail.password_file),
		.help = "its password" },
	{ .name = "mail.ca_file",
		.type = FIELD_FILE,
		AT(mail.ca_file),
		.help = "certificates to trust instead of the system's" },
	{ .name = "mail.from",
		ONE_LINE(254),
		AT(mail.from),
		.fallback = "dojang@localhost",
		.help = "the sender's address" },
	{ .name = "mail.from_name",
		ONE_LINE(100),
		AT(mail.from_name),
		.fallback = "Dojang",
		.help = "the sender's name" },
	{ .name = "mail.timeout_seconds",
		.type = FIELD_NUMBER,
		AT(mail.timeout_seconds),
		.minimum = 1,
		.maximum = 120,
		.fallback = "30",
		.help = "a mail that takes longer is tried again" },
	{ .name = "webhook.allow_private_addresses",
		.type = FIELD_YES_NO,
		AT(webhook.allows_private_addresses),
		.fallback = "no",
		.help = "endpoints may be in private networks or on this host, and may be plain "
			"http" },
	{ .name = "webhook.timeout_seconds",
		.type = FIELD_NUMBER,
		AT(webhook.timeout_seconds),
		.minimum = 1,
		.maximum = 60,
		.fallback = "15",
		.help = "an endpoint that takes longer is tried again" },
	{ .name = "notifier.digest_hour",
		.type = FIELD_NUMBER,
		AT(notifier.digest_hour),
		.minimum = 0,
		.maximum = 23,
		.fallback = "9",
		.help = "the daily digest goes out at this hour" },
	{ .name = "notifier.digest_minute",
		.type = FIELD_NUMBER,
		AT(notifier.digest_minute),
		.minimum = 0,
		.maximum = 59,
		.fallback = "0",
		.help = "and minute" },
	{ .name = "notifier.digest_time_zone",
		.type = FIELD_ZONE,
		AT(notifier.digest_time_zone),
		.fallback = "Asia/Seoul",
		.help = "of this time zone, which times in mails are in too" },
	{ .name = "server.templates_directory",
		.type = FIELD_FILE,
		AT(server.templates_directory),
		.fallback = "/usr/share/dojang/templates",
		.help = "templates and messages as they came" },
	{ .name = "server.own_templates_directory",
		.type = FIELD_FILE,
		AT(server.own_templates_directory),
		.help = "the shop's own, which take their place" },
	{ .name = "notifier.keep_days",
		.type = FIELD_NUMBER,
		AT(notifier.keep_days),
		.minimum = 1,
		.maximum = 3650,
		.fallback = "90",
		.help = "sent and discarded messages are kept for so many days" },
	{ .name = "privacy.address_days",
		.type = FIELD_NUMBER,
		AT(privacy.address_days),
		.minimum = 0,
		.maximum = 3650,
		.fallback = "30",
		.help = "delivery addresses are erased so many days after delivery" },
	{ .name = "privacy.client_days",
		.type = FIELD_NUMBER,
		AT(privacy.client_days),
		.minimum = 1,
		.maximum = 365,
		.fallback = "60",
		.help = "keyed hashes of the addresses that items were claimed from are kept for "
			"so many days, for the review before they ship" },
	{ .name = "privacy.attempt_days",
		.type = FIELD_NUMBER,
		AT(privacy.attempt_days),
		.minimum = 1,
		.maximum = 3650,
		.fallback = "90",
		.help = "the delivery log of webhooks is kept for so many days" },
	{ .name = "privacy.session_days",
		.type = FIELD_NUMBER,
		AT(privacy.session_days),
		.minimum = 1,
		.maximum = 30,
		.fallback = "1",
		.help = "ended sessions of staff are kept for so many days" },
	{ .name = "privacy.sign_in_days",
		.type = FIELD_NUMBER,
		AT(privacy.sign_in_days),
		.minimum = 1,
		.maximum = 30,
		.fallback = "1",
		.help = "failed sign-ins of staff, by keyed hashes, are kept for so many days" },
	{ .name = "privacy.audit_address_days",
		.type = FIELD_NUMBER,
		AT(privacy.audit_address_days),
		.minimum = 1,
		.maximum = 3650,
		.fallback = "365",
		.help = "staff's network addresses in the audit log are erased after so many days, "
			"by dojangctl retention --erase" },
	{ .name = "console_openid.issuer",
		ONE_LINE(255),
		AT(openid.issuer),
		.help = "the OpenID provider where staff may sign in, as its tokens name it, to "
			"the letter; none: by password alone" },
	{ .name = "console_openid.name",
		ONE_LINE(60),
		AT(openid.name),
		.fallback = "OpenID",
		.help = "what staff call it: \"Sign in with …\"" },
	{ .name = "console_openid.client_id",
		ONE_LINE(255),
		AT(openid.client_id),
		.help = "what the provider calls the console" },
	{ .name = "console_openid.client_secret_file",
		.type = FIELD_FILE,
		AT(openid.client_secret_file),
		.help = "the secret that it gave the console; none: a public client, by PKCE "
			"alone" },
	{ .name = "console_openid.redirect_uri",
		ONE_LINE(1000),
		AT(openid.redirect_uri),
		.help = "the console's address for the way back: "
			"https://HOST/admin/sign-in/openid/return" },
	{ .name = "console_openid.scopes",
		.type = FIELD_LIST,
		AT(openid.scopes),
		.fallback = "openid",
		.help = "what the provider is asked for" },
	{ .name = "console_openid.algorithm",
		.type = FIELD_CHOICE,
		AT(openid.algorithm),
		.choices = ALGORITHMS,
		.fallback = "RS256",
		.help = "how its ID tokens are signed: RS256 or ES256" },
	{ .name = "console_openid.authorization_endpoint",
		ONE_LINE(1000),
		AT(openid.authorization_endpoint),
		.help = "where staff go to sign in; none: this and the next two come from the "
			"provider's discovery document" },
	{ .name = "console_openid.token_endpoint",
		ONE_LINE(1000),
		AT(openid.token_endpoint),
		.help = "where the console asks for tokens" },
	{ .name = "console_openid.jwks_uri",
		ONE_LINE(1000),
		AT(openid.jwks_uri),
		.help = "where the provider's keys are" },
	{ .name = "console_openid.allow_http",
		.type = FIELD_YES_NO,
		AT(openid.allows_http),
		.fallback = "no",
		.help = "the provider and redirect_uri may be plain http; for tests" },
	{ .name = "console_openid.role_from",
		.type = FIELD_CHOICE,
		AT(openid.role_from),
		.choices = ROLE_SOURCES,
		.fallback = "groups",
		.help = "groups: the provider's groups give the role at each sign-in; account: it "
			"stays as an owner set it" },
	{ .name = "console_openid.groups_claim",
		ONE_LINE(100),
		AT(openid.groups_claim),
		.fallback = "groups",
		.help = "the claim of the ID token that names the groups" },
	{ .name = "console_openid.owner_groups",
		.type = FIELD_LIST,
		AT(openid.owner_groups),
		.help = "whoever is in one of these is an owner" },
	{ .name = "console_openid.manager_groups",
		.type = FIELD_LIST,
		AT(openid.manager_groups),
		.help = "else, in one of these, a manager" },
	{ .name = "console_openid.viewer_groups",
		.type = FIELD_LIST,
		AT(openid.viewer_groups),
		.help = "else, in one of these, a viewer; whoever is in none of all these is "
			"turned away" },
	{ .name = "demo.enabled",
		.type = FIELD_YES_NO,
		AT(demo.is_demo),
		.fallback = "no",
		.help = "allows what is for the demo alone" },
	{ .name = "demo.clock_file",
		.type = FIELD_FILE,
		AT(demo.clock_file),
		.help = "holds seconds that every program adds to its clock" },
	{ .name = "demo.plain_cookies",
		.type = FIELD_YES_NO,
		AT(demo.has_plain_cookies),
		.fallback = "no",
		.help = "console cookies without Secure and __Host-, since Safari drops Secure "
			"cookies from http://127.0.0.1" },
	{ 0 },
};

#undef AT
#define AT(member) .offset = offsetof(struct issuer_settings, member)

const struct field ISSUER_SETTINGS[] = {
	{ .name = "iss",
		ONE_LINE(255),
		AT(iss),
		.is_required = true,
		.help = "the issuer's name as its tokens have it, to the letter" },
	{ .name = "audience",
		.type = FIELD_LIST,
		AT(audience),
		.help = "a token's aud must name one of these" },
	{ .name = "client_id",
		.type = FIELD_LIST,
		AT(client_id),
		.help = "in a token without aud, client_id must be one of these" },
	{ .name = "token_use",
		.type = FIELD_LIST,
		AT(token_use),
		.help = "a token's token_use must be one of these; none: it is not looked at" },
	{ .name = "username_claim",
		.type = FIELD_LIST,
		AT(username_claim),
		.fallback = "cognito:username, username",
		.help = "the first of these that a token has is the customer's name; without one "
			"it is the subject" },
	{ .name = "account_created_claim",
		ONE_LINE(100),
		AT(account_created_claim),
		.help = "the claim that says when the account was made, for events that ask for "
			"accounts of some age: seconds since 1970 or a time like "
			"2026-11-22T03:04:05Z; Auth0 and Cognito need one of their own for it" },
	{ .name = "algorithm",
		.type = FIELD_CHOICE,
		AT(algorithm),
		.choices = ALGORITHMS,
		.is_required = true,
		.help = "how its tokens are signed" },
	{ .name = "secret_file",
		.type = FIELD_FILE,
		AT(secret_file),
		.help = "HS256: the secret, at least 32 bytes" },
	{ .name = "second_secret_file",
		.type = FIELD_FILE,
		AT(second_secret_file),
		.help = "HS256: another good one, while the secret is being changed" },
	{ .name = "jwks_uri",
		ONE_LINE(1000),
		AT(jwks_uri),
		.help = "RS256, ES256: where its keys are" },
	{ .name = "allow_http",
		.type = FIELD_YES_NO,
		AT(allows_http),
		.fallback = "no",
		.help = "jwks_uri may be plain http; for tests" },
	{ 0 },
};

#undef AT
_Static_assert(countof(SETTINGS) <= ROWS_MAXIMUM && countof(ISSUER_SETTINGS) <= ROWS_MAXIMUM,
	"a mark for each row");

/* --- reading --- */

/* A struct to fill, and the rows of its table that occurred in the file. */
struct target {
	const struct field *table;
	const char *prefix;
	void *values;
	bool seen[ROWS_MAXIMUM];
};

struct reading {
	const void *context;
	struct settings *settings;
	struct target main, issuers[ISSUERS_MAXIMUM];
	struct target *last_target; /* of the previous setting, for lists that continue */
	const struct field *last_field;
	const char *last_value, *last_section;
};

static bool is_issuer_name(const char *name)
{
	size_t length = strlen(name);
	return length > 0 && length <= ISSUER_NAME_MAXIMUM
		&& strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
		== length;
}

static struct target *find_issuer(struct reading *reading, const char *name, const char **error)
{
	struct settings *settings = reading->settings;
	for (size_t i = 0; i < settings->issuer_count; i++)
		if (text_equals(settings->issuers[i].name, name))
			return &reading->issuers[i];
	if (!is_issuer_name(name))
		*error = "an issuer's name must be 1 to 32 letters, digits, dots, hyphens and "
			 "underscores";
	else if (settings->issuer_count == ISSUERS_MAXIMUM)
		*error = memory_format(reading->context, "more than %d issuers", ISSUERS_MAXIMUM);
	if (*error)
		return NULL;
	struct issuer_settings *issuer = &settings->issuers[settings->issuer_count];
	struct target *target = &reading->issuers[settings->issuer_count++];
	*target = (struct target){ ISSUER_SETTINGS,
		memory_format(reading->context, "[issuer %s] ", name), issuer, { false } };
	field_set_fallbacks(ISSUER_SETTINGS, reading->context, issuer);
	issuer->name = memory_copy_text(reading->context, name);
	return target;
}

static const char *set(struct reading *reading, struct target *target, const struct field *field,
	const char *value)
{
	char *copy = memory_copy_text(reading->context, value);
	size_t length = strlen(copy);
	if (field->type == FIELD_LIST && length > 0 && copy[length - 1] == ',')
		copy[--length] = 0; /* the list continues on the next line */
	const char *error = field_set(field, reading->context, target->values, copy, length);
	reading->last_target = target;
	reading->last_field = field;
	reading->last_value = copy;
	return error
		? memory_format(reading->context, "%s%s %s", target->prefix, field->name, error)
		: NULL;
}

static const char *go_on(struct reading *reading, const char *section, const char *value)
{
	const char *before = reading->last_value;
	if (!reading->last_field || reading->last_field->type != FIELD_LIST
		|| !text_equals(reading->last_section, section))
		return "a line that starts with a blank continues a list, and there is none";
	const char *both = memory_format(
		reading->context, "%s%s%s", before, *before ? "," : "", value);
	return set(reading, reading->last_target, reading->last_field, both);
}

static const char *take(
	void *state, const char *section, const char *name, const char *value, bool is_continued)
{
	static const char ISSUER[] = "issuer ";
	struct reading *reading = state;
	const void *context = reading->context;
	const char *error = NULL,
		   *full_name = memory_format(
			   context, "%s%s%s", section, *section ? "." : "", name);
	if (is_continued)
		return go_on(reading, section, value);
	struct target *target = &reading->main;
	if (text_starts_with(section, ISSUER)) {
		full_name = name;
		target = find_issuer(reading, section + strlen(ISSUER), &error);
	}
	if (error)
		return error;
	reading->last_section = memory_copy_text(context, section);
	const struct field *field = field_find(target->table, full_name, FIELD_ANYWHERE);
	if (!field)
		return memory_format(context, "unknown setting %s%s", target->prefix, full_name);
	if (target->seen[field - target->table])
		return memory_format(context, "%s%s was set before", target->prefix, full_name);
	target->seen[field - target->table] = true;
	return set(reading, target, field, value);
}

/* --- after reading --- */

static const char *find_missing(const struct target *target, const void *context)
{
	for (const struct field *field = target->table; field->name; field++)
		if (field->is_required && !target->seen[field - target->table])
			return memory_format(
				context, "%s%s is required", target->prefix, field->name);
	return NULL;
}

/* Programs may run in another directory than the one the file was written for. */
static void complete_paths(const struct target *target, const void *context, const char *directory)
{
	for (const struct field *field = target->table; field->name; field++) {
		const char **path = (const char **)(void *)((char *)target->values + field->offset);
		if (field->type == FIELD_FILE && *path && **path != '/')
			*path = memory_format(context, "%s/%s", directory, *path);
	}
}

static char *directory_of(const void *context, const char *path)
{
	char *whole = realpath(path, NULL);
	if (!whole)
		return memory_copy_text(context, ".");
	char *directory = memory_copy_text(context, whole);
	free(whole);
	*strrchr(directory, '/') = 0;
	return directory;
}

static const char *finish(struct reading *reading)
{
	const char *directory = directory_of(reading->context, reading->settings->path);
	const char *missing = find_missing(&reading->main, reading->context);
	complete_paths(&reading->main, reading->context, directory);
	for (size_t i = 0; i < reading->settings->issuer_count && !missing; i++) {
		missing = find_missing(&reading->issuers[i], reading->context);
		complete_paths(&reading->issuers[i], reading->context, directory);
	}
	return missing ? missing : settings_check(reading->settings, reading->context);
}

const struct settings *settings_read(const void *context, const char *path, const char **error)
{
	struct settings *settings = memory_new(context, struct settings);
	struct reading *reading = memory_new(context, struct reading);
	*reading = (struct reading){ .context = context,
		.settings = settings,
		.main = { SETTINGS, "", settings, { false } } };
	settings->path = memory_copy_text(context, path);
	*error = zones_are_missing() ? ZONES_MISSING : NULL;
	if (*error)
		return NULL;
	field_set_fallbacks(SETTINGS, context, settings);
	*error = settings_file_read(context, path, take, reading);
	if (*error)
		return NULL;
	const char *fault = finish(reading);
	if (fault)
		*error = memory_format(context, "%s: %s", path, fault);
	return fault ? NULL : settings;
}
