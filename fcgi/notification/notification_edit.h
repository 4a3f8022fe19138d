/* SPDX-License-Identifier: MIT */
/* What staff decide about messages: another try, or none, or a test. */
#ifndef DOJANG_NOTIFICATION_NOTIFICATION_EDIT_H
#define DOJANG_NOTIFICATION_NOTIFICATION_EDIT_H

#include "records/edit.h"

/* A dead letter, or one that waits. RESULT_OK; ERR_CONFLICT: it was sent, is on its way or is not
 * there. */
enum result notification_edit_retry(struct edit *edit, uint64_t id);
enum result notification_edit_discard(struct edit *edit, uint64_t id);
/* All dead letters; a success too when there are none. */
enum result notification_edit_retry_all(struct edit *edit);
/* A test to a recipient of mails, or to an enabled endpoint. RESULT_OK, or ERR_NOT_FOUND: there is
 * none. */
enum result notification_edit_test(struct edit *edit, bool is_mail, uint64_t receiver);

#endif
