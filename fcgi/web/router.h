/* SPDX-License-Identifier: MIT */
/* Routes are data. A route without a role stops the start (router_fault). A handler is called only
 * after all checks: 404, 405, 413, 401, 403, 415, 400, 422, in this order. */
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
	ROLE_CUSTOMER, /* a valid token of an active customer; a new customer is created */
	/* a valid token; the handler's own statement checks the customer, which saves a round trip
	   on the hot routes */
	ROLE_BEARER,
	ROLE_SHOP,    /* an API key with the route's scope */
	ROLE_VIEWER,  /* staff: reads; */
	ROLE_MANAGER, /* also manages events, stock and claims; */
	ROLE_OWNER,   /* also manages staff, keys and settings */
};

struct call {
	const void *context; /* memory of this request, freed after its response */
	instant now;         /* the single instant of the request */
	const struct request *request;
	const void *fields; /* the struct of the route, filled and validated */
	/* the typed values, in a program whose bodies are forms; else NULL */
	const struct form *form;
	/* the caller: set by the program's authorize for the role of the route */
	const void *caller;
	/* the state of the program: connection, caches, settings */
	void *program;
	const struct route *route;     /* NULL: no route has this path and method */
	const struct route *same_path; /* a route with this path; NULL: none */
	bool is_checked;               /* all checks passed */
	/* the result of the route's batch function for this call; NULL: the handler does the work
	 */
	const void *batched;
};

typedef enum result handler(const struct call *call, struct response *out);

enum { BATCH_MAX = 8 };

/* Receives several checked calls of one route, BATCH_MAX at most. It does the work of the handler
 * for those that it can, in fewer statements than single calls take, and sets their `batched`. That
 * is valid until a handler is called without it. */
typedef void batch_handler(struct call *const *calls, size_t count);

struct route {
	/* "/api/v1/events/{event}": a name in braces is one segment and a FIELD_PATH of fields */
	const char *method, *path;
	enum role role;
	unsigned scope;             /* ROLE_SHOP: the rights of which a key needs one */
	size_t body_limit;          /* in bytes; 0: no body is read */
	const struct field *fields; /* NULL: no input */
	size_t fields_size;         /* size of the struct that fields fill */
	handler *handle;
	/* of a customers' route: the handler also serves visitors without a token, with no caller
	 */
	bool serves_visitors;
	/* the query comes from another program and may have unknown names */
	bool ignores_other_names;
	batch_handler *batch; /* NULL: no batching */
	/* of a form: renders the page again with the typed values and out->errors; NULL: an error
	 * page is shown */
	handler *show_again;
	/* "check_ins": the metric dojang_check_ins_total counts its 201 responses; NULL: none */
	const char *created_metric;
};

#define ROUTE_FIELDS(table, struct_) .fields = (table), .fields_size = sizeof(struct_)

/* Sets call->caller. Returns RESULT_OK, ERR_UNAUTHORIZED, ERR_FORBIDDEN or ERR_UNAVAILABLE. */
typedef enum result authorize(
	struct call *call, const struct route *route, enum role role, struct response *out);

/* Protects forms: called with call->form before the fields are read. RESULT_OK or ERR_FORBIDDEN. */
typedef enum result guard_form(const struct call *call, const struct route *route);
/* Renders the body of an error response in the style of the program. */
typedef void present_error(struct call *call, struct response *out);

struct router {
	const struct route *routes;
	size_t route_count;
	authorize *authorize;
	/* authorize is called for ROLE_ANYONE too */
	bool authorizes_anyone;
	guard_form *guard_form;       /* when set, bodies are forms; when NULL, they are JSON */
	present_error *present_error; /* NULL: application/problem+json */
	/* CORS: origins of pages that may call the routes of customers */
	const struct text_list *origins;
	/* CORS also applies to errors of unknown paths below this prefix; NULL: none */
	const char *cors_prefix;
};

/* Checks the table at the start of the program. Returns NULL, or an error, below context. */
const char *router_fault(const struct router *router, const void *context);
/* The steps of a request: find its route, check it, call the handler. call must have context, now,
 * request and program. */
void router_find(const struct router *router, struct call *call);
void router_check(const struct router *router, struct call *call, struct response *out);
/* Afterwards out is complete. */
void router_answer(const struct router *router, struct call *call, struct response *out);
/* Replaces a response by this error. */
void router_refuse(
	const struct router *router, struct call *call, struct response *out, enum result result);
/* All three steps. */
void router_dispatch(const struct router *router, struct call *call, struct response *out);

#endif
