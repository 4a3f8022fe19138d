/* SPDX-License-Identifier: MIT */
/* The settings file: every setting is a row of SETTINGS or ISSUER_SETTINGS; an unknown name stops
 * the start.
 *
 * The file is INI as libinih reads it: [section], name = value, comments after ; or # at a line's
 * start and after " ;" within one. Values are not quoted. A line that starts with a blank continues
 * a list. Lines end before 200 bytes. Paths that do not start with a slash start at the file's
 * directory. */
#ifndef DOJANG_BASE_SETTINGS_H
#define DOJANG_BASE_SETTINGS_H

#include "base/fields.h"

enum { ISSUERS_MAXIMUM = 16 };

enum mail_security { MAIL_STARTTLS, MAIL_TLS, MAIL_PLAIN };
enum token_algorithm { ALGORITHM_HS256, ALGORITHM_RS256, ALGORITHM_ES256 };

/* A section [issuer NAME]. */
struct issuer_settings {
	const char *name;
	const char *iss;
	struct text_list audience; /* aud must name one of them … */
	/* … or, in a token without aud, client_id one of these */
	struct text_list client_id;
	struct text_list token_use; /* empty: not looked at */
	/* the first that the token has; else the subject */
	struct text_list username_claim;
	const char *account_created_claim; /* NULL: its tokens do not say */
	int algorithm;                     /* enum token_algorithm */
	const char *secret_file;           /* HS256 */
	const char *second_secret_file;    /* HS256, while a secret is being changed */
	const char *jwks_uri;              /* RS256, ES256 */
	bool allows_http;                  /* jwks_uri may be plain http (allow_http) */
};

/* The section [console_openid]: where staff may sign in besides the console's own page. */
struct openid_settings {
	const char *issuer;                         /* NULL: staff sign in by password alone */
	const char *name;                           /* what staff call it */
	const char *client_id, *client_secret_file; /* without a file: a public client */
	const char *redirect_uri;
	struct text_list scopes;
	int algorithm; /* enum token_algorithm, of its ID tokens */
	/* all of them, or none: found by discovery */
	const char *authorization_endpoint, *token_endpoint, *jwks_uri;
	bool allows_http;
	int role_from; /* enum openid_role_from */
	const char *groups_claim;
	struct text_list owner_groups, manager_groups, viewer_groups;
};
enum openid_role_from { OPENID_ROLE_FROM_GROUPS, OPENID_ROLE_FROM_ACCOUNT };

struct settings {
	const char *path; /* of the file itself */
	struct {
		/* "unix:/path" or "host:port", several by commas */
		const char *hosts;
		const char *name;
		const char *account_host; /* of the users below, for grants */
		const char *api_user, *api_password_file;
		const char *console_user, *console_password_file;
		const char *notifier_user, *notifier_password_file;
		const char *admin_user, *admin_password_file;
	} database;
	struct {
		/* browsers' pages that may call the customers' routes */
		struct text_list origins;
		const char *state_directory;
		const char *runtime_directory; /* the workers' counters */
		const char *secret_file;       /* authenticates cursors */
		/* of what is sealed in the database, see base/seal.h */
		const char *seal_key_file, *old_seal_key_file;
		/* what pages and mails are made of */
		const char *templates_directory, *own_templates_directory;
	} server;
	struct {
		const char *host; /* NULL: no mail is sent */
		int64_t port;
		int security; /* enum mail_security */
		const char *user, *password_file;
		const char *ca_file; /* NULL: the system's */
		const char *from, *from_name;
		int64_t timeout_seconds;
	} mail;
	struct {
		/* and plain http; for a shop in the same network, and for tests */
		bool allows_private_addresses;
		int64_t timeout_seconds;
	} webhook;
	struct {
		int64_t digest_hour, digest_minute; /* local to digest_time_zone */
		const char *digest_time_zone;
		int64_t keep_days; /* what ended well is kept so long */
	} notifier;
	struct {
		/* kept so long */
		int64_t address_days, client_days, attempt_days, session_days, sign_in_days,
			audit_address_days;
	} privacy;
	struct {
		bool is_demo;           /* enabled */
		const char *clock_file; /* refused unless is_demo */
	} demo;
	struct openid_settings openid;
	struct issuer_settings issuers[ISSUERS_MAXIMUM];
	size_t issuer_count;
};

/* named "section.name"; offsets in struct settings */
extern const struct field SETTINGS[];
/* of a section [issuer NAME]; offsets in struct issuer_settings */
extern const struct field ISSUER_SETTINGS[];

/* Reads path below context. Answers NULL and sets *error to one sentence with file, line and
 * setting when something is wrong; else *error is NULL. */
const struct settings *settings_read(const void *context, const char *path, const char **error);

/* The first line of a small file without its newline: secrets and passwords. NULL and *error when
 * it cannot be read, is empty or other users may read it. A file of that name in
 * $CREDENTIALS_DIRECTORY (systemd's LoadCredential=) is taken in its place. */
const char *settings_read_secret(const void *context, const char *path, const char **error);

#endif
