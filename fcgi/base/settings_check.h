/* SPDX-License-Identifier: MIT */
/* Checks that settings do not contradict each other. Only for settings.c. */
#ifndef DOJANG_BASE_SETTINGS_CHECK_H
#define DOJANG_BASE_SETTINGS_CHECK_H

#include "base/settings.h"

/* Returns NULL, or a sentence on the first contradiction, below context. */
const char *settings_check(const struct settings *settings, const void *context);

#endif
