/* SPDX-License-Identifier: MIT */
/* Charts as inline SVG: no script, colours from the style sheet, a title and a description for
 * people who cannot see them. */
#ifndef DOJANG_CONSOLE_CHART_H
#define DOJANG_CONSOLE_CHART_H

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

/* The end of the axis: four times 1, 2 or 5 times a power of ten, so that its quarters are whole. A
 * pure function. */
int64_t chart_top(int64_t highest);

#endif
