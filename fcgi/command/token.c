/* SPDX-License-Identifier: MIT */
/* dojangctl token: makes a token of an issuer with a shared secret, for the demo and for tests. */
#include "command/areas.h"

#include "auth/token_issue.h"
#include "base/text.h"

enum { SECONDS_MAXIMUM = 31536000 };

struct token_input {
	const char *subject, *issuer;
	int64_t expires;
};

static const struct field TOKEN_FIELDS[] = {
	FIELD(struct token_input, subject, FIELD_TEXT, FIELD_RANGE(1, SUBJECT_MAXIMUM),
		.is_required = true, .help = "whose token"),
	FIELD(struct token_input, expires, FIELD_NUMBER,
		FIELD_RANGE(-SECONDS_MAXIMUM, SECONDS_MAXIMUM), .fallback = "3600",
		.help = "seconds it is good for; below 0 it has expired already"),
	FIELD(struct token_input, issuer, FIELD_TEXT, FIELD_RANGE(1, 255),
		.help = "the issuer's name in the settings; else the first that has a secret"),
	{ .name = NULL },
};

static bool is_fit(const struct issuer_settings *issuer, const char *name)
{
	return issuer->algorithm == ALGORITHM_HS256 && (!name || text_equals(issuer->name, name));
}

static enum result token(const struct command_call *call, struct command_answer *out)
{
	const struct token_input *input = call->input;
	const char *error;
	struct issuers *issuers = issuers_load(call->context, call->settings, &error);
	if (!issuers)
		return command_refuse(out, ERR_INVALID, "%s", error);
	size_t index = 0;
	while (index < issuers_count(issuers) && !is_fit(issuers_at(issuers, index), input->issuer))
		index++;
	if (index == issuers_count(issuers))
		return command_refuse(out, ERR_NOT_FOUND,
			input->issuer
				? "no issuer %s with a secret (algorithm HS256) is in the settings"
				: "no issuer with a secret (algorithm HS256) is in the settings",
			input->issuer);
	char *text = token_issue(
		issuers, call->context, index, input->subject, call->now, input->expires);
	if (!text)
		return command_refuse(
			out, ERR_INVALID, "subject must have at most %d bytes", SUBJECT_MAXIMUM);
	json_object *json = json_new_object();
	json_put_text(json, "token", text);
	command_json(out, json);
	command_say(out, "%s", text);
	return RESULT_OK;
}

const struct command TOKEN_COMMANDS[] = {
	{ "token", NEEDS_SETTINGS, token, TOKEN_FIELDS, sizeof(struct token_input),
		"makes a customer's token, for trying things out" },
	{ .words = NULL },
};
