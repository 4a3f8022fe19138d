/* SPDX-License-Identifier: MIT */
/* Runs many deliveries at a time in one thread. A webhook receiver that hangs delays no other
 * messages; a mail server delays them for at most one mail. */
#ifndef DOJANG_DELIVERY_ENGINE_H
#define DOJANG_DELIVERY_ENGINE_H

#include "delivery/transport.h"

struct engine;

/* Called for each delivery that ended and was stored, for the log. result: of storing it. */
typedef void engine_report(
	void *state, const struct delivery *delivery, bool is_dead, enum result result);

struct engine *engine_new(const void *context, const struct delivery_setup *setup,
	engine_report *report, void *state);

/* How many more messages of the lane may be leased now; one at a time while the lane was held. */
size_t engine_free_slots(const struct engine *engine, const struct outbox_lane *lane);
/* Starts one leased message, which is copied. */
void engine_start(struct engine *engine, const struct outbox_lane *lane,
	const struct outbox_message *message, const char *owner, instant now);
/* Runs transfers for at most so many milliseconds, or until one ends, and stores the results.
 * Returns how many were stored. */
size_t engine_run(struct engine *engine, int milliseconds);
/* In transfer, or ended and not stored yet because the database is down. */
size_t engine_running(const struct engine *engine);

#endif
