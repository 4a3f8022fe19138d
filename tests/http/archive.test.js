// SPDX-License-Identifier: MIT
// Archived events: customers, staff and the shop's backend see the same data as before, and nothing
// can be added.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { staff } from '../console/client.js'
import { call, customer, expect } from './client.js'
import { addDays, attended, count, demo, dojangctl, freshEvent, sql, unique } from './harness.js'

const key = demo.api_key
const rows = (table, event) => count(`SELECT COUNT(*) FROM ${table} a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`)
const refused = async (what, words) => assert.rejects(what, words)
const days = event => [0, 1, 2, 4, 5].map(day => addDays(event.starts, day))

async function ended(milestones = []) {
	const event = await freshEvent({ from: -20, to: -5, milestones })
	const who = [customer(unique('c')), customer(unique('c'))]
	await attended(event, { [who[0].subject]: days(event), [who[1].subject]: days(event).slice(1) })
	return { event, who }
}
/** Everything that is visible of the event's days: customers' calls, the shop's calls, the console's page. */
async function seen({ event, who }, owner) {
	const month = event.starts.slice(0, 7)
	const own = await Promise.all(who.flatMap(one => [`${event.path}`, `${event.path}/attendance?month=${month}`, `${event.path}/milestones`].map(path => one.get(path))))
	const shop = await Promise.all(who.map(one => call('GET', `/api/v1/shop/users/${one.subject}?export=1`, { as: key })))
	const id = await count(`SELECT id FROM users WHERE subject = '${who[0].subject}'`)
	const page = await owner.get(`/admin/customers/${id}?event=${event.slug}&month=${month}`)
	return JSON.stringify([own.map(answer => expect(answer, 200)), shop.map(answer => expect(answer, 200)),
		page.text.replace(/name="_(token|form)" value="[^"]*"|nonce="[^"]*"/g, '')])
}

test('the visible data stays the same, half archived and completely archived', async () => {
	const [owner, one] = [await staff('owner'), await ended([{ at: 4 }, { at: 6 }])]
	const before = await seen(one, owner)
	assert.match(before, /"count":5/)
	const first = await count(`SELECT MIN(a.user_id) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${one.event.slug}'`)
	const ofFirst = `WHERE user_id = ${first} AND event_id = (SELECT id FROM events WHERE slug = '${one.event.slug}')`
	await sql(`INSERT INTO attendance_archive SELECT * FROM attendance ${ofFirst}`)
	await sql(`DELETE FROM attendance ${ofFirst}`)
	assert.equal(await seen(one, owner), before, 'the days of one customer were moved')
	const outcome = await dojangctl('event', 'archive', '--event', one.event.slug)
	assert.equal(outcome.moved + await count(`SELECT COUNT(*) FROM attendance_archive ${ofFirst}`), 9)
	assert.deepEqual([await rows('attendance', one.event), await rows('attendance_archive', one.event)], [0, 9])
	assert.equal(await seen(one, owner), before, 'all were moved')
	assert.equal((await dojangctl('event', 'archive', '--event', one.event.slug)).moved, 0)
	assert.equal((await dojangctl('audit')).ok, true)
})

test('a reward that was earned can be claimed, one that was not cannot', async () => {
	const { event, who } = await ended([{ at: 4 }, { at: 6 }])
	await dojangctl('event', 'archive', '--event', event.slug)
	expect(await who[0].post(`${event.path}/milestones/${event.milestones[0].id}/claim`), 201)
	expect(await who[0].post(`${event.path}/milestones/${event.milestones[0].id}/claim`), 200)
	expect(await who[0].post(`${event.path}/milestones/${event.milestones[1].id}/claim`), 409, 'not-eligible')
	expect(await customer(unique('c')).post(`${event.path}/milestones/${event.milestones[0].id}/claim`), 409, 'not-eligible')
	assert.equal((await dojangctl('audit')).ok, true)
})

test('only ended events can be archived, and then no day and no later end can be added', async () => {
	const running = await freshEvent()
	await refused(dojangctl('event', 'archive', '--event', running.slug), /has not been over/)
	const yesterday = await freshEvent({ from: -20, to: -1 })
	await refused(dojangctl('event', 'archive', '--event', yesterday.slug), /has not been over/)
	await refused(dojangctl('event', 'archive', '--event', unique('none')), /no event/)
	const { event, who } = await ended()
	await dojangctl('event', 'archive', '--event', event.slug)
	const file = join(dirname(demo.settings_file), unique('days'))
	writeFileSync(file, `${who[0].subject},${addDays(event.starts, 8)}\n`)
	await refused(dojangctl('attendance', 'import', '--event', event.slug, '--file', file), /archived/)
	const manager = await staff('manager'), id = await count(`SELECT id FROM users WHERE subject = '${who[0].subject}'`)
	for (const act of ['add', 'remove']) {
		const day = act === 'add' ? addDays(event.starts, 8) : event.starts
		const answer = await manager.send(`/admin/customers/${id}/day`, { event: event.slug, what: act, day, reason: 'asked for' },
			{ from: `/admin/customers/${id}/day?event=${event.slug}&day=${day}` })
		assert.notEqual(answer.status, 303, `${act}: ${answer.status}`)
	}
	const page = await manager.get(`/admin/events/${event.slug}/edit`)
	assert.equal(page.status, 200)
	assert.deepEqual([await rows('attendance', event), await rows('attendance_archive', event)], [0, 9])
})
