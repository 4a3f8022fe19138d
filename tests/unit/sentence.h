/* SPDX-License-Identifier: MIT */
/* For tests that are tables of sentences: a row that does not hold is named. */
#ifndef DOJANG_TESTS_SENTENCE_H
#define DOJANG_TESTS_SENTENCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static inline void sentence_holds(const char *sentence, bool truth)
{
	if (!truth)
		fail_msg("does not hold: %s", sentence);
}

static inline void sentence_text(const char *sentence, const char *want, const char *got)
{
	if (!want != !got || (want && strcmp(want, got) != 0))
		fail_msg("%s: wanted \"%s\", got \"%s\"", sentence, want ? want : "(null)",
			got ? got : "(null)");
}

static inline void sentence_number(const char *sentence, int64_t want, int64_t got)
{
	if (want != got)
		fail_msg("%s: wanted %lld, got %lld", sentence, (long long)want, (long long)got);
}

#endif
