/* SPDX-License-Identifier: MIT */
/* Computes when granted points expire. */
#include "reward/expiry.h"

#include "base/text.h"

#include <stddef.h>

static const char *const NAMES[] = { [EXPIRY_NEVER] = NULL,
	[EXPIRY_DAYS] = "days",
	[EXPIRY_MONTHS] = "months",
	[EXPIRY_MONTH_END] = "month-end",
	[EXPIRY_YEAR_END] = "year-end" };

const char *expiry_name(enum expiry_kind kind)
{
	return NAMES[kind];
}

enum expiry_kind expiry_kind_of(const char *name)
{
	for (enum expiry_kind kind = EXPIRY_DAYS; name && kind <= EXPIRY_YEAR_END; kind++)
		if (text_equals(name, NAMES[kind]))
			return kind;
	return EXPIRY_NEVER;
}

/* The same day of a later month, or its last day. */
static date add_months(date day, int64_t count)
{
	struct month month = date_month(day);
	int place = day.day - month_first(month).day;
	int64_t months = month.year * 12 + month.month - 1 + count;
	struct month later = { (int)(months / 12), (int)(months % 12) + 1 };
	date first = month_first(later), last = month_last(later);
	return first.day + place > last.day ? last : (date){ first.day + place };
}

date expiry_last_day(struct expiry expiry, date granted)
{
	struct month month = date_month(granted);
	switch (expiry.kind) {
	case EXPIRY_DAYS: return (date){ granted.day + (int32_t)expiry.count };
	case EXPIRY_MONTHS: return add_months(granted, expiry.count);
	case EXPIRY_MONTH_END: return month_last(month);
	case EXPIRY_YEAR_END: return month_last((struct month){ month.year, 12 });
	case EXPIRY_NEVER: break;
	}
	return granted;
}

instant expiry_instant(struct expiry expiry, const char *zone, instant granted)
{
	date last = expiry_last_day(expiry, zone_date(zone, granted));
	return zone_day_start(zone, (date){ last.day + 1 });
}

date expiry_day_of(const char *zone, instant expires_at)
{
	return zone_date(zone, (instant){ expires_at.seconds - 1 });
}

instant expiry_after_refund(int64_t days, const char *zone, instant now)
{
	return days == 0 ? now : expiry_instant((struct expiry){ EXPIRY_DAYS, days }, zone, now);
}
