// SPDX-License-Identifier: MIT
// Local midnight: the date changes with the event's calendar and at no other time.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { customer, expect } from './client.js'
import { DAY, addDays, attended, clock, dateIn, freshEvent, rfc3339, startOfDay, unique } from './harness.js'

afterEach(() => clock.reset())

/** Waits until a second has just begun on the machine's clock, and so on the servers' clock. */
const untilFullSecond = () => wait(1000 - Date.now() % 1000 + 5)

/** Check-ins of new customers in the seconds around an instant. The expected date follows from the instant in the response. */
async function around(event, instant, each) {
	const seen = new Set()
	for (let tries = 0; tries < 5 && !(seen.has(instant - 1000) && seen.has(instant)); tries++) {
		for (const second of [instant - 1000, instant]) {
			await untilFullSecond()
			clock.set(second + Date.now() % 1000)
			const body = expect(await each(customer(unique('c'))), 201)
			assert.equal(body.date, dateIn(event.zone, Date.parse(body.at)), `at ${body.at}`)
			const next = startOfDay(event.zone, addDays(body.date, 1))
			assert.equal(body.next_check_in_at, body.date === event.ends ? null : rfc3339(next), `at ${body.at}`)
			seen.add(Date.parse(body.at))
		}
	}
	assert.ok(seen.has(instant - 1000) && seen.has(instant), `check-ins happened in the second before ${rfc3339(instant)} and in the one after`)
}

for (const zone of ['Asia/Seoul', 'America/New_York', 'Asia/Kathmandu']) {
	test(`the last second of a day and the first of the next in ${zone}`, async () => {
		const event = await freshEvent({ zone })
		await around(event, startOfDay(zone, addDays(event.today, 1)), who => who.post(`${event.path}/attendance`))
	})
}

test('one customer before and after midnight: two rows, a run of two', async () => {
	const event = await freshEvent({ mode: 'consecutive', milestones: [{ at: 2 }] })
	const subject = unique('c')
	const midnight = startOfDay(event.zone, addDays(event.today, 1))
	clock.set(midnight - 60e3)
	assert.deepEqual(expect(await customer(subject).post(`${event.path}/attendance`), 201).earned, [])
	clock.set(midnight)
	const body = expect(await customer(subject).post(`${event.path}/attendance`), 201)
	assert.deepEqual([body.date, body.count, body.streak, body.earned], [addDays(event.today, 1), 2, 2, [{ milestone: event.milestones[0].id, at: 2 }]])
	expect(await customer(subject).post(`${event.path}/attendance`), 200)
})

test('a run does not end while today has no check-in; it ends at midnight after a missed day', async () => {
	const event = await freshEvent({ mode: 'consecutive' })
	const subject = unique('c')
	await attended(event, { [subject]: [-2, -1] })
	const streakAt = async instant => {
		clock.set(instant)
		return expect(await customer(subject).get(`${event.path}/attendance`), 200).streak
	}
	const midnight = startOfDay(event.zone, addDays(event.today, 1))
	assert.deepEqual([await streakAt(midnight - 30e3), await streakAt(midnight)], [2, 0])
})

test('an event begins and ends at midnight in its time zone', async () => {
	const zone = 'America/New_York'
	const event = await freshEvent({ zone, from: 1, to: 2, milestones: [{ at: 1, until: null }] })
	const [start, end] = [startOfDay(zone, event.starts), startOfDay(zone, addDays(event.ends, 1))]
	const subject = unique('c')
	const at = async (instant, status, type) => {
		clock.set(instant)
		return expect(await customer(subject).post(`${event.path}/attendance`), status, type)
	}
	const stateAt = async instant => {
		clock.set(instant)
		return expect(await customer(subject).get(event.path), 200).state
	}
	await at(start - 30e3, 409, 'event-not-running')
	expect(await customer(subject).post(event.milestones[0].path), 409, 'event-not-running')
	assert.deepEqual([await stateAt(start - 30e3), await stateAt(start)], ['coming', 'running'])
	await at(start, 201)
	expect(await customer(subject).post(event.milestones[0].path), 201)
	assert.equal((await at(end - 30e3, 201)).next_check_in_at, null)
	assert.deepEqual([await stateAt(end - 30e3), await stateAt(end)], ['running', 'ended'])
	await at(end, 409, 'event-not-running')
	await at(end + 300 * DAY, 409, 'event-not-running')
})

test('days of 23 and 25 hours: daylight saving in New York', async () => {
	const zone = 'America/New_York'
	const year = Number(dateIn(zone).slice(0, 4)) + 1
	const event = await freshEvent({ zone, starts: `${year}-01-01`, ends: `${year}-12-31` })
	const lengths = new Map()
	for (let date = `${year}-01-01`; date <= `${year}-12-30`; date = addDays(date, 1))
		lengths.set((startOfDay(zone, addDays(date, 1)) - startOfDay(zone, date)) / 3600e3, date)
	assert.deepEqual([...lengths.keys()].sort(), [23, 24, 25])
	for (const hours of [23, 25]) {
		const date = lengths.get(hours)
		const [start, next] = [startOfDay(zone, date), startOfDay(zone, addDays(date, 1))]
		const subject = unique('c')
		for (const [instant, status, day] of [[start, 201, date], [next - 30e3, 200, date], [next, 201, addDays(date, 1)]]) {
			clock.set(instant)
			const body = expect(await customer(subject).post(`${event.path}/attendance`), status)
			assert.deepEqual([body.date, body.next_check_in_at], [day, rfc3339(startOfDay(zone, addDays(day, 1)))], `${hours} hours`)
		}
	}
})

test('a day whose midnight daylight saving skips begins at its first moment', async () => {
	const zone = 'Africa/Cairo'
	const year = Number(dateIn(zone).slice(0, 4)) + 1
	let skipped = null
	for (let date = `${year}-01-01`; date <= `${year}-12-30` && !skipped; date = addDays(date, 1))
		if (new Intl.DateTimeFormat('sv-SE', { timeZone: zone, timeStyle: 'short' }).format(startOfDay(zone, date)) !== '00:00')
			skipped = date
	assert.ok(skipped, 'this system\'s calendar has such a day')
	const event = await freshEvent({ zone, starts: `${year}-01-01`, ends: `${year}-12-31` })
	clock.set(startOfDay(zone, skipped) - 30e3)
	const body = expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
	assert.deepEqual([body.date, body.next_check_in_at], [addDays(skipped, -1), rfc3339(startOfDay(zone, skipped))])
})
