/* SPDX-License-Identifier: MIT */
/* Parses a request. Every part is decoded once, here, and marked when it does not decode. */
#include "web/request.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <string.h>

enum { REQUEST_ID_BYTES = 16, REQUEST_ID_MAXIMUM = 64 };

static struct request_text decode(
	const void *context, const char *raw, size_t size, bool plus_is_blank)
{
	char *decoded;
	size_t length;
	if (text_percent_decode(context, raw, size, plus_is_blank, &decoded, &length)
		&& text_is_utf8(decoded, length))
		return (struct request_text){ decoded, true };
	return (struct request_text){ memory_copy_bytes(context, raw, size), false };
}

static void split_path(struct request *request, const char *path, size_t size)
{
	const char *end = path + size;
	if (size == 0 || *path != '/')
		return;
	for (const char *from = path + 1; from <= end;) {
		const char *slash = memchr(from, '/', (size_t)(end - from));
		const char *to = slash ? slash : end;
		if (request->segment_count == REQUEST_SEGMENTS_MAXIMUM) {
			request->segment_count = 0;
			return;
		}
		request->segments[request->segment_count++] = decode(
			request->context, from, (size_t)(to - from), false);
		from = to + 1;
	}
}

static void add_pair(struct request *request, const char *from, size_t size)
{
	if (request->pair_count == REQUEST_PAIRS_MAXIMUM) {
		request->has_too_many_pairs = true;
		return;
	}
	const char *equals = memchr(from, '=', size);
	size_t name = equals ? (size_t)(equals - from) : size;
	struct request_pair *pair = &request->pairs[request->pair_count++];
	pair->name = decode(request->context, from, name, true);
	pair->value = equals ? decode(request->context, equals + 1, size - name - 1, true)
			     : (struct request_text){ "", true };
}

static void split_query(struct request *request, const char *query)
{
	while (*query) {
		size_t size = strcspn(query, "&");
		add_pair(request, query, size);
		query += size + (query[size] == '&');
	}
}

static bool is_good_id(const char *id)
{
	size_t length = id ? strlen(id) : 0;
	static const char ALPHABET[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
	return length > 0 && length <= REQUEST_ID_MAXIMUM && strspn(id, ALPHABET) == length;
}

static int64_t content_length(const char *text)
{
	int64_t length = 0;
	if (!text || !*text)
		return 0;
	return text_to_number(text, 0, INT64_MAX, &length) ? length : -1;
}

/* Reads "1795316645.123", as nginx's $msec. */
static int64_t received(const char *text)
{
	enum { DECIMALS = 3 };
	int64_t seconds, rest;
	const char *dot = text ? strchr(text, '.') : NULL;
	char whole[20] = "";
	if (!dot || (size_t)(dot - text) >= sizeof whole || strlen(dot + 1) != DECIMALS)
		return clock_real_ms();
	memcpy(whole, text, (size_t)(dot - text));
	return text_to_number(whole, 0, INT64_MAX / 1000 - 1, &seconds)
			&& text_to_number(dot + 1, 0, 999, &rest)
		? seconds * 1000 + rest
		: clock_real_ms();
}

static const char *not_empty(const char *text)
{
	return text && *text ? text : NULL;
}

struct request *request_read(
	const void *context, const char *(*get)(void *source, const char *name), void *source)
{
	struct request *request = memory_new(context, struct request);
	const char *target = get(source, "REQUEST_URI"), *method = get(source, "REQUEST_METHOD"),
		   *id = get(source, "REQUEST_ID");
	request->context = context;
	request->source = source;
	request->id = is_good_id(id) ? id : random_hex(context, REQUEST_ID_BYTES);
	request->is_head = text_equals(method, "HEAD");
	request->method = request->is_head ? "GET" : method ? method : "";
	request->authorization = not_empty(get(source, "HTTP_AUTHORIZATION"));
	request->content_type = not_empty(get(source, "CONTENT_TYPE"));
	request->origin = not_empty(get(source, "HTTP_ORIGIN"));
	request->if_none_match = not_empty(get(source, "HTTP_IF_NONE_MATCH"));
	request->requested_headers = not_empty(get(source, "HTTP_ACCESS_CONTROL_REQUEST_HEADERS"));
	request->accept_language = not_empty(get(source, "HTTP_ACCEPT_LANGUAGE"));
	request->host = not_empty(get(source, "HTTP_HOST"));
	request->cookie = not_empty(get(source, "HTTP_COOKIE"));
	request->address = not_empty(get(source, "REMOTE_ADDR"));
	request->received = received(get(source, "REQUEST_MSEC"));
	request->content_length = content_length(get(source, "CONTENT_LENGTH"));
	request->target = "";
	if (!target || strlen(target) > REQUEST_TARGET_MAXIMUM)
		return request;
	request->target = target;
	size_t path = strcspn(target, "?");
	split_path(request, target, path);
	if (target[path] == '?')
		split_query(request, target + path + 1);
	return request;
}

const char *request_cookie(const struct request *request, const char *name)
{
	const char *found = NULL, *at = request->cookie ? request->cookie : "";
	size_t length = strlen(name);
	while (*at) {
		at += strspn(at, " ;");
		size_t size = strcspn(at, ";");
		if (size > length && strncmp(at, name, length) == 0 && at[length] == '=') {
			if (found)
				return NULL; /* one of them may be forged */
			found = memory_copy_bytes(
				request->context, at + length + 1, size - length - 1);
		}
		at += size;
	}
	return found;
}

enum result request_body(const struct request *request, size_t limit, char **body, size_t *length)
{
	size_t size = (size_t)request->content_length, read = 0;
	if (request->content_length < 0)
		return ERR_BAD_REQUEST;
	if (size > limit)
		return ERR_TOO_LARGE;
	*body = memory_zeroed(request->context, size + 1);
	while (read < size) {
		long more = request->read_body(request->source, *body + read, size - read);
		if (more <= 0)
			return ERR_BAD_REQUEST;
		read += (size_t)more;
	}
	*length = size;
	return RESULT_OK;
}
