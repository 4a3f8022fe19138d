/* SPDX-License-Identifier: MIT */
/* Actions of staff on messages: retry, discard, test. */
#ifndef DOJANG_NOTIFICATION_NOTIFICATION_EDIT_H
#define DOJANG_NOTIFICATION_NOTIFICATION_EDIT_H

#include "records/edit.h"

/* For a dead letter or a waiting message. RESULT_OK; ERR_CONFLICT: it was sent, is in transfer or
 * does not exist. */
enum result notification_edit_retry(struct edit *edit, uint64_t id);
enum result notification_edit_discard(struct edit *edit, uint64_t id);
/* All dead letters; also a success when there are none. */
enum result notification_edit_retry_all(struct edit *edit);
/* A test to a mail recipient or to an enabled webhook receiver. RESULT_OK, or ERR_NOT_FOUND: there
 * is none. */
enum result notification_edit_test(struct edit *edit, bool is_mail, uint64_t receiver);

#endif
