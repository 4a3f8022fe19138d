/* SPDX-License-Identifier: MIT */
/* Whatever a webhook's endpoint answers: only a 2xx is success, and waits stay within a day. */
#include "answering.h"

static size_t take(char *bytes, size_t size, size_t count, void *state)
{
	struct delivery *delivery = state;
	(void)bytes;
	delivery->answer_length += size * count;
	return size * count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 16384)
		return 0;
	void *context = memory_context(NULL);
	struct answering answering = { data, size, -1 };
	struct delivery *delivery = answering_new(context, &WEBHOOK_TRANSPORT, &answering);
	curl_easy_setopt(delivery->handle, CURLOPT_URL, "http://127.0.0.1/");
	curl_easy_setopt(delivery->handle, CURLOPT_POSTFIELDS, "{}");
	curl_easy_setopt(delivery->handle, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(delivery->handle, CURLOPT_WRITEDATA, delivery);
	answering_run(delivery, &answering);
	if (delivery->verdict.end == OUTBOX_SENT)
		FUZZ_HOLDS(delivery->verdict.status >= 200 && delivery->verdict.status < 300);
	memory_free(context);
	return 0;
}
