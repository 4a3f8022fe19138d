/* SPDX-License-Identifier: MIT */
/* What a worker of the console does between answers, when nobody waits. */
#ifndef DOJANG_CONSOLE_MAINTENANCE_H
#define DOJANG_CONSOLE_MAINTENANCE_H

#include "console/service.h"

void maintenance_run(void *console, instant now);

#endif
