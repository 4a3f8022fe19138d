/* SPDX-License-Identifier: MIT */
/* The mail transport: sends text and HTML in the recipient's language by SMTP. The first refusal
 * decides the result. */
#include "delivery/transport.h"

#include "base/memory.h"
#include "base/text.h"
#include "delivery/mail_header.h"
#include "delivery/mail_refusal.h"
#include "notification/notification_content.h"
#include "notification/recipient.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_SECONDS = 10, IDLE_SECONDS = 30 };

static const struct {
	const char *kind, *template;
} MAILS[] = {
	{ "stock.low", "stock_low" },
	{ "stock.sold_out", "sold_out" },
	{ "digest.daily", "digest" },
	{ "dead_letters.exist", "dead_letters" },
	{ "mail.test", "test" },
};

struct mail {
	const char *subject, *text;
	struct markup html;
};

/* --- content --- */

static const char *template_of(const char *kind)
{
	for (size_t i = 0; i < countof(MAILS); i++)
		if (text_equals(MAILS[i].kind, kind))
			return MAILS[i].template;
	return NULL;
}

/* Removes the line end of the template's file. Control characters of values become blanks in the
 * header. */
static const char *trimmed(const void *context, const char *line)
{
	size_t length = strlen(line);
	return memory_copy_bytes(
		context, line, length > 0 && line[length - 1] == '\n' ? length - 1 : length);
}

static bool show(const struct delivery *delivery, const char *name, json_object *facts,
	enum language language, struct mail *mail, const char **error)
{
	const struct delivery_setup *setup = delivery->setup;
	const void *context = delivery->context;
	struct template_view view = { .catalogue = setup->catalogues[language],
		.time_zone = setup->settings->notifier.digest_time_zone };
	json_put_text(facts, "language", language_code(language));
	if (!template_render_text(setup->templates,
		    memory_format(context, "mail/%s_subject.txt", name), facts, &view, context,
		    &mail->subject, error))
		return false;
	mail->subject = trimmed(context, mail->subject);
	json_put_text(facts, "subject", mail->subject);
	return template_render_text(setup->templates, memory_format(context, "mail/%s.txt", name),
		       facts, &view, context, &mail->text, error)
		&& template_render(setup->templates, memory_format(context, "mail/%s.html", name),
			facts, &view, context, &mail->html, error);
}

static bool write_mail(
	struct delivery *delivery, const struct mail_recipient *recipient, struct mail *mail)
{
	json_object *facts;
	const char *error = "", *name = template_of(delivery->message.kind);
	enum language language = LANGUAGE_KO;
	if (!name)
		return delivery_end(delivery, OUTBOX_DEAD, "no template for this kind of mail");
	enum result result = notification_content(delivery->setup->db, delivery->context,
		&delivery->message, delivery->setup->settings->notifier.digest_time_zone, &facts);
	if (result != RESULT_OK)
		return delivery_end_without_facts(delivery, result, "what the mail is about");
	language_find(recipient->language, &language);
	if (!show(delivery, name, facts, language, mail, &error))
		return delivery_end(delivery, OUTBOX_FAILED, error);
	return true;
}

/* --- the transfer --- */

/* Converts line ends to those of mails. */
static const char *with_line_ends(const void *context, const char *text)
{
	struct writer out = { .context = context };
	for (const char *newline; (newline = strchr(text, '\n')) != NULL; text = newline + 1) {
		writer_put(&out, text, (size_t)(newline - text));
		writer_put_text(&out, "\r\n");
	}
	writer_put_text(&out, text);
	return writer_text(&out);
}

static void add_part(curl_mime *mime, const void *context, const char *text, const char *type)
{
	curl_mimepart *part = curl_mime_addpart(mime);
	if (!part
		|| curl_mime_data(part, with_line_ends(context, text), CURL_ZERO_TERMINATED)
			!= CURLE_OK
		|| curl_mime_type(part, type) != CURLE_OK
		|| curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
		memory_exhausted();
}

static void free_mime(void *mime)
{
	curl_mime_free(mime);
}

static void set_body(struct delivery *delivery, const struct mail *mail)
{
	curl_mime *mime = curl_mime_init(delivery->handle);
	if (!mime)
		memory_exhausted();
	add_part(mime, delivery->context, mail->text, "text/plain; charset=utf-8");
	add_part(mime, delivery->context, mail->html.html, "text/html; charset=utf-8");
	curl_easy_setopt(delivery->handle, CURLOPT_MIMEPOST, mime);
	memory_attach(delivery->context, mime, free_mime);
}

/* The same id for every try, so that a mail that arrives twice is recognized as one. */
static const char *message_id(const struct delivery *delivery)
{
	const char *domain = strchr(delivery->setup->settings->mail.from, '@');
	return memory_format(delivery->context, "Message-ID: <dojang-%" PRIu64 "-%" PRId64 "%s>",
		delivery->message.id, delivery->message.created_at.seconds, domain);
}

static void set_headers(
	struct delivery *delivery, const struct mail_recipient *recipient, const struct mail *mail)
{
	const struct settings *settings = delivery->setup->settings;
	const void *context = delivery->context;
	const char *const headers[] = {
		mail_header_address(context, "From", settings->mail.from_name, settings->mail.from),
		mail_header_address(context, "To", NULL, recipient->email),
		mail_header_text(context, "Subject", mail->subject),
		mail_header_date(context, delivery->message.created_at),
		message_id(delivery),
		"Auto-Submitted: auto-generated",
		"Content-Type: multipart/alternative",
	};
	struct curl_slist *list = NULL;
	for (size_t i = 0; i < countof(headers); i++)
		list = delivery_append(list, headers[i]);
	delivery_keep(delivery, list);
	curl_easy_setopt(delivery->handle, CURLOPT_HTTPHEADER, list);
}

static void set_server(struct delivery *delivery)
{
	const struct settings *settings = delivery->setup->settings;
	CURL *handle = delivery->handle;
	bool is_numeric = strchr(settings->mail.host, ':');
	curl_easy_setopt(handle, CURLOPT_URL,
		memory_format(delivery->context, is_numeric ? "%s://[%s]:%d" : "%s://%s:%d",
			settings->mail.security == MAIL_TLS ? "smtps" : "smtp", settings->mail.host,
			(int)settings->mail.port));
	curl_easy_setopt(handle, CURLOPT_USE_SSL,
		(long)(settings->mail.security == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (settings->mail.ca_file || getenv("CURL_CA_BUNDLE"))
		curl_easy_setopt(handle, CURLOPT_CAINFO,
			settings->mail.ca_file ? settings->mail.ca_file : getenv("CURL_CA_BUNDLE"));
	if (delivery->setup->mail_password) {
		curl_easy_setopt(handle, CURLOPT_USERNAME, settings->mail.user);
		curl_easy_setopt(handle, CURLOPT_PASSWORD, delivery->setup->mail_password);
	}
	curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)settings->mail.timeout_seconds);
	curl_easy_setopt(
		handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)settings->mail.timeout_seconds);
	curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, (long)IDLE_SECONDS);
}

static void set_envelope(struct delivery *delivery, const struct mail_recipient *recipient)
{
	CURL *handle = delivery->handle;
	struct curl_slist *list = delivery_append(
		NULL, memory_format(delivery->context, "<%s>", recipient->email));
	delivery_keep(delivery, list);
	curl_easy_setopt(handle, CURLOPT_MAIL_FROM,
		memory_format(delivery->context, "<%s>", delivery->setup->settings->mail.from));
	curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, list);
	mail_refusal_watch(delivery);
}

static bool prepare(struct delivery *delivery)
{
	struct mail_recipient recipient;
	struct mail mail;
	if (!delivery->setup->settings->mail.host)
		return delivery_end(delivery, OUTBOX_HELD, "mail.host is not set");
	if (delivery->message.receiver == 0)
		return delivery_end(delivery, OUTBOX_HANDED_ON,
			"there is no recipient: add one by dojangctl recipient add");
	enum result result = notification_recipient(
		delivery->setup->db, delivery->context, delivery->message.receiver, &recipient);
	if (result != RESULT_OK)
		return delivery_end_without_facts(delivery, result, "the recipient");
	if (!recipient_is_address(recipient.email))
		return delivery_end(delivery, OUTBOX_DEAD, "the recipient's address is no good");
	if (!write_mail(delivery, &recipient, &mail))
		return false;
	set_server(delivery);
	set_envelope(delivery, &recipient);
	set_headers(delivery, &recipient, &mail);
	set_body(delivery, &mail);
	return true;
}

/* --- the verdict --- */

/* Errors of the settings or the network: not the message's fault. */
static bool is_fault_of_the_lane(const struct delivery *delivery, CURLcode code)
{
	curl_off_t connected = 0;
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_LOGIN_DENIED:
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_NOT_BUILT_IN:
	case CURLE_URL_MALFORMAT: return true;
	case CURLE_OPERATION_TIMEDOUT:
		return curl_easy_getinfo(delivery->handle, CURLINFO_CONNECT_TIME_T, &connected)
			== CURLE_OK
			&& connected == 0;
	default: return false;
	}
}

static void judge(struct delivery *delivery, CURLcode code)
{
	const char *error = *delivery->error ? delivery->error : curl_easy_strerror(code);
	if (code == CURLE_OK)
		delivery_end(delivery, OUTBOX_SENT, NULL);
	else if (delivery->refusal.status)
		delivery_end(
			delivery, mail_refusal_end(&delivery->refusal), delivery->refusal.text);
	else
		delivery_end(delivery,
			is_fault_of_the_lane(delivery, code) ? OUTBOX_HELD : OUTBOX_FAILED,
			delivery_line(delivery->context, error, strlen(error)));
	delivery->verdict.status = delivery->refusal.status;
}

const struct transport MAIL_TRANSPORT = { prepare, judge };
