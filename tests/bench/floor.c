/* SPDX-License-Identifier: MIT */
/* PROGRAM: a FastCGI worker that answers every request with the same check-in, the least that any worker behind nginx can do. */
#include <fcgiapp.h>
#include <stdlib.h>

static const char ANSWER[] =
	"Status: 200 OK\r\n"
	"Content-Type: application/json\r\n"
	"Cache-Control: no-store\r\n"
	"X-Content-Type-Options: nosniff\r\n"
	"\r\n"
	"{\"event\":\"november\",\"date\":\"2026-11-22\",\"at\":\"2026-11-22T03:04:05Z\",\"already\":false,\"count\":5,\"streak\":5,"
	"\"longest_streak\":5,\"next_check_in_at\":\"2026-11-22T15:00:00Z\",\"earned\":[{\"milestone\":2,\"at\":5}],"
	"\"next_milestone\":{\"id\":3,\"at\":15,\"remaining\":10}}";

int main(void)
{
	FCGX_Request request;
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return EXIT_FAILURE;
	while (FCGX_Accept_r(&request) >= 0) {
		FCGX_PutStr(ANSWER, (int)sizeof ANSWER - 1, request.out);
		FCGX_Finish_r(&request);
	}
	return EXIT_SUCCESS;
}
