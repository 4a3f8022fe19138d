/* SPDX-License-Identifier: MIT */
/* The metadata of a provider (OpenID Connect Discovery 1.0), checked against the settings. */
#ifndef DOJANG_AUTH_OPENID_METADATA_H
#define DOJANG_AUTH_OPENID_METADATA_H

#include "auth/ignored.h"
#include "base/settings.h"

struct openid_metadata {
	const char *authorization_endpoint, *token_endpoint, *jwks_uri;
	/* The client's secret is sent in the body (client_secret_post) instead of the header
	 * (client_secret_basic). */
	bool takes_secret_in_body;
	/* sends iss with the authorization response (RFC 9207) */
	bool sends_iss;
};

/* The address of the document, below context. */
const char *openid_metadata_address(const void *context, const struct openid_settings *settings);
/* Parses the document. Returns NULL and sets *fault to a sentence when it belongs to another
 * issuer, or does not fit the settings. Adds what it offers and is not used to ignored, unless that
 * is NULL. */
const struct openid_metadata *openid_metadata_read(const void *context,
	const struct openid_settings *settings, const char *document, struct ignored *ignored,
	const char **fault);
/* How the console authenticates at the token endpoint, as in the provider's metadata. */
const char *openid_metadata_method(
	const struct openid_settings *settings, const struct openid_metadata *metadata);
/* The endpoints of the settings; NULL when there are none. */
const struct openid_metadata *openid_metadata_of_settings(
	const void *context, const struct openid_settings *settings);

#endif
