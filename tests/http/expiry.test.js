// SPDX-License-Identifier: MIT
// Points that expire: claims, balances at the second of expiry, spends of many connections, refunds.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { staff } from '../console/client.js'
import { call, customer, expect, tally } from './client.js'
import { until } from './until.js'
import { addDays, attended, clock, count, dateIn, demo, dojangctl, freshEvent, freshProduct, now, sql, startOfDay, unique } from './harness.js'

const ZONE = 'Asia/Seoul'
after(() => clock.reset())
const audit = async () => assert.equal((await dojangctl('audit')).ok, true)

/** A customer who claimed points that expire. */
async function claimed(points, expiry, others = []) {
	const { id } = await dojangctl('product', 'create', '--name', unique('points'), '--kind', 'points', '--points', points, ...expiry)
	const event = await freshEvent({ milestones: [{ at: 1, product: id }, ...others] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [0] })
	for (const milestone of event.milestones)
		expect(await who.post(milestone.path), 201)
	return { who, event, path: `/api/v1/shop/users/${who.subject}/points` }
}
/** With a token of the present time. */
const again = who => customer(who.subject)
const me = async who => expect(await again(who).get('/api/v1/me'), 200)
const change = (path, amount, more = {}) => call('POST', path, { as: demo.api_key, body: { amount, reference: unique('r'), reason: 'Order', ...more } })
const sources = async who => expect(await again(who).get('/api/v1/me/points'), 200).items.map(each => [each.source, each.amount, each.balance])

test('a balance is right at the second of expiry, before and after its entry', async () => {
	const { who } = await claimed(500, ['--expires-days', 3], [{ at: 1, points: 7 }])
	const on = addDays(dateIn(ZONE), 3), end = startOfDay(ZONE, addDays(on, 1))
	assert.deepEqual(await me(who).then(({ points, expiring }) => ({ points, expiring })), { points: 507, expiring: [{ points: 500, on }] })
	clock.set(end - 20e3)
	assert.equal((await me(who)).points, 507)
	clock.set(end)
	const late = await me(who)
	assert.deepEqual([late.points, late.expiring], [7, []])
	assert.equal(expect(await call('GET', `/api/v1/shop/users/${who.subject}`, { as: demo.api_key }), 200).points, 7)
	clock.reset()
})

test('what expires first is spent first, by 64 connections at once, and never more than there is', async () => {
	const { who, path } = await claimed(100, ['--expires', 'year-end'], [{ at: 1, points: 50 }])
	const answers = await Promise.all(Array.from({ length: 64 }, () => change(path, -10)))
	assert.deepEqual(tally(answers), { 201: 15, '409 insufficient-points': 49 })
	assert.deepEqual(await me(who).then(({ points, expiring }) => ({ points, expiring })), { points: 0, expiring: [] })
	await audit()
})

test('a refund gives points their expiry back', async () => {
	const { who, path } = await claimed(100, ['--expires-months', 1], [{ at: 1, points: 50 }])
	const order = unique('order')
	expect(await change(path, -120, { reference: order }), 201)
	const refund = { reference: unique('refund'), refund_of: order }
	const first = expect(await change(path, 110, refund), 201)
	assert.deepEqual(expect(await change(path, 110, refund), 200), first)
	expect(await change(path, 11, { refund_of: order }), 409, 'conflict')
	expect(await change(path, -1, { refund_of: order }), 422, 'invalid')
	expect(await change(path, 1, { refund_of: unique('unknown') }), 409, 'conflict')
	const { points, expiring } = await me(who)
	assert.equal(points, 140)
	assert.deepEqual(expiring.map(each => each.points), [90])
	await audit()
})

test('expired points leave the ledger before a claim adds others', async () => {
	const { who, event } = await claimed(30, ['--expires-days', 1])
	const { id } = await dojangctl('product', 'create', '--name', unique('points'), '--kind', 'points', '--points', 8, '--expires', 'month-end')
	const { id: milestone } = await dojangctl('milestone', 'create', '--event', event.slug, '--at', 1, '--product', id)
	clock.set(now() + 3 * 86400e3)
	expect(await again(who).post(`${event.path}/milestones/${milestone}/claim`), 201)
	assert.deepEqual((await sources(who)).slice(0, 3), [['claim', 8, 8], ['expiry', -30, 0], ['claim', 30, 30]])
	clock.reset()
})

test('the notifier writes what has expired, once, and announces it', async () => {
	const { id } = await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'points.changed')
	const { who } = await claimed(30, ['--expires-days', 1], [{ at: 1, points: 8 }])
	clock.set(now() + 3 * 86400e3)
	await until(async () => (await sources(who)).some(([source]) => source === 'expiry'), 'the expiry')
	assert.deepEqual((await sources(who))[0], ['expiry', -30, 8])
	clock.reset()
	const [{ entry }] = await sql(`SELECT e.id AS entry FROM point_entries e JOIN users u ON u.id = e.user_id WHERE u.subject = '${who.subject}' AND e.source = 'expiry'`)
	assert.equal(await count(`SELECT COUNT(*) FROM outbox_messages WHERE endpoint_id = ${id} AND kind = 'points.changed' AND message_key = '${entry}'`), 1)
	await dojangctl('webhook', 'disable', '--id', id)
	await audit()
})

test('payouts leave lots alone, also when they are cancelled', async () => {
	const manager = await staff('manager'), product = await freshProduct({ points: 300, wallet: 'shop' })
	const { who, event } = await claimed(40, ['--expires-days', 2], [{ at: 1, product }])
	const before = await me(who)
	assert.equal(before.points, 40)
	const [{ claim }] = await sql(`SELECT c.id AS claim FROM claims c JOIN users u ON u.id = c.user_id WHERE u.subject = '${who.subject}' AND c.product_id = ${product}`)
	assert.equal((await manager.send(`/admin/claims/${claim}/cancel`, { reason: 'asked for it' })).status, 303)
	assert.deepEqual(await me(who), before)
	assert.equal(await count(`SELECT COUNT(*) FROM point_lots l JOIN users u ON u.id = l.user_id WHERE u.subject = '${who.subject}' AND l.remaining = 40`), 1)
	const [{ claim: other }] = await sql(`SELECT c.id AS claim FROM claims c JOIN users u ON u.id = c.user_id WHERE u.subject = '${who.subject}' AND c.points = 40`)
	assert.equal((await manager.send(`/admin/claims/${other}/cancel`, { reason: 'asked for it' })).status, 303)
	assert.deepEqual(await me(who), { ...before, points: 0, expiring: [] })
	assert.equal(event.milestones.length, 2)
	await audit()
})

test('the points of an erased customer expire too', async () => {
	const { who } = await claimed(30, ['--expires-days', 1])
	const [{ id }] = await sql(`SELECT id FROM users WHERE subject = '${who.subject}'`)
	const exported = expect(await call('GET', `/api/v1/shop/users/${who.subject}?export=1`, { as: demo.api_key }), 200)
	assert.deepEqual(exported.point_lots.map(lot => lot.points), [30])
	expect(await call('DELETE', `/api/v1/shop/users/${who.subject}`, { as: demo.api_key }), 204)
	clock.set(now() + 3 * 86400e3)
	await until(() => count(`SELECT COUNT(*) FROM point_entries WHERE user_id = ${id} AND source = 'expiry'`), 'the expiry')
	clock.reset()
	await audit()
})

test('an expiry is given once, for points only', async () => {
	const create = (...options) => dojangctl('product', 'create', '--name', unique('p'), ...options)
	await assert.rejects(create('--kind', 'item', '--expires', 'year-end'), /only products of kind points expire/)
	await assert.rejects(create('--kind', 'points', '--points', 5, '--expires', 'year-end', '--expires-days', 3), /another expiry/)
	const { id } = await create('--kind', 'points', '--points', 5, '--expires-months', 6)
	const [row] = await sql(`SELECT expires, expires_after FROM products WHERE id = ${id}`)
	assert.deepEqual(row, { expires: 'months', expires_after: '6' })
})
