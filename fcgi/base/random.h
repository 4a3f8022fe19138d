/* SPDX-License-Identifier: MIT */
/* Random bytes of the operating system. The process ends when there are none. */
#ifndef DOJANG_BASE_RANDOM_H
#define DOJANG_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *out, size_t length);
uint64_t random_below(uint64_t bound);                    /* from 0 to bound - 1 */
char *random_hex(const void *context, size_t byte_count); /* two lower-case digits per byte */

#endif
