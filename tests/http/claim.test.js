// SPDX-License-Identifier: MIT
// Claims: who may claim, the order of refusals, and what is written.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { customer, expect } from './client.js'
import { DAY, addDays, addMilestone, attended, clock, count, dojangctl, freshEvent, freshProduct, now, rfc3339, sql, startOfDay, unique } from './harness.js'

afterEach(() => clock.reset())

const movements = product => sql(`SELECT delta, source, reference FROM stock_movements WHERE product_id = ${product} ORDER BY id`)
const remain = product => sql(`SELECT remain FROM products WHERE id = ${product}`).then(rows => rows[0].remain)
const claimRows = product => count(`SELECT COUNT(*) FROM claims WHERE product_id = ${product}`)

/** A customer with `days` check-ins up to yesterday. */
async function withDays(event, days) {
	const subject = unique('c')
	if (days)
		await attended(event, { [subject]: Array.from({ length: days }, (_, i) => i - days) })
	return customer(subject)
}

test('a claim of points: 201 with every field, ledger and balance', async () => {
	const event = await freshEvent({ milestones: [{ at: 2, points: 5000, name: '5,000 points' }] })
	const [milestone] = event.milestones
	const who = await withDays(event, 2)
	const before = Math.floor(now() / 1000) * 1000
	const claim = expect(await who.post(milestone.path), 201)
	const { id, claimed_at: at, ...rest } = claim
	assert.deepEqual(rest, { event: event.slug, milestone: milestone.id, state: 'claimed', coupon: null, tracking: null, payout: null,
		product: { id: milestone.product, name: '5,000 points', kind: 'points', points: 5000, wallet: 'dojang' } })
	assert.ok(Date.parse(at) >= before && Date.parse(at) <= now())
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 5000)
	const { items } = expect(await who.get('/api/v1/me/points'), 200)
	assert.deepEqual(items.map(({ id, ...entry }) => entry), [{ amount: 5000, balance: 5000, reason: '5,000 points', at, source: 'claim', reference: String(id) }])
	assert.deepEqual(expect(await who.get('/api/v1/me/claims'), 200).items, [{ ...claim, has_address: false }])
	assert.ok(id > 0)
})

test('a claim of goods takes one from the stock, with a movement, and gives no points', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 3 }] })
	const [milestone] = event.milestones
	const who = await withDays(event, 1)
	const claim = expect(await who.post(milestone.path), 201)
	assert.deepEqual([claim.product.kind, claim.product.points], ['item', null])
	assert.equal(await remain(milestone.product), '2')
	const rows = await movements(milestone.product)
	assert.deepEqual(rows.map(row => [row.source, row.delta]), [['initial', '3'], ['claim', '-1']])
	assert.equal(rows[1].reference, String(claim.id))
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 0)
	assert.deepEqual(expect(await who.get('/api/v1/me/points'), 200).items, [])
})

test('a repeated claim: 200 with the same claim, and nothing is written again', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: 5 }] })
	const [milestone] = event.milestones
	const who = await withDays(event, 1)
	const claim = expect(await who.post(milestone.path), 201)
	for (let again = 0; again < 3; again++)
		assert.deepEqual(expect(await who.post(milestone.path), 200), claim)
	assert.deepEqual([await remain(milestone.product), await claimRows(milestone.product), expect(await who.get('/api/v1/me'), 200).points], ['4', 1, 100])
})

test('unlimited stock: no movement, no stock update', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: null }] })
	const [milestone] = event.milestones
	expect(await (await withDays(event, 1)).post(milestone.path), 201)
	assert.deepEqual([await movements(milestone.product), await remain(milestone.product)], [[], null])
})

test('too few check-ins: 409 not-eligible, and nothing is written', async () => {
	const event = await freshEvent({ milestones: [{ at: 3, points: 100, stock: 5 }] })
	const [milestone] = event.milestones
	const who = await withDays(event, 2)
	expect(await who.post(milestone.path), 409, 'not-eligible')
	assert.deepEqual([await remain(milestone.product), await claimRows(milestone.product), (await movements(milestone.product)).length], ['5', 0, 1])
	expect(await who.post(`${event.path}/attendance`), 201)
	expect(await who.post(milestone.path), 201)
})

test('consecutive: the longest run counts, even if it has ended; the same number of days with gaps does not', async () => {
	const event = await freshEvent({ mode: 'consecutive', milestones: [{ at: 3 }] })
	const [run, gaps] = [unique('c'), unique('c')]
	await attended(event, { [run]: [-9, -8, -7, -2], [gaps]: [-9, -8, -6, -5, -3, -2] })
	expect(await customer(run).post(event.milestones[0].path), 201)
	expect(await customer(gaps).post(event.milestones[0].path), 409, 'not-eligible')
})

test('sold out: 409, nothing is written, and after a restock the claim succeeds', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: 1 }] })
	const [milestone] = event.milestones
	const [first, second] = [await withDays(event, 1), await withDays(event, 1)]
	expect(await first.post(milestone.path), 201)
	expect(await second.post(milestone.path), 409, 'sold-out')
	assert.deepEqual([await remain(milestone.product), await claimRows(milestone.product), expect(await second.get('/api/v1/me'), 200).points], ['0', 1, 0])
	assert.equal(expect(await second.get(`${event.path}/milestones`), 200).items[0].state, 'sold_out')
	await dojangctl('stock', 'change', '--product', milestone.product, '--delta', 1, '--reason', 'restocked')
	assert.equal(expect(await second.get(`${event.path}/milestones`), 200).items[0].state, 'claimable')
	expect(await second.post(milestone.path), 201)
	expect(await first.post(milestone.path), 200)
	assert.equal(await remain(milestone.product), '0')
})

test('a locked milestone is not-eligible even when it is sold out', async () => {
	const event = await freshEvent({ milestones: [{ at: 2, kind: 'item', stock: 0 }] })
	expect(await (await withDays(event, 1)).post(event.milestones[0].path), 409, 'not-eligible')
	expect(await (await withDays(event, 2)).post(event.milestones[0].path), 409, 'sold-out')
	// the same number of days, but not in a row: the count alone must not decide
	const inRow = await freshEvent({ mode: 'consecutive', milestones: [{ at: 2, kind: 'item', stock: 0 }] })
	const subject = unique('c')
	await attended(inRow, { [subject]: [-5, -3] })
	expect(await customer(subject).post(inRow.milestones[0].path), 409, 'not-eligible')
})

test('before the start: 409 event-not-running, before every other refusal', async () => {
	const event = await freshEvent({ from: 1, to: 5, milestones: [{ at: 1, kind: 'item', stock: 0 }] })
	expect(await customer(unique('c')).post(event.milestones[0].path), 409, 'event-not-running')
	await sql(`UPDATE milestones SET claim_until = '2020-01-01 00:00:00' WHERE id = ${event.milestones[0].id}`)
	await sql(`UPDATE events SET version = version + 1 WHERE slug = '${event.slug}'`)
	expect(await customer(unique('c')).post(event.milestones[0].path), 409, 'event-not-running')
})

test('after the deadline: 410 before not-eligible and sold-out, but an existing claim is returned', async () => {
	const until = rfc3339(now() + DAY)
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 1, until }] })
	const [milestone] = event.milestones
	const [first, eligible, not] = [await withDays(event, 1), await withDays(event, 1), await withDays(event, 0)]
	const claim = expect(await first.post(milestone.path), 201)
	expect(await eligible.post(milestone.path), 409, 'sold-out')
	expect(await not.post(milestone.path), 409, 'not-eligible')
	clock.move(2 * DAY / 1000)
	const later = who => customer(who.subject)
	expect(await later(eligible).post(milestone.path), 410, 'claim-closed')
	expect(await later(not).post(milestone.path), 410, 'claim-closed')
	assert.deepEqual(expect(await later(first).post(milestone.path), 200), claim)
})

test('a claim at the deadline is too late, one second before is not', async () => {
	const until = Math.ceil(now() / 1000) * 1000 + DAY
	const event = await freshEvent({ milestones: [{ at: 1, until: rfc3339(until) }] })
	const subjects = Array.from({ length: 40 }, () => unique('c'))
	await attended(event, Object.fromEntries(subjects.map(subject => [subject, [-1]])))
	clock.set(until - 2000)
	let [last, closed] = [0, false]
	for (const subject of subjects) {
		const answer = await customer(subject).post(event.milestones[0].path)
		if (answer.status === 201)
			last = Date.parse(answer.body.claimed_at)
		else
			expect(answer, 410, 'claim-closed')
		assert.ok(answer.status === 410 || (last < until && !closed), 'no claim after the deadline, and none after the first refusal')
		closed ||= answer.status === 410
		if (closed)
			break
		await new Promise(resolve => setTimeout(resolve, 100))
	}
	assert.ok(last > 0 && closed, 'both sides of the deadline were seen')
})

test('claims are possible after the event\'s end until the deadline, and always without a deadline', async () => {
	const event = await freshEvent({ from: -10, to: -3, milestones: [{ at: 2, until: rfc3339(now() + DAY) }, { at: 2, until: null }] })
	const subject = unique('c')
	await attended(event, { [subject]: [-6, -3] })
	const who = customer(subject)
	assert.deepEqual(expect(await who.get(`${event.path}/milestones`), 200).items.map(item => item.state), ['claimable', 'claimable'])
	for (const milestone of event.milestones)
		expect(await who.post(milestone.path), 201)
	assert.equal(expect(await who.get(event.path), 200).state, 'ended')
})

test('a deadline given as a date is the end of that day in the event\'s time zone', async () => {
	const zone = 'America/New_York'
	const event = await freshEvent({ zone, from: -5, to: 5 })
	const last = addDays(event.today, 3)
	await addMilestone(event, { at: 1, until: last })
	const [item] = expect(await customer(unique('c')).get(`${event.path}/milestones`), 200).items
	assert.equal(item.claim_until, rfc3339(startOfDay(zone, addDays(last, 1))))
})

test('drafts, unknown events, unknown milestones and those of other events are the same 404', async () => {
	const [event, other] = [await freshEvent({ milestones: [{ at: 1 }] }), await freshEvent({ milestones: [{ at: 1 }] })]
	const draft = await freshEvent({ open: false, milestones: [{ at: 1 }] })
	const who = await withDays(event, 1)
	const paths = [draft.milestones[0].path, '/api/v1/events/no-such-event/milestones/1/claim', `${event.path}/milestones/999999999/claim`,
		`${event.path}/milestones/${other.milestones[0].id}/claim`]
	for (const path of paths)
		expect(await who.post(path), 404, 'not-found')
})

test('a claim keeps the terms at the time of the claim', async () => {
	const product = await freshProduct({ points: 700, name: 'Seven hundred' })
	const event = await freshEvent({ milestones: [{ at: 1, product }] })
	const who = await withDays(event, 1)
	const claim = expect(await who.post(event.milestones[0].path), 201)
	await sql(`UPDATE products SET name = 'Renamed', points = 1 WHERE id = ${product}`)
	assert.deepEqual(expect(await who.post(event.milestones[0].path), 200), claim)
	assert.deepEqual(expect(await who.get('/api/v1/me/claims'), 200).items, [{ ...claim, has_address: false }])
})
