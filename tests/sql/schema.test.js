// SPDX-License-Identifier: MIT
// sql/schema.sql and docs/schema.svg are what the migrations make on a real server, and the picture
// is readable everywhere.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { TREE } from '../http/demo.js'

const run = promisify(execFile)
const picture = readFileSync(join(TREE, 'docs', 'schema.svg'), 'utf8')
const schema = readFileSync(join(TREE, 'sql', 'schema.sql'), 'utf8')

/** One server for all tests: tests/with-mariadb runs a command that ends with its input. */
let environment, server
before(async () => {
	server = spawn(join(TREE, 'tests', 'with-mariadb'), ['sh', '-c', 'echo "$DOJANG_TEST_HOSTS $DOJANG_TEST_USER" && cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
	const [line] = await Promise.race([once(server.stdout, 'data'), once(server, 'exit').then(([code]) => { throw new Error(`no server: ${code}`) })])
	const [hosts, user] = String(line).trim().split(' ')
	environment = { ...process.env, DOJANG_TEST_HOSTS: hosts, DOJANG_TEST_USER: user }
})
after(async () => {
	server.stdin.end()
	await once(server, 'exit')
})

/** What sql/schema --check of a tree complains of; empty: nothing. */
async function complaints(tree) {
	const done = await run(join(tree, 'sql', 'schema'), ['--check'], { env: environment }).catch(error => error)
	return done.code ? done.stderr : ''
}

/** A copy with another migration, and another line in the notes. */
function copy(migration, notes) {
	const tree = mkdtempSync(join(tmpdir(), 'dojang-schema-'))
	after(() => rmSync(tree, { recursive: true }))
	for (const name of ['sql', 'docs/schema.svg'])
		cpSync(join(TREE, name), join(tree, name), { recursive: true })
	writeFileSync(join(tree, 'sql', 'migrations', '9999_of_a_test.sql'), migration)
	writeFileSync(join(tree, 'sql', 'schema.notes'), readFileSync(join(TREE, 'sql', 'schema.notes'), 'utf8') + notes)
	return tree
}

test('schema.sql and the picture are current: make schema writes them', async () =>
	assert.equal(await complaints(TREE), ''))

const CHANGES = [
	['a column', 'ALTER TABLE claims ADD COLUMN weight INT NULL;', '', /out of date: sql\/schema.sql, docs\/schema.svg/],
	['a key', 'ALTER TABLE claims ADD KEY claims_tracking (tracking);', '', /out of date: sql\/schema.sql;/],
	['another default', "ALTER TABLE claims MODIFY round SMALLINT UNSIGNED NOT NULL DEFAULT 2;", '', /out of date: sql\/schema.sql;/],
	['a table', 'CREATE TABLE gifts (id INT NOT NULL, user_id BIGINT UNSIGNED NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;', 'gifts: Of a test.\n',
		/out of date: sql\/schema.sql, docs\/schema.svg/],
	['a table without a subject', 'CREATE TABLE gifts (id INT NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB;', '', /name the table gifts below one subject/],
	['a comment on what is not there', 'DO 0;', 'gifts: Of a test.\n', /there is no gifts/],
]
for (const [what, migration, notes, complaint] of CHANGES)
	test(`is noticed: ${what}`, async () => assert.match(await complaints(copy(migration, notes)), complaint))

test('the picture names all tables and columns as text, needs nothing from elsewhere, and has colours for both backgrounds', () => {
	const tables = [...schema.matchAll(/^CREATE TABLE (\w+) \(\n([\s\S]*?)^\) /gm)]
	const words = new Set([...picture.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].flatMap(([, text]) => text.split(/[ ,]+/)))
	assert.ok(tables.length > 30)
	for (const [, table, body] of tables)
		for (const name of [table, ...[...body.matchAll(/^ {2}([a-z_]+) +[A-Z]/gm)].map(([, column]) => column)])
			assert.ok(words.has(name), `${table}: ${name}`)
	assert.match(picture, /prefers-color-scheme: dark/)
	assert.doesNotMatch(picture.replace('http://www.w3.org/2000/svg', ''), /https?:|@import|url\(|<image|<script|font-face/)
})
