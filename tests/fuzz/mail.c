/* SPDX-License-Identifier: MIT */
/* Header lines of a mail from whatever stands in the database: one header, ASCII, no line end that
 * is not a fold. */
#include "fuzz.h"

#include "base/text.h"
#include "delivery/mail_header.h"

static void check(const char *header)
{
	for (const char *at = header; *at; at++) {
		FUZZ_HOLDS((unsigned char)*at < 0x80);
		FUZZ_HOLDS(*at != '\r' || at[1] == '\n');
		FUZZ_HOLDS(*at != '\n' || at[1] == ' ' || at[1] == '\t');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	const char *text = memory_copy_bytes(context, data, size);
	if (text_is_utf8(text, size)) {
		check(mail_header_text(context, "Subject", text));
		check(mail_header_address(context, "From", text, "shop@shop.example"));
	}
	memory_free(context);
	return 0;
}
