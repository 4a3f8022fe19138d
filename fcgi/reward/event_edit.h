/* SPDX-License-Identifier: MIT */
/* Creating and opening events. */
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
	bool is_open; /* visible to customers at once */
	struct freeze_rule freezes;
	struct makeup_rule makeup;
};

/* RESULT_OK, or ERR_INVALID when the draft breaks a rule for events. */
enum result event_edit_check(struct edit *edit, const struct event_draft *draft);
/* RESULT_CREATED, ERR_CONFLICT (the slug is taken) or ERR_INVALID. */
enum result event_edit_create(struct edit *edit, const struct event_draft *draft, event_id *id);

/* RESULT_OK (also when it was open: *was_open), or ERR_NOT_FOUND. */
enum result event_edit_open(struct edit *edit, const char *slug, event_id *id, bool *was_open);

/* An event as needed for changes. */
struct edited_event {
	event_id id;
	enum event_mode mode;
	const char *time_zone;
	struct event_window window;
	bool is_open, is_archived, pays_check_ins;
	struct freeze_rule freezes;
};
/* ERR_CONFLICT, recorded, when the check-ins of the event are archived: days can no longer be added
 * or removed. Otherwise RESULT_OK, and archiving cannot start until the transaction ends. */
enum result event_edit_refuse_archived(struct edit *edit, event_id event);
/* Inside a transaction: locks the event, increments its version and reads it. ERR_NOT_FOUND,
 * recorded. */
enum result event_edit_touch(struct edit *edit, const char *slug, struct edited_event *event);
/* Inside a transaction function: reads it without a lock. */
enum result event_edit_find(struct edit *edit, const char *slug, struct edited_event *event);
/* The same outside a transaction function. */
enum result event_edit_read(struct edit *edit, const char *slug, struct edited_event *event);

#endif
