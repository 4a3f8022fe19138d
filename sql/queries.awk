# SPDX-License-Identifier: MIT
# Generates C from sql/queries/*.sql. -v part=header: names of the queries and of their result
# columns. part=table: names, areas and texts. part=columns: names of the columns as text, for
# tests. part=text: the queries themselves with their fragments put in, for tests.
#
# A line "-- name: claim_find" begins a query, which ends at the next such line. Other comment lines
# are left out. Each column of a SELECT gets an enumerator: CLAIM_FIND_STATE for the column "state"
# of claim_find; CLAIM_FIND_COLUMNS is their number. A column is named by its alias, or else by its
# own name. A column without a name is an error (write AS name), and so is a repeated name. SHOW
# GLOBAL VARIABLES and SHOW GLOBAL STATUS have the columns variable_name and value.
#
# A line "-- fragment: claim_tables" begins a text that several queries share. {{claim_tables}} in a
# query of any file, or in another fragment, is replaced by it.
#
# A line "-- columns: claim_row" begins a fragment that is a list of columns. It stands right after
# SELECT, possibly followed by more columns, and has enumerators of its own: code that reads
# CLAIM_ROW_STATE serves all these queries.

function fail(message) {
	print place_of[current] ": " names[current] ": " message > "/dev/stderr"
	failed = 1
}

# A new query or fragment.
function begin(kind) {
	current = text_count++
	names[current] = $3
	kinds[current] = kind
	areas[current] = area
	place_of[current] = FILENAME ":" FNR
	if ($3 !~ /^[a-z][a-z0-9_]*$/ || $3 in text_of) fail("bad or repeated name")
	text_of[$3] = current
	has_begun = 1
}

# Replaces the first fragment in a text until none is left.
function put_fragments_in(i,    text, name, fragment, before, rounds) {
	current = i
	text = texts[i]
	for (rounds = 0; match(text, /[{][{][a-z0-9_]+[}][}]/); rounds++) {
		name = substr(text, RSTART + 2, RLENGTH - 4)
		before = substr(text, 1, RSTART - 1)
		if (!(name in text_of) || kinds[text_of[name]] == "query" || rounds == 100) {
			fail("{{" name "}} is no fragment, or contains itself")
			return
		}
		fragment = text_of[name]
		if (kinds[fragment] == "columns" && before !~ /SELECT (DISTINCT )?$/ && !(before == "" && kinds[i] == "columns"))
			fail("{{" name "}} does not follow SELECT")
		is_used[fragment] = 1
		text = before substr(texts[fragment], 1, length(texts[fragment]) - 1) substr(text, RSTART + RLENGTH)
	}
	texts[i] = text
}

function add_column(i, item,    name) {
	gsub(/^ +| +$/, "", item)
	name = item
	sub(/.*[ .]/, "", name)
	if (item !~ /[ )]AS [A-Za-z_][A-Za-z0-9_]*$/ && item !~ /^([A-Za-z_][A-Za-z0-9_]*\.)?[A-Za-z_][A-Za-z0-9_]*$/)
		fail("the column \"" item "\" has no name: write AS name")
	else if ((i, toupper(name)) in has_column)
		fail("the column name " name " is repeated: write AS name")
	has_column[i, toupper(name)] = 1
	columns[i, column_count[i]++] = name
}

# Reads a list of columns: up to FROM, or up to the end.
function read_columns(i,    text, at, start, depth, is_quoted, c) {
	current = i
	column_count[i] = 0
	text = texts[i]
	sub(/^[( ]+/, "", text)
	if (text ~ /^SHOW GLOBAL (VARIABLES|STATUS) /) {
		add_column(i, "variable_name")
		add_column(i, "value")
		return
	}
	if (kinds[i] == "fragment" || (kinds[i] == "query" && text !~ /^SELECT /)) return
	sub(/^SELECT (DISTINCT )?/, "", text)
	start = 1
	depth = is_quoted = 0
	for (at = 1; at <= length(text); at++) {
		c = substr(text, at, 1)
		if (c == "'") is_quoted = !is_quoted
		else if (is_quoted) continue
		else if (c == "(") depth++
		else if (c == ")") depth--
		else if (depth == 0 && c == ",") {
			add_column(i, substr(text, start, at - start))
			start = at + 1
		} else if (depth == 0 && substr(text, at, 6) == " FROM ") break
	}
	add_column(i, substr(text, start, at - start))
}

function escaped(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return text
}

function enumerator(i, column) {
	return toupper(names[i]) "_" (column < column_count[i] ? toupper(columns[i, column]) : "COLUMNS")
}

function print_header(    i, k) {
	print "#ifndef DOJANG_DB_QUERIES_H\n#define DOJANG_DB_QUERIES_H\n\nenum query {"
	for (i = 0; i < text_count; i++) if (kinds[i] == "query") print "\tQUERY_" toupper(names[i]) ","
	print "\tQUERY_COUNT\n};\n"
	for (i = 0; i < text_count; i++) {
		if (!column_count[i]) continue
		print "enum {"
		for (k = 0; k <= column_count[i]; k++) print "\t" enumerator(i, k) ","
		print "};"
	}
	print "\n#endif"
}

function print_table(    i) {
	print "#include \"db/query_table.h\"\n\nconst struct query_text QUERY_TABLE[QUERY_COUNT] = {"
	for (i = 0; i < text_count; i++)
		if (kinds[i] == "query")
			print "\t[QUERY_" toupper(names[i]) "] = { \"" names[i] "\", \"" areas[i] "\",\n\t\t\"" escaped(texts[i]) "\" },"
	print "};"
}

function print_columns(    i, k, name) {
	print "#include \"query_columns.h\"\n\nconst struct query_columns QUERY_COLUMNS[QUERY_COUNT] = {"
	for (i = 0; i < text_count; i++) {
		if (kinds[i] != "query" || !column_count[i]) continue
		name = toupper(names[i])
		print "\t[QUERY_" name "] = { " name "_COLUMNS, (const char *const[" name "_COLUMNS]) {"
		for (k = 0; k < column_count[i]; k++) print "\t\t[" enumerator(i, k) "] = \"" columns[i, k] "\","
		print "\t} },"
	}
	print "};"
}

function print_text(    i) {
	for (i = 0; i < text_count; i++)
		if (kinds[i] == "query") print "-- name: " areas[i] ".sql: " names[i] "\n" texts[i]
}

FNR == 1 {
	has_begun = 0
	area = FILENAME
	gsub(/.*\/|\.sql$/, "", area)
}
/^-- name: / { begin("query") }
/^-- fragment: / { begin("fragment") }
/^-- columns: / { begin("columns") }
/^[ \t]*--/ || /^[ \t]*$/ { next }
!has_begun {
	print FILENAME ":" FNR ": text before the first name" > "/dev/stderr"
	failed = 1
}
{
	line = $0
	sub(/^[ \t]+/, "", line)
	sub(/[ \t;]+$/, "", line)
	texts[current] = texts[current] line " "
}
END {
	for (i = 0; i < text_count; i++) put_fragments_in(i)
	for (i = 0; i < text_count; i++) read_columns(i)
	for (i = 0; i < text_count; i++) {
		current = i
		if (kinds[i] != "query" && !is_used[i]) fail("no query uses it")
	}
	if (failed) exit 1
	if (part == "text") print_text()
	else print "/* SPDX-License-Identifier: MIT */\n/* Generated from sql/queries by sql/queries.awk. */"
	if (part == "header") print_header()
	if (part == "table") print_table()
	if (part == "columns") print_columns()
}
