/* SPDX-License-Identifier: MIT */
/* Reads lists of coupon codes that staff check before they are imported. */
#include "reward/coupon.h"

#include "base/memory.h"
#include "base/text.h"
#include "reward/stock.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const COUPON_FAULTS[] = {
	[COUPON_SOUND] = "",
	[COUPON_COLUMNS] = "columns",
	[COUPON_LENGTH] = "length",
	[COUPON_CONTROL] = "control",
	[COUPON_CSV] = "csv",
	[COUPON_TOO_MANY] = "too_many",
};

/* --- reading --- */

static void note_wrong(struct coupon_list *list, uint64_t line, enum coupon_fault fault)
{
	if (list->wrong_count < COUPON_WRONG_MAXIMUM) {
		list->wrong[list->wrong_count].line = line;
		list->wrong[list->wrong_count].fault = fault;
	}
	list->wrong_count++;
}

static const char *trimmed(const void *context, const char *text)
{
	size_t length = strlen(text += strspn(text, " \t"));
	while (length > 0 && strchr(" \t", text[length - 1]))
		length--;
	return memory_copy_bytes(context, text, length);
}

/* False: stop reading. */
static bool take(const void *context, const struct csv_record *record, struct coupon_list *list)
{
	const char *code = trimmed(context, record->fields[0]);
	bool is_heading = record->line == 1 && strcasecmp(code, "code") == 0;
	enum coupon_fault fault = record->count != 1 ? COUPON_COLUMNS : coupon_fault_of(code);
	if (fault == COUPON_SOUND && !is_heading && list->count == COUPON_LIST_MAXIMUM)
		fault = COUPON_TOO_MANY;
	if (fault != COUPON_SOUND)
		note_wrong(list, record->line, fault);
	else if (!is_heading)
		list->codes[list->count++] = code;
	return fault != COUPON_TOO_MANY;
}

struct place {
	const char *code;
	size_t index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *one = a, *other = b;
	int order = strcmp(one->code, other->code);
	return order ? order : (one->index > other->index) - (one->index < other->index);
}

/* The first of equal codes is kept. */
static void leave_out_repeated(const void *context, struct coupon_list *list)
{
	struct place *places = memory_array(context, struct place, list->count + 1);
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++)
		places[i] = (struct place){ list->codes[i], i };
	qsort(places, list->count, sizeof *places, compare_places);
	for (size_t i = 1; i < list->count; i++)
		if (strcmp(places[i].code, places[i - 1].code) == 0)
			list->codes[places[i].index] = NULL;
	for (size_t i = 0; i < list->count; i++)
		if (list->codes[i])
			list->codes[kept++] = list->codes[i];
	list->repeated = list->count - kept;
	list->count = kept;
}

void coupon_list_read(const void *context, FILE *file, struct coupon_list *list)
{
	struct csv *csv = csv_new(context, file);
	struct csv_record record;
	const char *fault;
	enum csv_answer answer;
	*list = (struct coupon_list){ .codes = memory_array(
					      context, const char *, COUPON_LIST_MAXIMUM) };
	while ((answer = csv_next(csv, &record, &fault)) == CSV_RECORD)
		if (!take(context, &record, list))
			break;
	if (answer == CSV_FAULT)
		note_wrong(list, record.line, COUPON_CSV);
	leave_out_repeated(context, list);
}

/* --- against what is there --- */

/* All codes in one parameter: one statement for any number of them. */
static struct db_value document(const void *context, const struct coupon_list *list)
{
	static const char DIGITS[] = "0123456789abcdef";
	size_t size = 3;
	for (size_t i = 0; i < list->count; i++)
		size += 2 * strlen(list->codes[i]) + 3;
	char *text = memory_zeroed(context, size), *to = text;
	*to++ = '[';
	for (size_t i = 0; i < list->count; i++) {
		*to++ = i ? ',' : ' ';
		*to++ = '"';
		for (const unsigned char *at = (const unsigned char *)list->codes[i]; *at; at++) {
			*to++ = DIGITS[*at >> 4];
			*to++ = DIGITS[*at & 15];
		}
		*to++ = '"';
	}
	*to++ = ']';
	return db_bytes(text, (size_t)(to - text));
}

struct compare_work {
	const void *context;
	struct db_value document;
	const char **known;
	size_t count;
};

static enum result compare_transaction(struct db *db, void *pointer)
{
	struct compare_work *work = pointer;
	work->count = 0;
	struct db_rows *rows = db_select(db, QUERY_COUPON_KNOWN, &work->document, 1);
	while (db_next(rows))
		work->known[work->count++] = db_get_text(rows, COUPON_KNOWN_CODE, work->context);
	return RESULT_OK;
}

static int compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_known(const struct compare_work *work, const char *code)
{
	return bsearch(&code, work->known, work->count, sizeof *work->known, compare_codes) != NULL;
}

enum result coupon_list_compare(struct db *db, struct coupon_list *list)
{
	void *context = memory_context(NULL);
	struct compare_work work = { context, document(context, list),
		memory_array(context, const char *, list->count + 1), 0 };
	size_t kept = 0;
	enum result result = db_autocommit(db, compare_transaction, &work);
	qsort(work.known, work.count, sizeof *work.known, compare_codes);
	for (size_t i = 0; result == RESULT_OK && i < list->count; i++)
		if (!is_known(&work, list->codes[i]))
			list->codes[kept++] = list->codes[i];
	if (result == RESULT_OK) {
		list->known = list->count - kept;
		list->count = kept;
	}
	memory_free(context);
	return result;
}

/* --- adding --- */

struct add_work {
	struct edit *edit;
	product_id product;
	const struct coupon_list *list;
	const char *reference;
	struct db_value document;
};

static enum result add_transaction(struct db *db, void *pointer)
{
	const struct add_work *work = pointer;
	struct stock_outcome outcome;
	if (!db_change_unless_duplicate(db, QUERY_COUPON_INSERT_LIST,
		    DB_PARAMS(db_id(work->product.value), work->document), NULL))
		return edit_refuse(
			work->edit, ERR_CONFLICT, "codes", "one of them came in meanwhile");
	return stock_apply(work->edit,
		&(struct stock_change){ .product = work->product,
			.delta = (int64_t)work->list->count,
			.source = "staff",
			.reference = work->reference,
			.reason = "codes added",
			.is_codes = true },
		&outcome);
}

enum result coupon_list_add(struct edit *edit, product_id product, const struct coupon_list *list,
	const char *reference)
{
	if (list->count == 0)
		return edit_refuse(edit, ERR_INVALID, "codes", "there is no code");
	return edit_transaction(edit, add_transaction,
		&(struct add_work){
			edit, product, list, reference, document(edit->context, list) });
}
