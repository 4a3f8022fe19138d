/* SPDX-License-Identifier: MIT */
/* Tests the mail server without sending a mail: greeting, TLS, sign-in, NOOP. */
#include "delivery/mail_probe.h"

#include "base/memory.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { PROBE_SECONDS = 5 };

static void set_up(
	CURL *handle, const void *context, const struct settings *settings, const char *password)
{
	const char *scheme = settings->mail.security == MAIL_TLS ? "smtps" : "smtp";
	bool is_numeric = strchr(settings->mail.host, ':');
	curl_easy_setopt(handle, CURLOPT_URL,
		memory_format(context, is_numeric ? "%s://[%s]:%d" : "%s://%s:%d", scheme,
			settings->mail.host, (int)settings->mail.port));
	curl_easy_setopt(handle, CURLOPT_USE_SSL,
		(long)(settings->mail.security == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (settings->mail.ca_file || getenv("CURL_CA_BUNDLE"))
		curl_easy_setopt(handle, CURLOPT_CAINFO,
			settings->mail.ca_file ? settings->mail.ca_file : getenv("CURL_CA_BUNDLE"));
	if (password) {
		curl_easy_setopt(handle, CURLOPT_USERNAME, settings->mail.user);
		curl_easy_setopt(handle, CURLOPT_PASSWORD, password);
	}
	curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, "NOOP");
	curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)PROBE_SECONDS);
}

const char *mail_probe(const void *context, const struct settings *settings, const char *password)
{
	char error[CURL_ERROR_SIZE] = "";
	CURL *handle = curl_easy_init();
	if (!handle)
		memory_exhausted();
	set_up(handle, context, settings, password);
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error);
	CURLcode code = curl_easy_perform(handle);
	curl_easy_cleanup(handle);
	return code == CURLE_OK
		? NULL
		: memory_copy_text(context, *error ? error : curl_easy_strerror(code));
}
