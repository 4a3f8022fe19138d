/* SPDX-License-Identifier: MIT */
/* The settings file. Every setting is a row of SETTINGS or ISSUER_SETTINGS. An unknown name stops
 * the start.
 *
 * The file is INI as libinih reads it: [section], name = value. Comments begin with ; or # at the
 * start of a line, or with " ;" within one. Values are not quoted. A line that starts with a blank
 * continues a list. Lines are shorter than 200 bytes. Relative paths start at the file's directory.
 */
#ifndef DOJANG_BASE_SETTINGS_H
#define DOJANG_BASE_SETTINGS_H

#include "base/fields.h"

enum { ISSUERS_MAXIMUM = 16 };

/* For hosts that are reached by the network; a socket needs none. */
enum tls_mode { TLS_PREFERRED, TLS_OFF, TLS_REQUIRED, TLS_VERIFIED };
enum mail_security { MAIL_STARTTLS, MAIL_TLS, MAIL_PLAIN };
enum token_algorithm { ALGORITHM_HS256, ALGORITHM_RS256, ALGORITHM_ES256 };

/* A section [issuer NAME]. */
struct issuer_settings {
	const char *name;
	const char *iss;
	struct text_list audience; /* aud must contain one of them; */
	/* in a token without aud, client_id must be one of these */
	struct text_list client_id;
	struct text_list token_use; /* empty: not checked */
	/* the first of them that the token has; else the subject */
	struct text_list username_claim;
	const char *account_created_claim; /* NULL: its tokens do not have one */
	int algorithm;                     /* enum token_algorithm */
	const char *secret_file;           /* HS256 */
	const char *second_secret_file;    /* HS256, while a secret is replaced */
	const char *jwks_uri;              /* RS256, ES256 */
	bool allows_http;                  /* jwks_uri may be plain http (allow_http) */
};

/* The section [console_openid]: the provider at which staff may sign in, beside the console's own
 * page. */
struct openid_settings {
	const char *issuer;                         /* NULL: staff sign in by password only */
	const char *name;                           /* shown to staff */
	const char *client_id, *client_secret_file; /* NULL: a public client */
	const char *redirect_uri;
	struct text_list scopes;
	int algorithm; /* enum token_algorithm, of its ID tokens */
	/* all of them, or none, then found by discovery */
	const char *authorization_endpoint, *token_endpoint, *jwks_uri;
	int token_endpoint_auth_method; /* enum openid_secret */
	bool allows_http;
	bool sends_auth_time; /* the provider answers max_age with auth_time */
	int role_from;        /* enum openid_role_from */
	const char *groups_claim;
	struct text_list owner_groups, manager_groups, viewer_groups;
};
enum openid_secret { OPENID_SECRET_BY_METADATA, OPENID_SECRET_IN_HEADER, OPENID_SECRET_IN_BODY };
enum openid_role_from { OPENID_ROLE_FROM_GROUPS, OPENID_ROLE_FROM_ACCOUNT };

struct settings {
	const char *path; /* of the settings file */
	struct {
		/* "unix:/path" or "host:port"; several are separated by commas */
		const char *hosts;
		const char *name;
		const char *account_host; /* of the users below, for grants */
		const char *api_user, *api_password_file;
		const char *console_user, *console_password_file;
		const char *notifier_user, *notifier_password_file;
		const char *admin_user, *admin_password_file;
		int tls; /* enum tls_mode */
		const char *tls_ca_file;
	} database;
	struct {
		/* origins of pages that may call the customers' routes */
		struct text_list origins;
		const char *state_directory;
		const char *runtime_directory; /* for the counters of the workers */
		const char *secret_file;       /* authenticates cursors */
		/* keys for values that are sealed in the database (base/seal.h) */
		const char *seal_key_file, *old_seal_key_file;
		/* templates and texts of pages and mails */
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
		/* and plain http. For a shop in the same network, and for tests */
		bool allows_private_addresses;
		int64_t timeout_seconds;
	} webhook;
	struct {
		int64_t digest_hour, digest_minute; /* local time in digest_time_zone */
		const char *digest_time_zone;
		int64_t keep_days; /* for how long delivered messages are kept */
	} notifier;
	struct {
		const char *time_zone; /* in which points expire at the end of a day */
		/* refunded points whose lot has expired expire so many days later */
		int64_t refund_days;
		int64_t announce_days; /* points.expiring is sent so many days before; 0: never */
	} points;
	struct {
		/* for how long each is kept */
		int64_t address_days, client_days, attempt_days, session_days, sign_in_days,
			audit_address_days;
	} privacy;
	struct {
		bool is_demo; /* enabled */
		/* the rest is only allowed with is_demo */
		const char *clock_file;
		bool has_plain_cookies; /* plain_cookies */
	} demo;
	struct openid_settings console_openid;
	struct issuer_settings issuers[ISSUERS_MAXIMUM];
	size_t issuer_count;
};

/* named "section.name"; offsets in struct settings */
extern const struct field SETTINGS[];
/* of a section [issuer NAME]; offsets in struct issuer_settings */
extern const struct field ISSUER_SETTINGS[];

/* Reads path below context. On an error, returns NULL and sets *error to one sentence with file,
 * line and setting; else *error is NULL. */
const struct settings *settings_read(const void *context, const char *path, const char **error);

/* Reads a secret or password: the first line of a small file, without its newline. Returns NULL and
 * sets *error when the file cannot be read, is empty, or other users may read it. A file of that
 * name in $CREDENTIALS_DIRECTORY (systemd's LoadCredential=) takes precedence. */
const char *settings_read_secret(const void *context, const char *path, const char **error);

#endif
