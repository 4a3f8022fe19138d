/* SPDX-License-Identifier: MIT */
/* Reads the command line and starts one worker or a pool. */
#include "web/program.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/listener.h"
#include "web/pool.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

struct startup {
	const struct program *program;
	const char *settings_path;
	int64_t workers; /* 0: this process is the only worker */
};

static int refuse_to_start(const struct program *program, const char *why)
{
	log_write("start_failed", LOG_TEXT("program", program->name), LOG_TEXT("why", why));
	return EXIT_FAILURE;
}

/* Returns NULL, or an error. */
static const char *read_arguments(struct startup *startup, int argc, char **argv)
{
	static const struct option OPTIONS[] = { { "settings", required_argument, NULL, 's' },
		{ "workers", required_argument, NULL, 'w' }, { 0 } };
	static const char USAGE[] =
		"give --settings FILE, or set DOJANG_SETTINGS; --workers N starts so many";
	int option;
	opterr = 0; /* the log has the reason */
	startup->settings_path = getenv("DOJANG_SETTINGS");
	while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (option == 's')
			startup->settings_path = optarg;
		else if (option != 'w')
			return USAGE;
		else if (!text_to_number(optarg, 1, POOL_MAXIMUM, &startup->workers))
			return "--workers takes a number from 1 to 1000";
	}
	return startup->settings_path && optind == argc ? NULL : USAGE;
}

static int work(void *state)
{
	const struct startup *startup = state;
	const struct program *program = startup->program;
	const char *error = NULL;
	void *context = memory_context(NULL),
	     *own = program->set_up(context, startup->settings_path, &error);
	int status = own ? program->serve(own, context) : refuse_to_start(program, error);
	memory_free(context);
	return status;
}

/* Reports at once what would prevent workers from starting, and makes libraries load their data
 * once for all workers. Each worker still reads the settings itself, so a replacement uses the
 * current files. False when an error was logged. */
static bool preflight(const struct startup *startup)
{
	const char *error = NULL;
	void *context = memory_context(NULL),
	     *own = startup->program->set_up(context, startup->settings_path, &error);
	if (!own)
		refuse_to_start(startup->program, error);
	memory_free(context);
	memory_give_back();
	return own;
}

int program_main(const struct program *program, int argc, char **argv)
{
	struct startup startup = { .program = program };
	const char *error = read_arguments(&startup, argc, argv);
	if (error)
		return refuse_to_start(program, error);
	if (startup.workers == 0)
		return work(&startup);
	if (!listener_is_given())
		return refuse_to_start(program,
			"--workers needs a listening socket as standard input, as spawn-fcgi and "
			"systemd give one");
	if (!preflight(&startup))
		return EXIT_FAILURE;
	return pool_run(&(struct pool){ .name = program->name,
		.workers = (size_t)startup.workers,
		.work = work,
		.state = &startup });
}
