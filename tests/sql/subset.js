// SPDX-License-Identifier: MIT
// Checks whether a statement works on both MySQL 8.0 and MariaDB 10.6 or later, as all of sql/
// must. MySQL's own grammar (from its Workbench) accepts it or not; rules describe what MariaDB
// refuses, and what both accept but execute differently.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const parser = new (require('ts-mysql-parser').default)({ version: '8.0.22' })

// Functions of both, with the same meaning. Read both manuals before you add one.
const FUNCTIONS = new Set(`ABS AVG BINARY CASE CAST CEIL CHAR CHAR_LENGTH COALESCE CONCAT CONCAT_WS CONVERT COUNT CURRENT_USER DATABASE DATE DATEDIFF DATE_ADD DATE_FORMAT
	DATE_SUB ELT EXISTS FIELD FLOOR GREATEST GROUP_CONCAT HEX IF IFNULL IN INTERVAL JSON_TABLE LAG LAST_INSERT_ID LEAST LEFT LENGTH LOCATE LOWER LPAD MAX MIN MOD NULLIF
	OVER REPLACE RIGHT ROUND ROW_COUNT ROW_NUMBER SHA2 SUBSTRING SUBSTRING_INDEX SUM TIMESTAMPADD TIMESTAMPDIFF TRIM UNHEX UPPER UTC_DATE UTC_TIMESTAMP VALUES VERSION WEEKDAY`.split(/\s+/))
// Words before a parenthesis that are not function calls.
const WORDS = new Set(`AND AS BETWEEN BIGINT BY CHECK COLUMNS DECIMAL DATETIME DEFAULT DISTINCT ELSE ENUM FROM GRANT HAVING INDEX INSERT INT JOIN KEY LIKE NOT ON OR
	PRIMARY REFERENCES SELECT SET SMALLINT TEXT THEN TIME TIMESTAMP TINYINT UNION UNIQUE UPDATE USING VARBINARY VARCHAR WHEN WHERE WITH ALL ANY CROSS FORCE IGNORE USE`.split(/\s+/))
const COLLATIONS = /^(?:utf8mb4|ascii|latin1)_(?:bin|general_ci|unicode_ci)$|^binary$/i

// Rules on the plain text: [pattern, fault].
const RULES = [
	[/\bFOR\s+SHARE\b/i, 'FOR SHARE is MySQL\'s alone; LOCK IN SHARE MODE is in both'],
	[/\bFOR\s+UPDATE\s+OF\b/i, 'FOR UPDATE OF is MySQL\'s alone'],
	[/\bON\s+DUPLICATE\s+KEY\s+UPDATE\b[\s\S]*\bVALUES\s*\(/i, 'VALUES() in an upsert goes in MySQL; say the value again'],
	[/\bVALUES\s*\([\s\S]*\)\s*AS\s+\w+\s+ON\s+DUPLICATE\b/i, 'an alias of the new row is MySQL\'s alone'],
	[/\bLATERAL\b/i, 'LATERAL is MySQL\'s alone'],
	[/->/, '-> is MySQL\'s alone; JSON_EXTRACT is in both'],
	[/\bMEMBER\s+OF\b/i, 'MEMBER OF is MySQL\'s alone'],
	[/\bJSON_(?:VALUE|QUERY|EXISTS|DETAILED|LOOSE|COMPACT|ARRAYAGG|OBJECTAGG)\b/i, 'this function on JSON is not the same in both'],
	[/\bJSON\b(?!_)(?=\s*(?:NOT|NULL|DEFAULT|,|\)|$))/i, 'the type JSON is text in MariaDB and not in MySQL; say TEXT'],
	[/\bDROP\s+CHECK\b/i, 'DROP CHECK is MySQL\'s alone; DROP CONSTRAINT is in both'],
	[/\b(?:IN)?VISIBLE\b|\bIGNORED\b/i, 'indexes are hidden by other words in each'],
	[/\bKEY\s+\w+\s*\(\s*\(/i, 'keys on expressions are MySQL\'s alone'],
	[/\bDELETE\s+FROM\s+\w+\s+(?:AS\s+)?(?!WHERE\b|ORDER\b|LIMIT\b|USING\b|PARTITION\b|AS\b)\w+/i, 'an alias in DELETE is not in all of both'],
	[/\b(?:NEXTVAL|LASTVAL|SETVAL|NEXT\s+VALUE\s+FOR)\b/i, 'sequences are MariaDB\'s alone'],
	[/\bINTERSECT\b|\bEXCEPT\b/i, 'INTERSECT and EXCEPT are not in MySQL before 8.0.31'],
	[/\b(?:TINY|MEDIUM|LONG)?(?:TEXT|BLOB)\b(?:\s+(?:CHARACTER\s+SET|COLLATE)\s+\w+|\s+NOT\s+NULL)*\s+DEFAULT\s+(?!NULL\b|\()/i, 'a TEXT has no literal default in MySQL'],
	[/\bDEFAULT\s+(?!CURRENT_TIMESTAMP\b|NULL\b|TRUE\b|FALSE\b)[A-Z_]\w*/i, 'a default that is worked out stands in parentheses in MySQL', /\bDEFAULT\s+(?:CHARSET|CHARACTER|COLLATE)\b/gi],
	[/\bREGEXP_|\bRLIKE\b|\bREGEXP\b/i, 'regular expressions are of another kind in each'],
	[/\bWITH\s+ROLLUP\b[\s\S]*\bORDER\b/i, 'ROLLUP with ORDER BY is not in MariaDB'],
	[/\bGROUP\s+BY\b[^()]*\b(?:ASC|DESC)\b(?![\s\S]*\bORDER\b)/i, 'GROUP BY … DESC is not in MySQL'],
]

/** The statement without quoted texts and comments. */
const bare = sql => sql.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/'(?:[^'\\]|\\.|'')*'/g, "''").replace(/"(?:[^"\\]|\\.)*"/g, '""')

function grammar(sql) {
	const { lexerError, parserError } = parser.parse(sql)
	const error = lexerError ?? parserError
	return error ? [`MySQL's grammar does not take it: ${error.message ?? error}`] : []
}

function functions(text) {
	const withoutLengths = /^\s*(?:CREATE|ALTER)\b/i.test(text) ? text.replace(/\w+\(\d+\)/g, 'x') : text
	const called = [...withoutLengths.matchAll(/(?<![`.\w])([A-Za-z_]\w*)\(/g)].map(([, name]) => name.toUpperCase())
	const isTable = name => new RegExp(`\\b(?:INTO|TABLE|REFERENCES|KEY|INDEX|CONSTRAINT)\\s+${name}\\(`, 'i').test(text)
	return [...new Set(called)].filter(name => !FUNCTIONS.has(name) && !WORDS.has(name) && !isTable(name))
		.map(name => `is ${name}() in both, with the same meaning? Then name it in tests/sql/subset.js`)
}

const collations = text => [...text.matchAll(/\bCOLLATE\s*=?\s*(\w+)/gi)].filter(([, name]) => !COLLATIONS.test(name)).map(([, name]) => `the collation ${name} is not in both`)

/** The position after the parenthesis that closes the one at start. */
function closing(text, start) {
	for (let at = start, depth = 0; at < text.length; at++) {
		depth += (text[at] === '(') - (text[at] === ')')
		if (depth === 0)
			return at + 1
	}
	return text.length
}

/** MySQL's error 1093: a table that is changed must not be read in a subquery of the same statement, except through a derived table. */
function readsWhatItChanges(text) {
	const target = /^\s*(?:UPDATE|DELETE\s+FROM)\s+`?(\w+)/i.exec(text)
	if (!target)
		return []
	let rest = text.slice(target[0].length)
	for (let table; (table = /\b(?:FROM|JOIN)\s*(?=\(\s*SELECT\b)/i.exec(rest));) {
		const from = table.index + table[0].length
		rest = `${rest.slice(0, table.index)} ${rest.slice(closing(rest, from))}`
	}
	const inner = [...rest.matchAll(/\(\s*SELECT\b/gi)].map(({ index }) => rest.slice(index, closing(rest, index)))
	return inner.some(part => new RegExp(`\\b(?:FROM|JOIN)\\s+\`?${target[1]}\\b`, 'i').test(part)) ? [`it changes ${target[1]} and reads it in a subquery (MySQL: 1093)`] : []
}

/** Keys on a TEXT need a length. */
function keysOfTexts(text) {
	if (!/^\s*(?:CREATE|ALTER)\s+TABLE/i.test(text))
		return []
	const texts = [...text.matchAll(/^\s*(?:ADD\s+(?:COLUMN\s+)?)?`?(\w+)`?\s+(?:TINY|MEDIUM|LONG)?(?:TEXT|BLOB)\b/gim)].map(([, name]) => name)
	const keys = [...text.matchAll(/\b(?:KEY|INDEX)\b[^(\n]*\(((?:[^()]|\(\d+\))*)\)/gi)].flatMap(([, columns]) => columns.split(',').map(column => column.trim().split(' ')[0]))
	return texts.filter(name => keys.includes(name)).map(name => `a key on the TEXT ${name} needs a length in MySQL`)
}

/** All faults of one statement. */
export function faults(sql) {
	const text = bare(sql)
	const broken = RULES.filter(([pattern, , except]) => pattern.test(except ? text.replace(except, '') : text)).map(([, what]) => what)
	return [...broken, ...functions(text), ...collations(text), ...readsWhatItChanges(text), ...keysOfTexts(text), ...grammar(sql.trim().replace(/;\s*$/, ''))]
}
