/* SPDX-License-Identifier: MIT */
/* Shows a new secret once. */
#include "console/keys.h"

#include "base/memory.h"

enum result secret_page_show(
	const struct call *call, struct response *out, const struct secret_page *page)
{
	json_object *data = page_new(
		call, memory_format(call->context, "page.%s", page->name), page->section);
	json_put_text(data, "note", page->name);
	json_put_text(data, "secret", page->secret);
	json_put_text(data, "back", page->back);
	return page_show(call, out, "secret", data);
}
