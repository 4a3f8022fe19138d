/* SPDX-License-Identifier: MIT */
/* Fields of the pages about events and their milestones. */
#ifndef DOJANG_CONSOLE_EVENTS_H
#define DOJANG_CONSOLE_EVENTS_H

#include "base/fields.h"
#include "console/service.h"
#include "reward/event_change.h"

struct event_list_fields {
	const char *cursor, *state, *sort;
};
extern const struct field EVENT_LIST_FIELDS[];

struct event_fields {
	const char *event;
	struct optional_number customers; /* of the preview of costs */
};
extern const struct field EVENT_FIELDS[], EVENT_SHOW_FIELDS[];

/* New, edited and copied events; slug only for new ones. */
struct event_form {
	const char *event, *slug, *name, *description, *image, *terms, *time_zone;
	int mode;
	date starts, ends;
	int64_t version;
};
extern const struct field EVENT_NEW_FIELDS[], EVENT_EDIT_FIELDS[], EVENT_COPY_FIELDS[];

struct options_form {
	const char *event;
	bool verified_email, verified_phone, excludes_staff, is_public;
	int stamped_by;
	int64_t account_days, review_customers, closing_hours, shop_days_back, version;
	int64_t freezes, freeze_every, makeups, makeup_back, makeup_price;
	bool makeup_pays;
};
extern const struct field EVENT_OPTIONS_FIELDS[];

struct milestone_form {
	const char *event;
	uint64_t milestone, product;
	int64_t at, version;
	int basis;
	date claim_until;
	bool is_for_those_past;
};
extern const struct field MILESTONE_NEW_FIELDS[], MILESTONE_EDIT_FIELDS[], MILESTONE_FIELDS[];

/* Puts what pages about an event show, and reads the table of its milestones. */
enum result event_page_put(const struct call *call, json_object *data,
	const struct event_record *record, json_object **table);

#endif
