// SPDX-License-Identifier: MIT
// Personal data: the export, the erasure and its log, and how long an erased customer is refused.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { customer, expect } from '../http/client.js'
import { DAY, addDays, clock, count, freshEvent, sql, unique } from '../http/harness.js'
import { staff } from './client.js'

afterEach(() => clock.reset())

const NAME = '<img src=x> "민지"'
/** A customer with a day, a claim, points and an address. */
async function someone(event) {
	const who = customer(unique('person'), { username: `${NAME} ${unique('shown')}` })
	expect(await who.post(`${event.path}/attendance`), 201)
	const claims = []
	for (const milestone of event.milestones)
		claims.push(expect(await who.post(milestone.path), 201))
	const { id, username } = expect(await who.get('/api/v1/me'), 200)
	return Object.assign(who, { id, username, claims })
}
const audited = (action, who, id) => count(`SELECT COUNT(*) FROM audit_entries WHERE action = '${action}' AND actor = 'staff:${who.id}' AND subject_id = ${id}`)
const shown = text => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

test('a manager exports everything that is stored about a customer, and each export is recorded', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 700 }, { at: 1, kind: 'item', stock: 2 }] }), who = await someone(event), manager = await staff('manager')
	const address = { name: '받는 사람', phone: '010-0000-0000', postcode: '04524', lines: ['서울'], country: 'KR', consent: true }
	expect(await who.call('PUT', `/api/v1/me/claims/${who.claims[1].id}/address`, { body: address }), 204)
	const path = `/admin/customers/${who.id}`
	assert.equal((await manager.get(`${path}/export`)).status, 405, 'viewing the page records nothing')
	const answer = await manager.send(`${path}/export`, {}, { from: path })
	assert.equal(answer.status, 200)
	assert.equal(answer.headers.get('content-disposition'), `attachment; filename="dojang-customer-${who.id}.json"`)
	assert.equal(answer.headers.get('cache-control'), 'no-store')
	const all = JSON.parse(answer.text)
	assert.deepEqual([all.subject, all.username, all.claims.length, all.point_entries.length, all.addresses[0].address.name], [who.subject, who.username, 2, 1, address.name])
	assert.equal(await audited('user.export', manager, who.id), 1)
})

test('a customer is erased by number, the records stay, and the log says what was deleted', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 700 }] }), who = await someone(event), owner = await staff('owner'), manager = await staff('manager')
	const path = `/admin/customers/${who.id}`
	assert.match((await owner.get(path)).text, /\/remove"/)
	assert.doesNotMatch((await manager.get(path)).text, /\/remove"/)
	const asked = (await owner.get(`${path}/remove`)).text
	assert.ok(asked.includes(shown(who.username)))
	assert.match(asked, /cannot be undone/)
	for (const number of [String(who.id + 1), '', 'x']) {
		const refused = await owner.send(`${path}/remove`, { number })
		assert.equal(refused.status, 422, number)
		assert.match(refused.text, /id="wrong-number"/)
	}
	assert.equal(await count(`SELECT COUNT(*) FROM users WHERE id = ${who.id} AND state = 'active'`), 1)
	assert.equal((await owner.send(`${path}/remove`, { number: String(who.id) })).location, path)
	assert.deepEqual(await sql(`SELECT subject, username, state, points FROM users WHERE id = ${who.id}`), [{ subject: null, username: null, state: 'removed', points: '700' }])
	expect(await who.get('/api/v1/me'), 403, 'forbidden')
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE user_id = ${who.id}`), 1)
	assert.equal(await audited('user.remove', owner, who.id), 1)
	const log = await owner.get('/admin/removals')
	assert.match(log.text, new RegExp(`href="/admin/customers/${who.id}"`))
	const pages = await Promise.all([path, '/admin/removals', '/admin/removals.csv', '/admin/audit', '/admin/customers'].map(page => owner.get(page)))
	for (const secret of [who.subject, who.username, shown(who.username)])
		assert.equal(pages.some(page => page.text.includes(secret)), false)
	assert.equal((await owner.send(`${path}/remove`, { number: String(who.id) })).location, path, 'removed already')
	assert.equal((await owner.send(`${path}/export`, {}, { from: '/admin/customers' })).status, 404)
	assert.equal(await count(`SELECT COUNT(*) FROM removals WHERE user_id = ${who.id}`), 1)
})

test('an event that is extended refuses its erased customers until the new end', async () => {
	const event = await freshEvent({ to: 2 }), who = await someone(event), owner = await staff('owner')
	assert.equal((await owner.send(`/admin/customers/${who.id}/remove`, { number: String(who.id) })).status, 303)
	const edit = `/admin/events/${event.slug}/edit`, page = (await owner.get(edit)).text
	const typed = name => page.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))?.[1] ?? ''
	const saved = await owner.send(edit, { name: typed('name'), starts: event.starts, ends: addDays(event.today, 9), mode: 'cumulative', time_zone: event.zone })
	assert.equal(saved.status, 303, saved.text.match(/class="error"[^<]*<?[^<]*/g)?.join(' '))
	clock.move(5 * DAY / 1000)
	expect(await customer(who.subject).get('/api/v1/me'), 403, 'forbidden')
	clock.move(6.5 * DAY / 1000)
	assert.notEqual(expect(await customer(who.subject).get('/api/v1/me'), 200).id, who.id)
})

test('a token without a name keeps an existing name, and a new customer is named by the subject', async () => {
	const subject = unique('named')
	expect(await customer(subject, { username: '민지' }).get('/api/v1/me'), 200)
	assert.equal(expect(await customer(subject).get('/api/v1/me'), 200).username, '민지')
	assert.deepEqual(await sql(`SELECT username FROM users WHERE subject = '${subject}'`), [{ username: '민지' }])
	const other = unique('nameless')
	assert.equal(expect(await customer(other).get('/api/v1/me'), 200).username, other)
	assert.equal(expect(await customer(other, { username: '준' }).get('/api/v1/me'), 200).username, '준')
})
