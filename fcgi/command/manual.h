/* SPDX-License-Identifier: MIT */
/* Manual pages and the completion of shells, from the tables of commands and settings. The build
 * writes them into the package. */
#ifndef DOJANG_COMMAND_MANUAL_H
#define DOJANG_COMMAND_MANUAL_H

#define MANUAL_NAMES "dojangctl.8, dojang.ini.5, bash-completion"

/* The text of one of MANUAL_NAMES, or NULL. */
char *manual_text(const void *context, const char *name);

#endif
