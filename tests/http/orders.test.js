// SPDX-License-Identifier: MIT
// Days that the shop's backend reports for orders and visits, and takes back.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { CONNECTIONS, call, customer, expect, expectFields, tally } from './client.js'
import { DAY, addDays, attended, clock, count, demo, dojangctl, freshEvent, sql, unique } from './harness.js'

afterEach(() => clock.reset())

const ask = (method, path, body) => call(method, `/api/v1/shop${path}`, { as: demo.api_key, body })
const report = (who, event, more = {}) => ask('POST', `/users/${encodeURIComponent(who.subject)}/attendance`, { event: event.slug, reference: unique('order'), source: 'purchase', ...more })
const takeBack = (who, reference) => ask('DELETE', `/users/${encodeURIComponent(who.subject)}/attendance/${encodeURIComponent(reference)}`)
const set = (event, ...options) => dojangctl('event', 'options', '--slug', event.slug, ...options)
const datesOf = async (who, event) => (await sql(`SELECT a.date FROM attendance a JOIN events e ON e.id = a.event_id JOIN users u ON u.id = a.user_id
	WHERE e.slug = '${event.slug}' AND u.subject = '${who.subject}' ORDER BY a.date`)).map(row => row.date)
const audited = async () => assert.equal((await dojangctl('audit')).ok, true)

async function open(stampedBy = 'both', more = {}) {
	const event = await freshEvent(more)
	await set(event, '--stamped-by', stampedBy)
	return event
}

test('an order adds today once; repeating answers the same, other content is a conflict', async () => {
	const event = await open(), who = customer(unique('c')), reference = unique('주문 1/2')
	const first = expect(await report(who, event, { reference }), 201)
	assert.deepEqual({ ...first, at: '' }, { event: event.slug, reference, source: 'purchase', date: event.today, at: '', already: false })
	assert.deepEqual(expect(await report(who, event, { reference, date: event.today }), 200), first)
	clock.move(DAY / 1000)
	assert.deepEqual(expect(await report(who, event, { reference }), 200), first, 'without a date it is the same on the next day')
	clock.reset()
	for (const other of [{ date: addDays(event.today, -1) }, { source: 'visit' }, { event: (await open()).slug }])
		expect(await report(who, event, { reference, ...other }), 409, 'conflict')
	expect(await report(customer(unique('c')), event, { reference }), 409, 'conflict')
	assert.equal(expect(await report(who, event), 201).already, true, 'a second order of the day')
	assert.deepEqual(await datesOf(who, event), [event.today])
	await audited()
})

test('dates: today when absent, some days back, never in the future, only days of the event', async () => {
	const event = await open('both', { from: -3 }), who = customer(unique('c')), on = day => ({ date: addDays(event.today, day) })
	await set(event, '--shop-days-back', 5)
	expect(await report(who, event, on(-3)), 201)
	expectFields(await report(who, event, on(1)), 422, 'invalid', 'date')
	expectFields(await report(who, event, on(-6)), 422, 'invalid', 'date')
	expectFields(await report(who, event, { date: '2026-02-30' }), 422, 'invalid', 'date')
	expect(await report(who, event, on(-4)), 409, 'event-not-running')
	expectFields(await report(who, event, { source: 'gift' }), 422, 'invalid', 'source')
	expect(await report(who, { slug: 'no-such-event' }), 404, 'not-found')
	assert.deepEqual(await datesOf(who, event), [addDays(event.today, -3)])
})

test('the event says who adds days', async () => {
	const [own, byShop] = [await open('customer'), await open('shop')], who = customer(unique('c'))
	expectFields(await report(who, own), 409, 'conflict')
	const refused = await who.post(`${byShop.path}/attendance`)
	assert.equal(expect(refused, 403, 'forbidden').reason, 'stamped-by-shop')
	expect(await report(who, byShop), 201)
	assert.equal(expect(await who.post(`${byShop.path}/attendance`), 200).already, true)
	assert.equal(expect(await who.get(byShop.path), 200).stamped_by, 'shop')
	assert.equal((await sql(`SELECT source FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${byShop.slug}'`))[0].source, 'shop', 'the refused check-in did not adopt it')
})

test('a cancelled order removes the day, unless another order or the customer supports it', async () => {
	const event = await open(), who = customer(unique('c')), [a, b] = [unique('a'), unique('b')]
	expect(await report(who, event, { reference: a }), 201)
	expect(await report(who, event, { reference: b }), 201)
	expect(await takeBack(who, a), 204)
	expect(await takeBack(who, a), 204)
	assert.deepEqual(await datesOf(who, event), [event.today], 'the second order supports it')
	expect(await takeBack(who, b), 204)
	assert.deepEqual(await datesOf(who, event), [])
	expect(await report(who, event, { reference: a }), 409, 'conflict')
	const c = unique('c')
	expect(await report(who, event, { reference: c }), 201)
	assert.equal(expect(await who.post(`${event.path}/attendance`), 200).already, true, 'the customer checks in, too')
	expect(await takeBack(who, c), 204)
	assert.deepEqual(await datesOf(who, event), [event.today], 'it is the customer\'s own now')
	const other = customer(unique('c')), d = unique('d')
	expect(await other.post(`${event.path}/attendance`), 201)
	assert.equal(expect(await report(other, event, { reference: d }), 201).already, true)
	expect(await takeBack(other, d), 204)
	assert.deepEqual(await datesOf(other, event), [event.today])
	expect(await takeBack(other, c), 404, 'not-found')
	expect(await takeBack(other, unique('none')), 404, 'not-found')
	await audited()
})

test('a claim that was earned by a cancelled order stays and is reviewed before it ships', async () => {
	const event = await open('both', { milestones: [{ at: 2, kind: 'item', stock: 5 }, { at: 1, points: 5 }] }), who = customer(unique('c')), reference = unique('order')
	await attended(event, { [who.subject]: [-1] })
	expect(await report(who, event, { reference }), 201)
	const [item, points] = [expect(await who.post(event.milestones[0].path), 201), expect(await who.post(event.milestones[1].path), 201)]
	expect(await takeBack(who, reference), 204)
	assert.deepEqual(expect(await who.get('/api/v1/me/claims'), 200).items.map(claim => claim.state), ['claimed', 'claimed'])
	const refused = await ask('PATCH', `/claims/${item.id}`, { state: 'shipped' })
	expectFields(refused, 409, 'conflict')
	assert.match(refused.body.detail, /taken back/)
	assert.deepEqual(await sql(`SELECT claim_id FROM claim_rechecks WHERE claim_id IN (${item.id}, ${points.id})`), [{ claim_id: String(item.id) }], 'one day is enough for the points')
	await audited()
})

test('a customer who was never seen is created; a blocked one and staff are refused', async () => {
	const event = await open(), blocked = customer(unique('c')), staff = customer(unique('c'))
	for (const who of [blocked, staff])
		expect(await who.get('/api/v1/me'), 200)
	await dojangctl('user', 'block', '--subject', blocked.subject, '--reason', 'a test')
	await dojangctl('user', 'staff', '--subject', staff.subject)
	await set(event, '--excludes-staff', 'yes')
	expect(await report(blocked, event), 403, 'forbidden')
	expect(await report(staff, event), 403, 'forbidden')
	const fresh = customer(unique('c'))
	expect(await report(fresh, event), 201)
	assert.equal(expect(await fresh.get(event.path), 200).participation.count, 1)
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), 1)
})

test('many connections report the same orders and cancel some: each day once, in agreement with the reports', async () => {
	const event = await open(), who = customer(unique('c')), references = Array.from({ length: 8 }, () => unique('order'))
	const answers = await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => report(who, event, { reference: references[i % 8], date: addDays(event.today, -(i % 4)) })))
	const counts = tally(answers)
	assert.equal(counts[201], 8)
	assert.equal(counts[200], CONNECTIONS - 8)
	assert.equal(answers.filter(answer => answer.status === 201 && !answer.body.already).length, 4)
	await Promise.all(references.slice(0, 6).flatMap(reference => [takeBack(who, reference), takeBack(who, reference)]))
	assert.deepEqual(await datesOf(who, event), [addDays(event.today, -3), addDays(event.today, -2)])
	await audited()
})
