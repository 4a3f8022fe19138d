/* SPDX-License-Identifier: MIT */
/* Finds the columns of a spreadsheet file and reads its rows. */
#include "base/spreadsheet.h"

#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

enum {
	SAMPLE_RECORDS = 64,
	PRECISE_DIGITS = 15,
	ROUNDED_DIGITS_LEAST = 4,
	WORD_LEAST = 4,
	SURE_RANKS = 2
};
enum { ABSENT = CSV_FIELDS_MAXIMUM };

static const char SEPARATORS[] = { '\t', ';', ',' };

/* What a column's cells have in common, to judge them when all were read. */
struct statistics {
	uint64_t first_line, rounded_line;
	bool first_has_digit, first_has_word, first_has_blank;
	uint64_t others, others_without_digit, others_with_word;
	uint64_t rounded_digits;
	bool has_precise; /* a long number that was not rounded */
};

struct place {
	size_t index;        /* of the field; ABSENT */
	const char *heading; /* as written; NULL: the file has no headings */
	struct statistics statistics;
};

struct spreadsheet {
	const void *context;
	const struct spreadsheet_schema *schema;
	struct csv *csv;
	char separator;
	struct csv_record record;
	struct place places[SPREADSHEET_COLUMNS_MAXIMUM];
	const char **headings; /* as written; NULL: the file has none */
	size_t width;
	bool is_waiting; /* the record is the first row, which is still to be given */
	bool is_over;
	size_t judged;                  /* columns, at the end */
	struct spreadsheet_row refusal; /* its fault is NULL, or why no row can be read */
};

/* --- headings --- */

/* Is word one of the words, which have blanks between them? */
static bool is_listed(const char *words, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = words; length > 0 && (at = strstr(at, word)); at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == 0))
			return true;
	return false;
}

static char *folded(const void *context, const char *text)
{
	char *copy = memory_copy_text(context, text);
	cell_clean(copy, CELL_HEADING);
	cell_fold_heading(copy);
	return copy;
}

static size_t rank_of(const struct spreadsheet_column *column, const char *heading)
{
	size_t rank = 0;
	while (rank < SPREADSHEET_HEADING_RANKS
		&& !(column->headings[rank] && is_listed(column->headings[rank], heading)))
		rank++;
	return rank;
}

/* The field with the column's surest heading, or ABSENT. */
static size_t find_heading(const struct spreadsheet_column *column, const char *const *headings,
	size_t count, bool *is_ambiguous)
{
	size_t best = SPREADSHEET_HEADING_RANKS, index = ABSENT;
	*is_ambiguous = false;
	for (size_t i = 0; i < count; i++) {
		size_t rank = rank_of(column, headings[i]);
		*is_ambiguous = rank < best ? false
					    : *is_ambiguous || (rank == best && index != ABSENT);
		if (rank < best) {
			best = rank;
			index = i;
		}
	}
	return index;
}

static const char *const *folded_fields(const void *context, const struct csv_record *record)
{
	const char **headings = memory_array(context, const char *, record->count);
	for (size_t i = 0; i < record->count; i++)
		headings[i] = folded(context, record->fields[i]);
	return headings;
}

/* --- the separator --- */

/* Many headings, then many records with as many fields as the first, speak for a separator. Where
 * none splits the first record it is the comma. */
static size_t score_separator(struct spreadsheet *spreadsheet, char separator)
{
	struct csv_record *record = &spreadsheet->record;
	const char *fault;
	size_t first = 0, headings = 0, alike = 0;
	bool is_ambiguous;
	void *scratch = memory_context(spreadsheet->context);
	csv_start(spreadsheet->csv, separator);
	for (size_t i = 0; i < SAMPLE_RECORDS; i++) {
		if (csv_next(spreadsheet->csv, record, &fault) != CSV_RECORD)
			break;
		const char *const *words = i ? NULL : folded_fields(scratch, record);
		for (size_t column = 0; words && column < spreadsheet->schema->count; column++)
			headings += find_heading(&spreadsheet->schema->columns[column], words,
					    record->count, &is_ambiguous)
				!= ABSENT;
		first = i ? first : record->count;
		alike += first > 1 && record->count == first;
	}
	memory_free(scratch);
	if (first < 2 && separator != ',')
		return 0;
	return headings * (SAMPLE_RECORDS + 1) + alike;
}

/* Excel writes and reads a first line that names the separator: "sep=;". */
static char named_separator(struct spreadsheet *spreadsheet)
{
	const struct csv_record *record = &spreadsheet->record;
	const char *fault;
	csv_start(spreadsheet->csv, ';');
	if (csv_next(spreadsheet->csv, &spreadsheet->record, &fault) != CSV_RECORD
		|| !text_starts_with(record->fields[0], "sep="))
		return 0;
	const char *name = record->fields[0] + strlen("sep=");
	if (record->count == 2 && !*name && !*record->fields[1])
		return ';';
	return record->count == 1 && *name && !name[1]
			&& memchr(SEPARATORS, *name, sizeof SEPARATORS)
		? *name
		: 0;
}

static char find_separator(struct spreadsheet *spreadsheet)
{
	char best = ',';
	size_t best_score = 0;
	for (size_t i = 0; i < sizeof SEPARATORS; i++) {
		size_t score = score_separator(spreadsheet, SEPARATORS[i]);
		if (score > best_score) {
			best = SEPARATORS[i];
			best_score = score;
		}
	}
	return best;
}

/* --- records --- */

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\n")] == 0;
}

/* Cleans a field for its column; fields of other columns only to see whether they are blank. */
static void clean_field(struct spreadsheet *spreadsheet, size_t index)
{
	enum cell_kind kind = CELL_HEADING;
	for (size_t i = 0; i < spreadsheet->schema->count; i++)
		if (spreadsheet->places[i].index == index)
			kind = spreadsheet->schema->columns[i].kind;
	cell_clean(spreadsheet->record.fields[index], kind);
}

/* The next record that is not blank, without blank fields at its end. False: there is none, or a
 * fault. */
static bool read_record(struct spreadsheet *spreadsheet, const char **fault)
{
	struct csv_record *record = &spreadsheet->record;
	while (csv_next(spreadsheet->csv, record, fault) == CSV_RECORD) {
		for (size_t i = 0; i < record->count; i++)
			clean_field(spreadsheet, i);
		while (record->count > 0 && is_blank(record->fields[record->count - 1]))
			record->count--;
		if (record->count > 0)
			return true;
	}
	return false;
}

static void refuse(struct spreadsheet *spreadsheet, const char *fault, const char *column)
{
	if (!spreadsheet->refusal.fault)
		spreadsheet->refusal = (struct spreadsheet_row){
			.line = spreadsheet->record.line, .fault = fault, .column = column
		};
}

/* --- opening --- */

static void keep_headings(struct spreadsheet *spreadsheet)
{
	const struct csv_record *record = &spreadsheet->record;
	spreadsheet->headings = memory_array(spreadsheet->context, const char *, record->count);
	for (size_t i = 0; i < record->count; i++)
		spreadsheet->headings[i] = memory_copy_text(
			spreadsheet->context, record->fields[i]);
}

/* False: the first record has no heading of the schema. */
static bool find_columns(struct spreadsheet *spreadsheet)
{
	const struct spreadsheet_schema *schema = spreadsheet->schema;
	const struct csv_record *record = &spreadsheet->record;
	const char *const *headings = folded_fields(spreadsheet->context, record);
	bool is_ambiguous[SPREADSHEET_COLUMNS_MAXIMUM], has_any = false;
	for (size_t i = 0; i < schema->count; i++) {
		struct place *place = &spreadsheet->places[i];
		place->index = find_heading(
			&schema->columns[i], headings, record->count, &is_ambiguous[i]);
		has_any = has_any || place->index != ABSENT;
	}
	if (!has_any)
		return false;
	keep_headings(spreadsheet);
	for (size_t i = 0; i < schema->count; i++) {
		struct place *place = &spreadsheet->places[i];
		if (is_ambiguous[i])
			refuse(spreadsheet, "heading_twice", schema->columns[i].name);
		else if (place->index != ABSENT)
			place->heading = spreadsheet->headings[place->index];
		else if (!schema->columns[i].is_optional)
			refuse(spreadsheet, "heading_missing", schema->columns[i].name);
	}
	return true;
}

static void use_order(struct spreadsheet *spreadsheet)
{
	const struct spreadsheet_schema *schema = spreadsheet->schema;
	if (schema->needs_headings || spreadsheet->record.count > schema->count)
		refuse(spreadsheet, "no_headings", NULL);
	for (size_t i = 0; i < schema->count; i++)
		spreadsheet->places[i].index = i;
	spreadsheet->width = schema->count;
	spreadsheet->is_waiting = true;
}

static void read_headings(struct spreadsheet *spreadsheet)
{
	const char *fault, *unused;
	char named = named_separator(spreadsheet);
	spreadsheet->separator = named ? named : find_separator(spreadsheet);
	for (size_t i = 0; i < spreadsheet->schema->count; i++)
		spreadsheet->places[i].index = ABSENT;
	csv_start(spreadsheet->csv, spreadsheet->separator);
	if (named)
		csv_next(spreadsheet->csv, &spreadsheet->record, &unused);
	if (!read_record(spreadsheet, &fault)) {
		spreadsheet->is_over = !fault && !spreadsheet->schema->needs_headings;
		if (!spreadsheet->is_over)
			refuse(spreadsheet, fault ? fault : "no_headings", NULL);
		return;
	}
	spreadsheet->width = spreadsheet->record.count;
	if (!find_columns(spreadsheet))
		use_order(spreadsheet);
}

struct spreadsheet *spreadsheet_open(
	const void *context, FILE *file, const struct spreadsheet_schema *schema)
{
	struct spreadsheet *spreadsheet = memory_new(context, struct spreadsheet);
	spreadsheet->context = spreadsheet;
	spreadsheet->schema = schema;
	spreadsheet->csv = csv_new(spreadsheet, file);
	read_headings(spreadsheet);
	return spreadsheet;
}

/* --- rows --- */

static bool has_digit(const char *text)
{
	if (strpbrk(text, "0123456789"))
		return true;
	for (const char *at = text; (at = strstr(at, "\xef\xbc")); at += 3)
		if ((unsigned char)at[2] >= 0x90 && (unsigned char)at[2] <= 0x99)
			return true; /* full-width */
	return false;
}

/* Does text contain one of the column's headings? Those of the last rank are too short for that. */
static bool has_heading_word(const struct spreadsheet_column *column, const char *text)
{
	void *scratch = memory_context(NULL);
	char *copy = memory_copy_text(scratch, text), *word;
	bool has_word = false;
	cell_fold_heading(copy);
	for (size_t rank = 0; rank < SURE_RANKS && column->headings[rank]; rank++) {
		char *rest = memory_copy_text(scratch, column->headings[rank]);
		while (!has_word && (word = strsep(&rest, " ")))
			has_word = strlen(word) >= WORD_LEAST && strstr(copy, word);
	}
	memory_free(scratch);
	return has_word;
}

static void note_number(struct statistics *statistics, const char *text, uint64_t line)
{
	size_t length = strspn(text, "0123456789");
	if (text[length] || length <= PRECISE_DIGITS)
		return;
	if (text[PRECISE_DIGITS + strspn(text + PRECISE_DIGITS, "0")]) {
		statistics->has_precise = true;
		return;
	}
	statistics->rounded_digits += length - PRECISE_DIGITS;
	if (!statistics->rounded_line)
		statistics->rounded_line = line;
}

static void note_cell(struct spreadsheet *spreadsheet, size_t column, const char *text)
{
	struct statistics *statistics = &spreadsheet->places[column].statistics;
	const struct spreadsheet_column *schema = &spreadsheet->schema->columns[column];
	note_number(statistics, text, spreadsheet->record.line);
	if (spreadsheet->headings || schema->kind != CELL_CODE || spreadsheet->schema->count > 1)
		return;
	bool has_word = has_heading_word(schema, text);
	if (statistics->first_line) {
		statistics->others++;
		statistics->others_without_digit += !has_digit(text);
		statistics->others_with_word += has_word;
		return;
	}
	statistics->first_line = spreadsheet->record.line;
	statistics->first_has_digit = has_digit(text);
	statistics->first_has_blank = strchr(text, ' ');
	statistics->first_has_word = has_word;
}

/* Is text one of the column's headings, and so no value? */
static bool is_heading(const struct spreadsheet_column *column, const char *text)
{
	char *heading = folded(NULL, text);
	bool is_listed = rank_of(column, heading) < SURE_RANKS;
	memory_free(heading);
	return is_listed;
}

static const char *cell_fault(const struct spreadsheet_column *column, const char *text)
{
	if (is_blank(text))
		return column->is_optional ? NULL : "empty";
	if (column->kind == CELL_CODE && is_heading(column, text))
		return "heading_again";
	return cell_damage(text, column->kind);
}

static void fill_row(struct spreadsheet *spreadsheet, struct spreadsheet_row *row)
{
	const struct csv_record *record = &spreadsheet->record;
	row->line = record->line;
	row->fault = record->count > spreadsheet->width ? "columns" : NULL;
	for (size_t i = 0; i < spreadsheet->schema->count; i++) {
		size_t index = spreadsheet->places[i].index;
		row->cells[i] = index < record->count ? record->fields[index] : "";
		const char *fault = cell_fault(&spreadsheet->schema->columns[i], row->cells[i]);
		if (!fault) {
			note_cell(spreadsheet, i, row->cells[i]);
		} else if (!row->fault) {
			row->fault = fault;
			row->column = spreadsheet->schema->columns[i].name;
		}
	}
}

/* --- the end --- */

/* Spreadsheet programs keep 15 digits of a number. One long number may end with zeros by chance. */
static bool is_rounded(const struct statistics *statistics)
{
	return !statistics->has_precise && statistics->rounded_digits >= ROUNDED_DIGITS_LEAST;
}

static bool seems_heading(const struct statistics *statistics)
{
	bool is_other_word = statistics->first_has_word && statistics->others_with_word == 0;
	if (is_other_word && (!statistics->first_has_digit || statistics->first_has_blank))
		return true;
	return statistics->others > 0 && !statistics->first_has_digit
		&& statistics->others_without_digit == 0;
}

/* Faults of a column as a whole. */
static bool judge_columns(struct spreadsheet *spreadsheet, struct spreadsheet_row *row)
{
	while (!spreadsheet->refusal.fault && spreadsheet->judged < spreadsheet->schema->count) {
		size_t column = spreadsheet->judged++;
		const struct statistics *statistics = &spreadsheet->places[column].statistics;
		row->column = spreadsheet->schema->columns[column].name;
		if (is_rounded(statistics)) {
			row->line = statistics->rounded_line;
			row->fault = "rounded";
		} else if (statistics->first_line && seems_heading(statistics)) {
			row->line = statistics->first_line;
			row->fault = "heading_unknown";
		}
		if (row->fault)
			return true;
	}
	return false;
}

bool spreadsheet_next(struct spreadsheet *spreadsheet, struct spreadsheet_row *row)
{
	const char *fault = NULL;
	*row = spreadsheet->refusal;
	if (spreadsheet->is_over)
		return judge_columns(spreadsheet, row);
	if (!row->fault && !spreadsheet->is_waiting && !read_record(spreadsheet, &fault)) {
		spreadsheet->is_over = true;
		if (!fault)
			return judge_columns(spreadsheet, row);
		refuse(spreadsheet, fault, NULL);
		*row = spreadsheet->refusal;
		return true;
	}
	spreadsheet->is_waiting = false;
	spreadsheet->is_over = row->fault;
	if (!row->fault)
		fill_row(spreadsheet, row);
	return true;
}

/* --- telling --- */

void spreadsheet_note(struct spreadsheet_faults *faults, const void *context,
	const struct spreadsheet_schema *schema, const struct spreadsheet_row *row)
{
	if (faults->count++ >= SPREADSHEET_WRONG_MAXIMUM)
		return;
	struct spreadsheet_wrong *wrong = &faults->items[faults->count - 1];
	*wrong = (struct spreadsheet_wrong){ row->line, row->column, row->fault, NULL };
	for (size_t i = 0; row->column && i < schema->count; i++)
		if (text_equals(schema->columns[i].name, row->column))
			wrong->text = memory_copy_text(context, row->cells[i]);
}

static const char *separator_name(const struct spreadsheet *spreadsheet)
{
	if (spreadsheet->width < 2)
		return NULL;
	return spreadsheet->separator == ','    ? "comma"
		: spreadsheet->separator == ';' ? "semicolon"
						: "tab";
}

static bool is_used(const struct spreadsheet *spreadsheet, size_t index)
{
	for (size_t i = 0; i < spreadsheet->schema->count; i++)
		if (spreadsheet->places[i].index == index)
			return true;
	return false;
}

json_object *spreadsheet_json(const struct spreadsheet *spreadsheet)
{
	json_object *json = json_new_object(), *columns = json_new_array(),
		    *ignored = json_new_array();
	for (size_t i = 0; i < spreadsheet->schema->count; i++) {
		const struct place *place = &spreadsheet->places[i];
		if (place->index == ABSENT)
			continue;
		json_object *column = json_new_object();
		json_put_text(column, "column", spreadsheet->schema->columns[i].name);
		json_put_text(column, "heading", place->heading);
		json_put_number(column, "position", (int64_t)place->index + 1);
		json_append(columns, column);
	}
	for (size_t i = 0; spreadsheet->headings && i < spreadsheet->width; i++)
		if (!is_used(spreadsheet, i) && !is_blank(spreadsheet->headings[i]))
			json_append_text(ignored, spreadsheet->headings[i]);
	json_put_text(json, "encoding", CSV_ENCODINGS[csv_encoding(spreadsheet->csv)]);
	json_put_text(json, "separator", separator_name(spreadsheet));
	json_put(json, "columns", columns);
	json_put(json, "ignored", ignored);
	return json;
}

char *spreadsheet_description(const struct spreadsheet *spreadsheet, const void *context)
{
	const char *separator = separator_name(spreadsheet);
	char *text = memory_format(context, "read as %s%s%s%s",
		CSV_ENCODINGS[csv_encoding(spreadsheet->csv)], separator ? ", separated by " : "",
		separator ? separator : "", separator ? "s" : "");
	for (size_t i = 0; i < spreadsheet->schema->count; i++) {
		const struct place *place = &spreadsheet->places[i];
		if (place->index != ABSENT)
			text = memory_format(context, "%s; %s is column %zu%s%s%s", text,
				spreadsheet->schema->columns[i].name, place->index + 1,
				place->heading ? " (" : "", place->heading ? place->heading : "",
				place->heading ? ")" : "");
	}
	return text;
}

static const struct {
	const char *fault, *text;
} FAULTS[] = {
	{ CSV_FAULT_ENCODING, "the text is not UTF-8, UTF-16 or CP949" },
	{ CSV_FAULT_CONVERSION, "this host cannot convert CP949: save the file as UTF-8" },
	{ CSV_FAULT_NUL, "there is a NUL byte" },
	{ CSV_FAULT_QUOTES, "a quote is not closed, or is inside a cell" },
	{ CSV_FAULT_TOO_LONG, "the line is too long" },
	{ CSV_FAULT_UNREADABLE, "the file cannot be read twice: give a plain file" },
	{ "columns", "there are more cells than columns" },
	{ "no_headings", "the first line must name the columns" },
	{ "heading_missing", "no heading names this column" },
	{ "heading_twice", "more than one heading names this column" },
	{ "heading_unknown", "this seems to be a heading that is not known" },
	{ "heading_again", "this is a heading, not a value" },
	{ "empty", "the cell is empty" },
	{ "control", "there is a line break or another control character" },
	{ "lost", "a character was lost when the file was saved" },
	{ "error_value", "the cell shows an error of the spreadsheet" },
	{ "scientific", "the spreadsheet wrote the number in scientific notation" },
	{ "number_format", "the spreadsheet formatted the number" },
	{ "rounded", "the spreadsheet rounded long numbers to 15 digits" },
	{ "date", "the spreadsheet took the code for a date" },
	{ "formula", "there is a formula instead of its value" },
};

const char *spreadsheet_fault_text(const char *fault)
{
	for (size_t i = 0; i < countof(FAULTS); i++)
		if (text_equals(FAULTS[i].fault, fault))
			return FAULTS[i].text;
	return fault;
}

char *spreadsheet_fault_sentence(
	const void *context, uint64_t line, const char *column, const char *fault)
{
	return memory_format(context, "line %" PRIu64 "%s%s: %s", line, column ? ", " : "",
		column ? column : "", spreadsheet_fault_text(fault));
}
