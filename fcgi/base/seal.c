/* SPDX-License-Identifier: MIT */
/* Seals with AES-256-GCM of OpenSSL. Format: version, key id, nonce, tag, ciphertext. */
#include "base/seal.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/settings.h"

#include <openssl/evp.h>
#include <string.h>

enum { VERSION = 1, KEY_SIZE = 32, ID_SIZE = 4, NONCE_SIZE = 12, TAG_SIZE = 16, KEYS_MAXIMUM = 2 };
enum {
	ID_AT = 1,
	NONCE_AT = ID_AT + ID_SIZE,
	TAG_AT = NONCE_AT + NONCE_SIZE,
	BYTES_AT = TAG_AT + TAG_SIZE
};
_Static_assert((int)NONCE_AT == (int)SEAL_NAME, "the key's name comes first");
_Static_assert((int)BYTES_AT == (int)SEAL_OVERHEAD, "the header is what sealing adds");

struct key {
	unsigned char bytes[KEY_SIZE], id[ID_SIZE];
};
struct seal {
	struct key keys[KEYS_MAXIMUM];
	size_t count;
};

static int wipe(void *object)
{
	struct seal *seal = object;
	explicit_bzero(seal->keys, sizeof seal->keys);
	return 0;
}

static int digit(char character)
{
	static const char DIGITS[] = "0123456789abcdef";
	const char *at = character ? strchr(DIGITS, character) : NULL;
	return at ? (int)(at - DIGITS) : -1;
}

static bool read_hex(const char *text, unsigned char bytes[KEY_SIZE])
{
	if (strlen(text) != 2 * (size_t)KEY_SIZE)
		return false;
	for (size_t i = 0; i < KEY_SIZE; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}

static bool add_key(struct seal *seal, const char *file, const char **error)
{
	struct key *key = &seal->keys[seal->count];
	const char *text = settings_read_secret(seal, file, error);
	if (!text)
		return false;
	if (!read_hex(text, key->bytes)) {
		*error = memory_format(
			seal, "%s: must hold 64 hex digits (openssl rand -hex 32)", file);
		return false;
	}
	unsigned char hash[EVP_MAX_MD_SIZE];
	if (EVP_Digest(key->bytes, KEY_SIZE, hash, NULL, EVP_sha256(), NULL) != 1)
		memory_exhausted();
	memcpy(key->id, hash, ID_SIZE);
	seal->count++;
	return true;
}

struct seal *seal_open(
	const void *context, const char *key_file, const char *old_key_file, const char **error)
{
	struct seal *seal = memory_new(context, struct seal);
	memory_at_end(seal, wipe);
	bool is_good = add_key(seal, key_file, error)
		&& (!old_key_file || add_key(seal, old_key_file, error));
	return is_good ? seal : NULL;
}

static const unsigned char *bytes_of(const char *text)
{
	return (const unsigned char *)text;
}

unsigned char *seal_close(const struct seal *seal, const void *context, const char *purpose,
	const void *bytes, size_t length)
{
	unsigned char *out = memory_zeroed(context, length + SEAL_OVERHEAD);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int size = 0;
	out[0] = VERSION;
	memcpy(out + ID_AT, seal->keys[0].id, ID_SIZE);
	random_bytes(out + NONCE_AT, NONCE_SIZE);
	bool is_good = cipher
		&& EVP_EncryptInit_ex(
			   cipher, EVP_aes_256_gcm(), NULL, seal->keys[0].bytes, out + NONCE_AT)
			== 1
		&& EVP_EncryptUpdate(cipher, NULL, &size, bytes_of(purpose), (int)strlen(purpose))
			== 1
		&& EVP_EncryptUpdate(cipher, out + BYTES_AT, &size, bytes, (int)length) == 1
		&& EVP_EncryptFinal_ex(cipher, out + BYTES_AT + size, &size) == 1
		&& EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, out + TAG_AT) == 1;
	EVP_CIPHER_CTX_free(cipher);
	if (!is_good)
		memory_exhausted();
	return out;
}

static const struct key *find_key(const struct seal *seal, const unsigned char *sealed)
{
	for (size_t i = 0; i < seal->count; i++)
		if (memcmp(seal->keys[i].id, sealed + ID_AT, ID_SIZE) == 0)
			return &seal->keys[i];
	return NULL;
}

bool seal_has_key_of(const struct seal *seal, const void *sealed, size_t length)
{
	const unsigned char *in = sealed;
	return length >= SEAL_NAME && in[0] == VERSION && find_key(seal, in);
}

char *seal_read(const struct seal *seal, const void *context, const char *purpose,
	const void *sealed, size_t length, size_t *bytes_length)
{
	const unsigned char *in = sealed;
	const struct key *key = length >= SEAL_OVERHEAD && in[0] == VERSION ? find_key(seal, in)
									    : NULL;
	if (!key)
		return NULL;
	size_t size = length - SEAL_OVERHEAD;
	unsigned char *out = memory_zeroed(context, size + 1), tag[TAG_SIZE];
	memcpy(tag, in + TAG_AT, TAG_SIZE);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int written = 0;
	bool is_good = cipher
		&& EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key->bytes, in + NONCE_AT)
			== 1
		&& EVP_DecryptUpdate(
			   cipher, NULL, &written, bytes_of(purpose), (int)strlen(purpose))
			== 1
		&& EVP_DecryptUpdate(cipher, out, &written, in + BYTES_AT, (int)size) == 1
		&& EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) == 1
		&& EVP_DecryptFinal_ex(cipher, out + written, &written) == 1;
	EVP_CIPHER_CTX_free(cipher);
	if (!is_good) {
		explicit_bzero(out, size);
		return NULL;
	}
	*bytes_length = size;
	return (char *)out;
}
