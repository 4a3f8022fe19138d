/* SPDX-License-Identifier: MIT */
/* Handles the signals and the timer of a worker. */
#include "web/alarm.h"

#include "base/memory.h"
#include "web/connections.h"
#include "web/scoreboard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	TICK_MS = 50,
	TICKS_PER_SECOND = 1000 / TICK_MS,
	BLOCKED_TICKS = 2,
	RESEND_TICKS = 8,
	LAST_TICKS = 2 * TICKS_PER_SECOND /* for a connection, after termination */
};

static volatile sig_atomic_t is_ending, is_over, is_ticking;
/* the connection that this worker waits for, for how many ticks, and how many it may take */
static volatile sig_atomic_t awaited = NO_CONNECTION, ticks_since, ticks_allowed;
static volatile sig_atomic_t is_working, ticks_of_work;

static bool set_timer(int milliseconds)
{
	const struct itimerval timer = { .it_value.tv_usec = milliseconds * 1000,
		.it_interval.tv_usec = milliseconds * 1000 };
	return setitimer(ITIMER_REAL, &timer, NULL) == 0;
}

static void stop_ticking(void)
{
	is_ticking = 0;
	(void)set_timer(0);
}

/* One timer runs for many requests, so it costs none of them a system call. */
static void start_ticking(void)
{
	if (is_ticking)
		return;
	is_ticking = 1;
	(void)set_timer(TICK_MS);
}

/* A web server that gave this worker its own socket may send a request at the moment when it
 * terminates the worker. So the worker checks the socket once more. The timer is repeated, because
 * a single alarm could come just before the worker starts to wait. */
static void end_politely(int signal_number)
{
	(void)signal_number;
	is_ending = is_ticking = 1;
	if (!set_timer(TICK_MS))
		is_over = 1;
}

/* First the connections without a request are released, so that no further one arrives. A little
 * later those with a request, if another worker can serve it at once. Then ticking stops: a client
 * library that waits with a timeout would start again at each signal. */
static void tick_work(void)
{
	if (is_working && ++ticks_of_work == BLOCKED_TICKS) {
		scoreboard_set(WORKER_BLOCKED);
		connections_release_idle();
	}
	bool is_last = is_working && ticks_of_work >= RESEND_TICKS;
	if (is_last && scoreboard_has_waiting())
		connections_release_all();
	if ((is_last || !is_working) && awaited == NO_CONNECTION && !is_ending)
		stop_ticking();
}

static void tick(int signal_number)
{
	int error = errno;
	(void)signal_number;
	is_over = is_ending;
	/* Another holder of the socket, such as systemd, may have made it blocking again. The log
	 * would stay unwritten in accept. */
	(void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	if (awaited != NO_CONNECTION && ++ticks_since > (is_ending ? LAST_TICKS : ticks_allowed))
		(void)shutdown(awaited, SHUT_RDWR);
	tick_work();
	errno = error;
}

/* QUIT and HUP terminate gracefully too, because other supervisors send them (Debian's
 * multiwatch 1.0.0). So does USR1, which libfcgi uses. */
bool alarm_install(void)
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

bool alarm_is_ending(void)
{
	return is_ending;
}

bool alarm_is_over(void)
{
	return is_over;
}

void alarm_expect(int connection, enum alarm_limit seconds)
{
	ticks_since = 0;
	ticks_allowed = (int)seconds * TICKS_PER_SECOND;
	awaited = connection;
	start_ticking();
}

void alarm_expect_no_more(void)
{
	awaited = NO_CONNECTION;
}

void alarm_begin_work(void)
{
	ticks_of_work = 0;
	is_working = 1;
	scoreboard_set(WORKER_WORKING);
	start_ticking();
}

void alarm_end_work(void)
{
	is_working = 0;
	scoreboard_set(WORKER_WAITING);
}
