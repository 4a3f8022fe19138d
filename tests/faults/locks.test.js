// SPDX-License-Identifier: MIT
// All changes of one customer are serialised: each change waits for the customer's row and then
// checks again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staff } from '../console/client.js'
import { call, customer, expect } from '../http/client.js'
import { attended, count, demo, dojangctl, freshEvent, sql, unique } from '../http/harness.js'
import { overtaken } from './lock.js'

/** An event with one milestone that the customer has earned. */
async function earned(milestone) {
	const event = await freshEvent({ milestones: [{ at: 1, ...milestone }] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	return { event, who, milestone: event.milestones[0] }
}
const touch = event => `UPDATE events SET version = version + 1 WHERE slug = '${event.slug}'`

test('a claim whose deadline staff move while it waits: 410, and nothing is written', async () => {
	const { event, who, milestone } = await earned({ points: 10 })
	const answer = await overtaken(who.subject, () => who.post(milestone.path),
		`${touch(event)}; UPDATE milestones SET claim_until = '2020-01-01 00:00:00' WHERE id = ${milestone.id}`)
	expect(answer, 410, 'claim-closed')
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`), 0)
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 0)
})

test('a claim whose event becomes a draft while it waits: 404, and nothing is written', async () => {
	const { event, who, milestone } = await earned({ points: 10 })
	const answer = await overtaken(who.subject, () => who.post(milestone.path), `UPDATE events SET version = version + 1, state = 'draft' WHERE slug = '${event.slug}'`)
	expect(answer, 404, 'not-found')
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`), 0)
})

test('a claim of a product that gets a limited stock while it waits takes one from it', async () => {
	const { event, who, milestone } = await earned({ kind: 'item', stock: null })
	const other = customer(unique('c'))
	await attended(event, { [other.subject]: [-1] })
	const answer = await overtaken(who.subject, () => who.post(milestone.path), `${touch(event)};
		UPDATE products SET remain = 1 WHERE id = ${milestone.product};
		INSERT INTO stock_movements (product_id, delta, source, reference, reason, at) VALUES (${milestone.product}, 1, 'initial', '${milestone.product}', '', UTC_TIMESTAMP())`)
	expect(answer, 201)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${milestone.product}`), 0)
	expect(await other.post(milestone.path), 409, 'sold-out')
	assert.deepEqual((await dojangctl('audit')).checks.filter(check => check.faults.length), [])
})

test('a claim whose day is removed while it waits: not-eligible', async () => {
	const { event, who, milestone } = await earned({ points: 10 })
	const answer = await overtaken(who.subject, () => who.post(milestone.path), `DELETE a FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`)
	expect(answer, 409, 'not-eligible')
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`), 0)
})

const cancelled = id => `UPDATE claims SET state = 'cancelled' WHERE id = ${id}`
const shop = (method, path, body) => call(method, path, { as: demo.api_key, body })

test('shipping waits for the customer\'s row, and notices a cancellation meanwhile', async () => {
	const { who, milestone } = await earned({ kind: 'item', stock: 5 })
	const { id } = expect(await who.post(milestone.path), 201)
	const answer = await overtaken(who.subject, () => shop('PATCH', `/api/v1/shop/claims/${id}`, { state: 'shipped', tracking: 'KR-1' }), cancelled(id))
	expect(answer, 409, 'conflict')
	assert.deepEqual(await sql(`SELECT state, tracking FROM claims WHERE id = ${id}`), [{ state: 'cancelled', tracking: null }])
})

test('shipping many claims waits for each customer\'s row: one cancelled meanwhile stops all of them', async () => {
	const { event, who, milestone } = await earned({ kind: 'item', stock: 5 })
	const other = customer(unique('c')), manager = await staff('manager')
	await attended(event, { [other.subject]: [-1] })
	const [first, second] = [expect(await other.post(milestone.path), 201).id, expect(await who.post(milestone.path), 201).id]
	const answer = await overtaken(who.subject, () => manager.send('/admin/claims-shipped',
		{ lines: `claim,tracking\n${first},KR-1\n${second},KR-2\n`, is_confirmed: 'yes', are_handed_over: 'yes' }), cancelled(second))
	assert.equal(answer.status, 409)
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE id IN (${first}, ${second}) AND state = 'shipped'`), 0)
})

test('cancelling waits for the customer\'s row, and notices what happened to the claim meanwhile', async () => {
	const { event, who, milestone } = await earned({ kind: 'item', stock: 5 })
	const other = customer(unique('c')), manager = await staff('manager')
	await attended(event, { [other.subject]: [-1] })
	const [shipped, gone] = [expect(await who.post(milestone.path), 201).id, expect(await other.post(milestone.path), 201).id]
	const cancel = (subject, id, meanwhile) => overtaken(subject, () => manager.send(`/admin/claims/${id}/cancel`, { reason: 'asked for it' }), meanwhile)
	assert.equal((await cancel(other.subject, gone, cancelled(gone))).status, 409, 'not twice')
	assert.equal((await cancel(who.subject, shipped, `UPDATE claims SET state = 'shipped' WHERE id = ${shipped}`)).status, 303)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${milestone.product}`), 3, 'what was shipped does not return')
	assert.equal(await count(`SELECT COUNT(*) FROM stock_movements WHERE product_id = ${milestone.product} AND delta = 1`), 0)
})

test('spending waits for the customer\'s row, and cannot spend points that were spent meanwhile', async () => {
	const { who, milestone } = await earned({ points: 100 })
	expect(await who.post(milestone.path), 201)
	const [{ id }] = await sql(`SELECT id FROM users WHERE subject = '${who.subject}'`)
	const answer = await overtaken(who.subject, () => shop('POST', `/api/v1/shop/users/${who.subject}/points`, { amount: -60, reference: unique('order'), reason: 'spent' }),
		`INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at) VALUES (${id}, -60, 40, 'shop', '${unique('order')}', 'spent', UTC_TIMESTAMP());
		UPDATE users SET points = 40 WHERE id = ${id}`)
	expect(answer, 409, 'insufficient-points')
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 40)
})

const BY_STAFF = {
	'points corrected': (id, event, claim, day) => [`/admin/customers/${id}/points`, { amount: '5', reason: 'a gift' }, day],
	'a day added': (id, event, claim, day) => [`/admin/customers/${id}/day`, { event: event.slug, what: 'add', day, reason: 'the app was down' }],
	'a claim cancelled': (id, event, claim) => [`/admin/claims/${claim}/cancel`, { reason: 'asked for it' }],
	'a claim changed to preparing': (id, event, claim) => [`/admin/claims/${claim}`, { state: 'preparing' }],
}
for (const [sentence, fill] of Object.entries(BY_STAFF))
	test(`${sentence} by staff waits for the customer's row`, async () => {
		const { event, who, milestone } = await earned({ kind: 'item', stock: 5 })
		const manager = await staff('manager'), claim = expect(await who.post(milestone.path), 201)
		const [{ id }] = await sql(`SELECT id FROM users WHERE subject = '${who.subject}'`)
		const [path, fields] = fill(id, event, claim.id, event.starts)
		const answer = await overtaken(who.subject, () => manager.send(path, fields), 'DO 0')
		assert.equal(answer.status, 303, answer.text)
	})
