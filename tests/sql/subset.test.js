// SPDX-License-Identifier: MIT
// Every statement of sql/ is in the common subset of MySQL 8 and MariaDB, and statements outside of
// it are noticed.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TREE } from '../http/demo.js'
import { queries as generated } from './queries.js'
import { faults } from './subset.js'

const SQL = join(TREE, 'sql')
const read = (...path) => readFileSync(join(SQL, ...path), 'utf8')
const files = directory => readdirSync(join(SQL, directory)).filter(name => name.endsWith('.sql')).sort()
const withoutComments = text => text.replace(/^--.*$/gm, '').trim()

const queries = generated().map(({ area, name, sql }) => [`${area}.sql: ${name}`, sql])
const migrations = files('migrations').map(file => [file, withoutComments(read('migrations', file))])
const grants = withoutComments(read('grants.sql')).split(/;\n/).filter(Boolean)
	.map(text => [`grants.sql: ${text}`, text.trim().replace('{database}', 'dojang').replace('{user}', "'a'@'b'")])

test('queries, migrations and grants are in the common subset', () => {
	const all = [...queries, ...migrations, ...grants]
	assert.ok(queries.length > 200 && migrations.length > 30 && grants.length > 50)
	assert.deepEqual(all.flatMap(([name, sql]) => faults(sql).map(fault => `${name}: ${fault}`)), [])
})

test('constraints have unique names: in MySQL they belong to the schema, not to the table', () => {
	const names = migrations.flatMap(([, sql]) => [...sql.matchAll(/\bCONSTRAINT\s+(\w+)\s+(?:CHECK|FOREIGN)/gi)].map(([, name]) => name))
	assert.ok(names.length > 5)
	assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), [])
})

const PLANTED = [
	'INSERT INTO claims (id) VALUES (1) RETURNING id',
	'ALTER TABLE claims ADD COLUMN IF NOT EXISTS note INT',
	'CREATE INDEX IF NOT EXISTS claims_note ON claims (note)',
	'CREATE OR REPLACE TABLE claims (id INT)',
	'CREATE SEQUENCE claim_numbers',
	'CREATE TABLE claims (id UUID PRIMARY KEY)',
	'CREATE TABLE claims (id INT) WITH SYSTEM VERSIONING',
	'CREATE TABLE claims (note JSON NOT NULL)',
	"CREATE TABLE claims (note TEXT NOT NULL DEFAULT '')",
	'CREATE TABLE claims (\n  at DATETIME DEFAULT UTC_TIMESTAMP\n)',
	'CREATE TABLE claims (\n  id INT PRIMARY KEY,\n  note TEXT,\n  UNIQUE KEY claims_note (note)\n)',
	'CREATE TABLE claims (id INT, KEY claims_half ((id / 2)))',
	'CREATE TABLE claims (name VARCHAR(9) COLLATE utf8mb4_0900_ai_ci)',
	'CREATE TABLE claims (name VARCHAR(9) COLLATE utf8mb4_nopad_bin)',
	'CREATE TABLE claims (rank INT)',
	'ALTER TABLE claims DROP CHECK claims_positive',
	'ALTER TABLE claims ALTER INDEX claims_note INVISIBLE',
	'SELECT id FROM groups',
	'SELECT lead FROM claims',
	'SELECT system FROM claims',
	'SELECT row_number FROM claims',
	'SELECT COUNT(*) AS rank FROM claims',
	'SELECT id FROM claims FOR SHARE',
	'SELECT c.id FROM claims c JOIN users u ON u.id = c.user_id FOR UPDATE OF c',
	"SELECT note->'$.a' FROM claims",
	"SELECT JSON_VALUE(note, '$.a') FROM claims",
	'SELECT NEXTVAL(claim_numbers)',
	'SELECT SFORMAT(name) FROM claims',
	'SELECT id FROM claims EXCEPT SELECT id FROM users',
	'SELECT u.id FROM users u, LATERAL (SELECT id FROM claims c WHERE c.user_id = u.id) x',
	'INSERT INTO claims (id, round) VALUES (1, 1) ON DUPLICATE KEY UPDATE round = VALUES(round)',
	'INSERT INTO claims (id, round) VALUES (1, 1) AS new ON DUPLICATE KEY UPDATE round = new.round',
	'UPDATE claims SET round = 2 WHERE id = (SELECT MAX(id) FROM claims)',
	'DELETE FROM claims WHERE id IN (SELECT c.id FROM users u JOIN claims c ON c.user_id = u.id)',
	'DELETE FROM claims c WHERE c.id = 1',
	'SET STATEMENT max_statement_time = 1 FOR SELECT 1',
]
for (const sql of PLANTED)
	test(`is noticed: ${sql.replaceAll(/\s+/g, ' ')}`, () => assert.notDeepEqual(faults(sql), []))

test('statements that work in both are accepted', () => {
	for (const sql of ['SELECT `rank`, c.lead FROM claims c LOCK IN SHARE MODE', "SELECT 'FOR SHARE' FROM claims -- RETURNING",
		'UPDATE claims SET round = 2 WHERE id IN (SELECT id FROM (SELECT MAX(id) AS id FROM claims) newest)',
		'CREATE TABLE claims (\n  id INT NOT NULL DEFAULT 0,\n  note TEXT,\n  at DATETIME DEFAULT CURRENT_TIMESTAMP,\n  KEY claims_note (note(9))\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin'])
		assert.deepEqual(faults(sql), [], sql)
})
