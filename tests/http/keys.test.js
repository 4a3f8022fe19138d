// SPDX-License-Identifier: MIT
// The published keys of issuers: finding, fetching, storing and replacing them; and issuers that
// are down, slow or impersonated.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { OAuth2Server } from 'oauth2-mock-server'
import { call, customer, expect, tally } from './client.js'
import { clock, dojangctl, now, unique } from './harness.js'
import { KeyServer, configure, forgetKeys, keyFile, makeKey, restartWorkers, until } from './issuers.js'

const [MINUTE, HOUR] = [61, 3601]
const LONGER_THAN_A_LOOK = 400    // milliseconds: a try for the lock takes 100; timing cannot fail the test
const AUDIENCE = 'shop'
const me = token => call('GET', '/api/v1/me', { as: token })
const good = async token => expect(await me(token), 200)
const bad = async token => expect(await me(token), 401, 'unauthorized')
const seconds = () => Math.floor(now() / 1000)

let server, key, iss
/** A token of the issuer under the tests' control. */
const sign = (with_ = key, claims = {}, header) => with_.sign({ iss, aud: AUDIENCE, sub: unique('c'), ...claims }, header)
/** Its settings. */
const published = (uri, algorithm = 'RS256', name = iss) => ({ iss: name, audience: AUDIENCE, algorithm, jwks_uri: uri, allow_http: 'yes' })

/** For work that one worker does while the others answer with the keys they have. */
const soonGood = token => until('the token is good', async () => (await me(token)).status === 200)

/** Waits until the file contains keys of this second or later. */
const keptSince = second => until('the file was written', () => JSON.parse(readFileSync(keyFile, 'utf8'))[iss].fetched_at >= second)

/** A new issuer with one key, known to all workers. */
async function begin(alg = 'RS256') {
	key = await makeKey('first', alg)
	await server.stop()
	server = await new KeyServer().start()
	server.keys = [key]
	iss = `https://${unique('issuer')}.example`
	await configure({ issuer: published(server.url, alg) })
	await good(await sign())
}

before(async () => { server = await new KeyServer().start() })
afterEach(() => clock.reset())
after(async () => {
	forgetKeys()
	await configure()
	await server.stop()
})

/* --- real issuers ------------------------------------------------------------------------------------------------------------ */

test('two issuers with RS256 and ES256; one replaces its keys during requests', async () => {
	clock.set(Date.now())           // issuers use the real clock
	forgetKeys()
	const servers = await Promise.all(['RS256', 'ES256'].map(async alg => {
		const mock = new OAuth2Server()
		await mock.issuer.keys.generate(alg, { kid: 'old' })
		await mock.start(0, '127.0.0.1')
		return mock
	}))
	const [one, two] = servers.map(mock => mock.issuer)
	try {
		await configure({
			one: published(`${one.url}/jwks`, 'RS256', one.url),
			two: published(`${two.url}/jwks`, 'ES256', two.url),
		})
		const subject = unique('c')
		const build = (issuer, kid) => issuer.buildToken({ kid, expiresIn: 6 * 3600,
			scopesOrTransform: (_, payload) => Object.assign(payload, { sub: subject, aud: AUDIENCE }) })
		const old = await build(one, 'old')
		const [here, there] = [await good(old), await good(await build(two, 'old'))]
		assert.notEqual(here.id, there.id, 'the same subject of two issuers is two customers')

		let isOver = false
		const run = async () => {
			const answers = []
			while (!isOver)
				answers.push(await me(old))
			return answers
		}
		const running = [run(), run(), run(), run()]
		await one.keys.generate('RS256', { kid: 'new' })
		const fresh = await build(one, 'new')
		await bad(fresh)                // the keys were fetched less than a minute ago
		clock.move(MINUTE)
		await good(fresh)
		await Promise.all(Array.from({ length: 32 }, () => good(fresh)))
		isOver = true
		assert.deepEqual(Object.keys(tally((await Promise.all(running)).flat())), ['200'], 'tokens of the old key were always accepted')
		await good(await build(two, 'old'))
	} finally {
		await configure()
		await Promise.all(servers.map(mock => mock.stop()))
	}
})

/* --- which key ---------------------------------------------------------------------------------------------------------------- */

for (const alg of ['RS256', 'ES256'])
	test(`${alg}: key, key id and algorithm must all match`, async () => {
		await begin(alg)
		const [other, stranger, kin] = [await makeKey('other', alg === 'RS256' ? 'ES256' : 'RS256'), await makeKey('first', alg), await makeKey('second', alg)]
		server.keys = [key, other, kin]
		clock.move(HOUR)
		await soonGood(await sign(kin))
		await good(await sign())
		await bad(await sign(stranger))                         // the id of one key, signed with another key
		await bad(await sign(key, {}, { kid: 'second' }))       // the id of another key
		await bad(await sign(key, {}, { kid: undefined }))      // no key id, and there are two keys
		await bad(await sign(other))                            // a published key, but for another algorithm than the issuer's
		await bad(await sign(key, { iss: 'https://elsewhere.example' }))
		const [header, payload, signature] = (await sign()).split('.')
		const changed = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url')), sub: 'someone else' })).toString('base64url')
		await bad(`${header}.${changed}.${signature}`)
		await bad(`${header}.${payload}.`)
	})

test('a token without a key id is accepted while there is one key', async () => {
	await begin()
	await good(await sign(key, {}, { kid: undefined }))
})

test('one issuer\'s key does not verify another issuer\'s tokens, even with the same key id', async () => {
	await begin()
	const second = await new KeyServer().start()
	try {
		const theirs = await makeKey('first')
		second.keys = [theirs]
		const other = 'https://other.example'
		await configure({ issuer: published(server.url), other: published(second.url, 'RS256', other) })
		await good(await sign())
		await good(await sign(theirs, { iss: other }))
		await bad(await sign(theirs))
		await bad(await sign(key, { iss: other }))
	} finally {
		await second.stop()
	}
})

/* --- when keys are fetched ---------------------------------------------------------------------------------------------------- */

test('the whole pool fetches once at its start and not again for known keys', async () => {
	await begin()
	await Promise.all(Array.from({ length: 64 }, async () => good(await sign())))
	await restartWorkers()
	await Promise.all(Array.from({ length: 64 }, async () => good(await sign())))
	assert.equal(server.requests, 1)
})

test('after an hour the keys are fetched once, new ones are used and withdrawn ones dropped', async () => {
	await begin()
	const next = await makeKey('next')
	const [oldToken, newToken] = [await sign(), await sign(next)]
	server.keys = [next]
	clock.move(HOUR)
	await soonGood(newToken)
	await Promise.all(Array.from({ length: 64 }, () => good(newToken)))
	await bad(oldToken)
	assert.equal(server.requests, 2)
})

for (const alg of ['RS256', 'ES256'])
	test(`${alg}: a token that all workers have accepted is refused after it expires, its key is withdrawn, or one byte is changed`, async () => {
		await begin(alg)
		const expires = seconds() + 600, short = await sign(key, { exp: expires }), long = await sign(key, { exp: expires + 6 * HOUR })
		for (const token of [short, long])
			await Promise.all(Array.from({ length: 64 }, () => good(token)))
		const [header, payload, signature] = short.split('.'), at = Math.floor(signature.length / 2)
		await bad(`${header}.${payload}.${signature.slice(0, at)}${signature[at] === 'A' ? 'B' : 'A'}${signature.slice(at + 1)}`)
		await bad(`${header}.${long.split('.')[1]}.${signature}`)
		await bad(`${header}.${payload}.${long.split('.')[2]}`)
		await good(short)
		clock.move(600 + MINUTE)
		await Promise.all(Array.from({ length: 64 }, () => bad(short)))
		await good(long)
		const next = await makeKey('next', alg)
		server.keys = [next]
		clock.move(HOUR)
		await soonGood(await sign(next))
		await Promise.all(Array.from({ length: 64 }, () => bad(long)))
	})

test('unknown key ids cause one fetch per minute for the whole pool, however many there are', async () => {
	await begin()
	clock.move(MINUTE)
	const tokens = await Promise.all(Array.from({ length: 100 }, async (_, i) => sign(key, {}, { kid: `rubbish-${i}` })))
	await Promise.all(tokens.map(bad))
	assert.equal(server.requests, 2)
	clock.move(MINUTE)
	await Promise.all(tokens.map(bad))
	assert.equal(server.requests, 3)
	await good(await sign())
})

test('a key that is published after its first token is accepted within a minute', async () => {
	await begin()
	clock.move(MINUTE)
	const next = await makeKey('next')
	const token = await sign(next)
	await bad(token)
	assert.equal(server.requests, 2)
	server.keys = [key, next]
	await Promise.all(Array.from({ length: 32 }, () => bad(token)))
	assert.equal(server.requests, 2, 'at most one fetch per minute')
	clock.move(MINUTE)
	await Promise.all(Array.from({ length: 32 }, async (_, i) => bad(await sign(next, {}, { kid: `rubbish-${i}` }))))
	await good(token)
	assert.equal(server.requests, 3, 'invented key ids do not prevent it')
})

/* --- as issuers publish them --------------------------------------------------------------------------------------------------- */

const doctor = async () => {
	const text = await dojangctl('doctor').then(JSON.stringify, error => error.message)
	return JSON.parse(text.slice(text.indexOf('{"'))).checks.filter(({ check }) => check === 'issuer issuer')
}

test('keys in other forms of base64 are accepted, and doctor lists those that are not', async () => {
	await begin()
	const standard = await makeKey('standard'), padded = await makeKey('padded'), encryption = await makeKey('encryption'), broken = await makeKey('broken')
	const bytes = Buffer.from(standard.jwk.n, 'base64url')
	standard.jwk.n = Buffer.concat([Buffer.alloc(1), bytes]).toString('base64')
	padded.jwk.n += '=='
	encryption.jwk.use = 'enc'
	broken.jwk.n += '!'
	server.keys = [key, standard, padded, encryption, broken, await makeKey('curve', 'ES256')]
	clock.move(MINUTE)
	server.answer = (_, response) => response.end(`\ufeff${JSON.stringify({ keys: server.keys.map(({ jwk }) => jwk) })}`)
	for (const accepted of [standard, padded, key])
		await good(await sign(accepted))
	server.answer = null
	for (const ignored of [encryption, broken])
		await bad(await sign(ignored))
	const found = (await doctor()).map(({ state, found }) => `${state} ${found}`)
	assert.deepEqual(found.slice(1), ['ok key "encryption" ignored: its use is not sig', 'warning key "broken" ignored: n or e is missing or is not base64url',
		'ok key "curve" ignored: it is for ES256, and the settings say RS256'])
	server.keys = [await makeKey('curve', 'ES256')]
	assert.match((await doctor())[0].found, /no key for the algorithm of the settings/)
	server.keys = [encryption]
	const [wrong, reason] = await doctor()
	assert.deepEqual([wrong.state, reason.found], ['wrong', 'key "encryption" ignored: its use is not sig'])
})

test('doctor compares the settings with the metadata of an issuer that has them', async () => {
	await begin()
	const { origin } = new URL(server.url)
	const metadata = { issuer: origin, jwks_uri: `${origin}/others`, id_token_signing_alg_values_supported: ['RS256', 'PS256'], claims_supported: ['sub', 'email', 'email_verified', 'nickname'] }
	server.answer = (request, response) => response.setHeader('content-type', 'application/json')
		.end(JSON.stringify(request.url === '/.well-known/openid-configuration' ? metadata : { keys: [key.jwk] }))
	await configure({ issuer: { ...published(server.url, 'RS256', origin), username_claim: 'nickname', account_created_claim: 'born' } })
	assert.deepEqual((await doctor()).slice(1).map(({ state, found }) => `${state} ${found}`), [
		`warning keys at "${origin}/others" ignored: the settings name another jwks_uri`, 'ok algorithms "PS256" ignored: the settings say RS256',
		'ok claims "email" ignored: Dojang does not read them', 'warning claim "born" ignored: the settings need it, and claims_supported of the provider does not list it'])
	metadata.issuer = `${origin}/`
	assert.equal((await doctor()).length, 1, 'the metadata of another issuer')
})

test('claims that nobody reads may contain anything', async () => {
	await begin()
	for (const nickname of ['\ud800', '\u0000', { deep: ['\udfff', '\ud83d'] }])
		await good(await sign(key, { nickname }))
	await bad(await sign(key, { sub: `${unique('c')}\0` }))
	await bad(await sign(key, { sub: `${unique('c')}\ud800` }))
})

test('key ids that are paths, injections or very long', async () => {
	await begin()
	for (const kid of ['../../../../dev/null', '/etc/passwd', "x' UNION SELECT 'first", 'first\u0000', '', '$(id)', 'a'.repeat(256), '첫'.repeat(80), '__proto__'])
		await bad(await sign(key, {}, { kid }))
	await good(await sign())
})

test('a clock that was set forward and back does not prevent fetching keys', async () => {
	await begin()
	clock.move(30 * 86400)
	await good(await sign())
	await keptSince(seconds() - 60)         // this worker's refresh has ended
	clock.move(-30 * 86400)
	const next = await makeKey('next')
	server.keys = [key, next]
	await good(await sign(next))
	assert.equal(server.requests, 3)
})

/* --- issuers in trouble ------------------------------------------------------------------------------------------------------- */

/** Lets the keys become old, and waits until a fetch has failed. */
async function failOnce(requests = server.requests) {
	clock.move(HOUR)
	await until('keys were asked for', async () => {
		await good(await sign())
		return server.requests > requests
	})
	await Promise.all(Array.from({ length: 32 }, async () => good(await sign())))
	assert.equal(server.requests, requests + 1, 'once, and then not for a minute')
}

test('the keys of an issuer that is down stay valid, for new workers too', async () => {
	await begin()
	const token = await sign(key, { exp: seconds() + 100 * 86400 })
	const unknown = await sign(await makeKey('unknown'), { exp: seconds() + 100 * 86400 })
	await server.stop()
	try {
		for (let hours = 0; hours < 5; hours++) {
			clock.move(HOUR)
			await Promise.all(Array.from({ length: 16 }, () => good(token)))
			await bad(unknown)
		}
		await restartWorkers()
		clock.move(HOUR)
		await Promise.all(Array.from({ length: 16 }, () => good(token)))
		await bad(unknown)
	} finally {
		server = await new KeyServer().start()          // for the following tests
	}
})

test('while one worker waits for an issuer that does not answer, the others continue', async () => {
	await begin()
	let isAsked
	const asked = new Promise(resolve => { isAsked = resolve })
	server.answer = () => isAsked()         // and then nothing more
	clock.move(MINUTE)
	let isAnswered = false
	const held = sign(await makeKey('unknown')).then(bad).then(() => { isAnswered = true })
	await asked
	for (let i = 0; i < 20; i++)
		await good(await sign())
	await Promise.all(Array.from({ length: 20 }, async (_, i) => bad(await sign(key, {}, { kid: `rubbish-${i}` }))))
	assert.ok(!isAnswered, 'one request still waits, and no other did')
	await held
	assert.equal(server.requests, 2)
})

const PAD = ' '.repeat(300 * 1024)
const TROUBLE = {
	'an error': response => response.writeHead(500).end('{"keys":[]}'),
	'a set under another status': (response, keys) => response.writeHead(203).end(keys),
	'a page': response => response.end('<html>hello</html>'),
	'an empty set': response => response.end('{"keys":[]}'),
	'keys that cannot be used': response => response.end('{"keys":[{"kty":"oct","k":"AAAA","kid":"second"}]}'),
	'a set that is too large': (response, keys) => response.end(keys + PAD),
	'a truncated set': (response, keys) => { response.writeHead(200, { 'content-length': keys.length }).write(keys.slice(0, -20)); response.destroy() },
	'a set with a NUL in it': (response, keys) => response.end(`${keys}\0`),
	'nothing': response => response.destroy(),
}
for (const [sentence, say] of Object.entries(TROUBLE))
	test(`an issuer that answers ${sentence}: the previous keys stay`, async () => {
		await begin()
		const next = await makeKey('second')
		const keys = JSON.stringify({ keys: [key.jwk, next.jwk] })
		server.answer = (_, response) => say(response, keys)
		await failOnce()
		await bad(await sign(next))
		server.answer = null
		server.keys = [key, next]
		clock.move(MINUTE)
		await soonGood(await sign(next))
	})

test('redirects are not followed', async () => {
	await begin()
	const elsewhere = await new KeyServer().start()
	try {
		const next = await makeKey('second')
		elsewhere.keys = [key, next]
		server.answer = (_, response) => response.writeHead(302, { location: elsewhere.url }).end()
		await failOnce()
		await bad(await sign(next))
		assert.equal(elsewhere.requests, 0)
	} finally {
		await elsewhere.stop()
	}
})

test('a certificate of an unknown authority is not trusted', async () => {
	await begin()
	const pem = (await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
		'-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', '-', '-out', '-'])).stdout
	const secure = await new KeyServer().start({ key: pem, cert: pem })
	try {
		secure.keys = [key]
		forgetKeys()
		await configure({ issuer: published(secure.url) })
		await bad(await sign())
		assert.ok(secure.connections > 0, 'it was tried')
		assert.equal(secure.requests, 0)
	} finally {
		await secure.stop()
	}
})

/* --- the file ----------------------------------------------------------------------------------------------------------------- */

test('the key file contains only public keys, and invalid content does no harm', async () => {
	await begin()
	server.keys = [{ jwk: { ...key.jwk, d: 'private', more: 'x' } }]
	clock.move(HOUR)
	await until('the keys were fetched', async () => (await good(await sign())) && server.requests === 2)
	await keptSince(seconds() - 60)
	const text = readFileSync(keyFile, 'utf8')
	assert.ok(!text.includes('private') && text.includes(key.jwk.n))
	for (const rubbish of ['', '{', '[]', 'null', `{"${iss}":5}`, `{"${iss}":{"uri":"${server.url}","keys":5,"unknown":[],"tried_at":"x"}}`]) {
		writeFileSync(keyFile, rubbish)
		await soonGood(await sign())
		await restartWorkers()
		await Promise.all(Array.from({ length: 16 }, async () => good(await sign())))
	}
})

test('fetched keys are stored even if the lock is held for longer than one try', async () => {
	await begin()
	const next = await makeKey('next')
	let holder
	server.answer = (_, response) => {
		holder = spawn('flock', ['--no-fork', keyFile.replace(/json$/, 'lock'), 'sh', '-c', 'echo held; exec sleep 600'], { stdio: ['ignore', 'pipe', 'inherit'] })
		holder.stdout.once('data', () => response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key.jwk, next.jwk] })))
	}
	clock.move(MINUTE)
	const asking = sign(next).then(good)
	await until('a worker with keys, and the lock in other hands', () => holder?.stdout.readableDidRead)
	await wait(LONGER_THAN_A_LOOK)
	const ended = once(holder, 'exit')
	holder.kill('SIGKILL')
	await ended
	await asking
	await restartWorkers()                  // new workers have only the file
	await Promise.all(Array.from({ length: 16 }, async () => good(await sign(next))))
	assert.equal(server.requests, 2, 'the file contains them')
})

test('a key file from another address is not used', async () => {
	await begin()
	const second = await new KeyServer().start()
	try {
		const next = await makeKey('next')
		second.keys = [next]
		const token = await sign()
		await configure({ issuer: published(second.url) })
		await good(await sign(next))
		await bad(token)
	} finally {
		await second.stop()
	}
})

test('customers of an issuer with a shared secret do not wait for other issuers', async () => {
	await begin()
	server.answer = () => {}
	clock.move(HOUR)
	expect(await customer(unique('c')).get('/api/v1/me'), 200)
})
