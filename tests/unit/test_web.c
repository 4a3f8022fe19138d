/* SPDX-License-Identifier: MIT */
/* Requests taken apart, the order of the router's checks, strict bodies, cursors. */
#include "base/memory.h"
#include "base/text.h"
#include "web/cursor.h"
#include "web/problem.h"
#include "web/router.h"

#include "sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* --- a request made of a table of variables --- */

struct variables {
	const char *method, *uri, *type, *length, *authorization, *origin, *requested_headers,
		*body;
};

static const char *get(void *source, const char *name)
{
	const struct variables *v = source;
	const struct {
		const char *name, *value;
	} all[] = {
		{ "REQUEST_METHOD", v->method },
		{ "REQUEST_URI", v->uri },
		{ "CONTENT_TYPE", v->type },
		{ "CONTENT_LENGTH", v->length },
		{ "HTTP_AUTHORIZATION", v->authorization },
		{ "HTTP_ORIGIN", v->origin },
		{ "HTTP_ACCESS_CONTROL_REQUEST_HEADERS", v->requested_headers },
	};
	for (size_t i = 0; i < countof(all); i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].value;
	return NULL;
}

static long read_body(void *source, char *into, size_t size)
{
	const struct variables *v = source;
	size_t length = v->body ? strlen(v->body) : 0;
	memcpy(into, v->body ? v->body : "", length < size ? length : size);
	return (long)(length < size ? length : size);
}

/* --- a small program --- */

struct thing {
	const char *name;
	int64_t size, page;
	bool is_red;
};

static const struct field THING[] = {
	{ .name = "name",
		.type = FIELD_TEXT,
		.source = FIELD_PATH,
		.offset = offsetof(struct thing, name),
		.minimum = 1,
		.maximum = 20 },
	{ .name = "page",
		.type = FIELD_NUMBER,
		.source = FIELD_QUERY,
		.offset = offsetof(struct thing, page),
		.minimum = 1,
		.maximum = 9,
		.fallback = "1" },
	{ .name = "size",
		.type = FIELD_NUMBER,
		.source = FIELD_BODY,
		.offset = offsetof(struct thing, size),
		.minimum = -5,
		.maximum = 5,
		.is_required = true },
	{ .name = "red",
		.type = FIELD_YES_NO,
		.source = FIELD_BODY,
		.offset = offsetof(struct thing, is_red) },
	{ 0 },
};

static struct thing seen;

static enum result handle(const struct call *call, struct response *out)
{
	(void)out;
	seen = call->fields ? *(const struct thing *)call->fields : (struct thing){ 0 };
	seen.name = seen.name ? "named" : NULL;
	return RESULT_OK;
}

static enum result handle_plain(const struct call *call, struct response *out)
{
	(void)call;
	(void)out;
	return RESULT_CREATED;
}

static enum result allow(
	struct call *call, const struct route *route, enum role role, struct response *out)
{
	(void)route;
	(void)out;
	const char *token = call->request->authorization;
	if (!token)
		return ERR_UNAUTHORIZED;
	return role == ROLE_CUSTOMER && strcmp(token, "blocked") == 0 ? ERR_FORBIDDEN : RESULT_OK;
}

static const struct route ROUTES[] = {
	{ "POST", "/things/{name}", ROLE_BEARER, .body_limit = 64, .fields = THING,
		.fields_size = sizeof(struct thing), .handle = handle },
	{ "GET", "/things", ROLE_CUSTOMER, .handle = handle_plain },
	{ "GET", "/open", ROLE_ANYONE, .handle = handle_plain },
};
static const char *const ORIGINS[] = { "https://shop.example" };

static struct response dispatch(void *context, const struct variables *variables)
{
	const char *items[] = { ORIGINS[0] };
	struct text_list origins = { items, 1 };
	struct router router = { .routes = ROUTES,
		.route_count = countof(ROUTES),
		.authorize = allow,
		.origins = &origins };
	union {
		const struct variables *in;
		void *out;
	} source = { .in = variables };
	struct request *request = request_read(context, get, source.out);
	request->read_body = read_body;
	struct call call = { .context = context, .request = request };
	struct response out;
	assert_null(router_fault(&router, context));
	router_dispatch(&router, &call, &out);
	return out;
}

/* --- sentences --- */

#define JSON "application/json"

static const struct {
	const char *sentence;
	struct variables with;
	enum result want;
	const char *field;
} CHECKS[] = {
	{ "an unknown path is 404 even without a token", { .method = "GET", .uri = "/nowhere" },
		ERR_NOT_FOUND, NULL },
	{ "a trailing slash is another path", { .method = "GET", .uri = "/things/" },
		ERR_METHOD_NOT_ALLOWED, NULL },
	{ "an empty piece is no piece", { .method = "GET", .uri = "//things" }, ERR_NOT_FOUND,
		NULL },
	{ "dots are not followed", { .method = "GET", .uri = "/x/../things" }, ERR_NOT_FOUND,
		NULL },
	{ "an escaped letter is that letter",
		{ .method = "GET", .uri = "/%74hings", .authorization = "t" }, RESULT_CREATED,
		NULL },
	{ "a wrong method is 405 before 401", { .method = "PUT", .uri = "/things/a" },
		ERR_METHOD_NOT_ALLOWED, NULL },
	{ "too large is 413 before 401", { .method = "POST", .uri = "/things/a", .length = "65" },
		ERR_TOO_LARGE, NULL },
	{ "a length that is no number is 400",
		{ .method = "POST", .uri = "/things/a", .length = "1x" }, ERR_BAD_REQUEST, NULL },
	{ "no token is 401 before a bad query", { .method = "POST", .uri = "/things/a?x=1" },
		ERR_UNAUTHORIZED, NULL },
	{ "blocked is 403 before a bad query",
		{ .method = "POST", .uri = "/things/a?x=1", .authorization = "blocked" },
		ERR_FORBIDDEN, NULL },
	{ "415 comes before a bad query",
		{ .method = "POST",
			.uri = "/things/a?x=1",
			.authorization = "t",
			.type = "text/plain",
			.length = "2",
			.body = "{}" },
		ERR_UNSUPPORTED_MEDIA_TYPE, NULL },
	{ "a bad query is 400 before a bad body's 422",
		{ .method = "POST",
			.uri = "/things/a?x=1",
			.authorization = "t",
			.type = JSON,
			.length = "2",
			.body = "{}" },
		ERR_BAD_REQUEST, "x" },
	{ "an unknown name in the query",
		{ .method = "GET", .uri = "/things?a=1", .authorization = "t" }, ERR_BAD_REQUEST,
		"a" },
	{ "a repeated name in the query",
		{ .method = "POST", .uri = "/things/a?page=1&page=2", .authorization = "t" },
		ERR_BAD_REQUEST, "page" },
	{ "a number out of bounds in the query",
		{ .method = "POST", .uri = "/things/a?page=10", .authorization = "t" },
		ERR_BAD_REQUEST, "page" },
	{ "percent without digits in the path",
		{ .method = "POST", .uri = "/things/%zz", .authorization = "t" }, ERR_BAD_REQUEST,
		"name" },
	{ "percent at the end of the path",
		{ .method = "POST", .uri = "/things/a%", .authorization = "t" }, ERR_BAD_REQUEST,
		"name" },
	{ "one digit after the percent",
		{ .method = "POST", .uri = "/things/a%4", .authorization = "t" }, ERR_BAD_REQUEST,
		"name" },
	{ "bytes that are not UTF-8 in the path",
		{ .method = "POST", .uri = "/things/%ff", .authorization = "t" }, ERR_BAD_REQUEST,
		"name" },
	{ "a NUL in the path", { .method = "POST", .uri = "/things/a%00b", .authorization = "t" },
		ERR_BAD_REQUEST, "name" },
	{ "a missing field of the body",
		{ .method = "POST", .uri = "/things/a", .authorization = "t" }, ERR_INVALID,
		"size" },
	{ "a good body",
		{ .method = "POST",
			.uri = "/things/a",
			.authorization = "t",
			.type = "Application/JSON; charset=utf-8",
			.length = "10",
			.body = "{\"size\":5}" },
		RESULT_OK, NULL },
	{ "a body shorter than announced",
		{ .method = "POST",
			.uri = "/things/a",
			.authorization = "t",
			.type = JSON,
			.length = "20",
			.body = "" },
		ERR_BAD_REQUEST, NULL },
	{ "an open route needs no token", { .method = "GET", .uri = "/open" }, RESULT_CREATED,
		NULL },
	{ "OPTIONS of a known path", { .method = "OPTIONS", .uri = "/things" }, RESULT_NO_CONTENT,
		NULL },
	{ "OPTIONS of an unknown path", { .method = "OPTIONS", .uri = "/nowhere" }, ERR_NOT_FOUND,
		NULL },
};

static void checks_come_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(CHECKS); i++) {
		void *context = memory_context(NULL);
		struct response out = dispatch(context, &CHECKS[i].with);
		if (out.result != CHECKS[i].want)
			fail_msg("%s: answered %d, not %d", CHECKS[i].sentence, out.result,
				CHECKS[i].want);
		if (CHECKS[i].field
			&& !(out.errors.count
				&& text_equals(out.errors.items[0].field, CHECKS[i].field)))
			fail_msg("%s: does not name %s", CHECKS[i].sentence, CHECKS[i].field);
		memory_free(context);
	}
}

static const struct {
	const char *sentence, *body;
	enum result want;
	const char *field;
} BODIES[] = {
	{ "all fields", "{\"size\":-5,\"red\":true}", RESULT_OK, NULL },
	{ "blanks around", " \n{ \"size\" : 1 }\t\r\n ", RESULT_OK, NULL },
	{ "an escaped name is that name", "{\"s\\u0069ze\":1}", RESULT_OK, NULL },
	{ "null for an optional field", "{\"size\":1,\"red\":null}", RESULT_OK, NULL },
	{ "null for a required field", "{\"size\":null}", ERR_INVALID, "size" },
	{ "a text for a number", "{\"size\":\"1\"}", ERR_INVALID, "size" },
	{ "a whole number with a point", "{\"size\":1.0}", RESULT_OK, NULL },
	{ "a whole number with an exponent", "{\"size\":50e-1}", RESULT_OK, NULL },
	{ "a fraction", "{\"size\":1.5}", ERR_INVALID, "size" },
	{ "a fraction with an exponent", "{\"size\":1e-1}", ERR_INVALID, "size" },
	{ "out of bounds with a point", "{\"size\":6.0}", ERR_INVALID, "size" },
	{ "beyond 64 bits with an exponent", "{\"size\":1e20}", ERR_INVALID, "size" },
	{ "beyond all numbers", "{\"size\":1e400}", ERR_INVALID, "size" },
	{ "a number beyond 64 bits", "{\"size\":99999999999999999999}", ERR_INVALID, "size" },
	{ "out of bounds", "{\"size\":6}", ERR_INVALID, "size" },
	{ "a number for a truth", "{\"size\":1,\"red\":1}", ERR_INVALID, "red" },
	{ "an unknown field", "{\"size\":1,\"blue\":1}", ERR_INVALID, "blue" },
	{ "a field of the path in the body", "{\"size\":1,\"name\":\"b\"}", ERR_INVALID, "name" },
	{ "a repeated field", "{\"size\":1,\"size\":2}", ERR_INVALID, "body" },
	{ "a repeated field, once escaped", "{\"size\":1,\"siz\\u0065\":2}", ERR_INVALID, "body" },
	{ "an array", "[1]", ERR_INVALID, "body" },
	{ "a number", "1", ERR_INVALID, "body" },
	{ "null", "null", ERR_INVALID, "body" },
	{ "nothing but blanks", "  ", ERR_BAD_REQUEST, NULL },
	{ "an open object", "{\"size\":1", ERR_BAD_REQUEST, NULL },
	{ "two values", "{\"size\":1}{}", ERR_BAD_REQUEST, NULL },
	{ "something behind", "{\"size\":1}x", ERR_BAD_REQUEST, NULL },
	{ "a comma too many", "{\"size\":1,}", ERR_BAD_REQUEST, NULL },
	{ "a leading zero", "{\"size\":01}", ERR_BAD_REQUEST, NULL },
	{ "a plus", "{\"size\":+1}", ERR_BAD_REQUEST, NULL },
	{ "NaN", "{\"size\":NaN}", ERR_BAD_REQUEST, NULL },
	{ "Infinity", "{\"size\":-Infinity}", ERR_BAD_REQUEST, NULL },
	{ "True", "{\"size\":1,\"red\":True}", ERR_BAD_REQUEST, NULL },
	{ "single quotes", "{'size':1}", ERR_BAD_REQUEST, NULL },
	{ "a comment", "{\"size\":1/*x*/}", ERR_BAD_REQUEST, NULL },
	{ "a line break in a text", "{\"size\":\"a\nb\"}", ERR_BAD_REQUEST, NULL },
	{ "bytes that are not UTF-8", "{\"size\":\"\xff\"}", ERR_BAD_REQUEST, NULL },
	{ "too deep", "{\"a\":[[[[[[[[[[1]]]]]]]]]]}", ERR_BAD_REQUEST, NULL },
	{ "a byte order mark", "\xef\xbb\xbf{\"size\":1}", ERR_BAD_REQUEST, NULL },
};

static void bodies_are_strict(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(BODIES); i++) {
		void *context = memory_context(NULL);
		struct variables variables = { .method = "POST",
			.uri = "/things/a",
			.authorization = "t",
			.type = JSON,
			.body = BODIES[i].body,
			.length = memory_format(context, "%zu", strlen(BODIES[i].body)) };
		struct response out = dispatch(context, &variables);
		if (out.result != BODIES[i].want)
			fail_msg("%s: answered %d, not %d", BODIES[i].sentence, out.result,
				BODIES[i].want);
		if (BODIES[i].field
			&& !(out.errors.count
				&& text_equals(out.errors.items[0].field, BODIES[i].field)))
			fail_msg("%s: does not name %s", BODIES[i].sentence, BODIES[i].field);
		memory_free(context);
	}
}

static void handlers_get_what_was_sent(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	dispatch(context,
		&(struct variables){ .method = "POST",
			.uri = "/things/a?page=3",
			.authorization = "t",
			.type = JSON,
			.length = "22",
			.body = "{\"size\":-5,\"red\":true}" });
	assert_int_equal(seen.size, -5);
	assert_int_equal(seen.page, 3);
	assert_true(seen.is_red);
	assert_string_equal(seen.name, "named");
	memory_free(context);
}

static void only_configured_origins_may_read(void **state)
{
	(void)state;
	static const struct {
		const char *origin;
		bool may;
	} CASES[] = {
		{ "https://shop.example", true },
		{ "https://shop.example:443", false },
		{ "http://shop.example", false },
		{ "https://SHOP.example", false },
		{ "https://shop.example.evil.example", false },
		{ "null", false },
		{ NULL, false },
	};
	for (size_t i = 0; i < countof(CASES); i++) {
		void *context = memory_context(NULL);
		struct response out = dispatch(context,
			&(struct variables){
				.method = "GET", .uri = "/things", .origin = CASES[i].origin });
		assert_true(out.varies_by_origin);
		assert_int_equal(out.cors_origin != NULL, CASES[i].may);
		memory_free(context);
	}
}

static void a_preflight_allows_what_tools_add(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *origin, *requested, *want;
	} CASES[] = {
		{ "nothing is asked for", "https://shop.example", NULL,
			"Authorization, Content-Type" },
		{ "its own headers", "https://shop.example", "authorization,content-type",
			"Authorization, Content-Type" },
		{ "headers of tracing tools", "https://shop.example", "traceparent,x-datadog-y",
			"Authorization, Content-Type, traceparent, x-datadog-y" },
		{ "blanks, empty names and tabs", "https://shop.example", " , baggage ,\tb3,,",
			"Authorization, Content-Type, baggage, b3" },
		{ "what is no name", "https://shop.example", "a b,c:d,\"e\",f\r\ng,h,\xc3\xa9",
			"Authorization, Content-Type, a, b, h" },
		{ "a wildcard", "https://shop.example", "*,x-*",
			"Authorization, Content-Type, x-*" },
		{ "headers that a page may not set", "https://shop.example",
			"Cookie,Host,Sec-Fetch-Site,Proxy-Authorization,Origin",
			"Authorization, Content-Type" },
		{ "headers by which proxies tell who asks", "https://shop.example",
			"X-Forwarded-For,Forwarded,X-Real-IP,x-forwarded",
			"Authorization, Content-Type, x-forwarded" },
		{ "another origin", "https://evil.example", "traceparent", NULL },
		{ "no origin", NULL, "traceparent", NULL },
	};
	for (size_t i = 0; i < countof(CASES); i++) {
		void *context = memory_context(NULL);
		struct response out = dispatch(context,
			&(struct variables){ .method = "OPTIONS",
				.uri = "/things",
				.origin = CASES[i].origin,
				.requested_headers = CASES[i].requested });
		sentence_text(CASES[i].sentence, CASES[i].want, out.cors_headers);
		memory_free(context);
	}
}

static void a_preflight_has_an_end(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	char requested[5000];
	memset(requested, 'a', sizeof requested - 1);
	requested[sizeof requested - 1] = 0;
	struct response out = dispatch(context,
		&(struct variables){ .method = "OPTIONS",
			.uri = "/things",
			.origin = "https://shop.example",
			.requested_headers = requested });
	assert_string_equal(out.cors_headers, "Authorization, Content-Type");
	out = dispatch(context,
		&(struct variables){ .method = "GET",
			.uri = "/things",
			.authorization = "t",
			.origin = "https://shop.example",
			.requested_headers = "traceparent" });
	assert_null(out.cors_headers);
	memory_free(context);
}

static void methods_are_listed(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	struct response out = dispatch(
		context, &(struct variables){ .method = "DELETE", .uri = "/things" });
	assert_string_equal(out.allow, "GET, HEAD, OPTIONS");
	memory_free(context);
}

static void a_route_without_role_does_not_start(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	static const struct route NO_ROLE[] = { { "GET", "/x", ROLE_UNSET,
		.handle = handle_plain } };
	static const struct route NO_FIELD[] = { { "GET", "/x/{y}", ROLE_ANYONE,
		.handle = handle_plain } };
	assert_non_null(
		router_fault(&(struct router){ .routes = NO_ROLE, .route_count = 1 }, context));
	assert_non_null(
		router_fault(&(struct router){ .routes = NO_FIELD, .route_count = 1 }, context));
	memory_free(context);
}

static void cursors_are_good_for_one_list_and_caller(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	uint64_t position = 0;
	char *cursor = cursor_write(context, "secret", "claims", 7, 0x0123456789abcdefu);
	assert_true(cursor_read(context, "secret", "claims", 7, cursor, &position));
	assert_true(position == 0x0123456789abcdefu);
	assert_false(cursor_read(context, "secret", "claims", 8, cursor, &position));
	assert_false(cursor_read(context, "secret", "points", 7, cursor, &position));
	assert_false(cursor_read(context, "other", "claims", 7, cursor, &position));
	for (size_t i = 0; cursor[i]; i++) {
		char kept = cursor[i];
		cursor[i] = kept == 'A' ? 'B' : 'A';
		assert_false(cursor_read(context, "secret", "claims", 7, cursor, &position));
		cursor[i] = kept;
	}
	assert_false(cursor_read(context, "secret", "claims", 7, "", &position));
	/* A key that ends before its bytes do would be taken for a shorter one. */
	static const struct {
		const char *key;
		size_t size;
		const char *more;
		size_t more_size;
	} rows[] = {
		{ "", 0, "\0", 1 },
		{ "", 0, "\0more", 5 },
		{ "abc", 3, "\0", 1 },
		{ "abc", 3, "\0\0\0more", 7 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		const char *key;
		unsigned char *bytes, longer[64];
		size_t length;
		const char *good = cursor_write_sorted(
			context, "secret", "claims", 7, rows[i].key, 42);
		assert_true(
			cursor_read_sorted(context, "secret", "claims", 7, good, &key, &position));
		assert_string_equal(key, rows[i].key);
		assert_true(text_from_base64url(context, good, strlen(good), &bytes, &length));
		memcpy(longer, bytes, 8 + rows[i].size);
		memcpy(longer + 8 + rows[i].size, rows[i].more, rows[i].more_size);
		memcpy(longer + 8 + rows[i].size + rows[i].more_size, bytes + length - 16, 16);
		const char *forged = text_to_base64url(context, longer, length + rows[i].more_size);
		assert_false(cursor_read_sorted(
			context, "secret", "claims", 7, forged, &key, &position));
	}
	assert_false(cursor_read(
		context, "secret", "claims", 7, memory_format(context, "%sA", cursor), &position));
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_come_in_order),
		cmocka_unit_test(bodies_are_strict),
		cmocka_unit_test(handlers_get_what_was_sent),
		cmocka_unit_test(only_configured_origins_may_read),
		cmocka_unit_test(a_preflight_allows_what_tools_add),
		cmocka_unit_test(a_preflight_has_an_end),
		cmocka_unit_test(methods_are_listed),
		cmocka_unit_test(a_route_without_role_does_not_start),
		cmocka_unit_test(cursors_are_good_for_one_list_and_caller),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
