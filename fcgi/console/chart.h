/* SPDX-License-Identifier: MIT */
/* Charts as inline SVG: no script, colours from the style sheet, a title and a description for
 * people who cannot see them. */
#ifndef DOJANG_CONSOLE_CHART_H
#define DOJANG_CONSOLE_CHART_H

#include "base/calendar.h"
#include "web/writer.h"

#include <stdint.h>

struct chart_bar {
	const char *label;
	int64_t value;
};

struct chart {
	const char *id; /* unique on the page */
	const char *title, *description;
	const struct chart_bar *bars;
	size_t count;
	/* this bar is drawn paler, because it is not over yet; count: none */
	size_t marked;
};

struct markup chart_bars(const void *context, const struct chart *chart);

/* A day of two kinds of customers. */
struct chart_day {
	date day;
	const char *label; /* below the bar, where there is room */
	const char *text;  /* shown while the pointer is on it */
	int64_t fresh, again;
	int64_t mean; /* of a week, drawn as a line; negative: none */
};

struct chart_days {
	const char *id, *title, *description;
	const struct chart_day *days;
	size_t count;
	size_t open;    /* this day is hatched, because it is not over yet; count: none */
	bool is_narrow; /* for a phone */
};

struct markup chart_stacks(const void *context, const struct chart_days *chart);

/* How far customers came: of all, some reached a step, and some of these took its reward. */
struct chart_step {
	const char *name;
	int64_t reached, taken;
	int64_t lost; /* percent of those who reached the step before; 0: not shown */
};

/* Steps in rising order, each with the share that is lost to the next. */
struct markup chart_steps(const void *context, const char *id, const char *title,
	const char *description, const struct chart_step *steps, size_t count, int64_t all);

/* A small line without axes, hidden from screen readers: the page has its figures. */
struct markup chart_line(const void *context, const int64_t *values, size_t count);

/* The share in whole percent; 0 of nothing. A pure function. */
int64_t chart_percent(int64_t part, int64_t all);

/* The end of the axis: four times 1, 2 or 5 times a power of ten, so that its quarters are whole. A
 * pure function. */
int64_t chart_top(int64_t highest);

#endif
