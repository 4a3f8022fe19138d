/* SPDX-License-Identifier: MIT */
/* Reads requests and writes responses: as FastCGI or, when a web server starts the program without
 * it, once as plain CGI. */
#include "web/server.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/json.h"
#include "base/memory.h"
#include "web/listener.h"
#include "web/problem.h"
#include "web/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST_POOL = 96 * 1024 };

/* --- channels: FastCGI and CGI --- */

static const char *fcgi_variable(void *source, const char *name)
{
	return FCGX_GetParam(name, ((FCGX_Request *)source)->envp);
}

static long fcgi_body(void *source, char *into, size_t size)
{
	FCGX_Request *request = source;
	return request->in ? FCGX_GetStr(into, (int)size, request->in) : 0;
}

static bool fcgi_write(void *source, const char *bytes, size_t size)
{
	return FCGX_PutStr(bytes, (int)size, ((FCGX_Request *)source)->out) == (int)size;
}

static const char *cgi_variable(void *source, const char *name)
{
	(void)source;
	return getenv(name);
}

static long cgi_body(void *source, char *into, size_t size)
{
	(void)source;
	return (long)fread(into, 1, size, stdin);
}

static bool cgi_write(void *source, const char *bytes, size_t size)
{
	(void)source;
	return fwrite(bytes, 1, size, stdout) == size && fflush(stdout) == 0;
}

struct channel {
	const char *(*variable)(void *source, const char *name);
	long (*body)(void *source, char *into, size_t size);
	bool (*write)(void *source, const char *bytes, size_t size);
};

static const struct channel FCGI = { fcgi_variable, fcgi_body, fcgi_write },
			    CGI = { cgi_variable, cgi_body, cgi_write };

/* --- responses --- */

static void put_header(struct writer *head, const char *name, const char *value)
{
	writer_put_text(head, name);
	writer_put(head, ": ", 2);
	writer_put_text(head, value);
	writer_put(head, "\r\n", 2);
}

static void put_number_header(struct writer *head, const char *name, size_t value)
{
	put_header(head, name, memory_format(head->context, "%zu", value));
}

static void put_cors_headers(struct writer *head, const struct response *out)
{
	if (out->varies_by_origin)
		put_header(head, "Vary",
			out->cors_headers ? "Origin, Access-Control-Request-Headers" : "Origin");
	if (!out->cors_origin)
		return;
	put_header(head, "Access-Control-Allow-Origin", out->cors_origin);
	put_header(head, "Access-Control-Expose-Headers",
		"X-Request-Id, Retry-After, WWW-Authenticate");
	if (!out->cors_headers)
		return;
	put_header(head, "Access-Control-Allow-Methods", out->allow);
	put_header(head, "Access-Control-Allow-Headers", out->cors_headers);
	put_header(head, "Access-Control-Max-Age", "600");
}

static void put_optional_headers(struct writer *head, const struct response *out)
{
	if (out->allow)
		put_header(head, "Allow", out->allow);
	if (out->retry_after)
		put_number_header(head, "Retry-After", out->retry_after);
	if (out->headers)
		writer_put_text(head, out->headers);
	if (out->result == ERR_UNAUTHORIZED)
		put_header(head, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
}

static void put_body_headers(struct writer *head, const struct response *out, const char *body)
{
	if (out->stream) {
		put_header(head, "Content-Type", out->content_type);
	} else if (body) {
		put_header(head, "Content-Type",
			out->content_type ? out->content_type : "application/json");
		put_number_header(head, "Content-Length", strlen(body));
	}
}

/* Formats status, headers and body as one text; *size is its length. */
static const char *answer_text(
	const struct response *out, const struct request *request, size_t *size)
{
	const struct problem *problem = problem_of(out->result);
	const char *body = out->json ? json_line(out->json) : out->text;
	struct writer answer = { .context = out->context };
	put_header(&answer, "Status",
		memory_format(out->context, "%d %s", problem->status, problem->reason));
	put_body_headers(&answer, out, body);
	put_header(&answer, "Cache-Control", "no-store");
	put_header(&answer, "X-Request-Id", request->id);
	put_header(&answer, "X-Content-Type-Options", "nosniff");
	put_optional_headers(&answer, out);
	put_cors_headers(&answer, out);
	writer_put(&answer, "\r\n", 2);
	if (body && !request->is_head)
		writer_put_text(&answer, body);
	*size = answer.length;
	return writer_text(&answer);
}

/* --- an exchange: a request and its response --- */

/* One request and its response. */
struct exchange {
	FCGX_Request fcgi;
	const struct channel *channel;
	void *source;
	void *context;
	int64_t started; /* by clock_monotonic_ms */
	struct request *request;
	struct call call;
	struct response out;
	bool is_answered, is_whole; /* is_whole: the response was not cut off */
};

static void read_request(const struct server *server, struct exchange *exchange,
	const struct channel *channel, void *source, void *pool)
{
	exchange->channel = channel;
	exchange->source = source;
	exchange->started = clock_monotonic_ms();
	exchange->context = memory_context(pool);
	exchange->request = request_read(exchange->context, channel->variable, source);
	exchange->request->read_body = channel->body;
	exchange->call = (struct call){ .context = exchange->context,
		.request = exchange->request,
		.program = server->program };
	exchange->is_answered = exchange->is_whole = false;
	router_find(server->router, &exchange->call);
}

/* When a library failed for lack of memory, the error is not returned: the worker ends and another
 * one answers. */
static void end_if_exhausted(const struct response *out)
{
	if (errno == ENOMEM && !is_success(out->result))
		memory_exhausted();
}

static void check(const struct server *server, struct exchange *exchange, instant now)
{
	exchange->call.now = now;
	errno = 0;
	router_check(server->router, &exchange->call, &exchange->out);
	end_if_exhausted(&exchange->out);
}

static void log_request(
	const struct server *server, const struct exchange *exchange, int64_t ms, size_t size)
{
	const struct route *route = exchange->call.route;
	log_write_later("request", LOG_TEXT("program", server->name),
		LOG_TEXT("id", exchange->request->id),
		LOG_TEXT("method", route ? route->method : "-"),
		LOG_TEXT("route", route ? route->path : "-"),
		LOG_NUMBER("status", problem_of(exchange->out.result)->status),
		LOG_NUMBER("ms", ms), LOG_NUMBER("bytes", size));
}

/* Sends the response. A client that has disconnected changes nothing: the work is done. */
static size_t send_answer(struct exchange *exchange)
{
	size_t size;
	const struct response *out = &exchange->out;
	const struct channel *channel = exchange->channel;
	const char *text = answer_text(out, exchange->request, &size);
	exchange->is_whole = true;
	FAULT_POINT("before-answer");
	bool is_taken = channel->write(exchange->source, text, size);
	if (out->stream && !exchange->request->is_head && is_taken)
		exchange->is_whole = out->stream(
			&(struct response_sink){ channel->write, exchange->source },
			out->stream_state);
	return size;
}

static void answer(const struct server *server, struct exchange *exchange)
{
	struct response *out = &exchange->out;
	errno = 0;
	router_answer(server->router, &exchange->call, out);
	end_if_exhausted(out);
	size_t size = send_answer(exchange);
	int64_t ms = clock_monotonic_ms() - exchange->started;
	request_metrics_count(server->request_metrics, exchange->call.route,
		problem_of(out->result)->status, ms, exchange->call.batched);
	log_request(server, exchange, ms, size);
	if (out->result >= ERR_INTERNAL && !out->is_shown && server->explain)
		server->explain(server->program, exchange->request->id);
	memory_free(exchange->context);
	exchange->is_answered = true;
}

/* --- the loop --- */

/* Uses an instant of its own, so that a slow request does not delay it. */
static void run_maintenance(const struct server *server)
{
	if (server->maintenance)
		server->maintenance(server->program, clock_now(server->clock_file));
}

static void answer_and_close(const struct server *server, struct exchange *exchange)
{
	answer(server, exchange);
	FAULT_POINT("after-answer");
	listener_close(&exchange->fcgi, exchange->is_whole);
}

static bool is_same_path(const struct request *a, const struct request *b)
{
	bool is_same = a->segment_count == b->segment_count;
	for (size_t i = 0; is_same && i < a->segment_count; i++)
		is_same = strcmp(a->segments[i].text, b->segments[i].text) == 0;
	return is_same;
}

/* True when the last request cannot be batched with any other. It would delay further requests, so
 * none is read after it. */
static bool is_alone(const struct exchange *exchanges, size_t count)
{
	const struct exchange *last = &exchanges[count - 1];
	const struct route *route = last->call.route;
	if (!route || !route->batch)
		return true;
	for (size_t i = 0; i + 1 < count; i++)
		if (exchanges[i].call.route == route
			&& !is_same_path(exchanges[i].request, last->request))
			return true;
	return false;
}

/* Reads the first request and those that are already waiting. Returns their number. */
static size_t collect_batch(const struct server *server, struct exchange *exchanges, void *pool)
{
	size_t count = 0;
	bool has_come = listener_next(&exchanges[0].fcgi);
	while (has_come) {
		struct exchange *exchange = &exchanges[count++];
		read_request(server, exchange, &FCGI, &exchange->fcgi, pool);
		has_come = count < BATCH_MAX && !is_alone(exchanges, count)
			&& listener_next_at_once(&exchanges[count].fcgi);
	}
	return count;
}

/* Serves all exchanges of the first one's route. Batched ones are answered first, because their
 * results are not valid after other handlers have run. */
static void serve_route(
	const struct server *server, struct exchange *exchanges, size_t count, instant now)
{
	const struct route *route = exchanges[0].call.route;
	struct exchange *those[BATCH_MAX];
	struct call *checked[BATCH_MAX];
	size_t those_count = 0, checked_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (exchanges[i].is_answered || exchanges[i].call.route != route)
			continue;
		check(server, &exchanges[i], now);
		those[those_count++] = &exchanges[i];
		if (exchanges[i].call.is_checked)
			checked[checked_count++] = &exchanges[i].call;
	}
	if (checked_count > 1)
		route->batch(checked, checked_count);
	for (size_t i = 0; i < those_count; i++)
		if (those[i]->call.batched)
			answer_and_close(server, those[i]);
	for (size_t i = 0; i < those_count; i++)
		if (!those[i]->is_answered)
			answer_and_close(server, those[i]);
}

static bool prepare_exchanges(struct exchange *exchanges)
{
	for (size_t i = 0; i < BATCH_MAX; i++)
		if (!listener_prepare(&exchanges[i].fcgi))
			return false;
	return true;
}

static int refuse_to_start(const struct server *server, const char *why)
{
	log_write("start_failed", LOG_TEXT("program", server->name), LOG_TEXT("why", why));
	return EXIT_FAILURE;
}

static int serve_all(const struct server *server, void *pool)
{
	size_t count;
	static struct exchange exchanges[BATCH_MAX];
	const char *why = listener_open();
	if (!why && !prepare_exchanges(exchanges))
		why = "FastCGI cannot be set up";
	if (why)
		return refuse_to_start(server, why);
	run_maintenance(server);
	while ((count = collect_batch(server, exchanges, pool)) > 0) {
		/* one instant for everything that a request does */
		instant now = clock_now(server->clock_file);
		FAULT_BEGIN();
		for (size_t i = 0; i < count; i++)
			if (!exchanges[i].is_answered)
				serve_route(server, &exchanges[i], count - i, now);
		FAULT_END();
		run_maintenance(server);
	}
	const int error = errno;
	log_flush();
	if (listener_has_ended())
		return EXIT_SUCCESS;
	log_write("accept_failed", LOG_TEXT("program", server->name),
		LOG_TEXT("why", strerror(error)));
	return EXIT_FAILURE;
}

static void serve_cgi(const struct server *server, void *pool)
{
	struct exchange exchange = { 0 };
	run_maintenance(server);
	read_request(server, &exchange, &CGI, NULL, pool);
	check(server, &exchange, clock_now(server->clock_file));
	answer(server, &exchange);
	log_flush();
}

int server_run(const struct server *server)
{
	int ending = EXIT_SUCCESS;
	void *pool = memory_pool(NULL, REQUEST_POOL);
	const char *fault = router_fault(server->router, pool);
	if (fault)
		ending = refuse_to_start(server, fault);
	else if (FCGX_IsCGI())
		serve_cgi(server, pool);
	else
		ending = serve_all(server, pool);
	memory_free(pool);
	return ending;
}
