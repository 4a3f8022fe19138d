/* SPDX-License-Identifier: MIT */
/* Gives a target every input of its corpus: tests/fuzz/corpus/NAME.txt, one input a line in base64.
 * The name is the program's own. */
#include "fuzz.h"

#include <openssl/evp.h>

enum { LINE_MAXIMUM = 65536 };

static char *corpus_of(const void *context, const char *program)
{
	const char *slash = strrchr(program, '/'), *name = slash ? slash + 1 : program,
		   *source = getenv("srcdir");
	name = strncmp(name, "lt-", 3) == 0 ? name + 3 : name;
	return memory_format(context, "%s/tests/fuzz/corpus/%s.txt", source ? source : ".",
		strncmp(name, "fuzz_", 5) == 0 ? name + 5 : name);
}

static bool replay(const char *line, size_t length)
{
	/* As large as the input and no larger, so that a sanitizer sees the first byte beyond it.
	 */
	unsigned char *decoded = malloc(length / 4 * 3 + 1);
	int size = decoded ? EVP_DecodeBlock(decoded, (const unsigned char *)line, (int)length)
			   : -1;
	if (size < 0)
		return free(decoded), false;
	for (size_t i = length; i > 0 && line[i - 1] == '='; i--)
		size--;
	unsigned char *data = malloc(size ? (size_t)size : 1);
	if (data) {
		memcpy(data, decoded, (size_t)size);
		(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	}
	free(data);
	free(decoded);
	return data != NULL;
}

int main(int count, char **words)
{
	void *context = memory_context(NULL);
	const char *path = count > 1 ? words[1] : corpus_of(context, words[0]);
	FILE *file = fopen(path, "r");
	char *line = memory_array(context, char, LINE_MAXIMUM);
	unsigned inputs = 0;
	if (!file)
		return perror(path), 1;
	while (fgets(line, LINE_MAXIMUM, file)) {
		size_t length = strcspn(line, "\n");
		if (*line == '#' || length == 0)
			continue;
		if (line[length] != '\n' || !replay(line, length))
			return fprintf(stderr, "%s: input %u is no base64 line below %d bytes\n",
				       path, inputs + 1, LINE_MAXIMUM),
			       1;
		inputs++;
	}
	fclose(file);
	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("%u inputs replayed\n", inputs);
	memory_free(context);
	return inputs ? 0 : 1;
}
