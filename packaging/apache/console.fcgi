#!/bin/sh
# SPDX-License-Identifier: MIT
# The web server starts this as it pleases. private/ is beside this directory; where it was moved out of the web's reach, name it here.
umask 077
private=${0%/*}/../private
exec "$private/bin/dojang-console" 2>>"$private/log/console.log"
