// SPDX-License-Identifier: MIT
// Races that no concurrent client is fast enough for: an event that changes between each read of a
// check-in and its insert, and rows in no order. The programs of this suite use modified query
// texts.
import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { staff } from '../console/client.js'
import { customer, expect } from '../http/client.js'
import { request, send, state, withWorker } from '../http/fastcgi.js'
import { attended, count, dojangctl, freshEvent, restart, sql, unique } from '../http/harness.js'
import { until } from '../http/until.js'
import { queries } from '../sql/queries.js'

const ALL = queries()

/** Runs act with workers whose queries are modified: { name: [what, by] }. */
async function changed(replacements, act) {
	const files = []
	for (const [name, [what, by]] of Object.entries(replacements)) {
		const query = ALL.find(each => each.name === name).sql
		assert.ok(query.includes(what), `${what} is in ${query}`)
		files.push(join(process.env.DOJANG_FAULTS, `sql-${name}`))
		writeFileSync(files.at(-1), query.replace(what, by))
	}
	try {
		await restart()
		await act()
	} finally {
		files.forEach(file => rmSync(file))
		await restart()
	}
}

test('an event that changes at each read of a check-in: 503 after some attempts, no day, and then success', async () => {
	const event = await freshEvent(), who = customer(unique('c')), path = `${event.path}/attendance`
	await changed({ attendance_insert: ['e.version = ?', 'e.version = ? + 1'], attendance_of: ['SELECT version FROM', 'SELECT version + 1 FROM'] }, async () => {
		expect(await who.post(path), 503, 'unavailable')
		expect(await who.get(event.path), 503, 'unavailable')
	})
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), 0)
	expect(await who.post(path), 201)
})

test('an insert that finds no row although event and customer are unchanged: 503, and no day is reported', async () => {
	const event = await freshEvent(), who = customer(unique('c')), path = `${event.path}/attendance`
	expect(await who.get('/api/v1/me'), 200)
	await changed({ attendance_insert: ['e.version = ?', 'e.version = ? + 1'] }, async () => expect(await who.post(path), 503, 'unavailable'))
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), 0)
	expect(await who.post(path), 201)
})

test('the connection is lost after the insert of a check-in was acknowledged: still 201, and one day each', async () => {
	const event = await freshEvent(), who = customer(unique('c')), other = customer(unique('c')), path = `${event.path}/attendance`
	await attended(event, { [who.subject]: [-1], [other.subject]: [-1] })
	await withWorker(async worker => {
		const ask = one => send(worker, request(path, 0, { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '0', HTTP_AUTHORIZATION: `Bearer ${one.token}` }))
		assert.match((await ask(other)).out, /^Status: 201/)
		// The statements are prepared, so the insert is the first call, and the read is the second.
		writeFileSync(join(process.env.DOJANG_FAULTS, 'request'), 'before 2 2013')
		const { out } = await ask(who)
		assert.match(out, /^Status: 201/)
		assert.match(out, /"already":false,"count":2,/)
	})
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}' AND a.date = '${event.today}'`), 2)
})

test('a day added by staff becomes the customer\'s own with a check-in; if it is removed just then, nothing is acknowledged', async () => {
	const event = await freshEvent(), who = customer(unique('c')), path = `${event.path}/attendance`
	const days = `FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`, given = () => count(`SELECT COUNT(*) ${days} AND a.source = 'staff'`)
	await attended(event, { [who.subject]: [-1, 0] })
	await sql(`UPDATE attendance a JOIN events e ON e.id = a.event_id SET a.source = 'staff' WHERE e.slug = '${event.slug}'`)
	await changed({ attendance_adopt: ['AND date = ?', 'AND date = ? + INTERVAL 1 DAY'] }, async () => expect(await who.post(path), 503, 'unavailable'))
	assert.equal(await given(), 2)
	const { already, count: days_ } = expect(await who.post(path), 200)
	assert.deepEqual([already, days_, await given()], [true, 2, 1])
	assert.equal(await count(`SELECT COUNT(*) ${days} AND a.source = 'check_in' AND a.date = '${event.today}'`), 1)
})

test('a customer who is blocked between the read and the lock of a claim: 403, and nothing is written', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: 5 }] }), [milestone] = event.milestones, who = customer(unique('c'))
	const manager = await staff('manager')
	await attended(event, { [who.subject]: [-1] })
	const { id } = expect(await who.post(milestone.path), 201)
	// A claim of another round reads the state; the worker stops after that.
	assert.equal((await manager.send(`/admin/claims/${id}/cancel`, { reason: 'a test', may_claim_again: 'yes' })).status, 303)
	await withWorker(async worker => {
		const order = join(process.env.DOJANG_FAULTS, 'at-claim_state')
		writeFileSync(order, 'stop')
		const answer = send(worker, request(milestone.path, 0, { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '0', HTTP_AUTHORIZATION: `Bearer ${who.token}` }))
		await until(() => !existsSync(order) && state(worker.process.pid) === 'T', 'the worker behind its read')
		await dojangctl('user', 'block', '--subject', who.subject, '--reason', 'a test')
		worker.process.kill('SIGCONT')
		assert.match((await answer).out, /^Status: 403/)
	})
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id} AND state <> 'cancelled'`), 0)
	assert.equal(await count(`SELECT points FROM users WHERE subject = '${who.subject}'`), 0)
})

test('days in another order are counted the same', async () => {
	const event = await freshEvent({ mode: 'consecutive', milestones: [{ at: 4, points: 10 }] }), who = customer(unique('c')), path = `${event.path}/attendance`
	await attended(event, { [who.subject]: [-9, -5, -4, -3, -1] })
	const usual = expect(await who.post(path), 201)
	await changed({ attendance_of: ['u.subject = ?', 'u.subject = ? ORDER BY a.date DESC'] }, async () => {
		assert.deepEqual(expect(await who.post(path), 200), { ...usual, already: true })
		assert.deepEqual([usual.count, usual.streak, usual.longest_streak], [6, 2, 3])
	})
})
