/* SPDX-License-Identifier: MIT */
/* Changing and ending events that exist. What is locked while customers take part stands in rule
 * form in rules.h. */
#ifndef DOJANG_REWARD_EVENT_CHANGE_H
#define DOJANG_REWARD_EVENT_CHANGE_H

#include "reward/event_edit.h"

/* One event as staff see it, drafts too. */
struct event_record {
	event_id id;
	struct event_draft draft;
	bool is_archived;
	uint64_t fingerprint; /* of all that can be changed: what one has seen */
};

/* RESULT_OK with texts below edit->context, or ERR_NOT_FOUND. */
enum result event_change_read(struct edit *edit, const char *slug, struct event_record *record);

/* draft->slug names the event, is_open is not looked at; seen is the fingerprint that the change
 * was made from, 0: whichever. RESULT_OK; ERR_NOT_FOUND; ERR_INVALID; ERR_CONFLICT: "version"
 * (someone was faster), or a field that is locked now. */
enum result event_change_save(struct edit *edit, const struct event_draft *draft, uint64_t seen);

/* Today becomes the last day. ERR_CONFLICT: it is not running. */
enum result event_change_end(struct edit *edit, const char *slug);
/* A draft like the event `of`, with its milestones (without their deadlines); draft's slug, name
 * and days are its own. ERR_NOT_FOUND, ERR_INVALID, ERR_CONFLICT (the slug is taken). */
enum result event_change_copy(struct edit *edit, const char *of, const struct event_draft *draft);

#endif
