/* SPDX-License-Identifier: MIT */
/* Many deliveries at a time in one thread: an endpoint that hangs delays nobody else's messages, a
 * mail server for as long as a mail may take. */
#ifndef DOJANG_DELIVERY_ENGINE_H
#define DOJANG_DELIVERY_ENGINE_H

#include "delivery/transport.h"

struct engine;

/* Told of each delivery that ended and was noted, for the log; result: of the noting. */
typedef void engine_report(
	void *state, const struct delivery *delivery, bool is_dead, enum result result);

struct engine *engine_new(const void *context, const struct delivery_setup *setup,
	engine_report *report, void *state);

/* How many more messages of the lane may be leased now; one at a time while the lane was held. */
size_t engine_room(const struct engine *engine, const struct outbox_lane *lane);
/* Starts one leased message, which is copied. */
void engine_start(struct engine *engine, const struct outbox_lane *lane,
	const struct outbox_message *message, const char *owner, instant now);
/* Lets transfers go on for at most so many milliseconds, or until one ends; notes those that did.
 * Answers how many were noted. */
size_t engine_run(struct engine *engine, int milliseconds);
/* On their way, or ended and not noted yet because the database is away. */
size_t engine_running(const struct engine *engine);

#endif
