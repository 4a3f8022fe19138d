#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs that run all the time load only the libraries that they need. Only dojangctl makes
# tokens, so only it loads libjwt, and what libjwt loads itself. Run by make check, in the build
# directory.
set -eu
command -v ldd >/dev/null || { echo "$0: no ldd: skipped" >&2; exit 77; }
forbidden='libjwt|libjansson|libb64'
failed=0
for program in dojang-api dojang-console dojang-notifier; do
	loaded=$(ldd "./$program")
	case $loaded in
	*libtalloc*) ;;
	*) echo "$program: ldd does not name libtalloc, so it names too little"; failed=1 ;;
	esac
	if printf '%s\n' "$loaded" | grep -E "$forbidden"; then
		echo "$program: loads the libraries above without need"
		failed=1
	fi
done
ldd ./dojangctl | grep -q libjwt || { echo 'dojangctl: does not load libjwt, so this test finds nothing'; failed=1; }
exit $failed
