/* SPDX-License-Identifier: MIT */
/* A form with files: what is taken stands in the body, once for each name, and what follows its end
 * changes nothing. */
#define _GNU_SOURCE /* memmem */
#include "fuzz.h"

#include "base/text.h"
#include "web/multipart.h"

static bool stands_in(const char *body, size_t length, const char *text)
{
	return !*text || memmem(body, length, text, strlen(text));
}

static void look(const struct form *form, const char *body, size_t length)
{
	FUZZ_HOLDS(form->count <= FORM_PAIRS_MAXIMUM);
	for (size_t i = 0; i < form->count; i++) {
		const struct form_pair *pair = &form->pairs[i];
		FUZZ_HOLDS(pair->name.is_good
			&& text_is_utf8(pair->name.text, strlen(pair->name.text))
			&& stands_in(body, length, pair->name.text));
		FUZZ_HOLDS(pair->value.is_good || !*pair->value.text);
		FUZZ_HOLDS(text_is_utf8(pair->value.text, strlen(pair->value.text))
			&& stands_in(body, length, pair->value.text));
		for (size_t j = 0; j < i; j++)
			FUZZ_HOLDS(!text_equals(form->pairs[j].name.text, pair->name.text));
	}
}

static void read_both(const struct request *request, const char *body, size_t length)
{
	struct form form = { .count = 0 }, longer = { .count = 0 };
	enum result result = multipart_read(request, body, length, &form);
	look(&form, body, length);
	char *with_more = memory_format(request->context, "%.*s\r\n--x", (int)length, body);
	if (result == RESULT_OK && strlen(with_more) == length + 5)
		FUZZ_HOLDS(multipart_read(request, with_more, length + 5, &longer) == RESULT_OK
			&& longer.count == form.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	struct fuzz_input pieces = fuzz_input(data, size);
	struct request request = { .context = context,
		.content_type = fuzz_piece(&pieces, context, NULL) };
	size_t length = (size_t)(pieces.end - pieces.at);
	/* to the byte: a sanitizer sees one beyond */
	char *body = malloc(length ? length : 1);
	if (body && multipart_is(request.content_type)) {
		memcpy(body, pieces.at, length);
		read_both(&request, body, length);
	}
	free(body);
	memory_free(context);
	return 0;
}
