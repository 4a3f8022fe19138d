// SPDX-License-Identifier: MIT
// Made-up days: a customer adds a missed day later, free or for points, within the event's limits.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { call, customer, expect, expectFields, tally } from './client.js'
import { addDays, attended, clock, count, dojangctl, freshEvent, sql, startOfDay, unique } from './harness.js'

afterEach(() => clock.reset())

/** An event in which this many days can be made up, and a customer with check-ins on these days before today. */
async function missedDays(days, options = {}, { makeups = 2, back = 5, price = 0, pays = 0 } = {}) {
	const event = await freshEvent({ milestones: [{ at: 3, points: 10 }], ...options })
	await sql(`UPDATE events SET makeups = ${makeups}, makeup_back = ${back}, makeup_price = ${price}, makeup_pays = ${pays}, version = version + 1 WHERE slug = '${event.slug}'`)
	event.id = await count(`SELECT id FROM events WHERE slug = '${event.slug}'`)
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: days })
	const day = days => addDays(event.today, days)
	return { event, who, day, makeUp: days => who.post(`${event.path}/attendance/${day(days)}`) }
}
const makeupOf = async ({ who, event }) => expect(await who.get(event.path), 200).participation.makeup
const refused = (answer, reason) => assert.equal(expect(answer, 409, 'makeup-not-possible').reason, reason)
async function grantPoints(who, points, expiry = {}) {
	const event = await freshEvent({ milestones: [{ at: 1, points, ...expiry }] })
	await attended(event, { [who.subject]: [-1] })
	expect(await who.post(event.milestones[0].path), 201)
}
const points = async who => expect(await who.get('/api/v1/me'), 200).points

test('a missed day is made up once, counts, closes the streak and earns the reward', async () => {
	const missed = await missedDays([-3, -1]), { event, who, day, makeUp } = missed
	assert.deepEqual(await makeupOf(missed), { left: 2, price: 0, dates: [day(-2)] })
	const body = expect(await makeUp(-2), 201)
	assert.deepEqual([body.date, body.already, body.count, body.streak, body.earned.map(({ at }) => at)], [day(-2), false, 3, 3, [3]])
	const again = expect(await makeUp(-2), 200)
	assert.deepEqual([again.already, again.at, again.count], [true, body.at, 3])
	assert.deepEqual(await makeupOf(missed), { left: 1, price: 0, dates: [] })
	const calendar = expect(await who.get(`${event.path}/attendance?month=${day(-2).slice(0, 7)}`), 200)
	assert.ok(calendar.dates.includes(day(-2)))
	assert.equal(calendar.sources[day(-2)], 'makeup')
	expect(await who.post(event.milestones[0].path), 201)
	assert.equal(await count(`SELECT COUNT(*) FROM attendance WHERE event_id = ${event.id} AND source = 'makeup'`), 1)
})

test('each reason to refuse is told, and nothing is written', async () => {
	const { event, who, makeUp, day } = await missedDays([-4], {}, { makeups: 1, back: 3 })
	refused(await makeUp(0), 'not-past')
	refused(await makeUp(1), 'not-past')
	refused(await makeUp(-4), 'counts-already')
	refused(await makeUp(-5), 'before-first-day')
	refused(await customer(unique('c')).post(`${event.path}/attendance/${day(-1)}`), 'before-first-day')
	expectFields(await who.post(`${event.path}/attendance/2026-02-30`), 400, 'bad-request', 'date')
	assert.equal(await count(`SELECT COUNT(*) FROM attendance WHERE event_id = ${event.id}`), 1)
	expect(await makeUp(-3), 201)
	refused(await makeUp(-2), 'none-left')
	const old = await missedDays([-4, -2], {}, { back: 2 })
	refused(await old.makeUp(-3), 'too-old')
	refused(await (await missedDays([-2], {}, { makeups: 0 })).makeUp(-1), 'not-offered')
})

test('the price is taken once, in the same transaction; without enough points nothing happens', async () => {
	const missed = await missedDays([-3], {}, { price: 100 }), { event, who, makeUp } = missed
	expect(await makeUp(-2), 409, 'insufficient-points')
	assert.equal(await count(`SELECT COUNT(*) FROM attendance WHERE event_id = ${event.id}`), 1)
	await grantPoints(who, 150)
	assert.equal((await makeupOf(missed)).price, 100)
	expect(await makeUp(-2), 201)
	expect(await makeUp(-2), 200)
	assert.equal(await points(who), 50)
	const { items: [entry] } = expect(await who.get('/api/v1/me/points'), 200)
	assert.deepEqual([entry.source, entry.amount, entry.balance], ['makeup', -100, 50])
	expect(await makeUp(-1), 409, 'insufficient-points')
	assert.deepEqual((await makeupOf(missed)).left, 1)
})

test('the price is taken from what expires first, and not from points that have expired', async () => {
	const { event, who, makeUp } = await missedDays([-4], {}, { makeups: 3, price: 100 })
	await grantPoints(who, 250, { 'expires-days': 1 })
	await grantPoints(who, 60)
	expect(await makeUp(-3), 201)
	assert.deepEqual(expect(await who.get('/api/v1/me'), 200).expiring.map(({ points }) => points), [150])
	clock.set(startOfDay(event.zone, addDays(event.today, 2)))
	const late = customer(who.subject)
	assert.equal(await points(late), 60)
	expect(await late.post(`${event.path}/attendance/${addDays(event.today, -2)}`), 409, 'insufficient-points')
	clock.reset()
	assert.equal((await dojangctl('audit')).ok, true)
})

test('a day that staff removed can be made up again, and costs again', async () => {
	const { event, who, makeUp, day } = await missedDays([-3], {}, { price: 100 })
	await grantPoints(who, 500)
	expect(await makeUp(-2), 201)
	await sql(`DELETE FROM attendance WHERE event_id = ${event.id} AND date = '${day(-2)}'`)
	expect(await makeUp(-2), 201)
	assert.equal(await points(who), 300)
})

test('a made-up day pays only if the event says so', async () => {
	for (const pays of [0, 1]) {
		const { event, makeUp, who } = await missedDays([-3], {}, { pays })
		await dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'every', '--points', 7)
		assert.equal(expect(await makeUp(-2), 201).paid.points, 7 * pays)
		assert.equal(expect(await makeUp(-2), 200).paid.points, 7 * pays)
		assert.equal(await points(who), 7 * pays)
	}
})

test('twenty requests at the same moment: no more days than allowed, each paid once', async () => {
	const { event, who, makeUp } = await missedDays([-5], {}, { makeups: 2, price: 10 })
	await grantPoints(who, 1000)
	const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => makeUp(-1 - i % 4)))
	assert.deepEqual(tally(answers.filter(({ status }) => status === 201)), { 201: 2 })
	assert.ok(answers.every(({ status, body }) => status < 300 || body.reason === 'none-left'))
	assert.equal(await count(`SELECT COUNT(*) FROM attendance WHERE event_id = ${event.id} AND source = 'makeup'`), 2)
	assert.equal(await points(who), 980)
})

test('an event that has not begun, and a token that is missing', async () => {
	const { event, makeUp, day } = await missedDays([-3])
	await sql(`UPDATE events SET ends_on = '${day(-1)}', version = version + 1 WHERE id = ${event.id}`)
	expect(await makeUp(-2), 409, 'event-not-running')
	expect(await call('POST', `${event.path}/attendance/${day(-2)}`), 401, 'unauthorized')
})

test('dojangctl sets the numbers; once the event has begun they do not become fewer', async () => {
	const slug = unique('m'), { today } = await freshEvent()
	await dojangctl('event', 'create', '--slug', slug, '--name', 'Made up', '--starts', today, '--ends', addDays(today, 9),
		'--makeup', 2, '--makeup-back', 3, '--makeup-price', 50, '--open')
	const shown = () => dojangctl('event', 'options', '--slug', slug)
	const of = ({ makeup, makeup_back, makeup_price, makeup_pays }) => [makeup, makeup_back, makeup_price, makeup_pays]
	assert.deepEqual(of(await shown()), [2, 3, 50, false])
	await assert.rejects(dojangctl('event', 'options', '--slug', slug, '--makeup', 1), /makeups: cannot become fewer/)
	await dojangctl('event', 'options', '--slug', slug, '--makeup', 4, '--makeup-price', 0, '--makeup-pays', 'yes')
	assert.deepEqual(of(await shown()), [4, 3, 0, true])
})
