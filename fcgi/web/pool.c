/* SPDX-License-Identifier: MIT */
/* Supervises workers: forks them, waits until they end, forwards termination. */
#include "web/pool.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "web/scoreboard.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A worker that ends earlier than this may be unable to start, so the next one is started after a
 * pause. */
enum { TOO_SHORT_MS = 1000, REST_MS = 1000 };

struct worker {
	pid_t pid; /* 0: no process */
	/* monotonic milliseconds: when it was started, or when the next start is due */
	int64_t at;
};

struct supervisor {
	const struct pool *pool;
	void *context; /* memory of this struct */
	struct worker *workers;
	/* the awaited signals, and the previous mask, which workers get */
	sigset_t signals, before;
	pid_t own;
	bool is_ending;
};

/* --- the worker process --- */

static _Noreturn void run_worker(const struct supervisor *supervisor, size_t index)
{
	const struct pool *pool = supervisor->pool;
	/* Nobody would replace orphans or terminate them. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != supervisor->own
		|| sigprocmask(SIG_SETMASK, &supervisor->before, NULL) != 0)
		exit(EXIT_FAILURE);
	memory_free(supervisor->context);
	scoreboard_enter(index);
	exit(pool->work(pool->state));
}

/* --- the supervisor process --- */

static void start(struct supervisor *supervisor, size_t index, int64_t now)
{
	pid_t pid = fork();
	if (pid == 0)
		run_worker(supervisor, index);
	if (pid < 0)
		log_write("fork_failed", LOG_TEXT("program", supervisor->pool->name),
			LOG_TEXT("why", strerror(errno)));
	supervisor->workers[index] = pid < 0 ? (struct worker){ 0, now + REST_MS }
					     : (struct worker){ pid, now };
}

/* Milliseconds until the next start is due; -1 when no worker is missing. */
static int64_t start_due(struct supervisor *supervisor)
{
	int64_t now = clock_monotonic_ms(), next = -1;
	for (size_t i = 0; i < supervisor->pool->workers && !supervisor->is_ending; i++) {
		struct worker *worker = &supervisor->workers[i];
		if (worker->pid == 0 && worker->at <= now)
			start(supervisor, i, now);
		if (worker->pid == 0 && (next < 0 || worker->at - now < next))
			next = worker->at - now;
	}
	return next;
}

static void log_end(const struct supervisor *supervisor, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_write("worker_ended", LOG_TEXT("program", supervisor->pool->name),
			LOG_NUMBER("pid", pid), LOG_NUMBER("signal", WTERMSIG(status)));
	else if (WEXITSTATUS(status) != EXIT_SUCCESS)
		log_write("worker_ended", LOG_TEXT("program", supervisor->pool->name),
			LOG_NUMBER("pid", pid), LOG_NUMBER("status", WEXITSTATUS(status)));
}

static void note_end(struct supervisor *supervisor, pid_t pid, int status)
{
	int64_t now = clock_monotonic_ms();
	for (size_t i = 0; i < supervisor->pool->workers; i++) {
		struct worker *worker = &supervisor->workers[i];
		if (worker->pid != pid)
			continue;
		log_end(supervisor, pid, status);
		scoreboard_clear(i);
		*worker = (struct worker){ 0,
			now - worker->at < TOO_SHORT_MS ? now + REST_MS : now };
	}
}

static void note_ends(struct supervisor *supervisor)
{
	pid_t pid;
	int status;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		note_end(supervisor, pid, status);
}

static size_t count_living(const struct supervisor *supervisor)
{
	size_t count = 0;
	for (size_t i = 0; i < supervisor->pool->workers; i++)
		count += supervisor->workers[i].pid != 0;
	return count;
}

static void terminate_workers(struct supervisor *supervisor)
{
	supervisor->is_ending = true;
	for (size_t i = 0; i < supervisor->pool->workers; i++)
		if (supervisor->workers[i].pid != 0)
			(void)kill(supervisor->workers[i].pid, SIGTERM);
}

/* Waits for the next signal; 0 when none came within that many milliseconds. -1 waits without
 * limit. */
static int wait_for_signal(const struct supervisor *supervisor, int64_t milliseconds)
{
	const struct timespec timeout = { .tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000 };
	int signal_number = sigtimedwait(
		&supervisor->signals, NULL, milliseconds < 0 ? NULL : &timeout);
	return signal_number > 0 ? signal_number : 0;
}

/* The signals are those that end a worker (listener.c). */
static bool block_signals(struct supervisor *supervisor)
{
	static const int SIGNALS[] = { SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1 };
	sigemptyset(&supervisor->signals);
	for (size_t i = 0; i < countof(SIGNALS); i++)
		sigaddset(&supervisor->signals, SIGNALS[i]);
	/* If the parent process ignores SIGCHLD, ended workers would not be reported. */
	return signal(SIGCHLD, SIG_DFL) != SIG_ERR
		&& sigprocmask(SIG_BLOCK, &supervisor->signals, &supervisor->before) == 0;
}

int pool_run(const struct pool *pool)
{
	void *context = memory_context(NULL);
	struct supervisor supervisor = { .pool = pool,
		.context = context,
		.workers = memory_array(context, struct worker, pool->workers),
		.own = getpid() };
	if (!block_signals(&supervisor)) {
		log_write("start_failed", LOG_TEXT("program", pool->name),
			LOG_TEXT("why", strerror(errno)));
		memory_free(context);
		return EXIT_FAILURE;
	}
	scoreboard_open(pool->workers);
	while (!supervisor.is_ending || count_living(&supervisor) > 0) {
		int signal_number = wait_for_signal(&supervisor, start_due(&supervisor));
		if (signal_number != 0 && signal_number != SIGCHLD)
			terminate_workers(&supervisor);
		note_ends(&supervisor);
	}
	memory_free(context);
	return EXIT_SUCCESS;
}
