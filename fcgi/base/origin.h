/* SPDX-License-Identifier: MIT */
/* Origins of web pages: scheme, host and port. */
#ifndef DOJANG_BASE_ORIGIN_H
#define DOJANG_BASE_ORIGIN_H

#include <stdbool.h>

/* True for scheme://host and scheme://host:port, as browsers write them in the Origin header. Every
 * scheme is allowed, such as capacitor: of mobile apps. "*" is not an origin, and neither is
 * "null", which stands for all pages without an origin (files, data: URLs, sandboxed frames). */
bool origin_is_valid(const char *text);

#endif
