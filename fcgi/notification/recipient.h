/* SPDX-License-Identifier: MIT */
/* Staff who receive alerts by mail, for every event or for one. */
#ifndef DOJANG_NOTIFICATION_RECIPIENT_H
#define DOJANG_NOTIFICATION_RECIPIENT_H

#include "records/edit.h"
#include "records/ids.h"

enum { RECIPIENTS_MAXIMUM = 10 }; /* of one event, and of all events */

extern const char *const RECIPIENT_LANGUAGES[]; /* ends with NULL */

/* event NULL: for every event, and the digest */
struct recipient_draft {
	const char *email, *language, *event;
};

/* True when it may be in the header and envelope of a mail: printable ASCII, one @, none of
 * <>()[],;:\" and no blanks. */
bool recipient_is_address(const char *text);

enum result recipient_add(struct edit *edit, const struct recipient_draft *draft, uint64_t *id);
/* The number of recipients for every event; 0 is worth a warning. */
enum result recipient_count(struct db *db, int64_t *count);
/* Messages that wait for the recipient are discarded. */
enum result recipient_remove(struct edit *edit, uint64_t id);

#endif
