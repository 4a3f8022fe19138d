/* SPDX-License-Identifier: MIT */
/* PROGRAM: FastCGI workers, as many as the word says, that answer every request with the same
 * check-in: the least that any can do behind nginx. */
#include "base/text.h"
#include "web/pool.h"

#include <fcgiapp.h>
#include <stdint.h>
#include <stdlib.h>

static const char ANSWER[] = "Status: 200 OK\r\n"
			     "Content-Type: application/json\r\n"
			     "Cache-Control: no-store\r\n"
			     "X-Content-Type-Options: nosniff\r\n"
			     "\r\n"
			     "{\"event\":\"november\",\"date\":\"2026-11-22\",\"at\":\"2026-11-"
			     "22T03:04:05Z\",\"already\":false,\"count\":5,\"streak\":5,"
			     "\"longest_streak\":5,\"next_check_in_at\":\"2026-11-22T15:00:00Z\","
			     "\"earned\":[{\"milestone\":2,\"at\":5}],"
			     "\"next_milestone\":{\"id\":3,\"at\":15,\"remaining\":10}}";

static int work(void *state)
{
	(void)state;
	FCGX_Request request;
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return EXIT_FAILURE;
	while (FCGX_Accept_r(&request) >= 0) {
		/* one connection per request, for this worker watches only one */
		request.keepConnection = 0;
		FCGX_PutStr(ANSWER, (int)sizeof ANSWER - 1, request.out);
		FCGX_Finish_r(&request);
	}
	return EXIT_SUCCESS;
}

int main(int count, char **words)
{
	int64_t workers;
	if (count != 2 || !text_to_number(words[1], 1, POOL_MAXIMUM, &workers))
		return EXIT_FAILURE;
	return pool_run(
		&(struct pool){ .name = "floor", .workers = (size_t)workers, .work = work });
}
