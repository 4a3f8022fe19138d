/* SPDX-License-Identifier: MIT */
/* One GET by libcurl, with every way around its bounds shut. */
#include "auth/fetch.h"

#include "base/memory.h"

#include <curl/curl.h>
#include <string.h>

struct received { char *text; size_t length; const void *context; };

static size_t receive(char *bytes, size_t size, size_t count, void *target)
{
	struct received *received = target;
	size_t more = size * count;
	if (more > FETCH_MAXIMUM - received->length || memchr(bytes, 0, more))
		return 0;       /* fewer than came: libcurl gives up */
	received->text = memory_grow(received->context, received->text, char, received->length + more + 1);
	memcpy(received->text + received->length, bytes, more);
	received->length += more;
	received->text[received->length] = 0;
	return more;
}

static CURLcode restrict_protocols(CURL *curl, bool allows_http)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, allows_http ? "http,https" : "https");
#else
	return curl_easy_setopt(curl, CURLOPT_PROTOCOLS, allows_http ? (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS) : (long)CURLPROTO_HTTPS);
#endif
}

/* An option that is not taken would leave a way open: then nothing is fetched. */
static bool set_up(CURL *curl, const char *uri, bool allows_http, struct received *received)
{
	return curl_easy_setopt(curl, CURLOPT_URL, uri) == CURLE_OK
		&& restrict_protocols(curl, allows_http) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)FETCH_MILLISECONDS) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive) == CURLE_OK
		&& curl_easy_setopt(curl, CURLOPT_WRITEDATA, received) == CURLE_OK;
}

char *fetch_text(const void *context, const char *uri, bool allows_http)
{
	struct received received = { .context = context };
	long status = 0;
	CURL *curl = curl_easy_init();
	if (!curl)
		memory_exhausted();
	bool is_fetched = set_up(curl, uri, allows_http, &received) && curl_easy_perform(curl) == CURLE_OK
		&& curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200;
	curl_easy_cleanup(curl);
	return is_fetched ? received.text : NULL;
}
