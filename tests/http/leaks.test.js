// SPDX-License-Identifier: MIT
// No token, password, cookie, key, body or name appears in a log, a command line or a metric,
// whether a request was successful, refused or failed in the database. And no client can write its
// own line into a log.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { PASSWORD, Visitor, hidden, staff } from '../console/client.js'
import { call, customer, expect } from './client.js'
import { attended, children, demo, facts, freshEvent, sql, unique } from './harness.js'

const secrets = {}
/** Records a value that must not be found anywhere. */
const keep = (name, text) => { secrets[name] = text; return text }
const until = async (done, what) => {
	for (let tries = 0; !await done(); tries++) {
		assert.ok(tries < 500, what)
		await new Promise(resolve => setTimeout(resolve, 20))
	}
}

/** Asserts that a text contains none of the secrets. */
function isSilent(where, text) {
	for (const [name, secret] of Object.entries(secrets))
		assert.ok(!text.includes(secret), `${where} has ${name}`)
}

/** The command line of a process; empty if it has just ended. */
function commandLine(pid) {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
	} catch {
		return ''
	}
}

const logs = () => readdirSync(demo.log_dir).map(name => ({ name, text: readFileSync(join(demo.log_dir, name), 'latin1') }))
/** Waits for the line of the response: then nginx and the programs have written everything before it. */
const written = id => until(() => logs().filter(({ text }) => text.includes(id)).length >= 2, `lines of request ${id}`)

after(() => sql('DELETE FROM sign_in_failures'))

test('customers, the shop and staff make valid and invalid requests', async () => {
	const subject = keep('a subject', unique('quiet-subject')), username = keep('a username', unique('Quiet-Name'))
	const phone = keep('a phone number', '010-9182-7364'), street = keep('a street', unique('Quiet-Street'))
	const who = customer(subject, { username })
	const [, claims, signature] = who.token.split('.')
	keep('a token\'s claims', claims)
	keep('a token\'s signature', signature)
	keep('a key of the api', demo.api_key)
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5 }] })
	await attended(event, { [subject]: [-1] })
	const claim = expect(await who.post(event.milestones[0].path), 201)
	const address = { name: username, phone, postcode: '04524', lines: [street], country: 'KR', consent: true }
	const path = `/api/v1/me/claims/${claim.id}/address`
	expect(await who.call('PUT', path, { body: address }), 204)
	expect(await who.call('PUT', path, { body: { ...address, colour: phone } }), 422, 'invalid')
	expect(await who.call('PUT', path, { body: `{"phone":"${phone}", "lines":["${street}"` }), 400, 'bad-request')
	expect(await call('GET', '/api/v1/me', { as: `${who.token}x` }), 401, 'unauthorized')
	expect(await call('GET', '/api/v1/me', { headers: { authorization: `Basic ${who.token}` } }), 401, 'unauthorized')
	expect(await call('GET', `/api/v1/me?token=${who.token}`), 401, 'unauthorized')
	expect(await call('GET', `/api/v1/nothing/${who.token}`), 404, 'not-found')
	expect(await call('GET', '/api/v1/shop/claims', { as: demo.api_key }), 200)
	expect(await call('GET', '/api/v1/shop/claims', { as: `${demo.api_key}x` }), 401, 'unauthorized')
	expect(await call('GET', `/api/v1/shop/users/${subject}`, { as: demo.api_key }), 200)
	expect(await call('GET', `/api/v1/shop/users/${subject}%ff`, { as: demo.api_key }), 400, 'bad-request')
	const last = await call('POST', `/api/v1/shop/users/${subject}/points`, { as: demo.api_key, body: { amount: 5, reference: keep('a reference', unique('quiet')), reason: street } })
	expect(last, 201)
	await written(last.headers['x-request-id'])
})

test('a sign-in at the console, first with a wrong password', async () => {
	keep('a password', PASSWORD)
	const manager = await staff('manager'), wrong = keep('what was typed', unique('mistyped'))
	assert.equal((await new Visitor().signIn(manager.email, wrong)).status, 403)
	for (const [name, value] of manager.cookies)
		if (value.length > 10)
			keep(`the cookie ${name}`, value)
	const page = await manager.get('/admin/')
	keep('a form\'s token', hidden(page.text, '_token'))
	assert.equal((await manager.get(`/admin/customers?search=${secrets['a subject']}`)).status, 200)
	await written(page.headers.get('x-request-id'))
})

test('errors of the database are not visible outside', async () => {
	const who = customer(unique('c')), manager = await staff('manager')
	expect(await who.get('/api/v1/me'), 200)
	await sql('RENAME TABLE users TO users_away')
	try {
		for (const [path, as] of [['/api/v1/me', who.token], ['/api/v1/shop/claims', demo.api_key]]) {
			const answer = await fetch(new URL(path, demo.base_url), { headers: { authorization: `Bearer ${as}` } }), text = await answer.text()
			assert.equal(answer.status, 503, text)
			assert.doesNotMatch(text.replaceAll(answer.headers.get('x-request-id'), ''), /sql|maria|table|users|select|1146|dojang_|\.sock|\.c\b/i)
			assert.deepEqual(Object.keys(JSON.parse(text)).sort(), ['detail', 'request_id', 'status', 'title', 'type'])
			await written(answer.headers.get('x-request-id'))
		}
		const page = await fetch(new URL('/admin/customers', demo.base_url), { headers: { cookie: [...manager.cookies].map(pair => pair.join('=')).join('; ') } }), text = await page.text()
		assert.equal(page.status, 503)
		const words = text.replace(/ value="[\w-]{22,}"/g, '').replaceAll(page.headers.get('x-request-id'), '')         // random, so it may contain anything
		assert.doesNotMatch(words, /sql|maria|\btable|select|1146|dojang_|\.sock|\.c\b/i)
	} finally {
		await sql('RENAME TABLE users_away TO users')
	}
	await until(async () => (await who.get('/api/v1/me')).status === 200, 'a successful response')
})

test('no secret is in a log, a command line or a metric', async () => {
	const directory = dirname(demo.issuer.hs256_secret_file)
	for (const { name } of readdirSync(directory, { withFileTypes: true }).filter(entry => entry.isFile())) {
		const text = readFileSync(join(directory, name), 'latin1').trim()
		if (/^\S{16,}$/.test(text))
			keep(`what is in ${name}`, text)
	}
	for (const name of ['issuer-secret', 'seal-key', 'server-secret', 'database-api'])
		assert.ok(secrets[`what is in ${name}`], name)
	for (const { name, text } of logs())
		isSilent(name, text)
	const { pids } = facts()
	const all = Object.values(pids).flat().filter(Boolean).flatMap(pid => [pid, ...children(pid)])
	assert.ok(all.length > 8)
	for (const pid of all)
		isSilent(`the command line of ${pid}`, commandLine(pid))
	for (const path of ['/metrics', '/admin/metrics'])
		isSilent(path, await (await fetch(new URL(path, demo.base_url))).text())
})

test('a client cannot write its own line into a log', async () => {
	const mark = randomBytes(6).toString('hex'), forged = `time=${mark} status=200`
	const headers = { 'user-agent': `a\t${forged}`, referer: `https://x/?${forged}`, 'x-forwarded-for': forged, 'x-request-id': forged }
	for (const path of [`/api/v1/me%0d%0a${encodeURIComponent(forged)}`, `/api/v1/events/x%0a${encodeURIComponent(forged)}`, `/admin/x%0d%0a${encodeURIComponent(forged)}`]) {
		const answer = await fetch(new URL(path, demo.base_url), { headers, redirect: 'manual' })
		assert.ok(answer.status >= 300, path)
		await until(() => logs().some(({ text }) => text.includes(answer.headers.get('x-request-id'))), 'the line')
	}
	const answer = await call('GET', '/api/v1/me', { as: customer(`c\u2028${forged}`).token, headers })
	await until(() => logs().some(({ text }) => text.includes(answer.headers['x-request-id'])), 'the line')
	for (const { name, text } of logs())
		assert.ok(!text.includes(mark), `${name} contains a line of a client`)
})
