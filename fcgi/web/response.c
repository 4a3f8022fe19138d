/* SPDX-License-Identifier: MIT */
/* Fills responses. */
#include "web/response.h"

#include "base/memory.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <string.h>

enum { ETAG_BYTES = 16 };

void response_json(struct response *out, json_object *json)
{
	out->json = json_attach(out->context, json);
}

void response_header(struct response *out, const char *name, const char *value)
{
	if (!strpbrk(value, "\r\n"))
		out->headers = memory_format(out->context, "%s%s: %s\r\n",
			out->headers ? out->headers : "", name, value);
}

static const char *body_etag(const struct response *out)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	const char *body = json_line(out->json);
	if (!EVP_Digest(body, strlen(body), digest, NULL, EVP_sha256(), NULL))
		memory_exhausted(); /* the only possible error */
	return memory_format(
		out->context, "\"%s\"", text_to_base64url(out->context, digest, ETAG_BYTES));
}

/* ETags are compared weakly: a proxy that compresses makes them weak ("W/"). */
static bool has_etag(const char *if_none_match, const char *etag)
{
	return if_none_match && (strstr(if_none_match, etag) || strcmp(if_none_match, "*") == 0);
}

enum result response_make_public(struct response *out, unsigned seconds, const char *if_none_match)
{
	const char *etag = body_etag(out);
	response_header(out, "ETag", etag);
	out->cache_control = memory_format(out->context, "public, max-age=%u", seconds);
	if (!has_etag(if_none_match, etag))
		return RESULT_OK;
	out->json = NULL;
	return RESULT_NOT_MODIFIED;
}

void response_note_field(struct response *out, const char *field, const char *detail)
{
	field_errors_add(&out->errors, out->context, field, detail);
}
