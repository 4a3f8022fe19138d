/* SPDX-License-Identifier: MIT */
/* Renders data with a template. */
#include "web/template_nodes.h"

#include "base/memory.h"

#include <string.h>

enum { OUTPUT_MAXIMUM = 4 * 1024 * 1024 };

/* The values in which names are looked up, innermost first. */
struct frame {
	json_object *value;
	const struct frame *outer;
};

/* The blocks that replace those of a layout. */
struct overrides {
	const struct node *layout;
	const struct template *owner;
	const struct overrides *inner;
};

struct renderer {
	const struct template_view *view;
	const void *context;
	struct writer out;
	const struct template *template; /* the current template, for errors */
	const struct overrides *overrides;
	const char *indent; /* of the lines of a partial */
	bool is_at_line_start;
	unsigned depth;
	const char **error;
};

static bool fail(
	struct renderer *renderer, const struct node *node, const char *what, const char *detail)
{
	*renderer->error = memory_format(renderer->context, "%s:%u: %s%s", renderer->template->file,
		node->line, what, detail);
	return false;
}

/* --- look-up --- */

static bool look_in(json_object *object, const char *name, json_object **value)
{
	return json_object_is_type(object, json_type_object)
		&& json_object_object_get_ex(object, name, value);
}

static bool look_up(const struct frame *frame, const struct value_name *name, json_object **value)
{
	*value = frame->value;
	if (name->segment_count == 0)
		return true;
	for (; frame && !look_in(frame->value, name->segments[0], value); frame = frame->outer)
		;
	for (size_t i = 1; frame && i < name->segment_count; i++)
		if (!look_in(*value, name->segments[i], value))
			return false;
	return frame;
}

static bool is_true(json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null: return false;
	case json_type_array: return json_object_array_length(value) > 0;
	case json_type_string: return json_object_get_string_len(value) > 0;
	case json_type_object: return true;
	default: return json_object_get_boolean(value);
	}
}

static const struct template_markup *find_markup(
	const struct renderer *renderer, const struct value_name *name)
{
	for (size_t i = 0; i < renderer->view->markup_count; i++)
		if (strcmp(renderer->view->markups[i].name, name->text) == 0)
			return &renderer->view->markups[i];
	return NULL;
}

/* --- output --- */

static void start_line(struct renderer *renderer)
{
	if (renderer->is_at_line_start)
		writer_put_text(&renderer->out, renderer->indent);
	renderer->is_at_line_start = false;
}

/* Writes text of the template. Each line begins with the indent. */
static void put_text(struct renderer *renderer, const struct node *node)
{
	const char *at = node->text, *end = at + node->length;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline ? newline + 1 : end;
		start_line(renderer);
		writer_put(&renderer->out, at, (size_t)(next - at));
		renderer->is_at_line_start = newline;
		at = next;
	}
}

static void put_value(struct renderer *renderer, const char *text)
{
	start_line(renderer);
	if (renderer->template->is_html)
		writer_put_escaped(&renderer->out, text, strlen(text));
	else
		writer_put_text(&renderer->out, text);
}

static enum language language_of(const struct renderer *renderer)
{
	return renderer->view->catalogue ? catalogue_language(renderer->view->catalogue)
					 : LANGUAGE_EN;
}

static bool render_value(struct renderer *renderer, const struct node *node,
	const struct value_name *name, const struct frame *frame)
{
	const struct template_markup *markup = find_markup(renderer, name);
	if (markup && renderer->template->is_html) {
		start_line(renderer);
		writer_put_text(&renderer->out, markup->markup.html);
		return true;
	}
	json_object *value;
	if (!look_up(frame, name, &value))
		return fail(renderer, node, "unknown name: ", name->text);
	const char *zone = renderer->view->time_zone ? renderer->view->time_zone : "UTC";
	const char *text = format_value(renderer->context, language_of(renderer), zone,
		renderer->view->now, name->form, value);
	if (!text)
		return fail(renderer, node, "cannot be shown in this form: ", name->text);
	put_value(renderer, text);
	return true;
}

static bool find_message(struct renderer *renderer, const struct node *node,
	const struct frame *frame, const struct catalogue_entry **message)
{
	const char *key = node->text;
	json_object *value;
	if (node->has_value) {
		if (!look_up(frame, &node->value, &value))
			return fail(renderer, node, "unknown name: ", node->value.text);
		const char *end = format_value(renderer->context, LANGUAGE_EN, "UTC",
			renderer->view->now, FORM_PLAIN, value);
		key = memory_format(renderer->context, "%s%s", key, end ? end : "");
	}
	*message = renderer->view->catalogue ? catalogue_find(renderer->view->catalogue, key)
					     : NULL;
	return *message || fail(renderer, node, "no such message: ", key);
}

static bool render_message(
	struct renderer *renderer, const struct node *node, const struct frame *frame)
{
	const struct catalogue_entry *message = NULL;
	if (!find_message(renderer, node, frame, &message))
		return false;
	for (size_t i = 0; i < message->part_count; i++) {
		const struct catalogue_part *part = &message->parts[i];
		if (part->text)
			put_value(renderer, part->text);
		else if (!render_value(renderer, node, &part->value, frame))
			return false;
	}
	return true;
}

/* --- nodes --- */

static bool render_nodes(
	struct renderer *renderer, const struct nodes *nodes, const struct frame *frame);

static bool render_list(struct renderer *renderer, const struct node *node, json_object *list,
	const struct frame *frame)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct frame inner = { json_object_array_get_idx(list, i), frame };
		if (!render_nodes(renderer, &node->children, &inner))
			return false;
	}
	return true;
}

static bool render_section(
	struct renderer *renderer, const struct node *node, const struct frame *frame)
{
	json_object *value;
	if (!look_up(frame, &node->value, &value))
		return fail(renderer, node, "unknown name: ", node->value.text);
	if (node->kind == NODE_INVERTED)
		return is_true(value) || render_nodes(renderer, &node->children, frame);
	if (!is_true(value))
		return true;
	if (json_object_is_type(value, json_type_array))
		return render_list(renderer, node, value, frame);
	return render_nodes(renderer, &node->children, &(struct frame){ value, frame });
}

/* Renders another template and returns. */
static bool render_within(struct renderer *renderer, const struct template *template,
	const struct nodes *nodes, const char *indent, const struct frame *frame)
{
	const struct template *template_before = renderer->template;
	const char *indent_before = renderer->indent;
	renderer->template = template;
	renderer->indent = indent;
	bool is_good = render_nodes(renderer, nodes, frame);
	renderer->template = template_before;
	renderer->indent = indent_before;
	return is_good;
}

static bool render_partial(
	struct renderer *renderer, const struct node *node, const struct frame *frame)
{
	const char *indent = node->is_standalone
		? memory_format(renderer->context, "%s%s", renderer->indent, node->indent)
		: "";
	renderer->is_at_line_start |= node->is_standalone;
	return render_within(renderer, node->target, &node->target->nodes, indent, frame);
}

static bool render_layout(
	struct renderer *renderer, const struct node *node, const struct frame *frame)
{
	const struct overrides *before = renderer->overrides;
	renderer->overrides = &(struct overrides){ node, renderer->template, before };
	bool is_good = render_within(
		renderer, node->target, &node->target->nodes, renderer->indent, frame);
	renderer->overrides = before;
	return is_good;
}

static const struct node *find_block(const struct node *layout, const char *name)
{
	for (size_t i = 0; i < layout->children.count; i++) {
		const struct node *child = &layout->children.items[i];
		if (child->kind == NODE_BLOCK && strcmp(child->text, name) == 0)
			return child;
	}
	return NULL;
}

/* The block of the outermost template is used. */
static bool render_block(
	struct renderer *renderer, const struct node *node, const struct frame *frame)
{
	const struct node *block = NULL;
	const struct template *owner = NULL;
	for (const struct overrides *overrides = renderer->overrides; overrides;
		overrides = overrides->inner) {
		const struct node *found = find_block(overrides->layout, node->text);
		block = found ? found : block;
		owner = found ? overrides->owner : owner;
	}
	if (!block)
		return render_nodes(renderer, &node->children, frame);
	return render_within(renderer, owner, &block->children, renderer->indent, frame);
}

static bool render_node(
	struct renderer *renderer, const struct node *node, const struct frame *frame)
{
	switch (node->kind) {
	case NODE_TEXT: put_text(renderer, node); return true;
	case NODE_VALUE: return render_value(renderer, node, &node->value, frame);
	case NODE_MESSAGE: return render_message(renderer, node, frame);
	case NODE_PARTIAL: return render_partial(renderer, node, frame);
	case NODE_LAYOUT: return render_layout(renderer, node, frame);
	case NODE_BLOCK: return render_block(renderer, node, frame);
	default: return render_section(renderer, node, frame);
	}
}

static bool render_nodes(
	struct renderer *renderer, const struct nodes *nodes, const struct frame *frame)
{
	bool is_good = true;
	renderer->depth++;
	for (size_t i = 0; is_good && i < nodes->count; i++) {
		const struct node *node = &nodes->items[i];
		if (renderer->depth > TEMPLATE_DEPTH_MAXIMUM)
			is_good = fail(renderer, node, "nested too deeply", "");
		else if (renderer->out.length > OUTPUT_MAXIMUM)
			is_good = fail(renderer, node, "shows too much", "");
		else
			is_good = render_node(renderer, node, frame);
	}
	renderer->depth--;
	return is_good;
}

static const char *render(const struct templates *templates, const char *name, bool is_html,
	json_object *data, const struct template_view *view, const void *context,
	const char **error)
{
	const struct template *template = templates_find(templates, name);
	if (!template || template->is_html != is_html) {
		*error = memory_format(context, "no such template: %s", name);
		return NULL;
	}
	struct renderer renderer = {
		.view = view,
		.context = context,
		.out = { .context = context },
		.template = template,
		.indent = "",
		.is_at_line_start = true,
		.error = error,
	};
	return render_nodes(&renderer, &template->nodes, &(struct frame){ data, NULL })
		? writer_text(&renderer.out)
		: NULL;
}

bool template_render(const struct templates *templates, const char *name, json_object *data,
	const struct template_view *view, const void *context, struct markup *out,
	const char **error)
{
	out->html = render(templates, name, true, data, view, context, error);
	return out->html;
}

bool template_render_text(const struct templates *templates, const char *name, json_object *data,
	const struct template_view *view, const void *context, const char **out, const char **error)
{
	*out = render(templates, name, false, data, view, context, error);
	return *out;
}
