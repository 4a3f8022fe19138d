/* SPDX-License-Identifier: MIT */
/* Every route of the console, and the handlers that the table names. */
#ifndef DOJANG_CONSOLE_ROUTES_H
#define DOJANG_CONSOLE_ROUTES_H

#include "console/service.h"

extern const struct route CONSOLE_ROUTES[];
extern const size_t CONSOLE_ROUTE_COUNT;

handler sign_in_form, sign_in_send, sign_out, sign_out_everywhere, language_choose, home;
handler event_list, event_export;

#endif
