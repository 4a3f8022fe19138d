/* SPDX-License-Identifier: MIT */
/* What settings must be beside each other. For settings.c alone. */
#ifndef DOJANG_BASE_SETTINGS_CHECK_H
#define DOJANG_BASE_SETTINGS_CHECK_H

#include "base/settings.h"

/* NULL, or the first contradiction in words, below context. */
const char *settings_check(const struct settings *settings, const void *context);

#endif
