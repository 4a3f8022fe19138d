/* SPDX-License-Identifier: MIT */
/* Keeps the state of each open connection. */
#include "web/connections.h"

#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	/* other descriptors, such as those of the database and the log, have the numbers between */
	TABLE_SIZE = 2 * CONNECTIONS_MAX
};

enum state {
	CLOSED,
	FRESH,    /* no request has arrived yet */
	IDLE,     /* kept, waits for the next request */
	QUEUED,   /* something has arrived */
	BUSY,     /* its request is being served */
	RELEASED, /* was shut down by a signal handler */
};

struct connection {
	atomic_int state; /* enum state; a signal handler changes it too */
	bool is_queued, is_watched, has_event;
	unsigned requests;
};

static struct connection table[TABLE_SIZE];
static int queue[TABLE_SIZE];
static size_t queue_first, queue_length, count, fresh_count;

static enum state state_of(int connection)
{
	return (enum state)atomic_load(&table[connection].state);
}

static bool change_state(int connection, enum state from, enum state to)
{
	int expected = from;
	return atomic_compare_exchange_strong(&table[connection].state, &expected, to);
}

static void push(int connection)
{
	table[connection].is_queued = true;
	queue[(queue_first + queue_length++) % TABLE_SIZE] = connection;
}

static int pop(void)
{
	int connection = queue[queue_first];
	queue_first = (queue_first + 1) % TABLE_SIZE;
	queue_length--;
	table[connection].is_queued = false;
	return connection;
}

bool connection_has_begun(int connection)
{
	char byte;
	return recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

bool connections_add(int connection)
{
	if (connection >= TABLE_SIZE) {
		close(connection);
		return false;
	}
	table[connection] = (struct connection){ .state = FRESH };
	count++;
	fresh_count++;
	return true;
}

size_t connections_count_fresh(void)
{
	return fresh_count;
}

bool connections_have_room(void)
{
	return count < CONNECTIONS_MAX;
}

void connections_forget(int connection)
{
	fresh_count -= table[connection].requests == 0;
	atomic_store(&table[connection].state, CLOSED);
	count--;
}

static void close_connection(int connection)
{
	connections_forget(connection);
	close(connection);
}

/* Begins after the last one closed, so that each has its turn. */
static void close_one(enum state state)
{
	static int next;
	for (int i = 0; !connections_have_room() && i < TABLE_SIZE; i++) {
		next = (next + 1) % TABLE_SIZE;
		if (state_of(next) == state && !connection_has_begun(next))
			close_connection(next);
	}
}

bool connections_make_room(void)
{
	close_one(IDLE);
	close_one(FRESH);
	return connections_have_room();
}

void connections_note_event(int connection)
{
	struct connection *each = &table[connection];
	if (change_state(connection, FRESH, QUEUED) || change_state(connection, IDLE, QUEUED))
		push(connection);
	else if (state_of(connection) == BUSY)
		each->has_event = true;
	else if (state_of(connection) == RELEASED && !each->is_queued)
		close_connection(connection);
}

bool connections_are_queued(void)
{
	return queue_length > 0;
}

int connections_take(void)
{
	while (queue_length > 0) {
		int connection = pop();
		if (!change_state(connection, QUEUED, BUSY)) {
			close_connection(connection);
			continue;
		}
		fresh_count -= table[connection].requests++ == 0;
		table[connection].has_event = false;
		return connection;
	}
	return NO_CONNECTION;
}

void connections_keep(int connection)
{
	bool has_event = table[connection].has_event;
	atomic_store(&table[connection].state, IDLE);
	if (has_event && connection_has_begun(connection))
		connections_note_event(connection);
}

unsigned connections_requests(int connection)
{
	return table[connection].requests;
}

bool connections_begin_watch(int connection)
{
	bool is_first = !table[connection].is_watched;
	table[connection].is_watched = true;
	return is_first;
}

static void release(int connection, enum state state)
{
	if (table[connection].requests > 0 && change_state(connection, state, RELEASED))
		(void)shutdown(connection, SHUT_RDWR);
}

void connections_release_idle(void)
{
	for (int connection = 0; connection < TABLE_SIZE; connection++)
		if (state_of(connection) == IDLE && !connection_has_begun(connection))
			release(connection, IDLE);
}

void connections_release_all(void)
{
	for (int connection = 0; connection < TABLE_SIZE; connection++) {
		release(connection, IDLE);
		release(connection, QUEUED);
	}
}

void connections_close_idle(void)
{
	for (int connection = 0; connection < TABLE_SIZE; connection++)
		if (state_of(connection) == IDLE && connection_has_begun(connection))
			connections_note_event(connection);
		else if (state_of(connection) == IDLE
			|| (state_of(connection) == RELEASED && !table[connection].is_queued))
			close_connection(connection);
}

void connections_close_fresh(void)
{
	for (int connection = 0; connection < TABLE_SIZE; connection++)
		if (state_of(connection) == FRESH)
			close_connection(connection);
}
