/* SPDX-License-Identifier: MIT */
/* A hash table in memory that processes share. Each name has one slot, and a later name replaces an
 * earlier one. */
#include "auth/verified.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* 256 KB for a pool: the customers of some seconds at the highest load of a host. Half of a name is
 * enough: a second text with the same half must be found among 2^128. */
enum { PLACES = 16384, KEPT = 2 };

struct place {
	uint64_t words[KEPT];
};

static struct place *places;

void verified_open(void)
{
	void *table = mmap(NULL, PLACES * sizeof(struct place), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	places = table == MAP_FAILED ? NULL : table;
}

/* The words to store of name, and their slot; NULL when nothing is stored. */
static struct place *place_of(const unsigned char name[VERIFIED_NAME_BYTES], struct place *wanted)
{
	uint64_t number;
	memcpy(wanted->words, name, sizeof(wanted->words));
	memcpy(&number, name + sizeof(wanted->words), sizeof(number));
	return places ? &places[number % PLACES] : NULL;
}

/* Another process may write at the same time. Halves of different names form a name for which
 * nobody can have a text. */
bool verified_has(const unsigned char name[VERIFIED_NAME_BYTES])
{
	struct place wanted;
	const struct place *place = place_of(name, &wanted);
	for (size_t i = 0; place && i < KEPT; i++)
		if (__atomic_load_n(&place->words[i], __ATOMIC_RELAXED) != wanted.words[i])
			return false;
	return place;
}

void verified_note(const unsigned char name[VERIFIED_NAME_BYTES])
{
	struct place wanted, *place = place_of(name, &wanted);
	for (size_t i = 0; place && i < KEPT; i++)
		__atomic_store_n(&place->words[i], wanted.words[i], __ATOMIC_RELAXED);
}
