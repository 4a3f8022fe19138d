/* SPDX-License-Identifier: MIT */
/* Imports coupon codes and assigns them to claims. */
#include "reward/coupon.h"

#include "records/audit.h"

#include "base/memory.h"
#include "base/text.h"
#include "reward/stock.h"

#include <inttypes.h>
#include <string.h>

struct work {
	struct edit *edit;
	const struct coupon_import *import;
	uint64_t added;
};

static enum result refuse_line(struct work *work, uint64_t line, const char *why)
{
	return edit_refuse(work->edit, ERR_INVALID, "file", "line %" PRIu64 ": %s", line, why);
}

enum coupon_fault coupon_fault_of(const char *code)
{
	size_t length = strlen(code);
	if (length == 0 || length > COUPON_CODE_MAXIMUM)
		return COUPON_LENGTH;
	return text_has_control(code) || strpbrk(code, "\t\n") ? COUPON_CONTROL : COUPON_SOUND;
}

static const char *code_fault(const struct csv_record *record)
{
	if (record->count != 1)
		return "must be one code";
	switch (coupon_fault_of(record->fields[0])) {
	case COUPON_SOUND: return NULL;
	case COUPON_LENGTH: return "a code must be from 1 to 190 bytes";
	default: return "a code must be one line without control characters";
	}
}

static enum result add_code(struct db *db, struct work *work, const struct csv_record *record)
{
	const char *fault = code_fault(record);
	if (fault)
		return refuse_line(work, record->line, fault);
	if (work->added == COUPON_IMPORT_MAXIMUM)
		return refuse_line(work, record->line, "more than 200000 codes at once");
	if (!db_change_unless_duplicate(db, QUERY_COUPON_INSERT,
		    DB_PARAMS(db_id(work->import->product.value), db_text(record->fields[0])),
		    NULL))
		return db_has_failed(db)
			? ERR_INTERNAL
			: refuse_line(work, record->line, "this code is there already");
	work->added++;
	return RESULT_OK;
}

static enum result read_header(struct work *work, struct csv *csv, struct csv_record *record)
{
	const char *fault;
	enum csv_answer answer = csv_next(csv, record, &fault);
	if (answer == CSV_FAULT)
		return refuse_line(work, record->line, fault);
	if (answer == CSV_END || record->count != 1 || !text_equals(record->fields[0], "code"))
		return refuse_line(work, 1, "must be the header: code");
	return RESULT_OK;
}

static enum result add_codes(struct db *db, struct work *work)
{
	struct csv *csv = csv_new(work->edit->context, work->import->file);
	struct csv_record record;
	const char *fault;
	enum result result = read_header(work, csv, &record);
	while (result == RESULT_OK) {
		enum csv_answer answer = csv_next(csv, &record, &fault);
		if (answer == CSV_END)
			break;
		result = answer == CSV_FAULT ? refuse_line(work, record.line, fault)
					     : add_code(db, work, &record);
	}
	return result;
}

static enum result import_transaction(struct db *db, void *state)
{
	struct work *work = state;
	const struct coupon_import *import = work->import;
	struct stock_outcome outcome;
	work->added = 0;
	if (fseek(import->file, 0, SEEK_SET) != 0) /* the function may run again */
		return edit_refuse(
			work->edit, ERR_INVALID, "file", "cannot be read from its beginning");
	enum result result = add_codes(db, work);
	if (result != RESULT_OK)
		return result;
	if (work->added == 0)
		return refuse_line(work, 2, "there is no code");
	return stock_apply(work->edit,
		&(struct stock_change){ .product = import->product,
			.delta = (int64_t)work->added,
			.source = import->source,
			.reference = import->reference,
			.reason = "codes added",
			.is_codes = true },
		&outcome);
}

enum result coupon_import(struct edit *edit, const struct coupon_import *import, uint64_t *added)
{
	struct work work = { .edit = edit, .import = import };
	enum result result = edit_transaction(edit, import_transaction, &work);
	*added = work.added;
	return result;
}

const char *coupon_give(struct db *db, const void *context, product_id product, claim_id claim)
{
	if (db_change(db, QUERY_COUPON_GIVE, DB_PARAMS(db_id(claim.value), db_id(product.value)))
		!= 1)
		return NULL;
	struct db_rows *rows = db_select(db, QUERY_COUPON_GIVEN, DB_PARAMS(db_id(claim.value)));
	const char *code = db_next(rows) ? db_get_text(rows, COUPON_GIVEN_CODE, context) : NULL;
	db_change(db, QUERY_COUPON_NOTE, DB_PARAMS(db_text(code), db_id(claim.value)));
	return code;
}

/* --- looking at one --- */

struct read_work {
	struct edit *edit;
	claim_id claim;
	const char *code;
};

static enum result read_transaction(struct db *db, void *state)
{
	struct read_work *work = state;
	struct db_rows *rows = db_select(
		db, QUERY_COUPON_OF_CLAIM, DB_PARAMS(db_id(work->claim.value)));
	if (!db_next(rows))
		return ERR_NOT_FOUND;
	work->code = db_get_text(rows, COUPON_OF_CLAIM_COUPON, work->edit->context);
	audit_write(work->edit, "coupon.read", "claim", work->claim.value, NULL, NULL);
	return RESULT_OK;
}

enum result coupon_read(struct edit *edit, claim_id claim, const char **code)
{
	struct read_work work = { .edit = edit, .claim = claim };
	enum result result = edit_transaction(edit, read_transaction, &work);
	*code = work.code;
	return result;
}
