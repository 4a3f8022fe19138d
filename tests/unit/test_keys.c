/* SPDX-License-Identifier: MIT */
/* Which published keys are taken, and which signatures they accept. */
#include "auth/key_set.h"
#include "auth/verified.h"
#include "base/json.h"

#include "forge.h"
#include "sentence.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <sys/wait.h>
#include <unistd.h>

static void *all;
static EVP_PKEY *rsa, *other_rsa, *ec, *other_ec;

static int prepare(void **state)
{
	(void)state;
	all = memory_context(NULL);
	verified_open(); /* so every signature below may be known already */
	rsa = EVP_RSA_gen(2048);
	other_rsa = EVP_RSA_gen(2048);
	ec = EVP_EC_gen("P-256");
	other_ec = EVP_EC_gen("P-256");
	return rsa && other_rsa && ec && other_ec ? 0 : -1;
}

static int clean(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(other_rsa);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(other_ec);
	memory_free(all);
	return 0;
}

/* --- keys and signatures --- */

static const char *number(EVP_PKEY *key, const char *name, int size)
{
	unsigned char bytes[1024];
	BIGNUM *value = NULL;
	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &value), 1);
	int length = size ? size : BN_num_bytes(value);
	assert_int_equal(BN_bn2binpad(value, bytes, length), length);
	BN_free(value);
	return text_to_base64url(all, bytes, (size_t)length);
}

/* The JWK of key with more members behind it. */
static char *jwk(EVP_PKEY *key, const char *more)
{
	if (EVP_PKEY_is_a(key, "RSA"))
		return memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"%s}",
			number(key, OSSL_PKEY_PARAM_RSA_N, 0),
			number(key, OSSL_PKEY_PARAM_RSA_E, 0), more);
	return memory_format(all, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"%s}",
		number(key, OSSL_PKEY_PARAM_EC_PUB_X, 32),
		number(key, OSSL_PKEY_PARAM_EC_PUB_Y, 32), more);
}

static struct key_set *read_set(const char *keys)
{
	json_object *array = json_tokener_parse(keys);
	assert_non_null(array);
	return key_set_read(all, json_attach(all, array));
}

static bool is_taken(const char *text)
{
	return key_set_count(read_set(memory_format(all, "[%s]", text))) == 1;
}

static struct signed_text made(
	enum token_algorithm algorithm, const char *kid, const void *signature, size_t size)
{
	return (struct signed_text){ .algorithm = algorithm,
		.kid = kid,
		.text = "header.payload",
		.length = 14,
		.signature = (unsigned char *)memory_copy_bytes(all, signature, size),
		.signature_size = size };
}

static size_t sign(EVP_PKEY *key, const char *digest, unsigned char out[1024])
{
	size_t size = 1024;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	assert_int_equal(EVP_DigestSignInit_ex(context, NULL, digest, NULL, NULL, key, NULL), 1);
	assert_int_equal(
		EVP_DigestSign(context, out, &size, (const unsigned char *)"header.payload", 14),
		1);
	EVP_MD_CTX_free(context);
	return size;
}

static struct signed_text rs256(EVP_PKEY *key, const char *kid)
{
	unsigned char signature[1024];
	return made(ALGORITHM_RS256, kid, signature, sign(key, "SHA256", signature));
}

static struct signed_text es256(EVP_PKEY *key, const char *kid)
{
	unsigned char der[1024], pair[64];
	const unsigned char *at = der;
	ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &at, (long)sign(key, "SHA256", der));
	assert_non_null(numbers);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(numbers), pair, 32), 32);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(numbers), pair + 32, 32), 32);
	ECDSA_SIG_free(numbers);
	return made(ALGORITHM_ES256, kid, pair, sizeof pair);
}

static enum key_verdict verdict(const struct key_set *set, struct signed_text text)
{
	return key_set_verify(set, &text);
}

/* --- reading --- */

static void keys_say_what_they_are_for(void **state)
{
	(void)state;
	const struct {
		const char *sentence;
		EVP_PKEY *key;
		const char *more;
		bool want;
	} rows[] = {
		{ "an RSA key that says nothing", rsa, "", true },
		{ "an EC key that says nothing", ec, "", true },
		{ "an RSA key for RS256 signatures", rsa,
			",\"alg\":\"RS256\",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"kid\":\"a\"",
			true },
		{ "an EC key for ES256 signatures", ec, ",\"alg\":\"ES256\",\"use\":\"sig\"",
			true },
		{ "members that we do not know", rsa,
			",\"x5c\":[\"AA\"],\"x5t\":\"AA\",\"more\":{}", true },
		{ "an RSA key for encryption", rsa, ",\"use\":\"enc\"", false },
		{ "an RSA key for another algorithm", rsa, ",\"alg\":\"RS512\"", false },
		{ "an RSA key for PSS", rsa, ",\"alg\":\"PS256\"", false },
		{ "an RSA key that says it is for HS256", rsa, ",\"alg\":\"HS256\"", false },
		{ "an RSA key that says it is for ES256", rsa, ",\"alg\":\"ES256\"", false },
		{ "an EC key that says it is for RS256", ec, ",\"alg\":\"RS256\"", false },
		{ "a use that is no text", rsa, ",\"use\":5", false },
		{ "purposes that are null", rsa,
			",\"use\":null,\"alg\":null,\"key_ops\":null,\"kid\":null", true },
		{ "an alg that is no text", rsa, ",\"alg\":5", false },
		{ "a key that may only sign", rsa, ",\"key_ops\":[\"sign\"]", false },
		{ "operations that are no list", rsa, ",\"key_ops\":\"verify\"", false },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(
			rows[i].sentence, is_taken(jwk(rows[i].key, rows[i].more)) == rows[i].want);
}

static void keys_are_well_formed_and_strong(void **state)
{
	(void)state;
	EVP_PKEY *small = EVP_RSA_gen(1024), *nearly = EVP_RSA_gen(2047),
		 *p384 = EVP_EC_gen("P-384");
	const char *n = number(rsa, OSSL_PKEY_PARAM_RSA_N, 0),
		   *x = number(ec, OSSL_PKEY_PARAM_EC_PUB_X, 32);
	const char *y = number(ec, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
	char *huge = memory_array(all, char, 1369);
	memset(huge, '_', 1368); /* 8208 bits */
	const struct {
		const char *sentence;
		const char *text;
		bool want;
	} rows[] = {
		{ "RSA of 1024 bits", jwk(small, ""), false },
		{ "RSA of 2047 bits", jwk(nearly, ""), false },
		{ "RSA of more bits than anybody needs",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}", huge),
			false },
		{ "RSA with an even modulus",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%.*sA\",\"e\":\"AQAB\"}",
				(int)strlen(n) - 1, n),
			false },
		{ "RSA with its usual exponent",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}", n),
			true },
		{ "RSA with exponent 3",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"Aw\"}", n),
			true },
		{ "RSA with exponent 1, under which anything verifies",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQ\"}", n),
			false },
		{ "RSA with an even exponent",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAA\"}", n),
			false },
		{ "RSA with an exponent that makes it slow",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAAAAE\"}", n),
			false },
		{ "RSA without an exponent",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\"}", n), false },
		{ "RSA with an empty modulus", "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"}",
			false },
		{ "RSA with characters of no alphabet",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s.\",\"e\":\"AQAB\"}", n),
			false },
		{ "RSA with padding in the middle",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"AA==%s\",\"e\":\"AQAB\"}", n),
			false },
		{ "RSA with an exponent of zeros",
			memory_format(all, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AAAA\"}", n),
			false },
		{ "RSA whose numbers are numbers", "{\"kty\":\"RSA\",\"n\":5,\"e\":3}", false },
		{ "another curve",
			memory_format(all,
				"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"%s\",\"y\":\"%s\"}",
				number(p384, OSSL_PKEY_PARAM_EC_PUB_X, 48),
				number(p384, OSSL_PKEY_PARAM_EC_PUB_Y, 48)),
			false },
		{ "a curve that Bitcoin likes",
			memory_format(all,
				"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"%s\",\"y\":\"%s\"}",
				x, y),
			false },
		{ "a point that is not on the curve",
			memory_format(all,
				"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}", x,
				x),
			false },
		{ "half a point",
			memory_format(all, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\"}", x),
			false },
		{ "a short coordinate",
			memory_format(all,
				"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"AA\"}", x),
			false },
		{ "a shared secret",
			"{\"kty\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
			"\"alg\":\"HS256\"}",
			false },
		{ "a long coordinate",
			memory_format(all,
				"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ%s\",\"y\":\"%s\"}", x,
				y),
			false },
		{ "a kind to come", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}", false },
		{ "no kind", memory_format(all, "{\"n\":\"%s\",\"e\":\"AQAB\"}", n), false },
		{ "no object", "\"RSA\"", false },
		{ "null", "null", false },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence, is_taken(rows[i].text) == rows[i].want);
	EVP_PKEY_free(small);
	EVP_PKEY_free(nearly);
	EVP_PKEY_free(p384);
}

/* --- as real issuers publish them --- */

enum form { PADDED, STANDARD, WITH_SIGN_BYTE, WITHOUT_ZEROS, IN_LINES, FORMS };
static const char *const FORM_NAMES[FORMS] = { "padded", "the standard alphabet",
	"with a sign byte", "without leading zeros", "in lines" };

/* The number name of key as some issuers write it; size is its full size. */
static const char *written(EVP_PKEY *key, const char *name, size_t size, enum form form)
{
	unsigned char bytes[1024] = { 0 };
	char text[2048] = "";
	BIGNUM *value = NULL;
	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &value), 1);
	size = form == WITHOUT_ZEROS ? (size_t)BN_num_bytes(value)
				     : size + (form == WITH_SIGN_BYTE);
	assert_int_equal(BN_bn2binpad(value, bytes, (int)size), size);
	BN_free(value);
	(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
	if (form == IN_LINES)
		return memory_format(all, "%.4s\\n%s", text, text + 4);
	if (form != STANDARD)
		for (char *at = text; *at; at++)
			*at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
	return form == PADDED ? memory_copy_text(all, text)
			      : memory_copy_bytes(all, text, strcspn(text, "="));
}

/* One key in 128 has a coordinate that begins with a zero byte. */
static EVP_PKEY *key_with_short_coordinate(void)
{
	for (;;) {
		EVP_PKEY *key = EVP_EC_gen("P-256");
		BIGNUM *x = NULL, *y = NULL;
		assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x), 1);
		assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y), 1);
		bool is_short = BN_num_bytes(x) < 32 || BN_num_bytes(y) < 32;
		BN_free(x);
		BN_free(y);
		if (is_short)
			return key;
		EVP_PKEY_free(key);
	}
}

static void keys_are_read_as_real_issuers_write_them(void **state)
{
	(void)state;
	EVP_PKEY *key = key_with_short_coordinate();
	for (enum form form = 0; form < FORMS; form++) {
		const char *of_rsa = memory_format(all,
			"[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}]",
			written(rsa, OSSL_PKEY_PARAM_RSA_N, 256, form),
			written(rsa, OSSL_PKEY_PARAM_RSA_E, 3, form));
		const char *of_ec = memory_format(all,
			"[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}]",
			written(key, OSSL_PKEY_PARAM_EC_PUB_X, 32, form),
			written(key, OSSL_PKEY_PARAM_EC_PUB_Y, 32, form));
		sentence_number(
			FORM_NAMES[form], KEY_ACCEPTS, verdict(read_set(of_rsa), rs256(rsa, NULL)));
		sentence_number(
			FORM_NAMES[form], KEY_ACCEPTS, verdict(read_set(of_ec), es256(key, NULL)));
	}
	EVP_PKEY_free(key);
}

static void each_ignored_key_is_listed_with_its_reason(void **state)
{
	(void)state;
	EVP_PKEY *small = EVP_RSA_gen(1024);
	struct ignored ignored = { .context = all };
	const char *keys = memory_format(all,
		"%s,%s,%s,%s,%s,%s,%s,{\"kty\":\"oct\",\"k\":\"AA\"},{\"kty\":\"EC\",\"crv\":\"P-"
		"384\"},"
		"{\"kty\":\"RSA\"},{\"kty\":\"RSA\",\"n\":\"AQ\",\"e\":\"AQ\"},"
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"},"
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"!\",\"y\":\"AQ\"},5",
		jwk(rsa, ",\"kid\":\"good\""), jwk(rsa, ",\"kid\":\"e\",\"use\":\"enc\""),
		jwk(rsa, ",\"kid\":\"\\n\",\"alg\":\"RS512\""), jwk(ec, ",\"alg\":\"RS256\""),
		jwk(ec, ",\"key_ops\":[\"sign\"]"), jwk(small, ",\"kid\":7"),
		jwk(ec, ",\"kid\":\"c\""));
	static const struct ignored_item WANT[] = {
		{ "key \"e\"", "its use is not sig", true },
		{ "key \"\\n\"", "its alg is not RS256", true },
		{ "key number 4", "its alg is not ES256", true },
		{ "key number 5", "its key_ops do not contain verify", true },
		{ "key 7", "n is not an odd number of 2048 to 8192 bits", false },
		{ "key \"c\"", "it is for ES256, and the settings say RS256", true },
		{ "key number 8", "its type (kty) is neither RSA nor EC", true },
		{ "key number 9", "its curve (crv) is not P-256", true },
		{ "key number 10", "n or e is missing or is not base64url", false },
		{ "key number 11", "e is not an odd number from 3 to 32 bits", false },
		{ "key number 12", "x and y are not a point of P-256", false },
		{ "key number 13", "x or y is missing or is not base64url", false },
		{ "key number 14", "its type (kty) is neither RSA nor EC", true },
	};
	assert_non_null(key_set_extract(
		all, memory_format(all, "{\"keys\":[%s]}", keys), ALGORITHM_RS256, &ignored));
	assert_int_equal(ignored.count, countof(WANT));
	for (size_t i = 0; i < countof(WANT); i++) {
		sentence_text(WANT[i].what, WANT[i].what, ignored.items[i].what);
		sentence_text(WANT[i].what, WANT[i].why, ignored.items[i].why);
		sentence_holds(WANT[i].what, WANT[i].is_usual == ignored.items[i].is_usual);
	}
	EVP_PKEY_free(small);
}

static void the_key_beyond_the_last_is_listed_too(void **state)
{
	(void)state;
	const char *keys = jwk(rsa, "");
	struct ignored ignored = { .context = all };
	for (unsigned i = 1; i < KEY_SET_MAXIMUM + 1; i++)
		keys = memory_format(all, "%s,%s", keys, jwk(rsa, ""));
	json_object *kept = key_set_extract(
		all, memory_format(all, "{\"keys\":[%s]}", keys), ALGORITHM_RS256, &ignored);
	assert_int_equal(json_object_array_length(kept), KEY_SET_MAXIMUM);
	assert_int_equal(ignored.count, 1);
	assert_string_equal(ignored.items[0].why, "only the first 64 usable keys are kept");
}

static void unusable_keys_are_passed_over(void **state)
{
	(void)state;
	struct key_set *set = read_set(
		memory_format(all, "[null,%s,{\"kty\":\"oct\"},%s]", jwk(rsa, ""), jwk(ec, "")));
	assert_int_equal(key_set_count(set), 2);
	assert_int_equal(key_set_count(read_set("{}")), 0);
	assert_int_equal(key_set_count(key_set_read(all, NULL)), 0);
}

static void of_a_document_only_public_members_are_kept(void **state)
{
	(void)state;
	const char *document = memory_format(all,
		"{\"keys\":[%s,%s,{\"kty\":\"oct\",\"k\":\"AA\"}]}",
		jwk(rsa, ",\"kid\":\"a\",\"d\":\"private\",\"x5u\":\"https://evil.example\""),
		jwk(ec, ",\"use\":\"enc\""));
	json_object *keys = key_set_extract(all, document, ALGORITHM_RS256, NULL);
	assert_non_null(keys);
	assert_int_equal(json_object_array_length(keys), 1);
	assert_int_equal(json_object_object_length(json_object_array_get_idx(keys, 0)), 4);
	assert_null(strstr(json_text(all, keys), "private"));
}

static void documents_without_a_usable_key_are_none(void **state)
{
	(void)state;
	static const struct {
		const char *sentence, *document;
	} rows[] = {
		{ "an empty one", "" },
		{ "a page", "<html></html>" },
		{ "a list", "[]" },
		{ "no keys", "{}" },
		{ "keys null", "{\"keys\":null}" },
		{ "an empty list", "{\"keys\":[]}" },
		{ "only unusable ones", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}" },
		{ "half of one", "{\"keys\":[" },
		{ "too deep", "{\"keys\":[[[[[[[[[[[[]]]]]]]]]]]]}" },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_holds(rows[i].sentence,
			key_set_extract(all, rows[i].document, ALGORITHM_RS256, NULL) == NULL);
}

/* --- signatures --- */

static void the_examples_of_rfc_7515_hold(void **state)
{
	(void)state;
	static const char PAYLOAD[] = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9l"
				      "eGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
	static const struct {
		const char *sentence;
		enum token_algorithm algorithm;
		const char *key, *header, *signature;
	} rows[] = {
		{ "appendix A.2", ALGORITHM_RS256,
			"[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":"
			"\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-"
			"4qPCJrcS2mJPMEzP1Pt0Bm4"
			"d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
			"bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2Ca"
			"pHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-"
			"DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}]",
			"eyJhbGciOiJSUzI1NiJ9",
			"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-"
			"0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
			"BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
			"eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
			"hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
			"IoypGlUPQGe77Rw" },
		{ "appendix A.3", ALGORITHM_ES256,
			"[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":"
			"\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
			"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]",
			"eyJhbGciOiJFUzI1NiJ9",
			"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-"
			"F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct signed_text text = { .algorithm = rows[i].algorithm,
			.text = memory_format(all, "%s.%s", rows[i].header, PAYLOAD) };
		unsigned char *signature;
		text.length = strlen(text.text);
		assert_true(text_from_base64url(all, rows[i].signature, strlen(rows[i].signature),
			&signature, &text.signature_size));
		text.signature = signature;
		sentence_number(rows[i].sentence, KEY_ACCEPTS,
			key_set_verify(read_set(rows[i].key), &text));
	}
}

static void a_key_is_found_by_name_and_algorithm(void **state)
{
	(void)state;
	struct key_set *set = read_set(memory_format(all, "[%s,%s,%s,%s]",
		jwk(rsa, ",\"kid\":\"a\""), jwk(other_rsa, ",\"kid\":\"b\""),
		jwk(ec, ",\"kid\":\"c\""), jwk(other_rsa, "")));
	const struct {
		const char *sentence;
		struct signed_text text;
		enum key_verdict want;
	} rows[] = {
		{ "the first RSA key", rs256(rsa, "a"), KEY_ACCEPTS },
		{ "the second", rs256(other_rsa, "b"), KEY_ACCEPTS },
		{ "the EC key", es256(ec, "c"), KEY_ACCEPTS },
		{ "the name of another", rs256(rsa, "b"), KEY_REFUSES },
		{ "another EC key under the same name", es256(other_ec, "c"), KEY_REFUSES },
		{ "a name that nobody has", rs256(rsa, "d"), KEY_UNKNOWN },
		{ "an empty name", rs256(rsa, ""), KEY_UNKNOWN },
		{ "a longer name", rs256(rsa, "ab"), KEY_UNKNOWN },
		{ "the name of a key of the other kind", rs256(rsa, "c"), KEY_UNKNOWN },
		{ "the same the other way round", es256(ec, "a"), KEY_UNKNOWN },
		{ "no name, where there are several", rs256(rsa, NULL), KEY_REFUSES },
		{ "no name, where there is one of the algorithm", es256(ec, NULL), KEY_ACCEPTS },
		{ "no name, and not that one", es256(other_ec, NULL), KEY_REFUSES },
	};
	for (size_t i = 0; i < countof(rows); i++)
		sentence_number(rows[i].sentence, rows[i].want, verdict(set, rows[i].text));
	assert_int_equal(verdict(read_set("[]"), rs256(rsa, NULL)), KEY_UNKNOWN);
	assert_int_equal(
		verdict(read_set(memory_format(all, "[%s]", jwk(ec, ""))), rs256(rsa, NULL)),
		KEY_UNKNOWN);
}

static void two_keys_of_one_name_are_both_tried(void **state)
{
	(void)state;
	struct key_set *set = read_set(memory_format(
		all, "[%s,%s]", jwk(rsa, ",\"kid\":\"a\""), jwk(other_rsa, ",\"kid\":\"a\"")));
	assert_int_equal(verdict(set, rs256(rsa, "a")), KEY_ACCEPTS);
	assert_int_equal(verdict(set, rs256(other_rsa, "a")), KEY_ACCEPTS);
}

static void changed_texts_and_signatures_are_refused(void **state)
{
	(void)state;
	const struct {
		const char *sentence;
		struct key_set *set;
		struct signed_text text;
	} rows[] = {
		{ "RS256", read_set(memory_format(all, "[%s]", jwk(rsa, ""))), rs256(rsa, NULL) },
		{ "ES256", read_set(memory_format(all, "[%s]", jwk(ec, ""))), es256(ec, NULL) },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct signed_text text = rows[i].text;
		sentence_number(rows[i].sentence, KEY_ACCEPTS, verdict(rows[i].set, text));
		for (size_t at = 0; at < text.signature_size; at++) {
			unsigned char *changed = (unsigned char *)memory_copy_bytes(
				all, text.signature, text.signature_size);
			changed[at] ^= 1;
			sentence_number(rows[i].sentence, KEY_REFUSES,
				verdict(rows[i].set,
					made(text.algorithm, NULL, changed, text.signature_size)));
		}
		text.text = "header.paYload";
		sentence_number(rows[i].sentence, KEY_REFUSES, verdict(rows[i].set, text));
		text.text = rows[i].text.text;
		text.signature_size--;
		sentence_number(rows[i].sentence, KEY_REFUSES, verdict(rows[i].set, text));
		text.signature_size = 0;
		sentence_number(rows[i].sentence, KEY_REFUSES, verdict(rows[i].set, text));
		sentence_number("and the key is as good as before", KEY_ACCEPTS,
			verdict(rows[i].set, rows[i].text));
	}
}

static void other_forms_of_signatures_are_refused(void **state)
{
	(void)state;
	unsigned char der[1024], zeros[64] = { 0 }, sha512[1024];
	struct key_set *ec_set = read_set(memory_format(all, "[%s]", jwk(ec, ""))),
		       *rsa_set = read_set(memory_format(all, "[%s]", jwk(rsa, "")));
	assert_int_equal(verdict(ec_set, made(ALGORITHM_ES256, NULL, der, sign(ec, "SHA256", der))),
		KEY_REFUSES);
	assert_int_equal(
		verdict(ec_set, made(ALGORITHM_ES256, NULL, zeros, sizeof zeros)), KEY_REFUSES);
	assert_int_equal(
		verdict(rsa_set, made(ALGORITHM_RS256, NULL, sha512, sign(rsa, "SHA512", sha512))),
		KEY_REFUSES);
	assert_int_equal(
		verdict(rsa_set, made(ALGORITHM_RS256, NULL, zeros, sizeof zeros)), KEY_REFUSES);
}

/* --- what was verified before --- */

static void a_good_signature_is_good_for_its_own_key_alone(void **state)
{
	(void)state;
	struct key_set *own = read_set(memory_format(all, "[%s]", jwk(rsa, ""))),
		       *foreign = read_set(memory_format(all, "[%s]", jwk(other_rsa, "")));
	const struct signed_text text = rs256(rsa, NULL);
	for (unsigned time = 0; time < 3; time++) {
		assert_int_equal(verdict(own, text), KEY_ACCEPTS);
		assert_int_equal(verdict(foreign, text), KEY_REFUSES);
	}
}

static void names_are_remembered_by_all_and_make_room_for_others(void **state)
{
	(void)state;
	unsigned char name[VERIFIED_NAME_BYTES] = "a name", other[VERIFIED_NAME_BYTES];
	int status = 1;
	assert_false(verified_has(name));
	pid_t worker = fork();
	if (worker == 0) {
		verified_note(name);
		_exit(0);
	}
	assert_true(waitpid(worker, &status, 0) == worker && status == 0);
	assert_true(verified_has(name));
	for (size_t i = 0; i < 16; i++) {
		memcpy(other, name, sizeof(other));
		other[i] ^= 1;
		assert_false(verified_has(other));
	}
	verified_note(other);
	assert_true(verified_has(other));
	assert_false(verified_has(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_say_what_they_are_for),
		cmocka_unit_test(keys_are_well_formed_and_strong),
		cmocka_unit_test(keys_are_read_as_real_issuers_write_them),
		cmocka_unit_test(each_ignored_key_is_listed_with_its_reason),
		cmocka_unit_test(the_key_beyond_the_last_is_listed_too),
		cmocka_unit_test(unusable_keys_are_passed_over),
		cmocka_unit_test(of_a_document_only_public_members_are_kept),
		cmocka_unit_test(documents_without_a_usable_key_are_none),
		cmocka_unit_test(the_examples_of_rfc_7515_hold),
		cmocka_unit_test(a_key_is_found_by_name_and_algorithm),
		cmocka_unit_test(two_keys_of_one_name_are_both_tried),
		cmocka_unit_test(changed_texts_and_signatures_are_refused),
		cmocka_unit_test(other_forms_of_signatures_are_refused),
		cmocka_unit_test(a_good_signature_is_good_for_its_own_key_alone),
		cmocka_unit_test(names_are_remembered_by_all_and_make_room_for_others),
	};
	return cmocka_run_group_tests(tests, prepare, clean);
}
