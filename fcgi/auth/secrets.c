/* SPDX-License-Identifier: MIT */
/* Computes HMAC-SHA256 with contexts that are keyed once and reused for each token. */
#include "auth/secrets.h"

#include "base/memory.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

enum { MAXIMUM = 2, DIGEST_SIZE = 32 };

struct secrets {
	const char *first;
	EVP_MAC_CTX *contexts[MAXIMUM];
	size_t count;
};

static void release_context(void *context)
{
	EVP_MAC_CTX_free(context);
}

/* A context of HMAC-SHA256 under secret. */
static EVP_MAC_CTX *make_context(const void *owner, const char *secret)
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end() };
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *context = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
	EVP_MAC_free(hmac);
	if (!context
		|| !EVP_MAC_init(context, (const unsigned char *)secret, strlen(secret), params))
		memory_exhausted();
	memory_attach(owner, context, release_context);
	return context;
}

static bool add(struct secrets *secrets, const struct issuer_settings *issuer, const char *file,
	const char **error)
{
	const char *fault = NULL;
	const char *secret = settings_read_secret(secrets, file, &fault);
	if (secret && strlen(secret) < SECRET_MINIMUM) {
		fault = memory_format(secrets,
			"%s: the secret must have at least %d bytes, and has %zu", file,
			SECRET_MINIMUM, strlen(secret));
		secret = NULL;
	}
	if (!secret) {
		*error = memory_format(secrets, "[issuer %s] %s", issuer->name, fault);
		return false;
	}
	if (!secrets->first)
		secrets->first = secret;
	secrets->contexts[secrets->count++] = make_context(secrets, secret);
	return true;
}

struct secrets *secrets_load(
	const void *context, const struct issuer_settings *issuer, const char **error)
{
	struct secrets *secrets = memory_new(context, struct secrets);
	if (!add(secrets, issuer, issuer->secret_file, error))
		return NULL;
	if (issuer->second_secret_file && !add(secrets, issuer, issuer->second_secret_file, error))
		return NULL;
	return secrets;
}

static bool matches(
	EVP_MAC_CTX *context, const char *text, size_t length, const unsigned char *signature)
{
	unsigned char digest[DIGEST_SIZE];
	size_t size = 0;
	return EVP_MAC_init(context, NULL, 0, NULL)
		&& EVP_MAC_update(context, (const unsigned char *)text, length)
		&& EVP_MAC_final(context, digest, &size, sizeof digest) && size == DIGEST_SIZE
		&& CRYPTO_memcmp(digest, signature, DIGEST_SIZE) == 0;
}

bool secrets_verify(const struct secrets *secrets, const char *text, size_t length,
	const unsigned char *signature, size_t size)
{
	if (size != DIGEST_SIZE)
		return false;
	for (size_t i = 0; i < secrets->count; i++)
		if (matches(secrets->contexts[i], text, length, signature))
			return true;
	return false;
}

const char *secrets_first(const struct secrets *secrets)
{
	return secrets->first;
}
