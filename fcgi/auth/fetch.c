/* SPDX-License-Identifier: MIT */
/* Makes one bounded GET or POST with libcurl. A child process does it, and only the child loads
 * libcurl: linked, this library and the thirty that it needs cost each worker 0.6 MB, and TLS as
 * much again. Ending the child also enforces the time limit when a library does not. */
#include "config.h"

#include "auth/fetch.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 4096 };

static const char LIBRARY[] = "libcurl.so.4";

/* The functions of libcurl in use. */
struct calls {
	CURL *(*init)(void);
	CURLcode (*set)(CURL *curl, CURLoption option, ...);
	CURLcode (*perform)(CURL *curl);
	CURLcode (*info)(CURL *curl, CURLINFO info, ...);
	const char *(*explain)(CURLcode code);
};

/* Files from some editors begin with it. JSON parsers may ignore it (RFC 8259, section 8.1). */
static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";

enum ending { ENDS_WITH_BODY, ENDS_WITH_FAULT, ENDS_REFUSED };

struct received {
	char *text;
	size_t length;
	const void *context;
};

static bool append(struct received *received, const char *bytes, size_t size)
{
	if (size > FETCH_MAXIMUM - received->length || memchr(bytes, 0, size))
		return false;
	received->text = memory_grow(
		received->context, received->text, char, received->length + size + 1);
	memcpy(received->text + received->length, bytes, size);
	received->length += size;
	received->text[received->length] = 0;
	return true;
}

/* --- the child --- */

static size_t receive(char *bytes, size_t size, size_t count, void *target)
{
	/* a smaller count makes libcurl abort */
	return append(target, bytes, size * count) ? size * count : 0;
}

/* function points to a function pointer, since C does not convert object pointers to function
 * pointers. */
static bool find(void *library, const char *name, void *function)
{
	void *address = dlsym(library, name);
	memcpy(function, &address, sizeof address);
	return address;
}

static bool load(struct calls *calls)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	return library && find(library, "curl_easy_init", &calls->init)
		&& find(library, "curl_easy_setopt", &calls->set)
		&& find(library, "curl_easy_perform", &calls->perform)
		&& find(library, "curl_easy_getinfo", &calls->info)
		&& find(library, "curl_easy_strerror", &calls->explain);
}

static CURLcode restrict_protocols(const struct calls *calls, CURL *curl, bool allows_http)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	return calls->set(curl, CURLOPT_PROTOCOLS_STR, allows_http ? "http,https" : "https");
#else
	return calls->set(curl, CURLOPT_PROTOCOLS,
		allows_http ? (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS) : (long)CURLPROTO_HTTPS);
#endif
}

/* The environment may name the certificates when they are not in libcurl's default place, as for
 * the program curl. */
static bool trust(const struct calls *calls, CURL *curl)
{
	const char *file = getenv("CURL_CA_BUNDLE");
	return !file || calls->set(curl, CURLOPT_CAINFO, file) == CURLE_OK;
}

/* An option that libcurl refuses would leave a bound open, so nothing is fetched then. */
static bool set_up(const struct calls *calls, CURL *curl, const char *uri, bool allows_http,
	struct received *received)
{
	return calls->set(curl, CURLOPT_URL, uri) == CURLE_OK
		&& restrict_protocols(calls, curl, allows_http) == CURLE_OK && trust(calls, curl)
		&& calls->set(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK
		&& calls->set(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK
		&& calls->set(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK
		&& calls->set(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK
		&& calls->set(curl, CURLOPT_TIMEOUT_MS, (long)FETCH_MILLISECONDS) == CURLE_OK
		&& calls->set(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
		&& calls->set(curl, CURLOPT_WRITEFUNCTION, receive) == CURLE_OK
		&& calls->set(curl, CURLOPT_WRITEDATA, received) == CURLE_OK;
}

static bool set_up_post(const struct calls *calls, CURL *curl, const struct fetch_form *form)
{
	return calls->set(curl, CURLOPT_POSTFIELDS, form->body) == CURLE_OK
		&& (!form->user
			|| (calls->set(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK
				&& calls->set(curl, CURLOPT_USERNAME, form->user) == CURLE_OK
				&& calls->set(curl, CURLOPT_PASSWORD, form->password) == CURLE_OK));
}

/* *fault is set to the reason of a failure. */
static enum ending talk(
	const struct fetch_form *form, struct received *received, const char **fault)
{
	struct calls calls;
	long status = 0;
	*fault = "libcurl cannot be loaded";
	if (!load(&calls))
		return ENDS_WITH_FAULT;
	CURL *curl = calls.init();
	*fault = "libcurl cannot be used";
	if (!curl || !set_up(&calls, curl, form->uri, form->allows_http, received)
		|| (form->body && !set_up_post(&calls, curl, form)))
		return ENDS_WITH_FAULT;
	CURLcode code = calls.perform(curl);
	*fault = code == CURLE_WRITE_ERROR ? "the answer is too large, or no text"
					   : calls.explain(code);
	if (code != CURLE_OK || calls.info(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
		return ENDS_WITH_FAULT;
	*fault = memory_format(NULL, "the answer's status is %ld", status);
	if (form->body && (status == 400 || status == 401))
		return ENDS_REFUSED;
	return status == 200 ? ENDS_WITH_BODY : ENDS_WITH_FAULT;
}

static bool hand_over(int pipe, const char *text, size_t length)
{
	for (size_t at = 0; at < length;) {
		ssize_t count = write(pipe, text + at, length - at);
		if (count < 0 && errno != EINTR)
			return false;
		at += count > 0 ? (size_t)count : 0;
	}
	return true;
}

/* Writes the body or the error, and exits with a status for which it is. Uses _exit, since buffers,
 * handlers and connections belong to the parent. */
static _Noreturn void run_child(int pipe, const struct fetch_form *form)
{
	struct received received = { .text = NULL };
	const char *fault;
	enum ending ending = talk(form, &received, &fault);
	if (ending == ENDS_WITH_FAULT)
		received = (struct received){ .length = strlen(fault) };
	if (!hand_over(pipe, ending == ENDS_WITH_FAULT ? fault : received.text, received.length))
		ending = ENDS_WITH_FAULT;
	_exit((int)ending);
}

/* --- the parent --- */

/* Reads up to the end. False when it takes too long or is too large. */
static bool collect(int pipe, struct received *received)
{
	int64_t left, deadline = clock_monotonic_ms() + FETCH_MILLISECONDS;
	while ((left = deadline - clock_monotonic_ms()) > 0) {
		char chunk[CHUNK];
		struct pollfd readable = { .fd = pipe, .events = POLLIN };
		if (poll(&readable, 1, (int)left) <= 0)
			continue;
		ssize_t count = read(pipe, chunk, sizeof chunk);
		if (count == 0)
			return true;
		if (count > 0 && !append(received, chunk, (size_t)count))
			return false;
	}
	return false;
}

static enum ending ending_of(pid_t child)
{
	int status = 0;
	pid_t ended;
	while ((ended = waitpid(child, &status, 0)) < 0 && errno == EINTR)
		continue;
	return ended == child && WIFEXITED(status) ? (enum ending)WEXITSTATUS(status)
						   : ENDS_WITH_FAULT;
}

/* Reads the child's output; sets *fault when it failed. */
static char *listen_to(
	pid_t child, int pipe, const void *context, enum ending *ending, const char **fault)
{
	struct received received = { .context = context };
	bool is_whole = collect(pipe, &received);
	if (!is_whole)
		(void)kill(child, SIGKILL);
	*ending = ending_of(child);
	if (is_whole && received.text && (*ending == ENDS_WITH_BODY || *ending == ENDS_REFUSED))
		return received.text + (text_starts_with(received.text, BYTE_ORDER_MARK) ? 3 : 0);
	*fault = !is_whole      ? "no answer within two seconds"
		: received.text ? received.text
				: "the answer is empty";
	return NULL;
}

static char *fetch(
	const void *context, const struct fetch_form *form, enum ending *ending, const char **fault)
{
	int ends[2];
	*ending = ENDS_WITH_FAULT;
	*fault = "no process can be started";
	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	/* a child that runs out of memory would write the buffered log lines again */
	log_flush();
	pid_t child = fork();
	if (child == 0)
		run_child(ends[1], form);
	close(ends[1]);
	char *text = child > 0 ? listen_to(child, ends[0], context, ending, fault) : NULL;
	close(ends[0]);
	return text;
}

char *fetch_text(const void *context, const char *uri, bool allows_http, const char **fault)
{
	enum ending ending;
	return fetch(context, &(struct fetch_form){ .uri = uri, .allows_http = allows_http },
		&ending, fault);
}

char *fetch_posted(
	const void *context, const struct fetch_form *form, bool *is_refused, const char **fault)
{
	enum ending ending;
	char *text = fetch(context, form, &ending, fault);
	*is_refused = ending == ENDS_REFUSED;
	return text;
}
