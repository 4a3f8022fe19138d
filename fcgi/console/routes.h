/* SPDX-License-Identifier: MIT */
/* The table of the console's routes, and the handlers it names. */
#ifndef DOJANG_CONSOLE_ROUTES_H
#define DOJANG_CONSOLE_ROUTES_H

#include "console/service.h"

extern const struct route CONSOLE_ROUTES[];
extern const size_t CONSOLE_ROUTE_COUNT;

handler openid_begin, openid_return, openid_own_ask, openid_own_send, openid_staff_ask,
	openid_staff_send;
handler sign_in_form, sign_in_send, sign_out, sign_out_everywhere, language_choose, home;
handler dashboard_show, overview_export, metrics_show, page_style, search_show;
handler to_ship_show, addresses_ask, addresses_send;
handler event_index, event_export, event_show, event_new, event_create, event_edit, event_save,
	event_copy_ask, event_copy;
handler event_open, event_open_ask, event_end_ask, event_end, event_options_ask, event_options_send;
handler daily_points_ask, daily_points_send, daily_points_stop, daily_limits_ask, daily_limits_send;
handler milestone_new, milestone_create, milestone_edit, milestone_save, milestone_remove_ask,
	milestone_remove;
handler product_index, product_export, product_new, product_make, product_show, product_edit,
	product_save, movement_export;
handler retire_ask, retire_send, stock_ask, stock_send, codes_ask, codes_send;
handler customer_index, customer_export, customer_show, entry_export, day_ask, day_send, points_ask,
	points_send;
handler block_ask, block_send, unblock_ask, unblock_send, mark_ask, mark_send;
handler review_ask, review_send;
handler person_export_send, person_remove_ask, person_remove_send, removal_index, removal_export;
handler shipping_ask, shipping_send;
handler claim_address, claim_coupon, claim_index, claim_export, claim_show, claim_advance,
	claim_cancel_ask, claim_cancel_send;
handler outage_index, outage_export, outage_new, outage_create, outage_show, outage_apply_ask,
	outage_apply_send, outage_undo_ask, outage_undo_send;
handler payout_index, payout_export, payout_show, payout_retry, payout_retry_all;
handler message_index, message_export, message_show, message_retry, message_discard_ask,
	message_discard, message_retry_all;
handler webhook_new, webhook_make, webhook_show, webhook_state_send, webhook_events_ask,
	webhook_events_send, webhook_secret_ask, webhook_secret_send;
handler webhook_retire_send, webhook_test_send, webhook_remove_ask, webhook_remove_send;
handler key_index, key_export, key_new, key_make, key_rotate_ask, key_rotate_send, key_revoke_ask,
	key_revoke_send;
handler staff_index, staff_export, staff_new, staff_create, staff_edit, staff_save,
	staff_password_ask, staff_password_send, staff_unlock_ask, staff_unlock_send;
handler account_ask, account_send, audit_index, audit_export, settings_show;

#endif
