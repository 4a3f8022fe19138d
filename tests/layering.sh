#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks the rules of the tree: modules depend in one direction only (by #include, and by symbols if
# the libraries are built), each external library is used only in its module, each file names its
# licence, columns are read by their names, and unsafe calls do not occur. Then it plants a violation
# of each kind in a separate tree and checks that it is reported.
#
#   tests/layering.sh            in a build directory, or in the source tree
set -eu
LC_ALL=C
export LC_ALL

source=${srcdir:-$(dirname "$0")/..}
NM=${NM:-nm}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/dojang-modules-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# A module and the modules that it may use; module/part: only this part. Programs (fcgi/*.c) may use
# all, and share headers beside them.
cat >"$scratch/modules" <<'END'
base
db base
web base
auth db base
records db base
notification records db base
customer records db base
reward customer notification records db base
delivery notification records db web/template web/template_render web/catalogue web/format web/writer base
api auth reward customer notification records db web base
console auth reward customer notification records db web base
command auth reward customer notification records delivery/mail_probe db base
END

# External libraries, by header and by symbol, and the modules that may use them.
cat >"$scratch/outside" <<'END'
mysql\.h                ^mysql_         db
talloc\.h               ^_?talloc_      base
ini\.h                  ^ini_           base
fcgiapp\.h|fcgi_.*\.h   ^FCGX_          web
jwt\.h                  ^jwt_           auth
curl/.*                 ^curl_          auth delivery
END

banned='strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|sscanf|strtok'

# Lines "MODULE PART FILE:LINE HEADER KIND" of all #includes; MODULE is "-" in programs.
list_includes()
{
	(cd "$1" && find fcgi -name '*.[ch]' -exec awk '
		/^[ \t]*#[ \t]*include[ \t]*["<]/ {
			header = $0
			sub(/^[^"<]*/, "", header)
			kind = substr(header, 1, 1)
			header = substr(header, 2)
			sub(/[">].*/, "", header)
			parts = split(FILENAME, path, "/")
			module = parts > 2 ? path[2] : "-"
			part = path[parts]
			sub(/\.[ch]$/, "", part)
			print module, part, FILENAME ":" FNR, header, kind
		}' {} +)
}

check_includes()
{
	list_includes "$1" | awk -v modules="$scratch/modules" -v outside="$scratch/outside" '
		BEGIN {
			while ((getline line < modules) > 0) {
				count = split(line, words, " ")
				is_module[words[1]] = 1
				knows[words[1], words[1]] = 1
				for (i = 2; i <= count; i++)
					knows[words[1], words[i]] = 1
			}
			while ((getline line < outside) > 0) {
				count = split(line, words, " ")
				for (i = 3; i <= count; i++)
					may[words[1]] = may[words[1]] " " words[i] " "
			}
		}
		$1 != "-" && !is_module[$1] { print $3 ": " $1 " is no module"; next }
		$1 == "-" && $5 == "\"" && $4 !~ "/" { next }
		$5 == "\"" && $4 != "config.h" {
			if (split($4, path, "/") != 2 || !is_module[path[1]]) {
				print $3 ": \"" $4 "\" names no module"
				next
			}
			part = path[2]
			sub(/\.h$/, "", part)
			if ($1 != "-" && !knows[$1, path[1]] && !knows[$1, path[1] "/" part])
				print $3 ": " $1 " must not know " $4
		}
		$5 == "<" {
			for (header in may)
				if ($4 ~ "^(mariadb/|mysql/)?(" header ")$" && index(may[header], " " $1 " ") == 0)
					print $3 ": <" $4 "> belongs to" may[header]
		}'
}

# "foo.c" begins with its own header if it has one (after config.h), so that each header is
# complete.
check_own_headers()
{
	list_includes "$1" | awk -v tree="$1" '
		{ split($3, place, ":"); file = place[1] }
		file !~ /\.c$/ || $4 == "config.h" || seen[file]++ { next }
		{
			own = substr(file, 6)
			sub(/\.c$/, ".h", own)
			path = tree "/fcgi/" own
			if ((getline line < path) >= 0 && $4 != own)
				print $3 ": begins with another header than \"" own "\""
			close(path)
		}'
}

check_banned()
{
	(cd "$1" && find fcgi -name '*.[ch]' -exec grep -nE "(^|[^A-Za-z0-9_])($banned)[[:space:]]*\\(" /dev/null {} + | sed 's/$/   <- is banned/') || true
}

# Columns have names, generated from the queries.
check_columns()
{
	(cd "$1" && find fcgi -name '*.[ch]' -exec grep -nE 'db_(get_[a-z]+|is_null)\([^,]*, *[0-9]' /dev/null {} + | sed 's/$/   <- reads a column by its number/') || true
}

check_licences()
{
	(cd "$1" && find . \( -name node_modules -o -name .git -o -name 'autom4te.cache' -o -name build-aux -o -name build -o -name _build -o -name _inst -o -name demo \) -prune -o \
		-type f \( -name '*.[ch]' -o -name '*.am' -o -name '*.ac' -o -name '*.sql' -o -name '*.awk' -o -name '*.sh' -o -name '*.js' \
		-o -name '*.mjs' -o -name '*.py' -o -name '*.css' -o -name '*.conf' -o -name '*.yml' -o -name '*.yaml' \) -print) |
	while read -r file; do
		case $file in ./config.h | ./aclocal.m4) continue ;; esac
		head -n 2 "$1/$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file: does not name its licence in its first two lines"
	done
}

# Lines "MODULE PART SYMBOL D|U" of the libraries of modules in directory $1.
list_symbols()
{
	for library in "$1"/lib*.a; do
		module=${library##*/lib}
		# "libbase.a:text.o:0000000000000000 T text_equals", or with dots and blanks for an
		# undefined one
		$NM -A -g "$library" 2>/dev/null | awk -v module="${module%.a}" '
			{
				count = split($0, place, ":")
				part = place[count - 1]
				sub(/\.o$/, "", part)
				sub(/^.*\//, "", part)
				sub("^lib" module "_a-", "", part)
				if ($(NF - 1) ~ /^[TDBRVWC]$/) print module, part, $NF, "D"
				if ($(NF - 1) == "U") print module, part, $NF, "U"
			}'
	done
}

check_symbols()
{
	list_symbols "$1" >"$scratch/symbols"
	awk -v modules="$scratch/modules" -v outside="$scratch/outside" '
		BEGIN {
			while ((getline line < modules) > 0) {
				count = split(line, words, " ")
				knows[words[1], words[1]] = 1
				for (i = 2; i <= count; i++)
					knows[words[1], words[i]] = 1
			}
			while ((getline line < outside) > 0) {
				count = split(line, words, " ")
				for (i = 3; i <= count; i++)
					may[words[2]] = may[words[2]] " " words[i] " "
			}
		}
		$4 == "D" { module_of[$3] = $1; part_of[$3] = $2; next }
		FNR == NR { next }
		$4 == "U" && ($3 in module_of) {
			if (!knows[$1, module_of[$3]] && !knows[$1, module_of[$3] "/" part_of[$3]])
				print $1 "/" $2 ": " $1 " must not use " $3 " of " module_of[$3] "/" part_of[$3]
		}
		$4 == "U" {
			for (symbol in may)
				if ($3 ~ symbol && index(may[symbol], " " $1 " ") == 0)
					print $1 "/" $2 ": " $3 " belongs to" may[symbol]
		}' "$scratch/symbols" "$scratch/symbols"
}

check_tree()
{
	check_includes "$1"
	check_own_headers "$1"
	check_banned "$1"
	check_columns "$1"
	check_licences "$1"
}

# --- the tree itself -----------------------------------------------------------------------------------------------------------------

failed=0

tell()
{
	[ -z "$2" ] && return
	printf '%s:\n%s\n\n' "$1" "$2"
	failed=1
}

[ -d "$source/fcgi/base" ] || { echo "no source tree at $source"; exit 1; }
tell 'The tree' "$(check_tree "$source")"
if command -v "$NM" >/dev/null && [ -f libbase.a ]; then
	tell 'The libraries' "$(check_symbols .)"
else
	echo 'the libraries are not built here: symbols were not looked at'
fi

# --- planted violations --------------------------------------------------------------------------------------------------------------

# plant NAME FILE WORDS CONTENT: a tree with this file must be reported with these words; "" for
# WORDS: must not be reported.
plant()
{
	rm -rf "$scratch/planted"
	mkdir -p "$scratch/planted/${2%/*}"
	printf '%s\n' "$4" >"$scratch/planted/$2"
	[ -d "$scratch/planted/fcgi" ] || mkdir "$scratch/planted/fcgi"
	[ "$2" != fcgi/web/body.c ] || touch "$scratch/planted/fcgi/web/body.h"
	told=$(check_tree "$scratch/planted" | grep -v 'body\.h: does not name' || true)
	case $3 in
	'') [ -z "$told" ] || tell "Planted ($1), and told though it is right" "$told" ;;
	*) case $told in *"$3"*) ;; *) tell "Planted ($1), and not told" "wanted \"$3\", told \"$told\"" ;; esac ;;
	esac
}

spdx='/* SPDX-License-Identifier: MIT */'
lines()
{
	printf '%s\n' "$@"
}

plant 'what is right' fcgi/api/x.c '' "$(lines "$spdx" '#include "web/request.h"' '#include "reward/rules.h"' 'int f(void) { return snprintf(0, 0, ""); }')"
plant 'base looks up' fcgi/base/x.c 'base must not know db/db.h' "$(lines "$spdx" '#include "db/db.h"')"
plant 'the domain knows HTTP' fcgi/reward/x.c 'reward must not know web/request.h' "$(lines "$spdx" '  # include "web/request.h"  // why')"
plant 'HTTP knows the domain' fcgi/web/x.h 'web must not know reward/rules.h' "$(lines "$spdx" '#include "reward/rules.h"')"
plant 'auth knows the domain' fcgi/auth/x.c 'auth must not know customer/customer.h' "$(lines "$spdx" '#include "customer/customer.h"')"
plant 'a command knows HTTP' fcgi/command/x.c 'command must not know web/router.h' "$(lines "$spdx" '#include "web/router.h"')"
plant 'delivery may use templates' fcgi/delivery/x.c '' "$(lines "$spdx" '#include "web/template.h"')"
plant 'delivery and nothing else of web' fcgi/delivery/x.c 'delivery must not know web/router.h' "$(lines "$spdx" '#include "web/router.h"')"
plant 'the pages know the JSON' fcgi/console/x.c 'console must not know api/page.h' "$(lines "$spdx" '#include "api/page.h"')"
plant 'programs know all' fcgi/x.c '' "$(lines "$spdx" '#include "api/routes.h"' '#include "console/routes.h"')"
plant 'a header without module' fcgi/base/x.c 'names no module' "$(lines "$spdx" '#include "text.h"')"
plant 'a way around' fcgi/base/x.c 'names no module' "$(lines "$spdx" '#include "base/../db/db.h"')"
plant 'a module that is none' fcgi/misc/x.c 'misc is no module' "$(lines "$spdx" '#include "base/text.h"')"
plant 'another knows the database library' fcgi/reward/x.c '<mysql.h> belongs to db' "$(lines "$spdx" '#include <mysql.h>')"
plant 'by another path' fcgi/reward/x.c '<mariadb/mysql.h> belongs to db' "$(lines "$spdx" '#include <mariadb/mysql.h>')"
plant 'a program knows the database library' fcgi/x.c '<mysql.h> belongs to db' "$(lines "$spdx" '#include <mysql.h>')"
plant 'another knows talloc' fcgi/db/x.c '<talloc.h> belongs to base' "$(lines "$spdx" '#include <talloc.h>')"
plant 'another reads INI' fcgi/command/x.c '<ini.h> belongs to base' "$(lines "$spdx" '#include <ini.h>')"
plant 'another header first' fcgi/web/body.c 'begins with another header' "$(lines "$spdx" '#include "base/text.h"' '#include "web/body.h"')"
plant 'no licence' fcgi/base/x.h 'does not name its licence' '#include "base/text.h"'
plant 'the licence too late' sql/queries/x.sql 'does not name its licence' "$(lines -- -- '-- SPDX-License-Identifier: MIT')"
plant 'a column by its number' fcgi/reward/x.c 'reads a column by its number' "$(lines "$spdx" 'int f(void) { return db_get_id(rows, 0); }')"
plant 'a column by its name' fcgi/reward/x.c '' "$(lines "$spdx" 'int f(void) { return db_get_id(rows, CLAIM_ROW_ID); }')"
for call in $(echo "$banned" | tr '|' ' '); do
	plant "a call of $call" fcgi/web/x.c 'is banned' "$(lines "$spdx" "void f(void) { $call (0); }")"
done

# A library in which base calls db and the database's own library.
if command -v "$NM" >/dev/null && command -v "${CC:-cc}" >/dev/null && command -v ar >/dev/null; then
	mkdir "$scratch/libraries"
	(
		cd "$scratch/libraries"
		echo 'void db_up(void); void mysql_up(void); void base_down(void); void base_down(void) { db_up(); mysql_up(); }' >text.c
		echo 'void base_down(void); void mysql_up(void); void db_up(void); void db_up(void) { base_down(); mysql_up(); }' >db.c
		"${CC:-cc}" -c text.c && ar rc libbase.a text.o
		"${CC:-cc}" -c db.c && ar rc libdb.a db.o
	)
	want='base/text: base must not use db_up of db/db
base/text: mysql_up belongs to db'
	told=$(check_symbols "$scratch/libraries" | sed 's/ *$//' | sort)
	[ "$told" = "$want" ] || tell 'Planted symbols, and told otherwise' "$told"
fi

exit "$failed"
