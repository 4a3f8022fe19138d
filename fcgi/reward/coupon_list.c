/* SPDX-License-Identifier: MIT */
/* Lists of coupon codes: read, compared with the codes that are there, and added. */
#include "reward/coupon.h"

#include "base/memory.h"
#include "reward/stock.h"

#include <stdlib.h>
#include <string.h>

/* JSON of these codes stays below the smallest max_allowed_packet that is usual, 16 MB. */
enum { PART_CODES = 20000 };

/* --- reading --- */

static const struct spreadsheet_column COLUMNS[] = {
	{ .name = "code",
		.kind = CELL_CODE,
		.headings = { "code codes couponcode couponcodes couponno couponnumber couponid "
			      "couponserial vouchercode voucherno vouchernumber promocode "
			      "promotioncode promotionalcode discountcode giftcode giftcardcode "
			      "redeemcode redemptioncode serialcode serialno serialnumber pincode "
			      "pinno pinnumber 쿠폰번호 쿠폰코드 쿠폰코드번호 쿠폰일련번호 "
			      "쿠폰고유번호 쿠폰시리얼번호 쿠폰시리얼 쿠폰핀번호 쿠폰핀 쿠폰pin "
			      "쿠폰pin번호 코드 코드번호 코드값 프로모션코드 할인코드 시리얼 "
			      "시리얼번호 시리얼코드 시리얼넘버 일련번호 핀번호 핀코드 pin번호 "
			      "바우처번호 바우처코드 교환권번호 상품권번호 교환코드 등록코드 "
			      "난수번호 인증번호",
			"coupon coupons voucher vouchers serial pin key 쿠폰 바우처 교환권 상품권 "
			"난수",
			"id no number value 번호 값" } },
};
static const struct spreadsheet_schema SCHEMA = { COLUMNS, countof(COLUMNS), false };

static const char *code_fault(
	const struct coupon_list *list, size_t maximum, const struct spreadsheet_row *row)
{
	if (row->fault)
		return row->fault;
	if (strlen(row->cells[0]) > COUPON_CODE_MAXIMUM)
		return COUPON_FAULT_LENGTH;
	return list->count == maximum ? COUPON_FAULT_TOO_MANY : NULL;
}

static void note_left_out(struct coupon_list *list, const struct coupon_code *code)
{
	if (!list->left_out_line || code->line < list->left_out_line)
		list->left_out_line = code->line;
}

static int compare_codes(const void *a, const void *b)
{
	const struct coupon_code *one = a, *other = b;
	int order = strcmp(one->text, other->text);
	return order ? order : (one->line > other->line) - (one->line < other->line);
}

static int compare_lines(const void *a, const void *b)
{
	const struct coupon_code *one = a, *other = b;
	return (one->line > other->line) - (one->line < other->line);
}

/* The first of equal codes is kept. */
static void leave_out_repeated(struct coupon_list *list)
{
	size_t kept = 0;
	qsort(list->codes, list->count, sizeof *list->codes, compare_codes);
	for (size_t i = 0; i < list->count; i++)
		if (kept > 0 && strcmp(list->codes[i].text, list->codes[kept - 1].text) == 0)
			note_left_out(list, &list->codes[i]);
		else
			list->codes[kept++] = list->codes[i];
	qsort(list->codes, kept, sizeof *list->codes, compare_lines);
	list->repeated = list->count - kept;
	list->count = kept;
}

void coupon_list_read(const void *context, FILE *file, size_t maximum, struct coupon_list *list)
{
	struct spreadsheet *spreadsheet = spreadsheet_open(context, file, &SCHEMA);
	struct spreadsheet_row row;
	*list = (struct coupon_list){ .codes = memory_array(context, struct coupon_code, maximum),
		.spreadsheet = spreadsheet };
	while (spreadsheet_next(spreadsheet, &row)) {
		const char *fault = code_fault(list, maximum, &row);
		if (!fault) {
			list->codes[list->count++] = (struct coupon_code){
				memory_copy_text(context, row.cells[0]), row.line
			};
			continue;
		}
		row.column = row.fault ? row.column : COLUMNS[0].name;
		row.fault = fault;
		spreadsheet_note(&list->faults, context, &SCHEMA, &row);
		if (strcmp(fault, COUPON_FAULT_TOO_MANY) == 0)
			break;
	}
	leave_out_repeated(list);
}

/* --- comparing --- */

/* A part of the codes in one parameter: one statement for any number of them. */
static struct db_value document(const void *context, const struct coupon_code *codes, size_t count)
{
	static const char DIGITS[] = "0123456789abcdef";
	size_t size = 3;
	for (size_t i = 0; i < count; i++)
		size += 2 * strlen(codes[i].text) + 3;
	char *text = memory_zeroed(context, size), *to = text;
	*to++ = '[';
	for (size_t i = 0; i < count; i++) {
		*to++ = i ? ',' : ' ';
		*to++ = '"';
		for (const unsigned char *at = (const unsigned char *)codes[i].text; *at; at++) {
			*to++ = DIGITS[*at >> 4];
			*to++ = DIGITS[*at & 15];
		}
		*to++ = '"';
	}
	*to++ = ']';
	return db_bytes(text, (size_t)(to - text));
}

static size_t part_size(const struct coupon_list *list, size_t from)
{
	return list->count - from < PART_CODES ? list->count - from : PART_CODES;
}

struct compare_work {
	const void *context;
	const struct coupon_list *list;
	struct coupon_code *known;
	size_t count;
};

static enum result compare_transaction(struct db *db, void *pointer)
{
	struct compare_work *work = pointer;
	work->count = 0;
	for (size_t from = 0; from < work->list->count; from += PART_CODES) {
		const struct db_value part = document(
			work->context, &work->list->codes[from], part_size(work->list, from));
		struct db_rows *rows = db_select(db, QUERY_COUPON_KNOWN, &part, 1);
		while (db_next(rows))
			work->known[work->count++].text = db_get_text(
				rows, COUPON_KNOWN_CODE, work->context);
	}
	return RESULT_OK;
}

static int compare_texts(const void *a, const void *b)
{
	const struct coupon_code *one = a, *other = b;
	return strcmp(one->text, other->text);
}

static void leave_out_known(struct coupon_list *list, struct compare_work *work)
{
	size_t kept = 0;
	qsort(work->known, work->count, sizeof *work->known, compare_texts);
	for (size_t i = 0; i < list->count; i++)
		if (bsearch(&list->codes[i], work->known, work->count, sizeof *work->known,
			    compare_texts))
			note_left_out(list, &list->codes[i]);
		else
			list->codes[kept++] = list->codes[i];
	list->known = list->count - kept;
	list->count = kept;
}

enum result coupon_list_compare(struct db *db, struct coupon_list *list)
{
	void *context = memory_context(NULL);
	struct compare_work work = { context, list,
		memory_array(context, struct coupon_code, list->count + 1), 0 };
	enum result result = db_autocommit(db, compare_transaction, &work);
	if (result == RESULT_OK)
		leave_out_known(list, &work);
	memory_free(context);
	return result;
}

/* --- adding --- */

struct add_work {
	struct edit *edit;
	const struct coupon_list *list;
	struct stock_change change;
};

static enum result add_transaction(struct db *db, void *pointer)
{
	const struct add_work *work = pointer;
	const struct coupon_list *list = work->list;
	struct stock_outcome outcome;
	void *context = memory_context(work->edit->context);
	for (size_t from = 0; from < list->count; from += PART_CODES)
		if (!db_change_unless_duplicate(db, QUERY_COUPON_INSERT_LIST,
			    DB_PARAMS(db_id(work->change.product.value),
				    document(context, &list->codes[from], part_size(list, from))),
			    NULL))
			return edit_refuse(
				work->edit, ERR_CONFLICT, "codes", "one of them came in meanwhile");
	memory_free(context);
	return stock_apply(work->edit, &work->change, &outcome);
}

enum result coupon_list_add(struct edit *edit, product_id product, const struct coupon_list *list,
	const char *source, const char *reference)
{
	if (list->count == 0)
		return edit_refuse(edit, ERR_INVALID, "codes", "there is no code");
	return edit_transaction(edit, add_transaction,
		&(struct add_work){ edit, list,
			{ .product = product,
				.delta = (int64_t)list->count,
				.source = source,
				.reference = reference,
				.reason = "codes added",
				.is_codes = true } });
}
