# SPDX-License-Identifier: MIT
# Turns sql/queries/*.sql into an enum (-v part=header) or a table of names, areas and texts (-v part=table).
# A query begins with a line "-- name: claim_insert" and ends with the next; other comment lines are left out.
function close_query() { if (part == "table" && name != "") print "\t},"; name = "" }
BEGIN {
	print "/* SPDX-License-Identifier: MIT */\n/* Made from sql/queries by sql/queries.awk. */"
	if (part == "header") print "#ifndef DOJANG_DB_QUERIES_H\n#define DOJANG_DB_QUERIES_H\n\nenum query {"
	else print "#include \"db/query_table.h\"\n\nconst struct query_text QUERY_TABLE[QUERY_COUNT] = {"
}
FNR == 1 {
	area = FILENAME
	gsub(/.*\/|\.sql$/, "", area)
}
/^-- name: / {
	close_query()
	name = $3
	if (name !~ /^[a-z][a-z0-9_]*$/ || name in seen) {
		print FILENAME ":" FNR ": bad or repeated query name: " name > "/dev/stderr"
		exit failed = 1
	}
	seen[name] = 1
	if (part == "header") print "\tQUERY_" toupper(name) ","
	else print "\t[QUERY_" toupper(name) "] = { \"" name "\", \"" area "\","
	next
}
/^[ \t]*--/ || /^[ \t]*$/ { next }
name == "" { print FILENAME ":" FNR ": text before the first query's name" > "/dev/stderr"; exit failed = 1 }
part == "table" {
	line = $0
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	sub(/^[ \t]+/, "", line)
	sub(/[ \t;]+$/, "", line)
	print "\t\t\"" line " \""
}
END {
	if (failed) exit 1
	close_query()
	if (part == "header") print "\tQUERY_COUNT\n};\n\n#endif"
	else print "};"
}
