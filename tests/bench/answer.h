/* SPDX-License-Identifier: MIT */
/* Just enough of HTTP/1.1 to know where an answer ends. */
#ifndef DOJANG_BENCH_ANSWER_H
#define DOJANG_BENCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum answer_state { ANSWER_PARTIAL, ANSWER_WHOLE, ANSWER_NONSENSE };

struct answer {
	int status;
	bool ends_connection;
	/* 429 or 503 that says so in the contract's form: problem+json, Retry-After */
	bool is_refusal;
	const char *body;
};

/* bytes[size] must be NUL. */
enum answer_state answer_read(const char *bytes, size_t size, struct answer *answer);

#endif
