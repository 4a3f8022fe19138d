/* SPDX-License-Identifier: MIT */
/* dojangctl key …: the API keys of the shop's backend. */
#include "command/areas.h"

#include "auth/key.h"
#include "base/memory.h"
#include "reward/audit.h"

#include <inttypes.h>

struct create_input { const char *name; struct text_list scopes; struct optional_time expires; };
struct revoke_input { uint64_t key; };

#define AT(member) .offset = offsetof(struct create_input, member)
static const struct field CREATE_FIELDS[] = {
	{ .name = "name", .type = FIELD_TEXT, AT(name), .minimum = 1, .maximum = 100, .is_required = true, .help = "whose it is, for people" },
	{ .name = "scopes", .type = FIELD_LIST, AT(scopes), .is_required = true,
		.help = "by commas: users:read, users:delete, points:write, claims:write, stock:write" },
	{ .name = "expires", .type = FIELD_TIME, AT(expires), .help = "until when it is good; else until it is revoked" },
	{ .name = NULL },
};
#undef AT

static const struct field REVOKE_FIELDS[] = {
	{ .name = "key", .type = FIELD_ID, .offset = offsetof(struct revoke_input, key), .is_required = true, .help = "the number behind djk_" },
	{ .name = NULL },
};

/* Keys are the program's own business, but the audit log hears of each. */
struct note { struct edit *edit; const char *action; uint64_t id; };

static enum result note_body(struct db *db, void *state)
{
	(void)db;
	const struct note *note = state;
	audit_write(note->edit, note->action, "key", note->id, NULL, NULL);
	return RESULT_OK;
}

static enum result note(const struct command_call *call, const char *action, uint64_t id)
{
	struct edit edit = command_edit(call);
	return edit_transaction(&edit, note_body, &(struct note){ &edit, action, id });
}

static enum result create(const struct command_call *call, struct command_answer *out)
{
	const struct create_input *input = call->input;
	const char *unknown = NULL;
	unsigned scopes = key_scopes_of(&input->scopes, &unknown);
	uint64_t id;
	char *text;
	if (unknown || !scopes) {
		field_errors_add(&out->errors, out->context, "scopes", memory_format(out->context, "does not know %s", unknown ? unknown : "an empty list"));
		return ERR_INVALID;
	}
	if (input->expires.is_set && input->expires.value.seconds <= call->now.seconds) {
		field_errors_add(&out->errors, out->context, "expires", "must be in the future");
		return ERR_INVALID;
	}
	enum result result = key_create(call->db, call->context, input->name, scopes, input->expires, call->now, &id, &text);
	if (is_success(result))
		result = note(call, "key.create", id);
	if (!is_success(result))
		return result;
	json_object *json = json_new_object();
	json_put_number(json, "id", (int64_t)id);
	json_put_text(json, "key", text);
	command_json(out, json);
	command_say(out, "%s\n(this is the only time that it is shown)", text);
	return RESULT_CREATED;
}

static void put_time(json_object *json, const char *name, const struct db_rows *row, unsigned column)
{
	char text[INSTANT_TEXT];
	json_put_text(json, name, db_is_null(row, column) ? NULL : instant_format(db_get_time(row, column), text));
}

static json_object *key_json(const struct db_rows *row, const void *context)
{
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(row, 0));
	json_put_text(json, "name", db_get_text(row, 1, context));
	json_put_text(json, "scopes", db_get_text(row, 2, context));
	put_time(json, "created_at", row, 3);
	put_time(json, "expires_at", row, 4);
	put_time(json, "last_used_at", row, 5);
	put_time(json, "revoked_at", row, 6);
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	return command_list(call, out, QUERY_KEY_LIST, DB_NO_VALUES, key_json);
}

static enum result revoke(const struct command_call *call, struct command_answer *out)
{
	const struct revoke_input *input = call->input;
	enum result result = key_revoke(call->db, input->key, call->now);
	if (result == ERR_NOT_FOUND)
		return command_refuse(out, result, "there is no key %" PRIu64, input->key);
	if (result == RESULT_OK)
		result = note(call, "key.revoke", input->key);
	command_say(out, "key %" PRIu64 " is good for nothing any more", input->key);
	return result;
}

const struct command KEY_COMMANDS[] = {
	{ "key create", NEEDS_DATABASE, create, CREATE_FIELDS, sizeof(struct create_input), "makes a key for the shop's backend; shown once" },
	{ "key list", NEEDS_DATABASE, list, NULL, 0, "lists all keys, without their secrets" },
	{ "key revoke", NEEDS_DATABASE, revoke, REVOKE_FIELDS, sizeof(struct revoke_input), "ends a key" },
	{ .words = NULL },
};
