// SPDX-License-Identifier: MIT
// States of a database server in which it answers but does not serve: 503 with Retry-After, never 500, and all goes on when the state is over.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { call, customer, expect } from '../http/client.js'
import { count, databaseClient, demo, freshEvent, isMySQL, sql, unique } from '../http/harness.js'
import { until } from '../http/until.js'

const READ_ONLY = isMySQL ? 'transaction_read_only' : 'tx_read_only'
const ACCOUNT = 'dojang_api@localhost'

/** Ends the workers' connections: many states are looked at when a connection is made. */
async function killConnections() {
	const own = await sql("SELECT id AS id FROM information_schema.processlist WHERE user = 'dojang_api'")
	await sql(own.map(({ id }) => `KILL ${id};`).join(' ')).catch(error => assert.match(error.stderr, /Unknown thread id/))
}

const password = readFileSync(join(demo.log_dir, '..', 'private', 'database-api'), 'utf8').trim()
const identified = `IDENTIFIED BY '${password}'`

/* state: the name, what brings it about and what ends it; numbers: the errors that the workers may log; only: the server that has such a state;
 * reads: whether what changes nothing is answered. */
const STATES = [
	{ name: 'offline mode', only: 'MySQL', numbers: [3032, 6400], enter: 'SET GLOBAL offline_mode = ON', leave: 'SET GLOBAL offline_mode = OFF' },
	{ name: 'read only', numbers: [1290], reads: true, enter: 'SET GLOBAL read_only = ON', leave: 'SET GLOBAL read_only = OFF' },
	{ name: 'super read only, as a secondary of Group Replication', only: 'MySQL', numbers: [1290], reads: true, enter: 'SET GLOBAL super_read_only = ON',
		leave: 'SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF' },
	{ name: 'transactions that are read only', numbers: [1792], reads: true, enter: `SET GLOBAL ${READ_ONLY} = ON`, leave: `SET GLOBAL ${READ_ONLY} = OFF` },
	{ name: 'the account locked', numbers: [3118, 4151], enter: `ALTER USER ${ACCOUNT} ACCOUNT LOCK`, leave: `ALTER USER ${ACCOUNT} ACCOUNT UNLOCK` },
	{ name: 'the password expired', numbers: [1862, 1820], enter: `ALTER USER ${ACCOUNT} PASSWORD EXPIRE`, leave: `ALTER USER ${ACCOUNT} ${identified}` },
	{ name: 'another password', numbers: [1045], enter: `ALTER USER ${ACCOUNT} IDENTIFIED BY 'another one'`, leave: `ALTER USER ${ACCOUNT} ${identified}` },
	{ name: 'as many queries as the account may have', numbers: [1226], enter: `ALTER USER ${ACCOUNT} WITH MAX_QUERIES_PER_HOUR 1`,
		leave: `ALTER USER ${ACCOUNT} WITH MAX_QUERIES_PER_HOUR 0` },
	{ name: 'no right to write', numbers: [1142], enter: `REVOKE INSERT ON ${demo.mysql.database}.attendance FROM ${ACCOUNT}`, reads: true,
		leave: `GRANT INSERT ON ${demo.mysql.database}.attendance TO ${ACCOUNT}` },
	{ name: 'a table that is missing', numbers: [1146], enter: 'RENAME TABLE attendance TO attendance_away', leave: 'RENAME TABLE attendance_away TO attendance' },
	{ name: 'a column that is missing', numbers: [1054], enter: 'ALTER TABLE attendance RENAME COLUMN source TO source_away', leave: 'ALTER TABLE attendance RENAME COLUMN source_away TO source' },
	{ name: 'no prepared statement to spare', numbers: [1461], enter: 'SET GLOBAL max_prepared_stmt_count = 0', leave: 'SET GLOBAL max_prepared_stmt_count = 16382' },
	{ name: 'a restore that holds all tables', numbers: [1205], reads: true, holds: 'FLUSH TABLES WITH READ LOCK' },
]

/** A connection that keeps what it did until it ends. */
async function hold(statement) {
	const child = spawn(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, `--user=${demo.mysql.user}`, demo.mysql.database,
		'-e', `${statement}; DO SLEEP(600)`], { stdio: 'ignore' })
	await until(async () => await count("SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'DO SLEEP(600)'") === 1, 'the lock')
	return async () => {
		const ended = once(child, 'exit')
		await sql(`KILL ${await count("SELECT id AS id FROM information_schema.processlist WHERE info = 'DO SLEEP(600)'")}`)
		await ended
	}
}

const logged = () => readFileSync(join(demo.log_dir, 'api.log'), 'utf8')

for (const { name, only, numbers, reads, enter, leave, holds } of STATES)
	test(`${name}: 503, and it is over when the state is`, { skip: only && (only === 'MySQL') !== isMySQL && `${only} alone has it` }, async () => {
		const event = await freshEvent({ milestones: [{ at: 1, points: 10 }] })
		const who = customer(unique('c')), path = `${event.path}/attendance`
		// Each worker notices for itself that the state before is over.
		await until(async () => [200, 201].includes((await who.post(path)).status), 'a check-in after the state before')
		const before = logged().length
		const seen = () => [...logged().slice(before).matchAll(/event=database_error\b.*?\bnumber=(\d+)/g)].map(([, number]) => Number(number))
		const end = holds ? await hold(holds) : async () => sql(leave)
		try {
			if (enter)
				await sql(enter)
			await killConnections()
			const refused = async () => {
				const answer = await customer(unique('c')).post(path)
				expect(answer, 503, 'unavailable')
				assert.ok(Number(answer.headers['retry-after']) > 0, 'Retry-After')
			}
			for (let i = 0; i < 4; i++)
				await refused()
			// Workers that gave up in the state before refuse for a second without asking the database.
			await until(async () => {
				await refused()
				return seen().some(number => numbers.includes(number))
			}, `one of ${numbers} in the log`, 20)
			expect(await call('GET', '/healthz'), 200)
			if (!reads)
				expect(await who.get(path), 503, 'unavailable')
		} finally {
			await end()
		}
		// A worker that gave up tries again after a second.
		await until(async () => (await customer(unique('c')).post(path)).status === 201, 'a check-in', 20)
		await until(async () => (await who.get(path)).status === 200, 'what it wrote', 20)
		assert.doesNotMatch(logged().slice(before), /\bstatus=500\b/)
	})

test('nothing of this left anything behind that the audit would find', async () => {
	assert.equal(await count('SELECT COUNT(*) FROM attendance WHERE event_id NOT IN (SELECT id FROM events)'), 0)
})
