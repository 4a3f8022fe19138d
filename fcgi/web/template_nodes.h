/* SPDX-License-Identifier: MIT */
/* A parsed template. Only for the module web. */
#ifndef DOJANG_WEB_TEMPLATE_NODES_H
#define DOJANG_WEB_TEMPLATE_NODES_H

#include "web/template.h"

enum { TEMPLATE_DEPTH_MAXIMUM = 32 };

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,
	NODE_MESSAGE,
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL,
	NODE_LAYOUT,
	NODE_BLOCK
};

struct nodes {
	struct node *items;
	size_t count;
};

struct node {
	enum node_kind kind;
	unsigned line;
	const char *text; /* the text of NODE_TEXT; the name or key of others */
	size_t length;    /* NODE_TEXT */
	/* NODE_VALUE, NODE_SECTION, NODE_INVERTED; NODE_MESSAGE with a value at the end of its key
	 */
	struct value_name value;
	bool has_value;     /* NODE_MESSAGE */
	const char *indent; /* indent of a NODE_PARTIAL alone on its line */
	bool is_standalone;
	const struct template *target; /* NODE_PARTIAL, NODE_LAYOUT: set by templates_link */
	struct nodes children;
};

struct template
{
	const char *name, *file;
	bool is_html;
	struct nodes nodes;
};

/* Parses text into template->nodes, below context. False, with *error set, when it is invalid. */
bool template_parse(
	const void *context, struct template *template, const char *text, const char **error);
const struct template *templates_find(const struct templates *templates, const char *name);

#endif
