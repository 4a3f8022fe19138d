/* SPDX-License-Identifier: MIT */
/* Sets the TLS options of the client library at hand: MariaDB's and MySQL's have different ones. */
#include "db/tls.h"

#include "base/memory.h"

static bool needs_tls(const struct db_settings *settings)
{
	return settings->tls == TLS_REQUIRED || settings->tls == TLS_VERIFIED;
}

#ifdef LIBMARIADB

void tls_learn(const MYSQL *mysql, enum tls_offer *offer)
{
	if (mysql->server_capabilities)
		*offer = mysql->server_capabilities & CLIENT_SSL ? TLS_IS_OFFERED
								 : TLS_IS_NOT_OFFERED;
}

/* Asks with the fingerprint of no certificate, so that no password is sent in any case. */
static enum tls_offer find_offer(const char *host, unsigned port)
{
	static const char NO_FINGERPRINT[] = "0000000000000000000000000000000000000000";
	unsigned timeout = 2;
	my_bool yes = 1;
	MYSQL *mysql = mysql_init(NULL);
	if (!mysql)
		memory_exhausted();
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &timeout);
	mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
	mysql_options(mysql, MARIADB_OPT_TLS_PEER_FP, NO_FINGERPRINT);
	mysql_real_connect(mysql, host, "", NULL, NULL, port, NULL, 0);
	enum tls_offer offer = TLS_OFFER_UNKNOWN;
	tls_learn(mysql, &offer);
	mysql_close(mysql);
	return offer;
}

/* With TLS switched on and a server without it, the library sends the password of
 * caching_sha2_password in the clear, unless the certificate is to be verified. So it is switched
 * on only for servers that offer it. */
bool tls_prepare(MYSQL *mysql, const struct db_settings *settings, const char *host, unsigned port,
	enum tls_offer *offer)
{
	bool must_ask = settings->tls == TLS_PREFERRED || settings->tls == TLS_REQUIRED;
	if (must_ask && *offer == TLS_OFFER_UNKNOWN)
		*offer = find_offer(host, port);
	bool is_missing = must_ask && *offer == TLS_IS_NOT_OFFERED;
	my_bool uses_tls = settings->tls != TLS_OFF && !is_missing;
	my_bool verifies = settings->tls == TLS_VERIFIED;
	mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &uses_tls);
	if (verifies)
		mysql_options(mysql, MYSQL_OPT_SSL_CA, settings->tls_ca_file);
	/* From version 3.4 on the default is yes. */
	mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifies);
	if (!is_missing || !needs_tls(settings))
		return true;
	*offer = TLS_OFFER_UNKNOWN; /* it may be switched on */
	return false;
}

#else

void tls_learn(const MYSQL *mysql, enum tls_offer *offer)
{
	(void)mysql;
	(void)offer;
}

bool tls_prepare(MYSQL *mysql, const struct db_settings *settings, const char *host, unsigned port,
	enum tls_offer *offer)
{
	static const unsigned MODES[] = { [TLS_PREFERRED] = SSL_MODE_PREFERRED,
		[TLS_OFF] = SSL_MODE_DISABLED,
		[TLS_REQUIRED] = SSL_MODE_REQUIRED,
		[TLS_VERIFIED] = SSL_MODE_VERIFY_IDENTITY };
	/* Without TLS the password is encrypted with a key that the server sends
	 * (caching_sha2_password). MariaDB's library always asks for it. */
	bool asks_for_key = !needs_tls(settings);
	(void)host;
	(void)port;
	(void)offer;
	if (settings->tls == TLS_VERIFIED)
		mysql_options(mysql, MYSQL_OPT_SSL_CA, settings->tls_ca_file);
	mysql_options(mysql, MYSQL_OPT_SSL_MODE, &MODES[settings->tls]);
	mysql_options(mysql, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &asks_for_key);
	return true;
}

#endif

bool tls_is_sufficient(MYSQL *mysql, const struct db_settings *settings)
{
	return !needs_tls(settings) || mysql_get_ssl_cipher(mysql);
}
