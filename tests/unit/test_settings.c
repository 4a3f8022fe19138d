/* SPDX-License-Identifier: MIT */
/* Settings files: what is read, and how each fault is told. */
#include "base/memory.h"
#include "base/origin.h"
#include "base/settings.h"

#include "sentence.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/dojang-settings-XXXXXX";
static char path[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/dojang.ini", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void write_file(const char *content, size_t length, mode_t mode)
{
	unlink(path);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, length, file), length);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static const struct settings *read_text(
	const void *context, const char *content, const char **error)
{
	write_file(content, strlen(content), 0600);
	return settings_read(context, path, error);
}

/* Without what every file must have. */
#define NO_ORIGIN \
	" must be an origin as browsers write it, like https://shop.example or " \
	"capacitor://localhost"
#define SERVER "[server]\nsecret_file = secret\n"
#define SHOP \
	"[issuer shop]\niss = https://shop.example\nalgorithm = HS256\naudience = " \
	"shop\nsecret_file = shop\n"
#define KEYS "[issuer keys]\niss = https://id.example\nalgorithm = RS256\naudience = shop\n"
#define LONG \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"xxxxxxxxxxxx"

static void tables_can_work(void **state)
{
	(void)state;
	assert_null(field_table_fault(SETTINGS));
	assert_null(field_table_fault(ISSUER_SETTINGS));
	for (const struct field *field = SETTINGS; field->name; field++)
		sentence_holds(field->name, field->help && *field->help);
	for (const struct field *field = ISSUER_SETTINGS; field->name; field++)
		sentence_holds(field->name, field->help && *field->help);
}

static void what_is_not_said_is_sensible(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error = "set";
	const struct settings *settings = read_text(context, SERVER, &error);
	assert_null(error);
	assert_non_null(settings);
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "database.hosts", "unix:/run/mysqld/mysqld.sock" },
		{ "database.name", "dojang" },
		{ "database.account_host", "localhost" },
		{ "database.api_user", "dojang_api" },
		{ "database.api_password_file", NULL },
		{ "database.console_user", "dojang_console" },
		{ "database.notifier_user", "dojang_notifier" },
		{ "database.admin_user", "dojang_admin" },
		{ "server.origins", NULL },
		{ "server.state_directory", "/var/lib/dojang" },
		{ "demo.enabled", "no" },
		{ "demo.clock_file", NULL },
		{ "demo.plain_cookies", "no" },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_text(rows[i].name, rows[i].want,
			field_show(field_find(SETTINGS, rows[i].name, FIELD_ANYWHERE), context,
				settings));
	assert_int_equal(settings->issuer_count, 0);
	memory_free(context);
}

static void what_is_said_is_read(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error;
	const struct settings *settings = read_text(context,
		"; written by hand\r\n# and read\r\n\r\n[database]\r\nname = shop  ; "
		"inside\r\nhosts=db1:3306,db2:3306\r\n\r\n"
		"[server]\norigins = https://a.example,\n\thttps://b.example:8443\n  "
		"https://c.example\nsecret_file = keys/secret\nstate_directory = state\n"
		"[demo]\nenabled = yes\nclock_file = /run/clock\n" SHOP
		"second_secret_file = /etc/older\n"
		"[issuer pool]\niss = https://id.example\nalgorithm = RS256\nclient_id = app, "
		"web\njwks_uri = https://id.example/keys?a=b;c\n"
		"token_use = access\nusername_claim = name\n",
		&error);
	sentence_text("no error", NULL, error);
	assert_string_equal(settings->path, path);
	assert_string_equal(settings->database.name, "shop");
	assert_string_equal(settings->database.hosts, "db1:3306,db2:3306");
	assert_int_equal(settings->server.origins.count, 3);
	assert_string_equal(settings->server.origins.items[1], "https://b.example:8443");
	assert_string_equal(settings->server.origins.items[2], "https://c.example");
	assert_true(settings->demo.is_demo);
	assert_string_equal(settings->demo.clock_file, "/run/clock");
	assert_int_equal(settings->issuer_count, 2);
	const struct issuer_settings *shop = &settings->issuers[0], *pool = &settings->issuers[1];
	assert_string_equal(shop->name, "shop");
	assert_string_equal(shop->iss, "https://shop.example");
	assert_int_equal(shop->algorithm, ALGORITHM_HS256);
	assert_string_equal(shop->second_secret_file, "/etc/older");
	assert_int_equal(shop->username_claim.count, 2);
	assert_string_equal(shop->username_claim.items[0], "cognito:username");
	assert_int_equal(pool->algorithm, ALGORITHM_RS256);
	assert_int_equal(pool->client_id.count, 2);
	assert_string_equal(pool->client_id.items[1], "web");
	assert_string_equal(pool->jwks_uri, "https://id.example/keys?a=b;c");
	assert_int_equal(pool->username_claim.count, 1);
	assert_false(pool->allows_http);
	memory_free(context);
}

static void paths_start_at_the_file(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error;
	assert_int_equal(chdir("/"), 0);
	const struct settings *settings = read_text(
		context, SERVER "state_directory = ../state\n" SHOP, &error);
	sentence_text("no error", NULL, error);
	assert_string_equal(
		settings->server.secret_file, memory_format(context, "%s/secret", directory));
	assert_string_equal(
		settings->server.state_directory, memory_format(context, "%s/../state", directory));
	assert_string_equal(
		settings->issuers[0].secret_file, memory_format(context, "%s/shop", directory));

	assert_int_equal(chdir(directory), 0);
	settings = settings_read(context, "dojang.ini", &error);
	sentence_text("no error", NULL, error);
	assert_string_equal(
		settings->server.secret_file, memory_format(context, "%s/secret", directory));
	assert_int_equal(chdir("/"), 0);
	memory_free(context);
}

static void faults_are_told_with_file_and_line(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *content, *want;
	} rows[] = {
		{ "a misspelt setting", SERVER "\n[database]\nnmae = x\n",
			":5: unknown setting database.nmae" },
		{ "a misspelt section", SERVER "[databaes]\nname = x\n",
			":4: unknown setting databaes.name" },
		{ "no section", "name = x\n" SERVER, ":1: unknown setting name" },
		{ "a misspelt setting of an issuer", SERVER "[issuer shop]\nissuer = x\n",
			":4: unknown setting [issuer shop] issuer" },
		{ "a bad value", SERVER "[demo]\nenabled = 1\n",
			":4: demo.enabled must be yes or no" },
		{ "a bad value of an issuer", SERVER "[issuer shop]\nalgorithm = none\n",
			":4: [issuer shop] algorithm must be one of HS256, RS256, ES256" },
		{ "an empty value", SERVER "[database]\nname =\n",
			":4: database.name must be from 1 to 64 characters" },
		{ "a name that is too long", SERVER "[database]\nname = " LONG "\n",
			":4: database.name must be from 1 to 64 characters" },
		{ "the first of several faults", "[demo]\nenabled = x\n[server]\nsecret = x\n",
			":2: demo.enabled must be yes or no" },
		{ "a setting twice", SERVER "secret_file = y\n",
			":3: server.secret_file was set before" },
		{ "a setting twice in sections apart",
			SERVER "[demo]\nenabled = no\n[server]\nsecret_file = y\n",
			":6: server.secret_file was set before" },
		{ "an issuer's setting twice", SERVER SHOP "iss = y\n",
			":8: [issuer shop] iss was set before" },
		{ "neither section nor setting", SERVER "enabled\n",
			":3: is neither a [section] nor name = value" },
		{ "a section that does not end", SERVER "[demo\nenabled = yes\n",
			":3: is neither a [section] nor name = value" },
		{ "an indented setting", "[server]\nsecret_file = x\n state_directory = y\n",
			":3: a line that starts with a blank continues a list, and there is none" },
		{ "an indented setting after a section",
			SERVER "origins = https://a.example\n[demo]\n enabled = yes\n",
			":5: a line that starts with a blank continues a list, and there is none" },
		{ "an issuer without name", SERVER "[issuer]\niss = x\n",
			":4: unknown setting issuer.iss" },
		{ "an issuer's name with blanks", SERVER "[issuer my shop]\niss = x\n",
			":4: an issuer's name must be 1 to 32 letters, digits, dots, hyphens and "
			"underscores" },
		{ "bytes that are no UTF-8", SERVER "[database]\nname = \xff\n",
			":4: database.name must be UTF-8 without NUL" },
		{ "nothing", "", ": server.secret_file is required" },
		{ "an issuer without iss", SERVER "[issuer shop]\nalgorithm = HS256\n",
			": [issuer shop] iss is required" },
		{ "an issuer without algorithm", SERVER "[issuer shop]\niss = x\n",
			": [issuer shop] algorithm is required" },
		{ "the demo's clock outside the demo", SERVER "[demo]\nclock_file = x\n",
			": demo.clock_file is refused unless demo.enabled is yes" },
		{ "the demo's cookies outside the demo", SERVER "[demo]\nplain_cookies = yes\n",
			": demo.plain_cookies is refused unless demo.enabled is yes" },
		{ "an issuer of any audience",
			SERVER "[issuer shop]\niss = x\nalgorithm = HS256\nsecret_file = x\n",
			": [issuer shop] needs audience or client_id: a token for another shop is "
			"not for this one" },
		{ "HS256 without secret",
			SERVER "[issuer shop]\niss = x\nalgorithm = HS256\naudience = x\n",
			": [issuer shop] needs secret_file, because its algorithm is HS256" },
		{ "HS256 with keys", SERVER SHOP "jwks_uri = https://x\n",
			": [issuer shop] must not have a jwks_uri, because its algorithm is "
			"HS256" },
		{ "RS256 without keys", SERVER KEYS,
			": [issuer keys] needs jwks_uri, because its algorithm is not HS256" },
		{ "RS256 with a secret",
			SERVER KEYS "jwks_uri = https://id.example\nsecret_file = x\n",
			": [issuer keys] must not have a secret_file, because its algorithm is not "
			"HS256" },
		{ "keys over plain http", SERVER KEYS "jwks_uri = http://id.example\n",
			": [issuer keys] jwks_uri must start with https:// (or allow_http)" },
		{ "keys from a file",
			SERVER KEYS "jwks_uri = file:///etc/passwd\nallow_http = yes\n",
			": [issuer keys] jwks_uri must start with https:// or http://" },
		{ "one iss for two",
			SERVER SHOP "[issuer other]\niss = https://shop.example\nalgorithm = "
				    "HS256\naudience = x\nsecret_file = x\n",
			": [issuer other] has the same iss as [issuer shop]" },
		{ "a database's name that ends a quotation", SERVER "[database]\nname = a`b\n",
			": database.name must hold nothing but letters, digits and _-" },
		{ "TLS verified by nothing", SERVER "[database]\ntls = verified\n",
			": database.tls = verified needs database.tls_ca_file" },
		{ "an unknown way of TLS", SERVER "[database]\ntls = on\n",
			":4: database.tls must be one of preferred, off, required, verified" },
		{ "a user that ends a quotation", SERVER "[database]\nconsole_user = a'b\n",
			": database.console_user must hold nothing but letters, digits and _-." },
		{ "an origin with a path", SERVER "origins = https://shop.example/\n",
			": server.origins: https://shop.example/" NO_ORIGIN },
		{ "every origin", SERVER "origins = *\n", ": server.origins: *" NO_ORIGIN },
		{ "no origin", SERVER "origins = null\n", ": server.origins: null" NO_ORIGIN },
		{ "one of two", SERVER "origins = capacitor://localhost, ionic://\n",
			": server.origins: ionic://" NO_ORIGIN },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		void *context = memory_context(NULL);
		const char *error = NULL;
		const struct settings *settings = read_text(context, rows[i].content, &error);
		sentence_holds(rows[i].sentence, settings == NULL);
		sentence_text(rows[i].sentence, memory_format(context, "%s%s", path, rows[i].want),
			error);
		memory_free(context);
	}
}

static void origins_are_those_that_browsers_send(void **state)
{
	(void)state;
	static const char *const GOOD[] = { "https://shop.example", "http://localhost:3000",
		"https://xn--oi2b61z32a.example:8443", "http://127.0.0.1", "http://[::1]:8080",
		"https://under_score.example", "capacitor://localhost", "ionic://localhost",
		"app://localhost", "app://-", "tauri://localhost", "com.example.shop://App",
		"chrome-extension://abcdefghijklmnop", "app+web://x:65535", "app://localhost:80" };
	static const char *const BAD[] = { "", "*", "null", "https://", "https://*.example",
		"*://localhost", "//shop.example", "shop.example", "https:shop.example",
		"https:/shop.example", "https://shop.example/", "https://shop.example/path",
		"https://shop.example?", "https://shop.example#", "https://me@shop.example",
		"https://shop.example:", "https://shop.example:0", "https://shop.example:080",
		"https://shop.example:65536", "https://shop.example:100000",
		"https://shop.example:443", "http://shop.example:80", "https://shop.example:8a",
		"https://SHOP.example", "HTTPS://shop.example", "https://shop.example ",
		" https://shop.example", "https://sh\xc3\xb6p.example", "https://shop.example\r\n",
		"https://shop.example\"", "https://a.example https://b.example", "https://[::1",
		"https://[]", "1app://localhost", "app_x://localhost", "capacitor://",
		"capacitor://*", "file://", "file://localhost", "data://x", "blob://x", "null://" };
	for (size_t i = 0; i < countof(GOOD); i++)
		sentence_holds(GOOD[i], origin_is_valid(GOOD[i]));
	for (size_t i = 0; i < countof(BAD); i++)
		sentence_holds(BAD[i], !origin_is_valid(BAD[i]));
}

static void a_line_that_is_too_long_is_not_cut(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error, *line = LONG;
	while (strlen(line) < 100000) /* libinih may be built for longer ones than 200 */
		line = memory_format(context, "%s%s", line, line);
	assert_null(read_text(
		context, memory_format(context, SERVER "[database]\nhosts = %s\n", line), &error));
	assert_true(strncmp(error, path, strlen(path)) == 0);
	assert_true(strncmp(error + strlen(path), ":4: the line is longer than ", 28) == 0);
	memory_free(context);
}

static void plain_http_is_allowed_when_said(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error;
	assert_non_null(read_text(context,
		SERVER KEYS "allow_http = yes\njwks_uri = http://127.0.0.1:9301/keys\n", &error));
	assert_null(error);
	memory_free(context);
}

static void there_are_so_many_issuers(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error, *content = SERVER;
	for (int i = 0; i < ISSUERS_MAXIMUM; i++)
		content = memory_format(context,
			"%s[issuer i%d]\niss = i%d\nalgorithm = HS256\naudience = x\nsecret_file = "
			"x\n",
			content, i, i);
	assert_int_equal(read_text(context, content, &error)->issuer_count, ISSUERS_MAXIMUM);
	assert_null(read_text(
		context, memory_format(context, "%s[issuer more]\niss = x\n", content), &error));
	assert_non_null(strstr(error, ": more than 16 issuers"));
	memory_free(context);
}

static void files_that_are_none_are_told(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error;
	assert_null(settings_read(context, "/nowhere/dojang.ini", &error));
	assert_string_equal(error, "/nowhere/dojang.ini: No such file or directory");
	assert_null(settings_read(context, directory, &error));
	assert_string_equal(
		error, memory_format(context, "%s: cannot be read to its end", directory));
	write_file("[server]\nsecret_file = a\0b\n", 26, 0600);
	assert_null(settings_read(context, path, &error));
	assert_string_equal(error, memory_format(context, "%s:2: holds a NUL byte", path));
	memory_free(context);
}

static void secrets_are_the_first_line_of_a_private_file(void **state)
{
	(void)state;
	static char long_secret[4097];
	memset(long_secret, 'x', sizeof(long_secret));
	static const struct {
		const char *sentence, *content;
		size_t length;
		mode_t mode;
		const char *want, *error;
	} rows[] = {
		{ "a line", "hush\n", 5, 0600, "hush", NULL },
		{ "a line without end", "hush", 4, 0400, "hush", NULL },
		{ "the group may read", "hush\r\nmore\n", 11, 0640, "hush", NULL },
		{ "blanks belong to it", " hush \n", 7, 0600, " hush ", NULL },
		{ "others may read", "hush\n", 5, 0644, NULL,
			"is open to other users: chmod o-rwx" },
		{ "others may write", "hush\n", 5, 0602, NULL,
			"is open to other users: chmod o-rwx" },
		{ "nothing", "", 0, 0600, NULL, "is empty" },
		{ "an empty line", "\nhush\n", 6, 0600, NULL, "is empty" },
		{ "a NUL", "hu\0sh\n", 6, 0600, NULL, "holds a NUL byte" },
		{ "too much", long_secret, sizeof(long_secret), 0600, NULL, "is too long" },
		{ "just enough", long_secret + 1, sizeof(long_secret) - 1, 0600, "x", NULL },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		void *context = memory_context(NULL);
		const char *error = "";
		write_file(rows[i].content, rows[i].length, rows[i].mode);
		const char *secret = settings_read_secret(context, path, &error);
		if (rows[i].length == 4096)
			sentence_number(rows[i].sentence, 4096, (int64_t)strlen(secret));
		else
			sentence_text(rows[i].sentence, rows[i].want, secret);
		sentence_text(rows[i].sentence,
			rows[i].error ? memory_format(context, "%s: %s", path, rows[i].error)
				      : NULL,
			error);
		memory_free(context);
	}
	void *context = memory_context(NULL);
	const char *error;
	assert_null(settings_read_secret(context, directory, &error));
	assert_non_null(strstr(error, "is not a file"));
	memory_free(context);
}

static void the_service_manager_may_hand_a_secret_over(void **state)
{
	(void)state;
	void *context = memory_context(NULL);
	const char *error, *name = strrchr(path, '/') + 1,
			   *elsewhere = memory_format(context, "/nowhere/%s", name);
	write_file("handed over\n", 12, 0400);
	assert_null(settings_read_secret(context, elsewhere, &error));
	setenv("CREDENTIALS_DIRECTORY", directory, 1);
	sentence_text("by the file's own name", "handed over",
		settings_read_secret(context, elsewhere, &error));
	assert_null(settings_read_secret(context, "/nowhere/another", &error));
	sentence_text("no other", "/nowhere/another: No such file or directory", error);
	write_file("handed over\n", 12, 0444);
	assert_null(settings_read_secret(context, elsewhere, &error));
	unsetenv("CREDENTIALS_DIRECTORY");
	memory_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_can_work),
		cmocka_unit_test(what_is_not_said_is_sensible),
		cmocka_unit_test(what_is_said_is_read),
		cmocka_unit_test(paths_start_at_the_file),
		cmocka_unit_test(faults_are_told_with_file_and_line),
		cmocka_unit_test(origins_are_those_that_browsers_send),
		cmocka_unit_test(a_line_that_is_too_long_is_not_cut),
		cmocka_unit_test(plain_http_is_allowed_when_said),
		cmocka_unit_test(there_are_so_many_issuers),
		cmocka_unit_test(files_that_are_none_are_told),
		cmocka_unit_test(secrets_are_the_first_line_of_a_private_file),
		cmocka_unit_test(the_service_manager_may_hand_a_secret_over),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
