/* SPDX-License-Identifier: MIT */
/* What a provider says of itself (OpenID Connect Discovery 1.0), checked against the settings. */
#ifndef DOJANG_AUTH_OPENID_METADATA_H
#define DOJANG_AUTH_OPENID_METADATA_H

#include "base/settings.h"

struct openid_metadata {
	const char *authorization_endpoint, *token_endpoint, *jwks_uri;
	/* with the answer to an authorization request (RFC 9207) */
	bool sends_iss;
};

/* Where the document is, below context. */
const char *openid_metadata_address(const void *context, const struct openid_settings *settings);
/* Reads the document; NULL and *fault in words when it is not this issuer's, or cannot work with
 * these settings. */
const struct openid_metadata *openid_metadata_read(const void *context,
	const struct openid_settings *settings, const char *document, const char **fault);
/* The settings' own endpoints; NULL: there are none. */
const struct openid_metadata *openid_metadata_of_settings(
	const void *context, const struct openid_settings *settings);

#endif
