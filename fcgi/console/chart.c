/* SPDX-License-Identifier: MIT */
/* Draws bars, days, steps and lines. */
#include "console/chart.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

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

static void put_head(struct writer *out, const char *class, const char *id, const char *title,
	const char *description, int width, int height)
{
	put(out,
		"<svg class=\"chart%s\" role=\"img\" viewBox=\"0 0 %d %d\" "
		"aria-labelledby=\"%s-title %s-text\"><title id=\"%s-title\">",
		class, width, height, id, id, id);
	put_escaped(out, title);
	put(out, "</title><desc id=\"%s-text\">", id);
	put_escaped(out, description);
	writer_put_text(out, "</desc>");
}

struct markup chart_bars(const void *context, const struct chart *chart)
{
	struct writer out = { .context = context };
	int64_t highest = 0;
	for (size_t i = 0; i < chart->count; i++)
		highest = chart->bars[i].value > highest ? chart->bars[i].value : highest;
	int64_t top = chart_top(highest);
	put_head(&out, "", chart->id, chart->title, chart->description, WIDTH, HEIGHT);
	put_axis(&out, top);
	for (size_t i = 0; i < chart->count; i++)
		put_bar(&out, chart, i, top);
	writer_put_text(&out, "</svg>");
	return (struct markup){ writer_text(&out) };
}

/* --- days --- */

enum { WIDE = 940, LABEL_WIDTH = 64, DAY_TOP = 30, DAY_HEIGHT = 250 };
enum { DAY_INNER = DAY_HEIGHT - DAY_TOP - BOTTOM };

struct day_scale {
	int width;
	double step;
	int64_t top;
	size_t label_step;
};

static double day_y(const struct day_scale *scale, int64_t value)
{
	return (double)(DAY_TOP + DAY_INNER)
		- (double)value / (double)scale->top * (double)DAY_INNER;
}

/* A label under each day, or under every so many; under one of a week when they are many. */
static size_t label_step(size_t count, int width)
{
	size_t most = (size_t)(width - LEFT - RIGHT) / LABEL_WIDTH,
	       step = (count + most - 1) / most;
	return step > 3 ? (step + 6) / 7 * 7 : step > 0 ? step : 1;
}

static struct day_scale scale_of(const struct chart_days *chart)
{
	struct day_scale scale = { .width = chart->is_narrow ? WIDTH : WIDE };
	int64_t highest = 0;
	for (size_t i = 0; i < chart->count; i++) {
		int64_t all = chart->days[i].fresh + chart->days[i].again;
		highest = all > highest ? all : highest;
	}
	scale.top = chart_top(highest);
	scale.step = (double)(scale.width - LEFT - RIGHT)
		/ (double)(chart->count > 0 ? chart->count : 1);
	scale.label_step = label_step(chart->count, scale.width);
	return scale;
}

static void put_part(struct writer *out, const struct day_scale *scale, const char *class, double x,
	int64_t from, int64_t to)
{
	if (to == from)
		return;
	put(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", class,
		x + scale->step * 0.14, day_y(scale, to), scale->step * 0.72,
		day_y(scale, from) - day_y(scale, to));
}

static void put_day_background(
	struct writer *out, const struct day_scale *scale, const struct chart_day *day, double x)
{
	bool is_weekend = (day->day.day + 3) % 7 >= 5; /* day 0 was a Thursday */
	put(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
		is_weekend ? "ground weekend" : "ground", x, DAY_TOP, scale->step, DAY_INNER);
}

static void put_day(
	struct writer *out, const struct chart_days *chart, const struct day_scale *scale, size_t i)
{
	const struct chart_day *day = &chart->days[i];
	double x = (double)LEFT + scale->step * (double)i;
	int64_t all = day->fresh + day->again;
	writer_put_text(out, "<g class=\"day\">");
	put_day_background(out, scale, day, x);
	put_part(out, scale, "again", x, 0, day->again);
	put_part(out, scale, "fresh", x, day->again, all);
	if (i == chart->open && all > 0)
		put(out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
			"fill=\"url(#%s-open)\"/>",
			x + scale->step * 0.14, day_y(scale, all), scale->step * 0.72,
			day_y(scale, 0) - day_y(scale, all), chart->id);
	if ((chart->count - 1 - i) % scale->label_step == 0) {
		bool is_last = i + 1 == chart->count; /* its label must not leave the chart */
		put(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">",
			is_last ? x + scale->step : x + scale->step / 2, DAY_HEIGHT - 8,
			is_last ? "end" : "middle");
		put_escaped(out, day->label);
		writer_put_text(out, "</text>");
	}
	put(out, "<text class=\"tip\" x=\"%d\" y=\"16\">", LEFT);
	put_escaped(out, day->text);
	writer_put_text(out, "</text></g>");
}

static void put_mean(
	struct writer *out, const struct chart_days *chart, const struct day_scale *scale)
{
	writer_put_text(out, "<polyline class=\"mean\" points=\"");
	for (size_t i = 0; i < chart->count; i++)
		if (chart->days[i].mean >= 0)
			put(out, "%.1f,%.1f ", (double)LEFT + scale->step * ((double)i + 0.5),
				day_y(scale, chart->days[i].mean));
	writer_put_text(out, "\"/>");
}

static void put_day_axis(struct writer *out, const struct day_scale *scale)
{
	for (int i = 0; i <= LINES; i++) {
		int64_t value = scale->top * i / LINES;
		double y = day_y(scale, value);
		put(out, "<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
			scale->width - RIGHT, y, y);
		put(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%" PRId64 "</text>",
			LEFT - 6, y + 4, value);
	}
}

struct markup chart_stacks(const void *context, const struct chart_days *chart)
{
	struct writer out = { .context = context };
	struct day_scale scale = scale_of(chart);
	put_head(&out, chart->is_narrow ? " narrow" : " wide", chart->id, chart->title,
		chart->description, scale.width, DAY_HEIGHT);
	put(&out,
		"<pattern id=\"%s-open\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
		"patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"1\" x2=\"1\" y2=\"6\"/>"
		"</pattern>",
		chart->id);
	put_day_axis(&out, &scale);
	for (size_t i = 0; i < chart->count; i++)
		put_day(&out, chart, &scale, i);
	put_mean(&out, chart, &scale);
	writer_put_text(&out, "</svg>");
	return (struct markup){ writer_text(&out) };
}

/* --- steps --- */

enum { STEP_HEIGHT = 44, STEP_BAR = 372, NAME_WIDTH = 44 };

int64_t chart_percent(int64_t part, int64_t all)
{
	return all > 0 ? (200 * part + all) / (2 * all) : 0;
}

/* As much of a name as fits; characters of Chinese, Japanese and Korean are twice as wide. */
static const char *shorten(const void *context, const char *name)
{
	size_t width = 0, length = strlen(name);
	for (size_t i = 0; i < length;) {
		size_t size = text_utf8_character((const unsigned char *)name + i, length - i);
		width += size >= 3 ? 2 : 1;
		if (width > NAME_WIDTH)
			return memory_format(context, "%.*s…", (int)i, name);
		i += size > 0 ? size : 1;
	}
	return name;
}

static void put_step(
	struct writer *out, const struct chart_step *steps, size_t i, size_t count, int64_t all)
{
	const struct chart_step *step = &steps[i];
	int y = (int)i * STEP_HEIGHT;
	int64_t base = all > 0 ? all : 1;
	put(out, "<text class=\"name\" x=\"0\" y=\"%d\">", y + 15);
	put_escaped(out, shorten(out->context, step->name));
	put(out,
		"</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%" PRId64 " (%" PRId64
		" %%)</text>",
		WIDTH, y + 15, step->reached, chart_percent(step->reached, all));
	put(out, "<rect class=\"ground\" x=\"0\" y=\"%d\" width=\"%d\" height=\"12\"/>", y + 22,
		STEP_BAR);
	put(out, "<rect class=\"again\" x=\"0\" y=\"%d\" width=\"%" PRId64 "\" height=\"12\"/>",
		y + 22, STEP_BAR * step->reached / base);
	put(out, "<rect class=\"fresh\" x=\"0\" y=\"%d\" width=\"%" PRId64 "\" height=\"12\"/>",
		y + 22, STEP_BAR * step->taken / base);
	if (i + 1 < count && steps[i + 1].lost > 0)
		put(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">−%" PRId64 " %%</text>",
			WIDTH, y + 33, steps[i + 1].lost);
}

struct markup chart_steps(const void *context, const char *id, const char *title,
	const char *description, const struct chart_step *steps, size_t count, int64_t all)
{
	struct writer out = { .context = context };
	put_head(&out, " steps", id, title, description, WIDTH, (int)count * STEP_HEIGHT);
	for (size_t i = 0; i < count; i++)
		put_step(&out, steps, i, count, all);
	writer_put_text(&out, "</svg>");
	return (struct markup){ writer_text(&out) };
}

/* --- a line --- */

struct markup chart_line(const void *context, const int64_t *values, size_t count)
{
	enum { LINE_WIDTH = 96, LINE_HEIGHT = 28 };
	struct writer out = { .context = context };
	int64_t highest = 1;
	for (size_t i = 0; i < count; i++)
		highest = values[i] > highest ? values[i] : highest;
	put(&out,
		"<svg class=\"spark\" viewBox=\"0 0 %d %d\" aria-hidden=\"true\"><polyline "
		"points=\"",
		LINE_WIDTH, LINE_HEIGHT);
	for (size_t i = 0; i < count; i++)
		put(&out, "%.1f,%.1f ",
			2.0
				+ (double)(LINE_WIDTH - 4) * (double)i
					/ (double)(count > 1 ? count - 1 : 1),
			(double)(LINE_HEIGHT - 3)
				- (double)(LINE_HEIGHT - 6) * (double)values[i] / (double)highest);
	writer_put_text(&out, "\"/></svg>");
	return (struct markup){ writer_text(&out) };
}
