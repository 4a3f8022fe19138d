/* SPDX-License-Identifier: MIT */
/* Codes of coupon products: imported from a spreadsheet file, one assigned to each claim. */
#ifndef DOJANG_REWARD_COUPON_H
#define DOJANG_REWARD_COUPON_H

#include "base/spreadsheet.h"
#include "records/edit.h"
#include "records/ids.h"

enum {
	COUPON_CODE_MAXIMUM = 190,      /* bytes */
	COUPON_LIST_MAXIMUM = 20000,    /* codes that staff may add at a time */
	COUPON_IMPORT_MAXIMUM = 200000, /* codes of one import */
};

/* Faults beside those of the reader. */
#define COUPON_FAULT_LENGTH "length"     /* the code is longer than COUPON_CODE_MAXIMUM */
#define COUPON_FAULT_TOO_MANY "too_many" /* the lines after it were not read */

struct coupon_code {
	const char *text;
	uint64_t line;
};

struct coupon_list {
	struct coupon_code *codes; /* each code once, in the order of the file */
	size_t count;
	size_t repeated; /* skipped because they occurred before in the list */
	size_t known;    /* skipped by coupon_list_compare because a product has them already */
	uint64_t left_out_line; /* of the first skipped code */
	struct spreadsheet_faults faults;
	const struct spreadsheet *spreadsheet; /* how the file was read */
};

/* Reads a list of at most `maximum` codes. Allocates below context. */
void coupon_list_read(const void *context, FILE *file, size_t maximum, struct coupon_list *list);
/* Removes codes that exist already. */
enum result coupon_list_compare(struct db *db, struct coupon_list *list);
/* Adds all codes of the list or none, and raises the stock with a movement. RESULT_CREATED;
 * ERR_NOT_FOUND; ERR_CONFLICT: a code was added meanwhile, or the product has no codes. The
 * reference is unique per source ("staff", "command"). */
enum result coupon_list_add(struct edit *edit, product_id product, const struct coupon_list *list,
	const char *source, const char *reference);

/* Reads a file and adds its codes. ERR_INVALID with the first invalid line, or the first line whose
 * code is repeated or exists already. */
enum result coupon_import(struct edit *edit, product_id product, FILE *file, const char *reference,
	struct coupon_list *list);

/* The code that a claim received. The same transaction writes the audit row. ERR_NOT_FOUND: it has
 * none. */
enum result coupon_read(struct edit *edit, claim_id claim, const char **code);

/* Inside the transaction of a claim, after the stock was decremented: assigns a code and returns
 * it, below context. NULL when there is none, which the stock should have prevented. */
const char *coupon_give(struct db *db, const void *context, product_id product, claim_id claim);

#endif
