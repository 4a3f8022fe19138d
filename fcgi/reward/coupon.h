/* SPDX-License-Identifier: MIT */
/* Codes of coupon products: imported from a list, one assigned to each claim. */
#ifndef DOJANG_REWARD_COUPON_H
#define DOJANG_REWARD_COUPON_H

#include "base/csv.h"
#include "records/edit.h"
#include "records/ids.h"

enum { COUPON_CODE_MAXIMUM = 190, COUPON_IMPORT_MAXIMUM = 200000 };

struct coupon_import {
	product_id product;
	/* CSV with the header `code`, at its start; the caller closes it */
	FILE *file;
	const char *source;    /* source of the stock movement: "staff" or "command" */
	const char *reference; /* identifies this import, unique per source */
};

/* Imports all codes or none. RESULT_CREATED and *added; ERR_NOT_FOUND; ERR_INVALID with the invalid
 * line: a code that is empty, too long, repeated or known. Raises the stock with a movement and an
 * audit row. */
enum result coupon_import(struct edit *edit, const struct coupon_import *import, uint64_t *added);

/* The code that a claim received. The same transaction writes the audit row. ERR_NOT_FOUND: it has
 * none. */
enum result coupon_read(struct edit *edit, claim_id claim, const char **code);

/* --- lists that are looked at first --- */

enum { COUPON_LIST_MAXIMUM = 20000, COUPON_WRONG_MAXIMUM = 20 };

/* Errors of a line. COUPON_CSV ends the reading: the rest of the file is unknown. */
enum coupon_fault {
	COUPON_SOUND,
	COUPON_COLUMNS,
	COUPON_LENGTH,
	COUPON_CONTROL,
	COUPON_CSV,
	COUPON_TOO_MANY
};
extern const char *const COUPON_FAULTS[]; /* their names: "columns" */
enum coupon_fault coupon_fault_of(const char *code);

struct coupon_list {
	const char **codes; /* each code once, in the order of the list */
	size_t count;
	size_t repeated; /* skipped because they occurred before in the list */
	/* skipped by coupon_list_compare because a product has them already */
	size_t known;
	/* the first errors */
	struct {
		uint64_t line;
		enum coupon_fault fault;
	} wrong[COUPON_WRONG_MAXIMUM];
	size_t wrong_count; /* the number of all errors */
};

/* Reads a list with one code per line. Surrounding blanks and a first line `code` are ignored.
 * Allocates below context. */
void coupon_list_read(const void *context, FILE *file, struct coupon_list *list);
/* Removes codes that exist already. */
enum result coupon_list_compare(struct db *db, struct coupon_list *list);
/* Adds all codes of the list or none, like coupon_import. RESULT_CREATED; ERR_NOT_FOUND;
 * ERR_CONFLICT: a code was added meanwhile, or the product has no codes. */
enum result coupon_list_add(struct edit *edit, product_id product, const struct coupon_list *list,
	const char *reference);

/* Inside the transaction of a claim, after the stock was decremented: assigns a code and returns
 * it, below context. NULL when there is none, which the stock should have prevented. */
const char *coupon_give(struct db *db, const void *context, product_id product, claim_id claim);

#endif
