/* SPDX-License-Identifier: MIT */
/* Making events and opening them. */
#ifndef DOJANG_REWARD_EVENT_EDIT_H
#define DOJANG_REWARD_EVENT_EDIT_H

#include "records/edit.h"
#include "records/ids.h"
#include "reward/rules.h"

struct event_draft {
	/* description, image, terms may be NULL */
	const char *slug, *name, *description, *image, *terms;
	enum event_mode mode;
	const char *time_zone;
	struct event_window window;
	bool is_open; /* customers see it at once */
};

/* RESULT_OK, or ERR_INVALID: what no event may be. */
enum result event_edit_check(struct edit *edit, const struct event_draft *draft);
/* RESULT_CREATED, ERR_CONFLICT (the slug is taken) or ERR_INVALID. */
enum result event_edit_create(struct edit *edit, const struct event_draft *draft, event_id *id);

/* RESULT_OK (also when it was open: *was_open), or ERR_NOT_FOUND. */
enum result event_edit_open(struct edit *edit, const char *slug, event_id *id, bool *was_open);

/* One event as changes need it. */
struct edited_event {
	event_id id;
	enum event_mode mode;
	const char *time_zone;
	struct event_window window;
	bool is_open, is_archived;
};
/* Nobody adds or takes away a day of an event whose check-ins went to the archive: RESULT_OK, or
 * ERR_CONFLICT, noted. Until the transaction ends no archiving begins. */
enum result event_edit_refuse_archived(struct edit *edit, event_id event);
/* Inside a transaction: locks the event, lets its version grow and reads it. ERR_NOT_FOUND, noted.
 */
enum result event_edit_touch(struct edit *edit, const char *slug, struct edited_event *event);
/* Inside a body: reads it without a lock. */
enum result event_edit_find(struct edit *edit, const char *slug, struct edited_event *event);

#endif
