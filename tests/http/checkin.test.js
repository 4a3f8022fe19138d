// SPDX-License-Identifier: MIT
// Checking in: once a day, and every field of the response.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, customer, expect, tally } from './client.js'
import { DAY, addDays, attended, count, dateIn, freshEvent, now, rfc3339, sql, startOfDay, unique } from './harness.js'

const THREE = [{ at: 1 }, { at: 2 }, { at: 3 }]
const checkIn = (who, event) => who.post(`${event.path}/attendance`)

test('the first check-in of the day answers 201 with every field', async () => {
	const event = await freshEvent({ milestones: [{ at: 2 }, { at: 5 }] })
	const who = customer(unique('c'))
	const before = Math.floor(now() / 1000) * 1000
	const body = expect(await checkIn(who, event), 201)
	const { at, ...rest } = body
	assert.deepEqual(rest, {
		event: event.slug, date: event.today, already: false, count: 1, streak: 1, longest_streak: 1,
		next_check_in_at: rfc3339(startOfDay(event.zone, addDays(event.today, 1))),
		paid: { points: 0, wallet: 'dojang', parts: [] }, earned: [],
		next_milestone: { id: event.milestones[0].id, at: 2, remaining: 1 },
	})
	assert.ok(Date.parse(at) >= before && Date.parse(at) <= now(), `${at} is the instant of the request`)
})

test('the second check-in of the day answers 200 with the same body and already = true', async () => {
	const event = await freshEvent({ milestones: THREE })
	const who = customer(unique('c'))
	const first = expect(await checkIn(who, event), 201)
	for (let again = 0; again < 3; again++)
		assert.deepEqual(expect(await checkIn(who, event), 200), { ...first, already: true })
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), 1)
})

test('the body may be missing, an empty object, or have blanks around it', async () => {
	const event = await freshEvent()
	const who = customer(unique('c'))
	expect(await checkIn(who, event), 201)
	expect(await who.post(`${event.path}/attendance`, { body: {} }), 200)
	expect(await who.post(`${event.path}/attendance`, { body: ' {\n}\t' }), 200)
	expect(await who.post(`${event.path}/attendance`, { body: '{}', headers: { 'content-type': 'application/json; charset=utf-8' } }), 200)
	expect(await who.post(`${event.path}/attendance`, { body: '', headers: { 'content-type': null } }), 200)
})

test('the row contains the local date and the instant', async () => {
	const event = await freshEvent()
	const who = customer(unique('c'))
	const { at } = expect(await checkIn(who, event), 201)
	const rows = await sql(`SELECT a.date, a.at, a.source FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`)
	assert.deepEqual(rows, [{ date: event.today, at: at.replace('T', ' ').replace('Z', ''), source: 'check_in' }])
})

test('cumulative: gaps do not affect what is earned', async () => {
	const event = await freshEvent({ milestones: [{ at: 1 }, { at: 3 }, { at: 3 }, { at: 6 }] })
	const [, third, alsoThird, sixth] = event.milestones
	const subject = unique('c')
	await attended(event, { [subject]: [-9, -4] })
	const body = expect(await checkIn(customer(subject), event), 201)
	assert.deepEqual(body.earned, [{ milestone: third.id, at: 3 }, { milestone: alsoThird.id, at: 3 }])
	assert.deepEqual(body.next_milestone, { id: sixth.id, at: 6, remaining: 3 })
	assert.deepEqual([body.count, body.streak, body.longest_streak], [3, 1, 1])
})

test('consecutive: only days in a row count towards what is earned', async () => {
	const event = await freshEvent({ mode: 'consecutive', milestones: [{ at: 3 }, { at: 5 }] })
	const [third, fifth] = event.milestones
	const [inRow, withGap] = [unique('c'), unique('c')]
	await attended(event, { [inRow]: [-2, -1], [withGap]: [-5, -4, -1] })
	const run = expect(await checkIn(customer(inRow), event), 201)
	assert.deepEqual([run.streak, run.earned, run.next_milestone],
		[3, [{ milestone: third.id, at: 3 }], { id: fifth.id, at: 5, remaining: 2 }])
	const broken = expect(await checkIn(customer(withGap), event), 201)
	assert.deepEqual([broken.count, broken.streak, broken.longest_streak, broken.earned, broken.next_milestone],
		[4, 2, 2, [], { id: third.id, at: 3, remaining: 1 }])
})

test('consecutive: the longest run is kept, and the next milestone counts from the present run', async () => {
	const event = await freshEvent({ mode: 'consecutive', milestones: [{ at: 3 }, { at: 5 }] })
	const subject = unique('c')
	await attended(event, { [subject]: [-8, -7, -6, -5] })
	const body = expect(await checkIn(customer(subject), event), 201)
	assert.deepEqual([body.count, body.streak, body.longest_streak, body.earned, body.next_milestone],
		[5, 1, 4, [], { id: event.milestones[1].id, at: 5, remaining: 4 }])
})

test('one event counts days and days in a row, each milestone by its own basis', async () => {
	for (const mode of ['cumulative', 'consecutive']) {
		const event = await freshEvent({ mode, milestones: [{ at: 2, basis: 'count' }, { at: 3, basis: 'streak' }, { at: 4, basis: 'count' }, { at: 5 }] })
		const [, run, count] = event.milestones, [gaps, inRow] = [unique('c'), unique('c')]
		await attended(event, { [gaps]: [-7, -5, -3], [inRow]: [-2, -1] })
		const who = customer(gaps)
		const fourth = expect(await checkIn(who, event), 201)
		assert.deepEqual([fourth.count, fourth.streak, fourth.earned, fourth.next_milestone], [4, 1, [{ milestone: count.id, at: 4 }], { id: run.id, at: 3, remaining: 2 }])
		assert.deepEqual(expect(await checkIn(customer(inRow), event), 201).earned, [{ milestone: run.id, at: 3 }])
		const { milestones } = expect(await who.get(event.path), 200), own = mode === 'cumulative' ? 'count' : 'streak'
		assert.deepEqual(milestones.map(one => [one.basis, one.state, one.remaining_days]),
			[['count', 'claimable', 0], ['streak', 'locked', 2], ['count', 'claimable', 0], [own, 'locked', own === 'count' ? 1 : 4]])
		expect(await who.post(run.path), 409, 'not-eligible')
		expect(await who.post(count.path), 201)
		expect(await customer(inRow).post(run.path), 201)
		expect(await customer(inRow).post(count.path), 409, 'not-eligible')
	}
})

test('when every milestone is reached, next_milestone is null', async () => {
	const event = await freshEvent({ milestones: [{ at: 1 }] })
	const body = expect(await checkIn(customer(unique('c')), event), 201)
	assert.deepEqual([body.earned, body.next_milestone], [[{ milestone: event.milestones[0].id, at: 1 }], null])
})

test('on the last day next_check_in_at is null', async () => {
	const event = await freshEvent({ from: -3, to: 0 })
	const who = customer(unique('c'))
	assert.equal(expect(await checkIn(who, event), 201).next_check_in_at, null)
	assert.equal(expect(await checkIn(who, event), 200).next_check_in_at, null)
	assert.equal(expect(await who.get(event.path), 200).participation.next_check_in_at, null)
})

test('streaks: ends today, ends yesterday, missed a day', async () => {
	const event = await freshEvent()
	const table = [
		{ sentence: 'a run up to yesterday continues', days: [-3, -2, -1], before: [3, 3, 3], after: [4, 4, 4] },
		{ sentence: 'a run up to the day before yesterday is over', days: [-4, -3, -2], before: [3, 0, 3], after: [4, 1, 3] },
		{ sentence: 'one day, yesterday', days: [-1], before: [1, 1, 1], after: [2, 2, 2] },
		{ sentence: 'nothing yet', days: [], before: [0, 0, 0], after: [1, 1, 1] },
		{ sentence: 'two runs, the longer one past', days: [-9, -8, -7, -6, -2, -1], before: [6, 2, 4], after: [7, 3, 4] },
		{ sentence: 'today has been imported', days: [-1, 0], before: [2, 2, 2], after: [2, 2, 2], already: true },
	].map(row => ({ ...row, subject: unique('c') }))
	await attended(event, Object.fromEntries(table.map(row => [row.subject, row.days])))
	const figures = body => [body.count, body.streak, body.longest_streak]
	for (const { sentence, subject, days, before, after, already = false } of table) {
		const who = customer(subject)
		const view = expect(await who.get(`${event.path}/attendance`), 200)
		assert.deepEqual(figures(view), before, sentence)
		const { participation } = expect(await who.get(event.path), 200)
		assert.deepEqual(figures(participation), before, sentence)
		assert.equal(participation.checked_in_today, days.includes(0), sentence)
		const body = expect(await checkIn(who, event), already ? 200 : 201)
		assert.deepEqual([...figures(body), body.already], [...after, already], sentence)
		assert.deepEqual(figures(expect(await who.get(`${event.path}/attendance`), 200)), after, sentence)
	}
})

test('after the event the streak is the run that ends on its last day', async () => {
	const event = await freshEvent({ from: -20, to: -5 })
	const [upToEnd, not] = [unique('c'), unique('c')]
	await attended(event, { [upToEnd]: [-7, -6, -5], [not]: [-8, -7, -6] })
	assert.equal(expect(await customer(upToEnd).get(`${event.path}/attendance`), 200).streak, 3)
	assert.equal(expect(await customer(not).get(`${event.path}/attendance`), 200).streak, 0)
})

test('a check-in before the start or after the end is refused, and no row is written', async () => {
	for (const [from, to] of [[1, 5], [-5, -1]]) {
		const event = await freshEvent({ from, to })
		expect(await checkIn(customer(unique('c')), event), 409, 'event-not-running')
		assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), 0)
	}
})

test('the first and the last day belong to the event', async () => {
	for (const [from, to] of [[0, 5], [-5, 0], [0, 0]])
		expect(await checkIn(customer(unique('c')), await freshEvent({ from, to })), 201)
})

test('today is a date in the event\'s time zone', async () => {
	const zones = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'America/New_York']
	const dates = new Set()
	for (const zone of zones) {
		const event = await freshEvent({ zone })
		const body = expect(await checkIn(customer(unique('c')), event), 201)
		assert.equal(body.date, dateIn(zone), zone)
		assert.equal(body.next_check_in_at, rfc3339(startOfDay(zone, addDays(body.date, 1))), zone)
		assert.ok(Date.parse(body.next_check_in_at) - now() <= DAY + 3600e3, zone)
		dates.add(body.date)
	}
	assert.ok(dates.size > 1, 'the zones are on different dates')
})

test('a draft and an event that does not exist are the same 404', async () => {
	const draft = await freshEvent({ open: false })
	const who = customer(unique('c'))
	for (const path of [draft.path, '/api/v1/events/no-such-event']) {
		expect(await who.post(`${path}/attendance`), 404, 'not-found')
		expect(await who.get(`${path}/attendance`), 404, 'not-found')
		expect(await who.get(path), 404, 'not-found')
		expect(await who.get(`${path}/milestones`), 404, 'not-found')
	}
	expect(await call('POST', `${draft.path}/attendance`), 401, 'unauthorized')
})

test('2,000 customers over 64 connections, some twice at the same instant: one row each', async () => {
	const event = await freshEvent({ milestones: THREE })
	const customers = Array.from({ length: 2000 }, (_, i) => customer(`${event.slug}-${i}`))
	const twice = customers.filter((_, i) => i % 8 === 0)
	const answers = await Promise.all(customers.flatMap((who, i) => Array.from({ length: i % 8 === 0 ? 2 : 1 }, () => checkIn(who, event))))
	assert.deepEqual(tally(answers), { 201: customers.length, 200: twice.length })
	const rows = await sql(`SELECT COUNT(*) AS rows_, COUNT(DISTINCT a.user_id) AS customers, COUNT(DISTINCT a.date) AS dates, MIN(u.subject) LIKE '${event.slug}-%' AS own
		FROM attendance a JOIN events e ON e.id = a.event_id JOIN users u ON u.id = a.user_id WHERE e.slug = '${event.slug}'`)
	assert.deepEqual(rows, [{ rows_: '2000', customers: '2000', dates: '1', own: '1' }])
})
