/* SPDX-License-Identifier: MIT */
/* What comes back to us authenticated: nothing that we did not make is taken for ours. */
#include "fuzz.h"

#include "base/seal.h"
#include "base/text.h"
#include "web/cursor.h"

#include <sys/stat.h>
#include <unistd.h>

static struct seal *make_seal(void)
{
	char path[] = "/tmp/dojang-fuzz-XXXXXX";
	const char *error = NULL;
	int file = mkstemp(path);
	FUZZ_HOLDS(file >= 0 && fchmod(file, 0600) == 0);
	for (int i = 0; i < 64; i++)
		FUZZ_HOLDS(write(file, "a", 1) == 1);
	struct seal *seal = seal_open(NULL, path, NULL, &error);
	FUZZ_HOLDS(seal);
	close(file);
	(void)unlink(path);
	return seal;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seal *seal;
	void *context = memory_context(NULL);
	const char *text = memory_copy_bytes(context, data, size);
	uint64_t position;
	size_t length;
	if (!seal)
		seal = make_seal();
	FUZZ_HOLDS(!seal_read(seal, context, "webhook", data, size, &length));
	unsigned char *closed = seal_close(seal, context, "webhook", data, size);
	char *opened = seal_read(seal, context, "webhook", closed, size + SEAL_OVERHEAD, &length);
	FUZZ_HOLDS(opened && length == size && memcmp(opened, data, size) == 0);
	FUZZ_HOLDS(!seal_read(seal, context, "address", closed, size + SEAL_OVERHEAD, &length));
	closed[size ? data[0] % (size + SEAL_OVERHEAD) : 0] ^= 1;
	FUZZ_HOLDS(!seal_read(seal, context, "webhook", closed, size + SEAL_OVERHEAD, &length));
	FUZZ_HOLDS(!cursor_read(context, "secret", "list", 7, text, &position));
	memory_free(context);
	return 0;
}
