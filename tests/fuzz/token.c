/* SPDX-License-Identifier: MIT */
/* Tokens: header and payload are the input's, signed with the right secret where it asks for it.
 * What was not signed is never good, and what is good names the issuer and a subject. */
#include "fuzz.h"

#include "auth/token.h"
#include "../unit/forge.h"

#include <sys/stat.h>
#include <unistd.h>

#define SECRET "a-secret-of-thirty-two-bytes-....."

static const char SETTINGS_TEXT[] =
	"[database]\nhosts = unix:/nowhere\nname = dojang\n[server]\nstate_directory = "
	".\nsecret_file = secret\n"
	"[issuer own]\niss = https://shop.example\naudience = shop\nclient_id = web\ntoken_use = "
	"id, access\nusername_claim = cognito:username, username\n"
	"algorithm = HS256\nsecret_file = secret\n";

static void *forever; /* what lives as long as the program */

static void write_file(const char *directory, const char *name, const char *text)
{
	FILE *file = fopen(memory_format(forever, "%s/%s", directory, name), "w");
	FUZZ_HOLDS(file && fputs(text, file) >= 0 && fchmod(fileno(file), 0600) == 0
		&& fclose(file) == 0);
}

static struct issuers *load(void)
{
	char directory[] = "/tmp/dojang-fuzz-XXXXXX";
	const char *error = NULL;
	forever = memory_context(NULL);
	FUZZ_HOLDS(mkdtemp(directory));
	write_file(directory, "secret", SECRET "\n");
	write_file(directory, "settings", SETTINGS_TEXT);
	const struct settings *settings = settings_read(
		forever, memory_format(forever, "%s/settings", directory), &error);
	struct issuers *issuers = settings ? issuers_load(forever, settings, &error) : NULL;
	FUZZ_HOLDS(issuers);
	(void)unlink(memory_format(forever, "%s/secret", directory));
	(void)unlink(memory_format(forever, "%s/settings", directory));
	(void)rmdir(directory);
	return issuers;
}

static bool verify(struct issuers *issuers, const void *context, const char *token)
{
	struct identity identity = { 0 };
	bool is_good = token_verify(issuers, context, token, (instant){ FORGE_NOW }, &identity);
	if (is_good) {
		FUZZ_HOLDS(identity.issuer == 0 && identity.subject);
		FUZZ_HOLDS(*identity.subject && strlen(identity.subject) <= SUBJECT_MAXIMUM
			&& text_is_utf8(identity.subject, strlen(identity.subject)));
	}
	return is_good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct issuers *issuers;
	void *context = memory_context(NULL);
	struct fuzz_input pieces = fuzz_input(data, size);
	char *mode = fuzz_piece(&pieces, context, NULL),
	     *header = fuzz_piece(&pieces, context, NULL),
	     *payload = fuzz_piece(&pieces, context, NULL);
	if (!issuers)
		issuers = load();
	if (*mode == 's')
		(void)verify(issuers, context, forge_hs256(context, header, payload, SECRET));
	else if (*mode == 'u')
		FUZZ_HOLDS(!verify(issuers, context,
			memory_format(context, "%s.%s", forge_unsigned(context, header, payload),
				fuzz_piece(&pieces, context, NULL))));
	else
		FUZZ_HOLDS(!verify(issuers, context, header));
	(void)token_of_header(header);
	memory_free(context);
	return 0;
}
