/* SPDX-License-Identifier: MIT */
/* Hashes passwords and compares them. */
#include "auth/password.h"

#include "base/memory.h"
#include "base/random.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <string.h>

enum { RANDOM_BYTES = 32 };

/* crypt's work area has 32 KiB and contains the password, so it is wiped each time. */
static char *hash_with(const void *context, const char *password, const char *setting)
{
	struct crypt_data *data = memory_new(context, struct crypt_data);
	const char *hash = crypt_r(password, setting, data);
	char *copy = hash && *hash != '*' ? memory_copy_text(context, hash) : NULL;
	OPENSSL_cleanse(data, sizeof *data);
	memory_free(data);
	return copy;
}

char *password_hash(const void *context, const char *password)
{
	char random[RANDOM_BYTES], setting[CRYPT_GENSALT_OUTPUT_SIZE];
	random_bytes(random, sizeof random);
	char *hash = crypt_gensalt_rn("$y$", 0, random, sizeof random, setting, sizeof setting)
		? hash_with(context, password, setting)
		: NULL;
	if (!hash)
		memory_exhausted(); /* with a valid setting, this is the only possible failure */
	return hash;
}

bool password_verify(const void *context, const char *password, const char *hash)
{
	static const char NOBODY[] =
		"$y$j9T$F5Jx5fExrKuPp53xLKQ..1$tnSYvahCwPBHKZUspmcxMfb0.WiB9W.zEaKlOBL35rC";
	const char *against = hash ? hash : NOBODY;
	const char *made = hash_with(context, password, against);
	return hash && made && strlen(made) == strlen(hash)
		&& CRYPTO_memcmp(made, hash, strlen(hash)) == 0;
}
