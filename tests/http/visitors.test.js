// SPDX-License-Identifier: MIT
// Events as visitors without a token see them: what the response contains, who can cache it, and
// which events stay hidden.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, customer, expect, expectFields } from './client.js'
import { request, send, withWorker } from './fastcgi.js'
import { demo, dojangctl, freshEvent, sql, token, unique } from './harness.js'

const hidden = async event => dojangctl('event', 'options', '--slug', event.slug, '--public', 'no')
const publicHeaders = ({ headers }) => [headers['cache-control'], headers.vary.split(', ').includes('Authorization'), Boolean(headers.etag)]

test('a visitor sees the event as a new customer does, without the participation', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 3 }, { at: 5, stock: 0 }] })
	const answer = await call('GET', event.path)
	const seen = expect(answer, 200)
	const { participation, ...own } = expect(await customer(unique('c')).get(event.path), 200)
	assert.ok(participation)
	assert.deepEqual(seen, own)
	assert.deepEqual(publicHeaders(answer), ['public, max-age=60', true, true])
	assert.equal((await call('HEAD', event.path)).headers.etag, answer.headers.etag)
})

test('the list without a token has the public events only, by cursor', async () => {
	const [shown, other, not] = [await freshEvent(), await freshEvent(), await freshEvent()]
	await hidden(not)
	const slugs = new Set()
	let cursor = ''
	const headers = { host: unique('host') }        // the cache has nothing of it yet
	for (let path = '/api/v1/events?limit=1'; path; path = cursor && `/api/v1/events?limit=1&cursor=${cursor}`) {
		const page = expect(await call('GET', path, { headers }), 200)
		page.items.forEach(item => slugs.add(item.event))
		cursor = page.next
	}
	assert.deepEqual([shown, other, not].map(event => slugs.has(event.slug)), [true, true, false])
	const own = expect(await customer(unique('c')).get('/api/v1/events?limit=200'), 200)
	assert.ok(own.items.some(item => item.event === not.slug), 'customers see it')
	const { next } = expect(await call('GET', '/api/v1/events?limit=1'), 200)
	expectFields(await customer(unique('c')).get(`/api/v1/events?cursor=${next}`), 400, 'bad-request', 'cursor')
	expectFields(await call('GET', '/api/v1/events?limit=0'), 400, 'bad-request', 'limit')
})

test('a hidden event, a draft and an unknown one are the same 401 for visitors', async () => {
	const [not, draft] = [await freshEvent(), await freshEvent({ open: false })]
	await hidden(not)
	const bodies = []
	for (const path of [not.path, draft.path, '/api/v1/events/no-such-event'])
		bodies.push(JSON.stringify({ ...expect(await call('GET', path), 401, 'unauthorized'), request_id: '' }))
	assert.equal(new Set(bodies).size, 1)
	expect(await customer(unique('c')).get(not.path), 200)
	await dojangctl('event', 'options', '--slug', not.slug, '--public', 'yes')
	expect(await call('GET', not.path), 200)
})

test('nginx answers visitors from its cache, each with an own id, and customers never', async () => {
	const event = await freshEvent(), who = customer(unique('c'))
	assert.equal(expect(await who.get(event.path), 200).participation.count, 0)
	const first = await call('GET', event.path)
	await sql(`UPDATE events SET name = 'changed', version = version + 1 WHERE slug = '${event.slug}'`)
	const second = await call('GET', event.path)
	assert.equal(expect(second, 200).name, expect(first, 200).name, 'from the cache')
	assert.notEqual(second.headers['x-request-id'], first.headers['x-request-id'])
	const own = await who.get(event.path)
	assert.deepEqual([expect(own, 200).name, own.body.participation.count, own.headers['cache-control'], own.headers.etag], ['changed', 0, 'no-store', undefined])
	for (const bad of ['x', token('x', {}, { key: 'another-secret-of-thirty-two-bytes' }), demo.api_key])
		expect(await call('GET', event.path, { as: bad }), 401, 'unauthorized')
	expect(await call('GET', event.path, { headers: { authorization: 'Basic eDp5' } }), 401, 'unauthorized')
})

test('a page of a configured origin can read it, whoever was first', async () => {
	const event = await freshEvent(), [origin] = demo.origins
	for (const [from, allowed] of [[undefined, undefined], [origin, origin], ['https://evil.example', undefined], [origin, origin]]) {
		const { headers } = await call('GET', event.path, { headers: from ? { origin: from } : {} })
		assert.equal(headers['access-control-allow-origin'], allowed)
		assert.match(headers.vary, /\bOrigin\b/)
	}
})

test('If-None-Match with the present ETag is 304, from nginx and from a worker', async () => {
	const event = await freshEvent()
	const { headers: { etag } } = await call('GET', event.path)
	const again = await call('GET', event.path, { headers: { 'if-none-match': `"x", W/${etag}` } })
	assert.deepEqual([again.status, again.text, again.headers.etag, again.headers['cache-control']], [304, '', etag, 'public, max-age=60'])
	expect(await call('GET', event.path, { headers: { 'if-none-match': '"x"' } }), 200)
	await withWorker(async worker => {
		const ask = async HTTP_IF_NONE_MATCH => statusAndBody(await send(worker, request(event.path, 0, { HTTP_IF_NONE_MATCH })))
		assert.deepEqual(await ask(`"x", W/${etag}`), ['304', ''])
		assert.deepEqual(await ask('*'), ['304', ''])
		assert.equal((await ask('"x"'))[0], '200')
		await sql(`UPDATE events SET name = 'changed', version = version + 1 WHERE slug = '${event.slug}'`)
		assert.equal((await ask(etag))[0], '200', 'other content has another ETag')
	})
})

function statusAndBody({ out, isEnded }) {
	assert.ok(isEnded)
	const [head, body] = out.split('\r\n\r\n')
	return [/^Status: (\d+)/.exec(head)[1], body]
}
