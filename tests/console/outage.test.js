// SPDX-License-Identifier: MIT
// A day on which the service was down: named, previewed, counted for customers who came the day
// before or after, and undone.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { addDays, addMilestone, attended, clock, count, dojangctl, freshEvent, sql, startOfDay, unique } from '../http/harness.js'
import { customer, expect } from '../http/client.js'
import { hidden, staff } from './client.js'

afterEach(() => clock.reset())

const done = answer => assert.deepEqual([answer.status, answer.text], [303, ''], answer.text.match(/role="alert">[^<]*|class="error"[^<]*<?[^<]*/g)?.join(' '))
/** The event's outage rows. */
const outages = event => sql(`SELECT o.* FROM outages o JOIN events e ON e.id = o.event_id WHERE e.slug = '${event.slug}' ORDER BY o.id`)
const rows = event => count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}' AND a.source = 'outage'`)
/** Loads a page until it shows no remaining work. */
async function settled(who, path) {
	for (let i = 0; i < 200; i++) {
		const page = await who.get(path)
		assert.equal(page.status, 200)
		if (!/<progress/.test(page.text))
			return page.text
		assert.equal(page.headers.get('refresh'), '3')
		await new Promise(resolve => setTimeout(resolve, 50))
	}
	throw new Error(`${path} does not end`)
}
const idOf = async subject => (await sql(`SELECT id FROM users WHERE subject = '${subject}'`))[0].id

async function shop() {
	const event = await freshEvent({ from: -8, to: 8, milestones: [{ at: 2, points: 100 }] })
	const [before, after, both, itself, far] = ['before', 'after', 'both', 'itself', 'far'].map(unique)
	await attended(event, { [before]: [-5], [after]: [-3], [both]: [-5, -3], [itself]: [-5, -4], [far]: [-6] })
	return { event, before, after, both, itself, far, day: addDays(event.today, -4) }
}

test('a day is previewed, counted and undone, and each step is in the audit log', async () => {
	const manager = await staff('manager'), { event, before, after, itself, far, day } = await shop()
	const planned = await manager.send(`/admin/events/${event.slug}/outages/new`, { day, reason: 'the database was down' })
	done(planned)
	const path = planned.location
	assert.match(path, /^\/admin\/outages\/\d+$/)
	const page = await settled(manager, path)
	assert.match(page, /Nothing has changed yet/)
	assert.match(page, /<dt>Customers who get the day<\/dt><dd>3<\/dd>/)
	assert.equal(await rows(event), 0)

	const ask = await manager.get(`${path}/apply`)
	assert.match(ask.text, /for customers: 3/)
	const wrong = await manager.send(`${path}/apply`, { day: addDays(day, 1) })
	assert.equal(wrong.status, 409)
	assert.match(wrong.text, /This is not the day of this outage/)
	assert.equal((await manager.send(`${path}/apply`, {})).status, 422)
	assert.equal(await rows(event), 0)
	done(await manager.send(`${path}/apply`, { day }))
	assert.match(await settled(manager, path), /word-applied/)
	assert.equal(await rows(event), 3)
	for (const [subject, by] of [[before, 'outage'], [after, 'outage'], [itself, 'import'], [far, undefined]])
		assert.equal((await sql(`SELECT source FROM attendance a JOIN users u ON u.id = a.user_id WHERE u.subject = '${subject}' AND a.date = '${day}'`))[0]?.source, by)
	const calendar = (await manager.get(`/admin/customers/${await idOf(before)}?event=${event.slug}&month=${day.slice(0, 7)}`)).text
	assert.match(calendar, /stamped by-staff by-outage"><span>\d+<span class="away"> counted for an outage/)

	const claim = expect(await customer(before).post(event.milestones[0].path), 201)
	const [outage] = await outages(event)
	assert.deepEqual([outage.state, Number(outage.added), Number(outage.expected)], ['applied', 3, 3])
	done(await manager.send(`${path}/undo`, { day }))
	assert.match(await settled(manager, path), /Claims that were made because of it remain/)
	assert.equal(await rows(event), 0)
	assert.equal((await sql(`SELECT state FROM claims WHERE id = ${claim.id}`))[0].state, 'claimed')
	const log = await sql(`SELECT action, before_change, after_change FROM audit_entries WHERE subject = 'outage' AND subject_id = ${outage.id} ORDER BY id`)
	assert.deepEqual(log.map(entry => entry.action), ['outage.apply', 'outage.applied', 'outage.undo', 'outage.undone'])
	assert.equal(JSON.parse(log[1].before_change).days, 0)
	assert.equal(JSON.parse(log[1].after_change).days, 3)
	assert.deepEqual([JSON.parse(log[3].before_change).days, JSON.parse(log[3].after_change).days], [3, 0])
	const audit = await dojangctl('audit')
	for (const check of audit.checks.filter(check => /outage|claim_earned/.test(check.check)))
		assert.deepEqual(check.faults, [], check.promise)
})

test('days that cannot be named are refused with a reason, and today needs a confirmation', async () => {
	const manager = await staff('manager'), viewer = await staff('viewer'), { event, day } = await shop(), path = `/admin/events/${event.slug}/outages/new`
	for (const wrong of [addDays(event.today, 1), addDays(event.today, -30)])
		assert.match((await manager.send(path, { day: wrong, reason: 'x' })).text, /Not a past day of this open event/)
	const today = await manager.send(path, { day: event.today, reason: 'x' })
	assert.equal(today.status, 409)
	assert.match(today.text, /Today is not over yet/)
	done(await manager.send(path, { day: event.today, reason: 'x', is_today_meant: 'yes' }))
	assert.match((await manager.get(`/admin/outages/${(await outages(event))[0].id}`)).text, /tomorrow is better/)
	assert.equal((await viewer.send(path, { day, reason: 'x' }, { from: '/admin/' })).status, 403)
	assert.equal(await rows(event), 0)
})

test('a customer who checks in on a day that counts already keeps it after an undo', async () => {
	const event = await freshEvent(), [comes, stays] = [unique('c'), unique('c')], who = customer(comes)
	await attended(event, { [comes]: [-1], [stays]: [-1] })
	const { id } = await dojangctl('outage', 'plan', '--event', event.slug, '--day', event.today, '--reason', 'a fault', '--today')
	await dojangctl('outage', 'apply', '--id', id, '--day', event.today)
	const first = expect(await who.post(`${event.path}/attendance`), 200)
	assert.deepEqual([first.already, first.count], [true, 2])
	assert.equal(expect(await who.post(`${event.path}/attendance`), 200).at, first.at)
	await dojangctl('outage', 'undo', '--id', id, '--day', event.today)
	assert.equal(expect(await who.get(`${event.path}/attendance`), 200).count, 2)
	assert.equal(expect(await customer(stays).get(`${event.path}/attendance`), 200).count, 1)
	assert.equal(expect(await customer(stays).post(`${event.path}/attendance`), 201).count, 2)
	assert.deepEqual((await dojangctl('audit')).ok, true)
})

test('a day is counted once, and a form sent twice names it once', async () => {
	const manager = await staff('manager'), { event, day } = await shop(), path = `/admin/events/${event.slug}/outages/new`
	const page = (await manager.get(path)).text, form = { _token: hidden(page, '_token'), _form: hidden(page, '_form'), day, reason: 'twice' }
	const answers = await Promise.all([1, 2, 3].map(() => manager.request(path, { method: 'POST', form })))
	assert.deepEqual(answers.map(answer => answer.status), [303, 303, 303])
	const [{ id }] = await outages(event)
	assert.equal((await outages(event)).length, 1)
	const apply = `/admin/outages/${id}/apply`, both = await Promise.all([0, 1].map(() => manager.send(apply, { day })))
	for (const answer of both)
		assert.ok([303, 409].includes(answer.status))
	await settled(manager, `/admin/outages/${id}`)
	assert.equal(await rows(event), 3)
	assert.equal((await manager.send(path, { day, reason: 'again' })).status, 409)
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE subject = 'outage' AND subject_id = ${id} AND action = 'outage.applied'`), 1)
})

test('opening the page continues interrupted work', async () => {
	const manager = await staff('manager'), viewer = await staff('viewer'), { event, day } = await shop()
	done(await manager.send(`/admin/events/${event.slug}/outages/new`, { day, reason: 'died' }))
	const [{ id }] = await outages(event)
	await settled(manager, `/admin/outages/${id}`)
	await sql(`UPDATE outages SET state = 'applying', position = 0 WHERE id = ${id}`)      // the state after a worker died after the first commit
	await settled(viewer, `/admin/outages/${id}`)
	assert.equal(await rows(event), 3)
	assert.equal((await outages(event))[0].state, 'applied')
	await sql(`INSERT INTO audit_entries (at, actor, action, subject, subject_id) VALUES (UTC_TIMESTAMP(), 'x', 'outage.apply', 'outage', ${id})`)
})

test('the summaries are correct afterwards', async () => {
	const manager = await staff('manager'), { event, day } = await shop(), overview = `/admin/?event=${event.slug}`, list = `/admin/customers?event=${event.slug}&sort=count`
	await settled(manager, list)
	await settled(manager, overview)
	done(await manager.send(`/admin/events/${event.slug}/outages/new`, { day, reason: 'down' }))
	const [{ id, event_id }] = await outages(event)
	await settled(manager, `/admin/outages/${id}`)
	done(await manager.send(`/admin/outages/${id}/apply`, { day }))
	const counted = async () => (JSON.parse((await sql(`SELECT data FROM summaries WHERE event_id = ${event_id}`))[0]?.data ?? '{}').days ?? [])
		.find(item => item.date === day)?.count
	for (let i = 0; i < 200 && await counted() !== 4; i++)
		await new Promise(resolve => setTimeout(resolve, 50))
	assert.equal(await counted(), 4)
	const wrong = `SELECT COUNT(*) FROM participants p WHERE event_id = ${event_id} AND days <> (SELECT COUNT(*) FROM attendance a WHERE a.event_id = p.event_id AND a.user_id = p.user_id)`
	for (let i = 0; i < 200 && await count(wrong) > 0; i++)
		await new Promise(resolve => setTimeout(resolve, 50))
	assert.equal(await count(wrong), 0)
})

test('dojangctl does the same', async () => {
	const { event, day } = await shop()
	const plan = await dojangctl('outage', 'plan', '--event', event.slug, '--day', day, '--reason', 'down')
	assert.equal(plan.customers, 3)
	await assert.rejects(dojangctl('outage', 'apply', '--id', plan.id, '--day', event.today))
	assert.equal((await dojangctl('outage', 'apply', '--id', plan.id, '--day', day)).added, 3)
	assert.equal(await rows(event), 3)
	assert.equal((await dojangctl('outage', 'list', '--event', event.slug))[0].state, 'applied')
	assert.equal((await dojangctl('outage', 'undo', '--id', plan.id, '--day', day)).taken_back, 3)
	assert.equal(await rows(event), 0)
})

test('a reward that was earned stays earned, also when the counted day joins two streaks', async () => {
	const event = await freshEvent({ mode: 'consecutive', from: 0, to: 20 }), subject = unique('earns'), who = () => customer(subject)     // a new token each day
	const onDay = number => clock.set(startOfDay(event.zone, addDays(event.today, number)) + 3600e3)
	const milestone = async () => expect(await who().get(event.path), 200).milestones[0]
	const come = async number => { onDay(number); expect(await who().post(`${event.path}/attendance`), 201) }
	for (const number of [1, 2, 3])
		await come(number)
	onDay(4)
	await addMilestone(event, { at: 3, points: 100 })
	for (const number of [5, 6, 7])
		await come(number)
	assert.equal((await milestone()).state, 'claimable')
	onDay(8)
	const day = addDays(event.today, 4)
	const { id } = await dojangctl('outage', 'plan', '--event', event.slug, '--day', day, '--reason', 'a fault')
	assert.equal((await dojangctl('outage', 'apply', '--id', id, '--day', day)).added, 1)
	assert.equal(expect(await who().get(event.path), 200).participation.longest_streak, 7)
	assert.equal((await milestone()).state, 'claimable')
	expect(await who().post(event.milestones[0].path), 201)
	const audit = await dojangctl('audit')
	assert.deepEqual(audit.checks.filter(check => /claim_earned/.test(check.check)).flatMap(check => check.faults), [])
})
