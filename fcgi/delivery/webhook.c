/* SPDX-License-Identifier: MIT */
/* The webhook transport: signed JSON by the Standard Webhooks specification, only to public
 * addresses, without following redirects. */
#include "delivery/transport.h"

#include "base/clock.h"
#include "base/memory.h"
#include "notification/webhook_address.h"
#include "delivery/webhook_sign.h"
#include "notification/notification_content.h"
#include "notification/webhook.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_SECONDS = 5, ANSWER_MAXIMUM = 64 * 1024 };

/* --- content --- */

static bool write_body(struct delivery *delivery, const char **body)
{
	json_object *facts;
	char at[INSTANT_TEXT];
	const struct outbox_message *message = &delivery->message;
	enum result result = notification_content(delivery->setup->db, delivery->context, message,
		delivery->setup->settings->notifier.digest_time_zone, &facts);
	if (result != RESULT_OK)
		return delivery_end_without_facts(delivery, result, "what the webhook is about");
	json_object *payload = json_attach(delivery->context, json_new_object());
	json_put_text(payload, "type", message->kind);
	json_put_text(payload, "timestamp", instant_format(message->created_at, at));
	json_put(payload, "data", json_object_get(facts));
	*body = json_text(delivery->context, payload);
	return true;
}

static const char *opened(const struct delivery *delivery, const char *sealed, size_t sealed_length)
{
	bool is_bound;
	return sealed ? webhook_open_secret(delivery->setup->seal, delivery->context,
		       delivery->message.receiver, sealed, sealed_length, &is_bound)
		      : NULL;
}

static bool sign(struct delivery *delivery, const struct webhook_endpoint *endpoint,
	const char *body, struct curl_slist **headers)
{
	const void *context = delivery->context;
	if (!delivery->setup->seal)
		return delivery_end(delivery, OUTBOX_HELD,
			"server.seal_key_file is not set: the secrets cannot be read");
	const char *secret = opened(delivery, endpoint->secret, endpoint->secret_length);
	const char *second = opened(delivery, endpoint->second_secret, endpoint->second_length);
	if (!secret || (endpoint->second_secret && !second))
		return delivery_end(delivery, OUTBOX_HELD,
			"the endpoint's secret was sealed with another key or for another "
			"endpoint");
	/* The id is the same for all tries. The timestamp is that of this try: receivers compare it
	 * with the real time. */
	const char *id = memory_format(context, "msg_%" PRIu64 "_%" PRId64, delivery->message.id,
		delivery->message.created_at.seconds);
	instant at = clock_now(NULL);
	const char *signature = webhook_sign(context, secret, second, id, at, body);
	if (!signature)
		return delivery_end(delivery, OUTBOX_HELD, "the endpoint's secret is no good");
	*headers = delivery_append(*headers, memory_format(context, "webhook-id: %s", id));
	*headers = delivery_append(
		*headers, memory_format(context, "webhook-timestamp: %" PRId64, at.seconds));
	*headers = delivery_append(
		*headers, memory_format(context, "webhook-signature: %s", signature));
	return true;
}

/* --- the transfer --- */

/* Called for each socket with the address that it will connect to. */
static curl_socket_t open_socket(void *state, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct delivery *delivery = state;
	(void)purpose;
	if (!delivery->setup->settings->webhook.allows_private_addresses
		&& !webhook_address_is_public(&address->addr, address->addrlen)) {
		delivery->is_address_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The response body is not kept, and is read up to a limit only. */
static size_t take_answer(char *bytes, size_t size, size_t count, void *state)
{
	struct delivery *delivery = state;
	(void)bytes;
	delivery->answer_length += size * count;
	return delivery->answer_length > ANSWER_MAXIMUM ? 0 : size * count;
}

static void set_protocols(CURL *handle, bool allows_http)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, allows_http ? "https,http" : "https");
#else
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS,
		(long)(allows_http ? CURLPROTO_HTTPS | CURLPROTO_HTTP : CURLPROTO_HTTPS));
#endif
}

static void set_transfer(
	struct delivery *delivery, const char *url, const char *body, struct curl_slist *headers)
{
	CURL *handle = delivery->handle;
	const struct settings *settings = delivery->setup->settings;
	set_protocols(handle, settings->webhook.allows_private_addresses);
	if (getenv("CURL_CA_BUNDLE"))
		curl_easy_setopt(handle, CURLOPT_CAINFO, getenv("CURL_CA_BUNDLE"));
	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(handle, CURLOPT_USERAGENT, "Dojang");
	curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, delivery);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, delivery);
	curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)settings->webhook.timeout_seconds);
}

static bool prepare(struct delivery *delivery)
{
	struct webhook_endpoint endpoint = { 0 };
	const char *body = NULL;
	struct curl_slist *headers = delivery_append(
		delivery_append(NULL, "Content-Type: application/json"), "Expect:");
	bool is_good = false;
	enum result result = notification_endpoint(
		delivery->setup->db, delivery->context, delivery->message.receiver, &endpoint);
	if (result != RESULT_OK)
		delivery_end_without_facts(delivery, result, "the endpoint");
	else
		is_good = write_body(delivery, &body) && sign(delivery, &endpoint, body, &headers);
	delivery_keep(delivery, headers);
	if (is_good)
		set_transfer(delivery, endpoint.url, body, headers);
	return is_good;
}

/* --- the verdict --- */

static void judge_status(struct delivery *delivery, unsigned status)
{
	curl_off_t retry_after = 0;
	const char *reason = memory_format(delivery->context, "answered %u", status);
	struct verdict *verdict = &delivery->verdict;
	verdict->status = status;
	if (curl_easy_getinfo(delivery->handle, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK
		&& retry_after > 0)
		verdict->retry_after = retry_after < 86400 ? (unsigned)retry_after : 86400;
	verdict->is_throttled = status == 429 || status == 502 || status == 504;
	if (status >= 200 && status < 300)
		delivery_end(delivery, OUTBOX_SENT, NULL);
	else
		delivery_end(delivery, status == 410 ? OUTBOX_GONE : OUTBOX_FAILED, reason);
}

static void judge(struct delivery *delivery, CURLcode code)
{
	long status = 0;
	curl_easy_getinfo(delivery->handle, CURLINFO_RESPONSE_CODE, &status);
	bool is_answered = status >= 200
		&& (code == CURLE_OK
			|| (code == CURLE_WRITE_ERROR && delivery->answer_length > ANSWER_MAXIMUM));
	const char *error = *delivery->error ? delivery->error : curl_easy_strerror(code);
	if (is_answered)
		judge_status(delivery, (unsigned)status);
	else if (delivery->is_address_refused)
		delivery_end(delivery, OUTBOX_FAILED,
			"the address is not public (webhook.allow_private_addresses)");
	else
		delivery_end(delivery, OUTBOX_FAILED,
			delivery_line(delivery->context, error, strlen(error)));
}

const struct transport WEBHOOK_TRANSPORT = { prepare, judge };
