// SPDX-License-Identifier: MIT
// A backup taken with the manual's command under load, restored elsewhere: every invariant holds
// there, and it contains everything that was acknowledged before it began.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { TREE } from '../http/demo.js'
import { count, databaseClient, demo, sql } from '../http/harness.js'
import { eventForLoad, startLoad, verify } from './load.js'

const run = promisify(execFile)
const BETWEEN = 400             // acknowledged requests before and during the backup
const RESTORED = 'dojang_restored'
const access = ['--no-defaults', `--socket=${demo.mysql.socket}`, `--user=${demo.mysql.user}`]

/** The options of the manual's command. */
function options() {
	const [, words] = /^mariadb-dump (--.*) dojang >/m.exec(readFileSync(join(TREE, 'docs', 'operations', 'backup-and-restore.md'), 'utf8'))
	return words.split(' ')
}

/** The manual's statements before the dump is loaded. */
function statements() {
	const [, section] = /## Restore\n([\s\S]*)/.exec(readFileSync(join(TREE, 'docs', 'operations', 'backup-and-restore.md'), 'utf8'))
	return [...section.matchAll(/^ *mariadb -e '([^']+)'$/gm)].map(([, statement]) => statement)
}

/** The manual's statement that creates the statements for raising the assigned numbers. */
function raising() {
	const [, statement] = /^ *mariadb -N -e "([^"]+)" \| mariadb$/m.exec(readFileSync(join(TREE, 'docs', 'operations', 'backup-and-restore.md'), 'utf8'))
	return statement
}

async function dump(file) {
	const output = openSync(file, 'w', 0o600)
	const child = spawn(demo.mysql.dump, [...access, ...options(), demo.mysql.database], { stdio: ['ignore', output, 'inherit'] })
	closeSync(output)
	assert.deepEqual(await once(child, 'exit'), [0, null])
}

async function restore(file) {
	const child = spawn(databaseClient, [...access, RESTORED], { stdio: ['pipe', 'inherit', 'inherit'] })
	createReadStream(file).pipe(child.stdin)
	assert.deepEqual(await once(child, 'exit'), [0, null])
}

/** dojangctl on the restored database. */
async function restored(directory, ...words) {
	const file = join(directory, 'restored.ini')
	writeFileSync(file, readFileSync(demo.settings_file, 'utf8').replace('name = dojang\n', `name = ${RESTORED}\n`), { mode: 0o600 })
	const { stdout } = await run(demo.dojangctl, ['--settings', file, '--json', ...words])
	return JSON.parse(stdout)
}

const of = (ledger, entries) => new Set(ledger.of(entries, 'ok'))
const those = async (database, table, event) => new Set((await sql(`SELECT u.subject FROM ${database}.${table} t JOIN ${database}.users u ON u.id = t.user_id
	JOIN ${database}.events e ON e.id = t.event_id WHERE e.slug = '${event.slug}'`)).map(row => row.subject))

const nextNumber = (database, table) =>
	count(`/*!80000 SET SESSION information_schema_stats_expiry = 0 */; SELECT auto_increment FROM information_schema.tables WHERE table_schema = '${database}' AND table_name = '${table}'`)

test('a backup under load, restored elsewhere, keeps every invariant', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'dojang-backup-'))
	const prepared = await eventForLoad()
	const load = startLoad(prepared)
	try {
		await load.more(BETWEEN)
		const before = [of(load.ledger, load.ledger.checkIns), of(load.ledger, load.ledger.claims)]
		await Promise.all([dump(join(directory, 'dump.sql')), load.more(BETWEEN)])
		const ledger = await load.stop()
		await verify(prepared.event, ledger)
		assert.ok(statSync(join(directory, 'dump.sql')).size > 10000)

		assert.equal(statements().length, 2)
		for (const statement of statements())
			await sql(statement)
		await restore(join(directory, 'dump.sql'))
		for (const row of await sql(raising()))
			await sql(Object.values(row)[0])
		for (const table of ['users', 'claims', 'products', 'api_keys', 'outbox_messages'])
			assert.ok(await nextNumber(RESTORED, table) > await nextNumber(demo.mysql.database, table), `${table}: no number is assigned twice`)
		const { migrated, rights } = await restored(directory, 'migrate')
		assert.equal(migrated, 0)
		assert.deepEqual(rights.map(({ note }) => note), [null, null, null], 'each program has its rights there')
		const audit = await restored(directory, 'audit')
		assert.deepEqual(audit.checks.filter(check => check.faults.length), [])
		assert.equal(audit.ok, true)
		for (const [table, entries, earlier] of [['attendance', ledger.checkIns, before[0]], ['claims', ledger.claims, before[1]]]) {
			const there = await those(RESTORED, table, prepared.event)
			assert.deepEqual([...earlier].filter(subject => !there.has(subject)).slice(0, 5), [], `${table}: the backup contains what was acknowledged before it`)
			assert.ok(earlier.size > 10 && there.size >= earlier.size)
			assert.ok([...entries.keys()].some(subject => !there.has(subject)), `${table}: there was load after the backup's moment`)
		}
	} finally {
		await load.stop()
		await sql(`DROP DATABASE IF EXISTS ${RESTORED}`)
		rmSync(directory, { recursive: true })
	}
})
