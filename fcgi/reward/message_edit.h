/* SPDX-License-Identifier: MIT */
/* What staff decide about messages: another try, or none, or a test. */
#ifndef DOJANG_REWARD_MESSAGE_EDIT_H
#define DOJANG_REWARD_MESSAGE_EDIT_H

#include "reward/edit.h"

/* A dead letter, or one that waits. RESULT_OK; ERR_CONFLICT: it was sent, is on its way or is not
 * there. */
enum result message_edit_retry(struct edit *edit, uint64_t id);
enum result message_edit_discard(struct edit *edit, uint64_t id);
/* All dead letters; a success too when there are none. */
enum result message_edit_retry_all(struct edit *edit);
/* A test to a recipient of mails, or to an enabled endpoint. RESULT_OK, or ERR_NOT_FOUND: there is
 * none. */
enum result message_edit_test(struct edit *edit, bool is_mail, uint64_t receiver);

#endif
