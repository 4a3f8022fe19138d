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

static const char *const TLS_MODES[] = { [TLS_PREFERRED] = "preferred",
	[TLS_OFF] = "off",
	[TLS_REQUIRED] = "required",
	[TLS_VERIFIED] = "verified",
	NULL };
static const char *const SECURITIES[] = {
	[MAIL_STARTTLS] = "starttls", [MAIL_TLS] = "tls", [MAIL_PLAIN] = "none", NULL
};
static const char *const ALGORITHMS[] = {
	[ALGORITHM_HS256] = "HS256", [ALGORITHM_RS256] = "RS256", [ALGORITHM_ES256] = "ES256", NULL
};
static const char *const SECRET_METHODS[] = { [OPENID_SECRET_BY_METADATA] = "metadata",
	[OPENID_SECRET_IN_HEADER] = "client_secret_basic",
	[OPENID_SECRET_IN_BODY] = "client_secret_post",
	NULL };
static const char *const ROLE_SOURCES[] = {
	[OPENID_ROLE_FROM_GROUPS] = "groups", [OPENID_ROLE_FROM_ACCOUNT] = "account", NULL
};

const struct field SETTINGS[] = {
	FIELD(struct settings, database.hosts, FIELD_TEXT, FIELD_RANGE(1, 1000),
		.fallback = "unix:/run/mysqld/mysqld.sock",
		.help = "where the database listens: unix:/path or host:port, several separated by "
			"commas, the first that answers is used"),
	FIELD(struct settings, database.name, FIELD_TEXT, FIELD_RANGE(1, 64), .fallback = "dojang",
		.help = "the database"),
	FIELD(struct settings, database.account_host, FIELD_TEXT, FIELD_RANGE(1, 255),
		.fallback = "localhost",
		.help = "the host of the users below, as the database sees it, for the grants"),
	FIELD(struct settings, database.api_user, FIELD_TEXT, FIELD_RANGE(1, 32),
		.fallback = "dojang_api", .help = "the customers' pool"),
	FIELD(struct settings, database.api_password_file, FIELD_FILE,
		.help = "its password; none: the database knows the user by the socket"),
	FIELD(struct settings, database.console_user, FIELD_TEXT, FIELD_RANGE(1, 32),
		.fallback = "dojang_console", .help = "the staff's pool"),
	FIELD(struct settings, database.console_password_file, FIELD_FILE, .help = "its password"),
	FIELD(struct settings, database.notifier_user, FIELD_TEXT, FIELD_RANGE(1, 32),
		.fallback = "dojang_notifier", .help = "the notifier"),
	FIELD(struct settings, database.notifier_password_file, FIELD_FILE, .help = "its password"),
	FIELD(struct settings, database.admin_user, FIELD_TEXT, FIELD_RANGE(1, 32),
		.fallback = "dojang_admin", .help = "dojangctl: migrations and grants"),
	FIELD(struct settings, database.admin_password_file, FIELD_FILE, .help = "its password"),
	FIELD(struct settings, database.tls, FIELD_CHOICE, .choices = TLS_MODES,
		.fallback = "preferred",
		.help = "TLS to the database, for hosts other than unix: off, preferred (where the "
			"server offers it), required, or verified (the certificate and the name "
			"in it are checked as well)"),
	FIELD(struct settings, database.tls_ca_file, FIELD_FILE,
		.help = "certificates of the authorities that verified trusts"),
	FIELD(struct settings, server.origins, FIELD_LIST,
		.help = "origins of the pages that may call the customers' routes from a browser, "
			"like https://shop.example or capacitor://localhost"),
	FIELD(struct settings, server.state_directory, FIELD_FILE, .fallback = "/var/lib/dojang",
		.help = "the issuers' keys are kept here"),
	FIELD(struct settings, server.runtime_directory, FIELD_FILE, .fallback = "/run/dojang",
		.help = "the workers count here for /metrics; may be lost at a restart"),
	FIELD(struct settings, server.secret_file, FIELD_FILE, .is_required = true,
		.help = "a long random text, the same on every host: authenticates the positions "
			"in lists"),
	FIELD(struct settings, server.seal_key_file, FIELD_FILE,
		.help = "64 hex digits, the same on every host: the key that seals addresses and "
			"webhook secrets in the database (openssl rand -hex 32)"),
	FIELD(struct settings, server.old_seal_key_file, FIELD_FILE,
		.help = "the key before it, still good for reading"),
	FIELD(struct settings, mail.host, FIELD_TEXT, FIELD_RANGE(1, 253),
		.help = "the mail server; none: no mail is sent, messages wait"),
	FIELD(struct settings, mail.port, FIELD_NUMBER, FIELD_RANGE(1, 65535), .fallback = "587",
		.help = "its port"),
	FIELD(struct settings, mail.security, FIELD_CHOICE, .choices = SECURITIES,
		.fallback = "starttls",
		.help = "how the connection is protected: starttls (port 587), tls (port 465) or "
			"none, which is for a server on this host"),
	FIELD(struct settings, mail.user, FIELD_TEXT, FIELD_RANGE(1, 255),
		.help = "name to sign in to the mail server; none: no sign-in"),
	FIELD(struct settings, mail.password_file, FIELD_FILE, .help = "its password"),
	FIELD(struct settings, mail.ca_file, FIELD_FILE,
		.help = "certificates to trust instead of the system's"),
	FIELD(struct settings, mail.from, FIELD_TEXT, FIELD_RANGE(1, 254),
		.fallback = "dojang@localhost", .help = "the sender's address"),
	FIELD(struct settings, mail.from_name, FIELD_TEXT, FIELD_RANGE(1, 100),
		.fallback = "Dojang", .help = "the sender's name"),
	FIELD(struct settings, mail.timeout_seconds, FIELD_NUMBER, FIELD_RANGE(1, 120),
		.fallback = "30", .help = "a mail that takes longer is tried again"),
	FIELD_NAMED("webhook.allow_private_addresses", FIELD_ANYWHERE, struct settings,
		webhook.allows_private_addresses, FIELD_YES_NO, .fallback = "no",
		.help = "endpoints may be in private networks or on this host, and may be plain "
			"http"),
	FIELD(struct settings, webhook.timeout_seconds, FIELD_NUMBER, FIELD_RANGE(1, 60),
		.fallback = "15", .help = "an endpoint that takes longer is tried again"),
	FIELD(struct settings, notifier.digest_hour, FIELD_NUMBER, FIELD_RANGE(0, 23),
		.fallback = "9", .help = "the daily digest goes out at this hour"),
	FIELD(struct settings, notifier.digest_minute, FIELD_NUMBER, FIELD_RANGE(0, 59),
		.fallback = "0", .help = "and minute"),
	FIELD(struct settings, notifier.digest_time_zone, FIELD_ZONE, .fallback = "Asia/Seoul",
		.help = "of this time zone, which times in mails are in too"),
	FIELD(struct settings, server.templates_directory, FIELD_FILE,
		.fallback = "/usr/share/dojang/templates",
		.help = "templates and messages as they came"),
	FIELD(struct settings, server.own_templates_directory, FIELD_FILE,
		.help = "the shop's own, which take their place"),
	FIELD(struct settings, notifier.keep_days, FIELD_NUMBER, FIELD_RANGE(1, 3650),
		.fallback = "90", .help = "sent and discarded messages are kept for so many days"),
	FIELD(struct settings, points.time_zone, FIELD_ZONE, .fallback = "Asia/Seoul",
		.help = "points that expire do so at the end of a day of this time zone"),
	FIELD(struct settings, points.refund_days, FIELD_NUMBER, FIELD_RANGE(0, 365),
		.fallback = "7",
		.help = "refunded points that have expired meanwhile can be spent for so many "
			"more days; 0: not at all"),
	FIELD(struct settings, points.announce_days, FIELD_NUMBER, FIELD_RANGE(0, 365),
		.fallback = "7",
		.help = "the webhook points.expiring is sent so many days before points expire; 0: "
			"never"),
	FIELD(struct settings, privacy.address_days, FIELD_NUMBER, FIELD_RANGE(0, 3650),
		.fallback = "30",
		.help = "delivery addresses are erased so many days after delivery"),
	FIELD(struct settings, privacy.client_days, FIELD_NUMBER, FIELD_RANGE(1, 365),
		.fallback = "60",
		.help = "keyed hashes of the addresses that items were claimed from are kept for "
			"so many days, for the review before they ship"),
	FIELD(struct settings, privacy.attempt_days, FIELD_NUMBER, FIELD_RANGE(1, 3650),
		.fallback = "90", .help = "the delivery log of webhooks is kept for so many days"),
	FIELD(struct settings, privacy.session_days, FIELD_NUMBER, FIELD_RANGE(1, 30),
		.fallback = "1", .help = "ended sessions of staff are kept for so many days"),
	FIELD(struct settings, privacy.sign_in_days, FIELD_NUMBER, FIELD_RANGE(1, 30),
		.fallback = "1",
		.help = "failed sign-ins of staff, by keyed hashes, are kept for so many days"),
	FIELD(struct settings, privacy.audit_address_days, FIELD_NUMBER, FIELD_RANGE(1, 3650),
		.fallback = "365",
		.help = "staff's network addresses in the audit log are erased after so many days, "
			"by dojangctl retention --erase"),
	FIELD(struct settings, console_openid.issuer, FIELD_TEXT, FIELD_RANGE(1, 255),
		.help = "the OpenID provider where staff may sign in, as its tokens name it, to "
			"the letter; none: by password alone"),
	FIELD(struct settings, console_openid.name, FIELD_TEXT, FIELD_RANGE(1, 60),
		.fallback = "OpenID", .help = "what staff call it: \"Sign in with …\""),
	FIELD(struct settings, console_openid.client_id, FIELD_TEXT, FIELD_RANGE(1, 255),
		.help = "what the provider calls the console"),
	FIELD(struct settings, console_openid.client_secret_file, FIELD_FILE,
		.help = "the secret that it gave the console; none: a public client, by PKCE "
			"alone"),
	FIELD(struct settings, console_openid.redirect_uri, FIELD_TEXT, FIELD_RANGE(1, 1000),
		.help = "the console's address for the way back: "
			"https://HOST/admin/sign-in/openid/return"),
	FIELD(struct settings, console_openid.scopes, FIELD_LIST, .fallback = "openid",
		.help = "what the provider is asked for"),
	FIELD(struct settings, console_openid.algorithm, FIELD_CHOICE, .choices = ALGORITHMS,
		.fallback = "RS256", .help = "how its ID tokens are signed: RS256 or ES256"),
	FIELD(struct settings, console_openid.authorization_endpoint, FIELD_TEXT,
		FIELD_RANGE(1, 1000),
		.help = "where staff go to sign in; none: this and the next two come from the "
			"provider's discovery document"),
	FIELD(struct settings, console_openid.token_endpoint, FIELD_TEXT, FIELD_RANGE(1, 1000),
		.help = "where the console asks for tokens"),
	FIELD(struct settings, console_openid.jwks_uri, FIELD_TEXT, FIELD_RANGE(1, 1000),
		.help = "where the provider's keys are"),
	FIELD(struct settings, console_openid.token_endpoint_auth_method, FIELD_CHOICE,
		.choices = SECRET_METHODS, .fallback = "metadata",
		.help = "how the console sends its secret: client_secret_basic (header), "
			"client_secret_post (body), or metadata: what the discovery document "
			"lists, the header first"),
	FIELD_NAMED("console_openid.allow_http", FIELD_ANYWHERE, struct settings,
		console_openid.allows_http, FIELD_YES_NO, .fallback = "no",
		.help = "the provider and redirect_uri may be plain http; for tests"),
	FIELD_NAMED("console_openid.auth_time", FIELD_ANYWHERE, struct settings,
		console_openid.sends_auth_time, FIELD_YES_NO, .fallback = "yes",
		.help = "linking one's own account needs a new sign-in there, proved by auth_time; "
			"no: for providers that do not send it, such as Google"),
	FIELD(struct settings, console_openid.role_from, FIELD_CHOICE, .choices = ROLE_SOURCES,
		.fallback = "groups",
		.help = "groups: the provider's groups give the role at each sign-in; account: it "
			"stays as an owner set it"),
	FIELD(struct settings, console_openid.groups_claim, FIELD_TEXT, FIELD_RANGE(1, 100),
		.fallback = "groups", .help = "the claim of the ID token that names the groups"),
	FIELD(struct settings, console_openid.owner_groups, FIELD_LIST,
		.help = "whoever is in one of these is an owner"),
	FIELD(struct settings, console_openid.manager_groups, FIELD_LIST,
		.help = "else, in one of these, a manager"),
	FIELD(struct settings, console_openid.viewer_groups, FIELD_LIST,
		.help = "else, in one of these, a viewer; whoever is in none of all these is "
			"turned away"),
	FIELD_NAMED("demo.enabled", FIELD_ANYWHERE, struct settings, demo.is_demo, FIELD_YES_NO,
		.fallback = "no", .help = "allows what is for the demo alone"),
	FIELD(struct settings, demo.clock_file, FIELD_FILE,
		.help = "holds seconds that every program adds to its clock"),
	FIELD_NAMED("demo.plain_cookies", FIELD_ANYWHERE, struct settings, demo.has_plain_cookies,
		FIELD_YES_NO, .fallback = "no",
		.help = "console cookies without Secure and __Host-, since Safari drops Secure "
			"cookies from http://127.0.0.1"),
	{ 0 },
};

const struct field ISSUER_SETTINGS[] = {
	FIELD(struct issuer_settings, iss, FIELD_TEXT, FIELD_RANGE(1, 255), .is_required = true,
		.help = "the issuer's name as its tokens have it, to the letter"),
	FIELD(struct issuer_settings, audience, FIELD_LIST,
		.help = "a token's aud must name one of these"),
	FIELD(struct issuer_settings, client_id, FIELD_LIST,
		.help = "in a token without aud, client_id must be one of these"),
	FIELD(struct issuer_settings, token_use, FIELD_LIST,
		.help = "a token's token_use must be one of these; none: it is not looked at"),
	FIELD(struct issuer_settings, username_claim, FIELD_LIST,
		.fallback = "cognito:username, username",
		.help = "the first of these that a token has is the customer's name; without one "
			"it is the subject"),
	FIELD(struct issuer_settings, account_created_claim, FIELD_TEXT, FIELD_RANGE(1, 100),
		.help = "the claim that says when the account was made, for events that ask for "
			"accounts of some age: seconds since 1970 or a time like "
			"2026-11-22T03:04:05Z; Auth0 and Cognito need one of their own for it"),
	FIELD(struct issuer_settings, algorithm, FIELD_CHOICE, .choices = ALGORITHMS,
		.is_required = true, .help = "how its tokens are signed"),
	FIELD(struct issuer_settings, secret_file, FIELD_FILE,
		.help = "HS256: the secret, at least 32 bytes"),
	FIELD(struct issuer_settings, second_secret_file, FIELD_FILE,
		.help = "HS256: another good one, while the secret is being changed"),
	FIELD(struct issuer_settings, jwks_uri, FIELD_TEXT, FIELD_RANGE(1, 1000),
		.help = "RS256, ES256: where its keys are"),
	FIELD_NAMED("allow_http", FIELD_ANYWHERE, struct issuer_settings, allows_http, FIELD_YES_NO,
		.fallback = "no", .help = "jwks_uri may be plain http; for tests"),
	{ 0 },
};

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
