// SPDX-License-Identifier: MIT
// What all routes have in common: the order of the checks, tokens, methods, CORS, the form of
// problems.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, customer, expect, expectFields } from './client.js'
import { document } from './contract.js'
import { head, rawCall } from './raw.js'
import { base, demo, freshEvent, now, sql, token, unique } from './harness.js'

const LARGE = 'x'.repeat(2000)          // more than a check-in accepts, less than nginx refuses
const event = await freshEvent({ milestones: [{ at: 1 }] })
const attendance = `${event.path}/attendance`
/** The paths for customers with this method, from openapi.yaml. */
const isForVisitors = operation => operation.security?.some(way => Object.keys(way).length === 0) && operation.security.some(way => 'customer' in way)
const documented = method => Object.entries(document.paths).filter(([, item]) => item[method] && (!item[method].security || isForVisitors(item[method])))
	.map(([path]) => path.replace('{event}', event.slug).replace('{milestone}', event.milestones[0].id))
const PUBLIC = ['/api/v1/events', event.path]      // visitors see them: visitors.test.js
const [GETS, POSTS] = [documented('get'), documented('post')]
assert.ok(GETS.length >= 7 && POSTS.length >= 2)

async function blockedCustomer() {
	const who = customer(unique('blocked'))
	expect(await who.get('/api/v1/me'), 200)
	await sql(`UPDATE users SET state = 'blocked' WHERE subject = '${who.subject}'`)
	return who
}

test('the checks come in the order 404, 405, 413, 401, 403, 415, 400, 422', async () => {
	const good = customer(unique('c')).token
	const blocked = (await blockedCustomer()).token
	const text = { 'content-type': 'text/plain' }
	const badQuery = `${attendance}?colour=red`
	const steps = [         // each request also fails all later checks
		['404', 'DELETE', '/api/v1/nothing?colour=red', { headers: text, body: LARGE }, 404, 'not-found'],
		['405', 'DELETE', badQuery, { headers: text, body: LARGE }, 405, 'method-not-allowed'],
		['413', 'POST', badQuery, { headers: text, body: LARGE }, 413, 'too-large'],
		['413 by nginx', 'POST', badQuery, { headers: text, body: 'x'.repeat(100e3) }, 413, 'too-large'],
		['401', 'POST', badQuery, { headers: text, body: '{"a":1}' }, 401, 'unauthorized'],
		['403', 'POST', badQuery, { as: blocked, headers: text, body: '{"a":1}' }, 403, 'forbidden'],
		['415', 'POST', badQuery, { as: good, headers: text, body: '{"a":1}' }, 415, 'unsupported-media-type'],
		['400', 'POST', badQuery, { as: good, body: '{"a":1}' }, 400, 'bad-request', 'colour'],
		['422', 'POST', attendance, { as: good, body: '{"a":1}' }, 422, 'invalid', 'a'],
		['201', 'POST', attendance, { as: good, body: '{}' }, 201],
	]
	for (const [step, method, path, request, status, type, ...fields] of steps) {
		const answer = await call(method, path, request)
		if (fields.length)
			expectFields(answer, status, type, ...fields)
		else
			assert.ok(expect(answer, status, type), step)
	}
})

test('without a token every route for customers is 401, whether the resource exists or not', async () => {
	for (const [method, path] of [...GETS.filter(path => !PUBLIC.includes(path)).map(path => ['GET', path]), ...POSTS.map(path => ['POST', path]),
		['GET', '/api/v1/events/no-such-event'], ['POST', '/api/v1/events/no-such-event/milestones/1/claim']]) {
		const answer = await call(method, path)
		expect(answer, 401, 'unauthorized')
		assert.match(answer.headers['www-authenticate'], /^Bearer\b/)
	}
})

test('invalid tokens all get the same 401', async () => {
	const subject = unique('c')
	const seconds = Math.floor(now() / 1000)
	const [headerPart, , signature] = token(subject).split('.')
	const bad = {
		'no scheme': token(subject), 'another scheme': `Basic ${token(subject)}`, 'nothing behind it': 'Bearer', 'blanks': 'Bearer   ',
		garbage: 'Bearer garbage', 'three dots': 'Bearer ...', 'two tokens': `Bearer ${token(subject)} ${token(subject)}`,
		expired: `Bearer ${token(subject, { exp: seconds - 2 * 86400 })}`, 'no exp': `Bearer ${token(subject, { exp: undefined })}`,
		'not yet': `Bearer ${token(subject, { nbf: seconds + 2 * 86400 })}`,
		'wrong iss': `Bearer ${token(subject, { iss: 'https://elsewhere.invalid/' })}`, 'no iss': `Bearer ${token(subject, { iss: undefined })}`,
		'wrong aud': `Bearer ${token(subject, { aud: 'elsewhere' })}`, 'no aud': `Bearer ${token(subject, { aud: undefined })}`,
		'no sub': `Bearer ${token(undefined)}`, 'empty sub': `Bearer ${token('')}`, 'sub is a number': `Bearer ${token(7)}`,
		'alg none': `Bearer ${token(subject, {}, { header: { alg: 'none' } }).replace(/[^.]*$/, '')}`,
		'alg none, signed': `Bearer ${token(subject, {}, { header: { alg: 'none' } })}`,
		'another key': `Bearer ${token(subject, {}, { key: 'f'.repeat(64) })}`,
		'another content under the signature': `Bearer ${headerPart}.${token('someone else').split('.')[1]}.${signature}`,
		'over 8 KiB': `Bearer ${token(subject, { padding: 'x'.repeat(9000) })}`,
		'an API key': 'Bearer djk_1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
	}
	const bodies = new Set()
	for (const [sentence, authorization] of Object.entries(bad)) {
		const answer = await call('GET', '/api/v1/me', { headers: { authorization } })
		assert.equal(answer.status, 401, `${sentence}: ${answer.text}`)
		expect(answer, 401, 'unauthorized')
		assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"', sentence)
		bodies.add(JSON.stringify({ ...answer.body, request_id: '' }))
	}
	assert.equal(bodies.size, 1, 'the response does not say which check failed')
	expect(await call('GET', '/api/v1/me', { headers: { authorization: `bearer ${token(subject)}` } }), 200)
	expect(await call('GET', '/api/v1/me', { as: token(subject, { aud: ['elsewhere', demo.issuer.aud] }) }), 200)
})

test('blocked customers get 403 on every route', async () => {
	const who = await blockedCustomer()
	for (const path of [...GETS, '/api/v1/events/no-such-event'])
		expect(await who.get(path), 403, 'forbidden')
	for (const path of POSTS)
		expect(await who.post(path), 403, 'forbidden')
})

test('405 lists the allowed methods in Allow, including HEAD and OPTIONS', async () => {
	const table = { '/api/v1/me': 'GET, HEAD, OPTIONS', '/healthz': 'GET, HEAD, OPTIONS', [event.milestones[0].path]: 'OPTIONS, POST', [attendance]: 'GET, HEAD, OPTIONS, POST' }
	for (const [path, allowed] of Object.entries(table))
		for (const method of ['PUT', 'DELETE', 'PATCH']) {
			const answer = await call(method, path)
			expect(answer, 405, 'method-not-allowed')
			assert.equal(answer.headers.allow.split(', ').sort().join(', '), allowed, path)
		}
	expect(await call('GET', event.milestones[0].path), 405, 'method-not-allowed')
	expect(await call('POST', '/api/v1/me'), 405, 'method-not-allowed')
})

test('HEAD answers like GET, without the body', async () => {
	const who = customer(unique('c'))
	for (const path of [...GETS, '/healthz', '/readyz', `${attendance}?month=2026-13`, '/api/v1/events/no-such-event']) {
		const [get, only] = [await who.get(path), await who.call('HEAD', path)]
		assert.deepEqual([only.status, only.headers['content-type'], only.text], [get.status, get.headers['content-type'], ''], path)
	}
	assert.equal((await call('HEAD', '/api/v1/me')).status, 401)
})

test('healthz and readyz answer without a token', async () => {
	for (const path of ['/healthz', '/readyz'])
		assert.deepEqual(expect(await call('GET', path), 200), { status: 'ok' })
})

test('unknown and repeated query parameters and invalid values are 400 and named', async () => {
	const who = customer(unique('c'))
	const table = [
		['/api/v1/me?a=1', 'a'], ['/api/v1/me?a', 'a'], ['/api/v1/me?limit=1', 'limit'], ['/api/v1/events?limit=1&limit=1', 'limit'],
		['/api/v1/events?limit=1&Limit=1', 'Limit'], ['/api/v1/events?x=1&y=2', 'x', 'y'], ['/api/v1/events?limit=0&x', 'limit', 'x'],
		[`${event.path}?month=2026-11`, 'month'], [`${attendance}?month=2026-11&month=2026-11`, 'month'], [`${attendance}?limit=5`, 'limit'],
		['/api/v1/events?limit=201', 'limit'], ['/api/v1/events?limit=', 'limit'], ['/api/v1/events?limit', 'limit'], ['/healthz?a=1', 'a'],
	]
	for (const [path, ...fields] of table)
		expectFields(await who.get(path), 400, 'bad-request', ...fields)
	expect(await who.get('/api/v1/me?'), 200)
	expect(await who.get('/api/v1/events?limit=200'), 200)
	expect(await who.get('/api/v1/events?%6Cimit=1'), 200)
})

test('a directory of files is not listed, with and without a slash', async () => {
	for (const path of ['/assets', '/assets/'])
		expect(await call('GET', path), 404, 'not-found')
})

test('problems contain only the members of RFC 9457 and of the contract', async () => {
	const answer = await customer(unique('c')).get('/api/v1/events?limit=x')
	assert.equal(answer.headers['content-type'].split(';')[0], 'application/problem+json')
	const { request_id: id, ...rest } = answer.body
	assert.equal(id, answer.headers['x-request-id'])
	assert.deepEqual(Object.keys(rest).sort(), ['detail', 'errors', 'status', 'title', 'type'])
	assert.match(rest.errors[0].detail, /1 to 200/)
	assert.equal(answer.headers['x-powered-by'], undefined)
	assert.doesNotMatch(answer.headers.server ?? '', /\d/, 'no version is shown')
})

test('request ids differ, and an id sent by a client is not used', async () => {
	const ids = new Set()
	for (let i = 0; i < 5; i++)
		ids.add((await call('GET', '/healthz', { headers: { 'x-request-id': 'chosen-by-client' } })).headers['x-request-id'])
	assert.equal(ids.size, 5)
	assert.ok(!ids.has('chosen-by-client'))
})

/* --- CORS ------------------------------------------------------------------------------------------------------------------- */

const preflight = (path, origin, { method = 'POST', names = ['authorization', 'content-type'] } = {}) => call('OPTIONS', path,
	{ headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': names.join(',') } })
const allowed = answer => (answer.headers['access-control-allow-headers'] ?? '').toLowerCase().split(',').map(name => name.trim())

// What tools add to each request of a shop's page. Their sets are open: the last of each is made up.
const TRACING = {
	'W3C Trace Context, OpenTelemetry': ['traceparent', 'tracestate', 'baggage'],
	Sentry: ['sentry-trace', 'baggage', 'sentry-new'],
	Datadog: ['x-datadog-origin', 'x-datadog-parent-id', 'x-datadog-sampling-priority', 'x-datadog-trace-id', 'x-datadog-tags', unique('x-datadog')],
	'New Relic': ['newrelic', 'x-newrelic-id', 'x-newrelic-transaction', unique('x-newrelic')],
	'Zipkin, B3': ['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags', unique('x-b3')],
	'AWS X-Ray': ['x-amzn-trace-id', unique('x-amzn')],
	'Azure Application Insights': ['request-id', 'request-context', 'correlation-context'],
	'Google, Jaeger, Elastic, SkyWalking': ['x-cloud-trace-context', 'uber-trace-id', 'elastic-apm-traceparent', 'sw8'],
	'Dynatrace, Instana': ['x-dtpc', 'x-dtreferer', 'x-instana-t', 'x-instana-s', unique('x-dt')],
	'HTTP libraries': ['x-requested-with', 'x-correlation-id', 'x-request-id'],
}

for (const [tool, names] of Object.entries(TRACING))
	test(`headers of ${tool} pass the preflight and change nothing`, async () => {
		const [origin] = demo.origins
		for (const path of [attendance, '/api/v1/me']) {
			const answer = await preflight(path, origin, { names: ['authorization', 'content-type', ...names].sort() })
			assert.equal(answer.status, 204)
			for (const name of ['authorization', 'content-type', ...names])
				assert.ok(allowed(answer).includes(name), `${name} in ${answer.headers['access-control-allow-headers']}`)
			assert.equal(answer.headers['access-control-allow-origin'], origin)
		}
		const headers = { origin, ...Object.fromEntries(names.map(name => [name, '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'])) }
		const who = customer(unique('c'))
		expect(await who.get('/api/v1/me', { headers }), 200)
		expect(await who.post(attendance, { headers }), 201)
		expect(await call('GET', '/api/v1/me', { headers }), 401, 'unauthorized')
		const refused = await who.post(attendance, { headers, body: 'x'.repeat(100e3) })
		expect(refused, 413, 'too-large')
		assert.equal(refused.headers['access-control-allow-origin'], origin)
	})

test('a preflight allows names of headers alone, for configured origins alone, and none that tells who asks', async () => {
	const [origin] = demo.origins
	const asked = ['traceparent', '*', 'x y', 'a:b', '"q"', 'cookie', 'host', 'sec-fetch-site', 'proxy-authorization', 'x-forwarded-for', 'forwarded', 'x-real-ip']
	assert.deepEqual(allowed(await preflight(attendance, origin, { names: asked })), ['authorization', 'content-type', 'traceparent', 'x', 'y'])
	assert.deepEqual(allowed(await preflight(attendance, origin, { names: [`x-${'long'.repeat(2000)}`] })), ['authorization', 'content-type'])
	const stranger = await preflight(attendance, 'https://evil.example', { names: ['traceparent'] })
	assert.equal(stranger.headers['access-control-allow-headers'], undefined)
	const shop = await preflight('/api/v1/shop/products', origin, { method: 'GET', names: ['authorization', 'traceparent'] })
	assert.equal(shop.headers['access-control-allow-headers'], undefined)
})

test('origins of mobile apps are configured and compared like all others', async () => {
	for (const origin of ['capacitor://localhost', 'ionic://localhost', 'app://-', 'app+web://[::1]:8080']) {
		assert.ok(demo.origins.includes(origin), origin)
		const script = await fetch(new URL('/assets/dojang.js', base), { headers: { origin } })
		assert.equal(script.headers.get('access-control-allow-origin'), origin)
		await script.arrayBuffer()
		const who = customer(unique('c'))
		for (const answer of [await preflight('/api/v1/me', origin), await who.get('/api/v1/me', { headers: { origin } }), await call('GET', '/api/v1/me', { headers: { origin } }),
			await who.post(attendance, { headers: { origin }, body: 'x'.repeat(100e3) })])
			assert.equal(answer.headers['access-control-allow-origin'], origin, `${answer.status} for ${origin}`)
	}
	for (const other of ['capacitor://localhost.evil', 'capacitor://localhost:80', 'Capacitor://localhost', 'capacitor://LOCALHOST', 'capacitor:localhost', 'capacitors://localhost', 'xcapacitor://localhost',
		'app://', 'app://-x', 'appweb://[::1]:8080', 'apppweb://[::1]:8080', 'null'])
		for (const path of ['/api/v1/me', '/assets/dojang.js'])
			assert.equal((await fetch(new URL(path, base), { headers: { origin: other } })).headers.get('access-control-allow-origin'), null, `${other} ${path}`)
})

test('a preflight from a configured origin allows exactly this origin, without credentials', async () => {
	assert.ok(demo.origins.length > 0)
	for (const origin of demo.origins)
		for (const path of [attendance, '/api/v1/me', '/api/v1/events/no-such-event/attendance']) {
			const answer = await preflight(path, origin)
			assert.equal(answer.status, 204)
			assert.equal(answer.headers['access-control-allow-origin'], origin)
			assert.match(answer.headers['access-control-allow-headers'], /authorization/i)
			assert.match(answer.headers['access-control-allow-headers'], /content-type/i)
			assert.match(answer.headers['access-control-allow-methods'], /GET/)
			assert.equal(answer.headers['access-control-allow-credentials'], undefined)
			assert.match(answer.headers.vary, /\bOrigin\b/i)
		}
})

test('a preflight of an unknown path is the same 404 as other methods and allows nothing', async () => {
	const answer = await preflight('/api/v1/nothing', demo.origins[0])
	expect(answer, 404, 'not-found')
	assert.equal(answer.headers['access-control-allow-origin'], demo.origins[0])
	for (const name of ['allow', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-max-age'])
		assert.equal(answer.headers[name], undefined, name)
})

test('pages of a configured origin can read all responses, including errors and nginx\'s own', async () => {
	const [origin] = demo.origins
	const who = customer(unique('c'))
	const answers = [await who.get('/api/v1/me', { headers: { origin } }), await call('GET', '/api/v1/me', { headers: { origin } }),
		await call('GET', '/api/v1/nothing', { headers: { origin } }), await call('PUT', '/api/v1/me', { headers: { origin } }),
		await who.post(attendance, { headers: { origin }, body: 'x'.repeat(100e3) })]
	assert.deepEqual(answers.map(answer => answer.status), [200, 401, 404, 405, 413])
	for (const answer of answers) {
		assert.equal(answer.headers['access-control-allow-origin'], origin, String(answer.status))
		assert.match(answer.headers.vary ?? '', /\bOrigin\b/i, String(answer.status))
		assert.match(answer.headers['access-control-expose-headers'] ?? '', /X-Request-Id/i, String(answer.status))
	}
})

test('other origins get no header: neither similar ones nor null, and never *', async () => {
	const [origin] = demo.origins
	const who = customer(unique('c'))
	const others = ['https://evil.example', 'null', '*', `${origin}/`, `${origin}.evil.example`, origin.toUpperCase(), origin.replace('http', 'ftp'), `${origin} ${origin}`, `x${origin}`]
	for (const other of others) {
		for (const answer of [await preflight(attendance, other), await who.get('/api/v1/me', { headers: { origin: other } }), await who.post(attendance, { headers: { origin: other }, body: 'x'.repeat(100e3) })]) {
			assert.equal(answer.headers['access-control-allow-origin'], undefined, other)
			assert.match(answer.headers.vary ?? '', /\bOrigin\b/i, other)
		}
	}
	const none = await who.get('/api/v1/me')
	assert.equal(none.headers['access-control-allow-origin'], undefined)
})

test('routes that are not for customers\' pages have no CORS', async () => {
	const [origin] = demo.origins
	for (const path of ['/healthz', '/readyz'])
		assert.equal((await call('GET', path, { headers: { origin } })).headers['access-control-allow-origin'], undefined)
})

test('a Proxy header of the client does not become a setting, and Host has no effect', async () => {
	const answer = await rawCall('GET', '/healthz', head('GET', '/healthz', { Host: 'elsewhere.invalid', Proxy: `http://${base.host}` }))
	expect(answer, 200)
})
