/* SPDX-License-Identifier: MIT */
/* The routes of the console with their roles. */
#include "console/routes.h"

#include "base/memory.h"
#include "console/claims.h"
#include "console/customers.h"
#include "console/dashboard.h"
#include "console/daily_points.h"
#include "console/events.h"
#include "console/keys.h"
#include "console/messages.h"
#include "console/openid.h"
#include "console/outages.h"
#include "console/payouts.h"
#include "console/products.h"
#include "console/search.h"
#include "console/shipping.h"
#include "console/spreadsheet_page.h"
#include "console/sign_in.h"
#include "console/staff.h"
#include "console/to_ship.h"
#include "console/webhooks.h"

enum { NO_BODY = 0, FORM = 48 * 1024 };

#define SEE(path_, role_, table, target, handler_) \
	{ \
		"GET", (path_), (role_), 0, NO_BODY, ROUTE_FIELDS(table, target), \
			.handle = (handler_) \
	}
#define SHOW(path_, role_, handler_) \
	{ \
		"GET", (path_), (role_), 0, NO_BODY, .handle = (handler_) \
	}
/* A page with a form, and the target of the form, which shows the page again when it is refused. */
#define ASK(path_, role_, shown, table, target, show, send) \
	{ "GET", (path_), (role_), 0, NO_BODY, ROUTE_FIELDS(shown, target), .handle = (show) }, \
	{ \
		"POST", (path_), (role_), 0, FORM, ROUTE_FIELDS(table, target), \
			.handle = (send), .show_again = (show) \
	}
/* A button. */
#define DO(path_, role_, table, target, handler_) \
	{ \
		"POST", (path_), (role_), 0, FORM, ROUTE_FIELDS(table, target), \
			.handle = (handler_) \
	}
#define PRESS(path_, role_, handler_) \
	{ \
		"POST", (path_), (role_), 0, FORM, .handle = (handler_) \
	}

const struct route CONSOLE_ROUTES[] = {
	SHOW("/admin", ROLE_VIEWER, home),
	SEE("/admin/", ROLE_VIEWER, DASHBOARD_FIELDS, struct dashboard_fields, dashboard_show),
	SEE("/admin/overview.csv", ROLE_VIEWER, OVERVIEW_FIELDS, struct overview_fields,
		overview_export),
	SEE("/admin/search", ROLE_VIEWER, SEARCH_FIELDS, struct search_fields, search_show),
	SHOW("/admin/metrics", ROLE_ANYONE, metrics_show),
	SHOW("/admin/console.css", ROLE_ANYONE, page_style),
	SEE("/admin/sign-in", ROLE_ANYONE, SIGN_IN_PAGE_FIELDS, struct sign_in_fields,
		sign_in_form),
	{ "POST", "/admin/sign-in", ROLE_ANYONE, 0, FORM,
		ROUTE_FIELDS(SIGN_IN_FIELDS, struct sign_in_fields), .handle = sign_in_send,
		.show_again = sign_in_form },
	SEE("/admin/sign-in/openid", ROLE_ANYONE, SIGN_IN_PAGE_FIELDS, struct sign_in_fields,
		openid_begin),
	{ "GET", "/admin/sign-in/openid/return", ROLE_ANYONE, 0, NO_BODY,
		ROUTE_FIELDS(OPENID_RETURN_FIELDS, struct openid_return_fields),
		.handle = openid_return, .ignores_other_names = true },
	PRESS("/admin/sign-out", ROLE_VIEWER, sign_out),
	PRESS("/admin/sign-out-everywhere", ROLE_VIEWER, sign_out_everywhere),
	DO("/admin/language", ROLE_ANYONE, LANGUAGE_FIELDS, struct language_fields,
		language_choose),

	SEE("/admin/events", ROLE_VIEWER, EVENT_LIST_FIELDS, struct event_list_fields, event_index),
	SEE("/admin/events.csv", ROLE_VIEWER, EVENT_LIST_FIELDS, struct event_list_fields,
		event_export),
	ASK("/admin/new/event", ROLE_MANAGER, NULL, EVENT_NEW_FIELDS, struct event_form, event_new,
		event_create),
	SEE("/admin/events/{event}", ROLE_VIEWER, EVENT_SHOW_FIELDS, struct event_fields,
		event_show),
	ASK("/admin/events/{event}/edit", ROLE_MANAGER, EVENT_FIELDS, EVENT_EDIT_FIELDS,
		struct event_form, event_edit, event_save),
	ASK("/admin/events/{event}/options", ROLE_MANAGER, EVENT_FIELDS, EVENT_OPTIONS_FIELDS,
		struct options_form, event_options_ask, event_options_send),
	ASK("/admin/events/{event}/daily-points", ROLE_MANAGER, EVENT_FIELDS, DAILY_NEW_FIELDS,
		struct daily_form, daily_points_ask, daily_points_send),
	DO("/admin/events/{event}/daily-points/remove", ROLE_MANAGER, DAILY_REMOVE_FIELDS,
		struct daily_form, daily_points_stop),
	ASK("/admin/events/{event}/daily-limits", ROLE_MANAGER, EVENT_FIELDS, DAILY_LIMITS_FIELDS,
		struct daily_limits_form, daily_limits_ask, daily_limits_send),
	ASK("/admin/events/{event}/copy", ROLE_MANAGER, EVENT_FIELDS, EVENT_COPY_FIELDS,
		struct event_form, event_copy_ask, event_copy),
	ASK("/admin/events/{event}/open", ROLE_MANAGER, EVENT_FIELDS, EVENT_FIELDS,
		struct event_fields, event_open_ask, event_open),
	ASK("/admin/events/{event}/end", ROLE_MANAGER, EVENT_FIELDS, EVENT_FIELDS,
		struct event_fields, event_end_ask, event_end),
	ASK("/admin/events/{event}/milestones/new", ROLE_MANAGER, EVENT_FIELDS,
		MILESTONE_NEW_FIELDS, struct milestone_form, milestone_new, milestone_create),
	ASK("/admin/events/{event}/milestones/{milestone}", ROLE_MANAGER, MILESTONE_FIELDS,
		MILESTONE_EDIT_FIELDS, struct milestone_form, milestone_edit, milestone_save),
	ASK("/admin/events/{event}/milestones/{milestone}/remove", ROLE_MANAGER, MILESTONE_FIELDS,
		MILESTONE_FIELDS, struct milestone_form, milestone_remove_ask, milestone_remove),

	SEE("/admin/events/{event}/outages", ROLE_VIEWER, OUTAGE_LIST_FIELDS,
		struct outage_list_fields, outage_index),
	SEE("/admin/events/{event}/outages.csv", ROLE_VIEWER, OUTAGE_LIST_FIELDS,
		struct outage_list_fields, outage_export),
	ASK("/admin/events/{event}/outages/new", ROLE_MANAGER, OUTAGE_NEW_ASK_FIELDS,
		OUTAGE_NEW_FIELDS, struct outage_form, outage_new, outage_create),
	SEE("/admin/outages/{outage}", ROLE_VIEWER, OUTAGE_FIELDS, struct outage_form, outage_show),
	ASK("/admin/outages/{outage}/apply", ROLE_MANAGER, OUTAGE_FIELDS, OUTAGE_CONFIRM_FIELDS,
		struct outage_form, outage_apply_ask, outage_apply_send),
	ASK("/admin/outages/{outage}/undo", ROLE_MANAGER, OUTAGE_FIELDS, OUTAGE_CONFIRM_FIELDS,
		struct outage_form, outage_undo_ask, outage_undo_send),

	SEE("/admin/products", ROLE_VIEWER, PRODUCT_LIST_FIELDS, struct product_list_fields,
		product_index),
	SEE("/admin/products.csv", ROLE_VIEWER, PRODUCT_LIST_FIELDS, struct product_list_fields,
		product_export),
	ASK("/admin/new/product", ROLE_MANAGER, NULL, PRODUCT_NEW_FIELDS, struct product_form,
		product_new, product_make),
	SEE("/admin/products/{product}", ROLE_VIEWER, PRODUCT_PAGE_FIELDS, struct product_fields,
		product_show),
	SEE("/admin/products/{product}/movements.csv", ROLE_VIEWER, PRODUCT_FIELDS,
		struct product_fields, movement_export),
	ASK("/admin/products/{product}/edit", ROLE_MANAGER, PRODUCT_FIELDS, PRODUCT_EDIT_FIELDS,
		struct product_form, product_edit, product_save),
	ASK("/admin/products/{product}/retire", ROLE_MANAGER, RETIRE_FIELDS, RETIRE_FIELDS,
		struct retire_form, retire_ask, retire_send),
	ASK("/admin/products/{product}/stock", ROLE_MANAGER, PRODUCT_FIELDS, STOCK_FIELDS,
		struct stock_form, stock_ask, stock_send),
	{ "GET", "/admin/products/{product}/codes", ROLE_MANAGER, 0, NO_BODY,
		ROUTE_FIELDS(PRODUCT_FIELDS, struct product_fields), .handle = codes_ask },
	{ "POST", "/admin/products/{product}/codes", ROLE_MANAGER, 0, SPREADSHEET_BODY,
		ROUTE_FIELDS(CODES_FIELDS, struct codes_form), .handle = codes_send,
		.show_again = codes_ask },

	SEE("/admin/customers", ROLE_VIEWER, CUSTOMER_LIST_FIELDS, struct customer_list_fields,
		customer_index),
	SEE("/admin/customers.csv", ROLE_VIEWER, CUSTOMER_LIST_FIELDS, struct customer_list_fields,
		customer_export),
	SEE("/admin/customers/{customer}", ROLE_VIEWER, CUSTOMER_PAGE_FIELDS,
		struct customer_fields, customer_show),
	SEE("/admin/customers/{customer}/points.csv", ROLE_VIEWER, ENTRY_FIELDS,
		struct customer_fields, entry_export),
	ASK("/admin/customers/{customer}/day", ROLE_MANAGER, DAY_ASK_FIELDS, DAY_FIELDS,
		struct day_form, day_ask, day_send),
	ASK("/admin/customers/{customer}/block", ROLE_MANAGER, CUSTOMER_FIELDS, BLOCK_FIELDS,
		struct block_form, block_ask, block_send),
	ASK("/admin/customers/{customer}/unblock", ROLE_MANAGER, CUSTOMER_FIELDS, BLOCK_FIELDS,
		struct block_form, unblock_ask, unblock_send),
	ASK("/admin/customers/{customer}/staff", ROLE_MANAGER, CUSTOMER_FIELDS, MARK_FIELDS,
		struct mark_form, mark_ask, mark_send),
	ASK("/admin/customers/{customer}/points", ROLE_MANAGER, CUSTOMER_FIELDS, POINTS_FIELDS,
		struct points_form, points_ask, points_send),
	DO("/admin/customers/{customer}/export", ROLE_MANAGER, CUSTOMER_FIELDS,
		struct customer_fields, person_export_send),
	ASK("/admin/customers/{customer}/remove", ROLE_OWNER, CUSTOMER_FIELDS, REMOVAL_FIELDS,
		struct removal_form, person_remove_ask, person_remove_send),
	SEE("/admin/removals", ROLE_VIEWER, CURSOR_FIELDS, struct cursor_fields, removal_index),
	SEE("/admin/removals.csv", ROLE_VIEWER, CURSOR_FIELDS, struct cursor_fields,
		removal_export),

	SEE("/admin/claims", ROLE_VIEWER, CLAIM_LIST_FIELDS, struct claim_list_fields, claim_index),
	SEE("/admin/claims.csv", ROLE_VIEWER, CLAIM_LIST_FIELDS, struct claim_list_fields,
		claim_export),
	SEE("/admin/claims-to-ship", ROLE_VIEWER, TO_SHIP_FIELDS, struct to_ship_fields,
		to_ship_show),
	{ "GET", "/admin/claims-addresses", ROLE_MANAGER, 0, NO_BODY, .handle = addresses_ask },
	{ "POST", "/admin/claims-addresses", ROLE_MANAGER, 0, FORM,
		ROUTE_FIELDS(ADDRESSES_FIELDS, struct addresses_form), .handle = addresses_send,
		.show_again = addresses_ask },
	SHOW("/admin/claims-shipped", ROLE_MANAGER, shipping_ask),
	{ "POST", "/admin/claims-shipped", ROLE_MANAGER, 0, SPREADSHEET_BODY,
		ROUTE_FIELDS(SHIPPING_FIELDS, struct shipping_form), .handle = shipping_send,
		.show_again = shipping_ask },
	SEE("/admin/claims/{claim}", ROLE_VIEWER, CLAIM_FIELDS, struct claim_fields, claim_show),
	{ "POST", "/admin/claims/{claim}", ROLE_MANAGER, 0, FORM,
		ROUTE_FIELDS(ADVANCE_FIELDS, struct advance_form), .handle = claim_advance,
		.show_again = claim_show },
	DO("/admin/claims/{claim}/address", ROLE_MANAGER, CLAIM_FIELDS, struct claim_fields,
		claim_address),
	DO("/admin/claims/{claim}/coupon", ROLE_MANAGER, CLAIM_FIELDS, struct claim_fields,
		claim_coupon),
	ASK("/admin/claims/{claim}/review", ROLE_MANAGER, CLAIM_FIELDS, REVIEW_FIELDS,
		struct review_form, review_ask, review_send),
	ASK("/admin/claims/{claim}/cancel", ROLE_MANAGER, CLAIM_FIELDS, CANCEL_FIELDS,
		struct cancel_form, claim_cancel_ask, claim_cancel_send),

	SEE("/admin/payouts", ROLE_VIEWER, PAYOUT_LIST_FIELDS, struct payout_list_fields,
		payout_index),
	SEE("/admin/payouts.csv", ROLE_VIEWER, PAYOUT_LIST_FIELDS, struct payout_list_fields,
		payout_export),
	SEE("/admin/payouts/{payout}", ROLE_VIEWER, PAYOUT_FIELDS, struct payout_fields,
		payout_show),
	DO("/admin/payouts/{payout}/retry", ROLE_MANAGER, PAYOUT_FIELDS, struct payout_fields,
		payout_retry),
	PRESS("/admin/payouts-retry", ROLE_MANAGER, payout_retry_all),

	SEE("/admin/messages", ROLE_VIEWER, MESSAGE_LIST_FIELDS, struct message_list_fields,
		message_index),
	SEE("/admin/messages.csv", ROLE_VIEWER, MESSAGE_LIST_FIELDS, struct message_list_fields,
		message_export),
	SEE("/admin/messages/{message}", ROLE_VIEWER, MESSAGE_FIELDS, struct message_fields,
		message_show),
	DO("/admin/messages/{message}/retry", ROLE_MANAGER, MESSAGE_FIELDS, struct message_fields,
		message_retry),
	ASK("/admin/messages/{message}/discard", ROLE_MANAGER, MESSAGE_FIELDS, MESSAGE_FIELDS,
		struct message_fields, message_discard_ask, message_discard),
	PRESS("/admin/messages-retry", ROLE_MANAGER, message_retry_all),
	ASK("/admin/new/webhook", ROLE_OWNER, NULL, WEBHOOK_NEW_FIELDS, struct webhook_form,
		webhook_new, webhook_make),
	SEE("/admin/webhooks/{webhook}", ROLE_VIEWER, WEBHOOK_PAGE_FIELDS, struct webhook_form,
		webhook_show),
	DO("/admin/webhooks/{webhook}", ROLE_OWNER, WEBHOOK_STATE_FIELDS, struct webhook_form,
		webhook_state_send),
	ASK("/admin/webhooks/{webhook}/events", ROLE_OWNER, WEBHOOK_FIELDS, WEBHOOK_EVENTS_FIELDS,
		struct webhook_form, webhook_events_ask, webhook_events_send),
	ASK("/admin/webhooks/{webhook}/secret", ROLE_OWNER, WEBHOOK_FIELDS, WEBHOOK_FIELDS,
		struct webhook_form, webhook_secret_ask, webhook_secret_send),
	DO("/admin/webhooks/{webhook}/retire", ROLE_OWNER, WEBHOOK_FIELDS, struct webhook_form,
		webhook_retire_send),
	DO("/admin/webhooks/{webhook}/test", ROLE_OWNER, WEBHOOK_FIELDS, struct webhook_form,
		webhook_test_send),
	ASK("/admin/webhooks/{webhook}/remove", ROLE_OWNER, WEBHOOK_FIELDS, WEBHOOK_FIELDS,
		struct webhook_form, webhook_remove_ask, webhook_remove_send),

	SEE("/admin/keys", ROLE_OWNER, CURSOR_FIELDS, struct cursor_fields, key_index),
	SEE("/admin/keys.csv", ROLE_OWNER, CURSOR_FIELDS, struct cursor_fields, key_export),
	ASK("/admin/new/key", ROLE_OWNER, NULL, KEY_NEW_FIELDS, struct key_form, key_new, key_make),
	ASK("/admin/keys/{key}", ROLE_OWNER, KEY_FIELDS, KEY_ROTATE_FIELDS, struct key_form,
		key_rotate_ask, key_rotate_send),
	ASK("/admin/keys/{key}/revoke", ROLE_OWNER, KEY_FIELDS, KEY_FIELDS, struct key_form,
		key_revoke_ask, key_revoke_send),

	SEE("/admin/staff", ROLE_OWNER, STAFF_LIST_FIELDS, struct staff_list_fields, staff_index),
	SEE("/admin/staff.csv", ROLE_OWNER, STAFF_LIST_FIELDS, struct staff_list_fields,
		staff_export),
	ASK("/admin/new/staff", ROLE_OWNER, NULL, STAFF_NEW_FIELDS, struct staff_form, staff_new,
		staff_create),
	ASK("/admin/staff/{staff}", ROLE_OWNER, STAFF_FIELDS, STAFF_EDIT_FIELDS, struct staff_form,
		staff_edit, staff_save),
	ASK("/admin/staff/{staff}/password", ROLE_OWNER, STAFF_FIELDS, STAFF_PASSWORD_FIELDS,
		struct staff_form, staff_password_ask, staff_password_send),
	ASK("/admin/staff/{staff}/unlock", ROLE_OWNER, STAFF_FIELDS, STAFF_FIELDS,
		struct staff_form, staff_unlock_ask, staff_unlock_send),
	ASK("/admin/staff/{staff}/openid", ROLE_OWNER, OPENID_STAFF_ASK_FIELDS, OPENID_STAFF_FIELDS,
		struct openid_staff_form, openid_staff_ask, openid_staff_send),
	ASK("/admin/account/openid", ROLE_VIEWER, NULL, OPENID_OWN_FIELDS, struct openid_own_form,
		openid_own_ask, openid_own_send),
	ASK("/admin/account", ROLE_VIEWER, NULL, ACCOUNT_FIELDS, struct staff_form, account_ask,
		account_send),
	SEE("/admin/audit", ROLE_VIEWER, AUDIT_FIELDS, struct audit_fields, audit_index),
	SEE("/admin/audit.csv", ROLE_VIEWER, AUDIT_FIELDS, struct audit_fields, audit_export),
	SHOW("/admin/settings", ROLE_OWNER, settings_show),
};
const size_t CONSOLE_ROUTE_COUNT = countof(CONSOLE_ROUTES);
