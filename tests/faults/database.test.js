// SPDX-License-Identifier: MIT
// A database that dies, hangs or has no connections left under load: only 503 with Retry-After, no
// acknowledged work lost, and the service recovers by itself.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { call, customer, expect, tally } from '../http/client.js'
import { attended, count, databaseClient, demo, facts, freshEvent, sql, unique, workers } from '../http/harness.js'
import { eventForLoad, settle, startLoad, until, verify } from './load.js'

const BETWEEN = 300
const REFUSED = 40

const isUp = () => sql('SELECT 1 AS up').then(() => true, () => false)

/** Ends the workers' connections, all from one connection (which stays open), after another statement. */
async function killConnections(before = '') {
	const own = await sql("SELECT id AS id FROM information_schema.processlist WHERE user = 'dojang_api'")
	await sql(`${before} ${own.map(({ id }) => `KILL ${id};`).join(' ')}`).catch(error => assert.match(error.stderr, /Unknown thread id/))
}

/** Load with a fault. Afterwards every row is compared, and requests without an outcome are repeated. */
async function under(fault) {
	const prepared = await eventForLoad()
	const load = startLoad(prepared)
	const before = workers()
	await load.more(BETWEEN)
	await fault(load)
	await until(isUp, 'the database')
	await load.more(BETWEEN)
	const ledger = await load.stop()
	assert.equal(ledger.counts.lost, 0, 'every request had a response')
	await verify(prepared.event, ledger)
	await settle(load, prepared.event)
	assert.deepEqual(workers(), before, 'no worker ended')
}

test('the database killed three times', () => under(async load => {
	for (let time = 0; time < 3; time++) {
		const pid = facts().pids.database
		process.kill(pid, 'SIGKILL')
		await until(() => facts().pids.database !== pid, 'another server')
		await until(isUp, 'the database')
		await load.more(BETWEEN)
	}
}))

test('the database down for longer than a request waits', () => under(async load => {
	const goal = load.ledger.counts.unavailable + REFUSED
	const { database: pid } = facts().pids
	const demoPid = Number(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')[1])
	process.kill(demoPid, 'SIGSTOP')                // the process that would restart it
	try {
		process.kill(pid, 'SIGKILL')
		await until(() => load.ledger.counts.unavailable >= goal, 'responses while the database is down')
		expect(await call('GET', '/healthz'), 200)
		expect(await call('GET', '/readyz'), 503, 'unavailable')
	} finally {
		process.kill(demoPid, 'SIGCONT')
	}
	await until(() => facts().pids.database !== pid, 'another server')
}))

test('the database stopped until customers are refused, then continued', () => under(async load => {
	const pid = facts().pids.database
	const goal = load.ledger.counts.unavailable + REFUSED
	process.kill(pid, 'SIGSTOP')
	try {
		await until(() => load.ledger.counts.unavailable >= goal, 'responses while the database hangs')
		expect(await call('GET', '/healthz'), 200)
	} finally {
		process.kill(pid, 'SIGCONT')
	}
}))

test('the database has no connections left', async () => {
	const most = await count('SELECT @@global.max_connections')
	const held = []
	const release = async () => {
		const living = held.filter(child => child.exitCode === null && child.signalCode === null)
		const ends = living.map(child => once(child, 'exit'))
		living.forEach(child => child.kill('SIGKILL'))
		await Promise.all(ends)
		// a worker that is about to be refused may occupy root's extra connection for a moment
		await until(() => sql(`SET GLOBAL max_connections = ${most}`).then(() => true, () => false), 'a free connection')
	}
	try {
		await under(async load => {
			const goal = load.ledger.counts.unavailable + REFUSED
			for (let i = 0; i < 10; i++)
				held.push(spawn(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, `--user=${demo.mysql.user}`, '-e', 'DO SLEEP(600)'], { stdio: 'ignore' }))
			await until(async () => await count("SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'DO SLEEP(600)'") === held.length, 'the connections')
			await killConnections('SET GLOBAL max_connections = 10;')       // the minimum; root has one more
			await until(() => load.ledger.counts.unavailable >= goal, 'refused customers')
			expect(await call('GET', '/readyz'), 503, 'unavailable')
			await release()
		})
	} finally {
		await release()
	}
})

test('connections killed by the server during statements: no request fails', async () => {
	const prepared = await eventForLoad()
	const load = startLoad(prepared)
	for (let time = 0; time < 5; time++) {
		await load.more(BETWEEN)
		await killConnections()
	}
	await load.more(BETWEEN)
	const ledger = await load.stop()
	assert.deepEqual([ledger.counts.unavailable, ledger.counts.lost], [0, 0], `no request failed: ${ledger.losses}`)
	await verify(prepared.event, ledger)
})

test('while a product\'s row is locked, claims are refused and write nothing, and other work continues', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 10, stock: 50 }, { at: 1, points: 20, stock: 50 }] })
	const [hot, other] = event.milestones
	const customers = Array.from({ length: 24 }, () => customer(unique('c')))
	await attended(event, Object.fromEntries(customers.map(who => [who.subject, [-1]])))
	const locker = spawn(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, `--user=${demo.mysql.user}`, demo.mysql.database, '-e',
		`BEGIN; UPDATE products SET remain = remain WHERE id = ${hot.product}; SELECT remain FROM products WHERE id = ${hot.product} FOR UPDATE; DO SLEEP(600)`], { stdio: 'ignore' })
	try {
		await until(async () => await count("SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'DO SLEEP(600)'") === 1, 'the lock')
		const waiting = Promise.all(customers.map(who => who.post(hot.path)))
		expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
		assert.deepEqual(tally(await waiting), { '503 unavailable': customers.length })
		assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${hot.id}`), 0)
	} finally {
		const end = once(locker, 'exit')
		await sql(`KILL ${(await sql("SELECT id AS id FROM information_schema.processlist WHERE info = 'DO SLEEP(600)'"))[0].id}`)
		await end
	}
	assert.deepEqual(tally(await Promise.all(customers.flatMap(who => [who.post(hot.path), who.post(other.path)]))), { 201: 2 * customers.length })
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${hot.product}`), 50 - customers.length)
})
