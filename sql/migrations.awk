# SPDX-License-Identifier: MIT
# Turns sql/migrations/NNNN_name.sql (one statement each, each number once, in their order) and sql/grants.sql into tables of texts.
# In grants.sql a line "-- program: api" opens a program's rights; each statement ends with a semicolon at the end of its line.
function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}
function fail(what) { print FILENAME ":" FNR ": " what > "/dev/stderr"; exit failed = 1 }
function close_migration() {
	if (number == 0) return
	if (semicolons != 1) fail(name ": must be exactly one statement, ended by one semicolon")
	print "\t\t" quoted(text) "\n\t},"
}
function open_migration(    file) {
	close_migration()
	file = FILENAME
	sub(/.*\//, "", file)
	if (file !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+\.sql$/) fail("not named NNNN_name.sql")
	if (substr(file, 1, 4) + 0 <= number) fail("number " number " was there before")
	number = substr(file, 1, 4) + 0
	name = substr(file, 6, length(file) - 9)
	print "\t{ " number ", " quoted(name) ","
	text = ""
	semicolons = 0
}
function open_grants() {
	close_migration()
	number = 0
	text = ""
	print "};\nconst size_t MIGRATION_COUNT = sizeof MIGRATIONS / sizeof MIGRATIONS[0];\n\nconst struct grant GRANTS[] = {"
	in_grants = 1
}
BEGIN {
	print "/* SPDX-License-Identifier: MIT */\n/* Made from sql/migrations and sql/grants.sql by sql/migrations.awk. */\n#include \"db/migration_table.h\"\n"
	print "const struct migration MIGRATIONS[] = {"
}
FNR == 1 { if (FILENAME ~ /grants\.sql$/) open_grants(); else open_migration() }
in_grants && /^-- program: [a-z]+$/ { program = $3; next }
/^[ \t]*--/ || /^[ \t]*$/ { next }
{
	line = $0
	gsub(/^[ \t]+|[ \t]+$/, "", line)
	semicolons += gsub(/;/, "", line)
	text = text (text == "" ? "" : " ") line
}
in_grants && /;[ \t]*$/ {
	if (program == "") fail("statement before the first program")
	print "\t{ " quoted(program) ", " quoted(text) " },"
	text = ""
}
END {
	if (failed) exit 1
	if (!in_grants || text != "") fail("grants.sql must come last and end with a semicolon")
	print "};\nconst size_t GRANT_COUNT = sizeof GRANTS / sizeof GRANTS[0];"
}
