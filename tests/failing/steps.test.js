// SPDX-License-Identifier: MIT
// A worker that dies or hangs at each step of a check-in and of a claim, under load: acknowledged
// work exists, nothing exists twice, no lock remains. Needs programs built with
// --enable-fault-points; tests/run starts a demo of them for this suite.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { staff } from '../console/client.js'
import { customer, expect, tally } from '../http/client.js'
import { attended, complete, count, demo, dojangctl, freshEvent, sql, unique, workers } from '../http/harness.js'
import { eventForLoad, settle, startLoad, until, verify } from '../faults/load.js'

const directory = process.env.DOJANG_FAULTS
const BETWEEN = 40              // acknowledged requests between two steps

/** The steps of a claim of points with a stock, in order, and then of a check-in. */
const CLAIM = ['BEGIN', 'claim_add_points', 'claim_insert', 'claim_movement_insert', 'points_note', 'outbox_insert_webhooks', 'claim_take_stock',
	'before-COMMIT', 'COMMIT', 'before-answer', 'after-answer']
/** Further steps of a claim that reads the complete state first. */
const LONG_WAY = ['claim_state', 'attendance_dates', 'claim_movement_insert', 'points_note', 'claim_take_stock']
const CHECK_IN = ['attendance_insert', 'attendance_of']
const stopped = () => workers().filter(pid => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')))

function arm(step, what) {
	writeFileSync(join(directory, `at-${step}`), what)
	return () => !existsSync(join(directory, `at-${step}`))
}

test('a worker killed at every step of a claim and of a check-in, under load', async () => {
	const { id } = await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'claim.created,points.changed')
	const prepared = await eventForLoad(), load = startLoad(prepared)
	try {
		for (const step of [...CLAIM, ...CHECK_IN]) {
			await load.more(BETWEEN)
			await until(arm(step, 'kill'), `a worker at ${step}`)
			await complete()
		}
		await load.more(BETWEEN)
	} finally {
		await load.stop()
		await dojangctl('webhook', 'disable', '--id', id)
	}
	assert.equal(load.ledger.counts.lost, 0, 'every request had a response: another worker served it')
	await verify(prepared.event, load.ledger)
	await settle(load, prepared.event)
	// The notifier has its own transactions. The transaction of a killed worker has no owner while
	// the server rolls it back.
	await until(async () => await count(`SELECT COUNT(*) FROM information_schema.innodb_trx t LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
		WHERE t.trx_rows_locked > 0 AND (p.user = 'dojang_api' OR p.id IS NULL)`) === 0, 'no lock is left', 10)
})

for (const step of CLAIM)
	test(`killed at ${step}: the customer has the claim once, and the row is free`, async () => {
		const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: 5 }] })
		const [milestone] = event.milestones, who = customer(unique('c')), other = customer(unique('c'))
		await attended(event, { [who.subject]: [-1], [other.subject]: [-1] })
		const { id } = step === 'outbox_insert_webhooks' ? await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'claim.created') : {}
		const isTaken = arm(step, 'kill'), answer = await who.post(milestone.path)
		assert.ok([200, 201].includes(answer.status), `${answer.status}`)
		assert.ok(isTaken(), 'the worker reached the step')
		expect(await other.post(milestone.path), 201)
		const claim = expect(await who.post(milestone.path), 200)
		assert.equal(claim.id, answer.body.id)
		const [row] = await sql(`SELECT remain, (SELECT COUNT(*) FROM claims WHERE product_id = p.id) AS claims, (SELECT SUM(delta) FROM stock_movements WHERE product_id = p.id) AS moved,
			(SELECT COUNT(*) FROM point_entries e JOIN claims c ON e.source = 'claim' AND e.reference = c.id WHERE c.product_id = p.id) AS entries FROM products p WHERE p.id = ${milestone.product}`)
		assert.deepEqual(row, { remain: '3', claims: '2', moved: '3', entries: '2' })
		if (id)
			await dojangctl('webhook', 'disable', '--id', id)
	})

for (const step of LONG_WAY)
	test(`killed at ${step}, during a claim of another round: the customer has it once`, async () => {
		const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: 5 }] })
		const [milestone] = event.milestones, who = customer(unique('c')), manager = await staff('manager')
		await attended(event, { [who.subject]: [-1] })
		const first = expect(await who.post(milestone.path), 201)
		assert.equal((await manager.send(`/admin/claims/${first.id}/cancel`, { reason: 'not the right one', may_claim_again: 'yes' })).status, 303)
		const isTaken = arm(step, 'kill'), answer = await who.post(milestone.path)
		assert.ok([200, 201].includes(answer.status), `${answer.status}`)
		assert.ok(isTaken(), 'the worker reached the step')
		assert.notEqual(answer.body.id, first.id)
		assert.equal(expect(await who.post(milestone.path), 200).id, answer.body.id)
		const [row] = await sql(`SELECT remain, (SELECT COUNT(*) FROM claims WHERE product_id = p.id) AS claims, (SELECT SUM(delta) FROM stock_movements WHERE product_id = p.id) AS moved,
			(SELECT points FROM users WHERE subject = '${who.subject}') AS points FROM products p WHERE p.id = ${milestone.product}`)
		assert.deepEqual(row, { remain: '4', claims: '2', moved: '4', points: '100' })
	})

for (const step of ['claim_add_points', 'claim_take_stock'])
	test(`a worker that hangs at ${step}: others get 503, and succeed after it has ended`, async () => {
		const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: 50 }] })
		const [milestone] = event.milestones, subjects = [1, 2, 3].map(() => unique('c'))
		await attended(event, Object.fromEntries(subjects.map(subject => [subject, [-1]])))
		await complete()
		arm(step, 'stop')
		const first = customer(subjects[0]).post(milestone.path)
		await until(() => stopped().length === 1, 'a worker that hangs')
		const [pid] = stopped()
		// the hot row is locked: its claims are refused for now; at the customer's row only that
		// customer waits
		const answers = tally(await Promise.all(subjects.slice(1).map(subject => customer(subject).post(milestone.path))))
		assert.deepEqual(answers, step === 'claim_add_points' ? { 201: 2 } : { '503 unavailable': 2 })
		expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
		process.kill(pid, 'SIGKILL')
		await complete(workers, [pid])
		// 503: nginx had waited for that worker as long as for any response
		assert.ok([200, 201, 503].includes((await first).status), `${(await first).status}`)
		for (const subject of subjects)
			assert.ok([200, 201].includes((await customer(subject).post(milestone.path)).status))
		assert.equal(await count(`SELECT remain FROM products WHERE id = ${milestone.product}`), 47)
		assert.equal((await dojangctl('audit')).ok, true)
	})

test('every order was taken', () => assert.deepEqual(readdirSync(directory).filter(name => name.startsWith('at-')), []))
test('the programs of this suite are not the installed ones', () => assert.ok(demo.dojangctl.startsWith(process.env.DOJANG_FAULT_BUILD)))
