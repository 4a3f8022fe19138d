// SPDX-License-Identifier: MIT
// Lists and their cursors: points, claims, events.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customer, expect, expectFields } from './client.js'
import { addDays, attended, dojangctl, freshEvent, now, rfc3339, sql, unique } from './harness.js'

/** A customer with this number of points claims. */
async function withClaims(number) {
	const event = await freshEvent({ milestones: Array.from({ length: number }, (_, i) => ({ at: 1, points: i + 1, name: `Product ${i}` })) })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	for (const milestone of event.milestones)
		expect(await who.post(milestone.path), 201)
	return { who, event }
}

/** All pages of a list, following next. */
async function pages(who, path, limit) {
	const found = []
	for (let cursor = null, rounds = 0; rounds === 0 || cursor; rounds++) {
		assert.ok(rounds < 1000, 'the list ends')
		const query = new URLSearchParams({ limit, ...(cursor ? { cursor } : {}) })
		const page = expect(await who.get(`${path}?${query}`), 200)
		found.push(page.items)
		cursor = page.next
	}
	return found
}

test('me: a new id, the username of the token, no points', async () => {
	const [one, other] = [customer(unique('a')), customer(unique('b'))]
	const me = expect(await one.get('/api/v1/me'), 200)
	assert.deepEqual(me, { id: me.id, username: one.subject, points: 0, expiring: [] })
	assert.equal(expect(await one.get('/api/v1/me'), 200).id, me.id)
	assert.notEqual(expect(await other.get('/api/v1/me'), 200).id, me.id)
})

test('me: the username follows the token\'s claim', async () => {
	const subject = unique('c')
	const { id } = expect(await customer(subject, { username: '민지' }).get('/api/v1/me'), 200)
	assert.deepEqual(expect(await customer(subject, { username: 'Minji "K" <k>' }).get('/api/v1/me'), 200), { id, username: 'Minji "K" <k>', points: 0, expiring: [] })
})

test('subjects are compared byte by byte', async () => {
	const subject = unique('Case')
	const ids = new Set()
	const same = [subject, subject.toLowerCase(), `${subject} `, ` ${subject}`, `${subject}\u00e9`, `${subject}e\u0301`, `${subject}e`]
	for (const one of same)
		ids.add(expect(await customer(one).get('/api/v1/me'), 200).id)
	assert.equal(ids.size, same.length)
})

test('points: newest first, page by page, with the balance after each entry', async () => {
	const { who } = await withClaims(5)
	const all = expect(await who.get('/api/v1/me/points'), 200)
	assert.equal(all.next, null)
	assert.deepEqual(all.items.map(entry => [entry.amount, entry.balance, entry.reason]),
		[[5, 15, 'Product 4'], [4, 10, 'Product 3'], [3, 6, 'Product 2'], [2, 3, 'Product 1'], [1, 1, 'Product 0']])
	assert.deepEqual((await pages(who, '/api/v1/me/points', 2)).map(page => page.length), [2, 2, 1])
	assert.deepEqual((await pages(who, '/api/v1/me/points', 2)).flat(), all.items)
	assert.deepEqual((await pages(who, '/api/v1/me/points', 5)).map(page => page.length), [5], 'a full last page has no next')
	assert.deepEqual((await pages(who, '/api/v1/me/points', 1)).flat(), all.items)
})

test('claims: newest first, page by page, of all events', async () => {
	const { who, event } = await withClaims(3)
	const other = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: null, name: 'AirPods' }] })
	await attended(other, { [who.subject]: [0] })
	expect(await who.post(other.milestones[0].path), 201)
	const all = expect(await who.get('/api/v1/me/claims'), 200)
	assert.deepEqual(all.items.map(claim => [claim.event, claim.milestone, claim.product.kind]), [
		[other.slug, other.milestones[0].id, 'item'],
		...event.milestones.map(milestone => [event.slug, milestone.id, 'points']).reverse()])
	assert.deepEqual((await pages(who, '/api/v1/me/claims', 3)).flat(), all.items)
})

test('claims: state, coupon and tracking as staff have set them', async () => {
	const { who } = await withClaims(2)
	const [second, first] = expect(await who.get('/api/v1/me/claims'), 200).items
	await sql(`UPDATE claims SET state = 'shipped', tracking = '6012-3456' WHERE id = ${first.id}`)
	await sql(`UPDATE claims SET state = 'cancelled', coupon = 'WELCOME-1' WHERE id = ${second.id}`)
	const { items } = expect(await who.get('/api/v1/me/claims'), 200)
	assert.deepEqual(items, [{ ...second, state: 'cancelled', coupon: 'WELCOME-1' }, { ...first, state: 'shipped', tracking: '6012-3456' }])
	await sql(`UPDATE claims SET state = 'claimed', coupon = NULL WHERE id = ${second.id}`)         // not a real cancellation, so the audit must not check it
})

test('lists contain only the caller\'s own data', async () => {
	await withClaims(1)
	const stranger = customer(unique('c'))
	for (const path of ['/api/v1/me/points', '/api/v1/me/claims'])
		assert.deepEqual(expect(await stranger.get(path), 200), { items: [], next: null })
})

test('cursors that are changed, of another caller or of another list: 400 naming cursor', async () => {
	const [one, other] = [await withClaims(3), await withClaims(3)]
	const cursor = expect(await one.who.get('/api/v1/me/points?limit=1'), 200).next
	const get = (who, path, value) => who.get(`${path}?limit=1&cursor=${encodeURIComponent(value)}`)
	expect(await get(one.who, '/api/v1/me/points', cursor), 200)
	expect(await one.who.get(`/api/v1/me/points?cursor=${cursor}&limit=2`), 200)
	const changed = Array.from(cursor, (letter, i) => cursor.slice(0, i) + (letter === 'A' ? 'B' : 'A') + cursor.slice(i + 1))
	for (const bad of [...changed, '', 'x', cursor.slice(1), cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, ` ${cursor}`, cursor.repeat(2), '0', '-1', `${cursor}\n`])
		expectFields(await get(one.who, '/api/v1/me/points', bad), 400, 'bad-request', 'cursor')
	for (const [who, path] of [[other.who, '/api/v1/me/points'], [one.who, '/api/v1/me/claims'], [one.who, '/api/v1/events']])
		expectFields(await get(who, path, cursor), 400, 'bad-request', 'cursor')
	const claims = expect(await one.who.get('/api/v1/me/claims?limit=1'), 200).next
	expectFields(await get(one.who, '/api/v1/me/points', claims), 400, 'bad-request', 'cursor')
})

test('cursors: new items at the front do not affect the following pages', async () => {
	const { who } = await withClaims(4)
	const first = expect(await who.get('/api/v1/me/points?limit=2'), 200)
	const event = await freshEvent({ milestones: [{ at: 1, points: 9 }] })
	await attended(event, { [who.subject]: [-1] })
	expect(await who.post(event.milestones[0].path), 201)
	const second = expect(await who.get(`/api/v1/me/points?limit=2&cursor=${first.next}`), 200)
	assert.deepEqual([...first.items, ...second.items].map(entry => entry.amount), [4, 3, 2, 1])
	assert.equal(second.next, null)
})

test('events: running, coming and claimable ones, newest start first; no drafts, no ended ones', async () => {
	const until = days => rfc3339(now() + days * 86400e3)
	const events = {
		coming: await freshEvent({ from: 20, to: 30 }),
		running: await freshEvent({ from: -1, to: 30 }),
		lastDay: await freshEvent({ from: -6, to: 0 }),
		withoutDeadline: await freshEvent({ from: -40, to: -1, milestones: [{ at: 1, until: null }] }),
		claimable: await freshEvent({ from: -50, to: -1, milestones: [{ at: 1, until: until(5) }] }),
	}
	const closed = await freshEvent({ from: -60, to: -10, milestones: [{ at: 1, until: until(1) }] })
	await sql(`UPDATE milestones SET claim_until = '${until(-1).replace('T', ' ').replace('Z', '')}' WHERE id = ${closed.milestones[0].id}`)
	const hidden = [await freshEvent({ open: false }), await freshEvent({ from: -30, to: -1 }), closed]
	const who = customer(unique('c'))
	const items = (await pages(who, '/api/v1/events', 200)).flat()
	const slugs = items.map(item => item.event)
	assert.deepEqual(slugs.filter(slug => Object.values(events).some(event => event.slug === slug)), Object.values(events).map(event => event.slug))
	for (const event of hidden)
		assert.ok(!slugs.includes(event.slug), `${event.slug} (${event.starts} to ${event.ends}) is not listed`)
	const states = Object.fromEntries(Object.entries(events).map(([name, event]) => [name, items.find(item => item.event === event.slug).state]))
	assert.deepEqual(states, { coming: 'coming', running: 'running', lastDay: 'running', withoutDeadline: 'ended', claimable: 'ended' })
	const starts = items.map(item => item.starts_on)
	assert.deepEqual(starts, [...starts].sort().reverse())
	assert.deepEqual((await pages(who, '/api/v1/events', 1)).flat(), items)
	assert.deepEqual((await pages(who, '/api/v1/events', 3)).flat(), items)
})

test('event: all fields; the item of the list is the same without milestones and participation', async () => {
	const event = await freshEvent({ from: -1, to: 9, zone: 'Europe/Berlin', mode: 'consecutive', milestones: [{ at: 1, points: 10, name: 'Ten' }] })
	const who = customer(unique('c'))
	const { milestones, daily_points: rules, participation, ...summary } = expect(await who.get(event.path), 200)
	assert.deepEqual(summary, { event: event.slug, name: `Test ${event.slug}`, description: '', image: null, terms: null, mode: 'consecutive', stamped_by: 'customer',
		time_zone: 'Europe/Berlin', starts_on: addDays(event.today, -1), ends_on: addDays(event.today, 9), today: event.today, state: 'running' })
	const { items } = expect(await who.get(`${event.path}/milestones`), 200)
	assert.deepEqual(milestones, items)
	assert.deepEqual(rules, [])
	assert.equal(participation.checked_in_today, false)
	assert.deepEqual((await pages(who, '/api/v1/events', 200)).flat().find(item => item.event === event.slug), summary)
})

test('customers see what dojangctl changes of an event and a product; other fields stay', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 1 }] }), who = customer(unique('c'))
	const seen = async () => {
		const { name, description, image, terms, milestones: [{ product }] } = expect(await who.get(event.path), 200)
		return { name, description, image, terms, product: { name: product.name, image: product.image, tax_note: product.tax_note } }
	}
	const before = await seen(), product = event.milestones[0].product
	await dojangctl('event', 'edit', '--slug', event.slug, '--description', 'Line 1\nLine 2', '--image', '/a.png', '--terms', '약관')
	await dojangctl('product', 'edit', '--product', product, '--image', '/b.png', '--tax-note', '세금')
	const texts = { ...before, description: 'Line 1\nLine 2', image: '/a.png', terms: '약관' }
	assert.deepEqual(await seen(), { ...texts, product: { ...before.product, image: '/b.png', tax_note: '세금' } })
	await dojangctl('event', 'edit', '--slug', event.slug, '--image', '')
	await dojangctl('product', 'edit', '--product', product, '--tax-note', '')
	assert.deepEqual(await seen(), { ...texts, image: null, product: { ...before.product, image: '/b.png', tax_note: null } })
})
