/* SPDX-License-Identifier: MIT */
/* PROGRAM: load over HTTP/1.1 from one thread: on each of N kept connections a request follows the
 * answer to the last (a closed loop); or requests come at a fixed rate, answered or not (an open
 * loop), and those that are turned away come again. */
#define _GNU_SOURCE
#include "answer.h"
#include "choices.h"
#include "request.h"

#include "base/json.h"
#include "base/memory.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_ROOM = 16 * 1024, EVENTS_AT_ONCE = 128, STATUSES = 600, DRAIN_SECONDS = 10 };
/* so that nginx, which accepts one connection at a time, has them before a rush begins */
enum { ACCEPT_MILLISECONDS = 300 };

struct connection {
	int socket;
	bool is_waiting;     /* for an answer */
	bool is_closed_loop; /* the next request follows the answer */
	uint64_t customer;   /* of the request that waits */
	double sent_at;
	size_t size;
	char answer[ANSWER_ROOM];
};

/* What an open loop adds. */
struct rush {
	double began_at, ended_at, drained_at;
	uint64_t sent, unsent; /* unsent: no connection was free */
	uint64_t waiting;      /* of those that were sent */
	struct connection **idle;
	size_t idle_count;
	uint64_t *again; /* customers who were turned away */
	size_t again_count;
	double *refusals; /* how long each took, in seconds */
	size_t refusal_count;
	int64_t quiet_count; /* connections that go on as on other days */
	uint64_t after_done, after_refused;
	double after_seconds;
};

struct load {
	struct choices choices;
	struct requests requests;
	uint64_t turn, waiting;
	bool is_ending, is_exhausted;
	int epoll;
	struct connection *connections;
	struct operation *operations;
	size_t operation_count;
	uint64_t statuses[STATUSES], wanted, unexpected, broken;
	struct rush rush;
};

_Noreturn static void give_up(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* --- requests --- */

static bool next_customer(struct load *load, uint64_t *customer)
{
	struct rush *rush = &load->rush;
	if (rush->again_count) {
		*customer = rush->again[--rush->again_count];
		return true;
	}
	if (!choices_customer(&load->choices, load->turn, customer))
		return false;
	load->turn++;
	return true;
}

static void send_next(struct load *load, struct connection *connection)
{
	char text[REQUEST_ROOM];
	connection->size = 0;
	connection->is_waiting = !load->is_ending && next_customer(load, &connection->customer);
	if (!connection->is_waiting) {
		load->is_exhausted |= !load->is_ending;
		return;
	}
	size_t size = requests_text(
		&load->requests, &load->choices, load->turn, connection->customer, text);
	load->waiting++;
	load->rush.waiting += !connection->is_closed_loop;
	connection->sent_at = slices_now();
	ssize_t sent = send(connection->socket, text, size, MSG_NOSIGNAL);
	if (sent >= 0 && (size_t)sent != size)
		/* a failure to send shows as an end of the connection */
		give_up("a request does not fit a socket's buffer");
}

static void open_connection(struct load *load, struct connection *connection)
{
	int on = 1;
	const struct sockaddr_in *address = &load->requests.address;
	connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection->socket < 0
		|| connect(connection->socket, (const struct sockaddr *)address, sizeof *address)
			!= 0)
		give_up("connecting");
	setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
	if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->socket, &event) != 0)
		give_up("epoll_ctl");
}

/* Sends what is due by now, each on a connection that has nothing to wait for. */
static void send_due(struct load *load, double now)
{
	struct rush *rush = &load->rush;
	uint64_t due = (uint64_t)((now - rush->began_at) * (double)load->choices.rate);
	for (; rush->sent + rush->unsent < due && rush->idle_count && !load->is_exhausted;
		rush->sent++)
		send_next(load, rush->idle[--rush->idle_count]);
	rush->unsent = due > rush->sent ? due - rush->sent : 0;
}

/* --- answers --- */

#define APPEND(load, list, count, type, item) \
	do { \
		if (((count) & ((count)-1)) == 0) \
			(list) = memory_grow((load), (list), type, (count) ? 2 * (count) : 1); \
		(list)[(count)++] = (item); \
	} while (0)

/* The customer tries again, later; only an open loop may be turned away. */
static void record_refusal(struct load *load, const struct connection *connection, double now)
{
	struct rush *rush = &load->rush;
	APPEND(load, rush->again, rush->again_count, uint64_t, connection->customer);
	if (rush->ended_at > 0)
		rush->after_refused++;
	else
		APPEND(load, rush->refusals, rush->refusal_count, double,
			now - connection->sent_at);
}

static void record(
	struct load *load, const struct connection *connection, const struct answer *answer)
{
	const struct choices *choices = &load->choices;
	double now = slices_now();
	load->statuses[answer->status > 0 && answer->status < STATUSES ? answer->status : 0]++;
	if (choices->rate && answer->is_refusal) {
		record_refusal(load, connection, now);
		return;
	}
	if (answer->status != choices->status
		|| (choices->expect && !strstr(answer->body, choices->expect))) {
		if (load->unexpected++ == 0)
			fprintf(stderr, "load: an answer was not the expected one: %s\n",
				connection->answer);
		return;
	}
	load->wanted++;
	APPEND(load, load->operations, load->operation_count, struct operation,
		((struct operation){ now, now - connection->sent_at }));
}

/* From now on as on other days: a request follows an answer. */
static void go_on_quietly(struct load *load, struct connection *connection)
{
	load->rush.quiet_count++;
	connection->is_closed_loop = true;
	send_next(load, connection);
}

/* What the connection does after an answer, or after its end. */
static void go_on(struct load *load, struct connection *connection)
{
	struct rush *rush = &load->rush;
	if (connection->is_closed_loop) {
		send_next(load, connection);
		return;
	}
	rush->waiting -= connection->is_waiting;
	connection->is_waiting = false;
	connection->size = 0;
	if (rush->ended_at > 0 && rush->waiting == 0 && rush->drained_at <= 0)
		rush->drained_at = slices_now();
	if (rush->ended_at > 0 && rush->quiet_count < load->choices.after_lanes)
		go_on_quietly(load, connection);
	else
		rush->idle[rush->idle_count++] = connection;
}

static void receive(struct load *load, struct connection *connection)
{
	struct answer answer = { 0 };
	enum answer_state state = ANSWER_NONSENSE;
	bool was_waiting = connection->is_waiting;
	ssize_t got = recv(connection->socket, connection->answer + connection->size,
		ANSWER_ROOM - 1 - connection->size, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0) {
		connection->size += (size_t)got;
		connection->answer[connection->size] = 0;
		state = answer_read(connection->answer, connection->size, &answer);
		if (state == ANSWER_PARTIAL && connection->size < ANSWER_ROOM - 1)
			return;
	}
	load->waiting -= was_waiting;
	if (state == ANSWER_WHOLE && was_waiting)
		record(load, connection, &answer);
	else
		load->broken += was_waiting;
	if (state != ANSWER_WHOLE || answer.ends_connection) {
		close(connection->socket);
		open_connection(load, connection);
	}
	if (was_waiting || connection->is_closed_loop)
		go_on(load, connection); /* else it is idle already */
}

/* --- the run --- */

static bool is_rushing(const struct load *load)
{
	return load->choices.rate && load->rush.ended_at <= 0;
}

static void turn_once(struct load *load, double until)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	double now = slices_now(), wait = (until - now) * 1e3;
	if (is_rushing(load)) {
		send_due(load, now);
		wait = wait < 1 ? wait : 0.5;
	}
	int count = epoll_wait(load->epoll, events, EVENTS_AT_ONCE, wait > 0 ? (int)wait + 1 : 0);
	for (int i = 0; i < count; i++)
		receive(load, events[i].data.ptr);
}

static void turn_until(struct load *load, double end)
{
	while (slices_now() < end && !load->is_exhausted)
		turn_once(load, end);
}

static void begin(struct load *load)
{
	struct rush *rush = &load->rush;
	rush->idle = memory_array(load, struct connection *, (size_t)load->choices.lanes);
	for (int64_t i = 0; i < load->choices.lanes; i++)
		open_connection(load, &load->connections[i]);
	if (load->choices.rate)
		usleep(ACCEPT_MILLISECONDS * 1000);
	rush->began_at = slices_now();
	for (int64_t i = load->choices.lanes - 1; i >= 0; i--) {
		load->connections[i].is_closed_loop = load->choices.rate == 0;
		if (load->choices.rate)
			rush->idle[rush->idle_count++] = &load->connections[i];
		else
			send_next(load, &load->connections[i]);
	}
}

/* The rush is over: what waits is still answered, and some customers come as on other days. */
static void end_rush(struct load *load)
{
	struct rush *rush = &load->rush;
	size_t done = load->wanted;
	rush->ended_at = slices_now();
	while (rush->quiet_count < load->choices.after_lanes && rush->idle_count)
		/* else with the next answers */
		go_on_quietly(load, rush->idle[--rush->idle_count]);
	turn_until(load, rush->ended_at + (double)load->choices.after_ms / 1e3);
	rush->after_done = load->wanted - done;
	rush->after_seconds = slices_now() - rush->ended_at;
}

static struct slices *run(struct load *load)
{
	begin(load);
	turn_until(load, slices_now() + (double)load->choices.warm_up_ms / 1e3);
	struct slices *slices = slices_new(load, &load->choices.slices);
	while (slices_go_on(slices) && !load->is_exhausted)
		turn_once(load, slices_next(slices));
	if (load->choices.rate)
		end_rush(load);
	load->is_ending = true;
	for (double end = slices_now() + DRAIN_SECONDS; load->waiting && slices_now() < end;)
		turn_once(load, end);
	return slices;
}

/* --- the report --- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void put_rush(json_object *report, struct rush *rush)
{
	size_t last = rush->refusal_count ? rush->refusal_count - 1 : 0;
	if (rush->refusal_count)
		qsort(rush->refusals, rush->refusal_count, sizeof *rush->refusals, by_size);
	json_put_number(report, "sent", (int64_t)rush->sent);
	json_put_number(report, "unsent", (int64_t)rush->unsent);
	json_put_number(report, "refused", (int64_t)rush->refusal_count);
	json_put(report, "refusal_p50_ms",
		json_object_new_double(rush->refusal_count ? rush->refusals[last / 2] * 1e3 : 0));
	json_put(report, "refusal_p99_ms",
		json_object_new_double(
			rush->refusal_count ? rush->refusals[last * 99 / 100] * 1e3 : 0));
	json_put(report, "after_rate",
		json_object_new_double(rush->after_seconds > 0
				? (double)rush->after_done / rush->after_seconds
				: 0));
	json_put_number(report, "after_refused", (int64_t)rush->after_refused);
	json_put(report, "drained_ms",
		json_object_new_double(
			rush->drained_at > 0 ? (rush->drained_at - rush->ended_at) * 1e3 : 0));
}

static json_object *status_counts(const struct load *load)
{
	json_object *counts = json_new_object();
	char name[8];
	for (int status = 0; status < STATUSES; status++) {
		snprintf(name, sizeof name, "%d", status);
		if (load->statuses[status])
			json_put_number(counts, name, (int64_t)load->statuses[status]);
	}
	return counts;
}

static void print_report(struct load *load, const struct slices *slices)
{
	struct operations operations = { load->operations, load->operation_count };
	json_object *report = slices_report(slices, &operations, 1);
	json_put(report, "answers", status_counts(load));
	json_put_number(report, "done", (int64_t)load->wanted);
	json_put_number(report, "unexpected", (int64_t)load->unexpected);
	json_put_number(report, "unknown", (int64_t)(load->broken + load->waiting));
	json_put_bool(report, "is_exhausted", load->is_exhausted);
	json_put(report, "cpu_seconds", json_object_new_double(slices_own_cpu()));
	if (load->choices.rate)
		put_rush(report, &load->rush);
	puts(json_text(load, report));
	json_object_put(report);
}

/* Each connection is an open file. */
static void allow_many_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int count, char **words)
{
	struct load *load = memory_new(NULL, struct load);
	allow_many_files();
	load->choices = choices_read(count, words);
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	load->connections = memory_array(load, struct connection, (size_t)load->choices.lanes);
	load->requests = requests_read(load, &load->choices);
	if (load->requests.tokens)
		load->choices.count = load->requests.token_count;
	print_report(load, run(load));
	memory_free(load);
	return EXIT_SUCCESS;
}
