/* SPDX-License-Identifier: MIT */
/* A spreadsheet file: what is given of a row is clean UTF-8 without damage, what is wrong is told
 * with its line, and cleaning twice changes nothing. */
#include "fuzz.h"

#include "base/spreadsheet.h"
#include "base/text.h"

static const struct spreadsheet_column COLUMNS[] = {
	{ .name = "claim",
		.kind = CELL_CODE,
		.headings = { "claim 수령번호", "주문번호", "id 번호" } },
	{ .name = "tracking", .kind = CELL_CODE, .headings = { "tracking 송장번호" } },
	{ .name = "date", .kind = CELL_DATE, .is_optional = true, .headings = { "date 날짜" } },
	{ .name = "name", .kind = CELL_NAME, .is_optional = true, .headings = { "name 이름" } },
};
static const struct spreadsheet_schema SCHEMAS[] = {
	{ COLUMNS, 1, false },
	{ COLUMNS, 2, false },
	{ COLUMNS, countof(COLUMNS), true },
};

static void check_cell(
	const void *context, const char *cell, const struct spreadsheet_column *column)
{
	char *copy = memory_copy_text(context, cell);
	date day;
	FUZZ_HOLDS(text_is_utf8(cell, strlen(cell)));
	FUZZ_HOLDS(!strstr(cell, "\xc2\xa0") && !strstr(cell, "\xe2\x80\x8b")
		&& !strstr(cell, "\xef\xbb\xbf"));
	FUZZ_HOLDS(!*cell || !cell_damage(cell, column->kind));
	FUZZ_HOLDS(*cell || column->is_optional);
	cell_fold_heading(copy);
	FUZZ_HOLDS(text_is_utf8(copy, strlen(copy)) && strlen(copy) <= strlen(cell));
	cell_date(cell, &day);
}

static void read_all(const void *context, FILE *file, const struct spreadsheet_schema *schema)
{
	struct spreadsheet *spreadsheet = spreadsheet_open(context, file, schema);
	struct spreadsheet_faults faults = { .count = 0 };
	struct spreadsheet_row row;
	while (spreadsheet_next(spreadsheet, &row)) {
		FUZZ_HOLDS(row.line > 0 || row.fault);
		if (row.fault)
			spreadsheet_note(&faults, context, schema, &row);
		for (size_t i = 0; !row.fault && i < schema->count; i++)
			check_cell(context, row.cells[i], &schema->columns[i]);
		FUZZ_HOLDS(
			!row.fault || !text_equals(row.fault, spreadsheet_fault_text(row.fault)));
	}
	FUZZ_HOLDS(!spreadsheet_next(spreadsheet, &row));
	json_attach(context, spreadsheet_json(spreadsheet));
	spreadsheet_description(spreadsheet, context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	void *context = memory_context(NULL);
	FILE *file = fmemopen(memory_copy_bytes(context, data, size), size, "r");
	for (size_t i = 0; i < countof(SCHEMAS); i++)
		read_all(context, file, &SCHEMAS[i]);
	fclose(file);
	memory_free(context);
	return 0;
}
