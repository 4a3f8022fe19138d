/* SPDX-License-Identifier: MIT */
/* What every fuzz target shares. A target is one file with LLVMFuzzerTestOneInput (libFuzzer's
 * interface): make fuzz links it with libFuzzer, make check with replay.c, which gives it the kept
 * corpus. */
#ifndef DOJANG_TESTS_FUZZ_H
#define DOJANG_TESTS_FUZZ_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that must hold for every input; stays in optimised builds. */
#define FUZZ_HOLDS(truth) \
	do { \
		if (!(truth)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #truth); \
			abort(); \
		} \
	} while (0)

/* Takes an input apart into pieces by a byte: 0x1e between pieces, so that seeds can be read and
 * written by people. */
struct fuzz_input {
	const char *at, *end;
};

static inline struct fuzz_input fuzz_input(const uint8_t *data, size_t size)
{
	return (struct fuzz_input){ (const char *)data, (const char *)data + size };
}

/* The next piece with a NUL behind it, below context; "" when there is none left. */
static inline char *fuzz_piece(struct fuzz_input *input, const void *context, size_t *length)
{
	size_t room = (size_t)(input->end - input->at);
	const char *mark = room ? memchr(input->at, 0x1e, room) : NULL;
	size_t size = mark ? (size_t)(mark - input->at) : room;
	char *piece = memory_copy_bytes(context, room ? input->at : "", size);
	input->at = mark ? mark + 1 : input->end;
	if (length)
		*length = size;
	return piece;
}

#endif
