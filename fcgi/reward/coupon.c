/* SPDX-License-Identifier: MIT */
/* Imports coupon codes and assigns them to claims. */
#include "reward/coupon.h"

#include "records/audit.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>

static const char *fault_text(const char *fault)
{
	if (text_equals(fault, COUPON_FAULT_LENGTH))
		return "a code must be from 1 to 190 bytes";
	return text_equals(fault, COUPON_FAULT_TOO_MANY) ? "more than 200000 codes at once" : fault;
}

static enum result refuse_faults(struct edit *edit, const struct coupon_list *list)
{
	const struct spreadsheet_wrong *wrong = list->faults.items;
	if (list->faults.count > 0)
		return edit_refuse(edit, ERR_INVALID, "file", "%s",
			spreadsheet_fault_sentence(edit->context, wrong->line, wrong->column,
				fault_text(wrong->fault)));
	if (list->left_out_line)
		return edit_refuse(edit, ERR_INVALID, "file",
			"line %" PRIu64 ": this code is there already", list->left_out_line);
	return RESULT_OK;
}

enum result coupon_import(struct edit *edit, product_id product, FILE *file, const char *reference,
	struct coupon_list *list)
{
	coupon_list_read(edit->context, file, COUPON_IMPORT_MAXIMUM, list);
	enum result result = refuse_faults(edit, list);
	if (result == RESULT_OK)
		result = coupon_list_compare(edit->db, list);
	if (result == RESULT_OK)
		result = refuse_faults(edit, list);
	return result == RESULT_OK ? coupon_list_add(edit, product, list, "command", reference)
				   : result;
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
