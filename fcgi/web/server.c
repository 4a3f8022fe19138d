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
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	REQUEST_POOL = 96 * 1024,
	DOWNLOADS_MAX = LISTENER_WRITABLE_MAX,
	PART_BYTES = 16 * 1024,   /* a socket that can be written to takes so much at once */
	DOWNLOAD_IDLE_MS = 60000, /* a client that reads nothing for so long is disconnected */
	DOWNLOAD_LAST_MS = 25000, /* so long downloads go on in a worker that was terminated */
	DOWNLOAD_CHECK_MS = 1000,
	START_MS = 8000 /* so late a request may begin: nginx gives up after 15 s */
};

/* --- channels: FastCGI and CGI --- */

static const char *fcgi_variable(void *source, const char *name)
{
	return FCGX_GetParam(name, ((FCGX_Request *)source)->envp);
}

static long fcgi_body(void *source, char *into, size_t size)
{
	return listener_read(source, into, size);
}

static bool fcgi_write(void *source, const char *bytes, size_t size)
{
	return listener_write(source, bytes, size);
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
			memory_format(head->context, "Origin%s%s",
				out->varies_by_token ? ", Authorization" : "",
				out->cors_headers ? ", Access-Control-Request-Headers" : ""));
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
	put_header(&answer, "Cache-Control", out->cache_control ? out->cache_control : "no-store");
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
	size_t size;                /* bytes of the response that were sent */
	/* of a download: produced but not yet sent, and when something was sent */
	struct writer unsent;
	void *unsent_context;
	size_t sent;
	int64_t moved;
	enum stream_progress progress;
};

/* The requests that are being answered, and then the downloads. The rest is free. */
struct exchanges {
	struct exchange *all[BATCH_MAX + DOWNLOADS_MAX];
	size_t downloads;
	int64_t ending; /* since when the worker has been terminated; 0: it has not */
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

static void log_request(const struct server *server, const struct exchange *exchange, int64_t ms)
{
	const struct route *route = exchange->call.route;
	log_write_later("request", LOG_TEXT("program", server->name),
		LOG_TEXT("id", exchange->request->id),
		LOG_TEXT("method", route ? route->method : "-"),
		LOG_TEXT("route", route ? route->path : "-"),
		LOG_NUMBER("status", problem_of(exchange->out.result)->status),
		LOG_NUMBER("ms", ms), LOG_NUMBER("bytes", exchange->size));
}

static bool is_download(const struct exchange *exchange)
{
	return exchange->out.stream && !exchange->request->is_head && exchange->is_whole;
}

/* Sends the response, or the head of a download. A client that has disconnected changes nothing:
 * the work is done. */
static void send_answer(struct exchange *exchange)
{
	const struct channel *channel = exchange->channel;
	const char *text = answer_text(&exchange->out, exchange->request, &exchange->size);
	FAULT_POINT("before-answer");
	bool is_taken = channel->write(exchange->source, text, exchange->size);
	exchange->is_whole = is_taken || !exchange->out.stream;
}

/* Counts and logs an exchange that is over, and frees it. */
static void finish(const struct server *server, struct exchange *exchange)
{
	const struct response *out = &exchange->out;
	int64_t ms = clock_monotonic_ms() - exchange->started;
	request_metrics_count(server->request_metrics, exchange->call.route,
		problem_of(out->result)->status, ms, exchange->call.batched);
	log_request(server, exchange, ms);
	if (out->result >= ERR_INTERNAL && !out->is_shown && server->explain)
		server->explain(server->program, exchange->request->id);
	memory_free(exchange->context);
}

/* The others of its batch took so long that the client might not see its response. */
static bool is_late(const struct exchange *exchange)
{
	return !exchange->call.batched && clock_monotonic_ms() - exchange->started > START_MS;
}

static void answer(const struct server *server, struct exchange *exchange, bool can_download)
{
	struct response *out = &exchange->out;
	errno = 0;
	if (is_late(exchange))
		router_refuse(server->router, &exchange->call, out, ERR_UNAVAILABLE);
	else
		router_answer(server->router, &exchange->call, out);
	end_if_exhausted(out);
	if (out->stream && !can_download)
		router_refuse(server->router, &exchange->call, out, ERR_TOO_MANY_REQUESTS);
	send_answer(exchange);
	exchange->is_answered = true;
}

/* --- downloads: bodies that are produced and sent in parts, between other requests --- */

static void begin_download(struct exchange *exchange)
{
	exchange->unsent_context = memory_context(exchange->context);
	exchange->unsent = (struct writer){ .context = exchange->unsent_context };
	exchange->sent = 0;
	exchange->moved = clock_monotonic_ms();
	exchange->progress = STREAM_GOES_ON;
}

/* Produces the next part when everything was sent. */
static void produce(struct exchange *exchange)
{
	if (exchange->sent < exchange->unsent.length || exchange->progress != STREAM_GOES_ON)
		return;
	memory_free(exchange->unsent_context);
	exchange->unsent_context = memory_context(exchange->context);
	exchange->unsent = (struct writer){ .context = exchange->unsent_context };
	exchange->sent = 0;
	exchange->progress = exchange->out.stream(&exchange->unsent, exchange->out.stream_state);
}

/* Sends a part that a writable socket takes without blocking. False when the download is over. */
static bool continue_download(struct exchange *exchange, int64_t now)
{
	produce(exchange);
	size_t left = exchange->unsent.length - exchange->sent;
	size_t size = left < PART_BYTES ? left : PART_BYTES;
	if (size > 0
		&& !exchange->channel->write(
			exchange->source, writer_text(&exchange->unsent) + exchange->sent, size))
		exchange->progress = STREAM_FAILED;
	exchange->sent += size;
	exchange->size += size;
	exchange->moved = now;
	return exchange->progress == STREAM_GOES_ON
		|| (exchange->progress == STREAM_ENDED && exchange->sent < exchange->unsent.length);
}

static void end_download(const struct server *server, struct exchanges *exchanges, size_t index)
{
	struct exchange **downloads = exchanges->all + BATCH_MAX, *exchange = downloads[index];
	bool is_whole = exchange->progress == STREAM_ENDED;
	finish(server, exchange);
	listener_close(&exchange->fcgi, is_whole);
	downloads[index] = downloads[--exchanges->downloads];
	downloads[exchanges->downloads] = exchange;
}

static bool is_stalled(
	const struct exchanges *exchanges, const struct exchange *download, int64_t now)
{
	return now - download->moved > DOWNLOAD_IDLE_MS
		|| (exchanges->ending && now - exchanges->ending > DOWNLOAD_LAST_MS);
}

/* Continues each download whose client can take more. True when a request is waiting; otherwise
 * waits until there is something to do. */
static bool continue_downloads(const struct server *server, struct exchanges *exchanges)
{
	struct exchange **downloads = exchanges->all + BATCH_MAX;
	struct pollfd writable[DOWNLOADS_MAX];
	if (listener_has_ended() && !exchanges->ending)
		exchanges->ending = clock_monotonic_ms();
	for (size_t i = 0; i < exchanges->downloads; i++)
		writable[i] = (struct pollfd){ downloads[i]->fcgi.ipcFd, POLLOUT, 0 };
	bool has_request = listener_wait(writable, exchanges->downloads, DOWNLOAD_CHECK_MS);
	int64_t now = clock_monotonic_ms();
	/* from the last one: ending a download moves the last one to its index */
	for (size_t i = exchanges->downloads; i-- > 0;)
		if (writable[i].revents ? !continue_download(downloads[i], now)
					: is_stalled(exchanges, downloads[i], now))
			end_download(server, exchanges, i);
	return has_request;
}

/* --- the loop --- */

/* Uses an instant of its own, so that a slow request does not delay it. */
static void run_maintenance(const struct server *server)
{
	if (server->maintenance)
		server->maintenance(server->program, clock_now(server->clock_file));
}

static void answer_and_close(
	const struct server *server, struct exchanges *exchanges, struct exchange **place)
{
	struct exchange *exchange = *place;
	answer(server, exchange, exchanges->downloads < DOWNLOADS_MAX);
	FAULT_POINT("after-answer");
	if (is_download(exchange)) {
		struct exchange **free = exchanges->all + BATCH_MAX + exchanges->downloads++;
		begin_download(exchange);
		*place = *free;
		*free = exchange;
		(*place)->is_answered = true;
		return;
	}
	bool is_whole = exchange->is_whole;
	finish(server, exchange);
	listener_close(&exchange->fcgi, is_whole);
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
static bool is_alone(struct exchange *const *exchanges, size_t count)
{
	const struct exchange *last = exchanges[count - 1];
	const struct route *route = last->call.route;
	if (!route || !route->batch)
		return true;
	for (size_t i = 0; i + 1 < count; i++)
		if (exchanges[i]->call.route == route
			&& !is_same_path(exchanges[i]->request, last->request))
			return true;
	return false;
}

/* Reads the first request and those that are already waiting. Returns their number. Waits for the
 * first one only if there is no download to continue. */
static size_t collect_batch(const struct server *server, struct exchanges *exchanges, void *pool)
{
	size_t count = 0;
	struct exchange **all = exchanges->all;
	bool has_come = exchanges->downloads > 0 ? listener_next_at_once(&all[0]->fcgi)
						 : listener_next(&all[0]->fcgi);
	while (has_come) {
		struct exchange *exchange = all[count++];
		read_request(server, exchange, &FCGI, &exchange->fcgi, pool);
		has_come = count < BATCH_MAX && !is_alone(all, count)
			&& listener_next_at_once(&all[count]->fcgi);
	}
	return count;
}

/* Serves all exchanges of the first one's route. Batched ones are answered first, because their
 * results are not valid after other handlers have run. */
static void serve_route(const struct server *server, struct exchanges *exchanges, size_t first,
	size_t count, instant now)
{
	struct exchange **all = exchanges->all, **those[BATCH_MAX];
	const struct route *route = all[first]->call.route;
	struct call *checked[BATCH_MAX];
	size_t those_count = 0, checked_count = 0;
	for (size_t i = first; i < count; i++) {
		if (all[i]->is_answered || all[i]->call.route != route)
			continue;
		check(server, all[i], now);
		those[those_count++] = &all[i];
		if (all[i]->call.is_checked)
			checked[checked_count++] = &all[i]->call;
	}
	if (checked_count > 1)
		route->batch(checked, checked_count);
	for (size_t i = 0; i < those_count; i++)
		if ((*those[i])->call.batched)
			answer_and_close(server, exchanges, those[i]);
	for (size_t i = 0; i < those_count; i++)
		if (!(*those[i])->is_answered)
			answer_and_close(server, exchanges, those[i]);
}

static bool prepare_exchanges(struct exchanges *exchanges)
{
	static struct exchange memory[BATCH_MAX + DOWNLOADS_MAX];
	for (size_t i = 0; i < countof(memory); i++) {
		exchanges->all[i] = &memory[i];
		if (!listener_prepare(&memory[i].fcgi))
			return false;
	}
	return true;
}

static int refuse_to_start(const struct server *server, const char *why)
{
	log_write("start_failed", LOG_TEXT("program", server->name), LOG_TEXT("why", why));
	return EXIT_FAILURE;
}

static void serve_batch(const struct server *server, struct exchanges *exchanges, size_t count)
{
	/* one instant for everything that a request does */
	instant now = clock_now(server->clock_file);
	FAULT_BEGIN();
	for (size_t i = 0; i < count; i++)
		if (!exchanges->all[i]->is_answered)
			serve_route(server, exchanges, i, count, now);
	FAULT_END();
}

/* Serves waiting requests, or continues downloads. False when the worker ends. */
static bool serve_next(const struct server *server, struct exchanges *exchanges, void *pool)
{
	bool has_downloads = exchanges->downloads > 0;
	if (has_downloads && !continue_downloads(server, exchanges))
		return true;
	size_t count = collect_batch(server, exchanges, pool);
	request_metrics_busy(server->request_metrics, true);
	serve_batch(server, exchanges, count);
	request_metrics_busy(server->request_metrics, false);
	if (count > 0)
		run_maintenance(server);
	return count > 0 || has_downloads;
}

static int serve_all(const struct server *server, void *pool)
{
	struct exchanges exchanges = { 0 };
	const char *why = listener_open();
	if (!why && !prepare_exchanges(&exchanges))
		why = "FastCGI cannot be set up";
	if (why)
		return refuse_to_start(server, why);
	run_maintenance(server);
	while (serve_next(server, &exchanges, pool))
		;
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
	answer(server, &exchange, true);
	if (is_download(&exchange))
		for (begin_download(&exchange); continue_download(&exchange, 0);)
			;
	finish(server, &exchange);
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
