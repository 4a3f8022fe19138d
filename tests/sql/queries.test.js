// SPDX-License-Identifier: MIT
// sql/queries.awk: fragments are put in, columns get names, and mistakes are reported with their place.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { generate } from './queries.js'

const directory = mkdtempSync(join(tmpdir(), 'dojang-queries-'))
after(() => rmSync(directory, { recursive: true }))
const file = join(directory, 'x.sql')

function generated(part, text) {
	writeFileSync(file, text)
	return generate(part, [file])
}
const enumerators = text => [...generated('header', text).matchAll(/^\t(\w+),?$/gm)].map(([, name]) => name)

test('each column has a name, its alias or its own, and their number follows', () => {
	assert.deepEqual(enumerators("-- name: a\nSELECT id, c.state, IF(x = ',', 1, 2) AS kind,\n  (SELECT COUNT(*) FROM t, u) AS total\nFROM claims c, users;\n-- name: b\nUPDATE t SET x = 1;"),
		['QUERY_A', 'QUERY_B', 'QUERY_COUNT', 'A_ID', 'A_STATE', 'A_KIND', 'A_TOTAL', 'A_COLUMNS'])
	assert.deepEqual(enumerators('-- name: a\n(SELECT DISTINCT x FROM t)\nUNION ALL (SELECT y FROM u)'), ['QUERY_A', 'QUERY_COUNT', 'A_X', 'A_COLUMNS'])
	assert.deepEqual(enumerators('-- name: a\nSELECT UTC_TIMESTAMP() AS now_utc;'), ['QUERY_A', 'QUERY_COUNT', 'A_NOW_UTC', 'A_COLUMNS'])
})

test('a list of columns has names of its own, and its queries have theirs', () => {
	const text = '-- columns: row\nt.id, t.x\n-- columns: longer\n{{row}}, y\n-- name: a\nSELECT {{longer}}, z FROM t\nUNION SELECT {{longer}}, z FROM {{table}};\n-- fragment: table\nt FORCE INDEX (k)'
	assert.deepEqual(enumerators(text), ['QUERY_A', 'QUERY_COUNT', 'ROW_ID', 'ROW_X', 'ROW_COLUMNS', 'LONGER_ID', 'LONGER_X', 'LONGER_Y', 'LONGER_COLUMNS',
		'A_ID', 'A_X', 'A_Y', 'A_Z', 'A_COLUMNS'])
	assert.equal(generated('text', text), '-- name: x.sql: a\nSELECT t.id, t.x, y, z FROM t UNION SELECT t.id, t.x, y, z FROM t FORCE INDEX (k) \n')
})

const MISTAKES = [
	['SELECT COUNT(*) FROM t', /x\.sql:1: a: the column "COUNT\(\*\)" has no name: write AS name/],
	['SELECT 1 FROM t', /the column "1" has no name/],
	['SELECT x y FROM t', /the column "x y" has no name/],
	['SELECT * FROM t', /the column "\*" has no name/],
	['SELECT t.id, u.ID FROM t, u', /a: the column name ID is repeated/],
	['SELECT id FROM {{nothing}}', /a: \{\{nothing\}\} is no fragment/],
	['SELECT id FROM {{a}}', /a: \{\{a\}\} is no fragment/],
	['SELECT id FROM {{loop}}\n-- fragment: loop\n{{loop}}', /\{\{loop\}\} is no fragment, or contains itself/],
	['SELECT id, {{row}} FROM t\n-- columns: row\nx', /a: \{\{row\}\} does not follow SELECT/],
	['SELECT id FROM t\n-- fragment: unused\nx', /x\.sql:3: unused: no query uses it/],
	['SELECT id FROM t\n-- name: a\nSELECT id FROM u', /x\.sql:3: a: bad or repeated name/],
	['SELECT id FROM t\n-- name: B\nSELECT id FROM u', /B: bad or repeated name/],
]
for (const [text, message] of MISTAKES)
	test(`is refused: ${text.replaceAll('\n', ' ')}`, () => assert.throws(() => generated('header', `-- name: a\n${text}\n`), error => message.test(error.stderr) && error.status === 1))

test('is refused: text before the first name', () => assert.throws(() => generated('header', 'SELECT id FROM t\n'), /x\.sql:1: text before the first name/))
