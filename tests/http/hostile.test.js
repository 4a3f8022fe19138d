// SPDX-License-Identifier: MIT
// Hostile tokens: whatever is wrong, each route for customers gives the same 401, and no customer
// is created.
import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { after, before, test } from 'node:test'
import { call, expect } from './client.js'
import { document } from './contract.js'
import { count, demo, now, token, unique } from './harness.js'
import { KeyServer, configure, forgetKeys, makeKey } from './issuers.js'

const ISS = 'https://issuer.example'
const seconds = () => Math.floor(now() / 1000)
const subject = unique('hostile')
let server, key, other

/** A token of the issuer with published keys. */
const sign = (claims = {}, header = {}, with_ = key) => with_.sign({ iss: ISS, aud: 'shop', sub: subject, ...claims }, header)
const base64url = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const claims = () => ({ iss: ISS, aud: 'shop', sub: subject, iat: seconds(), exp: seconds() + 3600 })

/** An HS256 token whose secret is public. */
function confuse(secret, header = {}) {
	const text = `${base64url({ alg: 'HS256', typ: 'JWT', kid: 'first', ...header })}.${base64url(claims())}`
	return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

const ROUTES = Object.entries(document.paths).flatMap(([path, item]) => ['get', 'put', 'post', 'delete', 'patch']
	.filter(method => item[method] && (item[method].security ?? document.security).some(way => 'customer' in way))
	.map(method => [method.toUpperCase(), path.replace('{event}', demo.event).replace(/\{\w+\}/g, '1')]))

before(async () => {
	server = await new KeyServer().start()
	key = await makeKey('first')
	other = await makeKey('first')
	server.keys = [key]
	forgetKeys()
	await configure({ issuer: { iss: ISS, audience: 'shop', client_id: 'phone', token_use: 'access', algorithm: 'RS256', jwks_uri: server.url, allow_http: 'yes' } })
})
after(async () => {
	forgetKeys()
	await configure()
	await server.stop()
})

async function hostileTokens() {
	const access = { token_use: 'access' }
	const pem = createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
	const der = createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })
	const pkcs1 = createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'pkcs1', format: 'pem' })
	const good = await sign(access)
	const [header, payload, signature] = good.split('.')
	const own = token(subject)
	return {
		'alg none': `${base64url({ alg: 'none' })}.${payload}.`,
		'alg none, with the signature': `${base64url({ alg: 'none', kid: 'first' })}.${payload}.${signature}`,
		'alg nOnE': `${base64url({ alg: 'nOnE', kid: 'first' })}.${payload}.AA`,
		'HS256 with the public key as PEM': confuse(pem),
		'HS256 with the public key as PEM, without the last line break': confuse(pem.trimEnd()),
		'HS256 with the public key as PKCS 1': confuse(pkcs1),
		'HS256 with the public key as DER': confuse(der),
		'HS256 with the modulus': confuse(key.jwk.n),
		'HS256 with the bytes of the modulus': confuse(Buffer.from(key.jwk.n, 'base64url')),
		'HS256 with the published JWK': confuse(JSON.stringify(key.jwk)),
		'HS256 with an empty secret': confuse(''),
		'the signature removed': `${header}.${payload}.`,
		'the signature of another token': `${header}.${payload}.${(await sign({ ...access, sub: 'x' })).split('.')[2]}`,
		'another key under the name': await sign(access, {}, other),
		'another key, brought along as jwk': await sign(access, { jwk: other.jwk }, other),
		'another key, to be had at jku': await sign(access, { jku: 'http://127.0.0.1:9/keys' }, other),
		'another key, to be had at x5u': await sign(access, { x5u: 'http://127.0.0.1:9/cert' }, other),
		'an unknown name': await sign(access, { kid: 'unknown' }),
		'a name that is a path': await sign(access, { kid: '../../../../../../dev/null' }),
		'a name that is an injection': await sign(access, { kid: "first' OR '1'='1" }),
		'RS512 in the header': `${base64url({ alg: 'RS512', kid: 'first' })}.${payload}.${signature}`,
		'ES256 in the header': `${base64url({ alg: 'ES256', kid: 'first' })}.${payload}.${signature}`,
		'expired': await sign({ ...access, exp: seconds() - 61 }),
		'no exp': await sign({ ...access, exp: undefined }),
		'nbf ahead': await sign({ ...access, nbf: seconds() + 120 }),
		'iat ahead': await sign({ ...access, iat: seconds() + 120 }),
		'another issuer': await sign({ ...access, iss: `${ISS}/` }),
		'the issuer with a secret': await sign({ ...access, iss: demo.issuer.iss, aud: demo.issuer.aud }),
		'another audience': await sign({ ...access, aud: 'shop2' }),
		'another audience beside a good client': await sign({ ...access, aud: 'shop2', client_id: 'phone' }),
		'another client': await sign({ ...access, aud: undefined, client_id: 'shop' }),
		'another use': await sign({ token_use: 'id' }),
		'no use': await sign(),
		'no subject': await sign({ ...access, sub: undefined }),
		'an empty subject': await sign({ ...access, sub: '' }),
		'a long subject': await sign({ ...access, sub: 's'.repeat(256) }),
		'a subject with a NUL': await sign({ ...access, sub: `${subject}\u0000` }),
		'a subject with a line break': await sign({ ...access, sub: `${subject}\r\nX: y` }),
		'over 8 KiB': await sign({ ...access, padding: 'x'.repeat(8192) }),
		'four parts': `${good}.x`,
		'two tokens': `${good} ${good}`,
		'a letter more': `${good}A`,
		'padding': `${good}=`,
		'own secret: crit': token(subject, {}, { header: { crit: ['exp'] } }),
		'own secret: another secret': token(subject, {}, { key: 'another-secret-of-thirty-two-bytes' }),
		'own secret: a logout token': token(subject, {}, { header: { typ: 'logout+jwt' } }),
		'own secret: RS256 in the header': token(subject, {}, { header: { alg: 'RS256' } }),
		'own secret: the name of the other issuer': token(subject, { iss: ISS, aud: 'shop', token_use: 'access' }),
		'own secret: tampered': `${own.slice(0, -1)}${own.endsWith('A') ? 'B' : 'A'}`,
		'an API key': demo.api_key,
	}
}

test('the routes exist, and the unmodified tokens are valid', async () => {
	assert.ok(ROUTES.length >= 9, ROUTES.join('\n'))
	const answer = expect(await call('GET', '/api/v1/me', { as: await sign({ token_use: 'access', sub: unique('c') }) }), 200)
	assert.ok(answer.id)
	expect(await call('GET', '/api/v1/me', { as: await sign({ token_use: 'access', sub: unique('c'), aud: undefined, client_id: 'phone' }) }), 200)
})

test('every hostile token gets the same 401 on every route for customers', async () => {
	const before = await count('SELECT COUNT(*) AS n FROM users')
	const bodies = new Set()
	for (const [sentence, text] of Object.entries(await hostileTokens()))
		for (const [method, path] of ROUTES) {
			const answer = await call(method, path, { as: text })
			assert.equal(answer.status, 401, `${sentence}: ${method} ${path} ${answer.text}`)
			assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"', sentence)
			bodies.add(JSON.stringify({ ...answer.body, request_id: '' }))
		}
	assert.equal(bodies.size, 1, [...bodies].join('\n'))
	assert.equal(await count('SELECT COUNT(*) AS n FROM users'), before, 'no customer was created')
})

test('the subject comes from the token, whatever else a request contains', async () => {
	const [mine, theirs] = [unique('c'), unique('c')]
	const as = await sign({ token_use: 'access', sub: mine })
	const them = await sign({ token_use: 'access', sub: theirs })
	const me = expect(await call('GET', '/api/v1/me', { as }), 200)
	const they = expect(await call('GET', '/api/v1/me', { as: them }), 200)
	const headers = { 'x-user': theirs, 'x-subject': theirs, 'remote-user': theirs, cookie: `sub=${theirs}` }
	assert.equal(expect(await call('GET', '/api/v1/me', { as, headers }), 200).id, me.id)
	assert.notEqual(me.id, they.id)
	expect(await call('POST', `/api/v1/events/${demo.event}/attendance`, { as, body: { subject: theirs } }), 422, 'invalid')
	expect(await call('GET', `/api/v1/me?subject=${theirs}`, { as }), 400, 'bad-request')
})
