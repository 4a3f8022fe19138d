/* SPDX-License-Identifier: MIT */
/* The tables and charts of an event's overview, from its report. */
#ifndef DOJANG_CONSOLE_OVERVIEW_H
#define DOJANG_CONSOLE_OVERVIEW_H

#include "base/json.h"
#include "console/service.h"
#include "reward/rules.h"

enum overview_part {
	OVERVIEW_DAYS,
	OVERVIEW_STEPS,
	OVERVIEW_BACK,
	OVERVIEW_RUNS,
	OVERVIEW_REACHED,
	OVERVIEW_PARTS
};
extern const char *const OVERVIEW_PART_NAMES[];
/* "7", "14", "30", "all" */
extern const char *const OVERVIEW_RANGES[];

struct overview {
	const struct call *call;
	json_object *report;
	struct event_window window;
	enum event_phase phase;
	date today; /* where the event is */
	int range;  /* an index of OVERVIEW_RANGES */
};

/* The day of the figures: today, or the last day of an event that is over. */
date overview_day(const struct overview *overview);
/* Puts "figures" and the sums into data. */
void overview_put_figures(const struct overview *overview, json_object *data);
/* A table of a part, below the call's context: {"heads":[{"head"}],"rows":[{"cells":[…]}]}. Cells
 * have "date", "text", "number" with "is_number", "is_percent" and "tint", which may be null. */
json_object *overview_table(const struct overview *overview, enum overview_part part);

/* Charts, and the lines beside the figures. The pages' templates name them. */
enum { OVERVIEW_MARKUPS = 9 };
void overview_markups(
	const struct overview *overview, struct template_markup markups[OVERVIEW_MARKUPS]);

#endif
