/* SPDX-License-Identifier: MIT */
/* Accepts requests one at a time and writes their answers, as FastCGI or, started by a web server without it, once as plain CGI. */
#include "web/server.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/json.h"
#include "base/memory.h"
#include "web/problem.h"

#include <fcgiapp.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { REQUEST_POOL = 96 * 1024, LAST_LOOK_MS = 50 };

/* --- where a request comes from ------------------------------------------------------------------------------------------------ */

static const char *fcgi_variable(void *source, const char *name)
{
	return FCGX_GetParam(name, ((FCGX_Request *)source)->envp);
}

static long fcgi_body(void *source, char *into, size_t size)
{
	return FCGX_GetStr(into, (int)size, ((FCGX_Request *)source)->in);
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

static const struct channel FCGI = { fcgi_variable, fcgi_body, fcgi_write }, CGI = { cgi_variable, cgi_body, cgi_write };

/* --- answers ------------------------------------------------------------------------------------------------------------------ */

static char *cors_headers(const struct response *out, const struct request *request)
{
	char *text = memory_copy_text(out->context, out->varies_by_origin ? "Vary: Origin\r\n" : "");
	if (!out->cors_origin)
		return text;
	text = memory_format(out->context, "%sAccess-Control-Allow-Origin: %s\r\n"
		"Access-Control-Expose-Headers: X-Request-Id, Retry-After, WWW-Authenticate\r\n", text, out->cors_origin);
	if (strcmp(request->method, "OPTIONS") == 0 && out->allow)
		text = memory_format(out->context, "%sAccess-Control-Allow-Methods: %s\r\nAccess-Control-Allow-Headers: Authorization, Content-Type\r\n"
			"Access-Control-Max-Age: 600\r\n", text, out->allow);
	return text;
}

static char *optional_headers(const struct response *out)
{
	char *text = memory_copy_text(out->context, "");
	if (out->allow)
		text = memory_format(out->context, "%sAllow: %s\r\n", text, out->allow);
	if (out->retry_after)
		text = memory_format(out->context, "%sRetry-After: %u\r\n", text, out->retry_after);
	if (out->headers)
		text = memory_format(out->context, "%s%s", text, out->headers);
	if (out->result == ERR_UNAUTHORIZED)
		text = memory_format(out->context, "%sWWW-Authenticate: Bearer error=\"invalid_token\"\r\n", text);
	return text;
}

static char *body_headers(const struct response *out, const char *body)
{
	if (out->stream)
		return memory_format(out->context, "Content-Type: %s\r\n", out->content_type);
	if (!body)
		return memory_copy_text(out->context, "");
	return memory_format(out->context, "Content-Type: %s\r\nContent-Length: %zu\r\n", out->content_type ? out->content_type : "application/json",
		strlen(body));
}

/* Status, headers and body as one text; *size is its length. */
static char *answer_text(const struct response *out, const struct request *request, size_t *size)
{
	const struct problem *problem = problem_of(out->result);
	const char *body = out->json ? json_line(out->json) : out->text;
	char *text = memory_format(out->context, "Status: %d %s\r\n%sCache-Control: no-store\r\nX-Request-Id: %s\r\n"
		"X-Content-Type-Options: nosniff\r\n%s%s\r\n%s", problem->status, problem->reason, body_headers(out, body), request->id,
		optional_headers(out), cors_headers(out, request), body && !request->is_head ? body : "");
	*size = strlen(text);
	return text;
}

static void log_request(const struct server *server, const struct request *request, const struct route *route, const struct response *out, int64_t started, size_t size)
{
	log_write("request", LOG_TEXT("program", server->name), LOG_TEXT("id", request->id), LOG_TEXT("method", route ? route->method : "-"),
		LOG_TEXT("route", route ? route->path : "-"), LOG_NUMBER("status", problem_of(out->result)->status), LOG_NUMBER("ms", clock_monotonic_ms() - started),
		LOG_NUMBER("bytes", size));
}

/* False: the answer was cut off. */
static bool serve(const struct server *server, const struct channel *channel, void *source, void *pool, instant now)
{
	int64_t started = clock_monotonic_ms();
	void *context = memory_context(pool);
	struct request *request = request_read(context, channel->variable, source);
	struct call call = { .context = context, .now = now, .request = request, .program = server->program };
	struct response out;
	size_t size;
	request->read_body = channel->body;
	errno = 0;
	const struct route *route = router_dispatch(server->router, &call, &out);
	if (errno == ENOMEM && !is_success(out.result))
		memory_exhausted();             /* some library said no for want of memory alone: another worker may say better */
	const char *text = answer_text(&out, request, &size);
	bool is_whole = true;
	FAULT_POINT("before-answer");
	bool is_taken = channel->write(source, text, size);     /* a client that went away is no concern of ours: what was done, was done */
	if (out.stream && !request->is_head && is_taken)
		is_whole = out.stream(&(struct response_sink){ channel->write, source }, out.stream_state);
	observer_count(server->observer, route, problem_of(out.result)->status, clock_monotonic_ms() - started);
	log_request(server, request, route, &out, started, size);
	if (out.result >= ERR_INTERNAL && !out.is_shown && server->explain)
		server->explain(server->program, request->id);
	memory_free(context);
	return is_whole;
}

/* --- the loop ----------------------------------------------------------------------------------------------------------------- */

/* A web server that gave this worker a socket of its own may have sent a request just when it told it to end. accept, begun anew by
 * SA_RESTART, takes what waits there; a moment later it is interrupted for good. */
static void end_politely(int signal_number)
{
	static const struct itimerval LAST_LOOK = { .it_value.tv_usec = LAST_LOOK_MS * 1000 };
	(void)signal_number;
	if (setitimer(ITIMER_REAL, &LAST_LOOK, NULL) != 0)
		FCGX_ShutdownPending();
}

static void end_now(int signal_number)
{
	(void)signal_number;
	FCGX_ShutdownPending();
}

/* QUIT and HUP end politely as well: Debian's multiwatch 1.0.0 hands on QUIT where it was told TERM. */
static bool install_signals(void)
{
	static const int ENDS[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };
	struct sigaction end = { .sa_handler = end_politely, .sa_flags = SA_RESTART }, alarm = { .sa_handler = end_now }, ignore = { .sa_handler = SIG_IGN };
	for (size_t i = 0; i < countof(ENDS); i++)
		if (sigaction(ENDS[i], &end, NULL) != 0)
			return false;
	return sigaction(SIGALRM, &alarm, NULL) == 0 && sigaction(SIGPIPE, &ignore, NULL) == 0;
}

/* At an instant of its own: a slow request must not make it see things late. */
static void keep_up(const struct server *server)
{
	if (server->upkeep)
		server->upkeep(server->program, clock_now(server->clock_file));
}

/* libfcgi waits for the web server to close first, lest an answer be lost that overtakes its request; where nothing is left to be
 * read none can be, and FCGX_Detach spares the wait. */
static bool was_read_whole(const FCGX_Request *request)
{
	const char *length = FCGX_GetParam("CONTENT_LENGTH", request->envp);
	return !length || !*length || strcmp(length, "0") == 0;
}

int server_run(const struct server *server)
{
	FCGX_Request request;
	void *pool = memory_pool(NULL, REQUEST_POOL);
	if (FCGX_IsCGI()) {
		keep_up(server);
		serve(server, &CGI, NULL, pool, clock_now(server->clock_file));
		memory_free(pool);
		return EXIT_SUCCESS;
	}
	if (!install_signals() || FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0) {
		log_write("start_failed", LOG_TEXT("program", server->name), LOG_TEXT("why", "FastCGI cannot be set up"));
		return EXIT_FAILURE;
	}
	keep_up(server);
	while (FCGX_Accept_r(&request) >= 0) {
		instant now = clock_now(server->clock_file);    /* one instant for all that a request does */
		FAULT_BEGIN();
		bool is_answered = serve(server, &FCGI, &request, pool, now);
		FAULT_POINT("after-answer");
		if (was_read_whole(&request))
			FCGX_Detach(&request);
		if (is_answered)
			FCGX_Finish_r(&request);
		else
			FCGX_Free(&request, 1);         /* without the end that the web server waits for */
		FAULT_END();
		keep_up(server);
	}
	memory_free(pool);
	return EXIT_SUCCESS;
}
