/* SPDX-License-Identifier: MIT */
/* PROGRAM: load over HTTP/1.1 from one thread: on each of N kept connections a request follows the answer to the last (a closed loop). */
#define _GNU_SOURCE
#include "answer.h"
#include "choices.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_ROOM = 64 * 1024, REQUEST_ROOM = 16 * 1024, EVENTS_AT_ONCE = 128, STATUSES = 600, DRAIN_SECONDS = 10 };

struct connection {
	int socket;
	bool is_waiting;                /* for an answer */
	double sent_at;
	size_t size;
	char answer[ANSWER_ROOM];
};

struct load {
	struct choices choices;
	struct sockaddr_in address;
	const char *path;               /* a * in it stands for the milestone's id */
	char **tokens;
	uint64_t turn, waiting;
	bool is_ending, is_exhausted;
	int epoll;
	struct connection *connections;
	struct operation *operations;
	size_t operation_count;
	uint64_t statuses[STATUSES], wanted, unexpected, broken;
};

_Noreturn static void give_up(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* --- requests ----------------------------------------------------------------------------------------------------------------- */

static size_t request_text(struct load *load, uint64_t turn, uint64_t customer, char *text)
{
	const struct choices *choices = &load->choices;
	const char *star = strchr(load->path, '*');
	char milestone[24] = "";
	size_t before = star ? (size_t)(star - load->path) : strlen(load->path);
	if (star)
		snprintf(milestone, sizeof milestone, "%llu", (unsigned long long)choices_milestone(choices, turn));
	int size = snprintf(text, REQUEST_ROOM, "%s %.*s%s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%sContent-Length: %zu\r\n\r\n%s",
		choices->method, (int)before, load->path, milestone, star ? star + 1 : "", load->tokens ? "Authorization: Bearer " : "",
		load->tokens ? load->tokens[customer] : "", load->tokens ? "\r\n" : "", strlen(choices->body), choices->body);
	if (size < 0 || size >= REQUEST_ROOM) {
		fprintf(stderr, "load: a request is too long\n");
		exit(EXIT_FAILURE);
	}
	return (size_t)size;
}

static void send_next(struct load *load, struct connection *connection)
{
	char text[REQUEST_ROOM];
	uint64_t customer;
	connection->size = 0;
	connection->is_waiting = !load->is_ending && choices_customer(&load->choices, load->turn, &customer);
	if (!connection->is_waiting) {
		load->is_exhausted |= !load->is_ending;
		return;
	}
	size_t size = request_text(load, load->turn, customer, text);
	load->turn++;
	load->waiting++;
	connection->sent_at = slices_now();
	ssize_t sent = send(connection->socket, text, size, MSG_NOSIGNAL);
	if (sent >= 0 && (size_t)sent != size)
		give_up("a request does not fit a socket's buffer");    /* a failure to send shows as an end of the connection */
}

static void open_connection(struct load *load, struct connection *connection)
{
	int on = 1;
	connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&load->address, sizeof load->address) != 0)
		give_up("connecting");
	setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
	if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->socket, &event) != 0)
		give_up("epoll_ctl");
}

/* --- answers ------------------------------------------------------------------------------------------------------------------ */

static void record(struct load *load, const struct connection *connection, const struct answer *answer)
{
	const struct choices *choices = &load->choices;
	double now = slices_now();
	size_t count = load->operation_count;
	load->statuses[answer->status > 0 && answer->status < STATUSES ? answer->status : 0]++;
	if (answer->status != choices->status || (choices->expect && !strstr(answer->body, choices->expect))) {
		if (load->unexpected++ == 0)
			fprintf(stderr, "load: an answer was not the expected one: %s\n", connection->answer);
		return;
	}
	load->wanted++;
	if ((count & (count - 1)) == 0)
		load->operations = memory_grow(load, load->operations, struct operation, count ? 2 * count : 1);
	load->operations[load->operation_count++] = (struct operation){ now, now - connection->sent_at };
}

static void receive(struct load *load, struct connection *connection)
{
	struct answer answer = { 0 };
	enum answer_state state = ANSWER_NONSENSE;
	ssize_t got = recv(connection->socket, connection->answer + connection->size, ANSWER_ROOM - 1 - connection->size, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0) {
		connection->size += (size_t)got;
		connection->answer[connection->size] = 0;
		state = answer_read(connection->answer, connection->size, &answer);
		if (state == ANSWER_PARTIAL && connection->size < ANSWER_ROOM - 1)
			return;
	}
	load->waiting -= connection->is_waiting;
	if (state == ANSWER_WHOLE && connection->is_waiting)
		record(load, connection, &answer);
	else
		load->broken += connection->is_waiting;
	if (state != ANSWER_WHOLE || answer.ends_connection) {
		close(connection->socket);
		open_connection(load, connection);
	}
	send_next(load, connection);
}

/* --- the run ------------------------------------------------------------------------------------------------------------------ */

static void turn_once(struct load *load, double until)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	double wait = (until - slices_now()) * 1e3;
	int count = epoll_wait(load->epoll, events, EVENTS_AT_ONCE, wait > 0 ? (int)wait + 1 : 0);
	for (int i = 0; i < count; i++)
		receive(load, events[i].data.ptr);
}

static struct slices *run(struct load *load)
{
	for (int64_t i = 0; i < load->choices.lanes; i++)
		open_connection(load, &load->connections[i]);
	for (int64_t i = 0; i < load->choices.lanes; i++)
		send_next(load, &load->connections[i]);
	for (double end = slices_now() + (double)load->choices.warm_up_ms / 1e3; slices_now() < end;)
		turn_once(load, end);
	struct slices *slices = slices_new(load, &load->choices.slices);
	while (slices_go_on(slices) && !load->is_exhausted)
		turn_once(load, slices_next(slices));
	load->is_ending = true;
	for (double end = slices_now() + DRAIN_SECONDS; load->waiting && slices_now() < end;)
		turn_once(load, end);
	return slices;
}

static void read_tokens(struct load *load, const char *path)
{
	size_t room = 0;
	int64_t count = 0;
	FILE *file = fopen(path, "re");
	if (!file)
		give_up(path);
	load->tokens = memory_array(load, char *, (size_t)load->choices.count);
	for (char *line = NULL; count < load->choices.count && getline(&line, &room, file) > 0; line = NULL, room = 0) {
		line[strcspn(line, "\r\n")] = 0;
		load->tokens[count++] = line;
	}
	fclose(file);
	load->choices.count = count;
}

/* http://A.B.C.D:PORT/PATH */
static void read_url(struct load *load, const char *url)
{
	static const char SCHEME[] = "http://";
	char host[INET_ADDRSTRLEN] = "", port[8] = "";
	int64_t number = 0;
	const char *colon = url && text_starts_with(url, SCHEME) ? strchr(url + strlen(SCHEME), ':') : NULL;
	load->path = colon ? strchr(colon, '/') : NULL;
	if (load->path) {
		snprintf(host, sizeof host, "%.*s", (int)(colon - url - (long)strlen(SCHEME)), url + strlen(SCHEME));
		snprintf(port, sizeof port, "%.*s", (int)(load->path - colon - 1), colon + 1);
	}
	load->address.sin_family = AF_INET;
	if (!text_to_number(port, 1, 65535, &number) || inet_pton(AF_INET, host, &load->address.sin_addr) != 1) {
		fprintf(stderr, "load: --url must be http://A.B.C.D:PORT/PATH\n");
		exit(EXIT_FAILURE);
	}
	load->address.sin_port = htons((uint16_t)number);
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

static void print_report(const struct load *load, const struct slices *slices)
{
	struct operations operations = { load->operations, load->operation_count };
	json_object *report = slices_report(slices, &operations, 1);
	json_put(report, "answers", status_counts(load));
	json_put_number(report, "done", (int64_t)load->wanted);
	json_put_number(report, "unexpected", (int64_t)load->unexpected);
	json_put_number(report, "unknown", (int64_t)(load->broken + load->waiting));
	json_put_bool(report, "is_exhausted", load->is_exhausted);
	json_put(report, "cpu_seconds", json_object_new_double(slices_own_cpu()));
	puts(json_text(load, report));
	json_object_put(report);
}

int main(int count, char **words)
{
	struct load *load = memory_new(NULL, struct load);
	load->choices = choices_read(count, words);
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	load->connections = memory_array(load, struct connection, (size_t)load->choices.lanes);
	read_url(load, load->choices.url);
	if (load->choices.tokens)
		read_tokens(load, load->choices.tokens);
	print_report(load, run(load));
	memory_free(load);
	return EXIT_SUCCESS;
}
