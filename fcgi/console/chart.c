/* SPDX-License-Identifier: MIT */
/* Draws bars. */
#include "console/chart.h"

#include "base/memory.h"

#include <inttypes.h>

enum {
	WIDTH = 440,
	HEIGHT = 210,
	LEFT = 46,
	RIGHT = 6,
	TOP = 12,
	BOTTOM = 26,
	LINES = 4,
	LABELS = 7
};
enum { INNER_WIDTH = WIDTH - LEFT - RIGHT, INNER_HEIGHT = HEIGHT - TOP - BOTTOM };

int64_t chart_top(int64_t highest)
{
	static const int64_t STEPS[] = { 1, 2, 5 };
	for (int64_t power = 4; power < INT64_MAX / 100; power *= 10)
		for (size_t i = 0; i < countof(STEPS); i++)
			if (power * STEPS[i] >= highest)
				return power * STEPS[i];
	return highest;
}

static void put(struct writer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct writer *out, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	writer_put_text(out, memory_format_list(out->context, format, list));
	va_end(list);
}

static void put_escaped(struct writer *out, const char *text)
{
	writer_put_text(out, markup_from_text(out->context, text).html);
}

static void put_axis(struct writer *out, int64_t top)
{
	for (int i = 0; i <= LINES; i++) {
		int y = TOP + INNER_HEIGHT - INNER_HEIGHT * i / LINES;
		put(out, "<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>", LEFT,
			WIDTH - RIGHT, y, y);
		put(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%" PRId64 "</text>", LEFT - 6,
			y + 4, top * i / LINES);
	}
}

static void put_bar(struct writer *out, const struct chart *chart, size_t i, int64_t top)
{
	const struct chart_bar *bar = &chart->bars[i];
	double step = (double)INNER_WIDTH / (double)chart->count,
	       x = (double)LEFT + step * (double)i;
	double height = (double)bar->value / (double)top * (double)INNER_HEIGHT,
	       width = step * 0.72;
	put(out,
		"<rect class=\"bar-shape%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
		"rx=\"2\"><title>",
		i == chart->marked ? " now" : "", x + step * 0.14,
		(double)(TOP + INNER_HEIGHT) - height, width, height);
	put_escaped(out, bar->label);
	put(out, ": %" PRId64 "</title></rect>", bar->value);
	size_t every = chart->count / LABELS + 1;
	if (i % every != 0)
		return;
	put(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x + step / 2, HEIGHT - 8);
	put_escaped(out, bar->label);
	writer_put_text(out, "</text>");
}

struct markup chart_bars(const void *context, const struct chart *chart)
{
	struct writer out = { .context = context };
	int64_t highest = 0;
	for (size_t i = 0; i < chart->count; i++)
		highest = chart->bars[i].value > highest ? chart->bars[i].value : highest;
	int64_t top = chart_top(highest);
	put(&out,
		"<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %d %d\" "
		"aria-labelledby=\"%s-title %s-text\"><title id=\"%s-title\">",
		WIDTH, HEIGHT, chart->id, chart->id, chart->id);
	put_escaped(&out, chart->title);
	put(&out, "</title><desc id=\"%s-text\">", chart->id);
	put_escaped(&out, chart->description);
	writer_put_text(&out, "</desc>");
	put_axis(&out, top);
	for (size_t i = 0; i < chart->count; i++)
		put_bar(&out, chart, i, top);
	writer_put_text(&out, "</svg>");
	return (struct markup){ writer_text(&out) };
}
