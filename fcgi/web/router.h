/* SPDX-License-Identifier: MIT */
/* Routes are data. A route that forgets its role does not start (router_fault), and a handler is
 * called only after every check: 404, 405, 413, 401, 403, 415, 400, 422, in this order. */
#ifndef DOJANG_WEB_ROUTER_H
#define DOJANG_WEB_ROUTER_H

#include "base/calendar.h"
#include "base/fields.h"
#include "web/form.h"
#include "web/request.h"
#include "web/response.h"

enum role {
	ROLE_UNSET, /* illegal */
	ROLE_ANYONE,
	ROLE_CUSTOMER, /* a good token of a customer that exists and may */
	/* a good token; the handler's own statement looks at the customer (the hot routes: one look
	   less) */
	ROLE_BEARER,
	ROLE_SHOP,    /* an API key with the route's scope */
	ROLE_VIEWER,  /* staff: sees … */
	ROLE_MANAGER, /* … and runs events, stock and claims … */
	ROLE_OWNER,   /* … and manages staff, keys and settings */
};

struct call {
	const void *context; /* memory of this request, gone with its answer */
	instant now;         /* the request's one instant */
	const struct request *request;
	const void *fields; /* the route's struct, filled and checked */
	/* what was typed, of a program whose bodies are forms; else NULL */
	const struct form *form;
	/* who it is: made by the program's authorize for the route's role */
	const void *caller;
	/* the program's own state: connection, caches, settings */
	void *program;
	const struct route *route;     /* NULL: none has this path and method … */
	const struct route *same_path; /* … and whose path it is, NULL: nobody's */
	bool is_checked;               /* nothing speaks against calling the handler */
	/* what the route's together found for the handler to tell; NULL: it is to look for itself
	 */
	const void *batched;
};

typedef enum result handler(const struct call *call, struct response *out);

enum { BATCH_MAX = 8 };

/* Several calls of one route that came at once, BATCH_MAX at most, all checked: does the
 * handlers' work for those for whom it can, in fewer statements than they would take one by one,
 * and sets their found, which is good until a handler is called without. */
typedef void batch_handler(struct call *const *calls, size_t count);

struct route {
	/* "/api/v1/events/{event}": a name in braces is one segment and a FIELD_PATH of fields */
	const char *method, *path;
	enum role role;
	unsigned scope;             /* ROLE_SHOP: the right a key needs */
	size_t body_limit;          /* bytes; 0: no body is read */
	const struct field *fields; /* NULL: takes nothing */
	size_t fields_size;         /* of the struct that fields fills */
	handler *handle;
	/* of the query: another program wrote it, and may say more than we know */
	bool ignores_other_names;
	batch_handler *batch; /* NULL: each call by itself */
	/* of a form: makes the page again, with what was typed and out->errors; NULL: an error page
	 * does */
	handler *show_again;
};

/* Who calls? Sets call->caller and answers RESULT_OK, or ERR_UNAUTHORIZED, ERR_FORBIDDEN,
 * ERR_UNAVAILABLE. */
typedef enum result authorize(
	struct call *call, const struct route *route, enum role role, struct response *out);

/* What protects forms: called with call->form before their fields are looked at. RESULT_OK, or
 * ERR_FORBIDDEN. */
typedef enum result guard_form(const struct call *call, const struct route *route);
/* Makes the body of an error answer in the program's own clothes. */
typedef void present_error(struct call *call, struct response *out);

struct router {
	const struct route *routes;
	size_t route_count;
	authorize *authorize;
	/* authorize is asked for routes of ROLE_ANYONE too */
	bool authorizes_anyone;
	guard_form *guard_form;       /* set: bodies are forms; NULL: they are JSON */
	present_error *present_error; /* NULL: application/problem+json */
	/* CORS: pages that may call the customers' routes */
	const struct text_list *origins;
	/* also on the errors of paths below it that no route has; NULL: none */
	const char *cors_prefix;
};

/* Answers NULL, or what is wrong with the table, below context. For the program's start. */
const char *router_fault(const struct router *router, const void *context);
/* call has context, now, request and program in all of these. The way of a request: its route, the
 * checks, the handler's answer. */
void router_find(const struct router *router, struct call *call);
void router_check(const struct router *router, struct call *call, struct response *out);
/* out is complete afterwards. */
void router_answer(const struct router *router, struct call *call, struct response *out);
/* The whole way. */
void router_dispatch(const struct router *router, struct call *call, struct response *out);

#endif
