/* SPDX-License-Identifier: MIT */
/* Reads random bytes from the kernel. */
#include "base/random.h"

#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *out, size_t length)
{
	unsigned char *to = out;
	while (length > 0) {
		ssize_t got = getrandom(to, length, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			log_emergency("event=no_random_bytes\n");
			abort();
		}
		to += got;
		length -= (size_t)got;
	}
}

uint64_t random_below(uint64_t bound)
{
	if (bound < 2)
		return 0;
	/* smaller numbers would make low results more likely */
	const uint64_t uneven = (0 - bound) % bound;
	uint64_t number;
	do
		random_bytes(&number, sizeof(number));
	while (number < uneven);
	return number % bound;
}

char *random_hex(const void *context, size_t byte_count)
{
	static const char DIGITS[] = "0123456789abcdef";
	unsigned char *bytes = memory_zeroed_array(context, byte_count, 1);
	char *text = memory_zeroed_array(context, byte_count * 2 + 1, 1);
	random_bytes(bytes, byte_count);
	for (size_t i = 0; i < byte_count; i++) {
		text[2 * i] = DIGITS[bytes[i] >> 4];
		text[2 * i + 1] = DIGITS[bytes[i] & 15];
	}
	memory_free(bytes);
	return text;
}
