/* SPDX-License-Identifier: MIT */
/* Hashes subjects of erased customers. */
#include "customer/erased_subject.h"

#include "base/memory.h"
#include "customer/customer.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

void erased_subject_hash(const void *context, const char *secret, const struct subject *subject,
	unsigned char hash[ERASED_SUBJECT_HASH_BYTES])
{
	unsigned size = ERASED_SUBJECT_HASH_BYTES;
	char *text = memory_format(
		context, "removed\n%" PRIu64 "\n%s", subject->issuer_id, subject->subject);
	if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text,
		    strlen(text), hash, &size))
		memory_exhausted();
}

enum { DAY_SECONDS = 86400, ZONES_SECONDS = 12 * 3600 }; /* a day ends last at UTC-12 */

instant erased_subject_end_of_day(date day)
{
	return instant_storable((instant){ ((int64_t)day.day + 1) * DAY_SECONDS + ZONES_SECONDS });
}

date erased_subject_day_over(instant now)
{
	return (date){ (int32_t)((now.seconds - ZONES_SECONDS) / DAY_SECONDS) - 1 };
}
