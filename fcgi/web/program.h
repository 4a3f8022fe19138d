/* SPDX-License-Identifier: MIT */
/* The start of a FastCGI program: as one worker or, with --workers, as a pool. */
#ifndef DOJANG_WEB_PROGRAM_H
#define DOJANG_WEB_PROGRAM_H

struct program {
	const char *name; /* for the log */
	/* Reads the settings file and allocates the state below context. Returns NULL with *error
	 * as the reason. Must not connect to anything: a pool also calls it once before it forks,
	 * and workers must not inherit connections. */
	void *(*set_up)(const void *context, const char *settings_path, const char **error);
	/* serves with the result of set_up until it is terminated; returns an exit status */
	int (*serve)(void *state, const void *context);
};

/* Reads "--settings FILE" (default: the variable DOJANG_SETTINGS) and "--workers N", and serves.
 * Returns main's exit status. */
int program_main(const struct program *program, int argc, char **argv);

#endif
