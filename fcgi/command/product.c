/* SPDX-License-Identifier: MIT */
/* dojangctl product …: creates and lists products. */
#include "command/areas.h"

#include "reward/product_change.h"

struct create_input {
	const char *name, *image, *tax_note;
	int kind;
	struct optional_number points, stock, threshold;
	int wallet;
	struct optional_number expires_days, expires_months;
	int expires;
};

static const char *const ENDS[] = { "never", "month-end", "year-end", NULL };

static const struct field CREATE_FIELDS[] = {
	FIELD(struct create_input, name, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true,
		.help = "what customers read"),
	FIELD(struct create_input, kind, FIELD_CHOICE, .choices = PRODUCT_KINDS,
		.is_required = true, .help = "what it is"),
	FIELD(struct create_input, points, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(1, PRODUCT_POINTS_MAXIMUM),
		.help = "how many points it is worth; for kind points and for no other"),
	FIELD(struct create_input, wallet, FIELD_CHOICE, .choices = WALLETS, .fallback = "dojang",
		.help = "where its points go: shop makes payouts to the shop's own wallet"),
	FIELD_NAMED("expires-days", FIELD_ANYWHERE, struct create_input, expires_days,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(1, EXPIRY_DAYS_MAXIMUM),
		.help = "its points expire so many days after the claim"),
	FIELD_NAMED("expires-months", FIELD_ANYWHERE, struct create_input, expires_months,
		FIELD_OPTIONAL_NUMBER, FIELD_RANGE(1, EXPIRY_MONTHS_MAXIMUM),
		.help = "its points expire so many months after the claim"),
	FIELD(struct create_input, expires, FIELD_CHOICE, .choices = ENDS, .fallback = "never",
		.help = "its points expire at the end of the month or year of the claim"),
	FIELD(struct create_input, stock, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, PRODUCT_STOCK_MAXIMUM), .fallback = "unlimited",
		.help = "how many there are"),
	FIELD(struct create_input, threshold, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, PRODUCT_STOCK_MAXIMUM),
		.help = "staff receive an email when this many are left"),
	FIELD(struct create_input, image, FIELD_TEXT, FIELD_RANGE(1, 500),
		.help = "address of an image"),
	FIELD_NAMED("tax-note", FIELD_ANYWHERE, struct create_input, tax_note, FIELD_LONG_TEXT,
		FIELD_RANGE(1, 2000), .help = "on prize tax, shown before the claim"),
	{ .name = NULL },
};

/* At most one of the three options. */
static enum result read_expiry(
	struct edit *edit, const struct create_input *input, struct expiry *expiry)
{
	static const enum expiry_kind KINDS[] = { EXPIRY_NEVER, EXPIRY_MONTH_END, EXPIRY_YEAR_END };
	const struct optional_number *days = &input->expires_days, *months = &input->expires_months;
	if (days->is_set + months->is_set + (input->expires != 0) > 1)
		return edit_refuse(
			edit, ERR_INVALID, "expires", "must not be given with another expiry");
	*expiry = days->is_set   ? (struct expiry){ EXPIRY_DAYS, days->value }
		: months->is_set ? (struct expiry){ EXPIRY_MONTHS, months->value }
				 : (struct expiry){ KINDS[input->expires], 0 };
	return RESULT_OK;
}

static enum result create(const struct command_call *call, struct command_answer *out)
{
	const struct create_input *input = call->input;
	struct edit edit = command_edit(call);
	product_id id;
	struct product_draft draft = { .name = input->name,
		.image = input->image,
		.tax_note = input->tax_note,
		.kind = (enum product_kind)input->kind,
		.points = input->points,
		.wallet = (enum wallet)input->wallet,
		.stock = input->stock,
		.threshold = input->threshold };
	enum result result = read_expiry(&edit, input, &draft.expiry);
	if (result == RESULT_OK)
		result = product_create(&edit, &draft, &id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	command_answer_id(out, id.value);
	return result;
}

static json_object *product_json(const struct db_rows *rows, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, EDIT_PRODUCT_LIST_ID));
	json_put_text(json, "name", db_get_text(rows, EDIT_PRODUCT_LIST_NAME, context));
	json_put_text(json, "kind", db_get_text(rows, EDIT_PRODUCT_LIST_KIND, context));
	json_put_optional(json, "points", db_get_optional(rows, EDIT_PRODUCT_LIST_POINTS));
	json_put_text(json, "wallet", db_get_text(rows, EDIT_PRODUCT_LIST_WALLET, context));
	json_put_text(json, "expires", db_get_text(rows, EDIT_PRODUCT_LIST_EXPIRES, context));
	json_put_optional(
		json, "expires_after", db_get_optional(rows, EDIT_PRODUCT_LIST_EXPIRES_AFTER));
	json_put_optional(json, "remain", db_get_optional(rows, EDIT_PRODUCT_LIST_REMAIN));
	json_put_optional(json, "threshold", db_get_optional(rows, EDIT_PRODUCT_LIST_THRESHOLD));
	json_put_bool(json, "retired", !db_is_null(rows, EDIT_PRODUCT_LIST_RETIRED_AT));
	return json;
}

struct list_input {
	bool with_retired;
};

static const struct field LIST_FIELDS[] = {
	FIELD_NAMED("with-retired", FIELD_ANYWHERE, struct list_input, with_retired, FIELD_YES_NO,
		.fallback = "no", .help = "retired products too"),
	{ .name = NULL },
};

static enum result list(const struct command_call *call, struct command_answer *out)
{
	const struct list_input *input = call->input;
	return command_list(call, out, QUERY_EDIT_PRODUCT_LIST,
		DB_PARAMS(db_number(input->with_retired)), product_json);
}

struct retire_input {
	uint64_t product;
	bool is_retired;
};

static const struct field RETIRE_FIELDS[] = {
	FIELD(struct retire_input, product, FIELD_ID, .is_required = true, .help = "its number"),
	FIELD_NAMED("retired", FIELD_ANYWHERE, struct retire_input, is_retired, FIELD_YES_NO,
		.fallback = "yes", .help = "no: new milestones can use it again"),
	{ .name = NULL },
};

static enum result retire(const struct command_call *call, struct command_answer *out)
{
	const struct retire_input *input = call->input;
	struct edit edit = command_edit(call);
	enum result result = product_retire(
		&edit, (product_id){ input->product }, input->is_retired);
	if (is_success(result))
		command_answer_id(out, input->product);
	return command_edited(out, &edit, result);
}

const struct command PRODUCT_COMMANDS[] = {
	{ "product create", NEEDS_DATABASE, create, CREATE_FIELDS, sizeof(struct create_input),
		"makes a product" },
	{ "product list", NEEDS_DATABASE, list, LIST_FIELDS, sizeof(struct list_input),
		"lists products with their stock" },
	{ "product retire", NEEDS_DATABASE, retire, RETIRE_FIELDS, sizeof(struct retire_input),
		"hides a product; no new milestone can use it" },
	{ .words = NULL },
};
