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

#define AT(member) .offset = offsetof(struct event_input, member)
static const struct field EVENT_FIELDS[] = {
	{ .name = "slug", .type = FIELD_SLUG, AT(slug), .is_required = true, .help = "the event" },
	{ .name = "name",
		.type = FIELD_TEXT,
		AT(name),
		.minimum = 1,
		.maximum = 200,
		.help = "what customers read" },
	{ .name = "description",
		.type = FIELD_LONG_TEXT,
		AT(description),
		.maximum = 10000,
		.help = "shown with the event; '' for none" },
	{ .name = "image",
		.type = FIELD_TEXT,
		AT(image),
		.maximum = 500,
		.help = "address of an image; '' for none" },
	{ .name = "terms",
		.type = FIELD_LONG_TEXT,
		AT(terms),
		.maximum = 10000,
		.help = "the terms of taking part; '' for none" },
	{ .name = "ends",
		.type = FIELD_DATE,
		AT(ends),
		.help = "last day; once customers see the event it moves later only" },
	{ .name = NULL },
};
#undef AT

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

#define AT(member) .offset = offsetof(struct product_input, member)
static const struct field PRODUCT_FIELDS[] = {
	{ .name = "product",
		.type = FIELD_ID,
		AT(product),
		.is_required = true,
		.help = "which product" },
	{ .name = "name",
		.type = FIELD_TEXT,
		AT(name),
		.minimum = 1,
		.maximum = 200,
		.help = "what customers read" },
	{ .name = "image",
		.type = FIELD_TEXT,
		AT(image),
		.maximum = 500,
		.help = "address of an image; '' for none" },
	{ .name = "tax-note",
		.type = FIELD_LONG_TEXT,
		AT(tax_note),
		.maximum = 2000,
		.help = "on prize tax, shown before the claim; '' for none" },
	{ .name = "threshold",
		.type = FIELD_OPTIONAL_NUMBER,
		AT(threshold),
		.minimum = 0,
		.maximum = PRODUCT_STOCK_MAXIMUM,
		.help = "staff receive an email when this many are left" },
	{ .name = NULL },
};
#undef AT

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
