/* SPDX-License-Identifier: MIT */
/* Whatever a mail server answers: the verdict has a reason on one line, and nothing counts as sent
 * without a 2xx behind the mail. */
#define _GNU_SOURCE
#include "answering.h"

#include "delivery/mail_refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 16384)
		return 0;
	void *context = memory_context(NULL);
	struct answering answering = { data, size, -1 };
	struct delivery *delivery = answering_new(context, &MAIL_TRANSPORT, &answering);
	struct curl_slist *to = delivery_append(NULL, "<staff@shop.example>");
	curl_mime *mime = curl_mime_init(delivery->handle);
	curl_mimepart *part = curl_mime_addpart(mime);
	curl_mime_data(part, "text", CURL_ZERO_TERMINATED);
	delivery_keep(delivery, to);
	curl_easy_setopt(delivery->handle, CURLOPT_URL, "smtp://127.0.0.1:25");
	curl_easy_setopt(delivery->handle, CURLOPT_MAIL_FROM, "<shop@shop.example>");
	curl_easy_setopt(delivery->handle, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(delivery->handle, CURLOPT_MIMEPOST, mime);
	curl_easy_setopt(delivery->handle, CURLOPT_USERNAME, "shop");
	curl_easy_setopt(delivery->handle, CURLOPT_PASSWORD, "password");
	mail_refusal_watch(delivery);
	answering_run(delivery, &answering);
	if (delivery->verdict.end == OUTBOX_SENT)
		FUZZ_HOLDS(size > 3 && memmem(data, size, "354", 3) && memchr(data, '2', size));
	if (delivery->refusal.status)
		FUZZ_HOLDS(delivery->refusal.status >= 400 && delivery->refusal.status < 600
			&& delivery->refusal.text);
	curl_mime_free(mime);
	memory_free(context);
	return 0;
}
