/* SPDX-License-Identifier: MIT */
/* What deliveries are made of: header lines, public addresses, signatures, waits, and the sealing
 * of secrets. */
#include "base/memory.h"
#include "base/seal.h"
#include "delivery/mail_header.h"
#include "notification/webhook.h"
#include "notification/webhook_address.h"
#include "delivery/webhook_sign.h"
#include "notification/outbox.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void headers_are_one_line_whatever_they_hold(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} CASES[] = {
		{ "Stock low", "Subject: Stock low" },
		{ "", "Subject: " },
		{ "a\r\nBcc: b@c", "Subject: a  Bcc: b@c" },
		{ "a\tb\x7f"
		  "c\x01",
			"Subject: a b c " },
		{ "재고", "Subject: =?UTF-8?B?7J6s6rOg?=" },
		{ "재\r\n고", "Subject: =?UTF-8?B?7J6sICDqs6A=?=" },
		{ "=?UTF-8?B?aGk=?=", "Subject: =?UTF-8?B?PT9VVEYtOD9CP2FHaz0/PQ==?=" },
	};
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(CASES); i++)
		assert_string_equal(
			mail_header_text(context, "Subject", CASES[i].text), CASES[i].want);
	memory_free(context);
}

/* However long: every line short, every continuation begins with a blank, and no character is cut
 * in two. */
static void long_headers_are_folded(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	char text[1201];
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "가", 4);
	for (size_t prefix = 0; prefix < 3; prefix++) {
		const char *header = mail_header_text(context, "Subject",
			memory_format(context, "%.*s%s", (int)prefix, "xx", text));
		for (const char *line = header; line;) {
			const char *end = strstr(line, "\r\n");
			assert_true((end ? (size_t)(end - line) : strlen(line)) <= 76);
			line = end ? end + 2 : NULL;
			if (line)
				assert_true(
					*line == ' ' && strncmp(line + 1, "=?UTF-8?B?", 10) == 0);
		}
		assert_true(strlen(header) > 600);
	}
	memory_free(context);
}

static void dates_are_as_mails_have_them(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	assert_string_equal(mail_header_date(context, (instant){ 1795316645 }),
		"Date: Sun, 22 Nov 2026 03:04:05 +0000");
	assert_string_equal(
		mail_header_date(context, (instant){ 0 }), "Date: Thu, 01 Jan 1970 00:00:00 +0000");
	memory_free(context);
}

static bool is_public(const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr address = { 0 };
	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
		memcpy(&address, &v4, sizeof address);
		return webhook_address_is_public(&address, sizeof v4);
	}
	if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
		fail_msg("%s is no address", text);
	struct sockaddr_storage storage = { 0 };
	memcpy(&storage, &v6, sizeof v6);
	return webhook_address_is_public((const struct sockaddr *)&storage, sizeof v6);
}

static void only_public_addresses_are_public(void **state)
{
	(void)state;
	static const char *const PUBLIC[] = { "1.1.1.1", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
		"169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
		"192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2600::1",
		"2a00:1450::1", "2001:4860:4860::8888", "2003::1", "3ffe::1" };
	static const char *const OTHERS[] = { "0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255",
		"100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
		"172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
		"192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "64:ff9b::1.1.1.1",
		"64:ff9b:1::1", "100::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001::1",
		"2001:1ff::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fec0::1" };
	for (size_t i = 0; i < countof(PUBLIC); i++)
		if (!is_public(PUBLIC[i]))
			fail_msg("%s is public", PUBLIC[i]);
	for (size_t i = 0; i < countof(OTHERS); i++)
		if (is_public(OTHERS[i]))
			fail_msg("%s is not public", OTHERS[i]);
	assert_false(webhook_address_is_public(
		&(struct sockaddr){ .sa_family = AF_UNIX }, sizeof(struct sockaddr)));
	assert_false(webhook_address_is_public(&(struct sockaddr){ .sa_family = AF_INET }, 2));
}

static void an_address_of_ones_own_network_is_no_endpoint(void **state)
{
	(void)state;
	static const char *const GOOD[] = { "https://shop.example/", "https://shop.example",
		"https://shop.example:8443/a?b=c", "https://1.1.1.1/", "https://[2600::1]/x",
		"https://localhost.example/" };
	static const char *const PRIVATE[] = { "https://127.0.0.1/", "https://2130706433/",
		"https://0x7f.1/", "https://0177.0.0.1/", "https://10.1:443/", "https://[::1]/",
		"https://[::ffff:10.0.0.1]/", "https://[fe80::1]:8443/", "https://localhost/",
		"https://LOCALHOST:1/", "https://a.localhost./", "https://db.internal/",
		"https://169.254.169.254/latest" };
	static const char *const BAD[] = { "http:/", "ftp://shop.example/", "https://",
		"https:///x", "https://:1/", "https://?x", "https://[::1", "https://[]/",
		"https://u@shop.example/", "https://shop.example/#x", "https://shop.example/ x",
		"https://shop.example/\n", "https://가.example/" };
	void *context = memory_context(NULL);
	for (size_t i = 0; i < countof(GOOD); i++)
		if (webhook_url_fault(context, GOOD[i], false))
			fail_msg("%s is good", GOOD[i]);
	for (size_t i = 0; i < countof(PRIVATE); i++) {
		if (!webhook_url_fault(context, PRIVATE[i], false))
			fail_msg("%s is not public", PRIVATE[i]);
		if (webhook_url_fault(context, PRIVATE[i], true))
			fail_msg("%s may be allowed", PRIVATE[i]);
	}
	for (size_t i = 0; i < countof(BAD); i++)
		if (!webhook_url_fault(context, BAD[i], true))
			fail_msg("%s is bad", BAD[i]);
	memory_free(context);
}

/* The values of the standard's own libraries. */
static void signatures_are_the_standards(void **state)
{
	(void)state;
	static const char FIRST[] = "whsec_plJ3nmyCDGBKInavdOK15jsl",
			  SECOND[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	static const char BODY[] = "{\"test\": 2432232314}", ID[] = "msg_p5jXN8AQM9LWM0D4loKWxJek";
	void *context = memory_context(NULL);
	const instant at = { 1614265330 };
	assert_string_equal(webhook_sign(context, SECOND, NULL, ID, at, BODY),
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	const char *both = webhook_sign(context, SECOND, SECOND, ID, at, BODY);
	assert_string_equal(both,
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	/* 18 bytes: the standard wants 24 */
	assert_null(webhook_sign(context, FIRST, NULL, ID, at, BODY));
	static const char *const BAD[] = { "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!w", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS" };
	for (size_t i = 0; i < countof(BAD); i++)
		assert_null(webhook_sign(context, BAD[i], NULL, ID, at, BODY));
	assert_null(webhook_sign(context, SECOND, "whsec_", ID, at, BODY));
	memory_free(context);
}

static void waits_grow_and_end(void **state)
{
	(void)state;
	static const unsigned WAITS[] = { 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 };
	for (unsigned attempts = 1; attempts <= countof(WAITS); attempts++)
		for (int i = 0; i < 200; i++) {
			unsigned wait = outbox_wait(attempts);
			assert_in_range(wait, WAITS[attempts - 1],
				WAITS[attempts - 1] + WAITS[attempts - 1] / 5);
		}
	assert_int_equal(outbox_wait(countof(WAITS) + 1), 0);
	assert_int_equal(outbox_wait(0), 0);
}

/* --- sealing --- */

static const char *key_file(const void *context, const char *text)
{
	char *path = memory_copy_text(context, "/tmp/dojang-seal-XXXXXX");
	int file = mkstemp(path);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	close(file);
	return path;
}

static const char YOUNG[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
static const char OLD[] = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n";

static void what_is_sealed_opens_with_its_key_alone(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *young = key_file(context, YOUNG), *old = key_file(context, OLD), *error = NULL;
	struct seal *before = seal_open(context, old, NULL, &error),
		    *after = seal_open(context, young, old, &error),
		    *other = seal_open(context, young, NULL, &error);
	size_t length = 0, sealed_length = 6 + SEAL_OVERHEAD;
	unsigned char *sealed = seal_close(before, context, "webhook", "secret", 6),
		      *again = seal_close(before, context, "webhook", "secret", 6);
	assert_memory_not_equal(sealed, again, sealed_length);
	assert_string_equal(
		seal_read(before, context, "webhook", sealed, sealed_length, &length), "secret");
	assert_int_equal(length, 6);
	assert_string_equal(
		seal_read(after, context, "webhook", sealed, sealed_length, &length), "secret");
	assert_null(seal_read(other, context, "webhook", sealed, sealed_length, &length));
	assert_null(seal_read(before, context, "address", sealed, sealed_length, &length));
	for (size_t i = 0; i < sealed_length; i++) {
		sealed[i] ^= 1;
		assert_null(seal_read(before, context, "webhook", sealed, sealed_length, &length));
		sealed[i] ^= 1;
		assert_null(seal_read(before, context, "webhook", sealed, i, &length));
	}
	unlink(young);
	unlink(old);
	memory_free(context);
}

static void bad_keys_are_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = { "\n", "00112233\n",
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeefg\n",
		"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF\n" };
	for (size_t i = 0; i < countof(BAD); i++) {
		void *context = memory_context(NULL);
		const char *file = key_file(context, BAD[i]), *error = NULL;
		assert_null(seal_open(context, file, NULL, &error));
		assert_non_null(error);
		unlink(file);
		memory_free(context);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_one_line_whatever_they_hold),
		cmocka_unit_test(long_headers_are_folded),
		cmocka_unit_test(dates_are_as_mails_have_them),
		cmocka_unit_test(only_public_addresses_are_public),
		cmocka_unit_test(an_address_of_ones_own_network_is_no_endpoint),
		cmocka_unit_test(signatures_are_the_standards),
		cmocka_unit_test(waits_grow_and_end),
		cmocka_unit_test(what_is_sealed_opens_with_its_key_alone),
		cmocka_unit_test(bad_keys_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
