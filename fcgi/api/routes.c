/* SPDX-License-Identifier: MIT */
/* The routes of the API. */
#include "api/routes.h"
#include "api/shop.h"

#include "base/memory.h"
#include "reward/payout.h"
#include "reward/shop_attendance.h"
#include "reward/stock.h"

enum {
	NO_BODY = 0,
	SMALL_BODY = 1024,
	SHOP_BODY = 4096,
	SETTLEMENT_BODY = 16384,
	ADDRESS_BODY = 16384
};

static const char *const EXPORT_CHOICES[] = { "0", "1", NULL };

static const struct field LIST[] = {
	PAGE_FIELDS,
	{ 0 },
};
static const struct field EVENT[] = {
	PATH_FIELD(struct event_path, event, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "the event's slug"),
	{ 0 },
};
static const struct field MAKEUP[] = {
	PATH_FIELD(struct makeup_path, event, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "the event's slug"),
	PATH_FIELD(struct makeup_path, date, FIELD_DATE, .help = "the missed day"),
	{ 0 },
};
static const struct field CALENDAR[] = {
	PATH_FIELD(struct calendar_query, event, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "the event's slug"),
	QUERY_FIELD(struct calendar_query, month, FIELD_MONTH, .help = "this month when absent"),
	{ 0 },
};
static const struct field MILESTONE[] = {
	PATH_FIELD(struct milestone_path, event, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "the event's slug"),
	PATH_FIELD(struct milestone_path, milestone, FIELD_ID, .help = "the milestone's id"),
	{ 0 },
};

static const struct field ADDRESS[] = {
	PATH_FIELD(struct address_fields, claim, FIELD_ID, .help = "the claim's id"),
	FIELD_NAMED("name", FIELD_BODY, struct address_fields, address.name, FIELD_TEXT,
		FIELD_RANGE(1, 100), .is_required = true, .help = "who receives it"),
	FIELD_NAMED("phone", FIELD_BODY, struct address_fields, address.phone, FIELD_TEXT,
		FIELD_RANGE(3, 40), .is_required = true, .help = "for the carrier"),
	FIELD_NAMED("postcode", FIELD_BODY, struct address_fields, address.postcode, FIELD_TEXT,
		FIELD_RANGE(1, 20), .is_required = true, .help = "the postcode"),
	FIELD_NAMED("lines", FIELD_BODY, struct address_fields, address.lines, FIELD_LIST,
		FIELD_RANGE(1, 5), .is_required = true, .help = "street, building, floor"),
	FIELD_NAMED("country", FIELD_BODY, struct address_fields, address.country, FIELD_TEXT,
		FIELD_RANGE(2, 2), .is_required = true, .help = "two letters, by ISO 3166-1"),
	FIELD_NAMED("consent", FIELD_BODY, struct address_fields, has_consent, FIELD_YES_NO,
		.is_required = true,
		.help = "the customer agrees that the address is kept until the item has arrived"),
	{ 0 },
};

static const struct field SHOP_USER[] = {
	FIELD_NAMED("subject", FIELD_PATH, struct shop_removal, customer.subject, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "the customer's subject at the issuer",
		.is_required = true),
	FIELD_NAMED("issuer", FIELD_QUERY, struct shop_removal, customer.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "needed where several issuers are configured"),
	{ 0 },
};
static const struct field SHOP_PROFILE[] = {
	FIELD_NAMED("subject", FIELD_PATH, struct shop_profile, customer.subject, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "the customer's subject at the issuer",
		.is_required = true),
	FIELD_NAMED("issuer", FIELD_QUERY, struct shop_profile, customer.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "needed where several issuers are configured"),
	FIELD_NAMED("export", FIELD_QUERY, struct shop_profile, wants_export, FIELD_CHOICE,
		.choices = EXPORT_CHOICES, .fallback = "0", .help = "1: everything that is known"),
	{ 0 },
};
static const struct field SHOP_POINTS[] = {
	FIELD_NAMED("subject", FIELD_PATH, struct shop_points, customer.subject, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "the customer's subject at the issuer",
		.is_required = true),
	FIELD_NAMED("issuer", FIELD_QUERY, struct shop_points, customer.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "needed where several issuers are configured"),
	BODY_FIELD(struct shop_points, amount, FIELD_NUMBER, FIELD_RANGE(-1000000000, 1000000000),
		.is_required = true, .help = "granted, or below 0 spent"),
	BODY_FIELD(struct shop_points, reference, FIELD_TEXT, FIELD_RANGE(1, 100),
		.is_required = true,
		.help = "the shop's own name of this change: the same again does nothing"),
	BODY_FIELD(struct shop_points, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true,
		.help = "why"),
	BODY_FIELD(struct shop_points, refund_of, FIELD_TEXT, FIELD_RANGE(1, 100),
		.help = "the reference of a spend: its points get their expiry back"),
	{ 0 },
};
static const struct field SHOP_CLAIMS[] = {
	PAGE_FIELDS,
	QUERY_FIELD(struct shop_claims, state, FIELD_CHOICE, .choices = SHOP_STATES,
		.fallback = "any", .help = "claims in this state alone"),
	QUERY_FIELD(struct shop_claims, event, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "claims of this event alone"),
	QUERY_FIELD(struct shop_claims, since, FIELD_TIME, .help = "claimed then or later"),
	{ 0 },
};
static const struct field SHOP_ENTRIES[] = {
	PAGE_FIELDS,
	FIELD_NAMED("subject", FIELD_PATH, struct shop_entries, customer.subject, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "the customer's subject at the issuer",
		.is_required = true),
	FIELD_NAMED("issuer", FIELD_QUERY, struct shop_entries, customer.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "needed where several issuers are configured"),
	{ 0 },
};
static const struct field SHOP_STAMP[] = {
	FIELD_NAMED("subject", FIELD_PATH, struct shop_stamp, customer.subject, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "the customer's subject at the issuer",
		.is_required = true),
	FIELD_NAMED("issuer", FIELD_QUERY, struct shop_stamp, customer.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "needed where several issuers are configured"),
	BODY_FIELD(struct shop_stamp, event, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true,
		.help = "the event's slug"),
	BODY_FIELD(struct shop_stamp, reference, FIELD_TEXT, FIELD_RANGE(1, 100),
		.is_required = true,
		.help = "the shop's own name of the order or visit: the same again does nothing"),
	BODY_FIELD(struct shop_stamp, date, FIELD_TEXT, FIELD_RANGE(1, 10),
		.help = "on the event's calendar; today when absent"),
	BODY_FIELD(struct shop_stamp, source, FIELD_CHOICE, .choices = SHOP_ATTENDANCE_SOURCES,
		.is_required = true, .help = "what it is"),
	{ 0 },
};
static const struct field SHOP_STAMP_REMOVAL[] = {
	FIELD_NAMED("subject", FIELD_PATH, struct shop_stamp, customer.subject, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "the customer's subject at the issuer",
		.is_required = true),
	FIELD_NAMED("issuer", FIELD_QUERY, struct shop_stamp, customer.issuer, FIELD_TEXT,
		FIELD_RANGE(1, 255), .help = "needed where several issuers are configured"),
	PATH_FIELD(struct shop_stamp, reference, FIELD_TEXT, FIELD_RANGE(1, 100),
		.help = "the shop's own name of the order or visit"),
	{ 0 },
};
static const struct field SHOP_EVENT[] = {
	PATH_FIELD(struct shop_event, event, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "the event's slug"),
	{ 0 },
};
static const struct field SHOP_PARTICIPANTS[] = {
	PAGE_FIELDS,
	PATH_FIELD(struct shop_participants, event, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "the event's slug"),
	{ 0 },
};
static const struct field SHOP_CLAIM[] = {
	PATH_FIELD(struct shop_claim, claim, FIELD_ID, .help = "the claim's id"),
	BODY_FIELD(struct shop_claim, state, FIELD_CHOICE, .choices = SHOP_STEPS,
		.is_required = true, .help = "where it is now; forward only"),
	BODY_FIELD(struct shop_claim, tracking, FIELD_TEXT, FIELD_RANGE(1, 190),
		.help = "the carrier's number"),
	{ 0 },
};
static const struct field SHOP_ADDRESS[] = {
	PATH_FIELD(struct shop_claim, claim, FIELD_ID, .help = "the claim's id"),
	{ 0 },
};
static const struct field SHOP_PAYOUTS[] = {
	PAGE_FIELDS,
	QUERY_FIELD(struct shop_payouts, state, FIELD_CHOICE, .choices = PAYOUT_STATES,
		.fallback = "any", .help = "payouts in this state alone"),
	{ 0 },
};
static const struct field SHOP_SETTLEMENT[] = {
	BODY_FIELD(struct payout_settlement, ids, FIELD_IDS, FIELD_RANGE(1, PAYOUTS_SETTLED_MAX),
		.is_required = true, .help = "which payouts"),
	BODY_FIELD(struct payout_settlement, state, FIELD_CHOICE, .choices = PAYOUT_STEPS,
		.is_required = true, .help = "what became of them; due: try failed ones again"),
	BODY_FIELD(struct payout_settlement, reference, FIELD_TEXT, FIELD_RANGE(1, 100),
		.help = "the shop's own name of the payment"),
	BODY_FIELD(struct payout_settlement, failure, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "why they failed"),
	{ 0 },
};
static const struct field SHOP_STOCK[] = {
	PATH_FIELD(struct shop_stock, product, FIELD_ID, .help = "the product's id"),
	BODY_FIELD(struct shop_stock, delta, FIELD_NUMBER,
		FIELD_RANGE(-STOCK_DELTA_MAXIMUM, STOCK_DELTA_MAXIMUM), .is_required = true,
		.help = "how many come, or below 0 go"),
	BODY_FIELD(struct shop_stock, reference, FIELD_TEXT, FIELD_RANGE(1, 100),
		.is_required = true,
		.help = "the shop's own name of this change: the same again does nothing"),
	BODY_FIELD(struct shop_stock, reason, FIELD_TEXT, FIELD_RANGE(1, 200), .is_required = true,
		.help = "why"),
	{ 0 },
};

const struct route ROUTES[] = {
	{ "GET", "/healthz", ROLE_ANYONE, 0, NO_BODY, .handle = health_alive },
	{ "GET", "/readyz", ROLE_ANYONE, 0, NO_BODY, .handle = health_ready },
	/* only from loopback: nginx ensures it */
	{ "GET", "/metrics", ROLE_ANYONE, 0, NO_BODY, .handle = metrics_show },
	{ "GET", "/api/v1/me", ROLE_CUSTOMER, 0, NO_BODY, .handle = me_show },
	{ "GET", "/api/v1/me/points", ROLE_CUSTOMER, 0, NO_BODY,
		ROUTE_FIELDS(LIST, struct page_fields), .handle = page_list_show },
	{ "GET", "/api/v1/me/claims", ROLE_CUSTOMER, 0, NO_BODY,
		ROUTE_FIELDS(LIST, struct page_fields), .handle = page_list_show },
	{ "PUT", "/api/v1/me/claims/{claim}/address", ROLE_CUSTOMER, 0, ADDRESS_BODY,
		ROUTE_FIELDS(ADDRESS, struct address_fields), .handle = me_address },
	{ "GET", "/api/v1/events", ROLE_CUSTOMER, 0, NO_BODY,
		ROUTE_FIELDS(LIST, struct page_fields), .handle = page_list_show,
		.serves_visitors = true },
	{ "GET", "/api/v1/events/{event}", ROLE_BEARER, 0, NO_BODY,
		ROUTE_FIELDS(EVENT, struct event_path), .handle = event_show,
		.serves_visitors = true },
	{ "POST", "/api/v1/events/{event}/attendance", ROLE_BEARER, 0, SMALL_BODY,
		ROUTE_FIELDS(EVENT, struct event_path), .handle = attendance_check_in_now,
		.batch = check_in_batch, .created_metric = "check_ins" },
	{ "POST", "/api/v1/events/{event}/attendance/{date}", ROLE_CUSTOMER, 0, SMALL_BODY,
		ROUTE_FIELDS(MAKEUP, struct makeup_path), .handle = attendance_make_up },
	{ "GET", "/api/v1/events/{event}/attendance", ROLE_BEARER, 0, NO_BODY,
		ROUTE_FIELDS(CALENDAR, struct calendar_query), .handle = attendance_calendar,
		.batch = attendance_calendars },
	{ "GET", "/api/v1/events/{event}/milestones", ROLE_BEARER, 0, NO_BODY,
		ROUTE_FIELDS(EVENT, struct event_path), .handle = milestone_index },
	{ "POST", "/api/v1/events/{event}/milestones/{milestone}/claim", ROLE_BEARER, 0, SMALL_BODY,
		ROUTE_FIELDS(MILESTONE, struct milestone_path), .handle = milestone_claim,
		.batch = milestone_claim_all, .created_metric = "claims" },
	{ "GET", "/api/v1/shop/events", ROLE_SHOP, SCOPE_EVENTS_READ, NO_BODY,
		ROUTE_FIELDS(LIST, struct page_fields), .handle = page_list_show },
	{ "GET", "/api/v1/shop/events/{event}", ROLE_SHOP, SCOPE_EVENTS_READ, NO_BODY,
		ROUTE_FIELDS(SHOP_EVENT, struct shop_event), .handle = shop_event_show },
	{ "GET", "/api/v1/shop/events/{event}/participants", ROLE_SHOP, SCOPE_EVENTS_READ, NO_BODY,
		ROUTE_FIELDS(SHOP_PARTICIPANTS, struct shop_participants),
		.handle = page_list_show },
	{ "GET", "/api/v1/shop/users", ROLE_SHOP, SCOPE_USERS_READ, NO_BODY,
		ROUTE_FIELDS(LIST, struct page_fields), .handle = page_list_show },
	{ "GET", "/api/v1/shop/users/{subject}/points", ROLE_SHOP, SCOPE_USERS_READ, NO_BODY,
		ROUTE_FIELDS(SHOP_ENTRIES, struct shop_entries), .handle = page_list_show },
	{ "GET", "/api/v1/shop/users/{subject}", ROLE_SHOP, SCOPE_USERS_READ, NO_BODY,
		ROUTE_FIELDS(SHOP_PROFILE, struct shop_profile), .handle = shop_user_show },
	{ "DELETE", "/api/v1/shop/users/{subject}", ROLE_SHOP, SCOPE_USERS_DELETE, NO_BODY,
		ROUTE_FIELDS(SHOP_USER, struct shop_removal), .handle = shop_user_remove },
	{ "POST", "/api/v1/shop/users/{subject}/points", ROLE_SHOP, SCOPE_POINTS_WRITE, SHOP_BODY,
		ROUTE_FIELDS(SHOP_POINTS, struct shop_points), .handle = shop_points_change },
	{ "POST", "/api/v1/shop/users/{subject}/attendance", ROLE_SHOP, SCOPE_ATTENDANCE_WRITE,
		SHOP_BODY, ROUTE_FIELDS(SHOP_STAMP, struct shop_stamp), .handle = shop_stamp_add },
	{ "DELETE", "/api/v1/shop/users/{subject}/attendance/{reference}", ROLE_SHOP,
		SCOPE_ATTENDANCE_WRITE, NO_BODY,
		ROUTE_FIELDS(SHOP_STAMP_REMOVAL, struct shop_stamp), .handle = shop_stamp_remove },
	{ "GET", "/api/v1/shop/claims", ROLE_SHOP, SCOPE_CLAIMS_READ | SCOPE_CLAIMS_WRITE, NO_BODY,
		ROUTE_FIELDS(SHOP_CLAIMS, struct shop_claims), .handle = page_list_show },
	{ "PATCH", "/api/v1/shop/claims/{claim}", ROLE_SHOP, SCOPE_CLAIMS_WRITE, SHOP_BODY,
		ROUTE_FIELDS(SHOP_CLAIM, struct shop_claim), .handle = shop_claim_advance },
	{ "GET", "/api/v1/shop/claims/{claim}/address", ROLE_SHOP, SCOPE_CLAIMS_WRITE, NO_BODY,
		ROUTE_FIELDS(SHOP_ADDRESS, struct shop_claim), .handle = shop_address_show },
	{ "GET", "/api/v1/shop/payouts", ROLE_SHOP, SCOPE_PAYOUTS_WRITE, NO_BODY,
		ROUTE_FIELDS(SHOP_PAYOUTS, struct shop_payouts), .handle = page_list_show },
	{ "PATCH", "/api/v1/shop/payouts", ROLE_SHOP, SCOPE_PAYOUTS_WRITE, SETTLEMENT_BODY,
		ROUTE_FIELDS(SHOP_SETTLEMENT, struct payout_settlement),
		.handle = shop_payouts_settle },
	{ "GET", "/api/v1/shop/products", ROLE_SHOP, SCOPE_STOCK_READ | SCOPE_STOCK_WRITE, NO_BODY,
		ROUTE_FIELDS(LIST, struct page_fields), .handle = page_list_show },
	{ "POST", "/api/v1/shop/products/{product}/stock", ROLE_SHOP, SCOPE_STOCK_WRITE, SHOP_BODY,
		ROUTE_FIELDS(SHOP_STOCK, struct shop_stock), .handle = shop_stock_change },
};

const struct page_list PAGE_LISTS[] = {
	{ "/api/v1/me/points", me_points },
	{ "/api/v1/me/claims", me_claims },
	{ "/api/v1/events", event_index },
	{ "/api/v1/shop/events", shop_event_index },
	{ "/api/v1/shop/events/{event}/participants", shop_participant_index },
	{ "/api/v1/shop/users", shop_user_index },
	{ "/api/v1/shop/users/{subject}/points", shop_points_index },
	{ "/api/v1/shop/claims", shop_claim_index },
	{ "/api/v1/shop/payouts", shop_payout_index },
	{ "/api/v1/shop/products", shop_product_index },
	{ 0 },
};
_Static_assert(offsetof(struct shop_claims, page) == 0 && offsetof(struct shop_entries, page) == 0
		&& offsetof(struct shop_participants, page) == 0
		&& offsetof(struct shop_payouts, page) == 0,
	"PAGE_FIELDS fill the first member");

const size_t ROUTE_COUNT = countof(ROUTES);
