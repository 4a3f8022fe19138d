// SPDX-License-Identifier: MIT
// API keys and webhook endpoints in the console: a secret is shown once, a new one replaces it
// without a gap, and each change is audited.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { until, webhookServer } from '../delivery/installation.js'
import { call, expect } from '../http/client.js'
import { addDays, clock, count, dateIn, dojangctl, sql, unique } from '../http/harness.js'
import { hidden, staff } from './client.js'

afterEach(() => clock.reset())

const HOUR = 3600
const done = answer => assert.deepEqual([answer.status, answer.text], [303, ''], answer.text.match(/role="alert">[^<]*|class="error"[^<]*<?[^<]*/g)?.join(' '))
const audited = (action, who) => sql(`SELECT subject_id, before_change, after_change FROM audit_entries WHERE action = '${action}' AND actor = 'staff:${who.id}' ORDER BY id`)
const secretOf = answer => {
	assert.equal(answer.status, 200, answer.text.match(/role="alert">[^<]*/)?.[0])
	assert.equal(answer.headers.get('cache-control'), 'no-store')
	const [, secret] = answer.text.match(/id="secret"[^>]* value="([^"]*)"/)
	return secret
}
const products = key => call('GET', '/api/v1/shop/products', { as: key })
/** Whether this text is on any page that an owner can see, or in the audit log or outbox. */
async function isSeenAgain(owner, secret) {
	const pages = await Promise.all(['/admin/keys', '/admin/keys.csv', '/admin/audit', '/admin/audit.csv', '/admin/messages', '/admin/settings'].map(path => owner.get(path)))
	return pages.some(page => page.text.includes(secret)) || await count(`SELECT COUNT(*) FROM audit_entries WHERE INSTR(CONCAT_WS(' ', before_change, after_change), '${secret}')`) > 0
}

test('a key is created, shown once, and valid for the selected scopes', async () => {
	const owner = await staff('owner'), name = unique('<i>key</i>')
	const key = secretOf(await owner.send('/admin/new/key', { name, stock_write: 'yes' }))
	assert.match(key, /^djk_[0-9]+_[A-Za-z0-9_-]{43}$/)
	expect(await products(key), 200)
	expect(await call('GET', '/api/v1/shop/claims', { as: key }), 403, 'forbidden')
	assert.equal(await isSeenAgain(owner, key.split('_').slice(2).join('_')), false)
	const page = (await owner.get('/admin/keys')).text
	assert.ok(page.includes(name.replaceAll('<', '&lt;').replaceAll('>', '&gt;')))
	assert.match(page, /stock:write/)
	const [row] = await audited('key.create', owner)
	assert.deepEqual([String(row.subject_id), JSON.parse(row.after_change)], [key.split('_')[1], { scopes: 'stock:write', expires_at: null }])
})

test('a key needs a scope and a last day in the future, and a form sent twice creates one key', async () => {
	const owner = await staff('owner'), today = dateIn('Asia/Seoul')
	const none = await owner.send('/admin/new/key', { name: 'none' })
	assert.equal(none.status, 422)
	assert.match(none.text, /Choose at least one/)
	const past = await owner.send('/admin/new/key', { name: 'past', stock_write: 'yes', expires: addDays(today, -1) })
	assert.equal(past.status, 422)
	assert.match(past.text, /id="wrong-expires"/)
	const key = secretOf(await owner.send('/admin/new/key', { name: 'today', stock_write: 'yes', expires: today }))
	expect(await products(key), 200)
	clock.move(24 * HOUR)
	expect(await products(key), 401, 'unauthorized')
	assert.match((await (await staff('owner')).get('/admin/keys')).text, /word-expired/)
	clock.reset()
	const other = await staff('owner')              // a day later the session has been erased
	const page = (await other.get('/admin/new/key')).text, before = await count('SELECT COUNT(*) FROM api_keys')
	const form = { _token: hidden(page, '_token'), _form: hidden(page, '_form'), name: 'twice', stock_write: 'yes' }
	secretOf(await other.request('/admin/new/key', { method: 'POST', form }))
	assert.equal((await other.request('/admin/new/key', { method: 'POST', form })).location, '/admin/keys')
	assert.equal(await count('SELECT COUNT(*) FROM api_keys'), before + 1)
})

test('a new key replaces another: both are valid during the overlap, then only the new one', async () => {
	const owner = await staff('owner')
	const old = secretOf(await owner.send('/admin/new/key', { name: 'to be replaced', stock_write: 'yes', claims_write: 'yes' })), id = old.split('_')[1]
	assert.match((await owner.get(`/admin/keys/${id}`)).text, /claims:write/)
	const fresh = secretOf(await owner.send(`/admin/keys/${id}`, { overlap: '2' }))
	for (const key of [old, fresh])
		expect(await products(key), 200)
	clock.move(2 * HOUR)
	expect(await products(old), 401, 'unauthorized')
	expect(await products(fresh), 200)
	expect(await call('GET', '/api/v1/shop/claims', { as: fresh }), 200)
	clock.reset()
	assert.deepEqual(await sql(`SELECT name, scopes FROM api_keys WHERE id = ${fresh.split('_')[1]}`), await sql(`SELECT name, scopes FROM api_keys WHERE id = ${id}`))
	const at_once = secretOf(await owner.send(`/admin/keys/${fresh.split('_')[1]}`, { overlap: '0' }))
	expect(await products(fresh), 401, 'unauthorized')
	expect(await products(at_once), 200)
	const again = await owner.send(`/admin/keys/${fresh.split('_')[1]}`, { overlap: '1' })
	assert.equal(again.status, 409)
	assert.match(again.text, /no longer works/)
	assert.equal((await audited('key.rotate', owner)).length, 2)
	assert.equal((await owner.get('/admin/keys/99999999')).status, 404)
})

test('revoking asks first, ends the key at once, and is in the audit log once', async () => {
	const owner = await staff('owner'), key = secretOf(await owner.send('/admin/new/key', { name: 'out', stock_write: 'yes' })), id = key.split('_')[1]
	assert.match((await owner.get(`/admin/keys/${id}/revoke`)).text, /cannot be undone/)
	for (let i = 0; i < 2; i++)
		done(await owner.send(`/admin/keys/${id}/revoke`))
	expect(await products(key), 401, 'unauthorized')
	assert.equal((await audited('key.revoke', owner)).length, 1)
	assert.match((await owner.get('/admin/keys')).text, /word-revoked/)
})

test('dojangctl key rotate does the same', async () => {
	const { id, key } = await dojangctl('key', 'create', '--name', 'by command', '--scopes', 'stock:write')
	const fresh = await dojangctl('key', 'rotate', '--key', id, '--overlap', 0)
	expect(await products(key), 401, 'unauthorized')
	expect(await products(fresh.key), 200)
	await assert.rejects(dojangctl('key', 'rotate', '--key', id), /good for nothing/)
	await assert.rejects(dojangctl('key', 'rotate', '--key', 999999), /there is no key/)
})

// --- webhooks -------------------------------------------------------------------------------------------------------------------

test('an endpoint is created, receives a test, gets a second secret, and is removed', async () => {
	const owner = await staff('owner'), server = await webhookServer()
	try {
		const made = await owner.send('/admin/new/webhook', { url: server.url, claim_created: 'yes', stock_low: 'yes' })
		const first = secretOf(made), [, path] = made.text.match(/href="(\/admin\/webhooks\/[0-9]+)"/), id = path.split('/').pop()
		assert.deepEqual((await sql(`SELECT kind FROM webhook_subscriptions WHERE endpoint_id = ${id} ORDER BY kind`)).map(row => row.kind), ['claim.created', 'stock.low'])
		done(await owner.send(`${path}/test`, {}, { from: path }))
		await until(() => server.requests.length === 1)
		new Webhook(first).verify(server.requests[0].body, server.requests[0].headers)
		await until(() => count(`SELECT COUNT(*) FROM webhook_attempts WHERE endpoint_id = ${id}`))
		assert.match((await owner.get(path)).text, /test webhook/)

		const second = secretOf(await owner.send(`${path}/secret`))
		done(await owner.send(`${path}/test`, {}, { from: path }))
		await until(() => server.requests.length === 2)
		for (const secret of [first, second])
			new Webhook(secret).verify(server.requests[1].body, server.requests[1].headers)
		done(await owner.send(`${path}/retire`, {}, { from: path }))
		done(await owner.send(`${path}/test`, {}, { from: path }))
		await until(() => server.requests.length === 3)
		new Webhook(second).verify(server.requests[2].body, server.requests[2].headers)
		assert.throws(() => new Webhook(first).verify(server.requests[2].body, server.requests[2].headers))
		for (const secret of [first, second])
			assert.equal(await isSeenAgain(owner, secret), false)

		done(await owner.send(`${path}/events`, { points_changed: 'yes' }))
		assert.deepEqual((await sql(`SELECT kind FROM webhook_subscriptions WHERE endpoint_id = ${id}`)).map(row => row.kind), ['points.changed'])
		assert.match((await owner.get(`${path}/events`)).text, /name="points_changed" value="yes" checked/)
		done(await owner.send(path, { state: 'disabled' }, { from: path }))
		const refused = await owner.send(`${path}/test`, {}, { from: path })
		assert.equal(refused.status, 404)
		await sql(`INSERT INTO outbox_messages (kind, channel, endpoint_id, message_key, data, due_at, created_at, leased_until)
			VALUES ('webhook.test', 'webhook', ${id}, 'left', '{}', UTC_TIMESTAMP() + INTERVAL 1 DAY, UTC_TIMESTAMP(), NULL)`)
		assert.match((await owner.get(`${path}/remove`)).text, /Its secret is destroyed/)
		done(await owner.send(`${path}/remove`))
		assert.equal((await owner.get(path)).status, 404)
		assert.equal(await count(`SELECT COUNT(*) FROM outbox_messages WHERE endpoint_id = ${id} AND channel = 'webhook' AND state = 'waiting'`), 0)
		for (const [action, times] of [['webhook.add', 1], ['message.test', 3], ['webhook.rotate', 1], ['webhook.retire', 1], ['webhook.subscribe', 1], ['webhook.state', 1], ['webhook.remove', 1]])
			assert.equal((await audited(action, owner)).length, times, action)
	} finally {
		await server.close()
	}
})

test('an invalid address is refused, and the input is kept', async () => {
	const owner = await staff('owner')
	for (const url of ['ftp://shop.example/', 'https://', 'https://u@shop.example/', 'https://shop.example/#x', 'https://[::zz]x/']) {
		const answer = await owner.send('/admin/new/webhook', { url, stock_low: 'yes' })
		assert.equal(answer.status, 422, url)
		assert.match(answer.text, /id="wrong-url"/)
		assert.match(answer.text, /name="stock_low" value="yes" checked/)
	}
	assert.equal(await count("SELECT COUNT(*) FROM webhook_endpoints WHERE url LIKE 'ftp%'"), 0)
})
