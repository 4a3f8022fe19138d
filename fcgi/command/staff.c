/* SPDX-License-Identifier: MIT */
/* dojangctl staff: manages accounts of the console; the first owner is created here. Passwords come
 * from a file or are generated. They are never on the command line, which other users can see. */
#include "command/areas.h"

#include "auth/password.h"
#include "auth/session.h"
#include "auth/sign_in.h"
#include "auth/token.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "records/staff_edit.h"

#include <string.h>

enum { MADE_UP_BYTES = 12 };

struct staff_input {
	const char *email, *name, *password_file, *subject;
	int role;
	bool removes_password;
};

static const struct field ADD_FIELDS[] = {
	FIELD(struct staff_input, email, FIELD_TEXT, FIELD_RANGE(3, 254), .is_required = true,
		.help = "who signs in"),
	FIELD(struct staff_input, name, FIELD_TEXT, FIELD_RANGE(1, 100),
		.help = "shown in the console; the e-mail address when absent"),
	FIELD(struct staff_input, role, FIELD_CHOICE, .choices = STAFF_ROLES, .is_required = true,
		.help = "what the person may do"),
	FIELD_NAMED("password-file", FIELD_ANYWHERE, struct staff_input, password_file, FIELD_FILE,
		.help = "its first line is the password; without it one is made up and shown once"),
	{ .name = NULL },
};
static const struct field EMAIL_FIELDS[] = {
	FIELD(struct staff_input, email, FIELD_TEXT, FIELD_RANGE(3, 254), .is_required = true,
		.help = "who signs in"),
	{ .name = NULL },
};
static const struct field PASSWORD_FIELDS[] = {
	FIELD(struct staff_input, email, FIELD_TEXT, FIELD_RANGE(3, 254), .is_required = true,
		.help = "who signs in"),
	FIELD_NAMED("password-file", FIELD_ANYWHERE, struct staff_input, password_file, FIELD_FILE,
		.help = "its first line is the password; without it one is made up and shown once"),
	{ .name = NULL },
};
static const struct field LINK_FIELDS[] = {
	FIELD(struct staff_input, email, FIELD_TEXT, FIELD_RANGE(3, 254), .is_required = true,
		.help = "who signs in"),
	FIELD(struct staff_input, subject, FIELD_TEXT, FIELD_RANGE(1, SUBJECT_MAXIMUM),
		.is_required = true, .help = "the sub of the person's ID tokens, to the letter"),
	FIELD_NAMED("remove-password", FIELD_ANYWHERE, struct staff_input, removes_password,
		FIELD_YES_NO, .fallback = "no", .help = "from now on by OpenID alone"),
	{ .name = NULL },
};

/* The password of the file, or a new one (then *is_made_up). NULL: refused. */
static const char *read_password(
	const struct command_call *call, struct command_answer *out, bool *is_made_up)
{
	const struct staff_input *input = call->input;
	const char *error = NULL;
	*is_made_up = !input->password_file;
	if (*is_made_up) {
		unsigned char bytes[MADE_UP_BYTES];
		random_bytes(bytes, sizeof bytes);
		return text_to_base64url(call->context, bytes, sizeof bytes);
	}
	const char *password = settings_read_secret(call->context, input->password_file, &error);
	if (!password)
		command_note_refusal(out, "%s", error);
	else if (strlen(password) > PASSWORD_MAXIMUM
		|| text_characters(password) < PASSWORD_MINIMUM)
		command_note_refusal(out, "a password has %d to %d characters", PASSWORD_MINIMUM,
			PASSWORD_MAXIMUM);
	else
		return password;
	return NULL;
}

static void answer(
	struct command_answer *out, const char *email, const char *password, const char *did)
{
	command_json(out, json_new_object());
	json_put_text(out->json, "email", email);
	if (password)
		json_put_text(out->json, "password", password);
	if (password)
		command_say(out, "%s %s, password %s (shown this once)", email, did, password);
	else
		command_say(out, "%s %s", email, did);
}

static enum result add(const struct command_call *call, struct command_answer *out)
{
	const struct staff_input *input = call->input;
	struct edit edit = command_edit(call);
	bool is_made_up;
	uint64_t id;
	const char *email = sign_in_email(call->context, input->email),
		   *password = read_password(call, out, &is_made_up);
	if (!password)
		return ERR_INVALID;
	enum result result = staff_edit_add(&edit,
		&(struct staff_draft){ email, input->name ? input->name : email,
			STAFF_ROLES[input->role], password_hash(call->context, password) },
		&id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	answer(out, email, is_made_up ? password : NULL, "added");
	json_put_number(out->json, "id", (int64_t)id);
	return result;
}

static enum result change_state(const struct command_call *call, struct command_answer *out,
	const char *state, const char *did)
{
	const struct staff_input *input = call->input;
	struct edit edit = command_edit(call);
	struct staff_change change = { .state = state };
	const char *email = sign_in_email(call->context, input->email);
	enum result result = staff_edit_find(&edit, email, &change.id);
	if (result == RESULT_OK)
		result = staff_edit_change(&edit, &change);
	if (result == ERR_CONFLICT)
		return command_refuse(out, result,
			"%s is the last owner: add another (dojangctl staff add --role owner), or "
			"end all sessions of this one by a new "
			"password (dojangctl staff password)",
			email);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	answer(out, email, NULL, did);
	return result;
}

static enum result disable(const struct command_call *call, struct command_answer *out)
{
	return change_state(call, out, "disabled", "disabled and signed out everywhere");
}

static enum result enable(const struct command_call *call, struct command_answer *out)
{
	return change_state(call, out, "active", "may sign in again");
}

static enum result unlock(const struct command_call *call, struct command_answer *out)
{
	const struct staff_input *input = call->input;
	struct edit edit = command_edit(call);
	uint64_t id;
	const char *email = sign_in_email(call->context, input->email);
	enum result result = staff_edit_find(&edit, email, &id);
	if (result == RESULT_OK)
		result = staff_edit_unlock(&edit, id);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	answer(out, email, NULL, "may try to sign in again");
	return result;
}

static enum result set_password(const struct command_call *call, struct command_answer *out)
{
	const struct staff_input *input = call->input;
	struct edit edit = command_edit(call);
	bool is_made_up;
	uint64_t id;
	const char *email = sign_in_email(call->context, input->email),
		   *password = read_password(call, out, &is_made_up);
	if (!password)
		return ERR_INVALID;
	enum result result = staff_edit_find(&edit, email, &id);
	if (result == RESULT_OK)
		result = staff_edit_password(&edit, id, password_hash(call->context, password));
	if (!is_success(result))
		return command_edited(out, &edit, result);
	answer(out, email, is_made_up ? password : NULL,
		"has a new password and is signed out everywhere");
	return result;
}

static enum result change_link(const struct command_call *call, struct command_answer *out,
	struct staff_link *link, const char *did)
{
	const struct staff_input *input = call->input;
	struct edit edit = command_edit(call);
	const char *email = sign_in_email(call->context, input->email);
	enum result result = staff_edit_find(&edit, email, &link->id);
	if (result == RESULT_OK)
		result = staff_edit_link(&edit, link);
	if (!is_success(result))
		return command_edited(out, &edit, result);
	answer(out, email, NULL, did);
	return result;
}

static enum result link_account(const struct command_call *call, struct command_answer *out)
{
	const struct staff_input *input = call->input;
	const char *issuer = call->settings->console_openid.issuer;
	if (!issuer)
		return command_refuse(out, ERR_INVALID, "console_openid.issuer is not set");
	return change_link(call, out,
		&(struct staff_link){ .issuer = issuer,
			.subject = input->subject,
			.removes_password = input->removes_password },
		"is linked to the provider's subject");
}

static enum result unlink_account(const struct command_call *call, struct command_answer *out)
{
	return change_link(call, out, &(struct staff_link){ .subject = NULL },
		"is linked no more, and signed out everywhere");
}

static json_object *staff_json(const struct db_rows *rows, const void *context)
{
	char time[INSTANT_TEXT];
	json_object *json = json_new_object();
	json_put_number(json, "id", db_get_number(rows, STAFF_LIST_ID));
	json_put_text(json, "email", db_get_text(rows, STAFF_LIST_EMAIL, context));
	json_put_text(json, "name", db_get_text(rows, STAFF_LIST_NAME, context));
	json_put_text(json, "role", db_get_text(rows, STAFF_LIST_ROLE, context));
	json_put_text(json, "state", db_get_text(rows, STAFF_LIST_STATE, context));
	json_put_text(
		json, "created_at", instant_format(db_get_time(rows, STAFF_LIST_CREATED_AT), time));
	json_put_bool(json, "openid", db_get_number(rows, STAFF_LIST_HAS_OPENID) != 0);
	return json;
}

static enum result list(const struct command_call *call, struct command_answer *out)
{
	return command_list(call, out, QUERY_STAFF_LIST, DB_NO_PARAMS, staff_json);
}

const struct command STAFF_COMMANDS[] = {
	{ "staff add", NEEDS_DATABASE, add, ADD_FIELDS, sizeof(struct staff_input),
		"makes an account for the console" },
	{ "staff list", NEEDS_DATABASE, list, NULL, 0, "lists the accounts" },
	{ "staff disable", NEEDS_DATABASE, disable, EMAIL_FIELDS, sizeof(struct staff_input),
		"closes an account and ends its sessions" },
	{ "staff enable", NEEDS_DATABASE, enable, EMAIL_FIELDS, sizeof(struct staff_input),
		"opens a closed account again" },
	{ "staff password", NEEDS_DATABASE, set_password, PASSWORD_FIELDS,
		sizeof(struct staff_input), "sets an account's password" },
	{ "staff unlock", NEEDS_DATABASE, unlock, EMAIL_FIELDS, sizeof(struct staff_input),
		"ends the wait after failed sign-ins" },
	{ "staff link", NEEDS_DATABASE, link_account, LINK_FIELDS, sizeof(struct staff_input),
		"lets an account sign in by OpenID" },
	{ "staff unlink", NEEDS_DATABASE, unlink_account, EMAIL_FIELDS, sizeof(struct staff_input),
		"ends that, and the account's sessions" },
	{ .words = NULL },
};
