/* SPDX-License-Identifier: MIT */
/* PROGRAM: the same work as a worker of the api does, through the same functions and their SQL, but
 * without web server, HTTP, token and JSON: what the database and its client library alone would
 * allow. */
#define _GNU_SOURCE
#include "choices.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/settings.h"
#include "base/text.h"
#include "reward/attendance.h"
#include "reward/claim.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OPERATIONS_MAXIMUM = 1 << 18, PROCESSES_MAXIMUM = 256, WORK_POOL = 64 * 1024 };

/* What the processes share; pages that nobody writes cost nothing. */
struct process {
	size_t count;
	uint64_t results[RESULT_COUNT];
	struct operation operations[OPERATIONS_MAXIMUM];
};
struct board {
	_Atomic uint64_t turn, ready, ended;
	_Atomic bool may_start, must_end;
	struct process processes[];
};

/* One of the processes, with what a worker of the api has. */
struct worker {
	const struct choices *choices;
	const struct settings *settings;
	struct db *db;
	struct event_cache *events;
	uint64_t issuer;
};

typedef enum result work(const struct worker *worker, const void *context,
	const struct subject *subject, uint64_t turn, instant now);

_Noreturn static void give_up(const char *what)
{
	fprintf(stderr, "direct: %s\n", what);
	exit(EXIT_FAILURE);
}

/* --- the work --- */

static struct attendance_item item_of(
	const struct worker *worker, const void *context, const struct subject *subject)
{
	return (struct attendance_item){
		.context = context, .slug = worker->choices->event, .subject = subject
	};
}

static enum result check_in(const struct worker *worker, const void *context,
	const struct subject *subject, uint64_t turn, instant now)
{
	struct attendance_item item = item_of(worker, context, subject);
	(void)turn;
	return attendance_check_in(worker->db, worker->events, now, &item);
}

static enum result view(const struct worker *worker, const void *context,
	const struct subject *subject, uint64_t turn, instant now)
{
	struct attendance_item item = item_of(worker, context, subject);
	(void)turn;
	return attendance_view(worker->db, worker->events, false, now, &item);
}

static enum result claim(const struct worker *worker, const void *context,
	const struct subject *subject, uint64_t turn, instant now)
{
	struct claim_item item = { .context = context,
		.slug = worker->choices->event,
		.milestone = { choices_milestone(worker->choices, turn) },
		.subject = subject };
	return claim_milestone(worker->db, worker->events, now, &item);
}

static const struct {
	const char *name;
	work *work;
	enum result wanted;
} WORKS[] = {
	{ "check-in", check_in, RESULT_CREATED },
	{ "view", view, RESULT_OK },
	{ "claim", claim, RESULT_CREATED },
};

static size_t work_named(const char *name)
{
	for (size_t i = 0; i < countof(WORKS); i++)
		if (text_equals(WORKS[i].name, name))
			return i;
	give_up("--work must be check-in, view or claim");
}

/* --- a process --- */

static void do_one(const struct worker *worker, void *pool, size_t which, uint64_t turn,
	uint64_t customer, struct process *into)
{
	char name[80];
	void *context = memory_context(pool);
	double began = slices_now();
	snprintf(name, sizeof name, "%s%" PRIu64, worker->choices->subjects, customer + 1);
	struct subject subject = { .issuer_id = worker->issuer, .subject = name, .username = name };
	enum result result = WORKS[which].work(
		worker, context, &subject, turn, clock_now(worker->settings->demo.clock_file));
	double now = slices_now();
	into->results[result]++;
	if (result == WORKS[which].wanted && into->count < OPERATIONS_MAXIMUM)
		into->operations[into->count++] = (struct operation){ now, now - began };
	memory_free(context);
}

static void work_on(const struct worker *worker, struct board *board, size_t index)
{
	uint64_t customer, turn;
	size_t which = work_named(worker->choices->work);
	void *pool = memory_pool(NULL, WORK_POOL);
	while (!atomic_load(&board->must_end)
		&& choices_customer(
			worker->choices, turn = atomic_fetch_add(&board->turn, 1), &customer))
		do_one(worker, pool, which, turn, customer, &board->processes[index]);
	memory_free(pool);
	atomic_fetch_add(&board->ended, 1);
}

static struct worker new_worker(const void *context, const struct choices *choices)
{
	const char *error = NULL, *password = NULL;
	struct worker worker = { .choices = choices,
		.settings = settings_read(context, choices->settings, &error) };
	if (!worker.settings)
		give_up(error);
	if (worker.settings->database.api_password_file)
		password = settings_read_secret(
			context, worker.settings->database.api_password_file, &error);
	if (error)
		give_up(error);
	worker.db = db_new(context,
		&(struct db_settings){ .hosts = worker.settings->database.hosts,
			.user = worker.settings->database.api_user,
			.password = password,
			.name = worker.settings->database.name,
			.trusts_statistics = true });
	worker.events = event_cache_new(context);
	if (customer_issuer(worker.db, worker.settings->issuers[0].iss, &worker.issuer)
		!= RESULT_OK)
		give_up(db_error_text(worker.db));
	return worker;
}

static void wait_a_moment(void)
{
	nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
}

static void run_process(const struct choices *choices, struct board *board, size_t index)
{
	void *context = memory_context(NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct worker worker = new_worker(context, choices);
	atomic_fetch_add(&board->ready, 1);
	while (!atomic_load(&board->may_start))
		wait_a_moment();
	work_on(&worker, board, index);
	memory_free(context);
}

/* --- the run --- */

static void start(const struct choices *choices, struct board *board)
{
	for (size_t i = 0; i < (size_t)choices->lanes; i++) {
		pid_t child = fork();
		if (child < 0)
			give_up(strerror(errno));
		if (child == 0) {
			run_process(choices, board, i);
			exit(EXIT_SUCCESS);
		}
	}
	while (atomic_load(&board->ready) < (uint64_t)choices->lanes) {
		if (waitpid(-1, NULL, WNOHANG) > 0)
			give_up("a process ended before it began");
		wait_a_moment();
	}
	atomic_store(&board->may_start, true);
}

static struct slices *measure(
	const void *context, const struct choices *choices, struct board *board)
{
	for (double end = slices_now() + (double)choices->warm_up_ms / 1e3; slices_now() < end;)
		wait_a_moment();
	struct slices *slices = slices_new(context, &choices->slices);
	while (slices_go_on(slices) && !atomic_load(&board->ended))
		wait_a_moment();
	return slices;
}

/* True when all ended well. */
static bool end_all(struct board *board)
{
	int status;
	bool is_well = true;
	atomic_store(&board->must_end, true);
	while (waitpid(-1, &status, 0) > 0)
		is_well &= status == 0;
	return is_well;
}

static void print_report(const void *context, const struct choices *choices,
	const struct board *board, const struct slices *slices, bool is_exhausted)
{
	struct operations lists[PROCESSES_MAXIMUM];
	size_t lanes = (size_t)choices->lanes,
	       wanted = (size_t)WORKS[work_named(choices->work)].wanted;
	int64_t done = 0, all = 0;
	for (size_t i = 0; i < lanes; i++) {
		lists[i] = (struct operations){ board->processes[i].operations,
			board->processes[i].count };
		done += (int64_t)board->processes[i].results[wanted];
		for (size_t result = 0; result < RESULT_COUNT; result++)
			all += (int64_t)board->processes[i].results[result];
	}
	json_object *report = slices_report(slices, lists, lanes);
	json_put_number(report, "done", done);
	json_put_number(report, "unexpected", all - done);
	json_put_number(report, "unknown", 0);
	json_put_bool(report, "is_exhausted", is_exhausted);
	json_put(report, "cpu_seconds", json_object_new_double(slices_own_cpu()));
	puts(json_text(context, report));
	json_object_put(report);
}

int main(int count, char **words)
{
	void *context = memory_context(NULL);
	struct choices choices = choices_read(count, words);
	if (!choices.settings || !choices.event || choices.lanes > PROCESSES_MAXIMUM)
		give_up("give --settings, --event, and --lanes up to 256");
	work_named(choices.work);
	size_t size = sizeof(struct board) + (size_t)choices.lanes * sizeof(struct process);
	struct board *board = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (board == MAP_FAILED)
		give_up(strerror(errno));
	start(&choices, board);
	struct slices *slices = measure(context, &choices, board);
	bool is_exhausted = atomic_load(&board->ended) > 0;
	bool is_well = end_all(board);
	print_report(context, &choices, board, slices, is_exhausted);
	munmap(board, size);
	memory_free(context);
	return is_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
