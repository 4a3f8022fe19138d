/* SPDX-License-Identifier: MIT */
/* What the metadata of an OpenID provider offers and Dojang does not use; for diagnosis. */
#ifndef DOJANG_AUTH_OPENID_IGNORED_H
#define DOJANG_AUTH_OPENID_IGNORED_H

#include "auth/ignored.h"
#include "auth/openid_metadata.h"

#include <json-c/json.h>

/* Adds methods, algorithms and claims of the document that are not used. Also adds claims that the
 * settings need and the provider does not list, as unusual. */
void openid_list_ignored(const struct openid_settings *settings,
	const struct openid_metadata *metadata, json_object *document, struct ignored *ignored);

/* The same for an issuer of customers' tokens that has metadata. Fetches them, within two seconds;
 * adds nothing when there are none. */
void openid_list_issuer_ignored(const struct issuer_settings *settings, struct ignored *ignored);

#endif
