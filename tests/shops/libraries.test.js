// SPDX-License-Identifier: MIT
// The libraries for shops (packaging/shops): the same calls by dojang.php, with the curl extension and
// without, and by dojang-server.mjs, against the demo.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Dojang, DojangError } from '../../packaging/shops/javascript/dojang-server.mjs'
import { until, webhookServer } from '../delivery/installation.js'
import { addDays, attended, base, count, demo, dojangctl, freshEvent, now, unique } from '../http/harness.js'

const here = import.meta.dirname
const SECRET = readFileSync(demo.issuer.hs256_secret_file, 'utf8').split('\n')[0]
const { key } = await dojangctl('key', 'create', '--name', unique('shop'), '--scopes', 'users:read,users:export,users:delete,points:write,claims:write,attendance:write,payouts:write')
const OPTIONS = { url: `${base.origin}/`, issuer: demo.issuer.iss, audience: [demo.issuer.aud].flat()[0], api_key: key, token_secret: SECRET }

/* --- the two libraries behind one interface: results of [method, …arguments], and the waits between attempts --- */

async function php(options, calls, http) {
	const child = spawn('php', [join(here, 'call.php')], { stdio: ['pipe', 'pipe', 'inherit'] })
	child.stdin.end(JSON.stringify({ options, calls, http }))
	const [output] = await Promise.all([buffer(child.stdout), once(child, 'exit')])
	return JSON.parse(output)
}
const camel = name => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
/** PHP's arguments of stamp() and settlePayouts() are a list, JavaScript's are named. */
const named = ([method, ...rest]) => method === 'settlePayouts' ? [method, rest[0], rest[1], { reference: rest[2], failure: rest[3] }] : method === 'stamp' ? [method, rest[0], { event: rest[1], reference: rest[2], date: rest[3] }] : [method, ...rest]

async function javascript(options, calls) {
	const waits = [], results = []
	const own = { ...Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value])), wait: seconds => waits.push(seconds) }
	for (const [method, ...rest] of calls.map(named))
		try {
			const value = await new Dojang(own)[method](...rest)
			results.push({ value: value?.[Symbol.asyncIterator] ? await all(value) : value ?? null })
		} catch (error) {
			if (!(error instanceof DojangError || error instanceof TypeError))
				throw error
			results.push({ error: error instanceof DojangError ? { status: error.status, type: error.type, message: error.message } : { message: error.message } })
		}
	return { results, waits }
}
async function all(items) {
	const list = []
	for await (const item of items)
		list.push(item)
	return list
}
const LIBRARIES = {
	'dojang.php': (options, calls) => php(options, calls),
	'dojang.php without curl': (options, calls) => php(options, calls, 'streams'),
	'dojang-server.mjs': javascript,
}
const values = async answer => (await answer).results.map(result => { assert.ok('value' in result, JSON.stringify(result)); return result.value })

/** A call for a token at the time of the demo's clock. */
function tokenOf(subject, claims = {}) {
	const seconds = Math.floor(now() / 1000)
	return ['token', subject, { iat: seconds - 5, exp: seconds + 900, ...claims }]
}

/* --- a front that loses connections and refuses, then passes requests on --- */

const seen = []
let troubles = []                       // what happens to the next requests: 'lost', or [status, Retry-After]
const front = createServer(async (request, response) => {
	seen.push(`${request.method} ${request.url}`)
	const body = await buffer(request), trouble = troubles.shift()
	if (trouble === 'lost')
		return request.socket.destroy()
	if (trouble) {
		const [status, seconds] = trouble
		return response.writeHead(status, seconds ? { 'retry-after': seconds } : {}).end('{"type":"/problems/unavailable","title":"later"}')
	}
	const onward = httpRequest(new URL(request.url, base), { method: request.method, headers: { ...request.headers, host: base.host } })
	onward.on('response', answer => { response.writeHead(answer.statusCode, answer.headers); answer.pipe(response) }).end(body)
})
await once(front.listen(0, '127.0.0.1'), 'listening')
after(() => { front.closeAllConnections(); front.close() })
const BEHIND = { ...OPTIONS, url: `http://127.0.0.1:${front.address().port}` }

for (const [name, run] of Object.entries(LIBRARIES)) {
	const can = (what, action) => test(`${name}: ${what}`, action)

	can('a token signs the customer in, with other claims too', async () => {
		const subject = unique('민지'), [token] = await values(run(OPTIONS, [tokenOf(subject, { username: '김민지' })]))
		const response = await fetch(new URL('/api/v1/me', base), { headers: { authorization: `Bearer ${token}` } })
		assert.equal(response.status, 200)
		const [user] = await values(run(OPTIONS, [['user', subject]]))
		assert.equal(user.subject, subject)
		const { results } = await run({ ...OPTIONS, token_secret: 'short' }, [['token', subject]])
		assert.match(results[0].error.message, /32 bytes/)
		assert.match((await run(OPTIONS, [['token', '']])).results[0].error.message, /no id/)
	})

	can('points are granted and spent once for each reference, for any subject', async () => {
		const subject = unique('a/b?c#d% 민지'), first = unique('welcome'), [token] = await values(run(OPTIONS, [tokenOf(subject)]))
		assert.equal((await fetch(new URL('/api/v1/me', base), { headers: { authorization: `Bearer ${token}` } })).status, 200)
		const { results: [one, again, spent, conflict, poor] } = await run(OPTIONS, [['points', subject, 300, first, '가입 축하'], ['points', subject, 300, first, '가입 축하'],
			['points', subject, -100, unique('order'), 'Order'], ['points', subject, 301, first, '가입 축하'], ['points', subject, -1000, unique('order'), 'Order']])
		assert.equal(one.value.balance, 300)
		assert.deepEqual(again.value, one.value)
		assert.equal(spent.value.balance, 200)
		assert.deepEqual([conflict.error.status, conflict.error.type], [409, 'conflict'])
		assert.deepEqual([poor.error.status, poor.error.type], [409, 'insufficient-points'])
		const order = unique('order')
		const { results: [, refunded, tooMuch] } = await run(OPTIONS, [['points', subject, -100, order, 'Order'], ['points', subject, 60, unique('refund'), 'Refund', order],
			['points', subject, 41, unique('refund'), 'Refund', order]])
		assert.equal(refunded.value.balance, 160)
		assert.equal(tooMuch.error.status, 409)
	})

	can('payouts are listed, fail, are tried again and paid, however often this is said', async () => {
		const event = await freshEvent({ milestones: [{ at: 1, points: 300, wallet: 'shop' }] }), subject = unique('c')
		await attended(event, { [subject]: [-1] })
		const [token] = await values(run(OPTIONS, [tokenOf(subject)]))
		assert.equal((await fetch(new URL(event.milestones[0].path, base), { method: 'POST', headers: { authorization: `Bearer ${token}` } })).status, 201)
		const mine = async state => (await values(run(OPTIONS, [['payouts', state]])))[0].filter(payout => payout.subject === subject)
		const [{ id, points }] = await mine('due')
		assert.equal(points, 300)
		const settled = await values(run(OPTIONS, [['settlePayouts', [id], 'failed', null, 'closed'], ['settlePayouts', [id], 'due'], ['settlePayouts', [id], 'paid', 'batch-1'], ['settlePayouts', [id], 'paid', 'batch-1']]))
		assert.deepEqual(settled.map(([payout]) => [payout.state, payout.reference, payout.failure]),
			[['failed', null, 'closed'], ['due', null, null], ['paid', 'batch-1', null], ['paid', 'batch-1', null]])
		assert.deepEqual((await run(OPTIONS, [['settlePayouts', [id], 'paid', 'batch-2']])).results[0].error.type, 'conflict')
		assert.deepEqual((await mine('paid')).map(payout => payout.id), [id])
	})

	can('lost connections, 429 and 503 are repeated, and applied once', async () => {
		const subject = unique('c'), reference = unique('order'), [token] = await values(run(OPTIONS, [tokenOf(subject)]))
		await fetch(new URL('/api/v1/me', base), { headers: { authorization: `Bearer ${token}` } })
		troubles = ['lost', [503, 3], [429, 9999]]
		seen.length = 0
		const { results: [{ value }], waits } = await run(BEHIND, [['points', subject, 50, reference, 'Test']])
		assert.equal(value.balance, 50)
		assert.equal(seen.length, 4)
		assert.equal(waits.length, 3)
		assert.equal(waits[1], 3, 'Retry-After is obeyed')
		const [user] = await values(run(OPTIONS, [['user', subject]]))
		assert.equal(user.points, 50)
	})

	can('a call that fails for good says why, and is not repeated', async () => {
		troubles = [[503], [503], [502], [504]]
		seen.length = 0
		const { results: [down, missing, wrong] } = await run(BEHIND, [['user', 'x'], ['user', unique('nobody')], ['points', 'x', 0, 'r', 'zero']])
		assert.equal(down.error.status, 504)
		assert.equal(missing.error.status, 404)
		assert.equal(wrong.error.status, 422)
		assert.equal(seen.length, 6)
		const { results: [closed] } = await run({ ...OPTIONS, url: 'http://127.0.0.1:9', attempts: 1 }, [['user', 'x']])
		assert.equal(closed.error.status, 0)
		const { results: [keyless] } = await run({ ...OPTIONS, api_key: '' }, [['user', 'x']])
		assert.match(keyless.error.message, /api_?key is missing/i)
	})

	can('claims are listed page by page and moved forward', async () => {
		const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', points: null, stock: 10 }] }), subjects = Array.from({ length: 3 }, () => unique('c'))
		await attended(event, Object.fromEntries(subjects.map(subject => [subject, [-1]])))
		const ids = []
		for (const subject of subjects) {
			const [token] = await values(run(OPTIONS, [tokenOf(subject)]))
			const response = await fetch(new URL(event.milestones[0].path, base), { method: 'POST', headers: { authorization: `Bearer ${token}` } })
			assert.equal(response.status, 201)
			ids.push((await response.json()).id)
		}
		const [list] = await values(run(OPTIONS, [['items', '/shop/claims?state=claimed&limit=2']]))
		assert.ok(list.length >= 3 && new Set(list.map(claim => claim.id)).size === list.length)
		assert.ok(ids.every(id => list.some(claim => claim.id === id)))
		const [moved, sent] = await values(run(OPTIONS, [['moveClaim', ids[0], 'preparing'], ['moveClaim', ids[0], 'shipped', 'KR123456789']]))
		assert.equal(moved.state, 'preparing')
		assert.deepEqual([sent.state, sent.tracking], ['shipped', 'KR123456789'])
		const { results: [back] } = await run(OPTIONS, [['moveClaim', ids[0], 'preparing']])
		assert.equal(back.error.status, 409)
	})

	can('an order adds a day once, and its cancellation takes it back', async () => {
		const event = await freshEvent(), subject = unique('민지'), reference = unique('주문 1/2')
		await dojangctl('event', 'options', '--slug', event.slug, '--stamped-by', 'both')
		const { results: [first, again, other, back, repeated] } = await run(OPTIONS, [['stamp', subject, event.slug, reference], ['stamp', subject, event.slug, reference],
			['stamp', subject, event.slug, reference, addDays(event.today, -1)], ['unstamp', subject, reference], ['unstamp', subject, reference]])
		assert.deepEqual([first.value.date, first.value.source, first.value.already], [event.today, 'purchase', false])
		assert.deepEqual(again.value, first.value)
		assert.equal(other.error.type, 'conflict')
		assert.deepEqual([back.error, repeated.error], [undefined, undefined])
		assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN users u ON u.id = a.user_id WHERE u.subject = '${subject}'`), 0)
	})

	can('a customer is exported and erased, repeatedly', async () => {
		const subject = unique('leaves'), [token] = await values(run(OPTIONS, [tokenOf(subject)]))
		await fetch(new URL('/api/v1/me', base), { headers: { authorization: `Bearer ${token}` } })
		const { results } = await run(OPTIONS, [['exportUser', subject], ['eraseUser', subject], ['eraseUser', subject], ['user', subject]])
		assert.equal(JSON.stringify(results[0].value).includes(subject), true)
		assert.deepEqual([results[1].error, results[2].error], [undefined, undefined])
		assert.equal(results[3].error.status, 404)
	})

	can('webhooks from Dojang are accepted; changed, old and unsigned ones are not', async () => {
		const server = await webhookServer()
		const { id, secret } = await dojangctl('webhook', 'add', '--url', server.url, '--events', 'claim.created')
		try {
			await dojangctl('webhook', 'test', '--id', id)
			await until(() => server.requests.length > 0, 'the webhook')
			const { body, headers } = server.requests[0], options = { ...OPTIONS, webhook_secret: secret }
			const inServer = Object.fromEntries(Object.entries(headers).map(([header, value]) => [`HTTP_${header.toUpperCase().replaceAll('-', '_')}`, value]))
			const late = Math.floor(Date.now() / 1000) + 3600, far = name.endsWith('mjs') ? late * 1000 : late
			const { 'webhook-signature': _, ...unsigned } = headers
			const { results: [good, changed, old, none, other] } = await run(options, [['webhook', body, name.endsWith('mjs') ? headers : inServer], ['webhook', `${body} `, headers],
				['webhook', body, headers, far], ['webhook', body, unsigned], ['webhook', body, { ...headers, 'webhook-id': 'another' }]])
			assert.equal(good.value.id, headers['webhook-id'])
			assert.equal(good.value.type, JSON.parse(body).type)
			assert.match(changed.error.message, /signature/)
			assert.match(old.error.message, /timestamp/)
			assert.ok(none.error)
			assert.match(other.error.message, /signature/)
		} finally {
			await dojangctl('webhook', 'remove', '--id', id)
			await server.close()
		}
	})
}

test('an option that does not exist is refused by name', async () => {
	assert.match((await promisify(execFile)('php', ['-r', `require "${join(here, '../../packaging/shops/php/dojang.php')}"; try { new Dojang(["url" => "http://x", "apikey" => 1]); } catch (InvalidArgumentException $e) { echo $e->getMessage(); }`])).stdout, /apikey/)
	assert.throws(() => new Dojang({ url: 'http://x', api_key: 'x' }), /api_key/)
	assert.throws(() => new Dojang({ url: 'dojang.example' }), /url/)
})

test('dojang.php uses only what PHP 7.4 has', async () => {
	await promisify(execFile)('php', [join(here, 'syntax.php'), join(here, '../../packaging/shops/php/dojang.php')])
	await assert.rejects(promisify(execFile)('php', [join(here, 'syntax.php'), join(here, 'later.php')]), ({ stdout }) => stdout.split('\n').length === 7)
})
