/* SPDX-License-Identifier: MIT */
/* Parses the text of a template into nodes. */
#include "web/template_nodes.h"

#include "base/memory.h"

#include <string.h>

struct parser {
	const void *context;
	const struct template *template;
	const char *text, *at, *end; /* at: the next byte to read */
	unsigned line;               /* of at */
	unsigned depth;
	const char **error;
};

/* A tag: its sign (0: a value), its content, and the text that is removed with it when it is alone
 * on its line. */
struct tag {
	char sign;
	unsigned line;
	const char *content;
	size_t length;
	bool is_standalone;
	const char *text_end; /* the end of the text before it */
	const char *indent;
	const char *after;
};

static bool fail(struct parser *parser, unsigned line, const char *what, const char *detail)
{
	*parser->error = memory_format(
		parser->context, "%s:%u: %s%s", parser->template->file, line, what, detail);
	return false;
}

static const char *copy(const struct parser *parser, const char *from, const char *to)
{
	return memory_copy_bytes(parser->context, from, (size_t)(to - from));
}

static const char *find(const struct parser *parser, const char *from, const char *what)
{
	const char *found = strstr(from, what);
	return found ? found : parser->end;
}

/* The start of the blanks before the tag when nothing else precedes it on its line; else NULL. */
static const char *line_start(const struct parser *parser, const char *tag)
{
	const char *start = tag;
	while (start > parser->text && (start[-1] == ' ' || start[-1] == '\t'))
		start--;
	return start == parser->text || start[-1] == '\n' ? start : NULL;
}

/* The start of the next line when only blanks follow; else NULL. */
static const char *line_end(const char *after)
{
	after += strspn(after, " \t");
	if (after[0] == '\r' && after[1] == '\n')
		return after + 2;
	return *after == '\n' ? after + 1 : *after ? NULL : after;
}

static void find_whether_standalone(const struct parser *parser, const char *start, struct tag *tag)
{
	const char *blanks = line_start(parser, start), *next = line_end(tag->after);
	tag->text_end = start;
	if (!tag->sign || tag->sign == '@' || !blanks || !next)
		return;
	tag->is_standalone = true;
	tag->indent = copy(parser, blanks, start);
	tag->text_end = blanks;
	tag->after = next;
}

static void trim(struct tag *tag)
{
	while (tag->length > 0 && strchr(" \t\r\n", tag->content[0])) {
		tag->content++;
		tag->length--;
	}
	while (tag->length > 0 && strchr(" \t\r\n", tag->content[tag->length - 1]))
		tag->length--;
}

static void count_lines(struct parser *parser, const char *to)
{
	for (; parser->at < to; parser->at++)
		parser->line += *parser->at == '\n';
}

/* Parses the tag that begins at start. */
static bool read_tag(struct parser *parser, const char *start, struct tag *tag)
{
	const char *content = start + 2, *end = find(parser, content, "}}");
	*tag = (struct tag){ .line = parser->line };
	for (const char *c = parser->at; c < start; c++)
		tag->line += *c == '\n';
	if (end == parser->end)
		return fail(parser, tag->line, "a tag without its end", "");
	if (strchr("{&=", *content))
		return fail(parser, tag->line,
			"no raw form and no other delimiters here: ", copy(parser, start, end + 2));
	if (strchr("#^/!>@<$", *content))
		tag->sign = *content++;
	tag->content = content;
	tag->length = (size_t)(end - content);
	tag->after = end + 2;
	find_whether_standalone(parser, start, tag);
	trim(tag);
	return true;
}

/* --- nodes --- */

static struct node *add(
	struct parser *parser, struct nodes *nodes, enum node_kind kind, unsigned line)
{
	bool is_full = (nodes->count & (nodes->count - 1)) == 0;
	if (is_full)
		nodes->items = memory_grow(parser->context, nodes->items, struct node,
			nodes->count ? 2 * nodes->count : 1);
	struct node *node = &nodes->items[nodes->count++];
	*node = (struct node){ .kind = kind, .line = line };
	return node;
}

static void add_text(struct parser *parser, struct nodes *nodes, const char *to)
{
	if (to <= parser->at)
		return;
	struct node *node = add(parser, nodes, NODE_TEXT, parser->line);
	node->length = (size_t)(to - parser->at);
	node->text = copy(parser, parser->at, to);
}

static bool is_template_name(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_/-") == strlen(name);
}

/* "claim.state.[state]": the key before the bracket, and the name of the value in it. */
static bool read_message_key(struct parser *parser, struct node *node)
{
	char *bracket = strchr(node->text, '[');
	if (!bracket)
		return true;
	size_t length = strcspn(bracket + 1, "]");
	if (strcmp(bracket + 1 + length, "]") != 0
		|| !value_name_parse(parser->context, bracket + 1, length, &node->value))
		return false;
	node->has_value = true;
	*bracket = 0;
	return true;
}

static bool read_name(struct parser *parser, const struct tag *tag, struct node *node)
{
	node->text = memory_copy_bytes(parser->context, tag->content, tag->length);
	node->indent = tag->is_standalone ? tag->indent : "";
	node->is_standalone = tag->is_standalone;
	bool is_good;
	switch (node->kind) {
	case NODE_VALUE:
	case NODE_SECTION:
	case NODE_INVERTED:
		is_good = value_name_parse(parser->context, tag->content, tag->length, &node->value)
			&& (node->kind == NODE_VALUE || node->value.form == FORM_PLAIN);
		break;
	case NODE_MESSAGE: is_good = tag->length > 0 && read_message_key(parser, node); break;
	default: is_good = is_template_name(node->text);
	}
	return is_good || fail(parser, tag->line, "bad name in a tag: ", node->text);
}

static bool parse_nodes(struct parser *parser, struct nodes *nodes, const struct node *opener);

static bool parse_children(struct parser *parser, struct node *node)
{
	if (parser->depth == TEMPLATE_DEPTH_MAXIMUM)
		return fail(parser, node->line, "nested too deeply: ", node->text);
	parser->depth++;
	struct nodes children = { 0 };
	bool is_good = parse_nodes(parser, &children, node);
	parser->depth--;
	node->children = children;
	return is_good;
}

static enum node_kind kind_of(char sign)
{
	switch (sign) {
	case '#': return NODE_SECTION;
	case '^': return NODE_INVERTED;
	case '>': return NODE_PARTIAL;
	case '<': return NODE_LAYOUT;
	case '$': return NODE_BLOCK;
	case '@': return NODE_MESSAGE;
	default: return NODE_VALUE;
	}
}

static bool parse_tag(struct parser *parser, struct nodes *nodes, const struct tag *tag)
{
	if (tag->sign == '!')
		return true;
	struct node node = { .kind = kind_of(tag->sign), .line = tag->line };
	if (!read_name(parser, tag, &node))
		return false;
	bool has_children = node.kind == NODE_SECTION || node.kind == NODE_INVERTED
		|| node.kind == NODE_LAYOUT || node.kind == NODE_BLOCK;
	if (has_children && !parse_children(parser, &node))
		return false;
	*add(parser, nodes, node.kind, node.line) = node;
	return true;
}

static bool is_end_of(const struct tag *tag, const struct node *opener)
{
	return opener && strlen(opener->text) == tag->length
		&& memcmp(opener->text, tag->content, tag->length) == 0;
}

static bool check_end(struct parser *parser, const struct tag *tag, const struct node *opener)
{
	return is_end_of(tag, opener)
		|| fail(parser, tag->line,
			opener ? "the end of another section: " : "the end of no section: ",
			memory_copy_bytes(parser->context, tag->content, tag->length));
}

/* Parses nodes up to the end of the text, or of the section that opener started. */
static bool parse_nodes(struct parser *parser, struct nodes *nodes, const struct node *opener)
{
	for (;;) {
		const char *start = find(parser, parser->at, "{{");
		if (start == parser->end) {
			add_text(parser, nodes, parser->end);
			count_lines(parser, parser->end);
			return !opener
				|| fail(parser, opener->line,
					"a section without its end: ", opener->text);
		}
		struct tag tag;
		if (!read_tag(parser, start, &tag))
			return false;
		add_text(parser, nodes, tag.text_end);
		count_lines(parser, tag.after);
		if (tag.sign == '/')
			return check_end(parser, &tag, opener);
		if (!parse_tag(parser, nodes, &tag))
			return false;
	}
}

bool template_parse(
	const void *context, struct template *template, const char *text, const char **error)
{
	struct parser parser = { context, template, text, text, text + strlen(text), 1, 0, error };
	return parse_nodes(&parser, &template->nodes, NULL);
}
