#!/bin/sh
# SPDX-License-Identifier: MIT
# Ordinary programs contain nothing of the fault points: no symbol, no name of a bug, no environment
# variable.
set -eu
NM=${NM:-nm}
found=0
if grep -qE '^am__append_[0-9]+ = -DDOJANG_FAULT_POINTS' Makefile; then
	echo "$0: built with --enable-fault-points: skipped" >&2
	exit 77
fi
for program in dojang-api dojang-console dojang-notifier dojangctl; do
	if $NM "$program" | grep -E ' fault_'; then found=1; fi
	if grep -aqE 'DOJANG_FAULTS|planted-|claim-not-looked-at-again|before-COMMIT' "$program"; then
		echo "$program: contains fault points on purpose"
		found=1
	fi
done
exit $found
