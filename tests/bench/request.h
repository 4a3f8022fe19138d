/* SPDX-License-Identifier: MIT */
/* The requests of load: where they go, whose tokens they bear, and their text. */
#ifndef DOJANG_BENCH_REQUEST_H
#define DOJANG_BENCH_REQUEST_H

#include "choices.h"

#include <netinet/in.h>

enum { REQUEST_ROOM = 16 * 1024 };

struct requests {
	struct sockaddr_in address;
	const char *path; /* a * in it stands for the milestone's id */
	char **tokens;    /* NULL: none */
	int64_t token_count;
};

/* As the choices say; ends the program with a message when that makes no sense. */
struct requests requests_read(const void *context, const struct choices *choices);
/* Writes the text of one request, REQUEST_ROOM bytes at most; answers its size. */
size_t requests_text(const struct requests *requests, const struct choices *choices, uint64_t turn,
	uint64_t customer, char *text);

#endif
