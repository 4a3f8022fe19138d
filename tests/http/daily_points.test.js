// SPDX-License-Identifier: MIT
// Points for checking in: what each day pays, once, within the limits, and what responses say of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customer, expect, tally } from './client.js'
import { addDays, attended, count, dojangctl, freshEvent, sql, unique } from './harness.js'

const CUSTOMERS = 400
const NOTHING = { points: 0, wallet: 'dojang', parts: [] }
const EVERY = { when: 'every', points: 10 }

/** An event that pays: rules is { every: 10, 'streak:7/7': 50 }. */
async function payingEvent(rules, { perCustomer, budget, ...options } = {}) {
	const event = await freshEvent(options)
	for (const [when, points] of Object.entries(rules))
		await dojangctl('daily-points', 'add', '--event', event.slug, '--when', when, '--points', points)
	if (perCustomer !== undefined || budget !== undefined)
		await dojangctl('daily-points', 'limit', '--event', event.slug, '--per-customer', perCustomer ?? 'unlimited', '--budget', budget ?? 'unlimited')
	return event
}
/** Repeats after 503, as clients do: on a slow machine a lock on the budget can take longer than a request waits. */
async function checkIn(who, event, tries = 10) {
	const answer = await who.post(`${event.path}/attendance`)
	return answer.status === 503 && tries > 1 ? checkIn(who, event, tries - 1) : answer
}
const paid = async (who, event, status = 201) => expect(await checkIn(who, event), status).paid
const balance = async who => expect(await who.get('/api/v1/me'), 200).points

test('a check-in pays the sum of all rules that match, in balance and ledger', async () => {
	const event = await payingEvent({ every: 10, 'streak:3': 7, 'streak:3/3': 50, 'streak:4': 1000 })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-2, -1] })
	const body = expect(await checkIn(who, event), 201)
	assert.deepEqual(body.paid, { points: 67, wallet: 'dojang', parts: [EVERY, { when: 'streak', n: 3, points: 7 }, { when: 'streak', n: 3, cycle: 3, points: 50 }] })
	assert.equal(await balance(who), 67)
	const [entry, ...others] = expect(await who.get('/api/v1/me/points'), 200).items
	assert.deepEqual([entry.amount, entry.balance, entry.reason, others], [67, 67, `Test ${event.slug}`, []])
	const [row] = await sql(`SELECT n.source, n.reference = CONCAT_WS('-', e.id, n.user_id, '${body.date}') AS is_of_the_day
		FROM point_entries n JOIN events e WHERE e.slug = '${event.slug}' AND n.id = ${entry.id}`)
	assert.deepEqual(row, { source: 'check_in', is_of_the_day: '1' })
})

test('repeated, it reports what was paid and pays nothing, also when the rules have changed since', async () => {
	const event = await payingEvent({ every: 10 })
	const who = customer(unique('c'))
	const first = expect(await checkIn(who, event), 201)
	assert.deepEqual(expect(await checkIn(who, event), 200), { ...first, already: true })
	await dojangctl('daily-points', 'remove', '--event', event.slug, '--when', 'every')
	await dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'every', '--points', 99)
	assert.deepEqual(await paid(who, event, 200), { points: 10, wallet: 'dojang', parts: [EVERY] })
	await dojangctl('daily-points', 'remove', '--event', event.slug, '--when', 'every')
	assert.deepEqual(await paid(who, event, 200), { points: 10, wallet: 'dojang', parts: [EVERY] })
	assert.equal(await balance(who), 10)
	assert.deepEqual(await paid(customer(unique('c')), event), NOTHING, 'without rules nothing is paid')
})

test('event, participation and calendar show rules, today, tomorrow and the paid days', async () => {
	const event = await payingEvent({ every: 10, 'streak:1/7': 1, 'streak:2/7': 5 }, { from: 0 })
	await dojangctl('daily-points', 'add', '--event', event.slug, '--when', `date:${event.ends}`, '--points', 100)
	await dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'weekday:sun', '--points', 3)
	await dojangctl('daily-points', 'remove', '--event', event.slug, '--when', 'weekday:sun')
	const who = customer(unique('c'))
	const before = expect(await who.get(event.path), 200)
	assert.deepEqual(before.daily_points, [EVERY, { when: 'streak', n: 1, cycle: 7, points: 1 }, { when: 'streak', n: 2, cycle: 7, points: 5 },
		{ when: 'date', date: event.ends, points: 100 }])
	assert.deepEqual([before.participation.pays_today, before.participation.pays_tomorrow], [11, 15])
	const { date } = expect(await checkIn(who, event), 201)
	const { participation } = expect(await who.get(event.path), 200)
	assert.deepEqual([participation.pays_today, participation.pays_tomorrow], [11, 15])
	const calendar = expect(await who.get(`${event.path}/attendance?month=${date.slice(0, 7)}`), 200)
	assert.deepEqual(calendar.paid, { [date]: 11 })
})

test('an event without rules pays nothing and says so', async () => {
	const event = await freshEvent()
	const who = customer(unique('c'))
	assert.deepEqual(await paid(who, event), NOTHING)
	const { daily_points, participation } = expect(await who.get(event.path), 200)
	assert.deepEqual([daily_points, participation.pays_today, participation.pays_tomorrow], [[], 0, 0])
	assert.deepEqual(expect(await who.get(`${event.path}/attendance`), 200).paid, {})
	assert.equal(await balance(who), 0)
})

test('imported days pay nothing, and change no payment', async () => {
	const event = await payingEvent({ every: 10, 'streak:2': 50 })
	const who = customer(unique('c'))
	assert.deepEqual(await paid(who, event), { points: 10, wallet: 'dojang', parts: [EVERY] })
	await attended(event, { [who.subject]: [-2, -1] })
	assert.equal((await paid(who, event, 200)).points, 10)
	assert.equal(await balance(who), 10)
})

test("a customer's limit is not exceeded by a single point; the check-in succeeds and says so", async () => {
	const event = await payingEvent({ every: 10, 'streak:3': 11 }, { perCustomer: 20 })
	const [within, beyond] = [customer(unique('c')), customer(unique('c'))]
	await attended(event, { [beyond.subject]: [-2, -1] })
	assert.equal((await paid(within, event)).points, 10)
	assert.deepEqual(await paid(beyond, event), { ...NOTHING, withheld: 'cap' })
	assert.deepEqual(await paid(beyond, event, 200), { ...NOTHING, withheld: 'cap' })
	assert.equal(await balance(beyond), 0)
	const { participation } = expect(await within.get(event.path), 200)
	assert.deepEqual([participation.pays_today, participation.pays_tomorrow], [10, 10])
})

test('a budget cannot be set below what was paid, and a day that is not of the event has no rule', async () => {
	const event = await payingEvent({ every: 10 })
	await paid(customer(unique('c')), event)
	await assert.rejects(dojangctl('daily-points', 'limit', '--event', event.slug, '--budget', 9), /budget.*at least the 10 points/s)
	assert.deepEqual(await dojangctl('daily-points', 'limit', '--event', event.slug, '--budget', 10), { event: event.slug, per_customer: null, budget: 10, paid: 10, wallet: 'dojang' })
	assert.deepEqual(await paid(customer(unique('c')), event), { ...NOTHING, withheld: 'budget' })
	await assert.rejects(dojangctl('daily-points', 'add', '--event', event.slug, '--when', `date:${addDays(event.ends, 1)}`, '--points', 1), /day of the event/)
	await assert.rejects(dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'every', '--points', 1), /already/)
	await assert.rejects(dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'streak:31/30', '--points', 1), /must be every/)
})

/** Ledger, balances, payments and budget of an event agree. Returns how many were paid, and the points. */
async function agree(event) {
	const [row] = await sql(`SELECT COUNT(*) AS customers, SUM(p.points > 0) AS paid, SUM(p.points) AS points,
		SUM(p.points = u.points) AS balances,
		SUM((SELECT COUNT(*) FROM point_entries n WHERE n.user_id = u.id)) AS entries,
		SUM((SELECT SUM(n.amount) FROM point_entries n WHERE n.user_id = u.id)) AS of_ledger
		FROM check_in_payments p JOIN events e ON e.id = p.event_id JOIN users u ON u.id = p.user_id WHERE e.slug = '${event.slug}'`)
	assert.equal(row.balances, row.customers, 'each balance is the payment')
	assert.equal(row.entries, row.paid, 'each payment has one entry')
	assert.equal(row.of_ledger, row.points, 'the ledger holds what was paid')
	return [Number(row.paid), Number(row.points)]
}

test(`${CUSTOMERS} customers tap twice at the same moment: each is paid once`, async () => {
	const event = await payingEvent({ every: 10, 'streak:2': 1 })
	const customers = Array.from({ length: CUSTOMERS }, (_, i) => customer(`${event.slug}-${i}`))
	await attended(event, Object.fromEntries(customers.map((who, i) => [who.subject, i % 2 ? [-1] : [-3]])))
	const answers = await Promise.all(customers.flatMap(who => [checkIn(who, event), checkIn(who, event)]))
	assert.deepEqual(tally(answers), { 200: CUSTOMERS, 201: CUSTOMERS })
	answers.forEach((answer, i) => assert.equal(answer.body.paid.points, Math.floor(i / 2) % 2 ? 11 : 10))
	assert.deepEqual(await agree(event), [CUSTOMERS, 10.5 * CUSTOMERS])
})

test('the same at the end of the budget: not a point too many, and as many check-ins', async () => {
	const budget = 7 * (CUSTOMERS / 2) + 3
	const event = await payingEvent({ every: 7 }, { budget })
	const customers = Array.from({ length: CUSTOMERS }, (_, i) => customer(`${event.slug}-${i}`))
	const answers = await Promise.all(customers.flatMap(who => [checkIn(who, event), checkIn(who, event)]))
	assert.deepEqual(tally(answers), { 200: CUSTOMERS, 201: CUSTOMERS })
	assert.equal(answers.filter(answer => answer.status === 201 && answer.body.paid.withheld === 'budget').length, CUSTOMERS / 2)
	assert.deepEqual(await agree(event), [CUSTOMERS / 2, budget - 3])
	assert.equal(await count(`SELECT SUM(remaining) FROM point_budgets b JOIN events e ON e.id = b.event_id WHERE e.slug = '${event.slug}'`), 3)
})
