// SPDX-License-Identifier: MIT
// The shop's backend: keys and scopes, points once per reference, fulfilment, stock, customers and
// their erasure.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CONNECTIONS, call, customer, expect, expectFields, tally } from './client.js'
import { attended, clock, count, databaseClient, demo, dojangctl, freshEvent, freshProduct, now, sql, unique, workers } from './harness.js'
import { until } from './issuers.js'
import { lock } from '../faults/lock.js'

const ALL = 'users:read,users:export,users:delete,points:write,claims:write,stock:write,events:read,claims:read,stock:read,attendance:write,payouts:write'
const shop = (key = demo.api_key) => (method, path, body) => call(method, `/api/v1/shop${path}`, { as: key, body })
const ask = shop()

/** A customer who has signed in and been granted points. */
async function known(points = 0) {
	const who = customer(unique('c'))
	expect(await who.get('/api/v1/me'), 200)
	if (points)
		expect(await ask('POST', `/users/${who.subject}/points`, { amount: points, reference: unique('r'), reason: 'a start' }), 201)
	return who
}
const balance = async who => expect(await who.get('/api/v1/me'), 200).points

const CALLS = [
	['users:read', 'GET', '/users'], ['users:read', 'GET', '/users/nobody'], ['users:read', 'GET', '/users/nobody/points'], ['users:delete', 'DELETE', '/users/nobody'],
	['points:write', 'POST', '/users/nobody/points', { amount: 1, reference: 'x', reason: 'x' }],
	['attendance:write', 'POST', '/users/nobody/attendance', { event: 'nothing', reference: 'x', source: 'other' }], ['attendance:write', 'DELETE', '/users/nobody/attendance/x'],
	['events:read', 'GET', '/events'], ['events:read', 'GET', '/events/nothing'], ['events:read', 'GET', '/events/nothing/participants'],
	['claims:write claims:read', 'GET', '/claims'], ['claims:write', 'PATCH', '/claims/9007199254740991', { state: 'shipped' }],
	['payouts:write', 'GET', '/payouts'], ['payouts:write', 'PATCH', '/payouts', { ids: [9007199254740991], state: 'paid' }],
	['stock:write stock:read', 'GET', '/products'], ['stock:write', 'POST', '/products/9007199254740991/stock', { delta: 1, reference: 'x', reason: 'x' }],
]

test('each call needs its own scope', async () => {
	for (const scope of ALL.split(',')) {
		const { key } = await dojangctl('key', 'create', '--name', 'one scope', '--scopes', scope)
		for (const [needed, method, path, body] of CALLS) {
			const answer = await shop(key)(method, path, body)
			assert.equal(answer.status === 403, !needed.split(' ').includes(scope), `${scope}: ${method} ${path} answered ${answer.status}`)
		}
	}
})

test('an invalid key is 401 on every call', async () => {
	const { id, key } = await dojangctl('key', 'create', '--name', 'to be revoked', '--scopes', ALL)
	const other = (await dojangctl('key', 'create', '--name', 'another', '--scopes', ALL)).key
	expect(await shop(key)('GET', '/products'), 200)
	await dojangctl('key', 'revoke', '--key', id)
	const swapped = `djk_${id}_${other.split('_').slice(2).join('_')}`
	const bad = [key, swapped, customer('minji').token, 'djk_', 'djk_1_', `djk_0_${'A'.repeat(43)}`, `djk_99999999_${'A'.repeat(43)}`,
		`djk_-1_${'A'.repeat(43)}`, `${other}A`, other.slice(0, -1), other.replace('djk', 'DJK'), ' ']
	for (const as of bad)
		for (const [, method, path, body] of CALLS)
			expect(await shop(as)(method, path, body), 401, 'unauthorized')
	expect(await call('GET', '/api/v1/shop/products'), 401, 'unauthorized')
})

test('a key is valid until it expires', async () => {
	const { key } = await dojangctl('key', 'create', '--name', 'short', '--scopes', ALL, '--expires', new Date(now() + 3600e3).toISOString().slice(0, 19) + 'Z')
	expect(await shop(key)('GET', '/products'), 200)
	clock.move(3600)
	try {
		expect(await shop(key)('GET', '/products'), 401, 'unauthorized')
	} finally {
		clock.reset()
	}
})

test('a key gives no access to routes for customers', async () => {
	for (const path of ['/me', '/events', '/me/points'])
		expect(await call('GET', `/api/v1${path}`, { as: demo.api_key }), 401, 'unauthorized')
})

test('the shop\'s calls have no CORS headers', async () => {
	const answer = await call('GET', '/api/v1/shop/products', { as: demo.api_key, headers: { origin: demo.origins[0] } })
	assert.equal(answer.headers['access-control-allow-origin'], undefined)
})

test('characters that JSON escapes as surrogate pairs arrive unchanged and end no worker', async () => {
	const who = await known(), before = workers()
	// The low bits of U+1DA00 and U+2DFFF look like halves of pairs, which confuses json-c.
	const body = `{"amount":1,"reference":"${unique('r')}","reason":"\\ud836\\ude00 \\uD877\\uDFFF \\ud83d\\ude00 \\\\ud836\\\\ude00"}`
	const answer = await fetch(new URL(`/api/v1/shop/users/${who.subject}/points`, demo.base_url),
		{ method: 'POST', headers: { authorization: `Bearer ${demo.api_key}`, 'content-type': 'application/json' }, body })
	assert.equal(answer.status, 201, await answer.text())
	assert.equal(expect(await who.get('/api/v1/me/points'), 200).items[0].reason, '\u{1DA00} \u{2DFFF} \u{1F600} \\ud836\\ude00')
	assert.deepEqual(workers(), before)
})

test('a whole number may be written as JSON Schema allows: 300.0 and 3e2, but not 300.5', async () => {
	const who = await known(), product = await freshProduct({ kind: 'item', points: null, stock: 5 })
	const send = async (path, field, number) => {
		const answer = await fetch(new URL(`/api/v1/shop${path}`, demo.base_url), { method: 'POST', headers: { authorization: `Bearer ${demo.api_key}`, 'content-type': 'application/json' },
			body: `{"${field}":${number},"reference":"${unique('r')}","reason":"x"}` })
		const { errors } = await answer.json()
		return [answer.status, errors?.map(error => error.field)]
	}
	for (const [path, field] of [[`/users/${who.subject}/points`, 'amount'], [`/products/${product}/stock`, 'delta']]) {
		for (const number of ['300', '300.0', '300.000', '3e2', '3E+2', '0.3e3', '30000e-2'])
			assert.deepEqual(await send(path, field, number), [201, undefined], `${field} ${number}`)
		for (const number of ['300.5', '3e-1', '300.00000000000000000001', '1e400', '1e30', '-1e999999', '"300"', '[300]', 'true', '0.0', '-0', '-0.0e5'])
			assert.deepEqual(await send(path, field, number), [422, [field]], `${field} ${number}`)
	}
	assert.equal(await balance(who), 7 * 300)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${product}`), 5 + 7 * 300)
})

test('points: granted and spent once per reference; a repetition returns the first result', async () => {
	const who = await known()
	const path = `/users/${who.subject}/points`
	const grant = { amount: 500, reference: unique('order'), reason: 'a gift' }
	const first = expect(await ask('POST', path, grant), 201)
	assert.deepEqual([first.amount, first.balance, first.reason, first.reference], [500, 500, 'a gift', grant.reference])
	expect(await ask('POST', path, { amount: -200, reference: unique('order'), reason: 'spent' }), 201)
	assert.deepEqual(expect(await ask('POST', path, grant), 200), first)
	const { key } = await dojangctl('key', 'create', '--name', 'another key of the shop', '--scopes', ALL)
	assert.deepEqual(expect(await shop(key)('POST', path, grant), 200), first, 'a reference belongs to the shop, not to the key')
	for (const other of [{ amount: 501 }, { reason: 'another' }])
		expect(await ask('POST', path, { ...grant, ...other }), 409, 'conflict')
	expect(await ask('POST', `/users/${(await known()).subject}/points`, grant), 409, 'conflict')
	assert.equal(await balance(who), 300)
})

test('points: the balance is never negative, and a refusal writes nothing', async () => {
	const who = await known(100)
	const path = `/users/${who.subject}/points`
	const spend = { amount: -101, reference: unique('order'), reason: 'too much' }
	expect(await ask('POST', path, spend), 409, 'insufficient-points')
	expect(await ask('POST', path, { ...spend, amount: -100 }), 201)
	assert.equal(await balance(who), 0)
})

test('a reference can have 100 characters of any kind', async () => {
	const who = await known()
	const long = what => `${unique('주문')}${'😀'.repeat(100)}`.match(/./gu).slice(0, what).join('')
	const product = await freshProduct({ kind: 'item', stock: 5 })
	for (const [path, content] of [[`/users/${who.subject}/points`, { amount: 5, reason: 'x' }], [`/products/${product}/stock`, { delta: 1, reason: 'x' }]]) {
		const reference = long(100)
		assert.equal(expect(await ask('POST', path, { ...content, reference }), 201).reference, reference)
		expect(await ask('POST', path, { ...content, reference }), 200)
		expectFields(await ask('POST', path, { ...content, reference: long(101) }), 422, 'invalid', 'reference')
	}
})

test('points: wrong fields are named', async () => {
	const who = await known()
	const path = `/users/${who.subject}/points`
	expectFields(await ask('POST', path, {}), 422, 'invalid', 'amount', 'reference', 'reason')
	expectFields(await ask('POST', path, { amount: 0, reference: 'x', reason: 'x' }), 422, 'invalid', 'amount')
	expectFields(await ask('POST', path, { amount: 1e9 + 1, reference: 'x', reason: 'x' }), 422, 'invalid', 'amount')
	expectFields(await ask('POST', path, { amount: 1.5, reference: '', reason: 'x'.repeat(201) }), 422, 'invalid', 'amount', 'reference', 'reason')
	expectFields(await ask('POST', `${path}?issuer=nobody`, { amount: 0, reference: 'x', reason: 'x' }), 400, 'bad-request', 'issuer')
	expect(await ask('POST', '/users/never-seen/points', { amount: -1, reference: 'x', reason: 'x' }), 404, 'not-found')
})

test('200 spends at the same time, 50 references four times each: exact and never negative', async () => {
	const who = await known(1000)
	const orders = Array.from({ length: 50 }, (_, i) => ({ amount: -30, reference: `${who.subject}-${i}`, reason: 'order' }))
	const all = [...orders, ...orders, ...orders, ...orders].sort(() => Math.random() - 0.5)
	const answers = await Promise.all(all.map(body => ask('POST', `/users/${who.subject}/points`, body)))
	const counts = tally(answers)
	assert.equal(counts['201'], 33, JSON.stringify(counts))
	assert.equal(counts['200'] + counts['409 insufficient-points'], 200 - 33, JSON.stringify(counts))
	assert.equal(await balance(who), 1000 - 33 * 30)
	assert.equal(await count(`SELECT COUNT(*) FROM point_entries e JOIN users u ON u.id = e.user_id WHERE u.subject = '${who.subject}'`), 34)
	assert.ok(CONNECTIONS >= 64)
})

/** A customer with a claimed item. */
async function claimed(product = { kind: 'item', stock: 5 }) {
	const event = await freshEvent({ milestones: [{ at: 1, ...product }] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	return { who, event, claim: expect(await who.post(event.milestones[0].path), 201) }
}

test('a tracking number that a spreadsheet damaged is refused, and invisible characters are removed', async () => {
	const { claim } = await claimed(), path = `/claims/${claim.id}`
	for (const tracking of ['6.2345E+11', '1,23E+11', '1.0E5', '#N/A', '#####', '623,450,000,000', '623450000000.0', '1-Mar', '\u00a0\u200b'])
		expectFields(await ask('PATCH', path, { state: 'shipped', tracking }), 422, 'invalid', 'tracking')
	assert.equal(expect(await ask('PATCH', path, { state: 'shipped', tracking: '\u00a0KR\u200b-1\ufeff ' }), 200).tracking, 'KR-1')
	await sql(`UPDATE claims SET tracking = '6.2345E+11' WHERE id = ${claim.id}`)
	assert.equal(expect(await ask('PATCH', path, { state: 'delivered', tracking: '6.2345E+11' }), 200).state, 'delivered', 'the number that it has does not stop it')
})

test('the state of fulfilment only moves forward, and the customer sees it', async () => {
	const { who, claim } = await claimed()
	const path = `/claims/${claim.id}`
	assert.equal(expect(await ask('PATCH', path, { state: 'preparing' }), 200).state, 'preparing')
	const shipped = expect(await ask('PATCH', path, { state: 'shipped', tracking: 'KR1' }), 200)
	assert.deepEqual([shipped.state, shipped.tracking, shipped.user.subject], ['shipped', 'KR1', who.subject])
	assert.deepEqual(expect(await ask('PATCH', path, { state: 'shipped' }), 200), shipped, 'a repetition changes nothing')
	expect(await ask('PATCH', path, { state: 'preparing' }), 409, 'conflict')
	expect(await ask('PATCH', path, { state: 'delivered' }), 200)
	const [mine] = expect(await who.get('/api/v1/me/claims'), 200).items
	assert.deepEqual([mine.state, mine.tracking], ['delivered', 'KR1'])
	expectFields(await ask('PATCH', path, { state: 'claimed' }), 422, 'invalid', 'state')
	expectFields(await ask('PATCH', path, {}), 422, 'invalid', 'state')
	expect(await ask('PATCH', '/claims/9007199254740991', { state: 'shipped' }), 404, 'not-found')
})

test('claims of points cannot be shipped', async () => {
	const { claim } = await claimed({ points: 100 })
	expect(await ask('PATCH', `/claims/${claim.id}`, { state: 'shipped' }), 409, 'conflict')
})

test('claims: by state, page by page, with cursors that are valid only for this list', async () => {
	const ids = []
	for (let i = 0; i < 3; i++)
		ids.unshift((await claimed()).claim.id)
	const first = expect(await ask('GET', '/claims?state=claimed&limit=2'), 200)
	const rest = expect(await ask('GET', `/claims?state=claimed&limit=1&cursor=${first.next}`), 200)
	assert.deepEqual([...first.items, ...rest.items].map(item => item.id), ids)
	expectFields(await ask('GET', `/claims?state=shipped&cursor=${first.next}`), 400, 'bad-request', 'cursor')
	expectFields(await ask('GET', `/claims?cursor=${first.next}`), 400, 'bad-request', 'cursor')
	expectFields(await ask('GET', '/claims?state=lost'), 400, 'bad-request', 'state')
	expect(await ask('PATCH', `/claims/${ids[0]}`, { state: 'shipped' }), 200)
	assert.equal(expect(await ask('GET', '/claims?state=shipped&limit=1'), 200).items[0].id, ids[0])
})

test('stock: a repeated change returns the stock after the first one, whatever claims were in progress', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 3 }] }), [{ product }] = event.milestones
	const subject = unique('c'), path = `/products/${product}/stock`, change = { delta: -1, reference: unique('s'), reason: 'broken' }
	await attended(event, { [subject]: [-1] })
	// A claim that has its movement but has not changed the stock, like one that waits for the
	// product's row.
	const held = await lock(subject)
	await held.say(`INSERT INTO stock_movements (product_id, delta, source, reference, at) VALUES (${product}, -1, 'claim', '${unique('m')}', UTC_TIMESTAMP())`)
	const first = expect(await ask('POST', path, change), 201)
	assert.equal(first.remain, 2)
	expect(await ask('POST', path, { delta: 1, reference: unique('s'), reason: 'found' }), 201)
	await held.say(`UPDATE products SET remain = remain - 1 WHERE id = ${product}`)
	await held.release()
	assert.deepEqual(expect(await ask('POST', path, change), 200), first)
	// An audit in a later test must not find that there was no claim.
	await sql(`DELETE FROM stock_movements WHERE product_id = ${product} AND source = 'claim'; UPDATE products SET remain = 3 WHERE id = ${product}`)
})

test('stock: once per reference, never negative, with an audit row', async () => {
	const product = await freshProduct({ kind: 'item', points: null, stock: 3 })
	const path = `/products/${product}/stock`
	const change = { delta: -1, reason: 'damaged', reference: unique('s') }
	const first = expect(await ask('POST', path, change), 201)
	assert.equal(first.remain, 2)
	assert.deepEqual(expect(await ask('POST', path, change), 200), first)
	assert.equal(expect(await ask('POST', path, { ...change, delta: 5, reference: unique('s') }), 201).remain, 7)
	assert.deepEqual(expect(await ask('POST', path, change), 200), first, 'the first result, whatever happened since')
	assert.equal(expect(await ask('POST', path, { ...change, delta: -5, reference: unique('s') }), 201).remain, 2)
	expect(await ask('POST', path, { ...change, delta: -2 }), 409, 'conflict')
	expect(await ask('POST', path, { ...change, delta: -3, reference: unique('s') }), 409, 'conflict')
	assert.deepEqual(await sql(`SELECT COUNT(*) AS n, MAX(actor) LIKE 'key:%' AS by_key FROM audit_entries WHERE subject = 'product' AND subject_id = ${product} AND action = 'stock.change'`),
		[{ n: '3', by_key: '1' }])
	expectFields(await ask('POST', path, { delta: 1000001 }), 422, 'invalid', 'delta', 'reason', 'reference')
	expect(await ask('POST', '/products/9007199254740991/stock', { ...change, reference: unique('s') }), 404, 'not-found')
})

test('a subject is percent-decoded, and compared byte by byte', async () => {
	const who = customer(`${unique('c')}/é ü%`)
	expect(await who.get('/api/v1/me'), 200)
	const path = `/users/${encodeURIComponent(who.subject)}`
	assert.equal(expect(await ask('GET', path), 200).subject, who.subject)
	expect(await ask('GET', path.toUpperCase().replace('/USERS', '/users')), 404, 'not-found')
})

test('export: everything that is stored', async () => {
	const { who, event, claim } = await claimed({ points: 700 })
	const profile = expect(await ask('GET', `/users/${who.subject}`), 200)
	assert.deepEqual(Object.keys(profile), ['id', 'subject', 'username', 'state', 'points', 'since', 'participations'])
	const all = expect(await ask('GET', `/users/${who.subject}?export=1`), 200)
	assert.deepEqual([all.participations[0].event, all.participations[0].attendance.length], [event.slug, 1])
	assert.deepEqual(all.claims.map(each => each.id), [claim.id])
	assert.deepEqual(all.point_entries.map(each => [each.amount, each.balance]), [[700, 700]])
})

test('an export is in the audit log, and needs a scope of its own', async () => {
	const { who } = await claimed({ points: 700 }), path = `/users/${who.subject}?export=1`
	const exports = () => sql(`SELECT a.actor FROM audit_entries a JOIN users u ON u.id = a.subject_id
		WHERE a.action = 'user.export' AND a.subject = 'user' AND u.subject = '${who.subject}' ORDER BY a.id`)
	const { key } = await dojangctl('key', 'create', '--name', 'reader', '--scopes', 'users:read,users:delete,points:write,claims:write,stock:write')
	expect(await call('GET', `/api/v1/shop${path}`, { as: key }), 403, 'forbidden')
	expect(await call('GET', `/api/v1/shop/users/${who.subject}`, { as: key }), 200)
	assert.deepEqual(await exports(), [], 'neither a refusal nor a profile is an export')
	expect(await ask('GET', path), 200)
	await dojangctl('user', 'export', '--subject', who.subject)
	const [byKey, byCommand, ...others] = (await exports()).map(each => each.actor)
	assert.match(byKey, /^key:\d+$/)
	assert.match(byCommand, /^(command|dojangctl|root|[a-z])/)
	assert.deepEqual(others, [])
})

test('erasure: the personal data is deleted everywhere, the records stay, and the subject is refused', async () => {
	const { who, claim } = await claimed({ points: 700 })
	const { id } = expect(await ask('GET', `/users/${who.subject}`), 200)
	expect(await ask('DELETE', `/users/${who.subject}`), 204)
	expect(await ask('DELETE', `/users/${who.subject}`), 204)
	expect(await ask('GET', `/users/${who.subject}`), 404, 'not-found')
	expect(await who.get('/api/v1/me'), 403, 'forbidden')
	expect(await who.post(`/api/v1/events/${claim.event}/attendance`), 403, 'forbidden')
	expect(await who.post(`/api/v1/events/${claim.event}/milestones/${claim.milestone}/claim`), 403, 'forbidden')
	assert.deepEqual(await sql(`SELECT subject, username, state, points FROM users WHERE id = ${id}`),
		[{ subject: null, username: null, state: 'removed', points: '700' }])
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE user_id = ${id}`), 1)
	assert.equal(await count(`SELECT COUNT(*) FROM removals WHERE user_id = ${id}`), 1)
	clock.move(30 * 86400)
	try {
		assert.notEqual(expect(await customer(who.subject).get('/api/v1/me'), 200).id, id, 'after the event the subject can return, as a new customer')
	} finally {
		clock.reset()
	}
})

test('erasure: from an event with the latest possible end', async () => {
	const event = await freshEvent({ ends: '9999-12-31' })
	const who = customer(unique('c'))
	expect(await who.post(`${event.path}/attendance`), 201)
	expect(await ask('DELETE', `/users/${who.subject}`), 204)
	expect(await who.get('/api/v1/me'), 403, 'forbidden')
	assert.equal(await count(`SELECT COUNT(*) FROM users WHERE subject = '${who.subject}'`), 0)
	await dojangctl('retention', '--erase')
	expect(await who.get('/api/v1/me'), 403, 'forbidden')
})

test('erasure: an event that is extended to the latest possible end keeps refusing the subject', async () => {
	const event = await freshEvent()
	const who = customer(unique('c'))
	expect(await who.post(`${event.path}/attendance`), 201)
	expect(await ask('DELETE', `/users/${who.subject}`), 204)
	const id = await count(`SELECT id FROM events WHERE slug = '${event.slug}'`)
	await sql(`UPDATE events SET ends_on = '9999-12-31' WHERE id = ${id}`)
	await sql(`UPDATE removed_subjects SET keep_until = '2020-01-01' WHERE subject_hash IN (SELECT subject_hash FROM removed_subject_events WHERE event_id = ${id})`)
	await dojangctl('retention', '--erase')
	expect(await who.get('/api/v1/me'), 403, 'forbidden')
})

test('a request in progress during the erasure does not restore the name', async () => {
	const who = customer(unique('c'), { username: 'before' })
	const { id } = expect(await who.get('/api/v1/me'), 200)
	const removal = spawn(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, `--user=${demo.mysql.user}`, '--unbuffered', demo.mysql.database],
		{ stdio: ['pipe', 'pipe', 'inherit'] })
	const isOver = once(removal, 'exit')
	removal.stdin.write(`BEGIN; UPDATE users SET subject = NULL, username = NULL, state = 'removed' WHERE id = ${id}; SELECT 'held';\n`)
	await once(removal.stdout, 'data')
	const request = customer(who.subject, { username: 'after' }).get('/api/v1/me')
	await until('the request waits for it', () => count(
		"SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'UPDATE users SET username%'"))
	removal.stdin.end('COMMIT;\n')
	await isOver
	expect(await request, 403, 'forbidden')
	assert.deepEqual(await sql(`SELECT username, state FROM users WHERE id = ${id}`), [{ username: null, state: 'removed' }])
})

/** The files below a directory with their content, as bytes. */
const filesBelow = directory => readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
	.map(entry => join(entry.parentPath ?? entry.path, entry.name)).map(file => ({ file, bytes: readFileSync(file) }))

test('no table, log, mail or export contains anything of an erased customer', async t => {
	const hear = async events => {
		const { id } = await dojangctl('webhook', 'add', '--url', 'https://receiver.example/hooks', '--events', events)
		t.after(() => dojangctl('webhook', 'remove', '--id', id))
	}
	const name = unique('very-private-name'), shown = unique('Shown-Name'), street = unique('Secret-Street'), phone = '010-7654-3210'
	const who = customer(name, { username: shown })
	await hear('claim.created,points.changed,attendance.created')
	const event = await freshEvent({ milestones: [{ at: 1, points: 5 }, { at: 1, kind: 'item', stock: 2, until: new Date(now() + 3600e3).toISOString().slice(0, 19) + 'Z' }] })
	expect(await who.post(`${event.path}/attendance`), 201)
	expect(await who.post(event.milestones[0].path), 201)
	await hear('claim.closing')             // now: customers are processed once, and this one must be among them
	await until('the outbox tells of the deadline', () => count(`SELECT COUNT(*) FROM outbox_messages o JOIN users u ON u.id = o.user_id WHERE o.kind = 'claim.closing' AND u.subject = '${name}'`))
	const claim = expect(await who.post(event.milestones[1].path), 201)
	expect(await who.call('PUT', `/api/v1/me/claims/${claim.id}/address`, { body: { name: shown, phone, postcode: '04524', lines: [street], country: 'KR', consent: true } }), 204)
	expect(await ask('GET', `/claims/${claim.id}/address`), 200)
	const spent = await ask('POST', `/users/${name}/points`, { amount: -1, reference: unique('r'), reason: 'spent' })
	expect(spent, 201)
	await dojangctl('user', 'staff', '--subject', name)
	await dojangctl('user', 'block', '--subject', name, '--reason', 'watched')
	await dojangctl('user', 'unblock', '--subject', name, '--reason', 'fine')
	const found = await ask('GET', `/users/${name}`), { id } = expect(found, 200)
	assert.ok(await count(`SELECT COUNT(*) FROM claims WHERE user_id = ${id} AND client_hash IS NOT NULL`), 'there is something to erase')
	const removed = await ask('DELETE', `/users/${name}`)
	expect(removed, 204)
	const secrets = [name, shown, street, phone]
	const columns = await sql(`SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE()
		AND data_type NOT IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'date', 'datetime', 'timestamp', 'time', 'enum', 'set')`)
	assert.ok(columns.length > 50 && columns.some(({ t, c }) => t === 'claims' && c === 'client_hash'), 'binary columns too')
	const holds = column => secrets.map(secret => `LOCATE(CAST('${secret}' AS BINARY), CAST(${column} AS BINARY)) > 0`).join(' OR ')
	const places = columns.map(({ t, c }) => `(SELECT '${t}.${c}' AS place FROM \`${t}\` WHERE ${holds(`\`${c}\``)} LIMIT 1)`)
	assert.deepEqual(await sql(places.join(' UNION ALL ')), [], 'no column contains anything of them')
	for (const [table, column] of [['claims', 'client_hash'], ['claim_addresses', 'sealed'], ['excluded_users', 'user_id']])
		assert.equal(await count(`SELECT COUNT(\`${column}\`) FROM ${table} WHERE user_id = ${id}`), 0, table)
	await until('nginx has written the lines that it keeps for a second', () => {
		const log = readFileSync(join(demo.log_dir, 'access.log'), 'latin1')
		return [spent, found, removed].every(({ headers }) => log.includes(`request=${headers['x-request-id']}`))
	})
	for (const { file, bytes } of [...filesBelow(demo.log_dir), ...filesBelow(demo.mail_dir)])
		for (const secret of secrets)
			assert.ok(!bytes.includes(secret), `${file} has ${secret}`)
	expect(await ask('GET', `/users/${name}?export=1`), 404, 'not-found')
	const listed = expect(await ask('GET', '/claims?limit=200'), 200).items.find(item => item.id === claim.id)
	assert.deepEqual([listed.user.id, listed.user.subject, listed.user.username], [id, null, null])
	await dojangctl('audit')
})
