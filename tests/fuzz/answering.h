/* SPDX-License-Identifier: MIT */
/* A server that says exactly the bytes of the input and hangs up, whatever it is told: the other
 * end of libcurl's socket. */
#ifndef DOJANG_TESTS_ANSWERING_H
#define DOJANG_TESTS_ANSWERING_H

#include "fuzz.h"

#include "delivery/transport.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

struct answering {
	const uint8_t *data;
	size_t size;
	int other;
};

static inline curl_socket_t answering_open(
	void *state, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct answering *answering = state;
	int ends[2];
	(void)purpose;
	(void)address;
	if (answering->other >= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return CURL_SOCKET_BAD;
	answering->other = ends[1];
	FUZZ_HOLDS(write(ends[1], answering->data, answering->size) == (ssize_t)answering->size);
	(void)shutdown(ends[1], SHUT_WR);
	return ends[0];
}

/* The socket is connected already; libcurl 7.88 asks nevertheless, whatever CURLOPT_SOCKOPTFUNCTION
 * says. */
int connect(int socket, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	(void)socket;
	(void)address;
	(void)length;
	return 0;
}

/* A delivery on its way to such a server. */
static inline struct delivery *answering_new(
	const void *context, const struct transport *transport, struct answering *answering)
{
	struct delivery *delivery = memory_new(context, struct delivery);
	delivery->context = delivery;
	delivery->transport = transport;
	delivery->handle = curl_easy_init();
	FUZZ_HOLDS(delivery->handle);
	(void)signal(SIGPIPE, SIG_IGN);
	curl_easy_setopt(delivery->handle, CURLOPT_ERRORBUFFER, delivery->error);
	curl_easy_setopt(delivery->handle, CURLOPT_OPENSOCKETFUNCTION, answering_open);
	curl_easy_setopt(delivery->handle, CURLOPT_OPENSOCKETDATA, answering);
	curl_easy_setopt(delivery->handle, CURLOPT_TIMEOUT_MS, 500L);
	curl_easy_setopt(delivery->handle, CURLOPT_NOSIGNAL, 1L);
	return delivery;
}

static inline void answering_run(struct delivery *delivery, struct answering *answering)
{
	CURLcode code = curl_easy_perform(delivery->handle);
	delivery->transport->judge(delivery, code);
	const char *reason = delivery->verdict.reason;
	FUZZ_HOLDS((delivery->verdict.end == OUTBOX_SENT) == (reason == NULL));
	FUZZ_HOLDS(!reason || (*reason && !strpbrk(reason, "\r\n")));
	FUZZ_HOLDS(delivery->verdict.retry_after <= 86400);
	curl_easy_cleanup(delivery->handle);
	if (answering->other >= 0)
		close(answering->other);
}

#endif
