/* SPDX-License-Identifier: MIT */
/* Changing and ending existing events. The rules on what is locked while customers take part are in
 * rules.h. */
#ifndef DOJANG_REWARD_EVENT_CHANGE_H
#define DOJANG_REWARD_EVENT_CHANGE_H

#include "reward/event_edit.h"

/* An event as staff see it; drafts too. */
struct event_record {
	event_id id;
	struct event_draft draft;
	bool is_archived;
	uint64_t fingerprint; /* fingerprint of everything that can be changed */
};

/* RESULT_OK with texts below edit->context, or ERR_NOT_FOUND. */
enum result event_change_read(struct edit *edit, const char *slug, struct event_record *record);

/* draft->slug names the event; is_open is ignored. seen is the fingerprint of the edited version;
 * 0: any. RESULT_OK; ERR_NOT_FOUND; ERR_INVALID; ERR_CONFLICT: "version" (changed by somebody
 * else), or a field that is locked now. */
enum result event_change_save(struct edit *edit, const struct event_draft *draft, uint64_t seen);

/* Makes today the last day. ERR_CONFLICT: the event is not running. */
enum result event_change_end(struct edit *edit, const char *slug);
/* Creates a draft like the event `of`, with its milestones but without their deadlines. draft's
 * slug, name and days are its own. ERR_NOT_FOUND, ERR_INVALID, ERR_CONFLICT (the slug is taken). */
enum result event_change_copy(struct edit *edit, const char *of, const struct event_draft *draft);

#endif
