// SPDX-License-Identifier: MIT
// What nginx does by itself: the exact limit of bodies, headers of files, and its own log.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TREE } from '../http/demo.js'
import { base, demo, facts, token, unique } from '../http/harness.js'
import { until } from '../http/issuers.js'
import { SETTINGS, withFile } from './nginx.js'

const log = name => readFileSync(join(demo.log_dir, name), 'latin1')
/** The line of the access log for this response. */
const lineOf = ({ headers }) => until('nginx has written the line', () => log('access.log').split('\n').find(line => line.includes(`request=${headers.get('x-request-id')}`)))
/** After a reload of nginx a kept connection may close just when it is used. */
async function ask(path, { as, tries = 5, ...options } = {}) {
	try {
		return await fetch(new URL(path, base), { redirect: 'manual', ...options, headers: { ...(as ? { authorization: `Bearer ${as}` } : {}), ...options.headers } })
	} catch (error) {
		if (tries === 1)
			throw error
		return ask(path, { as, tries: tries - 1, ...options })
	}
}

test('a body of 65,536 bytes reaches a worker, one byte more does not', async () => {
	const as = token(unique('c')), send = (path, size, type) => ask(path, { method: 'POST', as, body: 'x'.repeat(size), headers: { 'content-type': type } })
	for (const [path, type] of [['/api/v1/me', 'application/json'], ['/api/v1/shop/users/x/points', 'application/json'], ['/api/v1/nothing', 'text/plain'], ['/admin/sign-in', 'application/x-www-form-urlencoded']]) {
		assert.doesNotMatch(await lineOf(await send(path, 65536, type)), /workers=""|workers="-"/, path)
		const larger = await send(path, 65537, type)
		assert.equal(larger.status, 413, path)
		assert.match(await lineOf(larger), /workers=""|workers="-"/, path)
	}
})

const HEADERS = {
	'content-security-policy': "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cache-control': 'no-cache', vary: 'Origin',
}
const TYPES = { js: /^(application|text)\/javascript/, css: /^text\/css/, svg: /^image\/svg\+xml/, html: /^text\/html/, ts: /./, png: /^image\/png/ }

test('every file below /assets/ has its type and the headers of pages, and is shared with the configured origins only', async () => {
	const names = readdirSync(join(TREE, 'templates', 'assets')).filter(name => !name.startsWith('.'))
	assert.ok(names.length > 3)
	for (const name of names) {
		const answer = await ask(`/assets/${name}`)
		assert.equal(answer.status, 200, name)
		for (const [header, value] of Object.entries(HEADERS))
			assert.equal(answer.headers.get(header), value, `${header} of ${name}`)
		assert.match(answer.headers.get('content-type'), TYPES[name.split('.').at(-1)], name)
		assert.match(answer.headers.get('x-request-id'), /^[0-9a-f]{32}$/)
		assert.equal(answer.headers.get('access-control-allow-origin'), null)
		assert.equal(answer.headers.get('server'), 'nginx', 'no version')
		await answer.arrayBuffer()
	}
	for (const [origin, allowed] of [['capacitor://localhost', 'capacitor://localhost'], ['https://elsewhere.example', null], ['null', null]])
		assert.equal((await ask('/assets/dojang.js', { headers: { origin } })).headers.get('access-control-allow-origin'), allowed, origin)
	const missing = await ask('/assets/nothing')
	assert.deepEqual([missing.status, missing.headers.get('x-content-type-options')], [404, 'nosniff'])
})

test('responses of the api are not to be guessed from their content: nosniff, whoever made them', async () => {
	const as = token(unique('c'))
	const answers = [[200, ask('/api/v1/me', { as })], [401, ask('/api/v1/me')], [404, ask('/api/v1/nothing', { as })], [200, ask('/healthz')], [200, ask('/metrics')], [405, ask('/api/v1/me', { as, method: 'PUT' })],
		[413, ask('/api/v1/me', { as, method: 'PUT', body: 'x'.repeat(70000) })], [400, ask('/api/v1/%00')], [204, ask('/api/v1/me', { method: 'OPTIONS', headers: { origin: 'capacitor://localhost', 'access-control-request-method': 'GET' } })]]
	for (const [status, asked] of answers) {
		const answer = await asked
		assert.deepEqual([answer.status, answer.headers.get('x-content-type-options')], [status, 'nosniff'], answer.url)
		assert.equal(answer.headers.get('cache-control'), 'no-store', answer.url)
	}
})

test('a subject is in neither of nginx\'s logs, even when no worker can be reached', async () => {
	const subject = unique('quiet'), other = unique('loud'), as = demo.api_key
	const paths = [`/api/v1/shop/users/${subject}`, `/api/v1/shop/users/${subject}/points`, `/api/v1/shop/users/${subject}?export=1`, `/api/v1/shop//users/${subject}`,
		`/api/v1/shop/./users/${subject}`, `/api/v1/shop/%75sers/${subject}`, `/api/v1/shop/users/${subject}/nothing`, `/api//v1/shop/users/${subject}/`]
	await withFile(join(SETTINGS, 'api.conf'), text => text.replace('fastcgi_pass dojang_api;', 'fastcgi_pass unix:/nowhere/at-all;'), async () => {
		const answers = []
		for (const path of paths)
			answers.push(await ask(path, { as }), await ask(path, { as, method: 'DELETE' }))
		for (const { status, url } of answers)
			assert.equal(status, 503, url)
		assert.equal((await ask(`/api/v1/me?${other}`, { as: token(unique('c')) })).status, 503)
		await Promise.all(answers.map(lineOf))
		await until('the error of another path is in the log', () => log('nginx.log').includes(other))
		for (const name of readdirSync(facts().log_dir))
			assert.ok(!log(name).includes(subject), name)
	})
	for (const path of paths)
		await ask(path, { as, method: 'POST', body: 'x'.repeat(70000) })
	assert.ok(!log('nginx.log').includes(subject) && !log('access.log').includes(subject))
})
