/* SPDX-License-Identifier: MIT */
/* How a FastCGI program begins: as one worker or, with --workers, as a pool of them. */
#ifndef DOJANG_WEB_PROGRAM_H
#define DOJANG_WEB_PROGRAM_H

struct program {
	const char *name; /* for the log */
	/* Below context, from the file of that name; NULL, with *error as the reason. Connects
	 * nowhere: in a pool it is done once before there are workers, whose own it is not. */
	void *(*set_up)(const void *context, const char *settings_path, const char **error);
	/* with what set_up answered, until told to end; answers an exit status */
	int (*serve)(void *state, const void *context);
};

/* Reads "--settings FILE" (else DOJANG_SETTINGS names it) and "--workers N", and serves. Answers
 * main's exit status. */
int program_main(const struct program *program, int argc, char **argv);

#endif
