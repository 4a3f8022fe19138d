/* SPDX-License-Identifier: MIT */
/* PROGRAM: makes a key, publishes it as a JWK set, and signs a token a line with it, of the
 * customers 1 to COUNT: RS256 (2048 bits) or ES256. */
#define _GNU_SOURCE
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RSA_BITS = 2048, COORDINATE = 32, SIGNATURE_ROOM = 512, GOOD_FOR_SECONDS = 86400 };
static const char KEY_NAME[] = "bench";

_Noreturn static void give_up(const char *what)
{
	fprintf(stderr, "tokens: %s\n", what);
	exit(EXIT_FAILURE);
}

static void put_number(const void *context, json_object *key, const char *name, EVP_PKEY *pair,
	const char *parameter, int size)
{
	BIGNUM *number = NULL;
	unsigned char bytes[SIGNATURE_ROOM];
	if (!EVP_PKEY_get_bn_param(pair, parameter, &number)
		|| BN_num_bytes(number) > SIGNATURE_ROOM)
		give_up("the key has no public part");
	int length = BN_bn2binpad(number, bytes, size ? size : BN_num_bytes(number));
	if (length < 0)
		give_up("the key's public part is too large");
	json_put_text(key, name, text_to_base64url(context, bytes, (size_t)length));
	BN_free(number);
}

static json_object *public_key(
	const void *context, EVP_PKEY *pair, const char *algorithm, bool is_rsa)
{
	json_object *key = json_new_object();
	json_put_text(key, "kty", is_rsa ? "RSA" : "EC");
	json_put_text(key, "alg", algorithm);
	json_put_text(key, "kid", KEY_NAME);
	json_put_text(key, "use", "sig");
	if (is_rsa) {
		put_number(context, key, "n", pair, OSSL_PKEY_PARAM_RSA_N, 0);
		put_number(context, key, "e", pair, OSSL_PKEY_PARAM_RSA_E, 0);
	} else {
		json_put_text(key, "crv", "P-256");
		put_number(context, key, "x", pair, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE);
		put_number(context, key, "y", pair, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE);
	}
	return key;
}

static void write_keys(const void *context, const char *path, json_object *key)
{
	json_object *set = json_new_object(), *keys = json_new_array();
	FILE *file = fopen(path, "we");
	json_append(keys, key);
	json_put(set, "keys", keys);
	if (!file || fprintf(file, "%s\n", json_text(context, set)) < 0 || fclose(file) != 0)
		give_up("the keys cannot be written");
	json_object_put(set);
}

/* OpenSSL's DER as the r and s of a token, side by side. */
static size_t plain_signature(unsigned char *bytes, size_t size)
{
	const unsigned char *place = bytes;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &place, (long)size);
	if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes, COORDINATE) < 0
		|| BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes + COORDINATE, COORDINATE) < 0)
		give_up("a signature cannot be read");
	ECDSA_SIG_free(pair);
	return 2 * COORDINATE;
}

static const char *signature(const void *context, EVP_PKEY *pair, bool is_rsa, const char *text)
{
	unsigned char bytes[SIGNATURE_ROOM];
	size_t size = sizeof bytes;
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	if (!digest || EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, pair) != 1
		|| EVP_DigestSign(digest, bytes, &size, (const unsigned char *)text, strlen(text))
			!= 1)
		give_up("signing");
	EVP_MD_CTX_free(digest);
	return text_to_base64url(context, bytes, is_rsa ? size : plain_signature(bytes, size));
}

static const char *encoded(const void *context, json_object *object)
{
	const char *text = json_text(context, object);
	json_object_put(object);
	return text_to_base64url(context, text, strlen(text));
}

static const char *header(const void *context, const char *algorithm)
{
	json_object *object = json_new_object();
	json_put_text(object, "alg", algorithm);
	json_put_text(object, "typ", "JWT");
	json_put_text(object, "kid", KEY_NAME);
	return encoded(context, object);
}

struct claims {
	const char *iss, *aud, *prefix;
	int64_t now;
};

static const char *payload(const void *context, const struct claims *claims, int64_t number)
{
	char subject[64];
	json_object *object = json_new_object();
	snprintf(subject, sizeof subject, "%s%lld", claims->prefix, (long long)number);
	json_put_text(object, "iss", claims->iss);
	json_put_text(object, "aud", claims->aud);
	json_put_text(object, "sub", subject);
	json_put_number(object, "iat", claims->now);
	json_put_number(object, "exp", claims->now + GOOD_FOR_SECONDS);
	return encoded(context, object);
}

static void write_tokens(const char *path, EVP_PKEY *pair, const char *algorithm,
	const struct claims *claims, int64_t count)
{
	bool is_rsa = text_equals(algorithm, "RS256");
	FILE *file = fopen(path, "we");
	if (!file)
		give_up("the tokens cannot be written");
	for (int64_t number = 1; number <= count; number++) {
		void *each = memory_context(NULL);
		const char *text = memory_format(
			each, "%s.%s", header(each, algorithm), payload(each, claims, number));
		fprintf(file, "%s.%s\n", text, signature(each, pair, is_rsa, text));
		memory_free(each);
	}
	if (fclose(file) != 0)
		give_up("the tokens cannot be written");
}

int main(int count, char **words)
{
	int64_t customers;
	if (count != 8 || (!text_equals(words[1], "RS256") && !text_equals(words[1], "ES256"))
		|| !text_to_number(words[5], 1, 10000000, &customers))
		give_up("usage: tokens RS256|ES256 ISS AUD PREFIX COUNT KEYS_FILE TOKENS_FILE");
	bool is_rsa = text_equals(words[1], "RS256");
	void *context = memory_context(NULL);
	EVP_PKEY *pair = is_rsa ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen("P-256");
	if (!pair)
		give_up("no key could be made");
	write_keys(context, words[6], public_key(context, pair, words[1], is_rsa));
	write_tokens(words[7], pair, words[1],
		&(struct claims){ words[2], words[3], words[4], (int64_t)time(NULL) }, customers);
	EVP_PKEY_free(pair);
	memory_free(context);
	return EXIT_SUCCESS;
}
