/* SPDX-License-Identifier: MIT */
/* The order of requests that overwrite the same value. A request may be delayed in a worker while
 * the client sends another one, which another worker serves. When the first one continues, it must
 * not overwrite what the second one wrote. So a row stores when the web server received the request
 * that wrote it last. */
#ifndef DOJANG_RECORDS_RECEIVED_H
#define DOJANG_RECORDS_RECEIVED_H

#include <stdbool.h>
#include <stdint.h>

/* True when a request that was received later has written the row. Both are milliseconds since
 * 1970; last is 0 for a row without. A last time that is still ahead comes from a clock that was
 * corrected since, and does not count. Call it behind the lock of the row. */
bool received_is_overtaken(int64_t received, int64_t last);

#endif
