/* SPDX-License-Identifier: MIT */
/* The cookie of an attempt to sign in by OpenID, which nobody else can write, and a provider's
 * discovery document. */
#include "fuzz.h"

#include "auth/openid_attempt.h"
#include "auth/openid_metadata.h"
#include "base/text.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static const instant NOW = { 1795316645 };

static void look_at_attempt(const void *context, const char *cookie, const char *back)
{
	struct openid_attempt made, read;
	FUZZ_HOLDS(!openid_attempt_read(context, SECRET, cookie, NOW, &read));
	openid_attempt_new(context, SECRET, 1, back, NOW, &made);
	if (strpbrk(back, "\n")) /* no field lets one in */
		return;
	FUZZ_HOLDS(openid_attempt_read(context, SECRET, made.cookie, NOW, &read));
	FUZZ_HOLDS(text_equals(read.back, strlen(back) <= OPENID_BACK_MAXIMUM ? back : ""));
	FUZZ_HOLDS(openid_attempt_has_state(&read, made.state)
		&& !openid_attempt_has_state(&read, cookie));
}

static void look_at_document(const void *context, const char *document)
{
	const char *fault;
	const struct openid_settings settings = { .issuer = "https://id.example",
		.algorithm = ALGORITHM_RS256 };
	const struct openid_metadata *metadata = openid_metadata_read(
		context, &settings, document, &(struct ignored){ .context = context }, &fault);
	FUZZ_HOLDS(!metadata == (fault != NULL));
	if (!metadata)
		return;
	FUZZ_HOLDS(text_starts_with(metadata->authorization_endpoint, "https://")
		&& text_starts_with(metadata->token_endpoint, "https://")
		&& text_starts_with(metadata->jwks_uri, "https://"));
	FUZZ_HOLDS(!text_has_control(metadata->authorization_endpoint));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	struct fuzz_input pieces = fuzz_input(data, size);
	const char *cookie = fuzz_piece(&pieces, context, NULL),
		   *back = fuzz_piece(&pieces, context, NULL);
	look_at_attempt(context, cookie, back);
	look_at_document(context, fuzz_piece(&pieces, context, NULL));
	memory_free(context);
	return 0;
}
