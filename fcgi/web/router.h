/* SPDX-License-Identifier: MIT */
/* Routes are data. A route that forgets its role does not start (router_fault), and a handler is called only after every check:
 * 404, 405, 413, 401, 403, 415, 400, 422, in this order. */
#ifndef DOJANG_WEB_ROUTER_H
#define DOJANG_WEB_ROUTER_H

#include "base/calendar.h"
#include "base/fields.h"
#include "web/request.h"
#include "web/response.h"

enum role { ROLE_UNSET, ROLE_ANYONE, ROLE_CUSTOMER, ROLE_SHOP };

struct call {
	const void *context;            /* memory of this request, gone with its answer */
	instant now;                    /* the request's one instant */
	const struct request *request;
	const void *fields;             /* the route's struct, filled and checked */
	const void *caller;             /* who it is: made by the program's authorize for the route's role */
	void *program;                  /* the program's own state: connection, caches, settings */
};

typedef enum result handler(const struct call *call, struct response *out);

struct route {
	const char *method, *path;      /* "/api/v1/events/{event}": a name in braces is one segment and a FIELD_PATH of fields */
	enum role role;
	unsigned scope;                 /* ROLE_SHOP: the right a key needs */
	size_t body_limit;              /* bytes; 0: no body is read */
	const struct field *fields;     /* NULL: takes nothing */
	size_t fields_size;             /* of the struct that fields fills */
	handler *handle;
};

struct router {
	const struct route *routes;
	size_t route_count;
	const struct text_list *origins;        /* CORS: origins that may call ROLE_CUSTOMER routes */
	/* Who calls? RESULT_OK and *caller, or ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_UNAVAILABLE. */
	enum result (*authorize)(struct call *call, const struct route *route, struct response *out);
	const char *secret;             /* authenticates cursors */
};

/* Answers NULL, or what is wrong with the table. For the program's start. */
const char *router_fault(const struct router *router);
/* Finds the route, makes the checks, calls the handler; out is complete afterwards. call has context, now, request and program.
 * Answers the route, or NULL when none was found (for the log). */
const struct route *router_dispatch(const struct router *router, struct call *call, struct response *out);

#endif
