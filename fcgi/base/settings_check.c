/* SPDX-License-Identifier: MIT */
/* Finds settings that are valid separately and contradict each other. */
#include "base/settings_check.h"

#include "base/memory.h"
#include "base/origin.h"
#include "base/text.h"

#include <string.h>

#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* Names that are inserted into SQL where a parameter is not possible. */
static const char *check_names(const struct settings *settings, const void *context)
{
	const struct {
		const char *setting, *name, *characters;
	} names[] = {
		{ "database.name", settings->database.name, LETTERS_AND_DIGITS "_-" },
		{ "database.account_host", settings->database.account_host,
			LETTERS_AND_DIGITS "_-.:/%" },
		{ "database.api_user", settings->database.api_user, LETTERS_AND_DIGITS "_-." },
		{ "database.console_user", settings->database.console_user,
			LETTERS_AND_DIGITS "_-." },
		{ "database.notifier_user", settings->database.notifier_user,
			LETTERS_AND_DIGITS "_-." },
		{ "database.admin_user", settings->database.admin_user, LETTERS_AND_DIGITS "_-." },
	};
	for (size_t i = 0; i < countof(names); i++)
		if (names[i].name[strspn(names[i].name, names[i].characters)])
			return memory_format(context,
				"%s must hold nothing but letters, digits and %s", names[i].setting,
				names[i].characters + strlen(LETTERS_AND_DIGITS));
	return NULL;
}

static const char *check_origins(const struct settings *settings, const void *context)
{
	const struct text_list *origins = &settings->server.origins;
	for (size_t i = 0; i < origins->count; i++)
		if (!origin_is_valid(origins->items[i]))
			return memory_format(context,
				"server.origins: %s must be an origin as browsers write it, like "
				"https://shop.example or capacitor://localhost",
				origins->items[i]);
	return NULL;
}

static const char *check_keys(const struct issuer_settings *issuer, const void *context)
{
	if (issuer->algorithm == ALGORITHM_HS256 && issuer->jwks_uri)
		return "must not have a jwks_uri, because its algorithm is HS256";
	if (issuer->algorithm == ALGORITHM_HS256)
		return issuer->secret_file ? NULL
					   : "needs secret_file, because its algorithm is HS256";
	if (!issuer->jwks_uri)
		return "needs jwks_uri, because its algorithm is not HS256";
	if (issuer->secret_file || issuer->second_secret_file)
		return "must not have a secret_file, because its algorithm is not HS256";
	if (text_starts_with(issuer->jwks_uri, "https://")
		|| (issuer->allows_http && text_starts_with(issuer->jwks_uri, "http://")))
		return NULL;
	return memory_format(context, "jwks_uri must start with https://%s",
		issuer->allows_http ? " or http://" : " (or allow_http)");
}

static const char *check_issuer(const struct settings *settings, const void *context, size_t index)
{
	const struct issuer_settings *issuer = &settings->issuers[index];
	if (issuer->audience.count == 0 && issuer->client_id.count == 0)
		return "needs audience or client_id: a token for another shop is not for this one";
	for (size_t i = 0; i < index; i++)
		if (text_equals(settings->issuers[i].iss, issuer->iss))
			return memory_format(context, "has the same iss as [issuer %s]",
				settings->issuers[i].name);
	return check_keys(issuer, context);
}

static const char *check_issuers(const struct settings *settings, const void *context)
{
	for (size_t i = 0; i < settings->issuer_count; i++) {
		const char *error = check_issuer(settings, context, i);
		if (error)
			return memory_format(
				context, "[issuer %s] %s", settings->issuers[i].name, error);
	}
	return NULL;
}

/* --- staff's OpenID provider --- */

static bool is_address(const struct openid_settings *openid, const char *text)
{
	return text_starts_with(text, "https://")
		|| (openid->allows_http && text_starts_with(text, "http://"));
}

static const char *check_openid_addresses(const struct openid_settings *openid, const void *context)
{
	static const char WAY_BACK[] = "/admin/sign-in/openid/return";
	const struct {
		const char *setting, *address;
	} addresses[] = {
		{ "issuer", openid->issuer },
		{ "redirect_uri", openid->redirect_uri },
		{ "authorization_endpoint", openid->authorization_endpoint },
		{ "token_endpoint", openid->token_endpoint },
		{ "jwks_uri", openid->jwks_uri },
	};
	for (size_t i = 0; i < countof(addresses); i++)
		if (addresses[i].address && !is_address(openid, addresses[i].address))
			return memory_format(context, "%s must start with https://%s",
				addresses[i].setting,
				openid->allows_http ? " or http://" : " (or allow_http)");
	size_t length = strlen(openid->redirect_uri);
	if (length < sizeof WAY_BACK
		|| strcmp(openid->redirect_uri + length - (sizeof WAY_BACK - 1), WAY_BACK) != 0)
		return memory_format(context, "redirect_uri must end with %s", WAY_BACK);
	return strpbrk(openid->issuer, "?#") ? "issuer must have no query and no fragment" : NULL;
}

static const char *check_openid_roles(const struct openid_settings *openid)
{
	bool has_groups = openid->owner_groups.count + openid->manager_groups.count
			+ openid->viewer_groups.count
		> 0;
	if (openid->role_from == OPENID_ROLE_FROM_GROUPS && !has_groups)
		return "needs owner_groups, manager_groups or viewer_groups: nobody would have a "
		       "role";
	if (openid->role_from == OPENID_ROLE_FROM_ACCOUNT && has_groups)
		return "must not have groups where role_from is account";
	for (size_t i = 0; i < openid->scopes.count; i++)
		if (text_equals(openid->scopes.items[i], "openid"))
			return NULL;
	return "scopes must hold openid";
}

static const char *check_openid_parts(const struct openid_settings *openid, const void *context)
{
	int endpoints = !!openid->authorization_endpoint + !!openid->token_endpoint
		+ !!openid->jwks_uri;
	if (!openid->client_id || !openid->redirect_uri)
		return "needs client_id and redirect_uri";
	if (endpoints != 0 && endpoints != 3)
		return "needs all of authorization_endpoint, token_endpoint and jwks_uri, or none "
		       "of them";
	if (openid->algorithm == ALGORITHM_HS256)
		return "algorithm must be RS256 or ES256";
	const char *error = check_openid_addresses(openid, context);
	return error ? error : check_openid_roles(openid);
}

static const char *check_openid(const struct openid_settings *openid, const void *context)
{
	if (!openid->issuer)
		return openid->client_id || openid->redirect_uri ? "[console_openid] needs issuer"
								 : NULL;
	const char *error = check_openid_parts(openid, context);
	return error ? memory_format(context, "[console_openid] %s", error) : NULL;
}

static const char *check_mail(const struct settings *settings)
{
	if (!settings->mail.user != !settings->mail.password_file)
		return "mail.user and mail.password_file go together";
	if (settings->mail.user && settings->mail.security == MAIL_PLAIN)
		return "mail.security must not be none where mail.user is set: the password would "
		       "be readable on its way";
	return strpbrk(settings->mail.from, "<>\" ,;") || !strchr(settings->mail.from, '@')
		? "mail.from must be an address like dojang@shop.example"
		: NULL;
}

static const char *check_tls(const struct settings *settings)
{
	return settings->database.tls == TLS_VERIFIED && !settings->database.tls_ca_file
		? "database.tls = verified needs database.tls_ca_file"
		: NULL;
}

const char *settings_check(const struct settings *settings, const void *context)
{
	if (settings->demo.clock_file && !settings->demo.is_demo)
		return "demo.clock_file is refused unless demo.enabled is yes";
	if (settings->demo.has_plain_cookies && !settings->demo.is_demo)
		return "demo.plain_cookies is refused unless demo.enabled is yes";
	const char *error = check_names(settings, context);
	if (!error)
		error = check_tls(settings);
	if (!error)
		error = check_origins(settings, context);
	if (!error)
		error = check_mail(settings);
	if (!error)
		error = check_openid(&settings->console_openid, context);
	return error ? error : check_issuers(settings, context);
}
