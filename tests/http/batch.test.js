// SPDX-License-Identifier: MIT
// Requests that wait at the same time: in a batch, each one gets the response that it would have
// got individually.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { call, customer, expect } from './client.js'
import { lock } from '../faults/lock.js'
import { KeptConnection, request, send, sendAtOnce, withWorker } from './fastcgi.js'
import { addDays, attended, clock, count, dateIn, dojangctl, freshEvent, now, sql, token, unique } from './harness.js'
import { until } from './until.js'

const ZONE = 'Asia/Seoul', MOST = 8

const ask = (method, path, as) => request(path, 0, { REQUEST_METHOD: method, CONTENT_LENGTH: '0', ...as && { HTTP_AUTHORIZATION: `Bearer ${as}` } })
const answer = ({ out, isEnded }) => {
	assert.ok(isEnded)
	const [head, body] = out.split('\r\n\r\n')
	return { status: Number(/^Status: (\d+)/.exec(head)[1]), body: JSON.parse(body) }
}
const checkIn = (event, who) => ask('POST', `${event.path}/attendance`, who.token)
const calendar = (event, who) => ask('GET', `${event.path}/attendance`, who.token)
const claim = (milestone, who) => ask('POST', milestone.path, who.token)
const customers = many => Array.from({ length: many }, () => customer(unique('c')))
const idOf = event => `(SELECT id FROM events WHERE slug = '${event.slug}')`
const rows = event => count(`SELECT COUNT(*) FROM attendance WHERE event_id = ${idOf(event)}`)
const statuses = answers => answers.map(({ status }) => status)

/** Customers who have checked in on the days before today. */
async function known(event, many, days = 1) {
	const all = customers(many)
	await attended(event, Object.fromEntries(all.map(({ subject }) => [subject, Array.from({ length: days }, (_, i) => i - days)])))
	return all
}

async function together() {
	const { text } = await call('GET', '/metrics')
	return Number(/^dojang_http_requests_batched_total\{program="api"\} (\d+)$/m.exec(text)[1])
}

/** The responses to requests that wait at the same time, after the worker has read the event; and how many of them were batched. */
async function atOnce(event, requests) {
	let answers, shared
	await withWorker(async worker => {
		await send(worker, calendar(event, customer(unique('first'))))
		const before = await together()
		answers = (await sendAtOnce(worker, requests)).map(answer)
		shared = await together() - before
	})
	return { answers, shared }
}

afterEach(() => clock.reset())

test('check-ins: each one is created once, with its own count', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 3 }] })
	const all = (await Promise.all([1, 2, 3, 4].map(days => known(event, 2, days)))).flat()
	const before = await rows(event)
	const { answers, shared } = await atOnce(event, all.map(who => checkIn(event, who)))
	assert.deepEqual(statuses(answers), Array(MOST).fill(201))
	assert.equal(shared, MOST)
	assert.deepEqual(answers.map(({ body }) => body.count), [2, 2, 3, 3, 4, 4, 5, 5])
	assert.deepEqual(answers.map(({ body }) => body.earned.length), [0, 0, 1, 1, 0, 0, 0, 0])
	assert.equal(await rows(event), before + MOST)
	for (const [i, who] of all.entries()) {
		const again = expect(await who.post(`${event.path}/attendance`), 200)
		assert.deepEqual(again, { ...answers[i].body, already: true })
	}
})

test('more requests than a batch can hold are all served', async () => {
	const event = await freshEvent({ zone: ZONE })
	const all = await known(event, 3 * MOST - 1)
	const { answers, shared } = await atOnce(event, all.map(who => checkIn(event, who)))
	assert.deepEqual(statuses(answers), Array(all.length).fill(201))
	assert.equal(shared, all.length)
	assert.equal(await rows(event), 2 * all.length)
})

test('repeated, new, blocked and doubled customers and bad tokens in a batch each get their own response', async () => {
	const event = await freshEvent({ zone: ZONE })
	const [done, blocked, twice, plain, other] = await known(event, 5)
	const first = expect(await done.post(`${event.path}/attendance`), 201)
	await dojangctl('user', 'block', '--subject', blocked.subject, '--reason', 'a test')
	const before = await rows(event)
	const { answers } = await atOnce(event, [checkIn(event, done), checkIn(event, customer(unique('new'))), checkIn(event, blocked), checkIn(event, twice),
		checkIn(event, twice), checkIn(event, { token: `${plain.token}x` }), checkIn(event, plain), checkIn(event, other)])
	assert.deepEqual(statuses(answers), [200, 201, 403, 201, 200, 401, 201, 201])
	assert.deepEqual(answers[0].body, { ...first, already: true })
	assert.deepEqual(answers.map(({ body }) => body.count), [2, 1, undefined, 2, 2, undefined, 2, 2])
	assert.equal(await rows(event), before + 4)
})

test('a check-in made meanwhile by another worker is not reported as created, and delays nobody else', async () => {
	const event = await freshEvent({ zone: ZONE })
	const all = await known(event, MOST)
	// Two workers, and every customer at both: for each customer one of them is first.
	await withWorker(one => withWorker(async other => {
		for (const worker of [one, other])
			await send(worker, calendar(event, all[0]))
		const requests = all.map(who => checkIn(event, who))
		const [a, b] = await Promise.all([sendAtOnce(one, requests), sendAtOnce(other, requests.toReversed())])
		const pairs = a.map((_, i) => [answer(a[i]).status, answer(b.at(-1 - i)).status].sort())
		assert.deepEqual(pairs, Array(MOST).fill([200, 201]))
	}))
	assert.equal(await rows(event), 2 * MOST)
})

test('a day added by staff becomes the customer\'s own check-in', async () => {
	const event = await freshEvent({ zone: ZONE })
	const all = await known(event, 3)
	await sql(`INSERT INTO attendance (event_id, user_id, date, at, source) SELECT ${idOf(event)}, id, '${dateIn(ZONE)}', UTC_TIMESTAMP(), 'staff' FROM users
		WHERE subject = '${all[1].subject}'`)
	const { answers } = await atOnce(event, all.map(who => checkIn(event, who)))
	assert.deepEqual(statuses(answers), [201, 200, 201])
	assert.equal(await count(`SELECT COUNT(*) FROM attendance WHERE event_id = ${idOf(event)} AND source <> 'check_in' AND date = '${dateIn(ZONE)}'`), 0)
})

test('if the event has changed since the worker read it, all check-ins use the new version', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 2, points: 10 }] })
	const [milestone] = event.milestones
	const all = await known(event, 4)
	await withWorker(async worker => {
		await send(worker, calendar(event, all[0]))
		await dojangctl('event', 'edit', '--slug', event.slug, '--name', 'Another name')
		assert.deepEqual(statuses((await sendAtOnce(worker, all.map(who => checkIn(event, who)))).map(answer)), [201, 201, 201, 201])
		await sql(`UPDATE events SET state = 'draft', version = version + 1 WHERE slug = '${event.slug}'`)
		for (const requests of [all.map(who => checkIn(event, who)), all.map(who => claim(milestone, who)), all.map(who => calendar(event, who))])
			assert.deepEqual(statuses((await sendAtOnce(worker, requests)).map(answer)), [404, 404, 404, 404])
	})
	assert.equal(await claims(milestone), 0)
})

test('an event that was extended or has moved since the worker read it: the new dates decide', async () => {
	const event = await freshEvent({ zone: ZONE, from: -10, to: -1 }), ends = days => sql(`UPDATE events SET ends_on = '${addDays(event.today, days)}', version = version + 1 WHERE slug = '${event.slug}'`)
	const all = await known(event, 5, 2)
	await withWorker(async worker => {
		const alone = async who => answer(await send(worker, checkIn(event, who))).status
		const atOnce = async who => statuses((await sendAtOnce(worker, who.map(one => checkIn(event, one)))).map(answer))
		assert.equal(await alone(all[0]), 409)
		await ends(5)
		assert.equal(await alone(all[0]), 201)
		await ends(-1)
		assert.deepEqual([await alone(all[1]), ...await atOnce(all.slice(2, 4))], [409, 409, 409])
		await ends(5)
		assert.deepEqual(await atOnce(all.slice(2, 4)), [201, 201])
	})
	assert.equal(await rows(event), 2 * all.length + 3)
})

test('an endpoint added since the worker read the event receives each check-in', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, points: 10 }] })
	const [milestone] = event.milestones
	const all = await known(event, 4)
	await withWorker(async worker => {
		await send(worker, calendar(event, all[0]))
		const { id } = await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'attendance.created,claim.created,points.changed')
		try {
			for (const requests of [all.map(who => checkIn(event, who)), all.map(who => claim(milestone, who))])
				assert.deepEqual(statuses((await sendAtOnce(worker, requests)).map(answer)), [201, 201, 201, 201])
			const told = await sql(`SELECT kind, COUNT(*) AS many FROM outbox_messages WHERE channel = 'webhook' AND endpoint_id = ${id} GROUP BY kind ORDER BY kind`)
			assert.deepEqual(told.map(({ kind, many }) => [kind, many]), [['attendance.created', '4'], ['claim.created', '4'], ['points.changed', '4']])
		} finally {
			await dojangctl('webhook', 'disable', '--id', id)
			await dojangctl('webhook', 'events', '--id', id, '--events', '')
			await sql(`UPDATE outbox_messages SET state = 'discarded', done_at = UTC_TIMESTAMP() WHERE channel = 'webhook' AND endpoint_id = ${id} AND state <> 'sent'`)
		}
	})
})

test('an event that excludes staff refuses them in a batch too', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, points: 10 }] })
	const [milestone] = event.milestones
	const [one, own, other] = await known(event, 3)
	await dojangctl('event', 'options', '--slug', event.slug, '--excludes-staff', 'yes')
	await dojangctl('user', 'staff', '--subject', own.subject)
	for (const kind of [checkIn, (_, who) => claim(milestone, who)]) {
		const { answers } = await atOnce(event, [one, own, other].map(who => kind(event, who)))
		assert.deepEqual(statuses(answers), [201, 403, 201])
	}
})

test('a silent connection does not delay the others in the batch, and is served when it sends a request', async () => {
	const event = await freshEvent({ zone: ZONE })
	const all = await known(event, 3)
	await withWorker(async worker => {
		await send(worker, calendar(event, all[0]))
		const silent = new KeptConnection(worker)
		await silent.write('')
		const answers = await sendAtOnce(worker, all.map(who => checkIn(event, who)))
		assert.deepEqual(statuses(answers.map(answer)), [201, 201, 201])
		assert.match(await silent.ask('/healthz'), /^Status: 200 OK\r\n/)
		silent.end()
	})
})

test('an event\'s requirements apply to each request of a batch', async () => {
	const event = await freshEvent({ zone: ZONE })
	await sql(`UPDATE events SET needs_email = 1, version = version + 1 WHERE slug = '${event.slug}'`)
	const has = customers(3), lacks = customers(2)
	const verified = has.map(({ subject }) => ({ token: token(subject, { email: 'a@example.com', email_verified: true }) }))
	await attended(event, Object.fromEntries([...has, ...lacks].map(({ subject }) => [subject, [-1]])))
	const { answers, shared } = await atOnce(event, [...verified, ...lacks].map(who => checkIn(event, who)))
	assert.deepEqual(statuses(answers), [201, 201, 201, 403, 403])
	assert.equal(shared, 3)
})

test('an ended event, a draft, and two events at the same time', async () => {
	const over = await freshEvent({ zone: ZONE, from: -10, to: -1 }), here = await freshEvent({ zone: ZONE }), there = await freshEvent({ zone: ZONE })
	const all = await known(here, 4)
	const { answers } = await atOnce(here, [checkIn(here, all[0]), checkIn(here, all[1]), checkIn(there, all[0]), checkIn(there, all[1]), checkIn(over, all[0]),
		checkIn(over, all[1]), ask('POST', '/api/v1/events/none-such/attendance', all[2].token), calendar(here, all[3])])
	assert.deepEqual(statuses(answers), [201, 201, 201, 201, 409, 409, 404, 200])
})

test('calendars and check-ins mixed: all customers see their own days', async () => {
	const event = await freshEvent({ zone: ZONE })
	const all = (await Promise.all([1, 2, 3].map(days => known(event, 2, days)))).flat()
	const { answers, shared } = await atOnce(event, all.map((who, i) => (i % 2 ? checkIn : calendar)(event, who)))
	assert.deepEqual(statuses(answers), [200, 201, 200, 201, 200, 201])
	assert.deepEqual(answers.map(({ body }) => body.count), [1, 2, 2, 3, 3, 4])
	assert.equal(shared, 6)
	const alone = await all[4].get(`${event.path}/attendance`)
	assert.deepEqual(expect(alone, 200), answers[4].body)
})

test('a request that cannot be batched is served last and delays nobody', async () => {
	const event = await freshEvent({ zone: ZONE })
	const all = await known(event, 5)
	const { answers, shared } = await atOnce(event, [checkIn(event, all[0]), checkIn(event, all[1]), ask('GET', '/api/v1/me', all[2].token),
		checkIn(event, all[3]), checkIn(event, all[4]), ask('GET', '/healthz')])
	assert.deepEqual(statuses(answers), [201, 201, 200, 201, 201, 200])
	assert.equal(shared, 4)
})

/* --- claims ------------------------------------------------------------------------------------------------------------------- */

const claims = milestone => count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`)
const remain = milestone => count(`SELECT remain FROM products WHERE id = ${milestone.product}`)

test('claims of points with a stock: each has a claim, a movement, an entry and the new balance', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 2, points: 5000, stock: 20 }] })
	const [milestone] = event.milestones
	const all = await known(event, MOST, 2)
	const { answers, shared } = await atOnce(event, all.map(who => claim(milestone, who)))
	assert.deepEqual(statuses(answers), Array(MOST).fill(201))
	assert.equal(shared, MOST)
	assert.equal(new Set(answers.map(({ body }) => body.id)).size, MOST)
	assert.equal(await remain(milestone), 20 - MOST)
	for (const [i, who] of all.entries()) {
		assert.deepEqual(expect(await who.post(milestone.path), 200), answers[i].body)
		assert.equal(expect(await who.get('/api/v1/me'), 200).points, 5000)
		const { items } = expect(await who.get('/api/v1/me/points'), 200)
		assert.deepEqual(items.map(({ id, ...entry }) => entry), [{ amount: 5000, balance: 5000, reason: answers[i].body.product.name, at: answers[i].body.claimed_at,
			source: 'claim', reference: String(answers[i].body.id) }])
	}
	const movements = await sql(`SELECT delta, reference FROM stock_movements WHERE product_id = ${milestone.product} AND source = 'claim'`)
	assert.deepEqual(movements.map(row => row.delta), Array(MOST).fill('-1'))
	assert.deepEqual(movements.map(row => Number(row.reference)).sort(), answers.map(({ body }) => body.id).sort())
	assert.equal((await dojangctl('audit')).ok, true)
})

test('claims of goods: each stores the keyed hash of its network address', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, kind: 'item', stock: 9 }] })
	const [milestone] = event.milestones
	const all = await known(event, 3)
	const from = (who, address) => request(milestone.path, 0, { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '0', HTTP_AUTHORIZATION: `Bearer ${who.token}`, REMOTE_ADDR: address })
	const { answers, shared } = await atOnce(event, [from(all[0], '192.0.2.1'), from(all[1], '192.0.2.2'), from(all[2], '192.0.2.1')])
	assert.deepEqual([statuses(answers), shared], [[201, 201, 201], 3])
	const kept = await sql(`SELECT HEX(client_hash) AS hash FROM claims WHERE milestone_id = ${milestone.id} ORDER BY FIELD(id, ${answers.map(({ body }) => body.id)})`)
	const [a, b, c] = kept.map(({ hash }) => hash)
	assert.match(a, /^[0-9A-F]{32}$/)
	assert.deepEqual([a === c, a === b], [true, false])
	const alone = customer(unique('c'))
	await attended(event, { [alone.subject]: [-1] })
	await withWorker(async worker => assert.equal(answer(await send(worker, from(alone, '192.0.2.2'))).status, 201))
	assert.equal((await sql(`SELECT HEX(client_hash) AS hash FROM claims c JOIN users u ON u.id = c.user_id WHERE u.subject = '${alone.subject}'`))[0].hash, b)
})

test('with too little stock, as many claims succeed as there are pieces, and the others get sold-out', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, points: 10, stock: 3 }] })
	const [milestone] = event.milestones
	const all = await known(event, 5)
	const { answers } = await atOnce(event, all.map(who => claim(milestone, who)))
	assert.deepEqual(statuses(answers).sort(), [201, 201, 201, 409, 409])
	assert.deepEqual([await remain(milestone), await claims(milestone)], [0, 3])
	assert.equal(await count(`SELECT COUNT(*) FROM point_entries e JOIN users u ON u.id = e.user_id WHERE u.subject IN (${all.map(({ subject }) => `'${subject}'`)})`), 3)
})

test('the last pieces claimed in one batch announce low stock and sold out once each', async () => {
	for (const [stock, threshold, low, soldOut] of [[5, 2, 1, 1], [9, 4, 1, 0], [9, 3, 0, 0], [7, 8, 0, 0], [5, 0, 0, 1], [5, null, 0, 1]]) {
		const event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, points: 10, stock }] })
		const [milestone] = event.milestones
		await sql(`UPDATE products SET threshold = ${threshold}, low_alerts = 0, sold_out_alerts = 0 WHERE id = ${milestone.product}`)
		const all = await known(event, 5)
		const { answers, shared } = await atOnce(event, all.map(who => claim(milestone, who)))
		assert.deepEqual([statuses(answers), shared], [Array(5).fill(201), 5])
		const [alerts] = await sql(`SELECT remain, low_alerts, sold_out_alerts FROM products WHERE id = ${milestone.product}`)
		assert.deepEqual(Object.values(alerts).map(Number), [stock - 5, low, soldOut], `${stock} with the threshold ${threshold}`)
	}
})

test('if another transaction locks one customer\'s row, the other claims do not wait', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, points: 10, stock: 9 }] })
	const [milestone] = event.milestones
	const all = await known(event, 4)
	const held = await lock(all[1].subject)
	await withWorker(async worker => {
		await send(worker, calendar(event, all[0]))
		const order = []
		const answers = sendAtOnce(worker, all.map(who => claim(milestone, who)), i => order.push(i))
		await until(() => order.length === 3, 'the responses of the others')
		await held.release()
		assert.deepEqual(statuses((await answers).map(answer)), [201, 201, 201, 201])
		assert.equal(order.at(-1), 1)
	})
})

test('claims with too few days, repeated, new, blocked and doubled customers in a batch', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 2, points: 10, stock: 9 }] })
	const [milestone] = event.milestones
	const [few] = await known(event, 1, 1), [done, blocked, twice, plain] = await known(event, 4, 2)
	const first = expect(await done.post(milestone.path), 201)
	await dojangctl('user', 'block', '--subject', blocked.subject, '--reason', 'a test')
	const { answers } = await atOnce(event, [few, done, customer(unique('new')), blocked, twice, twice, plain].map(who => claim(milestone, who)))
	assert.deepEqual(statuses(answers), [409, 200, 409, 403, 201, 200, 201])
	assert.deepEqual(answers[1].body, first)
	assert.deepEqual(answers[4].body, answers[5].body)
	assert.deepEqual([await remain(milestone), await claims(milestone)], [6, 3])
})

for (const [kind, status, isShared, prepare] of [
	['blocked', 403, false, (_, who) => dojangctl('user', 'block', '--subject', who.subject, '--reason', 'a test')],
	['with too few days', 409, true, (event, who) => sql(`DELETE FROM attendance WHERE event_id = ${idOf(event)} AND user_id = (SELECT id FROM users WHERE subject = '${who.subject}') LIMIT 1`)],
	['with a claim', 200, true, async (event, who) => expect(await who.post(event.milestones[0].path), 201)],
	['unknown', 409, false, (_, who) => Object.assign(who, customer(unique('new')))],
]) test(`a customer ${kind} among claims that are good: one refusal, and nothing for this customer`, async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 2, points: 10, stock: 9 }] }), [milestone] = event.milestones
	const all = await known(event, 4, 2)
	await prepare(event, all[1])
	const before = await claims(milestone)
	const { answers, shared } = await atOnce(event, all.map(who => claim(milestone, who)))
	assert.deepEqual(statuses(answers), [201, status, 201, 201])
	// The lock leaves out who may not claim at all; the insert can only refuse all of them.
	assert.equal(shared, isShared ? 0 : 3)
	assert.deepEqual([await claims(milestone) - before, await remain(milestone)], [3, 6 - before])
})

test('a customer who claims different rewards at the same time gets each of them', async () => {
	const event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, points: 10 }, { at: 1, kind: 'item', stock: 5 }, { at: 1, kind: 'coupon' }] })
	const all = await known(event, 2)
	const { answers } = await atOnce(event, event.milestones.flatMap(milestone => all.map(who => claim(milestone, who))))
	assert.deepEqual(statuses(answers), [201, 201, 201, 201, 409, 409])     // it has no codes
	assert.deepEqual(await Promise.all(event.milestones.map(claims)), [2, 2, 0])
})
