// SPDX-License-Identifier: MIT
// Limits by token and by address: too many requests get 429 in the contract's form, and one
// customer's flood does not affect another.
import assert from 'node:assert/strict'
import http from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { check } from '../http/contract.js'
import { base, demo, dojangctl, token, unique, workers } from '../http/harness.js'
import { until } from '../http/issuers.js'
import { SETTINGS, withFile as whileChanged } from './nginx.js'

const FLOOD = 150, CROWD = 1500         // far more than the limits of nginx/dojang/limits.conf allow
/** Calls per second, and a burst besides the first call. */
const LIMITS = { token: [10, 20], address: [100, 200], key: [100, 200], shopAddress: [200, 400] }
const agents = new Map()
const closeAll = () => {
	agents.forEach(agent => agent.destroy())
	agents.clear()
}
after(closeAll)
const withFile = (file, change, action) => whileChanged(file, change, action, closeAll)

/** Kept connections from one of this host's addresses, for a fast flood. */
function agentOf(address) {
	if (!agents.has(address))
		agents.set(address, new http.Agent({ keepAlive: true, maxSockets: 64, localAddress: address }))
	return agents.get(address)
}
function get(path, { from = '127.0.0.40', as, headers = {}, tries = 5 } = {}) {
	return new Promise((resolve, reject) => {
		const request = http.request({ agent: agentOf(from), host: base.hostname, port: base.port, path, localAddress: from,
			headers: { ...(as ? { authorization: `Bearer ${as}` } : {}), ...headers } })
		request.on('response', response => {
			const chunks = []
			response.on('data', chunk => chunks.push(chunk)).on('end', () => {
				const text = Buffer.concat(chunks).toString()
				resolve({ status: response.statusCode, headers: response.headers, text, body: text ? JSON.parse(text) : null })
			})
		})
		// When nginx reloads its settings, a connection may be closed just when it is used.
		request.on('error', error => tries > 1 && error.code === 'ECONNRESET' ? resolve(get(path, { from, as, headers, tries: tries - 1 })) : reject(error)).end()
	})
}
const flood = (times, path, options) => Promise.all(Array.from({ length: times }, (_, i) => get(path, typeof options === 'function' ? options(i) : options)))
/** From the page of a mobile app with tracing tools. */
const TRACED = { origin: 'capacitor://localhost', traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', baggage: 'a=b', 'x-datadog-trace-id': '1' }
/** The same, and nginx lets through as many as the limit allows in the time that it took: not one less or more. */
async function floodAt([rate, burst], times, path, options) {
	const began = performance.now(), answers = await flood(times, path, options)
	const passed = answers.length - refused(answers), most = burst + 1 + Math.ceil(rate * (performance.now() - began) / 1000)
	assert.ok(passed >= burst + 1 && passed <= most, `${passed} of ${times} passed; allowed are ${burst + 1} to ${most}`)
	assert.ok(most < times, 'enough calls to be limited')
	return answers
}
const refused = answers => answers.filter(answer => answer.status === 429).length

test('too many requests with one token are 429 in the contract\'s form, with Retry-After and the headers a browser needs', async () => {
	const { origin } = TRACED, answers = await floodAt(LIMITS.token, FLOOD, '/api/v1/me', { as: token(unique('c')), from: '127.0.0.41', headers: TRACED })
	for (const answer of answers.filter(each => each.status === 429)) {
		check('GET', '/api/v1/me', answer)
		assert.equal(answer.headers['content-type'], 'application/problem+json')
		assert.equal(answer.body.type, '/problems/too-many-requests')
		assert.ok(Number(answer.headers['retry-after']) >= 1)
		assert.equal(answer.headers['access-control-allow-origin'], origin)
		assert.match(answer.headers['access-control-expose-headers'], /Retry-After/)
		assert.equal(answer.headers['cache-control'], 'no-store')
		assert.equal(answer.headers['x-request-id'], answer.body.request_id)
	}
	const [stranger] = (await flood(FLOOD, '/api/v1/me', { as: token(unique('c')), from: '127.0.0.41', headers: { origin: 'https://elsewhere.example' } })).filter(each => each.status === 429)
	assert.equal(stranger.headers['access-control-allow-origin'], undefined)
})

test('another customer at the same address is not limited by one customer\'s flood', async () => {
	const from = '127.0.0.42', others = Array.from({ length: 12 }, () => token(unique('c')))
	const noise = flood(3 * FLOOD, '/api/v1/me', { as: token(unique('c')), from })
	const quiet = await Promise.all(others.map(as => get('/api/v1/me', { as, from })))
	assert.deepEqual(quiet.map(answer => answer.status), others.map(() => 200))
	assert.ok(refused(await noise) > FLOOD)
	assert.equal((await get('/api/v1/me', { as: token(unique('c')), from })).status, 200, 'requests refused by the token\'s limit are not counted for the address')
})

test('too many requests from one address are 429, whatever the token, and other addresses are served', async () => {
	const from = '127.0.0.43', answers = await floodAt(LIMITS.address, CROWD, '/api/v1/me', i => ({ as: `forged.${i}.${'x'.repeat(35)}${i}`, from }))
	assert.ok(answers.every(answer => [401, 429].includes(answer.status)))
	assert.equal((await get('/api/v1/me', { as: token(unique('c')), from: '127.0.0.44' })).status, 200)
})

test('visitors are limited by address, also where the cache answers', async () => {
	const from = '127.0.0.50', answers = await flood(CROWD, `/api/v1/events/${demo.event}`, { from })
	assert.ok(refused(answers) > 0)
	assert.ok(answers.every(answer => [200, 429].includes(answer.status)))
	assert.equal((await get(`/api/v1/events/${demo.event}`, { from: '127.0.0.51' })).status, 200)
})

test('a forged X-Forwarded-For has no effect', async () => {
	const spoofed = i => ({ from: '127.0.0.45', headers: { 'x-forwarded-for': `198.51.100.${i % 250}`, 'x-real-ip': `198.51.100.${i % 250}`, forwarded: `for=198.51.100.${i % 250}` } })
	await floodAt(LIMITS.address, CROWD, '/api/v1/me', spoofed)
})

test('a limited request to the console gets an HTML page', async () => {
	const agent = agentOf('127.0.0.48')
	const ask = () => new Promise((resolve, reject) => http.get({ agent, host: base.hostname, port: base.port, path: '/admin/sign-in', localAddress: '127.0.0.48' }, response => {
		response.resume().on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'] }))
	}).on('error', reject))
	const answers = await Promise.all(Array.from({ length: CROWD }, ask))
	const [first] = answers.filter(answer => answer.status === 429)
	assert.match(first.type, /^text\/html/)
})

test('only a configured proxy is trusted', async () => {
	const file = join(SETTINGS, 'limits.conf')
	const answersFrom = from => flood(CROWD, '/api/v1/me', i => ({ from, headers: { 'x-forwarded-for': `198.51.100.${i % 250}` } }))
	await withFile(file, before => `${before}\nset_real_ip_from 127.0.0.46;\nreal_ip_header X-Forwarded-For;\n`, async () => {
		assert.equal(refused(await answersFrom('127.0.0.46')), 0, 'the addresses that the proxy names are counted apart')
		await floodAt(LIMITS.address, CROWD, '/api/v1/me', i => ({ from: '127.0.0.47', headers: { 'x-forwarded-for': `198.51.100.${i % 250}` } }))
		await floodAt(LIMITS.address, CROWD, '/api/v1/me', { from: '127.0.0.46', headers: { 'x-forwarded-for': '203.0.113.9' } })
	})
})

const PROXY = '127.0.0.50'
const behindProxy = action => withFile(join(SETTINGS, 'locations.conf'), before => `set_real_ip_from ${PROXY};\nreal_ip_header X-Forwarded-For;\n${before}`, action)
const through = address => ({ from: PROXY, headers: { 'x-forwarded-for': address } })

test('IPv6 addresses are counted by network, and IPv4 addresses in their IPv6 form as such', () => behindProxy(async () => {
	const hex = i => (i + 1).toString(16)
	await floodAt(LIMITS.address, CROWD, '/api/v1/me', i => through(`2001:db8:0:1:${hex(i % 7)}::${hex(i)}`))
	const each = await flood(CROWD, '/api/v1/me', i => through(`2001:db8:0:${hex(i + 16)}::1`))
	assert.equal(refused(each), 0, 'other networks')
	await floodAt(LIMITS.address, CROWD, '/api/v1/me', i => through(i % 2 ? '198.51.100.7' : '::ffff:198.51.100.7'))
	const four = await flood(CROWD, '/api/v1/me', i => through(`::ffff:198.51.${100 + i % 3}.${20 + i % 200}`))
	assert.equal(refused(four), 0, 'other IPv4 addresses')
}))

test('an API key has its own limit, and customers\' limits do not count it', async () => {
	const key = async () => (await dojangctl('key', 'create', '--name', unique('limits'), '--scopes', 'stock:write')).key
	const from = '127.0.0.51', as = await key(), path = '/api/v1/shop/products?limit=1'
	const answers = await floodAt(LIMITS.key, CROWD, path, { as, from })
	assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 429])
	for (const answer of answers.filter(({ status }) => status === 429).slice(0, 3)) {
		check('GET', '/api/v1/shop/products', answer)
		assert.ok(Number(answer.headers['retry-after']) >= 1)
	}
	assert.equal((await get(path, { as: await key(), from })).status, 200, 'another key')
	const customers = await flood(100, '/api/v1/me', () => ({ as: token(unique('c')), from }))
	assert.equal(refused(customers), 0, 'the address is open for customers')
})

test('keys that do not exist are limited by address', async () => {
	const from = '127.0.0.52', forged = i => ({ as: `djk_${i}_${String(i).padStart(43, 'x')}`, from })
	const answers = await floodAt(LIMITS.shopAddress, 2 * CROWD, '/api/v1/shop/products', forged)
	assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [401, 429])
	const lists = await floodAt(LIMITS.shopAddress, 2 * CROWD, '/api/v1/shop/users', i => ({ ...forged(i), from: '127.0.0.53' }))
	assert.ok(lists.every(({ status }) => status === 429 || status >= 400))
	const short = await floodAt(LIMITS.shopAddress, 2 * CROWD, '/api/v1/shop/products', { as: 'djk_1_x', from: '127.0.0.54' })
	assert.ok(short.every(({ status }) => [401, 429].includes(status)))
})

test('metrics of both pools are closed to other addresses', () => behindProxy(async () => {
	for (const path of ['/metrics', '/admin/metrics']) {
		const { status, type } = await new Promise((resolve, reject) => http.get({ host: base.hostname, port: base.port, path, localAddress: PROXY, headers: { 'x-forwarded-for': '203.0.113.10' } },
			response => response.resume().on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'] }))).on('error', reject))
		assert.deepEqual([path, status], [path, 403])
		assert.equal(type, 'application/problem+json', path)
	}
}))

test('beyond the limit of waiting requests one more gets 503 with Retry-After at once; the console works, and waiting requests are answered', async () => {
	const PLACES = 20, from = '127.0.0.49', stopped = workers(), as = token(unique('c'))
	const file = join(SETTINGS, 'locations.conf')
	await withFile(file, before => before.replace(/limit_conn dojang_requests \d+;/, `limit_conn dojang_requests ${PLACES};`), async () => {
		const told = []
		stopped.forEach(pid => process.kill(pid, 'SIGSTOP'))
		try {
			// Only refused requests can be answered while no worker runs.
			const all = Array.from({ length: 2 * PLACES }, (_, i) => get('/api/v1/me', { as: i % 2 ? token(unique('c')) : as, from, tries: 1, headers: TRACED }).then(answer => (told.push(answer), answer)))
			const ready = get('/readyz', { from, tries: 1 })
			await until('the others are turned away', () => told.length === PLACES)
			for (const answer of told) {
				check('GET', '/api/v1/me', answer)
				assert.equal(answer.status, 503)
				assert.equal(answer.headers['content-type'], 'application/problem+json')
				assert.equal(answer.body.type, '/problems/unavailable')
				assert.ok(Number(answer.headers['retry-after']) >= 1)
				assert.equal(answer.headers['access-control-allow-origin'], TRACED.origin)
				assert.match(answer.headers['access-control-expose-headers'], /Retry-After/)
			}
			const page = await fetch(new URL('/admin/sign-in', base))
			assert.equal(page.status, 200, 'staff have a limit of their own')
			stopped.forEach(pid => process.kill(pid, 'SIGCONT'))
			const answers = await Promise.all(all)
			assert.equal(answers.filter(answer => answer.status === 200).length, PLACES, 'all waiting requests were answered')
			assert.equal((await ready).status, 200, 'a health check is not refused')
			assert.equal((await get('/api/v1/me', { as: token(unique('c')), from })).status, 200)
		} finally {
			stopped.forEach(pid => process.kill(pid, 'SIGCONT'))
		}
	})
})
