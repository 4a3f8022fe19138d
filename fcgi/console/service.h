/* SPDX-License-Identifier: MIT */
/* The state of the console program for handlers: call->program and call->caller. */
#ifndef DOJANG_CONSOLE_SERVICE_H
#define DOJANG_CONSOLE_SERVICE_H

#include "auth/openid_provider.h"
#include "auth/session.h"
#include "base/seal.h"
#include "base/settings.h"
#include "db/db.h"
#include "web/catalogue.h"
#include "web/request_metrics.h"
#include "web/router.h"
#include "web/template.h"

struct console {
	const struct settings *settings;
	const char *secret;
	/* opens delivery addresses; NULL: no key was set */
	const struct seal *seal;
	struct openid_provider *openid; /* NULL: staff sign in by password only */
	struct db *db;
	struct db *slow_query_db; /* for counting over all rows, between answers */
	uint64_t event_to_count;  /* 0: nothing is due */
	/* the same at once, regardless of the last count */
	uint64_t event_that_changed;
	uint64_t event_to_list;                /* the same for its participants */
	uint64_t outage_at_work, outage_event; /* 0: none */
	bool has_begun;
	const struct catalogue *catalogues[LANGUAGE_COUNT];
	const struct templates *templates;
	/* NULL: the installed one is used */
	const char *own_style;
	struct request_metrics *request_metrics;
};

/* A person who views pages, signed in or not. */
struct console_user {
	bool is_signed_in;
	struct session session; /* when signed in */
	const char *token;      /* the value of the cookie; NULL: none */
	const char *new_token;  /* a cookie value to set; NULL: none */
	enum language language;
};

static inline struct console *console_of(const struct call *call)
{
	return call->program;
}

static inline const struct console_user *console_user_of(const struct call *call)
{
	return call->caller;
}

static inline const struct catalogue *catalogue_of(const struct call *call)
{
	return console_of(call)->catalogues[console_user_of(call)->language];
}

#endif
