/* SPDX-License-Identifier: MIT */
/* Finds the refusal among a mail server's replies, and what it means for the message. */
#include "delivery/mail_refusal.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* The debug lines are the only way to see which command was refused. Only the refusal is kept. */
static int note_line(CURL *handle, curl_infotype type, char *bytes, size_t length, void *state)
{
	struct delivery *delivery = state;
	(void)handle;
	if (type == CURLINFO_HEADER_OUT && length >= 4) {
		memcpy(delivery->command, bytes, 4);
		delivery->command[4] = 0;
	}
	bool is_refusal = type == CURLINFO_HEADER_IN && length > 3
		&& (bytes[0] == '4' || bytes[0] == '5') && (bytes[3] == ' ' || bytes[3] == '-');
	int64_t status;
	if (!is_refusal || delivery->refusal.status || text_equals(delivery->command, "EHLO")
		|| text_equals(delivery->command, "QUIT"))
		return 0;
	const char *line = delivery_line(delivery->context, bytes, length);
	if (!text_to_number(memory_copy_bytes(delivery->context, line, 3), 400, 599, &status))
		return 0;
	delivery->refusal = (struct refusal){ .status = (unsigned)status, .text = line };
	memcpy(delivery->refusal.command, delivery->command, sizeof delivery->command);
	return 0;
}

void mail_refusal_watch(struct delivery *delivery)
{
	curl_easy_setopt(delivery->handle, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(delivery->handle, CURLOPT_DEBUGFUNCTION, note_line);
	curl_easy_setopt(delivery->handle, CURLOPT_DEBUGDATA, delivery);
}

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equals(word, words[i]))
			return true;
	return false;
}

enum outbox_end mail_refusal_end(const struct refusal *refusal)
{
	static const char *const ABOUT_MESSAGE[] = { "RCPT", "DATA" };
	if (refusal->status < 500)
		return OUTBOX_FAILED;
	if (refusal->status == 530 || refusal->status == 534 || refusal->status == 535
		|| refusal->status == 538)
		return OUTBOX_HELD;
	return is_one_of(refusal->command, ABOUT_MESSAGE, countof(ABOUT_MESSAGE)) ? OUTBOX_DEAD
										  : OUTBOX_HELD;
}
