/* SPDX-License-Identifier: MIT */
/* Validates origins. */
#include "base/origin.h"

#include "base/text.h"

#include <stddef.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

enum { PORT_DIGITS_MAXIMUM = 5, PORT_MAXIMUM = 65535 };

/* Schemes with rules of their own in browsers. */
static const struct scheme {
	const char *name;
	int port;       /* the default, which browsers omit */
	bool is_opaque; /* its pages have the origin "null" */
} SCHEMES[] = {
	{ "http", 80, false },
	{ "https", 443, false },
	{ "file", 0, true },
	{ "data", 0, true },
	{ "blob", 0, true },
	{ "about", 0, true },
	{ "javascript", 0, true },
};

static const struct scheme *find_scheme(const char *text, size_t size)
{
	for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++)
		if (strlen(SCHEMES[i].name) == size && memcmp(SCHEMES[i].name, text, size) == 0)
			return &SCHEMES[i];
	return NULL;
}

/* The length of the host at the start of text; 0: there is none. Browsers write hosts in lower
 * case, except those of schemes that they do not know. */
static size_t host_length(const char *text, bool is_lower_case)
{
	if (*text != '[')
		return strspn(text, is_lower_case ? LOWER DIGITS "._-" : LOWER UPPER DIGITS "._-");
	size_t size = strspn(text + 1, DIGITS "abcdef:.");
	return size && text[size + 1] == ']' ? size + 2 : 0;
}

static bool is_port(const char *text, int default_port)
{
	size_t size = strspn(text, DIGITS);
	if (!size || size > PORT_DIGITS_MAXIMUM || text[size] || *text == '0')
		return false;
	int port = 0;
	for (const char *at = text; *at; at++)
		port = port * 10 + (*at - '0');
	return port <= PORT_MAXIMUM && port != default_port;
}

bool origin_is_valid(const char *text)
{
	size_t size = strspn(text, LOWER) ? strspn(text, LOWER DIGITS "+.-") : 0;
	if (!size || !text_starts_with(text + size, "://"))
		return false;
	const struct scheme *scheme = find_scheme(text, size);
	if (scheme && scheme->is_opaque)
		return false;
	const char *host = text + size + strlen("://");
	size = host_length(host, scheme != NULL);
	if (!size)
		return false;
	return !host[size]
		|| (host[size] == ':' && is_port(host + size + 1, scheme ? scheme->port : 0));
}
