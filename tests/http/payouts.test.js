// SPDX-License-Identifier: MIT
// Payouts: points of products with the shop's own wallet, which the shop's backend credits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staff } from '../console/client.js'
import { call, customer, expect, expectFields, tally } from './client.js'
import { attended, count, demo, dojangctl, freshEvent, freshProduct, sql, unique } from './harness.js'

const manager = await staff('manager')
const ask = (method, path, body) => call(method, `/api/v1/shop${path}`, { as: demo.api_key, body })
const settle = (ids, state, more = {}) => ask('PATCH', '/payouts', { ids, state, ...more })
const audited = async () => assert.equal((await dojangctl('audit')).ok, true)
const payoutOf = async claim => (await sql(`SELECT id, state, points FROM payouts WHERE claim_id = ${claim.id}`)).map(row => ({ id: Number(row.id), state: row.state, points: Number(row.points) }))[0]
const reverseOf = async id => (await sql(`SELECT id, state, points FROM payouts WHERE reverses = ${id}`)).map(row => ({ id: Number(row.id), state: row.state, points: Number(row.points) }))

/** Events with a milestone at 1 whose points go into the shop's wallet, and customers who can claim it. */
async function ready(customers = 1, more = {}) {
	const product = await freshProduct({ points: 300, wallet: 'shop', ...more })
	const event = await freshEvent({ milestones: [{ at: 1, product }] })
	const whos = Array.from({ length: customers }, () => customer(unique('c')))
	await attended(event, Object.fromEntries(whos.map(who => [who.subject, [-1]])))
	return { event, whos, product, path: `${event.path}/milestones/${event.milestones[0].id}/claim` }
}
async function claimed(more) {
	const given = await ready(1, more)
	const claim = expect(await given.whos[0].post(given.path), 201)
	return { ...given, who: given.whos[0], claim, payout: await payoutOf(claim) }
}
const cancel = async (claim, more = {}) => assert.equal((await manager.send(`/admin/claims/${claim.id}/cancel`, { reason: 'asked for it', ...more })).status, 303)

test('a claim creates a payout and nothing in the ledger; repeating creates no other', async () => {
	const { who, path, claim, event, product, payout } = await claimed()
	assert.equal(claim.payout, 'due')
	assert.equal(claim.product.wallet, 'shop')
	assert.deepEqual(expect(await who.post(path), 200), claim)
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 0)
	assert.deepEqual(expect(await who.get('/api/v1/me/points'), 200).items, [])
	assert.equal(await count(`SELECT COUNT(*) FROM payouts WHERE claim_id = ${claim.id}`), 1)
	const milestone = expect(await who.get(`${event.path}/milestones`), 200).items[0]
	assert.equal(milestone.product.wallet, 'shop')
	assert.equal(milestone.product.id, product)
	const listed = expect(await ask('GET', `/payouts?state=due&limit=200`), 200)
	assert.ok(listed.items.length > 0 && listed.items.every(item => item.state === 'due'))
	const settled = expect(await settle([payout.id], 'paid', { reference: 'batch-7' }), 200).items
	assert.deepEqual(settled.map(item => ({ ...item, due_at: '', settled_at: '' })), [{ id: payout.id, points: 300, reason: milestone.product.name, event: event.slug,
		claim: claim.id, date: null, reverses: null, state: 'paid', due_at: '', settled_at: '', reference: 'batch-7', failure: null, issuer: demo.issuer.iss, subject: who.subject }])
	assert.equal(expect(await who.get('/api/v1/me/claims'), 200).items[0].payout, 'paid')
	await audited()
})

/** An event whose check-ins pay into the shop's own wallet. */
async function paying(rules = { every: 10 }, more = {}) {
	const event = await freshEvent(more)
	for (const [when, points] of Object.entries(rules))
		await dojangctl('daily-points', 'add', '--event', event.slug, '--when', when, '--points', points, '--wallet', 'shop')
	return event
}
const payoutsOf = async event => (await sql(`SELECT p.id, p.state, p.points FROM payouts p JOIN events e ON e.id = p.event_id WHERE e.slug = '${event.slug}' ORDER BY p.id`))
	.map(row => ({ id: Number(row.id), state: row.state, points: Number(row.points) }))

test('a check-in pays into the shop\'s wallet: a payout, once, and nothing in the ledger', async () => {
	const event = await paying({ every: 10, 'streak:1': 5 }), who = customer(unique('c'))
	const first = expect(await who.post(`${event.path}/attendance`), 201)
	assert.deepEqual(first.paid, { points: 15, wallet: 'shop', parts: [{ when: 'every', points: 10 }, { when: 'streak', n: 1, points: 5 }] })
	assert.deepEqual(expect(await who.post(`${event.path}/attendance`), 200), { ...first, already: true })
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 0)
	assert.deepEqual(expect(await who.get('/api/v1/me/points'), 200).items, [])
	assert.deepEqual(expect(await who.get(`${event.path}/attendance?month=${first.date.slice(0, 7)}`), 200).paid, { [first.date]: 15 })
	const [payout, ...others] = await payoutsOf(event)
	assert.deepEqual([payout.state, payout.points, others], ['due', 15, []])
	const [settled] = expect(await settle([payout.id], 'paid', { reference: 'batch-8' }), 200).items
	assert.deepEqual([settled.subject, settled.reason, settled.claim, settled.date, settled.event], [who.subject, `Test ${event.slug}`, null, first.date, event.slug])
	const known = expect(await ask('GET', `/users/${who.subject}?export=1`), 200)
	assert.deepEqual(known.payouts.map(({ date, points, state }) => [date, points, state]), [[first.date, 15, 'paid']])
	await audited()
})

test('the wallet of an event stays once a check-in was paid, also in a copy', async () => {
	const event = await paying(), slug = unique('copy')
	const add = (when, ...more) => dojangctl('daily-points', 'add', '--event', event.slug, '--when', when, '--points', 1, ...more)
	await add('streak:2', '--wallet', 'dojang')
	await add('streak:3', '--wallet', 'shop')
	expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
	await assert.rejects(add('streak:4', '--wallet', 'dojang'), /must stay shop/)
	await add('streak:4')
	assert.equal((await dojangctl('daily-points', 'limit', '--event', event.slug)).wallet, 'shop')
	assert.equal((await manager.send(`/admin/events/${event.slug}/copy`, { name: 'Copy', slug, starts: event.starts, ends: event.ends })).status, 303)
	assert.equal((await dojangctl('daily-points', 'limit', '--event', slug)).wallet, 'shop')
})

test('customers who tap twice at the same moment get one payout each, within the budget', async () => {
	const event = await paying()
	await dojangctl('daily-points', 'limit', '--event', event.slug, '--per-customer', 'unlimited', '--budget', 200)
	const whos = Array.from({ length: 24 }, () => customer(unique('c')))
	const tap = async (who, tries = 10) => { const answer = await who.post(`${event.path}/attendance`); return answer.status === 503 && tries > 1 ? tap(who, tries - 1) : answer }
	const results = tally(await Promise.all(whos.flatMap(who => [tap(who), tap(who)])))
	assert.deepEqual(results, { 200: 24, 201: 24 })
	const made = await payoutsOf(event)
	assert.equal(made.length, 20)
	assert.ok(made.every(({ points, state }) => points === 10 && state === 'due'))
	await audited()
})

test('removing a day cancels its payout, or takes a paid one back; the day can be paid again', async () => {
	const event = await paying(), who = customer(unique('c'))
	const { date } = expect(await who.post(`${event.path}/attendance`), 201)
	const [{ user_id: number }] = await sql(`SELECT user_id FROM payouts p JOIN events e ON e.id = p.event_id WHERE e.slug = '${event.slug}'`)
	const remove = async () => assert.equal((await manager.send(`/admin/customers/${number}/day`, { event: event.slug, what: 'remove', day: date, reason: 'wrong' })).status, 303)
	await remove()
	assert.deepEqual((await payoutsOf(event)).map(({ state }) => state), ['cancelled'])
	assert.equal(expect(await who.post(`${event.path}/attendance`), 201).paid.points, 10)
	const again = (await payoutsOf(event))[1]
	expect(await settle([again.id], 'paid'), 200)
	await remove()
	assert.deepEqual((await payoutsOf(event)).map(({ state, points }) => [state, points]), [['cancelled', 10], ['paid', 10], ['due', -10]])
	assert.deepEqual((await reverseOf(again.id)).map(({ points }) => points), [-10])
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 0)
	await audited()
})

test('points of the ledger are as before', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 7 }] }), who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	const claim = expect(await who.post(`${event.path}/milestones/${event.milestones[0].id}/claim`), 201)
	assert.equal(claim.payout, null)
	assert.equal(claim.product.wallet, 'dojang')
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 7)
	assert.equal(await payoutOf(claim), undefined)
})

test('claims that arrive together create one payout each, also of a limited stock', async () => {
	for (const stock of [null, 20]) {
		const { event, whos, path } = await ready(24, { stock })
		const results = tally(await Promise.all(whos.flatMap(who => [who.post(path), who.post(path)])))
		assert.deepEqual(Object.keys(results).filter(status => !/^(200|201|409 sold-out)/.test(status)), [])
		const want = stock ?? whos.length
		assert.equal(await count(`SELECT COUNT(*) FROM payouts p JOIN events e ON e.id = p.event_id WHERE e.slug = '${event.slug}' AND p.points = 300`), want)
		assert.equal(await count(`SELECT COUNT(*) FROM claims c JOIN events e ON e.id = c.event_id WHERE e.slug = '${event.slug}'`), want)
	}
	await audited()
})

test('settling can be repeated; paid stays paid, with one reference', async () => {
	const { payout } = await claimed()
	const first = expect(await settle([payout.id], 'paid', { reference: 'a' }), 200)
	assert.deepEqual(expect(await settle([payout.id, payout.id], 'paid', { reference: 'a' }), 200), first)
	assert.deepEqual(expect(await settle([payout.id], 'paid'), 200), first)
	const { payout: other } = await claimed()
	for (const refused of [settle([payout.id], 'paid', { reference: 'b' }), settle([other.id, payout.id], 'failed'), settle([payout.id], 'due')])
		assert.match(expect(await refused, 409, 'conflict').detail, /^ids: payout \d+ was paid/)
	assert.equal((await sql(`SELECT state FROM payouts WHERE id = ${other.id}`))[0].state, 'due', 'all or none')
	expect(await settle([other.id, 2 ** 52], 'paid'), 404, 'not-found')
	assert.equal((await sql(`SELECT state FROM payouts WHERE id = ${other.id}`))[0].state, 'due')
	expect(await settle([other.id], 'failed', { failure: 'no such account' }), 200)
	assert.equal(expect(await settle([other.id], 'failed'), 200).items[0].failure, 'no such account')
	const again = expect(await settle([other.id], 'due'), 200).items[0]
	assert.deepEqual([again.state, again.settled_at, again.failure], ['due', null, null])
	expect(await settle([other.id], 'failed'), 200)
	assert.equal(expect(await settle([other.id], 'paid'), 200).items[0].state, 'paid', 'failed ones may turn out paid')
	await audited()
})

test('fields and scope', async () => {
	for (const [body, field] of [[{ ids: [], state: 'paid' }, 'ids'], [{ ids: [1.5], state: 'paid' }, 'ids'], [{ ids: ['1'], state: 'paid' }, 'ids'], [{ ids: 1, state: 'paid' }, 'ids'],
		[{ ids: Array.from({ length: 501 }, (_, i) => i + 1), state: 'paid' }, 'ids'], [{ ids: [0], state: 'paid' }, 'ids'], [{ ids: [1], state: 'cancelled' }, 'state'], [{ state: 'paid' }, 'ids']])
		expectFields(await ask('PATCH', '/payouts', body), 422, 'invalid', field)
	expect(await ask('GET', '/payouts?state=paying'), 400, 'bad-request')
	const { key } = await dojangctl('key', 'create', '--name', unique('key'), '--scopes', 'points:write,claims:write')
	expect(await call('GET', '/api/v1/shop/payouts', { as: key }), 403, 'forbidden')
	expect(await call('PATCH', '/api/v1/shop/payouts', { as: key, body: { ids: [1], state: 'paid' } }), 403, 'forbidden')
	await assert.rejects(freshProduct({ kind: 'item', wallet: 'shop' }), /wallet/)
})

test('pages by cursor, oldest first', async () => {
	const { whos, path, event } = await ready(5)
	for (const who of whos)
		expect(await who.post(path), 201)
	const mine = []
	for (let next = null, first = true; first || next; first = false) {
		const page = expect(await ask('GET', `/payouts?state=due&limit=2${next ? `&cursor=${encodeURIComponent(next)}` : ''}`), 200)
		mine.push(...page.items.filter(item => item.event === event.slug))
		next = page.next
	}
	assert.deepEqual(mine.map(item => item.subject), whos.map(who => who.subject))
	assert.deepEqual(mine.map(item => item.id), mine.map(item => item.id).sort((a, b) => a - b))
})

test('cancelling a claim cancels its payout, or takes a paid one back, once', async () => {
	const due = await claimed(), failed = await claimed(), paid = await claimed()
	expect(await settle([failed.payout.id], 'failed'), 200)
	expect(await settle([paid.payout.id], 'paid', { reference: 'x' }), 200)
	for (const { claim } of [due, failed, paid])
		await cancel(claim)
	assert.equal((await payoutOf(due.claim)).state, 'cancelled')
	assert.equal((await payoutOf(failed.claim)).state, 'cancelled')
	assert.equal((await payoutOf(paid.claim)).state, 'paid')
	assert.deepEqual([await reverseOf(due.payout.id), await reverseOf(failed.payout.id)], [[], []])
	const [reverse] = await reverseOf(paid.payout.id)
	assert.deepEqual([reverse.state, reverse.points], ['due', -300])
	assert.equal(expect(await paid.who.get('/api/v1/me'), 200).points, 0, 'the ledger is not concerned')
	expect(await settle([due.payout.id], 'due'), 409, 'conflict')
	assert.equal(expect(await settle([due.payout.id], 'failed'), 200).items[0].state, 'cancelled', 'nothing was credited')
	const item = expect(await settle([reverse.id], 'paid', { reference: 'x' }), 200).items[0]
	assert.deepEqual([item.reverses, item.claim, item.points], [paid.payout.id, null, -300])
	await audited()
})

test('a payout that was cancelled while the shop credited it is paid, and taken back', async () => {
	const { claim, payout } = await claimed()
	await cancel(claim)
	assert.equal(expect(await settle([payout.id], 'paid', { reference: 'late' }), 200).items[0].state, 'paid')
	expect(await settle([payout.id], 'paid', { reference: 'late' }), 200)
	assert.deepEqual((await reverseOf(payout.id)).map(reverse => [reverse.state, reverse.points]), [['due', -300]])
	await audited()
})

test('cancelling while the shop settles: cancelled, or paid and taken back', async () => {
	for (let round = 0; round < 6; round++) {
		const { claim, payout } = await claimed()
		const [settled] = await Promise.all([settle([payout.id], 'paid'), cancel(claim), settle([payout.id], 'paid')])
		expect(settled, 200)
		assert.equal((await payoutOf(claim)).state, 'paid')
		assert.equal((await reverseOf(payout.id)).length, 1)
	}
	await audited()
})

test('a second claim that staff allowed has a payout of its own', async () => {
	const { who, path, claim, payout } = await claimed()
	expect(await settle([payout.id], 'paid'), 200)
	await cancel(claim, { may_claim_again: 'yes' })
	const second = expect(await who.post(path), 201)
	assert.notEqual(second.id, claim.id)
	assert.equal((await payoutOf(second)).state, 'due')
	await audited()
})

test('export and erasure of a person', async () => {
	const [due, paid] = [await claimed(), await claimed()]
	expect(await settle([paid.payout.id], 'paid', { reference: 'p' }), 200)
	const exported = expect(await ask('GET', `/users/${paid.who.subject}?export=1`), 200)
	assert.deepEqual(exported.payouts.map(payout => [payout.id, payout.state, payout.reference, payout.points]), [[paid.payout.id, 'paid', 'p', 300]])
	for (const { who } of [due, paid])
		expect(await ask('DELETE', `/users/${who.subject}`), 204)
	assert.equal((await payoutOf(due.claim)).state, 'cancelled', 'nobody can be credited')
	assert.equal((await payoutOf(paid.claim)).state, 'paid')
	assert.equal(expect(await settle([due.payout.id], 'paid'), 200).items[0].subject, null)
	assert.deepEqual(await reverseOf(due.payout.id), [], 'there is nobody to take it back from')
	await audited()
})

test('dojangctl lists and settles', async () => {
	const { claim, payout } = await claimed()
	const listed = await dojangctl('payouts', 'list', '--after', payout.id - 1)
	assert.deepEqual([listed[0].id, listed[0].claim, listed[0].state], [payout.id, claim.id, 'due'])
	await dojangctl('payouts', 'settle', '--ids', payout.id, '--state', 'failed', '--failure', 'closed account')
	assert.equal((await payoutOf(claim)).state, 'failed')
	await dojangctl('payouts', 'settle', '--ids', payout.id, '--state', 'due')
	await dojangctl('payouts', 'settle', '--ids', payout.id, '--state', 'paid', '--reference', 'by hand')
	assert.equal((await payoutOf(claim)).state, 'paid')
	await assert.rejects(dojangctl('payouts', 'settle', '--ids', payout.id, '--state', 'failed'), /was paid already/)
	await assert.rejects(dojangctl('payouts', 'settle', '--ids', '4503599627370496', '--state', 'paid'), /do not exist/)
	assert.equal((await dojangctl('product', 'list')).find(product => product.wallet === 'shop').kind, 'points')
})
