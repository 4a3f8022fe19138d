/* SPDX-License-Identifier: MIT */
/* Accepts requests one at a time and writes their answers, as FastCGI or, started by a web server without it, once as plain CGI. */
#include "web/server.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/json.h"
#include "base/memory.h"
#include "web/problem.h"
#include "web/writer.h"

#include <fcgiapp.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { REQUEST_POOL = 96 * 1024, LAST_LOOK_MS = 50, ARRIVAL_SECONDS = 2 };

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

static void put_cors_headers(struct writer *head, const struct response *out, const struct request *request)
{
	if (out->varies_by_origin)
		put_header(head, "Vary", "Origin");
	if (!out->cors_origin)
		return;
	put_header(head, "Access-Control-Allow-Origin", out->cors_origin);
	put_header(head, "Access-Control-Expose-Headers", "X-Request-Id, Retry-After, WWW-Authenticate");
	if (strcmp(request->method, "OPTIONS") != 0 || !out->allow)
		return;
	put_header(head, "Access-Control-Allow-Methods", out->allow);
	put_header(head, "Access-Control-Allow-Headers", "Authorization, Content-Type");
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
		put_header(head, "Content-Type", out->content_type ? out->content_type : "application/json");
		put_number_header(head, "Content-Length", strlen(body));
	}
}

/* Status, headers and body as one text; *size is its length. */
static const char *answer_text(const struct response *out, const struct request *request, size_t *size)
{
	const struct problem *problem = problem_of(out->result);
	const char *body = out->json ? json_line(out->json) : out->text;
	struct writer answer = { .context = out->context };
	put_header(&answer, "Status", memory_format(out->context, "%d %s", problem->status, problem->reason));
	put_body_headers(&answer, out, body);
	put_header(&answer, "Cache-Control", "no-store");
	put_header(&answer, "X-Request-Id", request->id);
	put_header(&answer, "X-Content-Type-Options", "nosniff");
	put_optional_headers(&answer, out);
	put_cors_headers(&answer, out, request);
	writer_put(&answer, "\r\n", 2);
	if (body && !request->is_head)
		writer_put_text(&answer, body);
	*size = answer.length;
	return writer_text(&answer);
}

static void log_request(const struct server *server, const struct request *request, const struct route *route, const struct response *out, int64_t started, size_t size)
{
	log_write_later("request", LOG_TEXT("program", server->name), LOG_TEXT("id", request->id), LOG_TEXT("method", route ? route->method : "-"),
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

/* --- connections -------------------------------------------------------------------------------------------------------------- */

enum { LISTENER = STDIN_FILENO, NO_CONNECTION = -1 };

static volatile sig_atomic_t is_asked_to_end, is_over, is_ticking;
static volatile sig_atomic_t arriving = NO_CONNECTION, ticks_since;     /* whose request is being read, and for how long */

/* A web server that gave this worker a socket of its own may have sent a request just when it told it to end: one last look shows it. */
static void end_politely(int signal_number)
{
	/* Again and again: one alarm could come just before the worker begins to wait. */
	static const struct itimerval LAST_LOOK = { .it_value.tv_usec = LAST_LOOK_MS * 1000, .it_interval.tv_usec = LAST_LOOK_MS * 1000 };
	(void)signal_number;
	is_asked_to_end = 1;
	if (setitimer(ITIMER_REAL, &LAST_LOOK, NULL) != 0)
		is_over = 1;
}

static void tick(int signal_number)
{
	static const struct itimerval NEVER;
	static const int TICKS_TO_END = ARRIVAL_SECONDS * 1000 / LAST_LOOK_MS;
	int error = errno;
	(void)signal_number;
	is_over = is_asked_to_end;
	/* Who else has the socket, systemd for one, may have made it wait in accept again, where the log stays unwritten. */
	(void)fcntl(LISTENER, F_SETFL, O_NONBLOCK);
	if (arriving != NO_CONNECTION && ++ticks_since > (is_asked_to_end ? TICKS_TO_END : 1)) {
		(void)shutdown(arriving, SHUT_RDWR);
	} else if (arriving == NO_CONNECTION && !is_asked_to_end) {
		is_ticking = 0;
		(void)setitimer(ITIMER_REAL, &NEVER, NULL);
	}
	errno = error;
}

/* Who connects and then says nothing, or half of it, must not keep a worker. A timer that runs for many requests costs none of them anything. */
static void expect(int connection)
{
	static const struct itimerval TICKS = { .it_value.tv_sec = ARRIVAL_SECONDS, .it_interval.tv_sec = ARRIVAL_SECONDS };
	ticks_since = 0;
	arriving = connection;
	if (is_ticking || is_asked_to_end)
		return;
	is_ticking = 1;
	(void)setitimer(ITIMER_REAL, &TICKS, NULL);
	if (is_asked_to_end)
		end_politely(0);                /* told meanwhile: its timer is the one that counts */
}

/* QUIT and HUP end politely as well: Debian's multiwatch 1.0.0 hands on QUIT where it was told TERM. So does USR1, by which libfcgi ends. */
static bool install_signals(void)
{
	static const int ENDS[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1 };
	struct sigaction end = { .sa_handler = end_politely, .sa_flags = SA_RESTART }, alarm = { .sa_handler = tick, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigfillset(&alarm.sa_mask);             /* told to end within tick, it would stop the timer that is to end it */
	for (size_t i = 0; i < countof(ENDS); i++)
		if (sigaction(ENDS[i], &end, NULL) != 0)
			return false;
	return sigaction(SIGALRM, &alarm, NULL) == 0 && sigaction(SIGPIPE, &ignore, NULL) == 0;
}

static bool adds(int watcher, uint32_t events)
{
	struct epoll_event event = { .events = events };
	return epoll_ctl(watcher, EPOLL_CTL_ADD, LISTENER, &event) == 0;
}

/* What tells of waiting connections, each to one of the workers that wait (kernels before 4.5: to all of them). -1: it cannot be had. */
static int watch(void)
{
	int flags = fcntl(LISTENER, F_GETFL), watcher = epoll_create1(EPOLL_CLOEXEC);
	if (watcher >= 0 && flags >= 0 && fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) == 0
		&& (adds(watcher, EPOLLIN | EPOLLEXCLUSIVE) || (errno == EINVAL && adds(watcher, EPOLLIN))))
		return watcher;
	if (watcher >= 0)
		close(watcher);
	return -1;
}

/* The next connection, waited for as long as it takes; NO_CONNECTION when this worker is to end. Told of one it looks for it first, since no
 * other worker was told. */
static int accept_connection(int watcher)
{
	struct epoll_event event;
	bool is_told = false;
	while (!is_over || is_told) {
		int connection = accept(LISTENER, NULL, NULL);
		if (connection >= 0)
			return connection;
		is_told = false;
		if (errno == EAGAIN) {
			log_flush();            /* nobody waits for this worker, so it has the time */
			int told = is_over ? 0 : epoll_wait(watcher, &event, 1, -1);
			if (told < 0 && errno != EINTR)
				return NO_CONNECTION;
			is_told = told > 0;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return NO_CONNECTION;
		}
	}
	return NO_CONNECTION;
}

/* libfcgi could accept by itself, but it asks for each connection whether there is something to read before it reads, and never says that
 * nobody waits. */
static bool next_request(FCGX_Request *request, int watcher)
{
	int connection;
	while ((connection = accept_connection(watcher)) != NO_CONNECTION) {
		request->ipcFd = connection;
		request->keepConnection = 1;    /* else it would be closed as the last request's */
		expect(connection);
		bool is_request = FCGX_Accept_r(request) >= 0;
		arriving = NO_CONNECTION;
		if (is_request)
			return true;            /* else it brought no request, and is closed */
	}
	return false;
}

/* --- the loop ----------------------------------------------------------------------------------------------------------------- */

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

/* Each connection brings one request, whatever the web server asks: a kept one would hold a worker for nothing. */
static void finish(FCGX_Request *request, bool is_answered)
{
	request->keepConnection = 0;
	if (was_read_whole(request))
		FCGX_Detach(request);
	if (is_answered)
		FCGX_Finish_r(request);
	else
		FCGX_Free(request, 1);          /* without the end that the web server waits for */
}

static int serve_all(const struct server *server, void *pool)
{
	FCGX_Request request;
	int watcher = -1;
	const char *why = "FastCGI cannot be set up";
	if (getenv("FCGI_WEB_SERVER_ADDRS"))
		why = "FCGI_WEB_SERVER_ADDRS is set, which Dojang does not heed: let the socket be a file, or a firewall guard it";
	else if (install_signals() && FCGX_Init() == 0 && FCGX_InitRequest(&request, LISTENER, 0) == 0)
		watcher = watch();
	if (watcher < 0) {
		log_write("start_failed", LOG_TEXT("program", server->name), LOG_TEXT("why", why));
		return EXIT_FAILURE;
	}
	keep_up(server);
	while (next_request(&request, watcher)) {
		instant now = clock_now(server->clock_file);    /* one instant for all that a request does */
		FAULT_BEGIN();
		bool is_answered = serve(server, &FCGI, &request, pool, now);
		FAULT_POINT("after-answer");
		finish(&request, is_answered);
		FAULT_END();
		keep_up(server);
	}
	const int error = errno;
	log_flush();
	if (is_over)
		return EXIT_SUCCESS;
	log_write("accept_failed", LOG_TEXT("program", server->name), LOG_TEXT("why", strerror(error)));
	return EXIT_FAILURE;
}

int server_run(const struct server *server)
{
	int ending = EXIT_SUCCESS;
	void *pool = memory_pool(NULL, REQUEST_POOL);
	if (FCGX_IsCGI()) {
		keep_up(server);
		serve(server, &CGI, NULL, pool, clock_now(server->clock_file));
		log_flush();
	} else {
		ending = serve_all(server, pool);
	}
	memory_free(pool);
	return ending;
}
