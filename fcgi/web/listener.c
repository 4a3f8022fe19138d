/* SPDX-License-Identifier: MIT */
/* Accepts connections, watches those that the web server keeps, and lets libfcgi read requests. */
#define _GNU_SOURCE /* accept4 */
#include "web/listener.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "web/alarm.h"
#include "web/connections.h"
#include "web/scoreboard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	LISTENER = STDIN_FILENO,
	EVENTS_MAX = 64,
	ACCEPTED_MAX = 8, /* before each batch */
	REST_MS = 1000,
	LAST_LOOK_MS = 2000
};

static int watcher = NO_CONNECTION;
/* may_accept: connections may wait to be accepted. has_looked: since the last listener_next */
static bool may_accept, has_looked;
/* requests since then, and whether one of their connections went to another worker */
static size_t batch_size;
static bool has_shared;

/* --- the connections --- */

static bool watch(int descriptor, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = descriptor };
	return epoll_ctl(watcher, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

/* Each new connection is reported to one waiting worker (kernels before 4.5: to all). */
static bool watch_listener(void)
{
	int flags = fcntl(LISTENER, F_GETFL);
	watcher = epoll_create1(EPOLL_CLOEXEC);
	return watcher >= 0 && flags >= 0 && fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) == 0
		&& (watch(LISTENER, EPOLLIN | EPOLLEXCLUSIVE)
			|| (errno == EINVAL && watch(LISTENER, EPOLLIN)));
}

static void watch_connection(int connection)
{
	if (!connections_begin_watch(connection)
		|| watch(connection, EPOLLIN | EPOLLRDHUP | EPOLLET))
		return;
	connections_forget(connection);
	close(connection);
}

/* The first call begins the time for which a worker that was terminated accepts connections. */
static bool is_too_late(void)
{
	static int64_t since;
	if (since == 0)
		since = clock_monotonic_ms();
	return clock_monotonic_ms() - since > LAST_LOOK_MS;
}

/* Clients that connect again at once could keep a terminated worker forever. They wait for the next
 * worker, or nginx asks another one. */
static bool is_accepting(void)
{
	may_accept = may_accept && !(alarm_is_over() && is_too_late());
	return may_accept;
}

/* Accepts a connection that waits. False after an error. */
static bool accept_connection(void)
{
	int connection;
	do
		connection = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);
	while (connection < 0 && (errno == EINTR || errno == ECONNABORTED));
	may_accept = connection >= 0;
	if (connection < 0)
		return errno == EAGAIN;
	if (!connections_add(connection))
		return true;
	if (connection_has_begun(connection))
		connections_note_event(connection);
	else
		watch_connection(connection);
	return true;
}

/* Queues the connections that epoll reports. Returns their number, or -1. */
static int look(int milliseconds)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(watcher, events, EVENTS_MAX, milliseconds);
	alarm_begin_work();
	for (int i = 0; i < count; i++)
		if (events[i].data.fd == LISTENER)
			may_accept = true;
		else
			connections_note_event(events[i].data.fd);
	return count;
}

/* Waits until there may be a request. False after an error. */
static bool wait_for_events(void)
{
	static bool has_rested;
	/* nobody waits for this worker now */
	log_flush();
	alarm_end_work();
	int count = look(has_rested ? -1 : REST_MS);
	if (count == 0)
		memory_give_back();
	has_rested = count == 0;
	return count >= 0 || errno == EINTR;
}

/* The worker ends. It closes its connections, and serves what has arrived on them. On a connection
 * that has never had a request, it waits for one for a moment. False when there is nothing left. */
static bool look_last(void)
{
	connections_close_idle();
	if (connections_are_queued())
		return true;
	(void)epoll_ctl(watcher, EPOLL_CTL_DEL, LISTENER, NULL);
	if (is_too_late() || connections_count_fresh() == 0)
		return false;
	int count = look(LAST_LOOK_MS);
	return count >= 0 || errno == EINTR;
}

/* --- requests --- */

static bool has_no_body(const FCGX_Request *request)
{
	const char *length = FCGX_GetParam("CONTENT_LENGTH", request->envp);
	return !length || !*length || strcmp(length, "0") == 0;
}

/* True when the request was read to its end, so that the next one can follow. */
static bool is_over(FCGX_Request *request)
{
	return !request->in
		|| (FCGX_GetChar(request->in) == EOF && FCGX_GetError(request->in) == 0);
}

/* False when the connection had no request; libfcgi has closed it then. */
static bool read_request(FCGX_Request *request, int connection)
{
	request->ipcFd = connection;
	request->keepConnection = 1; /* libfcgi would close it as that of the last request */
	alarm_expect(connection, ALARM_ARRIVAL_SECONDS);
	bool is_request = FCGX_Accept_r(request) >= 0;
	if (is_request && has_no_body(request)) {
		request->keepConnection = request->keepConnection && is_over(request);
		/* frees 8 KiB that each request of a batch would hold */
		FCGX_FreeStream(&request->in);
	}
	alarm_expect_no_more();
	if (!is_request)
		connections_forget(connection);
	return is_request;
}

static bool has_more(void)
{
	return connections_are_queued() || (is_accepting() && connections_make_room());
}

/* Reads the next queued request. False when there is none, or after an error (*is_good). */
static bool read_next(FCGX_Request *request, bool *is_good)
{
	while (*is_good && has_more()) {
		if (!connections_are_queued())
			*is_good = accept_connection();
		int connection = connections_take();
		if (connection != NO_CONNECTION && read_request(request, connection)) {
			batch_size++;
			return true;
		}
	}
	return false;
}

/* Accepts connections even if kept ones always have requests. False after an error. */
static bool accept_some(void)
{
	bool is_good = true;
	for (int i = 0; is_good && i < ACCEPTED_MAX && is_accepting() && !scoreboard_is_surplus()
		&& connections_make_room();
		i++)
		is_good = accept_connection();
	return is_good;
}

/* Lets the workers that suffice accept the connections that wait. This one does so when they are
 * too slow. */
static void give_precedence(void)
{
	static const struct timespec PAUSE = { 0, 10 * 1000 * 1000 };
	if (!may_accept || connections_are_queued() || !scoreboard_is_surplus())
		return;
	alarm_end_work();
	(void)nanosleep(&PAUSE, NULL);
	alarm_begin_work();
}

bool listener_next(FCGX_Request *request)
{
	if (connections_are_queued())
		(void)look(0);
	bool is_good = accept_some();
	alarm_begin_work();
	has_looked = has_shared = false;
	batch_size = 0;
	while (!read_next(request, &is_good)) {
		if (!is_good || !(alarm_is_over() ? look_last() : wait_for_events()))
			return false;
		give_precedence();
	}
	return true;
}

bool listener_next_at_once(FCGX_Request *request)
{
	bool is_good = true;
	if (read_next(request, &is_good))
		return true;
	if (has_looked || !is_good)
		return false;
	has_looked = true;
	(void)look(0);
	return read_next(request, &is_good);
}

bool listener_wait(struct pollfd *writable, size_t count, int milliseconds)
{
	struct pollfd all[1 + LISTENER_WRITABLE_MAX];
	has_looked = false;
	if (alarm_is_over())
		connections_close_idle();
	bool has_request = has_more();
	all[0] = (struct pollfd){ alarm_is_over() ? NO_CONNECTION : watcher, POLLIN, 0 };
	memcpy(all + 1, writable, count * sizeof *writable);
	int ready = poll(all, count + 1, 0);
	if (ready == 0 && !has_request) {
		log_flush();
		alarm_end_work();
		ready = poll(all, count + 1, milliseconds);
	}
	alarm_begin_work();
	for (size_t i = 0; i < count; i++)
		writable[i].revents = ready > 0 ? all[i + 1].revents : 0;
	return has_request || (ready > 0 && all[0].revents != 0);
}

bool listener_has_ended(void)
{
	return alarm_is_over();
}

bool listener_is_given(void)
{
	int is_listening = 0;
	socklen_t size = sizeof(is_listening);
	return getsockopt(LISTENER, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) == 0
		&& is_listening;
}

const char *listener_open(void)
{
	if (getenv("FCGI_WEB_SERVER_ADDRS"))
		return "FCGI_WEB_SERVER_ADDRS is set, which Dojang does not heed: let the socket "
		       "be a file, or a firewall guard it";
	return alarm_install() && FCGX_Init() == 0 && watch_listener() ? NULL
								       : "FastCGI cannot be set up";
}

/* libfcgi accepts no connection itself: it would poll each one, and not report that none waits. */
bool listener_prepare(FCGX_Request *request)
{
	return FCGX_InitRequest(request, NO_CONNECTION, 0) == 0;
}

long listener_read(FCGX_Request *request, char *into, size_t size)
{
	if (!request->in)
		return 0;
	alarm_expect(request->ipcFd, ALARM_PART_SECONDS);
	int count = FCGX_GetStr(into, (int)size, request->in);
	alarm_expect_no_more();
	return count;
}

bool listener_write(FCGX_Request *request, const char *bytes, size_t size)
{
	alarm_expect(request->ipcFd, ALARM_PART_SECONDS);
	bool is_taken = FCGX_PutStr(bytes, (int)size, request->out) == (int)size;
	alarm_expect_no_more();
	return is_taken;
}

/* True once per batch, when a waiting worker could serve one of its requests. The next request of
 * that client comes by a new connection, which the waiting worker accepts. */
static bool shares(void)
{
	if (batch_size < 2 || has_shared || !scoreboard_has_spare())
		return false;
	has_shared = true;
	return true;
}

/* When more connections wait than a worker may have, each one has a request in turn. */
static bool may_keep(const FCGX_Request *request)
{
	return request->keepConnection && !alarm_is_ending()
		&& (!may_accept || connections_have_room())
		&& connections_requests(request->ipcFd) < CONNECTION_REQUESTS_MAX
		&& !scoreboard_is_surplus() && !shares();
}

/* Sends the rest of the response and its end record. False when that failed. */
static bool end_response(FCGX_Request *request)
{
	bool is_sent = FCGX_FClose(request->err) == 0;
	return FCGX_FClose(request->out) == 0 && is_sent;
}

/* The same, for a connection that the web server would keep. nginx keeps none on which something
 * follows the end record. Otherwise it could send the next request just before it notices that the
 * connection was closed. */
static bool end_last_response(FCGX_Request *request)
{
	enum { VERSION = 1, END_REQUEST = 3, STDOUT = 6, BODY = 8 };
	const unsigned char high = (unsigned char)(request->requestId >> 8),
			    low = (unsigned char)request->requestId;
	const unsigned char records[] = { VERSION, STDOUT, high, low, 0, 0, 0, 0, VERSION,
		END_REQUEST, high, low, 0, BODY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, VERSION, STDOUT,
		high, low, 0, 0, 0, 0 };
	return FCGX_FFlush(request->out) == 0
		&& send(request->ipcFd, records, sizeof records, 0) == (ssize_t)sizeof records;
}

static void keep_connection(FCGX_Request *request)
{
	int connection = request->ipcFd;
	FCGX_Free(request, 0);
	request->ipcFd = NO_CONNECTION;
	connections_keep(connection);
	watch_connection(connection);
}

/* libfcgi waits for the web server to close first, so that an answer before the end of its request
 * is not lost. When nothing is left to read, this cannot happen, and FCGX_Detach avoids the wait.
 */
static void close_connection(FCGX_Request *request)
{
	connections_forget(request->ipcFd);
	request->keepConnection = 0;
	if (!request->in)
		FCGX_Detach(request);
	FCGX_Free(request, 1);
}

void listener_close(FCGX_Request *request, bool is_answered)
{
	alarm_expect(request->ipcFd, ALARM_ARRIVAL_SECONDS);
	bool keeps = is_answered && may_keep(request);
	/* without the end record that the web server expects, if the answer is not whole */
	bool is_sent = is_answered
		&& (request->keepConnection && !keeps ? end_last_response(request)
						      : end_response(request));
	if (keeps && is_sent && is_over(request))
		keep_connection(request);
	else
		close_connection(request);
	alarm_expect_no_more();
}
