/* SPDX-License-Identifier: MIT */
/* Computes local dates with the system's time zones. */
#include "base/calendar.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { ZONE_MAXIMUM = 64, HOUR_SECONDS = 3600, DAY_SECONDS = 24 * HOUR_SECONDS };

_Static_assert(sizeof(time_t) >= 8, "dates beyond 2038 need a wide time_t");

static bool is_zone_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		|| c == '_' || c == '+' || c == '-';
}

/* Words separated by single slashes. No dot, so the path cannot leave the directory. */
static bool is_zone_name(const char *zone)
{
	size_t word = 0, length = 0;
	for (; zone[length]; length++) {
		if (zone[length] == '/' ? word == 0 : !is_zone_character(zone[length]))
			return false;
		word = zone[length] == '/' ? 0 : word + 1;
	}
	return word > 0 && length <= ZONE_MAXIMUM;
}

/* Files of the directory that are not zone names: variants with leap seconds, copies, the system's
 * default. */
static bool is_foreign(const char *zone)
{
	static const char *const FOREIGN[] = { "right/", "posix/", "localtime", "posixrules",
		"Factory" };
	for (size_t i = 0; i < countof(FOREIGN); i++)
		if (strncmp(zone, FOREIGN[i], strlen(FOREIGN[i])) == 0)
			return true;
	return false;
}

static bool is_zone_file(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	char magic[4];
	bool is_good = fread(magic, sizeof(magic), 1, file) == 1
		&& memcmp(magic, "TZif", sizeof(magic)) == 0;
	fclose(file);
	return is_good;
}

bool zone_exists(const char *zone)
{
	if (!is_zone_name(zone) || is_foreign(zone))
		return false;
	const char *directory = getenv("TZDIR");
	void *context = memory_context(NULL);
	bool exists = is_zone_file(memory_format(context, "%s/%s",
		directory && *directory ? directory : "/usr/share/zoneinfo", zone));
	memory_free(context);
	return exists;
}

const char ZONES_MISSING[] = "this host has no time zones: install the package tzdata";

bool zones_are_missing(void)
{
	return !zone_exists("Asia/Seoul");
}

/* The C library's conversion costs more than the rest of a date, and workers convert the same few
 * instants repeatedly. So offsets are cached per minute. The number of slots is prime, otherwise
 * all midnights would use the same one. */
enum { MINUTE = 60, MINUTES_KEPT = 31 };

static struct {
	bool is_known;
	int64_t minute;
	int32_t offset;
} kept[MINUTES_KEPT];

/* The C library has one zone at a time, that of the process variable TZ. Programs have one thread,
 * and only this file uses local time, so it sets the variable when another zone is needed. */
static void use_zone(const char *zone)
{
	static char current[ZONE_MAXIMUM + 1];
	if (*current && strcmp(current, zone) == 0)
		return;
	char wanted[ZONE_MAXIMUM + 2] = ":";
	strncat(wanted, zone, ZONE_MAXIMUM);
	if (setenv("TZ", wanted, 1) != 0)
		memory_exhausted();
	tzset();
	memset(kept, 0, sizeof(kept));
	memcpy(current, wanted + 1, sizeof(current));
}

static int32_t look_up_offset(int64_t seconds)
{
	const time_t time = (time_t)seconds;
	struct tm parts = { 0 };
	localtime_r(&time, &parts);
	return (int32_t)parts.tm_gmtoff;
}

static int64_t floor_of(int64_t seconds, int64_t unit)
{
	return (seconds - (seconds < 0 ? unit - 1 : 0)) / unit;
}

/* Offsets changed within a minute as late as 1972 (Monrovia). Such a minute is not cached. */
static int32_t offset_at(int64_t seconds)
{
	const int64_t minute = floor_of(seconds, MINUTE),
		      place = (minute % MINUTES_KEPT + MINUTES_KEPT) % MINUTES_KEPT;
	if (kept[place].is_known && kept[place].minute == minute)
		return kept[place].offset;
	int32_t first = look_up_offset(minute * MINUTE);
	if (first != look_up_offset(minute * MINUTE + MINUTE - 1))
		return look_up_offset(seconds);
	kept[place].is_known = true;
	kept[place].minute = minute;
	kept[place].offset = first;
	return first;
}

static int32_t local_day(int64_t seconds)
{
	return (int32_t)floor_of(seconds + offset_at(seconds), DAY_SECONDS);
}

date zone_date(const char *zone, instant now)
{
	use_zone(zone);
	return (date){ local_day(now.seconds) };
}

int32_t zone_offset(const char *zone, instant now)
{
	use_zone(zone);
	return offset_at(now.seconds);
}

/* Finds the first second whose local date is day or later. At low it is earlier, at high it is not.
 */
static int64_t bisect(int32_t day, int64_t low, int64_t high)
{
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (local_day(middle) >= day)
			high = middle;
		else
			low = middle;
	}
	return high;
}

instant zone_day_start(const char *zone, date day)
{
	use_zone(zone);
	/* midnight in UTC; no zone is 16 hours away from it */
	const int64_t midnight = (int64_t)day.day * DAY_SECONDS;
	const int64_t low = midnight - 16 * HOUR_SECONDS, high = midnight + 16 * HOUR_SECONDS;
	/* Midnight by the offset before. It is tried first, because clocks that are set back over
	 * midnight pass it twice. */
	const int64_t usual = midnight - offset_at(low);
	if (local_day(usual) >= day.day && local_day(usual - 1) < day.day)
		return instant_storable((instant){ usual });
	return instant_storable((instant){ bisect(day.day, low, high) });
}
