/* SPDX-License-Identifier: MIT */
/* TLS between the programs and the server. Inside db only: it shows mysql.h. */
#ifndef DOJANG_DB_TLS_H
#define DOJANG_DB_TLS_H

#include "db/db.h"

#include <mysql.h>

/* What is known of a host. */
enum tls_offer { TLS_OFFER_UNKNOWN, TLS_IS_OFFERED, TLS_IS_NOT_OFFERED };

/* Sets the options for connecting to a host by the network. False: the settings require TLS, and
 * the server does not offer it. *offer is kept for the next connection to that host: a server
 * counts questions as interrupted connections, and blocks a host that has too many
 * (max_connect_errors).
 */
bool tls_prepare(MYSQL *mysql, const struct db_settings *settings, const char *host, unsigned port,
	enum tls_offer *offer);
/* After connecting or failing to: notes what the server said about itself. */
void tls_learn(const MYSQL *mysql, enum tls_offer *offer);
/* After connecting: is the connection protected as the settings require? */
bool tls_is_sufficient(MYSQL *mysql, const struct db_settings *settings);

#endif
