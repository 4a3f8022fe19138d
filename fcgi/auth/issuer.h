/* SPDX-License-Identifier: MIT */
/* The issuers whose tokens are trusted, with their keys kept ready for use. */
#ifndef DOJANG_AUTH_ISSUER_H
#define DOJANG_AUTH_ISSUER_H

#include "base/settings.h"

struct issuers;

/* Loads the secrets of all issuers of the settings below context. NULL and *error in words when one cannot be used. */
struct issuers *issuers_load(const void *context, const struct settings *settings, const char **error);
size_t issuers_count(const struct issuers *issuers);
const struct issuer_settings *issuers_at(const struct issuers *issuers, size_t index);

#endif
