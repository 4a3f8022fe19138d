// SPDX-License-Identifier: MIT
// A customer's view of an event: milestones with their state, participation, the calendar.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { customer, expect, expectFields } from './client.js'
import { DAY, addDays, addMilestone, attended, clock, count, freshEvent, now, rfc3339, sql, startOfDay, unique } from './harness.js'

afterEach(() => clock.reset())

const statesOf = async (who, event) => expect(await who.get(`${event.path}/milestones`), 200).items.map(item => item.state)

test('milestones: every field, lowest count first', async () => {
	const until = rfc3339(now() + DAY)
	const event = await freshEvent({ milestones: [{ at: 15, kind: 'item', stock: 3, name: 'AirPods', until }, { at: 5, points: 5000, name: '5,000 points' }] })
	const [goods, points] = event.milestones
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-2, -1] })
	assert.deepEqual(expect(await who.get(`${event.path}/milestones`), 200).items, [
		{ id: points.id, at: 5, basis: 'count', state: 'locked', remaining_days: 3, claim_until: null,
			product: { id: points.product, name: '5,000 points', kind: 'points', points: 5000, wallet: 'dojang', image: null, tax_note: null } },
		{ id: goods.id, at: 15, basis: 'count', state: 'locked', remaining_days: 13, claim_until: until,
			product: { id: goods.product, name: 'AirPods', kind: 'item', points: null, image: null, tax_note: null } },
	])
})

test('states: the first of claimed, closed, locked, sold_out, claimable that applies', async () => {
	const until = rfc3339(now() + DAY)
	const event = await freshEvent({ milestones: [
		{ at: 1, stock: 1, until }, { at: 1, stock: 0, until }, { at: 9, stock: 0, until }, { at: 1, stock: 5 }, { at: 1, stock: null }, { at: 9 }] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	assert.deepEqual((await statesOf(who, event)).slice(0, 4), ['claimable', 'sold_out', 'claimable', 'claimable'])
	expect(await who.post(event.milestones[0].path), 201)
	const before = Object.fromEntries(expect(await who.get(`${event.path}/milestones`), 200).items.map(item => [item.id, item.state]))
	const ids = event.milestones.map(milestone => milestone.id)
	assert.deepEqual(ids.map(id => before[id]), ['claimed', 'sold_out', 'locked', 'claimable', 'claimable', 'locked'])
	clock.move(2 * DAY / 1000)
	const later = Object.fromEntries(expect(await customer(who.subject).get(`${event.path}/milestones`), 200).items.map(item => [item.id, item.state]))
	assert.deepEqual(ids.map(id => later[id]), ['claimed', 'closed', 'closed', 'claimable', 'claimable', 'locked'])
})

test('remaining_days: from the count or from the present run; 0 when earned', async () => {
	const days = [-9, -8, -7, -6, -2, -1]
	const seen = {}
	for (const mode of ['cumulative', 'consecutive']) {
		const event = await freshEvent({ mode, milestones: [{ at: 4 }, { at: 8 }] })
		const who = customer(unique('c'))
		await attended(event, { [who.subject]: days })
		seen[mode] = expect(await who.get(event.path), 200).milestones.map(item => [item.state, item.remaining_days])
	}
	assert.deepEqual(seen, { cumulative: [['claimable', 0], ['locked', 2]], consecutive: [['claimable', 0], ['locked', 6]] })
})

test('a milestone that is added later is visible at once', async () => {
	const event = await freshEvent({ milestones: [{ at: 2 }] })
	const who = customer(unique('c'))
	assert.equal((await statesOf(who, event)).length, 1)
	expect(await who.post(`${event.path}/attendance`), 201)
	const added = await addMilestone(event, { at: 1 })
	assert.deepEqual(await statesOf(who, event), ['claimable', 'locked'])
	assert.deepEqual(expect(await who.post(`${event.path}/attendance`), 200).earned, [{ milestone: added.id, at: 1 }])
	expect(await who.post(added.path), 201)
})

test('a change of an event in the database is visible on every worker', async () => {
	const event = await freshEvent()
	const who = customer(unique('c'))
	await Promise.all(Array.from({ length: 64 }, () => who.get(`${event.path}/attendance`)))
	const known = await Promise.all(Array.from({ length: 64 }, async (_, i) => {
		const other = customer(`${event.slug}-${i}`)
		expect(await other.get('/api/v1/me'), 200)
		return other
	}))
	await sql(`UPDATE events SET ends_on = '${addDays(event.today, -1)}', starts_on = '${addDays(event.today, -9)}', version = version + 1 WHERE slug = '${event.slug}'`)
	const answers = await Promise.all(known.map(other => other.post(`${event.path}/attendance`)))
	for (const answer of answers)
		expect(answer, 409, 'event-not-running')
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), 0)
})

test('participation: next_check_in_at of a future, a running and an ended event', async () => {
	const zone = 'America/New_York'
	const table = [
		{ from: 2, to: 5, day: 2, state: 'coming' },
		{ from: -2, to: 5, day: 0, state: 'running' },
		{ from: -2, to: 5, day: 1, state: 'running', checkIn: true },
		{ from: -2, to: 0, day: 0, state: 'running' },
		{ from: -2, to: 0, day: null, state: 'running', checkIn: true },
		{ from: -5, to: -1, day: null, state: 'ended' },
	]
	for (const { from, to, day, state, checkIn = false } of table) {
		const event = await freshEvent({ zone, from, to })
		const who = customer(unique('c'))
		if (checkIn)
			expect(await who.post(`${event.path}/attendance`), 201)
		const body = expect(await who.get(event.path), 200)
		assert.equal(body.state, state)
		assert.deepEqual([body.participation.checked_in_today, body.participation.next_check_in_at],
			[checkIn, day === null ? null : rfc3339(startOfDay(zone, addDays(event.today, day)))], JSON.stringify({ from, to, checkIn }))
	}
})

test('calendar: the month\'s dates, the event\'s counts', async () => {
	const event = await freshEvent({ starts: '2026-01-15', ends: '2026-03-20' })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01', '2026-03-20'] })
	const months = { '2026-01': ['2026-01-31'], '2026-02': ['2026-02-01', '2026-02-28'], '2026-03': ['2026-03-01', '2026-03-20'], '2026-04': [], '1970-01': [], '9999-12': [] }
	for (const [month, dates] of Object.entries(months)) {
		const body = expect(await who.get(`${event.path}/attendance?month=${month}`), 200)
		assert.deepEqual([body.event, body.month, body.dates, body.count, body.longest_streak], [event.slug, month, dates, 5, 2])
	}
})

test('calendar: without month it is the current month in the event\'s time zone', async () => {
	for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
		const event = await freshEvent({ zone, from: -1 })
		const who = customer(unique('c'))
		expect(await who.post(`${event.path}/attendance`), 201)
		const body = expect(await who.get(`${event.path}/attendance`), 200)
		assert.deepEqual([body.month, body.dates], [event.today.slice(0, 7), [event.today]])
	}
})

test('calendar: an invalid month is 400 and names month', async () => {
	const event = await freshEvent()
	const who = customer(unique('c'))
	for (const month of ['', '2026', '2026-00', '2026-13', '2026-1', '202611', '2026-11-01', '26-11', '1969-12', '10000-01', '-2026-11', '2026-1a', 'november', '+2026-11', '2026-011', '２０２６-11'])
		expectFields(await who.get(`${event.path}/attendance?month=${encodeURIComponent(month)}`), 400, 'bad-request', 'month')
})
