/* SPDX-License-Identifier: MIT */
/* dojangctl event edit, product edit: change what customers see of events and products. */
#include "command/areas.h"

#include "reward/event_change.h"
#include "reward/product_change.h"

/* An absent option changes nothing; an empty text removes the value. */
static const char *edited(const char *given, const char *before)
{
	if (!given)
		return before;
	return *given ? given : NULL;
}

/* --- events --- */

struct event_input {
	const char *slug, *name, *description, *image, *terms;
	date ends;
};

static const struct field EVENT_FIELDS[] = {
	FIELD(struct event_input, slug, FIELD_SLUG, .is_required = true, .help = "the event"),
	FIELD(struct event_input, name, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "what customers read"),
	FIELD(struct event_input, description, FIELD_LONG_TEXT, FIELD_RANGE(0, 10000),
		.help = "shown with the event; '' for none"),
	FIELD(struct event_input, image, FIELD_TEXT, FIELD_RANGE(0, 500),
		.help = "address of an image; '' for none"),
	FIELD(struct event_input, terms, FIELD_LONG_TEXT, FIELD_RANGE(0, 10000),
		.help = "the terms of taking part; '' for none"),
	FIELD(struct event_input, ends, FIELD_DATE,
		.help = "last day; once customers see the event it moves later only"),
	{ .name = NULL },
};

static enum result edit_event(const struct command_call *call, struct command_answer *out)
{
	const struct event_input *input = call->input;
	struct edit edit = command_edit(call);
	struct event_record record;
	enum result result = event_change_read(&edit, input->slug, &record);
	if (result != RESULT_OK)
		return command_edited(out, &edit, result);
	struct event_draft draft = record.draft;
	draft.name = input->name ? input->name : draft.name;
	draft.description = edited(input->description, draft.description);
	draft.image = edited(input->image, draft.image);
	draft.terms = edited(input->terms, draft.terms);
	draft.window.ends_on = input->ends.day ? input->ends : draft.window.ends_on;
	command_say(out, "event %s was changed", input->slug);
	return command_edited(out, &edit, event_change_save(&edit, &draft, record.fingerprint));
}

/* --- products --- */

struct product_input {
	uint64_t product;
	const char *name, *image, *tax_note;
	struct optional_number threshold;
};

static const struct field PRODUCT_FIELDS[] = {
	FIELD(struct product_input, product, FIELD_ID, .is_required = true,
		.help = "which product"),
	FIELD(struct product_input, name, FIELD_TEXT, FIELD_RANGE(1, 200),
		.help = "what customers read"),
	FIELD(struct product_input, image, FIELD_TEXT, FIELD_RANGE(0, 500),
		.help = "address of an image; '' for none"),
	FIELD_NAMED("tax-note", FIELD_ANYWHERE, struct product_input, tax_note, FIELD_LONG_TEXT,
		FIELD_RANGE(0, 2000), .help = "on prize tax, shown before the claim; '' for none"),
	FIELD(struct product_input, threshold, FIELD_OPTIONAL_NUMBER,
		FIELD_RANGE(0, PRODUCT_STOCK_MAXIMUM),
		.help = "staff receive an email when this many are left"),
	{ .name = NULL },
};

static enum result edit_product(const struct command_call *call, struct command_answer *out)
{
	const struct product_input *input = call->input;
	struct edit edit = command_edit(call);
	struct product_record record;
	product_id id = { input->product };
	enum result result = product_change_read(&edit, id, &record);
	if (result != RESULT_OK)
		return command_edited(out, &edit, result);
	const struct product_draft *draft = &record.draft;
	command_say(out, "%s was changed", input->name ? input->name : draft->name);
	return command_edited(out, &edit,
		product_change_save(&edit,
			&(struct product_change){ id, input->name ? input->name : draft->name,
				edited(input->image, draft->image),
				edited(input->tax_note, draft->tax_note),
				input->threshold.is_set ? input->threshold : draft->threshold,
				record.fingerprint }));
}

const struct command EDIT_COMMANDS[] = {
	{ "event edit", NEEDS_DATABASE, edit_event, EVENT_FIELDS, sizeof(struct event_input),
		"changes what customers read of an event; what is not given stays" },
	{ "product edit", NEEDS_DATABASE, edit_product, PRODUCT_FIELDS,
		sizeof(struct product_input),
		"changes what customers read of a product; what is not given stays" },
	{ .words = NULL },
};
