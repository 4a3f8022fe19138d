/* SPDX-License-Identifier: MIT */
/* dojang-notifier: turns events into mails and webhooks and delivers them, as a daemon or, with
 * --once, from cron. */
#include "delivery/engine.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "reward/deadline_notice.h"
#include "notification/notification.h"
#include "notification/recipient.h"
#include "reward/expiry_notice.h"
#include "reward/point_lots.h"
#include "reward/retention.h"
#include "startup.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
	LOOK_MS = 500,
	AWAY_MS = 1000,
	TIDY_MS = 60 * 1000,
	LEASE_MARGIN_SECONDS = 10,
	PATIENCE_SECONDS = 30
};

static volatile sig_atomic_t is_ending;

struct notifier {
	const struct settings *settings;
	struct delivery_setup setup;
	struct digest_time digest;
	struct engine *engine;
	bool is_once;
	bool is_database_away;
	int64_t next_look, next_tidy,
		next_zone_warning; /* of the monotonic clock, in milliseconds */
};

static void end(int signal_number)
{
	(void)signal_number;
	is_ending = 1;
}

/* --- what is logged --- */

static const char *const ENDS[] = {
	[OUTBOX_SENT] = "sent",
	[OUTBOX_FAILED] = "failed",
	[OUTBOX_DEAD] = "refused",
	[OUTBOX_HELD] = "held",
	[OUTBOX_GONE] = "gone",
	[OUTBOX_HANDED_ON] = "without_recipient",
	[OUTBOX_RELEASED] = "released",
};

/* The other side's text stays in the database: it may contain an address. */
static void report(void *state, const struct delivery *delivery, bool is_dead, enum result result)
{
	const struct notifier *notifier = state;
	if (result != RESULT_OK)
		log_write("database_error", LOG_TEXT("program", "notifier"), LOG_TEXT("at", "note"),
			LOG_NUMBER("number", db_error_number(notifier->setup.db)));
	log_write("delivery", LOG_TEXT("program", "notifier"),
		LOG_NUMBER("message", delivery->message.id),
		LOG_TEXT("kind", delivery->message.kind),
		LOG_TEXT("channel", delivery->message.is_mail ? "mail" : "webhook"),
		LOG_NUMBER("receiver", delivery->message.receiver),
		LOG_TEXT("result", is_dead ? "dead" : ENDS[delivery->verdict.end]),
		LOG_NUMBER("status", delivery->verdict.status),
		LOG_NUMBER("attempt", delivery->message.attempts + 1),
		LOG_TEXT("noted", result == RESULT_OK ? "yes" : "no"));
	if (delivery->verdict.end == OUTBOX_HELD)
		log_write("delivery_held", LOG_TEXT("program", "notifier"),
			LOG_TEXT("channel", delivery->message.is_mail ? "mail" : "webhook"),
			LOG_TEXT("help", "dojangctl messages status says why"));
}

static bool has_worked(struct notifier *notifier, enum result result, const char *what)
{
	bool is_away = result != RESULT_OK;
	if (is_away && !notifier->is_database_away)
		log_write("database_error", LOG_TEXT("program", "notifier"), LOG_TEXT("at", what),
			LOG_NUMBER("number", db_error_number(notifier->setup.db)));
	if (!is_away && notifier->is_database_away)
		log_write("database_back", LOG_TEXT("program", "notifier"));
	notifier->is_database_away = is_away;
	return !is_away;
}

/* Once a minute: the zone is looked for twice a second. */
static void warn_of_missing_zone(struct notifier *notifier, const char *zone, const void *context)
{
	int64_t ms = clock_monotonic_ms();
	if (!zone || ms < notifier->next_zone_warning)
		return;
	notifier->next_zone_warning = ms + TIDY_MS;
	log_write("warning", LOG_TEXT("program", "notifier"),
		LOG_TEXT("why", memory_format(context, "this host has no time zone %s", zone)));
}

/* --- a round --- */

/* Without its time zone the digest waits: its hour and its day would be those of UTC. */
static enum result enqueue_digest(
	struct notifier *notifier, const void *context, instant now, bool *has_subscribers)
{
	*has_subscribers = false;
	if (zone_exists(notifier->digest.time_zone))
		return notification_enqueue_digest(
			notifier->setup.db, &notifier->digest, now, has_subscribers);
	warn_of_missing_zone(notifier, notifier->digest.time_zone, context);
	return RESULT_OK;
}

static bool announce_payouts(struct notifier *notifier, const void *context, instant now)
{
	size_t payouts;
	if (!has_worked(notifier,
		    notification_enqueue_payouts(notifier->setup.db, context, now, &payouts),
		    "payouts"))
		return false;
	if (payouts > 0)
		log_write("payouts_announced", LOG_TEXT("program", "notifier"),
			LOG_NUMBER("payouts", payouts));
	return true;
}

static bool expire_points(struct notifier *notifier, const void *context, instant now)
{
	const struct settings *settings = notifier->settings;
	const struct expiry_notice notice = { settings->points.time_zone,
		settings->points.announce_days };
	size_t settled, announced;
	if (!has_worked(notifier, lots_expire_due(notifier->setup.db, context, now, &settled),
		    "expiry"))
		return false;
	if (settled > 0)
		log_write("points_expired", LOG_TEXT("program", "notifier"),
			LOG_NUMBER("customers", settled));
	if (!has_worked(notifier,
		    expiry_notice_enqueue(notifier->setup.db, context, &notice, now, &announced),
		    "expiring"))
		return false;
	if (announced > 0)
		log_write("expiring_announced", LOG_TEXT("program", "notifier"),
			LOG_NUMBER("customers", announced));
	return true;
}

static bool look(struct notifier *notifier, const void *context, instant now)
{
	size_t announced, looked_at;
	bool has_subscribers;
	const char *missing_zone;
	if (!has_worked(notifier,
		    notification_enqueue_stock(notifier->setup.db, context, now, &announced),
		    "stock"))
		return false;
	if (!has_worked(
		    notifier, enqueue_digest(notifier, context, now, &has_subscribers), "digest"))
		return false;
	if (!has_worked(notifier,
		    deadline_notice_enqueue(
			    notifier->setup.db, context, now, &looked_at, &missing_zone),
		    "closing"))
		return false;
	warn_of_missing_zone(notifier, missing_zone, context);
	if (looked_at > 0)
		log_write("closing_announced", LOG_TEXT("program", "notifier"),
			LOG_NUMBER("customers", looked_at));
	if (announced > 0)
		log_write("stock_announced", LOG_TEXT("program", "notifier"),
			LOG_NUMBER("products", announced));
	if (has_subscribers)
		log_write("digest_announced", LOG_TEXT("program", "notifier"));
	return announce_payouts(notifier, context, now) && expire_points(notifier, context, now);
}

/* The longest time of a webhook and a mail together. */
static unsigned lease_seconds(const struct notifier *notifier)
{
	return (unsigned)(notifier->settings->mail.timeout_seconds
		       + notifier->settings->webhook.timeout_seconds)
		+ LEASE_MARGIN_SECONDS;
}

/* Leases as many messages as the engine has space for. *started counts them. */
static bool start_lane(struct notifier *notifier, const void *context,
	const struct outbox_lane *lane, instant now, size_t *started)
{
	struct outbox_message *messages;
	size_t count, free_slots = engine_free_slots(notifier->engine, lane);
	if (free_slots == 0)
		return true;
	const char *owner = random_hex(context, 16);
	if (!has_worked(notifier,
		    outbox_lease(notifier->setup.db, context, lane, owner, lease_seconds(notifier),
			    free_slots, &messages, &count),
		    "lease"))
		return false;
	for (size_t i = 0; i < count; i++)
		engine_start(notifier->engine, lane, &messages[i], owner, now);
	*started += count;
	return true;
}

static bool start_due(struct notifier *notifier, const void *context, instant now, size_t *started)
{
	struct outbox_lane *lanes;
	size_t count;
	if (!has_worked(
		    notifier, outbox_lanes(notifier->setup.db, context, &lanes, &count), "lanes"))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!start_lane(notifier, context, &lanes[i], now, started))
			return false;
	return true;
}

/* True: there is more. */
static bool erase_old(struct notifier *notifier)
{
	instant now = clock_now(notifier->settings->demo.clock_file);
	bool has_more = false;
	for (size_t i = 0; i < RETENTION_RULE_COUNT; i++) {
		const struct retention_rule *rule = &RETENTION_RULES[i];
		bool is_unfinished = false;
		uint64_t erased;
		if (rule->is_left_to_command)
			continue;
		if (!has_worked(notifier,
			    retention_erase(notifier->setup.db, rule, notifier->settings, now,
				    &erased, &is_unfinished),
			    "retention"))
			return false;
		if (erased > 0)
			log_write("erased", LOG_TEXT("program", "notifier"),
				LOG_TEXT("what", rule->name), LOG_NUMBER("rows", erased));
		has_more = has_more || is_unfinished;
	}
	return has_more;
}

static void tidy(struct notifier *notifier, int64_t ms)
{
	if (ms < notifier->next_tidy)
		return;
	notifier->next_tidy = ms + TIDY_MS;
	if (has_worked(notifier, outbox_tidy(notifier->setup.db), "tidy") && erase_old(notifier))
		notifier->next_tidy = ms;
}

/* Returns how many deliveries it started. */
static size_t round_of(struct notifier *notifier, bool must_look)
{
	void *context = memory_context(NULL);
	instant now = clock_now(notifier->settings->demo.clock_file);
	size_t started = 0;
	bool is_good = !must_look || look(notifier, context, now);
	if (is_good)
		start_due(notifier, context, now, &started);
	memory_free(context);
	return started;
}

static void run(struct notifier *notifier)
{
	bool is_freed = true; /* is there space that was not there before? */
	size_t started = 1;
	while (!is_ending) {
		int64_t ms = clock_monotonic_ms();
		bool must_look = ms >= notifier->next_look;
		if (must_look || is_freed)
			started = round_of(notifier, must_look);
		if (must_look) {
			tidy(notifier, ms);
			notifier->next_look = ms + (notifier->is_database_away ? AWAY_MS : LOOK_MS);
		}
		if (notifier->is_once
			&& (notifier->is_database_away
				|| (started == 0 && engine_running(notifier->engine) == 0)))
			return;
		int64_t left = notifier->next_look - clock_monotonic_ms();
		is_freed = engine_run(notifier->engine, left > 0 ? (int)left : 0) > 0;
	}
}

/* Starts nothing new, and waits for transfers as long as they may take. */
static void finish(struct notifier *notifier)
{
	int64_t deadline = clock_monotonic_ms() + (int64_t)lease_seconds(notifier) * 1000;
	while (engine_running(notifier->engine) > 0 && clock_monotonic_ms() < deadline)
		engine_run(notifier->engine, LOOK_MS);
}

/* --- start --- */

static const char *read_arguments(int argc, char **argv, bool *is_once)
{
	const char *path = getenv("DOJANG_SETTINGS");
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--once") == 0)
			*is_once = true;
		else if (strcmp(argv[i], "--settings") == 0 && i + 1 < argc)
			path = argv[++i];
		else
			return NULL;
	}
	return path;
}

static bool set_up(
	struct notifier *notifier, const void *context, const char *path, const char **error)
{
	struct delivery_setup *setup = &notifier->setup;
	struct startup startup = { 0 };
	*error = startup_read(&startup, context, path, "notifier");
	const struct settings *settings = notifier->settings = setup->settings = startup.settings;
	if (!*error)
		*error = templates_load_all(context, settings->server.templates_directory,
			settings->server.own_templates_directory, setup->catalogues,
			&setup->templates);
	if (*error)
		return false;
	startup.login.statement_timeout_seconds = PATIENCE_SECONDS;
	setup->db = db_new(context, &startup.login);
	setup->seal = startup.seal;
	notifier->digest = (struct digest_time){ settings->notifier.digest_time_zone,
		settings->notifier.digest_hour * 3600 + settings->notifier.digest_minute * 60 };
	notifier->engine = engine_new(context, setup, report, notifier);
	if (settings->mail.password_file)
		setup->mail_password = settings_read_secret(
			context, settings->mail.password_file, error);
	return !*error;
}

static void warn_without_recipients(struct notifier *notifier)
{
	int64_t count;
	if (recipient_count(notifier->setup.db, &count) == RESULT_OK && count == 0)
		log_write("warning", LOG_TEXT("program", "notifier"),
			LOG_TEXT("why",
				"nobody gets alerts by mail: dojangctl recipient add --email "
				"ADDRESS"));
}

/* Without SA_RESTART, so that a signal ends the wait. */
static void listen_to_signals(void)
{
	struct sigaction action = { .sa_handler = end };
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	if (startup_describe("notifier", "[--once]", argc, argv))
		return EXIT_SUCCESS;
	void *context = memory_context(NULL);
	struct notifier *notifier = memory_new(context, struct notifier);
	const char *error = "give --settings FILE [--once], or set DOJANG_SETTINGS",
		   *path = read_arguments(argc, argv, &notifier->is_once);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (!path || !set_up(notifier, context, path, &error)) {
		log_write("start_failed", LOG_TEXT("program", "notifier"), LOG_TEXT("why", error));
		return EXIT_FAILURE;
	}
	listen_to_signals();
	log_write("started", LOG_TEXT("program", "notifier"));
	warn_without_recipients(notifier);
	FAULT_BEGIN();
	run(notifier);
	finish(notifier);
	FAULT_END();
	log_write("stopped", LOG_TEXT("program", "notifier"));
	bool has_failed = notifier->is_database_away;
	memory_free(context);
	curl_global_cleanup();
	return has_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
