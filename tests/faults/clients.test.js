// SPDX-License-Identifier: MIT
// Clients that disconnect in the middle: no worker ends or waits, and their request happened once
// or not at all.
import assert from 'node:assert/strict'
import net from 'node:net'
import { test } from 'node:test'
import { customer, expect, tally } from '../http/client.js'
import { attended, base, count, dojangctl, freshEvent, unique, workers } from '../http/harness.js'
import { head } from '../http/raw.js'
import { random } from './load.js'

const GONE = 400

/** Sends the first bytes of a request and disconnects, with FIN or with a reset. */
function goAway(bytes, { isReset }) {
	return new Promise(resolve => {
		const socket = net.connect({ host: base.hostname, port: base.port })
		socket.on('error', resolve).on('close', resolve)
		socket.on('connect', () => socket.write(bytes, () => isReset ? socket.resetAndDestroy() : socket.destroy()))
	})
}

test('customers disconnect after sending all or a part of a check-in or a claim', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 10, stock: 1000 }] })
	const [milestone] = event.milestones
	const customers = Array.from({ length: GONE }, () => customer(unique('gone')))
	await attended(event, Object.fromEntries(customers.map(who => [who.subject, [-1]])))
	const before = workers()
	await Promise.all(customers.map((who, i) => {
		const bytes = head('POST', i % 2 ? milestone.path : `${event.path}/attendance`, { Authorization: `Bearer ${who.token}`, 'Content-Length': 2, 'Content-Type': 'application/json' }) + '{}'
		const isWhole = random() < 0.7
		return goAway(isWhole ? bytes : bytes.slice(0, Math.floor(random() * bytes.length)), { isReset: random() < 0.5 })
	}))
	assert.deepEqual(workers(), before, 'no worker ended')
	const again = await Promise.all(customers.flatMap(who => [who.post(`${event.path}/attendance`), who.post(milestone.path)]))
	const counts = tally(again)
	assert.deepEqual(Object.keys(counts).filter(key => !['200', '201'].includes(key)), [])
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`), GONE)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${milestone.product}`), 1000 - GONE)
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}' AND a.date = '${event.today}'`), GONE)
	assert.equal((await dojangctl('audit')).ok, true)
})

test('clients that send slowly occupy no worker', async () => {
	const event = await freshEvent()
	const slow = Array.from({ length: workers().length * 4 }, () => net.connect({ host: base.hostname, port: base.port }))
	for (const socket of slow) {
		socket.on('error', () => null)
		socket.write(head('POST', `${event.path}/attendance`, { Authorization: `Bearer ${customer(unique('slow')).token}`, 'Content-Length': 10, 'Content-Type': 'application/json' }) + '{')
	}
	const answers = await Promise.all(Array.from({ length: 200 }, () => customer(unique('c')).post(`${event.path}/attendance`)))
	assert.deepEqual(tally(answers), { 201: 200 })
	assert.ok(slow.some(socket => !socket.destroyed), 'the slow clients are still connected')
	slow.forEach(socket => socket.destroy())
	expect(await customer(unique('c')).get('/api/v1/me'), 200)
})
