/* SPDX-License-Identifier: MIT */
/* Ids are types, so that arguments cannot be swapped by mistake. */
#ifndef DOJANG_RECORDS_IDS_H
#define DOJANG_RECORDS_IDS_H

#include <stdint.h>

typedef struct {
	uint64_t value;
} event_id;
typedef struct {
	uint64_t value;
} customer_id;
typedef struct {
	uint64_t value;
} product_id;
typedef struct {
	uint64_t value;
} milestone_id;
typedef struct {
	uint64_t value;
} claim_id;

#endif
