// SPDX-License-Identifier: MIT
// Requirements of an event, blocked customers, and claims that many customers make from one
// address.
import assert from 'node:assert/strict'
import http from 'node:http'
import { test } from 'node:test'
import { call, customer, expect } from './client.js'
import { attended, base, count, demo, dojangctl, freshEvent, now, sql, unique } from './harness.js'

const shop = (method, path, body) => call(method, `/api/v1/shop${path}`, { as: demo.api_key, body })
const options = (event, ...args) => dojangctl('event', 'options', '--slug', event.slug, ...args)
const seconds = () => Math.floor(now() / 1000)
const DAY = 86400

/** The refusal names the unmet requirement, for programs and for people. */
function lacks(answer, reason) {
	const body = expect(answer, 403, 'forbidden')
	assert.equal(body.reason, reason)
	assert.notEqual(body.detail, body.title)
}

const ASKS = [
	['--verified-email', 'yes', 'email-not-verified', { email_verified: true }, [{}, { email_verified: false }, { email_verified: 'yes' }, { email_verified: 1 }]],
	['--verified-email', 'yes', 'email-not-verified', { email_verified: 'true' }, [{ email_verified: 'false' }, { phone_number_verified: true }]],
	['--verified-phone', 'yes', 'phone-not-verified', { phone_number_verified: true }, [{}, { email_verified: true }]],
	['--account-days', 7, 'account-too-new', () => ({ created_at: seconds() - 7 * DAY }), [() => ({ created_at: seconds() - 7 * DAY + 3600 }), () => ({ created_at: seconds() + DAY })]],
	['--account-days', 7, 'account-age-unknown', () => ({ created_at: new Date(now() - 8 * DAY * 1000).toISOString() }), [{}, { created_at: 'long ago' }, { created_at: -1 }, { created_at: null }]],
	['--account-days', 7, 'account-too-new', () => ({ created_at: String(seconds() - 8 * DAY) }), [() => ({ created_at: String(seconds()) })]],
]
const made = claims => typeof claims === 'function' ? claims() : claims

test('check-ins and claims require what the event requires of the token', async () => {
	for (const [option, value, reason, good, bad] of ASKS) {
		const event = await freshEvent({ milestones: [{ at: 1, points: 10 }] }), subject = unique('c'), [milestone] = event.milestones
		await options(event, option, value)
		await attended(event, { [subject]: [-1] })
		for (const claims of bad) {
			const who = customer(subject, made(claims))
			lacks(await who.post(`${event.path}/attendance`), reason)
			lacks(await who.post(milestone.path), reason)
			expect(await who.get(event.path), 200)
		}
		assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`), 0)
		assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), 1)
		const who = customer(subject, made(good))
		const checkIn = expect(await who.post(`${event.path}/attendance`), 201), claim = expect(await who.post(milestone.path), 201)
		const other = customer(subject, made(bad[0]))
		assert.deepEqual(expect(await other.post(`${event.path}/attendance`), 200), { ...checkIn, already: true }, 'the same response again')
		assert.deepEqual(expect(await other.post(milestone.path), 200), claim)
	}
})

test('changed options apply to the next request and are in the audit log', async () => {
	const event = await freshEvent(), who = () => customer(unique('c')).post(`${event.path}/attendance`)
	expect(await who(), 201)
	await options(event, '--verified-email', 'yes')
	lacks(await who(), 'email-not-verified')
	await options(event, '--verified-email', 'no')
	expect(await who(), 201)
	const rows = await sql(`SELECT before_change AS b, after_change AS a FROM audit_entries JOIN events e ON e.id = subject_id AND e.slug = '${event.slug}' WHERE action = 'event.options' ORDER BY audit_entries.id`)
	assert.deepEqual(rows.map(row => [JSON.parse(row.b).verified_email, JSON.parse(row.a).verified_email]), [[false, true], [true, false]])
	assert.equal((await options(event)).verified_email, false, 'without options it only shows the present ones')
	assert.equal(rows.length, 2)
})

test('an event that has not begun or does not exist is still reported as such', async () => {
	const coming = await freshEvent({ from: 2, to: 5 })
	expect(await customer(unique('c')).post(`${coming.path}/attendance`), 409, 'event-not-running')
	await options(coming, '--verified-phone', 'yes')
	lacks(await customer(unique('c')).post(`${coming.path}/attendance`), 'phone-not-verified')
	expect(await customer(unique('c'), { phone_number_verified: true }).post(`${coming.path}/attendance`), 409, 'event-not-running')
	expect(await customer(unique('c')).post('/api/v1/events/nowhere/attendance'), 404, 'not-found')
})

test('an event that excludes staff refuses staff accounts and listed customers', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 10 }] }), open = await freshEvent(), [milestone] = event.milestones
	await options(event, '--excludes-staff', 'yes')
	const [linked, listed, outsider, disabled] = ['linked', 'listed', 'outsider', 'disabled'].map(name => customer(unique(name)))
	for (const [who, state] of [[linked, 'active'], [disabled, 'disabled']])
		await sql(`INSERT INTO staff (email, name, role, state, openid_issuer, openid_subject, created_at)
			VALUES ('${who.subject}@example.com', 'x', 'viewer', '${state}', '${demo.issuer.iss}', '${who.subject}', UTC_TIMESTAMP())`)
	await dojangctl('user', 'staff', '--subject', listed.subject)
	assert.ok((await dojangctl('user', 'staff-list')).some(row => row.subject === listed.subject), 'listed before the first request')
	await attended(event, { [linked.subject]: [-1], [listed.subject]: [-1] })
	for (const who of [linked, listed]) {
		lacks(await who.post(`${event.path}/attendance`), 'staff-excluded')
		lacks(await who.post(milestone.path), 'staff-excluded')
		expect(await who.post(`${open.path}/attendance`), 201)
	}
	for (const who of [outsider, disabled]) {
		expect(await who.post(`${event.path}/attendance`), 201)
		expect(await who.post(`${event.path}/attendance`), 200)
		expect(await who.post(milestone.path), 201)
	}
	await dojangctl('user', 'staff', '--subject', listed.subject, '--is-staff=no')
	expect(await listed.post(milestone.path), 201)
	await dojangctl('user', 'staff', '--subject', listed.subject)
	assert.equal(expect(await listed.post(milestone.path), 200).state, 'claimed', 'what was claimed stays')
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'user.staff' AND subject_id = (SELECT id FROM users WHERE subject = '${listed.subject}')`), 3)
	await sql(`DELETE FROM staff WHERE email IN ('${linked.subject}@example.com', '${disabled.subject}@example.com')`)
})

test('a blocked customer is refused everywhere until the block is lifted and loses nothing', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 10 }] }), who = customer(unique('c')), path = event.milestones[0].path
	expect(await who.post(`${event.path}/attendance`), 201)
	const refund = { amount: 3, reference: unique('r'), reason: 'a refund' }
	const given = expect(await shop('POST', `/users/${who.subject}/points`, refund), 201)
	await dojangctl('user', 'block', '--subject', who.subject, '--reason', 'many accounts')
	for (const answer of [await who.get('/api/v1/me'), await who.get(event.path), await who.post(`${event.path}/attendance`), await who.post(path)])
		assert.equal(expect(answer, 403, 'forbidden').reason, undefined)
	expect(await shop('POST', `/users/${who.subject}/points`, { amount: 5, reference: unique('r'), reason: 'x' }), 403, 'forbidden')
	assert.deepEqual(expect(await shop('POST', `/users/${who.subject}/points`, refund), 200), given, 'the shop still gets the first result')
	expect(await shop('POST', `/users/${who.subject}/points`, { ...refund, amount: 4 }), 409, 'conflict')
	assert.equal(expect(await shop('GET', `/users/${who.subject}`), 200).state, 'blocked')
	await dojangctl('user', 'unblock', '--subject', who.subject, '--reason', 'by mistake')
	expect(await who.post(path), 201)
	const rows = await sql(`SELECT action, after_change AS a FROM audit_entries WHERE action LIKE 'user.%block' AND subject_id = (SELECT id FROM users WHERE subject = '${who.subject}') ORDER BY id`)
	assert.deepEqual(rows.map(row => [row.action, JSON.parse(row.a).reason]), [['user.block', 'many accounts'], ['user.unblock', 'by mistake']])
	await assert.rejects(dojangctl('user', 'block', '--subject', unique('nobody'), '--reason', 'x'), /no customer/)
})

/* --- claims from one address -------------------------------------------------------------------------------------------------- */

/** Posts from another address of this host. */
function postFrom(address, path, who) {
	return new Promise((resolve, reject) => {
		const request = http.request({ host: base.hostname, port: base.port, method: 'POST', path, localAddress: address,
			headers: { authorization: `Bearer ${who.token}`, 'content-length': 0 } })
		request.on('response', response => {
			const chunks = []
			response.on('data', chunk => chunks.push(chunk)).on('end', () => {
				const text = Buffer.concat(chunks).toString()
				resolve({ status: response.statusCode, text, body: JSON.parse(text) })
			})
		}).on('error', reject).end()
	})
}

/** Customers with their claims of an item, each from its own address. */
async function claims(addresses, ...more) {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 50 }] })
	if (more.length)
		await options(event, ...more)
	const people = addresses.map(() => customer(unique('c')))
	await attended(event, Object.fromEntries(people.map(who => [who.subject, [-1]])))
	const ids = []
	for (const [i, address] of addresses.entries())
		ids.push(expect(await postFrom(address, event.milestones[0].path, people[i]), 201).id)
	return { event, ids, people }
}
const ship = id => shop('PATCH', `/claims/${id}`, { state: 'shipped' })

test('items that many customers claim from one address are accepted, but do not ship before a review', async () => {
	const { ids } = await claims(['127.0.0.21', '127.0.0.21', '127.0.0.21', '127.0.0.22'], '--review-customers', 3)
	expect(await ship(ids[3]), 200)
	expect(await shop('PATCH', `/claims/${ids[0]}`, { state: 'preparing' }), 200)
	for (const id of ids.slice(0, 3))
		for (const state of ['shipped', 'delivered'])
			assert.match(expect(await shop('PATCH', `/claims/${id}`, { state }), 409, 'conflict').detail, /3 customers claimed this from one address.*review/)
	await sql(`UPDATE claims SET reviewed_at = UTC_TIMESTAMP() WHERE id = ${ids[1]}`)
	expect(await ship(ids[1]), 200)
	expect(await ship(ids[0]), 409, 'conflict')
})

test('fewer claims, a single customer, another product or an event without the check need no review', async () => {
	for (const { ids } of [await claims(['127.0.0.23', '127.0.0.23'], '--review-customers', 3), await claims(['127.0.0.23', '127.0.0.24'], '--review-customers', 2),
		await claims(['127.0.0.25', '127.0.0.25', '127.0.0.25', '127.0.0.25', '127.0.0.25'], '--review-customers', 0)])
		for (const id of ids)
			expect(await ship(id), 200)
	const { ids } = await claims(Array(5).fill('127.0.0.26'))
	expect(await ship(ids[0]), 409, 'conflict')
})

test('the address itself is not stored, and a header of the client has no effect', async () => {
	const { ids, event, people: [who] } = await claims(['127.0.0.27', '127.0.0.27'])
	const rows = await sql(`SELECT HEX(client_hash) AS hash, LENGTH(client_hash) AS n FROM claims WHERE id IN (${ids})`)
	assert.equal(rows[0].n, '16')
	assert.equal(rows[0].hash, rows[1].hash)
	assert.doesNotMatch(rows[0].hash, /7F00001B/)
	const points = await freshEvent({ milestones: [{ at: 1, points: 5 }] })
	await attended(points, { [who.subject]: [-1] })
	const { id } = expect(await postFrom('127.0.0.27', points.milestones[0].path, who), 201)
	assert.equal((await sql(`SELECT client_hash FROM claims WHERE id = ${id}`))[0].client_hash, null, 'only for items')
	const spoofer = customer(unique('c'))
	await attended(event, { [spoofer.subject]: [-1] })
	const spoofed = expect(await call('POST', event.milestones[0].path, { as: spoofer.token, headers: { 'x-forwarded-for': '127.0.0.27', 'x-real-ip': '127.0.0.27', forwarded: 'for=127.0.0.27' } }), 201)
	assert.notEqual((await sql(`SELECT HEX(client_hash) AS hash FROM claims WHERE id = ${spoofed.id}`))[0].hash, rows[0].hash)
})
