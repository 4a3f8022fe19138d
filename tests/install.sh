#!/bin/sh
# SPDX-License-Identifier: MIT
# make install installs everything and does not touch /etc, make uninstall removes it all; the
# settings file names every setting; the units are valid and hardened (if systemd-analyze is
# installed). Run by make check, in the build directory.
set -eu
top=$(pwd)
bindir='' pkgdatadir='' mandir='' completiondir='' unitdir='' sysusersdir='' tmpfilesdir='' sysconfdir=''
# shellcheck source=/dev/null
. "$top/packaging/paths.sh"
root=$(mktemp -d "${TMPDIR:-/tmp}/dojang-install.XXXXXX")
trap 'chmod -R u+w "$root"; rm -rf "$root"' EXIT
fail() { echo "install.sh: $*" >&2; exit 1; }

# Without the job server and flags of the calling make.
make_here() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS "${MAKE:-make}" "$@" >"$root/make.log" 2>&1 || { cat "$root/make.log"; fail "make $* failed"; }; }
tree=$root/tree
make_here install DESTDIR="$tree"

# --- installed files
for path in "$bindir/dojang-api" "$bindir/dojang-console" "$bindir/dojang-notifier" "$bindir/dojangctl" "$pkgdatadir/dojang.ini" "$pkgdatadir/database.cnf" \
	"$mandir/man8/dojangctl.8" "$mandir/man5/dojang.ini.5" "$mandir/man1/dojang-api.1" "$completiondir/dojangctl" \
	"$pkgdatadir/lighttpd/dojang.conf" "$pkgdatadir/lighttpd/problems/503.html" "$pkgdatadir/nginx/site.conf" "$pkgdatadir/nginx/dojang.conf" "$pkgdatadir/nginx/dojang/locations.conf" "$pkgdatadir/nginx/dojang/api.conf" \
	"$pkgdatadir/templates/catalogue.ko" "$pkgdatadir/templates/assets/dojang.js" "$pkgdatadir/templates/console/layout.html" \
	"$unitdir/dojang.target" "$unitdir/dojang-api@.service" "$unitdir/dojang-api@.socket" "$unitdir/dojang-console.service" \
	"$unitdir/dojang-console.socket" "$unitdir/dojang-console-b.service" "$unitdir/dojang-console-b.socket" "$unitdir/dojang-notifier.service" "$sysusersdir/dojang.conf" "$tmpfilesdir/dojang.conf"; do
	[ -f "$tree$path" ] || fail "$path is not installed"
done
[ ! -e "$tree$sysconfdir" ] || fail "something was written to $sysconfdir, which belongs to the host"
if grep -rlE '@[A-Za-z_]+@' "$tree$unitdir" "$tree$pkgdatadir/dojang.ini" "$tree$pkgdatadir/nginx" "$tree$pkgdatadir/lighttpd" "$tree$sysusersdir" "$tree$tmpfilesdir"; then
	fail "a placeholder was left in the files above"
fi

# --- the settings file and the table of settings: the same names, the same defaults
example=$tree$pkgdatadir/dojang.ini
(umask 077 && mkdir "$root/secrets" && echo secret >"$root/secrets/database-admin")
cp "$example" "$root/dojang.ini"
"$top/dojangctl" --settings "$root/dojang.ini" settings >/dev/null || fail "the installed settings file cannot be read"
sed -E 's/^;(\[issuer shop\]|iss =|algorithm =|audience =|jwks_uri =)/\1/' "$example" >"$root/issuer.ini"
"$top/dojangctl" --settings "$root/issuer.ini" settings >"$root/table"
awk '/^[^ ]/ { name = $0; sub(/ = .*/, "", name); next }
	{ value = "-"; if (match($0, /\(default: .*\)$/)) value = substr($0, RSTART + 10, RLENGTH - 11); print name "\t" value }' "$root/table" | sort >"$root/want"
awk '/^;?\[/ { section = $0; gsub(/[];[]/, "", section); next }
	/^;?[a-z_]+ = / { name = $0; sub(/ = .*/, "", name); sub(/^;/, "", name); value = $0; sub(/^[^=]*= /, "", value); print section "." name "\t" value }' \
	"$example" | sort >"$root/have"
cut -f 1 "$root/want" >"$root/want-names"
cut -f 1 "$root/have" >"$root/have-names"
diff -u "$root/want-names" "$root/have-names" || fail "the settings file does not name the settings of dojangctl settings"
# templates_directory is the installation's directory.
grep -v -e '	-$' -e '^server.templates_directory	' "$root/want" >"$root/defaults"
grep -vxF -f "$root/have" "$root/defaults" && fail "the settings file does not show these defaults"
grep -qxF "templates_directory = $pkgdatadir/templates" "$example" || fail "the settings file does not name the installed templates"

# --- units
# The units load the secrets that the settings file names.
sed -n 's|^LoadCredential=\([^:]*\):'"$sysconfdir"'/dojang/|\1 |p' "$tree$unitdir"/*.service >"$root/handed"
[ "$(wc -l <"$root/handed")" = 11 ] || fail "the units do not load eleven secrets from $sysconfdir"
while read -r name file; do
	if [ "$file" != "secrets/$name" ] || ! grep -q "^[a-z_]* = $file\$" "$example"; then fail "a unit loads $file as $name, which the settings do not name"; fi
done <"$root/handed"
if command -v systemd-analyze >/dev/null; then
	mkdir "$root/units"
	for unit in "$tree$unitdir"/*; do
		sed "s|^ExecStart=$bindir/|ExecStart=$tree$bindir/|" "$unit" >"$root/units/${unit##*/}"
	done
	(cd "$root/units" && SYSTEMD_UNIT_PATH="$root/units:" systemd-analyze verify --man=no dojang.target dojang-api@a.service dojang-api@a.socket \
		dojang-console.service dojang-console.socket dojang-console-b.service dojang-console-b.socket dojang-notifier.service >"$root/verify" 2>&1) || { cat "$root/verify"; fail "systemd refuses the units"; }
	# Complaints about other units of this host are ignored.
	grep dojang "$root/verify" && fail "systemd reports faults in the units"
	for unit in dojang-api@a dojang-console dojang-console-b dojang-notifier; do
		cp "$tree$unitdir/$(echo "$unit" | sed 's/@a/@/').service" "$root/$unit.service"
		systemd-analyze security --offline=yes --threshold=25 --no-pager "$root/$unit.service" >"$root/security" 2>&1 || {
			cat "$root/security"
			fail "$unit is less hardened than before"
		}
	done
fi

# --- uninstalling
make_here uninstall DESTDIR="$tree"
left=$(find "$tree" ! -type d)
[ -z "$left" ] || fail "make uninstall leaves: $left"
