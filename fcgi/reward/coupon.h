/* SPDX-License-Identifier: MIT */
/* Codes of coupon products: taken over from a list, given one to a claim. */
#ifndef DOJANG_REWARD_COUPON_H
#define DOJANG_REWARD_COUPON_H

#include "base/csv.h"
#include "records/edit.h"
#include "records/ids.h"

enum { COUPON_CODE_MAXIMUM = 190, COUPON_IMPORT_MAXIMUM = 200000 };

struct coupon_import {
	product_id product;
	/* CSV with the header `code`, at its beginning; stays the caller's */
	FILE *file;
	const char *source;    /* of the stock movement: "staff" or "command" */
	const char *reference; /* of this import, unique per source */
};

/* Takes over all codes or none: RESULT_CREATED and *added, ERR_NOT_FOUND, or ERR_INVALID with the
 * line that is wrong (a code that is empty, too long, repeated, or there already). Raises the stock
 * with a movement, in the audit log. */
enum result coupon_import(struct edit *edit, const struct coupon_import *import, uint64_t *added);

/* --- lists that are looked at first --- */

enum { COUPON_LIST_MAXIMUM = 20000, COUPON_WRONG_MAXIMUM = 20 };

/* What may be wrong with a line. COUPON_CSV ends the reading: what comes after it is not known. */
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
	const char **codes; /* each once, in the list's order */
	size_t count;
	size_t repeated; /* left out: they stood in the list before */
	/* left out by coupon_list_compare: some product has them already */
	size_t known;
	/* the first ones */
	struct {
		uint64_t line;
		enum coupon_fault fault;
	} wrong[COUPON_WRONG_MAXIMUM];
	size_t wrong_count; /* of all */
};

/* Reads a list: one code a line, blanks around it and a first line `code` do not count. Everything
 * goes below context. */
void coupon_list_read(const void *context, FILE *file, struct coupon_list *list);
/* Leaves out what is there already. */
enum result coupon_list_compare(struct db *db, struct coupon_list *list);
/* Adds all codes of the list or none, as coupon_import does: RESULT_CREATED; ERR_NOT_FOUND;
 * ERR_CONFLICT: one came in meanwhile, or the product has no codes. */
enum result coupon_list_add(struct edit *edit, product_id product, const struct coupon_list *list,
	const char *reference);

/* Inside a claim's transaction, after the product's stock was taken: the code that the claim gets,
 * below context; NULL when there is none, which the stock should have told. */
const char *coupon_give(struct db *db, const void *context, product_id product, claim_id claim);

#endif
