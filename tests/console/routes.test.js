// SPDX-License-Identifier: MIT
// Every route of the table with every role: who can see and change what, and that GET changes
// nothing.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { count, demo, dojangctl, freshEvent, freshProduct, sql, unique } from '../http/harness.js'
import { Visitor, freshPayouts, freshWebhook, hidden, routes, staff, withoutScript } from './client.js'

const RANKS = { anyone: 0, viewer: 1, manager: 2, owner: 3 }
const people = {}
let values

before(async () => {
	for (const role of ['viewer', 'manager', 'owner'])
		people[role] = await staff(role)
	people.anyone = new Visitor()
	const event = await freshEvent({ milestones: [{ at: 2, kind: 'item', stock: 5 }] })
	const [{ id: claim, user_id: customer }] = await sql('SELECT id, user_id FROM claims ORDER BY id LIMIT 1')
	await sql(`INSERT INTO outbox_messages (kind, channel, message_key, data, state, done_at, due_at, created_at)
		VALUES ('mail.test', 'mail', '${unique('test')}', '{}', 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP())`)
	const message = (await sql("SELECT MAX(id) AS id FROM outbox_messages WHERE state = 'dead'"))[0].id
	const { id: outage } = await dojangctl('outage', 'plan', '--event', event.slug, '--day', event.starts, '--reason', 'down')
	values = { event: event.slug, outage, milestone: event.milestones[0].id, product: await freshProduct({ stock: 5, kind: 'item' }), customer, claim, message,
		payout: (await freshPayouts([unique('walked')], { state: 'failed', failure: 'closed' }))[0].id, webhook: await freshWebhook(), staff: people.viewer.id, key: (await dojangctl('key', 'create', '--name', 'walked', '--scopes', 'users:read')).id }
})

const path = route => route.path.replace(/\{([a-z]+)\}/g, (_, name) => values[name])
const isLeaving = route => route.path.startsWith('/admin/sign-out')
/** Everything that a request could change, as one text. */
async function state() {
	const tables = ['events', 'milestones', 'products', 'stock_movements', 'point_entries', 'attendance', 'claims', 'payouts', 'staff', 'audit_entries', 'form_uses',
		'api_keys', 'webhook_endpoints', 'webhook_subscriptions']
	const sums = await sql(`CHECKSUM TABLE ${tables.join(', ')}`)
	return JSON.stringify([sums, await sql("SELECT state, COUNT(*) AS n FROM outbox_messages WHERE state IN ('dead', 'discarded') GROUP BY state")])
}

test('the table has no route without a role', () => {
	assert.ok(routes.length > 50)
	for (const route of routes)
		assert.ok(route.role in RANKS, `${route.method} ${route.path}`)
	for (const route of routes.filter(route => route.method === 'POST' && !/sign-|language|account/.test(route.path)))
		assert.ok(RANKS[route.role] >= RANKS.manager, `${route.path} is a change and requires a manager`)
})

for (const role of ['anyone', 'viewer', 'manager', 'owner']) {
	test(`pages as seen by ${role}`, async () => {
		const who = people[role], was = await state()
		for (const route of routes.filter(route => route.method === 'GET')) {
			const answer = await who.get(path(route)), may = RANKS[role] >= RANKS[route.role]
			if (may)
				assert.ok([200, 303].includes(answer.status), `${role} GET ${path(route)}: ${answer.status}`)
			else if (role === 'anyone')
				assert.deepEqual([answer.status, answer.location.replace(/\?back=.*/, '')], [303, '/admin/sign-in'], path(route))
			else
				assert.equal(answer.status, 403, `${role} GET ${path(route)}`)
		}
		assert.equal(await state(), was, 'GET changed something')
	})

	test(`changes refused to ${role}`, async () => {
		const who = people[role], page = await who.get('/admin/sign-in').then(answer => answer.status === 303 ? who.get('/admin/') : answer)
		const token = hidden(page.text, '_token'), was = await state()
		assert.ok(token)
		for (const route of routes.filter(route => route.method === 'POST' && RANKS[role] < RANKS[route.role])) {
			const answer = await who.request(path(route), { method: 'POST', form: { _token: token } })
			assert.equal(answer.status, 403, `${role} POST ${path(route)}`)
		}
		assert.equal(await state(), was)
	})
}

test('a viewer sees no button that changes anything', async () => {
	for (const route of routes.filter(route => route.method === 'GET' && route.role === 'viewer' && !route.path.endsWith('.csv') && route.path !== '/admin/account')) {
		const { text } = await people.viewer.get(path(route))
		const targets = [...text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"/g)].map(match => match[1])
		assert.deepEqual(targets.filter(target => !/sign-out|language/.test(target)), [], route.path)
		for (const link of [...text.matchAll(/href="(\/admin\/[^"#?]*)"/g)].map(match => match[1]))
			assert.equal(/\/(new|edit|copy|end|stock|day|cancel|remove)(\/|$)/.test(link), false, `${route.path} links to ${link}`)
	}
})

test('a form without a token, with a wrong or another user\'s token, or from another origin changes nothing', async () => {
	const owner = people.owner, other = await staff('owner'), was = await state()
	const own = hidden((await owner.get('/admin/')).text, '_token'), foreign = hidden((await other.get('/admin/')).text, '_token')
	const wrong = own.slice(0, -1) + (own.endsWith('A') ? 'B' : 'A')
	for (const route of routes.filter(route => route.method === 'POST')) {
		const tries = { none: {}, empty: { _token: '' }, wrong: { _token: wrong }, foreign: { _token: foreign } }
		for (const [name, form] of Object.entries(tries))
			assert.equal((await owner.request(path(route), { method: 'POST', form: { x: '', ...form } })).status, 403, `${route.path}, token ${name}`)
		for (const origin of ['https://evil.example', 'null', `${demo.base_url}0`, demo.base_url.replace('127.0.0.1', '127.0.0.1.evil.example')])
			assert.equal((await owner.request(path(route), { method: 'POST', form: { _token: own }, headers: { origin } })).status, 403, `${route.path} from ${origin}`)
	}
	assert.equal((await owner.get('/admin/')).status, 200, 'still signed in')
	assert.equal(await state(), was)
	assert.equal(await count(`SELECT COUNT(*) FROM staff_sessions WHERE staff_id IN (${owner.id}, ${other.id})`), 2)
})

test('a body that is not a form, or too large, is refused', async () => {
	const token = hidden((await people.owner.get('/admin/')).text, '_token')
	for (const route of routes.filter(route => route.method === 'POST' && !isLeaving(route)).slice(0, 5)) {
		assert.equal((await people.owner.request(path(route), { method: 'POST', form: { _token: token }, headers: { 'content-type': 'application/json' } })).status, 415)
		assert.equal((await people.owner.request(path(route), { method: 'POST', form: { _token: token, x: 'x'.repeat(50000) } })).status, 413)
	}
})

test('every page has the security headers', async () => {
	for (const route of routes.filter(route => route.method === 'GET' && !route.path.endsWith('.csv'))) {
		const { headers, status, text } = await people.owner.get(path(route))
		if (status !== 200 || route.path === '/admin/metrics')
			continue
		assert.match(headers.get('content-security-policy'), /^default-src 'none'; .*frame-ancestors 'none'$/, route.path)
		assert.equal(headers.get('cache-control'), 'no-store')
		assert.equal(headers.get('x-content-type-options'), 'nosniff')
		assert.equal(/<script|style=|javascript:| on[a-z]+=/i.test(withoutScript(text)), false, `${route.path} has a script or a style of its own`)
	}
})
