// SPDX-License-Identifier: MIT
// Webhooks to a real receiver, verified with the public libraries, and the result of each refusal.
import assert from 'node:assert/strict'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, test } from 'node:test'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { install, product, take, until, webhookServer } from './installation.js'

let own, server
beforeEach(async () => {
	own = await install()
	server = await webhookServer()
})
afterEach(async () => {
	await own?.remove()
	await server?.close()
})

const ALL = 'claim.created,claim.cancelled,claim.fulfilled,claim.closing,stock.low,stock.sold_out,points.changed,attendance.created,payout.due,points.expiring'
const endpoint = (events = ALL, url = server.url) => own.ctl('webhook', 'add', '--url', url, '--events', events)
const send = id => own.ctl('webhook', 'test', '--id', id)
const only = async () => {
	const { 0: row, length } = await own.ctl('messages', 'list')
	assert.equal(length, 1)
	return row
}
const dueIn = () => own.number('SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), due_at) FROM outbox_messages')
/** The result of both libraries; they throw if the signature is invalid. */
function verify({ headers, body }, secret) {
	const answers = [new StandardWebhook(secret).verify(body, headers), new SvixWebhook(secret).verify(body, headers)]
	assert.deepEqual(answers[0], answers[1])
	return answers[0]
}

test('standardwebhooks and svix verify the webhook; a changed body or another secret fails', async () => {
	const { secret } = await endpoint()
	const other = await endpoint('claim.created')
	assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
	const id = await product(own, { name: '에어팟 "프로" </script>' })
	await take(own, id)
	await own.once()
	assert.equal(server.requests.length, 1, 'the other endpoint did not subscribe to it')
	const [request] = server.requests
	const { type, timestamp, data } = verify(request, secret)
	assert.equal(type, 'stock.low')
	assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60e3)
	assert.deepEqual(data, { product: { id, name: '에어팟 "프로" </script>', remain: 2, threshold: 2 }, events: [] })
	assert.deepEqual([request.method, request.headers['content-type'], request.headers.expect], ['POST', 'application/json', undefined])
	for (const Library of [StandardWebhook, SvixWebhook]) {
		assert.throws(() => new Library(other.secret).verify(request.body, request.headers))
		assert.throws(() => new Library(secret).verify(request.body.replace('2', '3'), request.headers))
		assert.throws(() => new Library(secret).verify(request.body, { ...request.headers, 'webhook-id': 'msg_0_0' }))
	}
	assert.deepEqual(await own.states(), { sent: 1, waiting: 1 }, 'the mail has no recipient')
})

test('during a change of secrets both sign, afterwards only the new one', async () => {
	const { id, secret: old } = await endpoint()
	const { secret: young } = await own.ctl('webhook', 'rotate', '--id', id)
	assert.notEqual(old, young)
	await send(id)
	await own.once()
	verify(server.requests[0], old)
	verify(server.requests[0], young)
	assert.equal((await own.ctl('webhook', 'list'))[0].secrets, 2)
	await own.ctl('webhook', 'retire', '--id', id)
	await send(id)
	await own.once()
	verify(server.requests[1], young)
	assert.throws(() => verify(server.requests[1], old))
})

test('secrets are sealed in the database: they are not readable, and another key cannot open them', async () => {
	const { id, secret } = await endpoint()
	const [[stored]] = await own.sql('SELECT HEX(secret) FROM webhook_endpoints')
	assert.ok(!Buffer.from(stored, 'hex').toString('latin1').includes(secret.slice(6, 16)))
	await send(id)
	const before = own.secret('old-seal-key', (await import('node:fs')).readFileSync(own.file('seal-key'), 'utf8').trim())
	own.secret('seal-key', 'ab'.repeat(32))
	await own.once()
	assert.equal(server.requests.length, 0)
	assert.match((await own.ctl('messages', 'status')).holds[0].reason, /sealed with another key/)
	own.write({ server: { old_seal_key_file: before } })
	await own.hurry()
	await own.once()
	verify(server.requests[0], secret)
})

/** As release 0.1.0 sealed a secret: bound to no endpoint. */
function sealedBefore(secret) {
	const key = Buffer.from(readFileSync(own.file('seal-key'), 'utf8').trim(), 'hex'), nonce = randomBytes(12)
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from('webhook'))
	const text = Buffer.concat([cipher.update(secret), cipher.final()])
	return Buffer.concat([Buffer.from([1]), createHash('sha256').update(key).digest().subarray(0, 4), nonce, cipher.getAuthTag(), text]).toString('hex')
}
const stored = () => own.sql('SELECT HEX(secret), HEX(second_secret) FROM webhook_endpoints ORDER BY id')
const findings = async () => (await own.ctl('doctor').catch(error => JSON.parse(error.message.slice(error.message.indexOf('{"'))))).checks.filter(({ check }) => check === 'webhook secrets')

test('secrets that were swapped between two endpoints sign nothing', async () => {
	const one = await endpoint(), two = await endpoint()
	await own.ctl('webhook', 'rotate', '--id', two.id)
	const [[first], [second, older]] = await stored()
	for (const [id, column, bytes] of [[one.id, 'secret', second], [one.id, 'secret', older], [one.id, 'second_secret', second], [two.id, 'secret', first]]) {
		await own.sql(`UPDATE webhook_endpoints SET ${column} = X'${bytes}' WHERE id = ${id}`)
		await send(id)
		await own.once()
		assert.equal(server.requests.length, 0, `${column} of ${id}`)
		assert.match((await own.ctl('messages', 'status')).holds[0].reason, /for another endpoint/)
		assert.match((await findings())[0].found, /^1 were changed, or sealed for another endpoint/)
		await own.sql(`UPDATE webhook_endpoints SET secret = X'${first}', second_secret = NULL WHERE id = ${one.id}; UPDATE webhook_endpoints SET secret = X'${second}' WHERE id = ${two.id}; DELETE FROM outbox_messages; DELETE FROM delivery_holds`)
	}
	await send(one.id)
	await own.once()
	verify(server.requests[0], one.secret)
})

test('secrets of release 0.1.0 sign, and are bound to their endpoints by a command', async () => {
	const { id, secret: young } = await endpoint(), other = await endpoint()
	const old = `whsec_${randomBytes(32).toString('base64')}`
	await own.sql(`UPDATE webhook_endpoints SET second_secret = X'${sealedBefore(old)}' WHERE id = ${id}`)
	assert.match((await findings())[0].found, /^1 of release 0.1.0 are not bound/)
	await send(id)
	await own.once()
	verify(server.requests[0], old)
	const [[kept, unbound], untouched] = await stored()
	assert.deepEqual(await own.ctl('webhook', 'bind'), { bound: 1 })
	const [[same, bound], [still]] = await stored()
	assert.deepEqual([same, still], [kept, untouched[0]])
	assert.notEqual(bound, unbound)
	assert.deepEqual([await own.ctl('webhook', 'bind'), await findings()], [{ bound: 0 }, []])
	assert.equal(await own.number(`SELECT COUNT(*) FROM audit_entries WHERE action = 'webhook.bind' AND subject_id = ${id}`), 1)
	await send(id)
	await own.once()
	verify(server.requests[1], old)
	verify(server.requests[1], young)
	await own.sql(`UPDATE webhook_endpoints SET secret = X'${bound}' WHERE id = ${other.id}`)
	await send(other.id)
	await own.once()
	assert.equal(server.requests.length, 2)
})

test('500: retried after growing waits, with the same id and a new timestamp for each attempt', async () => {
	const { id, secret } = await endpoint()
	server.answer = () => ({ status: 500 })
	await send(id)
	const waits = []
	for (let tries = 1; tries <= 4; tries++) {
		await own.hurry()
		await own.once()
		const row = await only()
		assert.deepEqual([row.state, row.attempts, row.last_error], ['waiting', tries, 'answered 500'])
		waits.push(await dueIn())
	}
	const near = (wait, wanted) => wait >= wanted - 3 && wait <= wanted * 1.2 + 1
	assert.ok([5, 300, 1800, 7200].every((wanted, i) => near(waits[i], wanted)), waits.join(' '))
	const ids = server.requests.map(({ headers }) => headers['webhook-id'])
	assert.deepEqual(ids, Array(4).fill(ids[0]))
	const stamps = server.requests.map(({ headers }) => Number(headers['webhook-timestamp']))
	assert.deepEqual(stamps, [...stamps].sort())
	server.requests.forEach(request => verify(request, secret))
	const log = await own.ctl('webhook', 'log', '--id', id)
	assert.deepEqual(log.map(({ status, error, kind }) => [status, error, kind]), Array(4).fill([500, 'answered 500', 'webhook.test']))
})

test('429 with Retry-After: not before that, and nothing else is sent to the endpoint meanwhile', async () => {
	const { id } = await endpoint()
	server.answer = (request, number) => number === 1 ? { status: 429, headers: { 'Retry-After': '600' } } : {}
	await send(id)
	await own.once()
	assert.ok(await dueIn() >= 597)
	const { holds: [hold] } = await own.ctl('messages', 'status')
	assert.deepEqual([hold.channel, hold.endpoint, hold.reason], ['webhook', id, 'answered 429'])
	assert.ok(Date.parse(hold.until) - Date.now() > 590e3)
	await send(id)
	await own.once()
	assert.equal(server.requests.length, 1)
	await own.hurry()
	await own.once()
	assert.equal(server.requests.length, 3)
	assert.deepEqual(await own.states(), { sent: 2 })
	assert.deepEqual((await own.ctl('messages', 'status')).holds, [])
})

test('a redirect is not followed', async () => {
	const { id } = await endpoint()
	const elsewhere = await webhookServer()
	try {
		for (const status of [301, 302, 307, 308]) {
			server.answer = () => ({ status, headers: { Location: elsewhere.url } })
			await send(id)
			await own.once()
			assert.equal(elsewhere.requests.length, 0)
			assert.equal((await own.ctl('messages', 'list'))[0].last_error, `answered ${status}`)
		}
	} finally {
		await elsewhere.close()
	}
})

test('410: the endpoint is disabled, its waiting messages become dead letters, and no new ones are written', async () => {
	const { id } = await endpoint()
	server.answer = () => ({ status: 410 })
	for (let i = 0; i < 10; i++)
		await send(id)
	await own.once()
	assert.equal((await own.ctl('webhook', 'list'))[0].state, 'disabled')
	assert.deepEqual(await own.states(), { dead: 10 })
	assert.ok(server.requests.length <= 4)
	await assert.rejects(send(id), /no enabled endpoint/)
	const product_id = await product(own)
	await take(own, product_id)
	await own.once()
	assert.equal(await own.number('SELECT COUNT(*) FROM outbox_messages WHERE kind = "stock.low" AND channel = "webhook"'), 0)
	await own.ctl('webhook', 'enable', '--id', id)
	server.answer = () => ({})
	await own.ctl('messages', 'retry-all')
	await own.once()
	assert.equal(await own.number('SELECT COUNT(*) FROM outbox_messages WHERE channel = "webhook" AND state = "sent"'), 10)
})

test('a hanging server is abandoned after the timeout and delays no other endpoint', async () => {
	const silent = createServer(() => {})
	await once(silent.listen(0, '127.0.0.1'), 'listening')
	try {
		const slow = await endpoint(ALL, `http://127.0.0.1:${silent.address().port}/`)
		const quick = await endpoint()
		for (let i = 0; i < 8; i++)
			await send(slow.id)
		const daemon = await own.notifier()
		await until(async () => await own.number(`SELECT COUNT(*) FROM outbox_messages WHERE leased_until IS NOT NULL AND channel = 'webhook' AND endpoint_id = ${slow.id}`) > 0, 'the first attempt')
		await send(quick.id)
		await until(() => server.requests.length === 1, 'the fast endpoint')
		assert.equal(await own.number(`SELECT COUNT(*) FROM webhook_attempts WHERE endpoint_id = ${slow.id}`), 0, 'the slow ones are still in progress')
		await until(async () => await own.number(`SELECT COUNT(*) FROM webhook_attempts WHERE endpoint_id = ${slow.id} AND error LIKE '%timed out%'`) > 0, 'the timeout')
		assert.equal(await daemon.stop(), 0)
	} finally {
		silent.close()
	}
})

test('an endless response is not read to its end', async () => {
	const { id } = await endpoint()
	const flood = createServer(socket => {
		socket.on('error', () => {})
		socket.write('HTTP/1.1 200 OK\r\n\r\n')
		const more = () => socket.writable && socket.write('x'.repeat(65536), more)
		more()
	})
	await once(flood.listen(0, '127.0.0.1'), 'listening')
	try {
		await own.sql(`UPDATE webhook_endpoints SET url = 'http://127.0.0.1:${flood.address().port}/'`)
		await send(id)
		await own.once()
		assert.equal((await only()).state, 'sent', 'it said 200')
	} finally {
		flood.close()
	}
})

test('private addresses are refused in every notation, and by name', async () => {
	own.write({ webhook: { allow_private_addresses: 'no', timeout_seconds: 2 } })
	const { port } = server
	await assert.rejects(endpoint(), /must begin with https/)
	const { id } = await endpoint(ALL, 'https://shop.example/hooks')
	for (const host of ['127.0.0.1', 'localhost', '0177.0.0.1', '2130706433', '0x7f.1', '127.1', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '0.0.0.0',
		'10.0.0.1', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '[fe80::1]', '[fd00::1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]']) {
		await own.sql(`DELETE FROM outbox_messages; UPDATE webhook_endpoints SET url = 'https://${host}:${port}/hooks'`)
		await send(id)
		await own.once()
		const row = await only()
		assert.deepEqual([row.state, row.attempts], ['waiting', 1], host)
		assert.match(row.last_error, /^the address is not public/, host)
	}
	await own.sql(`DELETE FROM outbox_messages; UPDATE webhook_endpoints SET url = 'http://127.0.0.1:${port}/hooks'`)
	await send(id)
	await own.once()
	assert.match((await only()).last_error, /[Pp]rotocol/, 'plain http neither')
	assert.equal(server.requests.length, 0)
})

test('events and addresses are checked when an endpoint is created', async () => {
	await assert.rejects(endpoint('claim.created,claim.lost'), /not claim.lost/)
	for (const url of ['ftp://shop.example/', 'https://', 'https:///x', 'https://user@shop.example/', 'https://shop.example/#x', 'https://shop.example/a b', 'shop.example'])
		await assert.rejects(endpoint(ALL, url), /url: must/, url)
	const { id } = await endpoint('claim.created')
	await own.ctl('webhook', 'events', '--id', id, '--events', 'stock.low,stock.sold_out')
	assert.equal((await own.ctl('webhook', 'list'))[0].events, 'stock.low,stock.sold_out')
	assert.ok(await own.number('SELECT COUNT(*) FROM audit_entries WHERE subject = "webhook"') >= 2)
	assert.equal(await own.number('SELECT COUNT(*) FROM audit_entries WHERE after_change LIKE "%whsec%"'), 0)
})
