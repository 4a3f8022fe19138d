/* SPDX-License-Identifier: MIT */
/* Accepts connections and lets libfcgi read the request of each. */
#include "web/listener.h"

#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	LISTENER = STDIN_FILENO,
	NO_CONNECTION = -1,
	LAST_LOOK_MS = 50,
	TICK_SECONDS = 2,
	LAST_SECONDS = 2,  /* after termination */
	ARRIVAL_TICKS = 1, /* until a request was read: two to four seconds */
	PART_TICKS = 5,    /* until its body was read, or a part of the response was taken */
	REST_MS = 1000
};

static volatile sig_atomic_t is_asked_to_end, is_over, is_ticking;
/* the connection that this worker waits for, for how many ticks, and how many it may take */
static volatile sig_atomic_t awaited = NO_CONNECTION, ticks_since, ticks_allowed;
/* deferred: accepted, but no byte of its request has arrived */
static int watcher = NO_CONNECTION, put_off = NO_CONNECTION;

/* A web server that gave this worker its own socket may send a request at the moment when it
 * terminates the worker. So the worker checks the socket once more. */
static void end_politely(int signal_number)
{
	/* Repeated, because a single alarm could come just before the worker starts to wait. */
	static const struct itimerval LAST_LOOK = { .it_value.tv_usec = LAST_LOOK_MS * 1000,
		.it_interval.tv_usec = LAST_LOOK_MS * 1000 };
	(void)signal_number;
	is_asked_to_end = 1;
	if (setitimer(ITIMER_REAL, &LAST_LOOK, NULL) != 0)
		is_over = 1;
}

static void tick(int signal_number)
{
	static const struct itimerval NEVER;
	static const int TICKS_TO_END = LAST_SECONDS * 1000 / LAST_LOOK_MS;
	int error = errno;
	(void)signal_number;
	is_over = is_asked_to_end;
	/* Another holder of the socket, such as systemd, may have made it blocking again. The log
	 * would stay unwritten in accept. */
	(void)fcntl(LISTENER, F_SETFL, O_NONBLOCK);
	if (awaited != NO_CONNECTION
		&& ++ticks_since > (is_asked_to_end ? TICKS_TO_END : ticks_allowed)) {
		(void)shutdown(awaited, SHUT_RDWR);
	} else if (awaited == NO_CONNECTION && !is_asked_to_end) {
		is_ticking = 0;
		(void)setitimer(ITIMER_REAL, &NEVER, NULL);
	}
	errno = error;
}

/* From now on the connection is shut down when it keeps this worker waiting for too long: its
 * client sends nothing, half a request or half a body, or does not read the response. One timer
 * runs for many requests, so it costs none of them a system call. */
static void expect(int connection, int ticks)
{
	static const struct itimerval TICKS = { .it_value.tv_sec = TICK_SECONDS,
		.it_interval.tv_sec = TICK_SECONDS };
	ticks_since = 0;
	ticks_allowed = ticks;
	awaited = connection;
	if (is_ticking || is_asked_to_end)
		return;
	is_ticking = 1;
	(void)setitimer(ITIMER_REAL, &TICKS, NULL);
	if (is_asked_to_end)
		/* terminated meanwhile: the timer of the termination must run */
		end_politely(0);
}

static void expect_no_more(void)
{
	awaited = NO_CONNECTION;
}

/* QUIT and HUP terminate gracefully too, because other supervisors send them (Debian's
 * multiwatch 1.0.0). So does USR1, which libfcgi uses. */
static bool install_signals(void)
{
	static const int ENDS[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1 };
	struct sigaction end = { .sa_handler = end_politely, .sa_flags = SA_RESTART },
			 alarm = { .sa_handler = tick, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	/* a termination signal within tick would stop the timer that ends the worker */
	sigfillset(&alarm.sa_mask);
	for (size_t i = 0; i < countof(ENDS); i++)
		if (sigaction(ENDS[i], &end, NULL) != 0)
			return false;
	return sigaction(SIGALRM, &alarm, NULL) == 0 && sigaction(SIGPIPE, &ignore, NULL) == 0;
}

static bool adds(int to, uint32_t events)
{
	struct epoll_event event = { .events = events };
	return epoll_ctl(to, EPOLL_CTL_ADD, LISTENER, &event) == 0;
}

/* Creates the epoll descriptor. It reports each connection to one waiting worker (kernels
 * before 4.5: to all). NO_CONNECTION after an error. */
static int watch(void)
{
	int flags = fcntl(LISTENER, F_GETFL), new = epoll_create1(EPOLL_CLOEXEC);
	if (new >= 0 && flags >= 0 && fcntl(LISTENER, F_SETFL, flags | O_NONBLOCK) == 0
		&& (adds(new, EPOLLIN | EPOLLEXCLUSIVE) || (errno == EINVAL && adds(new, EPOLLIN))))
		return new;
	if (new >= 0)
		close(new);
	return NO_CONNECTION;
}

/* Waits for the next connection; NO_CONNECTION when this worker ends. When epoll has reported a
 * connection, it is accepted first, since no other worker was notified. */
static int accept_connection(void)
{
	struct epoll_event event;
	bool is_told = false, has_rested = false;
	while (!is_over || is_told) {
		int connection = accept(LISTENER, NULL, NULL);
		if (connection >= 0)
			return connection;
		is_told = false;
		if (errno == EAGAIN) {
			/* nobody waits for this worker now */
			log_flush();
			int told = is_over
				? 0
				: epoll_wait(watcher, &event, 1, has_rested ? -1 : REST_MS);
			if (told < 0 && errno != EINTR)
				return NO_CONNECTION;
			is_told = told > 0;
			if (told == 0 && !has_rested)
				memory_give_back();
			has_rested |= told == 0;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return NO_CONNECTION;
		}
	}
	return NO_CONNECTION;
}

static bool was_read_whole(const FCGX_Request *request)
{
	const char *length = FCGX_GetParam("CONTENT_LENGTH", request->envp);
	return !length || !*length || strcmp(length, "0") == 0;
}

/* libfcgi's own accept polls each connection before it reads, and does not report that no
 * connection is waiting. False when the connection had no request; it is closed. */
static bool read_request(FCGX_Request *request, int connection)
{
	request->ipcFd = connection;
	request->keepConnection =
		1; /* otherwise it would be closed as the connection of the last request */
	expect(connection, ARRIVAL_TICKS);
	bool is_request = FCGX_Accept_r(request) >= 0;
	expect_no_more();
	if (is_request && was_read_whole(request))
		/* frees 8 KiB that each request of a batch would hold */
		FCGX_FreeStream(&request->in);
	return is_request;
}

static int next_connection(void)
{
	int connection = put_off;
	put_off = NO_CONNECTION;
	return connection == NO_CONNECTION ? accept_connection() : connection;
}

bool listener_next(FCGX_Request *request)
{
	int connection;
	while ((connection = next_connection()) != NO_CONNECTION)
		if (read_request(request, connection))
			return true;
	return false;
}

/* also true for a connection that was closed: reading the request finds that */
static bool has_begun(int connection)
{
	char byte;
	return recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

bool listener_next_at_once(FCGX_Request *request)
{
	int connection = put_off != NO_CONNECTION ? put_off : accept(LISTENER, NULL, NULL);
	put_off = NO_CONNECTION;
	if (connection < 0)
		return false;
	if (has_begun(connection))
		return read_request(request, connection);
	put_off = connection;
	return false;
}

bool listener_wait(struct pollfd *writable, size_t count, int milliseconds)
{
	struct pollfd all[1 + LISTENER_WRITABLE_MAX];
	int source = put_off != NO_CONNECTION ? put_off : LISTENER;
	all[0] = (struct pollfd){ is_over ? NO_CONNECTION : source, POLLIN, 0 };
	memcpy(all + 1, writable, count * sizeof *writable);
	int ready = poll(all, count + 1, 0);
	if (ready == 0) {
		log_flush();
		ready = poll(all, count + 1, milliseconds);
	}
	for (size_t i = 0; i < count; i++)
		writable[i].revents = ready > 0 ? all[i + 1].revents : 0;
	return ready > 0 && all[0].revents != 0;
}

bool listener_has_ended(void)
{
	return is_over;
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
	if (!install_signals() || FCGX_Init() != 0)
		return "FastCGI cannot be set up";
	watcher = watch();
	return watcher == NO_CONNECTION ? "FastCGI cannot be set up" : NULL;
}

bool listener_prepare(FCGX_Request *request)
{
	return FCGX_InitRequest(request, LISTENER, 0) == 0;
}

long listener_read(FCGX_Request *request, char *into, size_t size)
{
	if (!request->in)
		return 0;
	expect(request->ipcFd, PART_TICKS);
	int count = FCGX_GetStr(into, (int)size, request->in);
	expect_no_more();
	return count;
}

bool listener_write(FCGX_Request *request, const char *bytes, size_t size)
{
	expect(request->ipcFd, PART_TICKS);
	bool is_taken = FCGX_PutStr(bytes, (int)size, request->out) == (int)size;
	expect_no_more();
	return is_taken;
}

/* libfcgi waits for the web server to close first, so that an answer before the end of its request
 * is not lost. When nothing is left to read, this cannot happen, and FCGX_Detach avoids the wait.
 */
void listener_close(FCGX_Request *request, bool is_answered)
{
	expect(request->ipcFd, ARRIVAL_TICKS);
	request->keepConnection = 0;
	if (!request->in)
		FCGX_Detach(request);
	if (is_answered) { /* otherwise without the end record that the web server expects */
		FCGX_FClose(request->err);
		FCGX_FClose(request->out);
	}
	FCGX_Free(request, 1);
	expect_no_more();
}
