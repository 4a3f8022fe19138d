#!/bin/sh
# SPDX-License-Identifier: MIT
# Started by the web server. If private/ is not beside this directory, write its full path here.
umask 077
private=${0%/*}/../private
exec "$private/bin/dojang-api" 2>>"$private/log/api.log"
