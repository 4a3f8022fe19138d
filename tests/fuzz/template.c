/* SPDX-License-Identifier: MIT */
/* Templates and catalogues as a shop could write them: refused with a place, or rendered with every
 * value of the data escaped. */
#include "fuzz.h"

#include "base/json.h"
#include "base/text.h"
#include "web/template.h"

#define EVIL "<7>\"7\"'7'"

static json_object *make_data(void)
{
	json_object *data = json_new_object(), *list = json_new_array(), *item = json_new_object();
	json_put_text(data, "name", EVIL);
	json_put_number(data, "number", 1234567);
	json_put_bool(data, "truth", true);
	json_put_null(data, "nothing");
	json_put_text(data, "day", "2026-11-22");
	json_put_text(data, "time", "2026-11-22T03:04:05Z");
	json_put_text(item, "name", EVIL);
	json_append(list, item);
	json_append_text(list, EVIL);
	json_put(data, "list", list);
	return data;
}

static bool has_place(const char *error)
{
	return error && strchr(error, ':');
}

static void render(struct templates *templates, const struct catalogue *catalogue,
	const void *context, bool may_hold_it)
{
	struct template_view view = { .catalogue = catalogue, .time_zone = "Asia/Seoul" };
	struct markup html;
	const char *error = NULL, *text;
	json_object *data = json_attach(context, make_data());
	if (!template_render(templates, "page.html", data, &view, context, &html, &error))
		FUZZ_HOLDS(error);
	else if (!may_hold_it)
		FUZZ_HOLDS(!strstr(html.html, "<7>") && !strstr(html.html, "\"7\"")
			&& !strstr(html.html, "'7'"));
	if (!template_render_text(templates, "note.txt", data, &view, context, &text, &error))
		FUZZ_HOLDS(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *context = memory_context(NULL);
	struct fuzz_input pieces = fuzz_input(data, size);
	char *page = fuzz_piece(&pieces, context, NULL), *part = fuzz_piece(&pieces, context, NULL),
	     *note = fuzz_piece(&pieces, context, NULL);
	char *messages = fuzz_piece(&pieces, context, NULL);
	const char *error = NULL;
	struct templates *templates = templates_new(context);
	const struct catalogue *catalogue = catalogue_parse(
		context, LANGUAGE_EN, "catalogue.en", messages, &error);
	if (!catalogue)
		FUZZ_HOLDS(has_place(error));
	bool is_loaded = templates_add(templates, "page.html", "page.html", page, &error)
		&& templates_add(templates, "part.html", "part.html", part, &error)
		&& templates_add(templates, "note.txt", "note.txt", note, &error)
		&& templates_link(templates, catalogue, &error);
	if (is_loaded)
		render(templates, catalogue, context, memchr(data, '7', size));
	else
		FUZZ_HOLDS(has_place(error));
	memory_free(context);
	return 0;
}
