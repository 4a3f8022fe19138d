/* SPDX-License-Identifier: MIT */
/* What the audit log holds before and after a change, in the reader's words. */
#ifndef DOJANG_CONSOLE_CHANGE_TEXT_H
#define DOJANG_CONSOLE_CHANGE_TEXT_H

#include "console/service.h"

/* "State: shipped; Tracking: KR-1001" of a JSON object, below the call's context; what is no object
 * stays as it is. Names are those of columns or fields in the catalogue, values its words, where it
 * has them. NULL stays NULL. */
const char *change_text(const struct call *call, const char *json);

#endif
