/* SPDX-License-Identifier: MIT */
/* Fields and handlers of the calls of the shop's backend. */
#ifndef DOJANG_API_SHOP_H
#define DOJANG_API_SHOP_H

#include "api/page.h"
#include "records/edit.h"

struct shop_user {
	const char *subject, *issuer;
};
struct shop_profile {
	struct shop_user customer;
	int wants_export;
};
struct shop_removal {
	struct shop_user customer;
};
struct shop_points {
	struct shop_user customer;
	int64_t amount;
	const char *reference, *reason;
	const char *refund_of; /* the reference of a spend, or NULL */
};
/* state: index in SHOP_STATES; 0 is any */
struct shop_claims {
	struct page_fields page;
	int state;
	const char *event;
	struct optional_time since;
};
struct shop_entries {
	struct page_fields page;
	struct shop_user customer;
};
struct shop_stamp {
	struct shop_user customer;
	const char *event, *reference, *date;
	int source; /* index in SHOP_ATTENDANCE_SOURCES */
};
struct shop_event {
	const char *event;
};
struct shop_participants {
	struct page_fields page;
	const char *event;
};
/* state: index in SHOP_STEPS */
struct shop_claim {
	uint64_t claim;
	int state;
	const char *tracking;
};
/* state: index in PAYOUT_STATES */
struct shop_payouts {
	struct page_fields page;
	int state;
};
struct shop_stock {
	uint64_t product;
	int64_t delta;
	const char *reference, *reason;
};

extern const char *const SHOP_STATES[], *const SHOP_STEPS[];

handler shop_user_show, shop_user_remove, shop_points_change;
handler shop_claim_advance, shop_address_show;
handler shop_stock_change, shop_payouts_settle;
handler shop_event_show, shop_stamp_add, shop_stamp_remove;
page_reader shop_claim_index, shop_product_index, shop_points_index, shop_user_index;
page_reader shop_event_index, shop_participant_index, shop_payout_index;

/* An edit on behalf of the key, and its refusal as a response. */
struct edit shop_edit(const struct call *call);
enum result shop_edited(struct response *out, const struct edit *edit, enum result result);

#endif
