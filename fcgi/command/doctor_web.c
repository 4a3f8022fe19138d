/* SPDX-License-Identifier: MIT */
/* Checks whether nginx listens for Dojang's site, on a host that has the site of docs/install.md.
 */
#include "command/doctor.h"

#include "base/memory.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_SIZE = 1000 };

static const char SITE[] = "/etc/nginx/sites-enabled/dojang";

/* "listen 443 ssl http2;" and "listen 127.0.0.1:443 ssl;", but not IPv6; 0: another line. */
static int64_t listen_port(char *line)
{
	char *at = line + strspn(line, " \t"), *end;
	int64_t port;
	if (!text_starts_with(at, "listen") || !isspace((unsigned char)at[strlen("listen")]))
		return 0;
	at += strlen("listen");
	at += strspn(at, " \t");
	at[strcspn(at, " \t;\n")] = 0;
	end = strrchr(at, ':');
	return *at != '[' && text_to_number(end ? end + 1 : at, 1, 65535, &port) ? port : 0;
}

static bool is_listening(int64_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_open = probe >= 0
		&& connect(probe, (struct sockaddr *)&address, sizeof(address)) == 0;
	if (probe >= 0)
		close(probe);
	return is_open;
}

void doctor_check_web(struct doctor *doctor)
{
	char line[LINE_SIZE];
	int64_t port, closed = 0, last = 0;
	FILE *file = fopen(SITE, "re");
	if (!file)
		return; /* another web server, or behind one */
	while (fgets(line, sizeof(line), file))
		if ((port = listen_port(line)) != 0) {
			last = port;
			closed = is_listening(port) ? closed : port;
		}
	fclose(file);
	if (closed)
		doctor_add(doctor, FINDING_WRONG, "web server",
			memory_format(doctor->context,
				"nothing listens on port %" PRId64 ", which %s names", closed,
				SITE),
			"systemctl enable --now nginx; if it does not start, nginx -t says why");
	else if (last)
		doctor_add(doctor, FINDING_OK, "web server",
			memory_format(doctor->context, "listens on the ports of %s", SITE), NULL);
}
