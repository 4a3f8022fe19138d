/* SPDX-License-Identifier: MIT */
/* What the audit log has before and after a change, in the reader's language. */
#ifndef DOJANG_CONSOLE_CHANGE_TEXT_H
#define DOJANG_CONSOLE_CHANGE_TEXT_H

#include "console/service.h"

/* "State: shipped; Tracking: KR-1001" of a JSON object, below the call's context; other text stays
 * as it is. Names are those of columns or fields in the catalogue; values are translated when they
 * have a text. NULL stays NULL. */
const char *change_text(const struct call *call, const char *json);

#endif
