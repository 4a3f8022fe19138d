/* SPDX-License-Identifier: MIT */
/* dojangctl key …: manages API keys of the shop's backend. */
#include "command/areas.h"

#include "auth/key.h"
#include "base/memory.h"
#include "records/key_edit.h"

#include <inttypes.h>

struct create_input {
	const char *name;
	struct text_list scopes;
	struct optional_time expires;
};
struct revoke_input {
	uint64_t key;
};
struct rotate_input {
	uint64_t key;
	int64_t overlap;
	struct optional_time expires;
};

static const struct field CREATE_FIELDS[] = {
	FIELD(struct create_input, name, FIELD_TEXT, FIELD_RANGE(1, 100), .is_required = true,
		.help = "whose it is, for people"),
	FIELD(struct create_input, scopes, FIELD_LIST, .is_required = true,
		.help = "by commas: users:read, users:export, users:delete, events:read, "
			"attendance:write, points:write, claims:read, claims:write, stock:read, "
			"stock:write, payouts:write"),
	FIELD(struct create_input, expires, FIELD_TIME,
		.help = "until when it is good; else until it is revoked"),
	{ .name = NULL },
};

static const struct field REVOKE_FIELDS[] = {
	FIELD(struct revoke_input, key, FIELD_ID, .is_required = true,
		.help = "the number behind djk_"),
	{ .name = NULL },
};

static const struct field ROTATE_FIELDS[] = {
	FIELD(struct rotate_input, key, FIELD_ID, .is_required = true,
		.help = "the number behind djk_ of the key so far"),
	FIELD(struct rotate_input, overlap, FIELD_NUMBER, FIELD_RANGE(0, KEY_OVERLAP_HOURS_MAXIMUM),
		.fallback = "24",
		.help = "for how many hours the key so far stays good; 0: it ends at once"),
	FIELD(struct rotate_input, expires, FIELD_TIME,
		.help = "until when the new key is good; else until it is revoked"),
	{ .name = NULL },
};

static enum result tell_key(const struct edit *edit, struct command_answer *out, enum result result,
	uint64_t id, const struct key_secret *secret)
{
	if (!is_success(result))
		return command_edited(out, edit, result);
	const char *text = key_text(out->context, id, secret);
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)id);
	json_put_text(json, "key", text);
	command_json(out, json);
	command_say(out, "%s\n(this is the only time that it is shown)", text);
	return RESULT_CREATED;
}

static enum result create(const struct command_call *call, struct command_answer *out)
{
	const struct create_input *input = call->input;
	struct edit edit = command_edit(call);
	const struct key_secret secret = key_secret_new(call->context);
	const char *unknown = NULL;
	unsigned scopes = key_scopes_of(&input->scopes, &unknown);
	uint64_t id = 0;
	if (unknown) {
		field_errors_add(&out->errors, out->context, "scopes",
			memory_format(out->context, "does not know %s", unknown));
		return ERR_INVALID;
	}
	enum result result = key_edit_add(&edit,
		&(struct key_draft){ input->name, scopes, input->expires,
			db_bytes(secret.hash, sizeof secret.hash) },
		&id);
	return tell_key(&edit, out, result, id, &secret);
}

static enum result rotate(const struct command_call *call, struct command_answer *out)
{
	const struct rotate_input *input = call->input;
	struct edit edit = command_edit(call);
	const struct key_secret secret = key_secret_new(call->context);
	uint64_t id = 0;
	enum result result = key_edit_rotate(&edit,
		&(struct key_rotation){ input->key, input->overlap, input->expires,
			db_bytes(secret.hash, sizeof secret.hash) },
		&id);
	return tell_key(&edit, out, result, id, &secret);
}

static void put_time(
	json_object *json, const char *name, const struct db_rows *row, unsigned column)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name,
		db_is_null(row, column) ? NULL : instant_format(db_get_time(row, column), text));
}

static json_object *key_json(const struct db_rows *row, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(row, KEY_LIST_ID));
	json_put_text(json, "name", db_get_text(row, KEY_LIST_NAME, context));
	json_put_text(json, "scopes", db_get_text(row, KEY_LIST_SCOPES, context));
	put_time(json, "created_at", row, KEY_LIST_CREATED_AT);
	put_time(json, "expires_at", row, KEY_LIST_EXPIRES_AT);
	put_time(json, "last_used_at", row, KEY_LIST_LAST_USED_AT);
	put_time(json, "revoked_at", row, KEY_LIST_REVOKED_AT);
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	return command_list(call, out, QUERY_KEY_LIST, DB_NO_PARAMS, key_json);
}

static enum result revoke(const struct command_call *call, struct command_answer *out)
{
	const struct revoke_input *input = call->input;
	struct edit edit = command_edit(call);
	enum result result = command_edited(out, &edit, key_edit_revoke(&edit, input->key));
	command_say(out, "key %" PRIu64 " is good for nothing any more", input->key);
	return result;
}

const struct command KEY_COMMANDS[] = {
	{ "key create", NEEDS_DATABASE, create, CREATE_FIELDS, sizeof(struct create_input),
		"makes a key for the shop's backend; shown once" },
	{ "key list", NEEDS_DATABASE, list, NULL, 0, "lists all keys, without their secrets" },
	{ "key rotate", NEEDS_DATABASE, rotate, ROTATE_FIELDS, sizeof(struct rotate_input),
		"makes a key in the place of another, which ends after a while" },
	{ "key revoke", NEEDS_DATABASE, revoke, REVOKE_FIELDS, sizeof(struct revoke_input),
		"ends a key" },
	{ .words = NULL },
};
