/* SPDX-License-Identifier: MIT */
/* Fields of the pages about products and their stock. */
#ifndef DOJANG_CONSOLE_PRODUCTS_H
#define DOJANG_CONSOLE_PRODUCTS_H

#include "base/fields.h"

struct product_list_fields {
	const char *cursor, *kind, *stock, *sort;
};
extern const struct field PRODUCT_LIST_FIELDS[];

struct product_fields {
	uint64_t product;
	const char *cursor;
};
extern const struct field PRODUCT_FIELDS[], PRODUCT_PAGE_FIELDS[];

struct product_form {
	uint64_t product;
	const char *name, *image, *tax_note;
	int kind, wallet, points_expiry;
	struct optional_number points, points_expiry_after, stock, threshold;
	int64_t version;
};
extern const struct field PRODUCT_NEW_FIELDS[], PRODUCT_EDIT_FIELDS[];

/* Retiring a product, or using it again. */
struct retire_form {
	uint64_t product;
};
extern const struct field RETIRE_FIELDS[];

struct stock_form {
	uint64_t product;
	int64_t delta;
	const char *reason;
};
extern const struct field STOCK_FIELDS[];

/* A list of coupon codes, as a file or typed. */
struct codes_form {
	uint64_t product;
	struct field_bytes file;
	const char *codes;
	bool is_confirmed;
};
extern const struct field CODES_FIELDS[];

#endif
