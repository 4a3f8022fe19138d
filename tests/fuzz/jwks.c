/* SPDX-License-Identifier: MIT */
/* A document of keys as an issuer publishes it: what is kept of it can be read again, and no key of
 * it accepts a signature of rubbish. */
#include "fuzz.h"

#include "auth/key_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	struct fuzz_input pieces = fuzz_input(data, size);
	char *document = fuzz_piece(&pieces, context, NULL);
	size_t signature_size, kid_length;
	const char *signature = fuzz_piece(&pieces, context, &signature_size),
		   *kid = fuzz_piece(&pieces, context, &kid_length);
	json_object *keys = key_set_extract(
		context, document, ALGORITHM_RS256, &(struct ignored){ .context = context });
	if (keys) {
		struct key_set *set = key_set_read(context, keys);
		FUZZ_HOLDS(key_set_count(set) > 0 && key_set_count(set) <= KEY_SET_MAXIMUM);
		for (int algorithm = ALGORITHM_HS256; algorithm <= ALGORITHM_ES256; algorithm++) {
			struct signed_text text = {
				.algorithm = (enum token_algorithm)algorithm,
				.kid = kid_length ? kid : NULL,
				.text = "a.b",
				.length = 3,
				.signature = (const unsigned char *)signature,
				.signature_size = signature_size,
			};
			FUZZ_HOLDS(key_set_verify(set, &text) != KEY_ACCEPTS);
		}
	}
	memory_free(context);
	return 0;
}
