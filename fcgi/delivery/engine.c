/* SPDX-License-Identifier: MIT */
/* Runs deliveries concurrently with curl's multi interface, and stores their results. */
#include "delivery/engine.h"

#include "base/clock.h"
#include "base/memory.h"

#include <string.h>

/* libcurl blocks other transfers while it waits for a mail server's last answer, so mails are sent
 * one after the other. */
enum { RUNNING_MAXIMUM = 64, MAIL_MAXIMUM = 1, ENDPOINT_MAXIMUM = 4 };

struct slot {
	struct delivery *delivery;
	bool has_ended;
};

struct engine {
	const struct delivery_setup *setup;
	engine_report *report;
	void *state;
	CURLM *multi;
	struct slot slots[RUNNING_MAXIMUM];
	size_t running;
};

static int end_engine(void *object)
{
	const struct engine *engine = object;
	for (size_t i = 0; i < RUNNING_MAXIMUM; i++)
		if (engine->slots[i].delivery && engine->slots[i].delivery->handle) {
			curl_multi_remove_handle(engine->multi, engine->slots[i].delivery->handle);
			curl_easy_cleanup(engine->slots[i].delivery->handle);
		}
	curl_multi_cleanup(engine->multi);
	return 0;
}

struct engine *engine_new(
	const void *context, const struct delivery_setup *setup, engine_report *report, void *state)
{
	struct engine *engine = memory_new(context, struct engine);
	*engine = (struct engine){
		.setup = setup, .report = report, .state = state, .multi = curl_multi_init()
	};
	if (!engine->multi)
		memory_exhausted();
	memory_at_end(engine, end_engine);
	return engine;
}

size_t engine_running(const struct engine *engine)
{
	return engine->running;
}

static bool is_of_lane(const struct delivery *delivery, const struct outbox_lane *lane)
{
	return delivery && delivery->message.is_mail == lane->is_mail
		&& (lane->is_mail || delivery->message.receiver == lane->endpoint);
}

size_t engine_free_slots(const struct engine *engine, const struct outbox_lane *lane)
{
	size_t most = lane->hold_tries > 0 ? 1
		: lane->is_mail            ? MAIL_MAXIMUM
					   : ENDPOINT_MAXIMUM,
	       used = 0;
	for (size_t i = 0; i < RUNNING_MAXIMUM; i++)
		used += is_of_lane(engine->slots[i].delivery, lane);
	size_t left = used < most ? most - used : 0, all = RUNNING_MAXIMUM - engine->running;
	return left < all ? left : all;
}

/* --- start --- */

static struct slot *free_slot(struct engine *engine)
{
	size_t i = 0;
	while (engine->slots[i].delivery)
		i++; /* callers checked engine_free_slots: there is space */
	return &engine->slots[i];
}

static struct delivery *new_delivery(const struct engine *engine, const struct outbox_lane *lane,
	const struct outbox_message *message, const char *owner, instant now)
{
	struct delivery *delivery = memory_new(engine, struct delivery);
	*delivery = (struct delivery){
		.context = delivery,
		.setup = engine->setup,
		.transport = message->is_mail ? &MAIL_TRANSPORT : &WEBHOOK_TRANSPORT,
		.message = *message,
		.owner = memory_copy_text(delivery, owner),
		.hold_tries = lane->hold_tries,
		.started_ms = clock_monotonic_ms(),
		.now = now,
	};
	delivery->message.kind = memory_copy_text(delivery, message->kind);
	delivery->message.key = memory_copy_text(delivery, message->key);
	delivery->message.data = memory_copy_text(delivery, message->data);
	return delivery;
}

static void begin_transfer(struct engine *engine, struct slot *slot)
{
	struct delivery *delivery = slot->delivery;
	delivery->handle = curl_easy_init();
	if (!delivery->handle)
		memory_exhausted();
	curl_easy_setopt(delivery->handle, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(delivery->handle, CURLOPT_PROXY, "");
	curl_easy_setopt(delivery->handle, CURLOPT_ERRORBUFFER, delivery->error);
	curl_easy_setopt(delivery->handle, CURLOPT_PRIVATE, slot);
	if (!delivery->transport->prepare(delivery))
		slot->has_ended = true;
	else if (curl_multi_add_handle(engine->multi, delivery->handle) != CURLM_OK)
		memory_exhausted();
}

void engine_start(struct engine *engine, const struct outbox_lane *lane,
	const struct outbox_message *message, const char *owner, instant now)
{
	struct slot *slot = free_slot(engine);
	*slot = (struct slot){ new_delivery(engine, lane, message, owner, now), false };
	engine->running++;
	begin_transfer(engine, slot);
}

/* --- end --- */

static void collect(struct engine *engine)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(engine->multi, &left)) != NULL) {
		char *slot_text = NULL;
		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot_text);
		struct slot *slot = (struct slot *)(void *)slot_text;
		slot->delivery->transport->judge(slot->delivery, code);
		curl_multi_remove_handle(engine->multi, slot->delivery->handle);
		slot->has_ended = true;
	}
}

static enum result note(struct engine *engine, const struct delivery *delivery, bool *is_dead)
{
	const struct verdict *verdict = &delivery->verdict;
	bool was_tried = verdict->end != OUTBOX_HELD && verdict->end != OUTBOX_RELEASED
		&& verdict->end != OUTBOX_HANDED_ON;
	struct outbox_save_result note = {
		.message = &delivery->message,
		.owner = delivery->owner,
		.end = verdict->end,
		.reason = verdict->reason,
		.retry_after = verdict->retry_after,
		.is_throttled = verdict->is_throttled,
		.hold_tries = delivery->hold_tries,
		.now = delivery->now,
		.attempt = { was_tried && !delivery->message.is_mail, verdict->status,
			(unsigned)(clock_monotonic_ms() - delivery->started_ms) },
	};
	return outbox_save_result(engine->setup->db, &note, is_dead);
}

static void drop(struct engine *engine, struct slot *slot)
{
	struct delivery *delivery = slot->delivery;
	curl_easy_cleanup(delivery->handle);
	memory_free(delivery);
	*slot = (struct slot){ 0 };
	engine->running--;
}

/* Results that cannot be stored because the database is down are stored later: the message has been
 * sent. */
static size_t note_ended(struct engine *engine)
{
	size_t noted = 0;
	for (size_t i = 0; i < RUNNING_MAXIMUM; i++) {
		struct slot *slot = &engine->slots[i];
		bool is_dead = false;
		if (!slot->delivery || !slot->has_ended)
			continue;
		enum result result = note(engine, slot->delivery, &is_dead);
		engine->report(engine->state, slot->delivery, is_dead, result);
		if (result == ERR_UNAVAILABLE)
			return noted;
		drop(engine, slot);
		noted++;
	}
	return noted;
}

size_t engine_run(struct engine *engine, int milliseconds)
{
	int active = 0;
	size_t noted = note_ended(engine);
	curl_multi_perform(engine->multi, &active);
	collect(engine);
	noted += note_ended(engine);
	if (noted > 0)
		return noted;
	curl_multi_poll(engine->multi, NULL, 0, milliseconds, NULL);
	curl_multi_perform(engine->multi, &active);
	collect(engine);
	return note_ended(engine);
}
