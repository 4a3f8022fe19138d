/* SPDX-License-Identifier: MIT */
/* Functions that both transports share. */
#include "delivery/transport.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { LINE_MAXIMUM = 300 };

const char *delivery_line(const void *context, const char *bytes, size_t length)
{
	if (length > LINE_MAXIMUM)
		length = LINE_MAXIMUM;
	char *line = memory_copy_bytes(context, bytes, length);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = ' ';
	while (length > 0 && line[length - 1] == ' ')
		line[--length] = 0;
	for (size_t i = 0; !text_is_utf8(line, length) && i < length; i++)
		if ((unsigned char)line[i] >= 0x80)
			line[i] = '?';
	return line;
}

struct curl_slist *delivery_append(struct curl_slist *list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(list, text);
	if (!longer)
		memory_exhausted();
	return longer;
}

static void free_list(void *list)
{
	curl_slist_free_all(list);
}

void delivery_keep(struct delivery *delivery, struct curl_slist *list)
{
	memory_attach(delivery->context, list, free_list);
}
