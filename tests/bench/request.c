/* SPDX-License-Identifier: MIT */
/* Makes the requests of load from its command line and the file of tokens. */
#define _GNU_SOURCE
#include "request.h"

#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void give_up(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(EXIT_FAILURE);
}

static void read_tokens(
	const void *context, struct requests *requests, const char *path, int64_t most)
{
	size_t room = 0;
	FILE *file = fopen(path, "re");
	if (!file)
		give_up("the file of tokens cannot be read");
	requests->tokens = memory_array(context, char *, (size_t)most);
	for (char *line = NULL; requests->token_count < most && getline(&line, &room, file) > 0;
		line = NULL, room = 0) {
		line[strcspn(line, "\r\n")] = 0;
		requests->tokens[requests->token_count++] = line;
	}
	fclose(file);
}

/* http://A.B.C.D:PORT/PATH */
static void read_url(struct requests *requests, const char *url)
{
	static const char SCHEME[] = "http://";
	char host[INET_ADDRSTRLEN] = "", port[8] = "";
	int64_t number = 0;
	const char *colon = url && text_starts_with(url, SCHEME) ? strchr(url + strlen(SCHEME), ':')
								 : NULL;
	requests->path = colon ? strchr(colon, '/') : NULL;
	if (requests->path) {
		snprintf(host, sizeof host, "%.*s", (int)(colon - url - (long)strlen(SCHEME)),
			url + strlen(SCHEME));
		snprintf(port, sizeof port, "%.*s", (int)(requests->path - colon - 1), colon + 1);
	}
	requests->address.sin_family = AF_INET;
	if (!text_to_number(port, 1, 65535, &number)
		|| inet_pton(AF_INET, host, &requests->address.sin_addr) != 1)
		give_up("--url must be http://A.B.C.D:PORT/PATH");
	requests->address.sin_port = htons((uint16_t)number);
}

struct requests requests_read(const void *context, const struct choices *choices)
{
	struct requests requests = { .token_count = 0 };
	read_url(&requests, choices->url);
	if (choices->tokens)
		read_tokens(context, &requests, choices->tokens, choices->count);
	return requests;
}

size_t requests_text(const struct requests *requests, const struct choices *choices, uint64_t turn,
	uint64_t customer, char *text)
{
	const char *star = strchr(requests->path, '*');
	char milestone[24] = "";
	size_t before = star ? (size_t)(star - requests->path) : strlen(requests->path);
	if (star)
		snprintf(milestone, sizeof milestone, "%llu",
			(unsigned long long)choices_milestone(choices, turn));
	int size = snprintf(text, REQUEST_ROOM,
		"%s %.*s%s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%sContent-Length: %zu\r\n\r\n%s",
		choices->method, (int)before, requests->path, milestone, star ? star + 1 : "",
		requests->tokens ? "Authorization: Bearer " : "",
		requests->tokens ? requests->tokens[customer] : "", requests->tokens ? "\r\n" : "",
		strlen(choices->body), choices->body);
	if (size < 0 || size >= REQUEST_ROOM)
		give_up("a request is too long");
	return (size_t)size;
}
