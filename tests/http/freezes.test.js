// SPDX-License-Identifier: MIT
// Freezes: a missed day keeps the streak alive, once, and counts for nothing.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { customer, expect } from './client.js'
import { addDays, attended, clock, count, dojangctl, freshEvent, sql, startOfDay, unique } from './harness.js'

afterEach(() => clock.reset())

async function frozenEvent(freezes, every = 0, options = {}) {
	const event = await freshEvent({ mode: 'consecutive', ...options })
	await sql(`UPDATE events SET freezes = ${freezes}, freeze_every = ${every}, version = version + 1 WHERE slug = '${event.slug}'`)
	return event
}
const of = ({ count, streak, longest_streak }) => [count, streak, longest_streak]
const view = async (event, who) => {
	const body = expect(await who.get(event.path), 200), calendar = expect(await who.get(`${event.path}/attendance?month=${event.today.slice(0, 7)}`), 200)
	assert.deepEqual(of(body.participation), of(calendar))
	return { ...body.participation, sources: calendar.sources, dates: calendar.dates }
}

test('a freeze keeps the streak alive over yesterday, and the check-in uses it', async () => {
	const event = await frozenEvent(1, 0, { milestones: [{ at: 3, points: 10 }, { at: 4, points: 10 }] })
	const who = customer(unique('c')), missed = addDays(event.today, -1)
	await attended(event, { [who.subject]: [-3, -2] })
	const before = await view(event, who)
	assert.deepEqual([of(before), before.freezes], [[2, 2, 2], { left: 0, used_on: [missed] }])
	const body = expect(await who.post(`${event.path}/attendance`), 201)
	assert.deepEqual([of(body), body.earned.map(({ at }) => at), body.next_milestone.remaining], [[3, 3, 3], [3], 1], 'the frozen day is not counted')
	assert.deepEqual(of(expect(await who.post(`${event.path}/attendance`), 200)), of(body))
	const after = await view(event, who)
	assert.deepEqual([of(after), after.freezes], [[3, 3, 3], { left: 0, used_on: [missed] }])
	assert.ok(!after.dates.includes(missed), 'a frozen day is not a date')
	if (missed.slice(0, 7) === event.today.slice(0, 7))
		assert.deepEqual(after.sources, { [missed]: 'freeze' })
	expect(await who.post(event.milestones[0].path), 201)
	expect(await who.post(event.milestones[1].path), '409 /problems/not-eligible')
	assert.equal((await dojangctl('audit')).ok, true)
	await sql(`UPDATE attendance SET date = '${addDays(event.today, -4)}' WHERE date = '${addDays(event.today, -3)}' AND event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`)
	assert.equal((await dojangctl('audit')).ok, true, 'one day is missing between each two')
	await sql(`UPDATE attendance SET date = '${addDays(event.today, -5)}' WHERE date = '${addDays(event.today, -4)}' AND event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`)
	await assert.rejects(dojangctl('audit'), /claim_run/, 'a freeze never covers two days')
	await sql(`UPDATE attendance SET date = '${addDays(event.today, -3)}' WHERE date = '${addDays(event.today, -5)}' AND event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`)
})

test('a streak milestone of an event that counts all days uses the freezes', async () => {
	const event = await frozenEvent(1, 0, { mode: 'cumulative', milestones: [{ at: 3, points: 10, basis: 'streak' }, { at: 4, points: 10 }] })
	const [joined, apart] = [customer(unique('c')), customer(unique('c'))]
	await attended(event, { [joined.subject]: [-3, -2], [apart.subject]: [-6, -5, -2] })
	assert.deepEqual(expect(await joined.post(`${event.path}/attendance`), 201).earned.map(({ milestone }) => milestone), [event.milestones[0].id])
	assert.deepEqual(expect(await apart.post(`${event.path}/attendance`), 201).earned.map(({ milestone }) => milestone), [event.milestones[1].id])
	expect(await joined.post(event.milestones[0].path), 201)
	expect(await apart.post(event.milestones[0].path), '409 /problems/not-eligible')
	expect(await apart.post(event.milestones[1].path), 201)
})

test('one freeze covers one day: not two in a row, and not two days apart', async () => {
	const event = await frozenEvent(1)
	const [two, apart] = [customer(unique('c')), customer(unique('c'))]
	await attended(event, { [two.subject]: [-4, -3], [apart.subject]: [-4, -2] })
	assert.deepEqual((await view(event, two)).freezes, { left: 1, used_on: [] })
	assert.deepEqual(of(expect(await two.post(`${event.path}/attendance`), 201)), [3, 1, 2])
	assert.deepEqual(of(await view(event, apart)), [2, 0, 2])
	assert.deepEqual(of(expect(await apart.post(`${event.path}/attendance`), 201)), [3, 1, 2])
	assert.deepEqual((await view(event, apart)).freezes, { left: 0, used_on: [addDays(event.today, -3)] })
})

test('used freezes come back with every n check-ins, never beyond the number at the start', async () => {
	const event = await frozenEvent(1, 3)
	const who = customer(unique('c')), full = customer(unique('c'))
	await attended(event, { [who.subject]: [-6, -4, -3, -1], [full.subject]: [-6, -5, -4, -3, -2, -1] })
	assert.deepEqual((await view(event, full)).freezes, { left: 1, used_on: [] })
	assert.deepEqual((await view(event, who)).freezes, { left: 0, used_on: [-5, -2].map(day => addDays(event.today, day)) })
	assert.deepEqual(of(await view(event, who)), [4, 4, 4])
})

test('the streak ends at midnight after a second missed day', async () => {
	const event = await frozenEvent(2)
	const subject = unique('c')
	await attended(event, { [subject]: [-2, -1] })
	const at = async days => {
		clock.set(startOfDay(event.zone, addDays(event.today, days)) + 1000)
		return expect(await customer(subject).get(`${event.path}/attendance`), 200).streak
	}
	assert.deepEqual([await at(1), await at(2)], [2, 0])
})

test('points for a day of the streak are paid over a frozen day', async () => {
	const event = await frozenEvent(1)
	await dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'streak:3', '--points', 30)
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-3, -2] })
	assert.equal(expect(await who.get(event.path), 200).participation.pays_today, 30)
	assert.equal(expect(await who.post(`${event.path}/attendance`), 201).paid.points, 30)
})

test('a day that staff add later leaves the frozen day frozen', async () => {
	const event = await frozenEvent(1)
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-4, -2, -1] })
	expect(await who.get('/api/v1/me'), 200)
	await sql(`INSERT INTO attendance (event_id, user_id, date, at, source) SELECT e.id, u.id, '${addDays(event.today, -6)}', UTC_TIMESTAMP(), 'staff'
		FROM events e JOIN users u WHERE e.slug = '${event.slug}' AND u.subject = '${who.subject}'`)
	const body = expect(await who.post(`${event.path}/attendance`), 201)
	assert.deepEqual(of(body), [5, 4, 4])
	assert.deepEqual((await view(event, who)).freezes, { left: 0, used_on: [addDays(event.today, -3)] })
})

test('an event without freezes says nothing of them', async () => {
	const event = await freshEvent()
	const body = expect(await customer(unique('c')).get(event.path), 200)
	assert.deepEqual([body.freezes, body.participation.freezes], [undefined, undefined])
})

test('dojangctl creates an event with freezes, and changes them until it begins', async () => {
	const slug = unique('f'), day = await freshEvent()
	await dojangctl('event', 'create', '--slug', slug, '--name', 'Frozen', '--starts', addDays(day.today, 5), '--ends', addDays(day.today, 9), '--freezes', 2, '--freeze-every', 7, '--open')
	assert.deepEqual(expect(await customer(unique('c')).get(`/api/v1/events/${slug}`), 200).freezes, { most: 2, every: 7 })
	await dojangctl('event', 'options', '--slug', slug, '--freezes', 1)
	assert.equal(await count(`SELECT freezes * 100 + freeze_every FROM events WHERE slug = '${slug}'`), 107)
	await assert.rejects(dojangctl('event', 'options', '--slug', day.slug, '--freezes', 1), /has begun/)
})
