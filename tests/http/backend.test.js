// SPDX-License-Identifier: MIT
// What the shop's backend reads: events with figures and stock, participants, customers, ledgers,
// filtered claims; and points for customers who have never been seen.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { call, customer, expect, expectFields } from './client.js'
import { addDays, addMilestone, attended, clock, count, demo, dojangctl, freshEvent, now, rfc3339, unique } from './harness.js'

afterEach(() => clock.reset())

const ask = (method, path, body, as = demo.api_key) => call(method, `/api/v1/shop${path}`, { as, body })

/** All items of a list, page by page. */
async function all(path, limit) {
	const items = []
	for (let cursor = ''; cursor !== null;) {
		const page = expect(await ask('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor && `&cursor=${cursor}`}`), 200)
		assert.ok(page.items.length <= limit)
		items.push(...page.items)
		cursor = page.next
	}
	return items
}

test('events: all of them, drafts too, newest first', async () => {
	const [open, draft] = [await freshEvent(), await freshEvent({ open: false })]
	await dojangctl('event', 'options', '--slug', open.slug, '--public', 'no')
	const items = await all('/events', 7)
	const [a, b] = [draft, open].map(event => items.findIndex(item => item.event === event.slug))
	assert.equal(b, a + 1)
	assert.deepEqual([items[a].is_draft, items[a].is_public, items[b].is_draft, items[b].is_public], [true, true, false, false])
	assert.equal(items.length, await count('SELECT COUNT(*) FROM events'))
	assert.equal(new Set(items.map(item => item.event)).size, items.length)
})

test('an event: figures of today and the stock of its products', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5 }, { at: 2, points: 300 }] })
	const [one, other] = [customer(unique('c')), customer(unique('c'))]
	await attended(event, { [one.subject]: [-2, -1], [other.subject]: [-1] })
	expect(await one.post(`${event.path}/attendance`), 201)
	expect(await one.post(event.milestones[0].path), 201)
	expect(await one.post(event.milestones[1].path), 201)
	const seen = expect(await ask('GET', `/events/${event.slug}`), 200)
	assert.deepEqual(seen.figures, { participants: 2, check_ins: 4, checked_in_today: 1, claims: 2, to_ship: 1, points_granted: 300 })
	assert.deepEqual(seen.milestones.map(({ id, at, product }) => [id, at, product.remain]), [[event.milestones[0].id, 1, 4], [event.milestones[1].id, 2, null]])
	expect(await ask('GET', '/events/no-such-event'), 404, 'not-found')
	assert.equal(expect(await ask('GET', `/events/${(await freshEvent({ open: false })).slug}`), 200).is_draft, true)
})

test('participants: count, streaks and last day of each, by cursor, which is bound to the event', async () => {
	const [event, other] = [await freshEvent(), await freshEvent()]
	const days = { [unique('a')]: [-9, -8, -7, -2, -1], [unique('b')]: [-5], [unique('c')]: [-3, 0], [unique('d')]: [-1, 0] }
	await attended(event, days)
	await attended(other, days)
	const items = await all(`/events/${event.slug}/participants`, 3)
	const found = Object.fromEntries(items.map(({ user, ...item }) => [user.subject, item]))
	const at = day => addDays(event.today, day)
	assert.deepEqual(Object.keys(days).map(subject => found[subject]), [
		{ count: 5, streak: 2, longest_streak: 3, last_date: at(-1) }, { count: 1, streak: 0, longest_streak: 1, last_date: at(-5) },
		{ count: 2, streak: 1, longest_streak: 1, last_date: at(0) }, { count: 2, streak: 2, longest_streak: 2, last_date: at(0) }])
	assert.equal(items.length, 4)
	assert.ok(items.every(({ user }) => user.issuer === demo.issuer.iss && user.id > 0))
	const { next } = expect(await ask('GET', `/events/${event.slug}/participants?limit=1`), 200)
	expectFields(await ask('GET', `/events/${other.slug}/participants?limit=1&cursor=${next}`), 400, 'bad-request', 'cursor')
	assert.deepEqual(await all(`/events/${(await freshEvent()).slug}/participants`, 5), [])
	expect(await ask('GET', '/events/no-such-event/participants'), 404, 'not-found')
})

test('customers: all but erased ones, newest first; a blocked one says so', async () => {
	const [one, blocked, erased] = [customer(unique('c')), customer(unique('c')), customer(unique('c'))]
	for (const who of [one, blocked, erased])
		expect(await who.get('/api/v1/me'), 200)
	await dojangctl('user', 'block', '--subject', blocked.subject, '--reason', 'a test')
	expect(await ask('DELETE', `/users/${erased.subject}`), 204)
	const items = await all('/users', 50)
	const [a, b] = [blocked, one].map(who => items.findIndex(item => item.subject === who.subject))
	assert.equal(b, a + 1)
	assert.deepEqual([items[a].state, items[b].state, items[b].points, items[b].username], ['blocked', 'active', 0, one.subject])
	assert.ok(!items.some(item => item.subject === erased.subject || item.subject === null))
	assert.equal(items.length, await count("SELECT COUNT(*) FROM users WHERE state <> 'removed'"))
})

test('points for a customer who was never seen create the customer; spending does not', async () => {
	const subject = unique('새 고객'), path = `/users/${encodeURIComponent(subject)}/points`
	expect(await ask('POST', path, { amount: -1, reference: unique('r'), reason: 'An order' }), 404, 'not-found')
	const change = { amount: 500, reference: unique('welcome'), reason: 'Welcome' }
	const first = expect(await ask('POST', path, change), 201)
	assert.deepEqual(expect(await ask('POST', path, change), 200), first)
	assert.deepEqual([first.balance, first.source, first.reference], [500, 'shop', change.reference])
	const me = expect(await customer(subject, { username: 'minji' }).get('/api/v1/me'), 200)
	assert.deepEqual([me.points, me.username], [500, 'minji'])
	expect(await ask('DELETE', `/users/${encodeURIComponent(subject)}`), 204)
})

test('an erased customer of a running event is not created again by a grant', async () => {
	const event = await freshEvent(), who = customer(unique('c'))
	expect(await who.post(`${event.path}/attendance`), 201)
	expect(await ask('DELETE', `/users/${who.subject}`), 204)
	expect(await ask('POST', `/users/${who.subject}/points`, { amount: 5, reference: unique('r'), reason: 'Welcome' }), 403, 'forbidden')
	expect(await ask('GET', `/users/${who.subject}`), 404, 'not-found')
})

test('a customer\'s ledger, for the backend and for the customer, has the references', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 100, name: 'Hundred' }] }), who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	const claim = expect(await who.post(event.milestones[0].path), 201)
	const order = unique('order')
	expect(await ask('POST', `/users/${who.subject}/points`, { amount: -30, reference: order, reason: 'An order' }), 201)
	const items = await all(`/users/${who.subject}/points`, 1)
	assert.deepEqual(items.map(entry => [entry.amount, entry.balance, entry.source, entry.reference, entry.reason]),
		[[-30, 70, 'shop', order, 'An order'], [100, 100, 'claim', String(claim.id), 'Hundred']])
	assert.deepEqual(expect(await who.get('/api/v1/me/points'), 200).items, items)
	const { next } = expect(await ask('GET', `/users/${who.subject}/points?limit=1`), 200)
	expectFields(await ask('GET', `/users/minji/points?limit=1&cursor=${next}`), 400, 'bad-request', 'cursor')
	expect(await ask('GET', `/users/${unique('nobody')}/points`), 404, 'not-found')
})

test('claims are filtered by event, state and time', async () => {
	const [event, other] = [await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 9 }] }), await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 9 }] })]
	await addMilestone(event, { at: 1, points: 5 })
	const who = customer(unique('c'))
	for (const each of [event, other])
		await attended(each, { [who.subject]: [-1] })
	const first = expect(await who.post(event.milestones[0].path), 201)
	const foreign = expect(await who.post(other.milestones[0].path), 201)
	clock.move(7200)
	const since = encodeURIComponent(rfc3339(now() - 60e3))
	const later = expect(await customer(who.subject).post(event.milestones[1].path), 201)
	expect(await ask('PATCH', `/claims/${first.id}`, { state: 'preparing' }), 200)
	const ids = async query => (await all(`/claims?${query}`, 2)).map(claim => claim.id)
	assert.deepEqual(await ids(`event=${event.slug}`), [later.id, first.id])
	assert.deepEqual(await ids(`event=${event.slug}&state=preparing`), [first.id])
	assert.deepEqual(await ids(`event=${event.slug}&since=${since}`), [later.id])
	assert.deepEqual(await ids(`event=${event.slug}&state=preparing&since=${since}`), [])
	assert.ok((await ids(`since=${since}`)).includes(later.id))
	assert.ok(!(await ids(`since=${since}`)).some(id => [first.id, foreign.id].includes(id)))
	assert.ok((await ids('state=preparing')).includes(first.id))
	expectFields(await ask('GET', '/claims?event=no-such-event'), 400, 'bad-request', 'event')
	expectFields(await ask('GET', '/claims?since=yesterday'), 400, 'bad-request', 'since')
	const { next } = expect(await ask('GET', `/claims?event=${event.slug}&limit=1`), 200)
	expectFields(await ask('GET', `/claims?event=${other.slug}&limit=1&cursor=${next}`), 400, 'bad-request', 'cursor')
})

test('a key that only reads can read, and nothing else', async () => {
	const { key } = await dojangctl('key', 'create', '--name', 'reader', '--scopes', 'events:read,claims:read,stock:read')
	for (const path of ['/events', `/events/${demo.event}`, `/events/${demo.event}/participants`, '/claims', '/products'])
		expect(await ask('GET', path, undefined, key), 200)
	for (const [method, path, body] of [['GET', '/users'], ['GET', '/users/minji/points'], ['GET', '/claims/1/address'], ['PATCH', '/claims/1', { state: 'shipped' }],
		['POST', '/products/1/stock', { delta: 1, reason: 'x', reference: 'x' }]])
		expect(await ask(method, path, body, key), 403, 'forbidden')
})

test('a retired product: no new milestone, hidden in lists, left out of copies; existing claims continue', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 50, stock: 9, threshold: 3 }] }), { product } = event.milestones[0]
	const [before, later] = [customer(unique('c')), customer(unique('c'))]
	await attended(event, { [before.subject]: [-1], [later.subject]: [-1] })
	expect(await before.post(event.milestones[0].path), 201)
	assert.equal((await dojangctl('product', 'retire', '--product', product)).id, product)
	await dojangctl('product', 'retire', '--product', product)
	const listed = async () => (await all('/products', 200)).some(item => item.id === product)
	assert.equal(await listed(), false)
	assert.ok(!(await dojangctl('product', 'list')).some(item => item.id === product))
	assert.equal((await dojangctl('product', 'list', '--with-retired')).find(item => item.id === product).retired, true)
	await assert.rejects(addMilestone(await freshEvent(), { at: 1, product }), /retired/)
	expect(await later.post(event.milestones[0].path), 201)
	assert.equal(expect(await ask('GET', `/events/${event.slug}`), 200).milestones[0].product.remain, 7)
	expect(await ask('POST', `/products/${product}/stock`, { delta: 1, reason: 'one came back', reference: unique('in') }), 201)
	await dojangctl('product', 'retire', '--product', product, '--retired', 'no')
	assert.equal(await listed(), true)
	await addMilestone(await freshEvent(), { at: 1, product })
	await assert.rejects(dojangctl('product', 'retire', '--product', 9007199254740991), /no such product/)
})
