/* SPDX-License-Identifier: MIT */
/* dojangctl demo load: creates a running event with products, customers and three weeks of history.
 */
#include "command/areas.h"

#include "base/memory.h"
#include "base/random.h"
#include "command/demo_history.h"
#include "reward/coupon.h"
#include "reward/event_edit.h"
#include "reward/event_options.h"
#include "reward/milestone_edit.h"
#include "reward/product.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CUSTOMERS_MAXIMUM = 1000000, DAYS_AFTER = 21, COUPON_CODES = 40 };

static const char ZONE[] = "Asia/Seoul";

struct load_input {
	const char *event;
	int64_t customers;
};

static const struct field LOAD_FIELDS[] = {
	FIELD(struct load_input, event, FIELD_SLUG, .is_required = true,
		.help = "the event to be made"),
	FIELD(struct load_input, customers, FIELD_NUMBER, FIELD_RANGE(0, CUSTOMERS_MAXIMUM),
		.fallback = "300", .help = "how many there are beside minji, jun and sora"),
	{ .name = NULL },
};

static const char TERMS[] = "출석은 하루에 한 번, 한국 시간 자정을 기준으로 합니다. "
			    "상품은 준비된 수량이 다하면 마감되며, "
			    "다시 들어오면 받을 수 있습니다.\n"
			    "A check-in counts once a day, by Korean time. Goods are given while "
			    "they last; whoever has earned them can claim after a restock.";
static const char TAX_NOTE[] =
	"시가 5만 원을 넘는 경품의 제세공과금(22%)은 "
	"받으시는 분이 부담합니다.\n"
	"Prize tax (22 %) on goods worth more than 50,000 won is borne by whoever receives them.";

struct offer {
	uint32_t at;
	enum product_kind kind;
	const char *name;
	int64_t points, left, threshold;
	const char *tax_note;
};

/* left: stock of an item after the history; the claims of the history are added to it. */
static const struct offer OFFERS[DEMO_MILESTONES] = {
	{ 1, PRODUCT_POINTS, "100 points", 100, 0, 0, NULL },
	{ 3, PRODUCT_POINTS, "1,000 points", 1000, 0, 0, NULL },
	{ 5, PRODUCT_POINTS, "5,000 points", 5000, 0, 0, NULL },
	{ 10, PRODUCT_POINTS, "10,000 points", 10000, 0, 0, NULL },
	{ 15, PRODUCT_ITEM, "AirPods", 0, 3, 2, TAX_NOTE },
	{ 20, PRODUCT_ITEM, "텀블러 Tumbler", 0, 25, 5, NULL },
};
/* In lists, and new: nobody has claimed one yet. */
static const struct offer COUPON = { 10, PRODUCT_COUPON, "커피 쿠폰 Coffee coupon", 0, 0, 10,
	NULL };

static enum result make_event(
	struct edit *edit, const struct load_input *input, date today, event_id *id)
{
	return event_edit_create(edit,
		&(struct event_draft){ .slug = input->event,
			.makeup.days_back = MAKEUP_BACK_USUAL,
			.name = "매일매일 도장 찍기 · Stamp every day",
			.description = "하루에 한 번 도장을 찍고 선물을 받아 가세요.\n"
				       "Check in once a day and collect rewards.",
			.terms = TERMS,
			.mode = MODE_CUMULATIVE,
			.time_zone = ZONE,
			.window = { { today.day - DEMO_DAYS_BEFORE },
				{ today.day + DAYS_AFTER } } },
		id);
}

static enum result make_offer(struct edit *edit, const char *event, const struct offer *offer,
	uint32_t claims, struct demo_milestone *milestone)
{
	bool is_item = offer->kind == PRODUCT_ITEM;
	product_id product;
	milestone_id id = { 0 };
	enum result result = product_create(edit,
		&(struct product_draft){ .name = offer->name,
			.kind = offer->kind,
			.tax_note = offer->tax_note,
			.points = { !is_item, offer->points },
			.stock = { is_item, offer->left + claims },
			.threshold = { is_item, offer->threshold } },
		&product);
	if (is_success(result))
		result = milestone_edit_create(edit,
			&(struct milestone_draft){ .event = event,
				.at = offer->at,
				.product = product,
				.is_for_those_past = true },
			&id);
	*milestone = (struct demo_milestone){ id.value, offer->at, is_item };
	return result;
}

static enum result make_offers(
	struct edit *edit, const struct load_input *input, struct demo_history *history)
{
	enum result result = RESULT_OK;
	for (size_t i = 0; i < DEMO_MILESTONES && is_success(result); i++)
		result = make_offer(edit, input->event, &OFFERS[i],
			demo_history_item_claims(history, OFFERS[i].at), &history->milestones[i]);
	return result;
}

static enum result add_codes(struct edit *edit, product_id product)
{
	char *text = memory_copy_text(edit->context, "code\n");
	struct coupon_list list;
	for (int i = 0; i < COUPON_CODES; i++)
		text = memory_format(
			edit->context, "%sCOFFEE-%s\n", text, random_hex(edit->context, 5));
	FILE *file = fmemopen(text, strlen(text), "r");
	if (!file)
		memory_exhausted();
	enum result result = coupon_import(
		edit, product, file, random_hex(edit->context, 16), &list);
	fclose(file);
	return result;
}

static enum result make_coupon(struct edit *edit, const char *event)
{
	product_id product;
	milestone_id id;
	enum result result = product_create(edit,
		&(struct product_draft){ .name = COUPON.name,
			.kind = COUPON.kind,
			.stock = { true, 0 },
			.threshold = { true, COUPON.threshold } },
		&product);
	if (is_success(result))
		result = milestone_edit_create(edit,
			&(struct milestone_draft){ .event = event,
				.at = COUPON.at,
				.product = product,
				.is_for_those_past = true },
			&id);
	return is_success(result) ? add_codes(edit, product) : result;
}

static enum result load_history(
	const struct command_call *call, struct command_answer *out, struct demo_history *history)
{
	const struct settings *settings = call->settings;
	if (settings->issuer_count == 0)
		return command_refuse(out, ERR_INVALID,
			"the settings name no issuer that the customers could come from");
	enum result result = customer_issuer(
		call->db, settings->issuers[0].iss, &history->issuer_id);
	for (uint64_t first = 0; is_success(result) && first < demo_history_customers(history);
		first += DEMO_BATCH) {
		progress_show(call->progress, "customer", first, demo_history_customers(history));
		result = demo_history_load(call->db, call->context, history, first);
	}
	return result;
}

static enum result load(const struct command_call *call, struct command_answer *out)
{
	const struct load_input *input = call->input;
	struct edit edit = command_edit(call);
	event_id id = { 0 };
	bool was_open;
	if (!call->settings->demo.is_demo)
		return command_refuse(out, ERR_FORBIDDEN,
			"demo.enabled is no in these settings: nothing was loaded");
	date today = zone_date(ZONE, call->now);
	enum result result = make_event(&edit, input, today, &id);
	struct demo_history history = { .event = id,
		.others = (uint64_t)input->customers,
		.now = call->now,
		.today = today,
		.day_start = zone_day_start(ZONE, today) };
	if (is_success(result))
		result = make_offers(&edit, input, &history);
	if (is_success(result))
		result = load_history(call, out, &history);
	if (is_success(result))
		result = make_coupon(&edit, input->event);
	if (is_success(result))
		result = event_edit_open(&edit, input->event, &id, &was_open);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	json_object *json = json_new_object();
	json_put_text(json, "event", input->event);
	json_put_number(json, "customers", (int64_t)demo_history_customers(&history));
	command_json(out, json);
	command_say(out, "event %s with %" PRIu64 " customers", input->event,
		demo_history_customers(&history));
	return RESULT_OK;
}

const struct command DEMO_COMMANDS[] = {
	{ "demo load", NEEDS_DATABASE, load, LOAD_FIELDS, sizeof(struct load_input),
		"fills a demo with an event and its history" },
	{ .words = NULL },
};
