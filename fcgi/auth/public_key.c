/* SPDX-License-Identifier: MIT */
/* Converts JWKs to OpenSSL keys once, and verifies signatures with them. */
#include "auth/public_key.h"

#include "auth/verified.h"
#include "base/memory.h"
#include "base/text.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

enum {
	RSA_MINIMUM = 2048,
	RSA_MAXIMUM = 8192,
	EXPONENT_MAXIMUM = 4, /* bits, bits, bytes */
	/* bytes, of P-256 and SHA-256 */
	COORDINATE = 32,
	POINT = 1 + 2 * COORDINATE,
	DIGEST = 32,
};

struct public_key {
	enum token_algorithm algorithm;
	const char *kid;
	EVP_PKEY_CTX *verifier;
	EVP_MD *sha256;             /* fetched once, since a lookup by name is slow */
	unsigned char name[DIGEST]; /* a hash of its public parts */
};

struct bytes {
	unsigned char *data;
	size_t size;
};

/* --- reading --- */

static const char *member(json_object *jwk, const char *name)
{
	json_object *value;
	if (!json_object_object_get_ex(jwk, name, &value)
		|| !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

/* Reads a number without its leading zeros. Real issuers pad base64url, use the other alphabet, and
 * keep or strip leading zeros. */
static bool read_bytes(const void *context, json_object *jwk, const char *name, struct bytes *out)
{
	const char *text = member(jwk, name);
	if (!text || !text_from_any_base64(context, text, strlen(text), &out->data, &out->size))
		return false;
	for (; out->size > 0 && *out->data == 0; out->size--)
		out->data++;
	return out->size > 0;
}

/* When a JWK names a purpose, it must allow verifying signatures. null names none. */
static bool says(json_object *jwk, const char *name, const char *want)
{
	return !json_object_object_get(jwk, name) || text_equals(member(jwk, name), want);
}

static bool may_verify(json_object *jwk)
{
	json_object *operations = json_object_object_get(jwk, "key_ops");
	if (!operations)
		return true;
	if (!json_object_is_type(operations, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(operations); i++) {
		json_object *item = json_object_array_get_idx(operations, i);
		if (json_object_is_type(item, json_type_string)
			&& text_equals(json_object_get_string(item), "verify"))
			return true;
	}
	return false;
}

/* NULL when the parts are not a valid key. Frees the builder. */
static EVP_PKEY *build(const char *kind, OSSL_PARAM_BLD *builder, bool is_filled)
{
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params = is_filled ? OSSL_PARAM_BLD_to_param(builder) : NULL;
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	if (!params || !maker || EVP_PKEY_fromdata_init(maker) != 1
		|| EVP_PKEY_fromdata(maker, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(maker);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	return key;
}

static bool has_good_exponent(const struct bytes *exponent)
{
	return exponent->size <= EXPONENT_MAXIMUM && exponent->data[exponent->size - 1] % 2 == 1
		&& (exponent->size > 1 || exponent->data[0] > 1);
}

static EVP_PKEY *build_rsa(const struct bytes *modulus, const struct bytes *exponent)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_bin2bn(modulus->data, (int)modulus->size, NULL),
	       *e = BN_bin2bn(exponent->data, (int)exponent->size, NULL);
	bool is_filled = builder && n && e && BN_num_bits(n) >= RSA_MINIMUM && BN_is_odd(n)
		&& OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n)
		&& OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
	EVP_PKEY *key = build("RSA", builder, is_filled);
	BN_free(n);
	BN_free(e);
	return key;
}

static EVP_PKEY *read_rsa(const void *context, json_object *jwk, const char **fault)
{
	struct bytes modulus, exponent;
	*fault = "n or e is missing or is not base64url";
	if (!read_bytes(context, jwk, "n", &modulus) || !read_bytes(context, jwk, "e", &exponent))
		return NULL;
	*fault = "e is not an odd number from 3 to 32 bits";
	if (!has_good_exponent(&exponent))
		return NULL;
	*fault = "n is not an odd number of 2048 to 8192 bits";
	return modulus.size > RSA_MAXIMUM / 8 ? NULL : build_rsa(&modulus, &exponent);
}

static EVP_PKEY *build_ec(const unsigned char point[POINT])
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	bool is_filled = builder
		&& OSSL_PARAM_BLD_push_utf8_string(
			builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0)
		&& OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, POINT);
	return build("EC", builder, is_filled);
}

/* OpenSSL refuses points outside the curve. */
static EVP_PKEY *read_ec(const void *context, json_object *jwk, const char **fault)
{
	struct bytes x, y;
	unsigned char point[POINT] = { POINT_CONVERSION_UNCOMPRESSED };
	*fault = "x or y is missing or is not base64url";
	if (!read_bytes(context, jwk, "x", &x) || !read_bytes(context, jwk, "y", &y))
		return NULL;
	*fault = "x and y are not a point of P-256";
	if (x.size > COORDINATE || y.size > COORDINATE)
		return NULL;
	memcpy(point + 1 + COORDINATE - x.size, x.data, x.size);
	memcpy(point + POINT - y.size, y.data, y.size);
	return build_ec(point);
}

/* Why a key is for something else; NULL when it is for signatures by *algorithm. */
static const char *find_other_purpose(json_object *jwk, enum token_algorithm *algorithm)
{
	const char *kind = json_object_is_type(jwk, json_type_object) ? member(jwk, "kty") : NULL;
	bool is_ec = text_equals(kind, "EC");
	*algorithm = is_ec ? ALGORITHM_ES256 : ALGORITHM_RS256;
	if (!is_ec && !text_equals(kind, "RSA"))
		return "its type (kty) is neither RSA nor EC";
	if (is_ec && !text_equals(member(jwk, "crv"), "P-256"))
		return "its curve (crv) is not P-256";
	if (!says(jwk, "use", "sig"))
		return "its use is not sig";
	if (!may_verify(jwk))
		return "its key_ops do not contain verify";
	if (!says(jwk, "alg", is_ec ? "ES256" : "RS256"))
		return is_ec ? "its alg is not ES256" : "its alg is not RS256";
	return NULL;
}

static EVP_PKEY *read_key(const void *context, json_object *jwk, enum token_algorithm *algorithm,
	struct key_fault *fault)
{
	fault->reason = find_other_purpose(jwk, algorithm);
	fault->is_for_others = fault->reason != NULL;
	if (fault->reason)
		return NULL;
	return *algorithm == ALGORITHM_ES256 ? read_ec(context, jwk, &fault->reason)
					     : read_rsa(context, jwk, &fault->reason);
}

/* A hash of the parts in DER, which includes the type of the key. */
static bool name_key(struct public_key *key, EVP_PKEY *parts)
{
	unsigned char *der = NULL;
	int size = i2d_PUBKEY(parts, &der);
	bool is_named = size > 0
		&& EVP_Digest(der, (size_t)size, key->name, NULL, key->sha256, NULL);
	OPENSSL_free(der);
	return is_named;
}

static void release_key(void *thing)
{
	struct public_key *key = thing;
	EVP_PKEY_CTX_free(key->verifier);
	EVP_MD_free(key->sha256);
}

struct public_key *public_key_read(const void *context, json_object *jwk, struct key_fault *fault)
{
	struct public_key *key = memory_new(context, struct public_key);
	EVP_PKEY *parts = read_key(key, jwk, &key->algorithm, fault);
	ERR_clear_error();
	if (!parts) {
		memory_free(key);
		return NULL;
	}
	key->kid = memory_copy_text(key, member(jwk, "kid"));
	key->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	key->verifier = EVP_PKEY_CTX_new_from_pkey(NULL, parts, NULL);
	bool is_named = key->sha256 && name_key(key, parts);
	EVP_PKEY_free(parts);
	if (!is_named || !key->verifier || EVP_PKEY_verify_init(key->verifier) != 1
		|| EVP_PKEY_CTX_set_signature_md(key->verifier, key->sha256) != 1)
		memory_exhausted();
	memory_attach(key, key, release_key);
	return key;
}

/* --- use --- */

bool public_key_fits(const struct public_key *key, enum token_algorithm algorithm, const char *kid)
{
	return key->algorithm == algorithm && (!kid || text_equals(key->kid, kid));
}

static bool verify_digest(const struct public_key *key, const unsigned char *signature, size_t size,
	const unsigned char digest[DIGEST])
{
	bool is_good = EVP_PKEY_verify(key->verifier, signature, size, digest, DIGEST) == 1;
	if (!is_good)
		ERR_clear_error(); /* otherwise the errors accumulate */
	return is_good;
}

/* JWTs have the two numbers side by side (RFC 7518, section 3.4); OpenSSL needs them in DER. */
static bool verify_pair(const struct public_key *key, const unsigned char *pair, size_t size,
	const unsigned char digest[DIGEST])
{
	if (size != 2 * COORDINATE)
		return false;
	ECDSA_SIG *numbers = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(pair, COORDINATE, NULL),
	       *s = BN_bin2bn(pair + COORDINATE, COORDINATE, NULL);
	unsigned char *der = NULL;
	if (!numbers || !r || !s || !ECDSA_SIG_set0(numbers, r, s))
		memory_exhausted();
	int length = i2d_ECDSA_SIG(numbers, &der);
	ECDSA_SIG_free(numbers);
	bool is_good = length > 0 && verify_digest(key, der, (size_t)length, digest);
	OPENSSL_free(der);
	return is_good;
}

static bool verify(const struct public_key *key, const struct signed_text *text,
	const unsigned char digest[DIGEST])
{
	if (key->algorithm == ALGORITHM_ES256)
		return verify_pair(key, text->signature, text->signature_size, digest);
	return verify_digest(key, text->signature, text->signature_size, digest);
}

/* The hash over key, signature and text (auth/verified.h). The first two have a fixed size, so it
 * is unambiguous. */
static bool name_signature(const struct public_key *key, const struct signed_text *text,
	const unsigned char digest[DIGEST], unsigned char name[VERIFIED_NAME_BYTES])
{
	unsigned char all[2 * DIGEST + RSA_MAXIMUM / 8];
	if (text->signature_size > RSA_MAXIMUM / 8)
		return false;
	memcpy(all, key->name, DIGEST);
	memcpy(all + DIGEST, digest, DIGEST);
	memcpy(all + 2 * DIGEST, text->signature, text->signature_size);
	return EVP_Digest(all, 2 * DIGEST + text->signature_size, name, NULL, key->sha256, NULL)
		== 1;
}

bool public_key_verify(const struct public_key *key, const struct signed_text *text)
{
	unsigned char digest[DIGEST], name[VERIFIED_NAME_BYTES];
	if (text->algorithm != key->algorithm
		|| !EVP_Digest(text->text, text->length, digest, NULL, key->sha256, NULL)
		|| !name_signature(key, text, digest, name))
		return false;
	if (verified_has(name))
		return true;
	bool is_good = verify(key, text, digest);
	if (is_good)
		verified_note(name);
	return is_good;
}
