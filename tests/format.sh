#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks that the C files are formatted as .clang-format says. `tests/format.sh --write` formats them.
# Versions of clang-format differ in details: only the one that .clang-format names (Debian 12) is used.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

readonly MAJOR=14

find_program() {
	local name
	for name in clang-format-$MAJOR clang-format; do
		if command -v "$name" >/dev/null && "$name" --version | grep -q " version $MAJOR\."; then
			printf '%s\n' "$name"
			return
		fi
	done
}

program=$(find_program)
if [ -z "$program" ]; then
	echo "skipped: clang-format $MAJOR is not installed"
	exit 0
fi
mapfile -d '' -t files < <(find fcgi tests -name node_modules -prune -o -name '*.[ch]' -print0)
case ${1-} in
--write) "$program" -i -- "${files[@]}" ;;
'') "$program" --dry-run -Werror -- "${files[@]}" ;;
*) echo "usage: tests/format.sh [--write]" >&2; exit 2 ;;
esac
