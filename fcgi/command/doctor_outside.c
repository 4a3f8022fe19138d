/* SPDX-License-Identifier: MIT */
/* Checks external services: the issuers' keys, the OpenID provider for staff, and the mail server.
 */
#include "command/doctor.h"

#include "auth/issuer.h"
#include "auth/openid_ignored.h"
#include "auth/openid_provider.h"
#include "base/memory.h"
#include "delivery/mail_probe.h"

static void add_ignored(struct doctor *doctor, const char *check, const struct ignored *ignored)
{
	for (size_t i = 0; i < ignored->count; i++) {
		const struct ignored_item *item = &ignored->items[i];
		doctor_add(doctor, item->is_usual ? FINDING_OK : FINDING_WARNING, check,
			memory_format(doctor->context, "%s ignored: %s", item->what, item->why),
			item->is_usual ? NULL
				       : "see docs/issuers.md, \"When a valid customer gets 401\"");
	}
}

static void check_issuer(struct doctor *doctor, const struct issuers *issuers, size_t index)
{
	const struct issuer_settings *issuer = issuers_at(issuers, index);
	const char *check = memory_format(doctor->context, "issuer %s", issuer->name);
	struct ignored ignored = { .context = doctor->context };
	const char *fault = issuers_fault(issuers, doctor->context, index, &ignored);
	if (fault)
		doctor_add(doctor, FINDING_WRONG, check, fault,
			"open jwks_uri in a browser; let this host reach it by https");
	else
		doctor_add(doctor, FINDING_OK, check,
			issuer->jwks_uri ? memory_format(
				doctor->context, "keys come from %s", issuer->jwks_uri)
					 : "its secret is here",
			NULL);
	openid_list_issuer_ignored(issuer, &ignored);
	add_ignored(doctor, check, &ignored);
}

static void check_issuers(struct doctor *doctor)
{
	const char *error;
	if (doctor->settings->issuer_count == 0) {
		doctor_add(doctor, FINDING_WARNING, "issuers",
			"none is configured: nobody can check in",
			"add an [issuer NAME] section to the settings");
		return;
	}
	const struct issuers *issuers = issuers_load(doctor->context, doctor->settings, &error);
	if (!issuers)
		doctor_add(doctor, FINDING_WRONG, "issuers", error,
			"the api does not start like this: mend that issuer's section");
	for (size_t i = 0; issuers && i < issuers_count(issuers); i++)
		check_issuer(doctor, issuers, i);
}

static void check_openid(struct doctor *doctor)
{
	const char *error;
	struct openid_provider *provider = openid_provider_new(
		doctor->context, doctor->settings, &error);
	if (!provider)
		/* none, or an error of its secret was reported with the secrets */
		return;
	static const char CHECK[] = "staff's OpenID provider";
	struct ignored ignored = { .context = doctor->context };
	const char *fault = openid_provider_fault(provider, doctor->context, &ignored);
	if (fault)
		doctor_add(doctor, FINDING_WRONG, CHECK, fault,
			"check [console_openid] issuer and endpoints; let this host reach the "
			"provider; meanwhile staff sign in by password");
	else
		doctor_add(doctor, FINDING_OK, CHECK,
			memory_format(doctor->context, "%s answers, and its keys can be had",
				doctor->settings->console_openid.issuer),
			NULL);
	add_ignored(doctor, CHECK, &ignored);
}

static void check_mail(struct doctor *doctor)
{
	const struct settings *settings = doctor->settings;
	const char *error, *password = NULL;
	if (!settings->mail.host) {
		doctor_add(doctor, FINDING_WARNING, "mail", "mail.host is not set: alerts wait",
			"set [mail] in the settings, see docs/alerts.md");
		return;
	}
	if (settings->mail.password_file
		&& !(password = settings_read_secret(
			     doctor->context, settings->mail.password_file, &error)))
		return; /* reported with the secrets */
	const char *fault = mail_probe(doctor->context, settings, password);
	const char *server = memory_format(
		doctor->context, "%s:%d", settings->mail.host, (int)settings->mail.port);
	if (fault)
		doctor_add(doctor, FINDING_WRONG, "mail",
			memory_format(doctor->context, "%s: %s", server, fault),
			"check mail.host, port, security, user and password_file");
	else
		doctor_add(doctor, FINDING_OK, "mail",
			memory_format(doctor->context,
				settings->mail.user ? "%s lets us in" : "%s answers", server),
			NULL);
}

void doctor_check_outside(struct doctor *doctor)
{
	check_issuers(doctor);
	check_openid(doctor);
	check_mail(doctor);
}
