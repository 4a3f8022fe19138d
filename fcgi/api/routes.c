/* SPDX-License-Identifier: MIT */
/* The routes of the API. */
#include "api/routes.h"
#include "api/shop.h"

#include "base/memory.h"
#include "reward/stock.h"

enum { NO_BODY = 0, SMALL_BODY = 1024, SHOP_BODY = 4096, ADDRESS_BODY = 16384 };

#define EVENT_FIELD(target) \
	{ \
		.name = "event", .type = FIELD_TEXT, .source = FIELD_PATH, \
		.offset = offsetof(target, event), .minimum = 1, .maximum = 200, \
		.is_required = true, .help = "the event's slug" \
	}

static const char *const EXPORT_CHOICES[] = { "0", "1", NULL };

static const struct field LIST[] = {
	PAGE_FIELDS(0),
	{ 0 },
};
static const struct field EVENT[] = {
	EVENT_FIELD(struct event_path),
	{ 0 },
};
static const struct field CALENDAR[] = {
	EVENT_FIELD(struct calendar_query),
	{ .name = "month",
		.type = FIELD_MONTH,
		.source = FIELD_QUERY,
		.offset = offsetof(struct calendar_query, month),
		.help = "this month when absent" },
	{ 0 },
};
static const struct field MILESTONE[] = {
	EVENT_FIELD(struct milestone_path),
	{ .name = "milestone",
		.type = FIELD_ID,
		.source = FIELD_PATH,
		.offset = offsetof(struct milestone_path, milestone),
		.is_required = true,
		.help = "the milestone's id" },
	{ 0 },
};

#define USER_FIELDS(target, member) \
	{ .name = "subject", \
		.type = FIELD_TEXT, \
		.source = FIELD_PATH, \
		.offset = offsetof(target, member) + offsetof(struct shop_user, subject), \
		.minimum = 1, \
		.maximum = 255, \
		.is_required = true, \
		.help = "the customer's subject at the issuer" }, \
	{ \
		.name = "issuer", .type = FIELD_TEXT, .source = FIELD_QUERY, \
		.offset = offsetof(target, member) + offsetof(struct shop_user, issuer), \
		.minimum = 1, .maximum = 255, \
		.help = "needed where several issuers are configured" \
	}
#define REFERENCE_FIELDS(target) \
	{ .name = "reference", \
		.type = FIELD_TEXT, \
		.source = FIELD_BODY, \
		.offset = offsetof(target, reference), \
		.minimum = 1, \
		.maximum = 100, \
		.is_required = true, \
		.help = "the shop's own name of this change: the same again does nothing" }, \
	{ \
		.name = "reason", .type = FIELD_TEXT, .source = FIELD_BODY, \
		.offset = offsetof(target, reason), .minimum = 1, .maximum = 200, \
		.is_required = true, .help = "why" \
	}

#define ADDRESS_TEXT(member, least, most, words) \
	{ \
		.name = #member, .type = FIELD_TEXT, .source = FIELD_BODY, \
		.offset = offsetof(struct address_fields, address.member), .minimum = (least), \
		.maximum = (most), .is_required = true, .help = (words) \
	}
static const struct field ADDRESS[] = {
	{ .name = "claim",
		.type = FIELD_ID,
		.source = FIELD_PATH,
		.offset = offsetof(struct address_fields, claim),
		.is_required = true,
		.help = "the claim's id" },
	ADDRESS_TEXT(name, 1, 100, "who receives it"),
	ADDRESS_TEXT(phone, 3, 40, "for the carrier"),
	ADDRESS_TEXT(postcode, 1, 20, "the postcode"),
	{ .name = "lines",
		.type = FIELD_LIST,
		.source = FIELD_BODY,
		.offset = offsetof(struct address_fields, address.lines),
		.minimum = 1,
		.maximum = 5,
		.is_required = true,
		.help = "street, building, floor" },
	ADDRESS_TEXT(country, 2, 2, "two letters, by ISO 3166-1"),
	{ .name = "consent",
		.type = FIELD_YES_NO,
		.source = FIELD_BODY,
		.offset = offsetof(struct address_fields, has_consent),
		.is_required = true,
		.help = "the customer agrees that the address is kept until the item has arrived" },
	{ 0 },
};

static const struct field SHOP_USER[] = {
	USER_FIELDS(struct shop_removal, customer),
	{ 0 },
};
static const struct field SHOP_PROFILE[] = {
	USER_FIELDS(struct shop_profile, customer),
	{ .name = "export",
		.type = FIELD_CHOICE,
		.source = FIELD_QUERY,
		.offset = offsetof(struct shop_profile, wants_export),
		.choices = EXPORT_CHOICES,
		.fallback = "0",
		.help = "1: everything that is known" },
	{ 0 },
};
static const struct field SHOP_POINTS[] = {
	USER_FIELDS(struct shop_points, customer),
	{ .name = "amount",
		.type = FIELD_NUMBER,
		.source = FIELD_BODY,
		.offset = offsetof(struct shop_points, amount),
		.minimum = -1000000000,
		.maximum = 1000000000,
		.is_required = true,
		.help = "granted, or below 0 spent" },
	REFERENCE_FIELDS(struct shop_points),
	{ 0 },
};
static const struct field SHOP_CLAIMS[] = {
	PAGE_FIELDS(offsetof(struct shop_claims, page)),
	{ .name = "state",
		.type = FIELD_CHOICE,
		.source = FIELD_QUERY,
		.offset = offsetof(struct shop_claims, state),
		.choices = SHOP_STATES,
		.fallback = "any",
		.help = "claims in this state alone" },
	{ 0 },
};
static const struct field SHOP_CLAIM[] = {
	{ .name = "claim",
		.type = FIELD_ID,
		.source = FIELD_PATH,
		.offset = offsetof(struct shop_claim, claim),
		.is_required = true,
		.help = "the claim's id" },
	{ .name = "state",
		.type = FIELD_CHOICE,
		.source = FIELD_BODY,
		.offset = offsetof(struct shop_claim, state),
		.choices = SHOP_STEPS,
		.is_required = true,
		.help = "where it is now; forward only" },
	{ .name = "tracking",
		.type = FIELD_TEXT,
		.source = FIELD_BODY,
		.offset = offsetof(struct shop_claim, tracking),
		.minimum = 1,
		.maximum = 190,
		.help = "the carrier's number" },
	{ 0 },
};
static const struct field SHOP_ADDRESS[] = {
	{ .name = "claim",
		.type = FIELD_ID,
		.source = FIELD_PATH,
		.offset = offsetof(struct shop_claim, claim),
		.is_required = true,
		.help = "the claim's id" },
	{ 0 },
};
static const struct field SHOP_STOCK[] = {
	{ .name = "product",
		.type = FIELD_ID,
		.source = FIELD_PATH,
		.offset = offsetof(struct shop_stock, product),
		.is_required = true,
		.help = "the product's id" },
	{ .name = "delta",
		.type = FIELD_NUMBER,
		.source = FIELD_BODY,
		.offset = offsetof(struct shop_stock, delta),
		.minimum = -STOCK_DELTA_MAXIMUM,
		.maximum = STOCK_DELTA_MAXIMUM,
		.is_required = true,
		.help = "how many come, or below 0 go" },
	REFERENCE_FIELDS(struct shop_stock),
	{ 0 },
};

#define FIELDS(table, target) .fields = (table), .fields_size = sizeof(target)

const struct route ROUTES[] = {
	{ "GET", "/healthz", ROLE_ANYONE, 0, NO_BODY, .handle = health_alive },
	{ "GET", "/readyz", ROLE_ANYONE, 0, NO_BODY, .handle = health_ready },
	/* only from loopback: nginx ensures it */
	{ "GET", "/metrics", ROLE_ANYONE, 0, NO_BODY, .handle = metrics_show },
	{ "GET", "/api/v1/me", ROLE_CUSTOMER, 0, NO_BODY, .handle = me_show },
	{ "GET", "/api/v1/me/points", ROLE_CUSTOMER, 0, NO_BODY, FIELDS(LIST, struct page_fields),
		.handle = me_points },
	{ "GET", "/api/v1/me/claims", ROLE_CUSTOMER, 0, NO_BODY, FIELDS(LIST, struct page_fields),
		.handle = me_claims },
	{ "PUT", "/api/v1/me/claims/{claim}/address", ROLE_CUSTOMER, 0, ADDRESS_BODY,
		FIELDS(ADDRESS, struct address_fields), .handle = me_address },
	{ "GET", "/api/v1/events", ROLE_CUSTOMER, 0, NO_BODY, FIELDS(LIST, struct page_fields),
		.handle = event_index },
	{ "GET", "/api/v1/events/{event}", ROLE_BEARER, 0, NO_BODY,
		FIELDS(EVENT, struct event_path), .handle = event_show },
	{ "POST", "/api/v1/events/{event}/attendance", ROLE_BEARER, 0, SMALL_BODY,
		FIELDS(EVENT, struct event_path), .handle = attendance_check_in_now,
		.batch = check_in_batch },
	{ "GET", "/api/v1/events/{event}/attendance", ROLE_BEARER, 0, NO_BODY,
		FIELDS(CALENDAR, struct calendar_query), .handle = attendance_calendar,
		.batch = attendance_calendars },
	{ "GET", "/api/v1/events/{event}/milestones", ROLE_BEARER, 0, NO_BODY,
		FIELDS(EVENT, struct event_path), .handle = milestone_index },
	{ "POST", "/api/v1/events/{event}/milestones/{milestone}/claim", ROLE_BEARER, 0, SMALL_BODY,
		FIELDS(MILESTONE, struct milestone_path), .handle = milestone_claim,
		.batch = milestone_claim_all },
	{ "GET", "/api/v1/shop/users/{subject}", ROLE_SHOP, SCOPE_USERS_READ, NO_BODY,
		FIELDS(SHOP_PROFILE, struct shop_profile), .handle = shop_user_show },
	{ "DELETE", "/api/v1/shop/users/{subject}", ROLE_SHOP, SCOPE_USERS_DELETE, NO_BODY,
		FIELDS(SHOP_USER, struct shop_removal), .handle = shop_user_remove },
	{ "POST", "/api/v1/shop/users/{subject}/points", ROLE_SHOP, SCOPE_POINTS_WRITE, SHOP_BODY,
		FIELDS(SHOP_POINTS, struct shop_points), .handle = shop_points_change },
	{ "GET", "/api/v1/shop/claims", ROLE_SHOP, SCOPE_CLAIMS_WRITE, NO_BODY,
		FIELDS(SHOP_CLAIMS, struct shop_claims), .handle = shop_claim_index },
	{ "PATCH", "/api/v1/shop/claims/{claim}", ROLE_SHOP, SCOPE_CLAIMS_WRITE, SHOP_BODY,
		FIELDS(SHOP_CLAIM, struct shop_claim), .handle = shop_claim_advance },
	{ "GET", "/api/v1/shop/claims/{claim}/address", ROLE_SHOP, SCOPE_CLAIMS_WRITE, NO_BODY,
		FIELDS(SHOP_ADDRESS, struct shop_claim), .handle = shop_address_show },
	{ "GET", "/api/v1/shop/products", ROLE_SHOP, SCOPE_STOCK_WRITE, NO_BODY,
		FIELDS(LIST, struct page_fields), .handle = shop_product_index },
	{ "POST", "/api/v1/shop/products/{product}/stock", ROLE_SHOP, SCOPE_STOCK_WRITE, SHOP_BODY,
		FIELDS(SHOP_STOCK, struct shop_stock), .handle = shop_stock_change },
};
const size_t ROUTE_COUNT = countof(ROUTES);
