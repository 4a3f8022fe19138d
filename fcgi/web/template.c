/* SPDX-License-Identifier: MIT */
/* Reads the templates, finds them by name, and links them with each other and with the UI texts. */
#include "web/template.h"

#include "base/memory.h"
#include "base/text.h"
#include "web/source.h"
#include "web/template_nodes.h"

#include <string.h>

struct templates {
	struct template **items;
	size_t count;
};

struct templates *templates_new(const void *context)
{
	return memory_new(context, struct templates);
}

static struct template *find(const struct templates *templates, const char *name)
{
	for (size_t i = 0; i < templates->count; i++)
		if (strcmp(templates->items[i]->name, name) == 0)
			return templates->items[i];
	return NULL;
}

const struct template *templates_find(const struct templates *templates, const char *name)
{
	return find(templates, name);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);
	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

bool templates_add(struct templates *templates, const char *name, const char *file,
	const char *text, const char **error)
{
	if (!text_is_utf8(text, strlen(text))) {
		*error = memory_format(templates, "%s: is not UTF-8", file);
		return false;
	}
	struct template *template = find(templates, name);
	if (!template) {
		templates->items = memory_grow(
			templates, templates->items, struct template *, templates->count + 1);
		template = templates->items[templates->count++] = memory_new(
			templates, struct template);
	}
	*template = (struct template){ memory_copy_text(templates, name),
		memory_copy_text(templates, file), ends_with(name, ".html"), { 0 } };
	return template_parse(templates, template, text, error);
}

/* --- links --- */

struct linker {
	const struct templates *templates;
	const struct template *template;
	const struct catalogue *catalogue;
	const char **error;
};

static bool fail(const struct linker *linker, const struct node *node, const char *what)
{
	*linker->error = memory_format(linker->templates, "%s:%u: %s%s", linker->template->file,
		node->line, what, node->text);
	return false;
}

static bool link_nodes(const struct linker *linker, struct nodes *nodes);

static bool link_node(const struct linker *linker, struct node *node)
{
	if (node->kind == NODE_PARTIAL || node->kind == NODE_LAYOUT) {
		const char *suffix = linker->template->is_html ? "html" : "txt";
		node->target = find(linker->templates,
			memory_format(linker->templates, "%s.%s", node->text, suffix));
		if (!node->target)
			return fail(linker, node, "no such template: ");
	}
	if (node->kind == NODE_MESSAGE && !node->has_value && linker->catalogue
		&& !catalogue_find(linker->catalogue, node->text))
		return fail(linker, node, "no such message: ");
	return link_nodes(linker, &node->children);
}

static bool link_nodes(const struct linker *linker, struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->count; i++)
		if (!link_node(linker, &nodes->items[i]))
			return false;
	return true;
}

bool templates_link(
	struct templates *templates, const struct catalogue *catalogue, const char **error)
{
	for (size_t i = 0; i < templates->count; i++)
		if (!link_nodes(
			    &(struct linker){ templates, templates->items[i], catalogue, error },
			    &templates->items[i]->nodes))
			return false;
	return true;
}

/* --- files --- */

struct load {
	struct templates *templates;
	const char **error;
};

static bool load_file(void *state, const char *relative_path, const char *path)
{
	struct load *load = state;
	if (!ends_with(relative_path, ".html") && !ends_with(relative_path, ".txt"))
		return true;
	const char *text = source_read(load->templates, path, load->error);
	return text && templates_add(load->templates, relative_path, path, text, load->error);
}

const struct templates *templates_load(const void *context, const char *directory,
	const char *override_directory, const struct catalogue *catalogue, const char **error)
{
	struct templates *templates = templates_new(context);
	struct load load = { templates, error };
	bool is_good = source_walk(templates, directory, load_file, &load, error)
		&& (!override_directory
			|| source_walk(templates, override_directory, load_file, &load, error))
		&& templates_link(templates, catalogue, error);
	return is_good ? templates : NULL;
}

const char *templates_load_all(const void *context, const char *directory,
	const char *override_directory, const struct catalogue *catalogues[LANGUAGE_COUNT],
	const struct templates **templates)
{
	const char *error = NULL;
	for (unsigned language = 0; !error && language < LANGUAGE_COUNT; language++) {
		catalogues[language] = catalogue_load(
			context, (enum language)language, directory, override_directory, &error);
		if (catalogues[language])
			*templates = templates_load(context, directory, override_directory,
				catalogues[language], &error);
	}
	return error;
}
