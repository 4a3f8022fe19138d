// SPDX-License-Identifier: MIT
// Sign-in with a real OpenID provider: the redirects, the roles, and everything that must not work.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { chromium } from 'playwright-core'
import { until } from '../http/issuers.js'
import { clock, count, demo, dojangctl, sql, unique } from '../http/harness.js'
import { PASSWORD, Visitor, staff } from './client.js'
import { OpenIdProvider, setOut, setUp, settingsFor, settingsInFront, signIn } from './provider.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const provider = await new OpenIdProvider().start()
before(() => setUp(settingsFor(provider)))
// The provider's tokens use the real time.
beforeEach(() => clock.set(Date.now()))
afterEach(async () => {
	provider.swap = json => json
	await sql('DELETE FROM sign_in_failures')
	clock.reset()
})
after(async () => {
	await setUp(null)
	await provider.stop()
})

/** A staff member linked to a user of the provider; both are new. */
async function linked({ role = 'viewer', groups = ['dojang'] } = {}) {
	const person = await staff(role), sub = unique('sub')
	provider.people[sub] = { email: person.email, groups }
	await dojangctl('staff', 'link', '--email', person.email, '--subject', sub)
	return { ...person, sub, visitor: new Visitor() }
}
/** The findings of doctor; it exits with a failure if something is wrong. */
const doctor = async () => {
	const text = await dojangctl('doctor').then(JSON.stringify, error => error.message)
	return JSON.parse(text.slice(text.indexOf('{"'))).checks
}
const picture = async (page, name) => {
	if (!process.env.DOJANG_SCREENSHOTS)
		return
	mkdirSync(process.env.DOJANG_SCREENSHOTS, { recursive: true })
	await page.screenshot({ path: join(process.env.DOJANG_SCREENSHOTS, `${name}.png`), fullPage: true })
}
const said = answer => /role="alert">([^<]*)/.exec(answer.text)?.[1]
const sessions = id => count(`SELECT COUNT(*) FROM staff_sessions WHERE staff_id = ${id}`)
const audited = (action, id) => sql(`SELECT * FROM audit_entries WHERE action = '${action}' AND subject = 'staff' AND subject_id = ${id} ORDER BY id`)
/** The return: only path and query, as a browser requests it. */
const wayBack = address => { const { pathname, search } = new URL(address); return pathname + search }
const isRefused = (answer, words, status = 403) => {
	assert.equal(answer.status, status, answer.text)
	assert.match(said(answer), words)
}

test('a sign-in creates a session, returns to the requested page, and is in the audit log', async () => {
	const { id, sub, visitor } = await linked()
	const page = await visitor.get('/admin/products')
	assert.equal(page.location, '/admin/sign-in?back=%2Fadmin%2Fproducts')
	const link = (await visitor.get(page.location)).text.match(/href="(\/admin\/sign-in\/openid[^"]*)">([^<]*)/)
	assert.equal(link[2], 'Sign in with Shop ID')
	const before = visitor.cookies.get('dojang'), was = await sessions(id)
	const leaving = await visitor.get(link[1])
	assert.match(leaving.headers.getSetCookie().find(line => line.startsWith('dojang-openid=')), /; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/)
	const query = new URL(leaving.location).searchParams
	assert.equal(query.get('code_challenge_method'), 'S256')
	assert.ok(query.get('state').length >= 43 && query.get('nonce').length >= 43 && query.get('state') !== query.get('nonce'))
	const answer = await visitor.get(wayBack(await provider.visit(leaving.location, sub)))
	assert.deepEqual([answer.status, answer.location], [303, '/admin/products'])
	assert.notEqual(visitor.cookies.get('dojang'), before)
	assert.equal(visitor.cookies.has('dojang-openid'), false)
	assert.equal(await sessions(id), was + 1)
	assert.equal((await visitor.get('/admin/products')).status, 200)
	const row = (await audited('sign-in', id)).at(-1)
	assert.deepEqual([row.actor, row.address, row.after_change], [`staff:${id}`, '127.0.0.1', '{"by":"openid"}'])
})

test('the groups decide the role at each sign-in, and a change of role is recorded', async () => {
	const { id, sub, visitor } = await linked({ groups: ['others', '/shop/leads', 'dojang'] })
	const role = async () => (await sql(`SELECT role FROM staff WHERE id = ${id}`))[0].role
	assert.equal((await signIn(provider, visitor, sub)).location, '/admin/')
	assert.equal(await role(), 'manager')
	assert.equal((await visitor.get('/admin/new/product')).status, 200)
	provider.people[sub].groups = ['dojang']
	const other = new Visitor()
	assert.equal((await signIn(provider, other, sub)).status, 303)
	assert.equal((await visitor.get('/admin/new/product')).status, 403, 'also if the person is signed in already')
	provider.people[sub].groups = 'dojang-owners'
	assert.equal((await signIn(provider, new Visitor(), sub)).status, 303)
	assert.equal((await visitor.get('/admin/settings')).status, 200)
	assert.equal((await signIn(provider, new Visitor(), sub)).status, 303)
	const rows = await audited('staff.role', id)
	assert.deepEqual(rows.map(row => [row.actor, row.before_change, row.after_change]), [['viewer', 'manager'], ['manager', 'viewer'], ['viewer', 'owner']]
		.map(([from, to]) => ['openid', `{"role":"${from}"}`, `{"role":"${to}"}`]))
})

test('a user without a group that has a role is refused', async () => {
	const { id, sub, visitor } = await linked(), was = await sessions(id)
	for (const groups of [undefined, [], ['Dojang', 'dojang ', 'dojang-owner'], '', ['dojang', 7], { dojang: true }]) {
		provider.people[sub].groups = groups
		isRefused(await signIn(provider, visitor, sub), /not in any .* group/)
	}
	assert.equal(await sessions(id), was)
	assert.equal((await visitor.get('/admin/')).status, 303)
	assert.equal(JSON.parse((await audited('sign-in.refused', id)).at(-1).after_change).why, 'group')
})

test('an unknown subject is refused, whatever its e-mail address and groups, and no account is created', async () => {
	const owner = await staff('owner'), sub = unique('sub'), visitor = new Visitor()
	provider.people[sub] = { email: owner.email, groups: ['dojang-owners'] }
	const was = await sql('SELECT id, role, openid_subject FROM staff ORDER BY id')
	isRefused(await signIn(provider, visitor, sub), /No account here is linked/)
	assert.deepEqual(await sql('SELECT id, role, openid_subject FROM staff ORDER BY id'), was)
	assert.equal((await visitor.get('/admin/')).status, 303)
})

test('a subject is compared byte by byte, and together with its issuer', async () => {
	const { id, sub } = await linked()
	for (const near of [sub.toUpperCase(), `${sub} `, sub.slice(0, -1)]) {
		provider.people[near] = provider.people[sub]
		isRefused(await signIn(provider, new Visitor(), near), /No account here is linked/)
	}
	await sql(`UPDATE staff SET openid_issuer = 'https://another.example' WHERE id = ${id}`)
	isRefused(await signIn(provider, new Visitor(), sub), /No account here is linked/)
})

test('a disabled account is refused', async () => {
	const { email, sub, visitor } = await linked()
	await dojangctl('staff', 'disable', '--email', email)
	isRefused(await signIn(provider, visitor, sub), /No account here is linked/)
	assert.equal((await visitor.get('/admin/')).status, 303)
})

/* --- state, nonce, codes, cookies ------------------------------------------------------------------------------------------- */

test('the return works once: not again with the same cookie, and its code not in another attempt', async () => {
	const { id, sub, visitor } = await linked()
	const address = wayBack(await provider.visit(await setOut(visitor), sub)), cookie = visitor.cookies.get('dojang-openid')
	assert.equal((await visitor.get(address)).status, 303)
	const was = await sessions(id)
	visitor.cookies = new Map([['dojang-openid', cookie]])
	isRefused(await visitor.get(address), /already used/)
	const again = new Visitor(), state = new URL(await setOut(again)).searchParams.get('state')
	const query = new URLSearchParams(address.slice(address.indexOf('?')))
	query.set('state', state)
	isRefused(await again.get(`/admin/sign-in/openid/return?${query}`), /cannot be trusted/)
	assert.equal(await sessions(id), was)
})

test('of two identical returns at the same time, one succeeds', async () => {
	const { id, sub, visitor } = await linked(), was = await sessions(id)
	const address = wayBack(await provider.visit(await setOut(visitor), sub)), cookies = visitor.cookies
	const answers = await Promise.all([1, 2, 3].map(() => Object.assign(new Visitor(), { cookies: new Map(cookies) }).get(address)))
	assert.deepEqual(answers.map(answer => answer.status).sort(), [303, 403, 403])
	assert.equal(await sessions(id), was + 1)
})

test('a wrong, foreign or missing state, and a return in another browser, are refused before the provider is called', async () => {
	const { id, sub, visitor } = await linked(), was = await sessions(id)
	const address = new URL(await provider.visit(await setOut(visitor), sub))
	const other = new Visitor(), foreign = new URL(await setOut(other)).searchParams.get('state')
	const withState = state => {
		const changed = new URL(address)
		state === null ? changed.searchParams.delete('state') : changed.searchParams.set('state', state)
		return wayBack(changed)
	}
	const right = address.searchParams.get('state'), cookies = new Map(visitor.cookies)
	for (const state of [null, 'x', foreign, right.slice(0, -1), `${right}A`, right.toLowerCase()]) {
		visitor.cookies = new Map(cookies)
		isRefused(await visitor.get(withState(state)), /began in another browser/)
	}
	isRefused(await other.get(wayBack(address)), /began in another browser/)
	isRefused(await new Visitor().get(wayBack(address)), /began in another browser/)
	assert.equal(await sessions(id), was)
	visitor.cookies = new Map(cookies)
	assert.equal((await visitor.get(wayBack(address))).status, 303, 'the code was not used up by any of these')
})

test('a forged cookie, or one older than ten minutes, is refused', async () => {
	const { id, sub, visitor } = await linked()
	const address = wayBack(await provider.visit(await setOut(visitor), sub)), cookie = visitor.cookies.get('dojang-openid'), was = await sessions(id)
	const [payload, mark] = cookie.split('.')
	const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace(/^\d+/, time => Number(time) + 60)).toString('base64url')
	for (const value of ['x', `${payload}.`, `.${mark}`, `${forged}.${mark}`, `${payload}.${mark.slice(1)}`, `${payload}.${mark}.`, 'a'.repeat(3000)]) {
		visitor.cookies = new Map([['dojang-openid', value]])
		isRefused(await visitor.get(address), /began in another browser/)
	}
	visitor.cookies = new Map([['dojang-openid', cookie]])
	clock.move(601)
	isRefused(await visitor.get(address), /took too long/)
	clock.move(-21)
	visitor.cookies = new Map([['dojang-openid', cookie]])
	assert.equal((await visitor.get(address)).status, 303, 'within ten minutes it is valid')
	assert.equal(await sessions(id), was + 1)
})

test('a return that names another issuer, or none if the provider always names itself, is refused (RFC 9207)', async () => {
	const { sub } = await linked()
	for (const iss of [null, 'https://evil.example', `${provider.issuer}/`, provider.issuer.toUpperCase()]) {
		const visitor = new Visitor(), address = new URL(await provider.visit(await setOut(visitor), sub))
		assert.equal(address.searchParams.get('iss'), provider.issuer)
		iss === null ? address.searchParams.delete('iss') : address.searchParams.set('iss', iss)
		isRefused(await visitor.get(wayBack(address)), /cannot be trusted/)
	}
})

test('additional parameters of a provider are ignored, repeated ones are refused', async () => {
	const { sub, visitor } = await linked()
	const address = wayBack(await provider.visit(await setOut(visitor), sub))
	assert.equal((await visitor.get(`${address}&code=another`)).status, 400)
	assert.equal((await visitor.get(`${address}&session_state=x&authuser=0&scope=openid`)).status, 303)
})

test('a cancelled sign-in is reported as such; other errors of the provider are not shown', async () => {
	const visitor = new Visitor()
	isRefused(await signIn(provider, visitor, null), /was cancelled/)
	const address = new URL(await setOut(visitor)), state = address.searchParams.get('state')
	const answer = await visitor.get(`/admin/sign-in/openid/return?error=${encodeURIComponent('<b>evil</b>')}&error_description=call+123&state=${state}`)
	isRefused(answer, /cannot be trusted/)
	assert.equal(/evil|call 123/.test(answer.text), false)
})

test('the target after the sign-in is a page of the console and nothing else', async () => {
	const { sub } = await linked()
	for (const back of ['//evil.example', 'https://evil.example/admin/', '/\\evil.example', '/admin/\\..\\..//evil.example', '/administrator', '/admin@evil.example',
		'/admin/ evil', '/admin/\u00e9', 'javascript:alert(1)', '/admin/sign-out', '/admin/sign-in/openid', `/admin/${'x'.repeat(600)}`])
		assert.equal((await signIn(provider, new Visitor(), sub, back)).location, '/admin/', back)
	assert.equal((await signIn(provider, new Visitor(), sub, '/admin/claims?state=shipped')).location, '/admin/claims?state=shipped')
	const { email } = await staff('viewer')
	for (const [back, want] of [['//evil.example', '/admin/'], ['/admin/claims?state=shipped', '/admin/claims?state=shipped']]) {
		const answer = await new Visitor().send(`/admin/sign-in?back=${encodeURIComponent(back)}`, { email, password: PASSWORD })
		assert.deepEqual([answer.status, answer.location], [303, want], 'with a password as well')
	}
})

/* --- tokens ------------------------------------------------------------------------------------------------------------------- */

test('a token for another sign-in, for another client, or changed in transit is refused', async () => {
	await setUp(settingsFor(provider, settingsInFront(provider)))
	const { id, sub } = await linked(), was = await sessions(id)
	assert.equal((await signIn(provider, new Visitor(), sub)).status, 303, 'as it comes, it is good')
	const tamper = (token, part) => token.split('.').map((text, i) => i === part ? text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.at(-1) : text).join('.')
	const unsigned = token => [Buffer.from('{"alg":"none"}').toString('base64url'), token.split('.')[1], ''].join('.')
	const swaps = {
		'a wrong nonce': async json => ({ ...json, id_token: await provider.token({ who: sub }) }),
		'another client\'s, with our nonce': async (json, nonce) => ({ ...json, id_token: await provider.token({ client: 'another shop', who: sub, nonce }) }),
		'a changed signature': json => ({ ...json, id_token: tamper(json.id_token, 2) }),
		'changed claims': json => ({ ...json, id_token: tamper(json.id_token, 1) }),
		'no signature': json => ({ ...json, id_token: unsigned(json.id_token) }),
		'no token': json => ({ ...json, id_token: undefined }),
		'a number': json => ({ ...json, id_token: 7 }),
		'the access token': json => ({ ...json, id_token: json.access_token }),
	}
	for (const [what, swap] of Object.entries(swaps)) {
		const visitor = new Visitor(), address = await setOut(visitor), nonce = new URL(address).searchParams.get('nonce')
		const back = wayBack(await provider.visit(address, sub))
		provider.swap = json => swap(json, nonce)
		const answer = await visitor.get(back)
		assert.ok([403, 503].includes(answer.status), `${what}: ${answer.status}`)
		assert.equal((await visitor.get('/admin/')).status, 303, what)
		provider.swap = json => json
	}
	assert.equal(await sessions(id), was + 1)
	const good = await provider.token({ who: sub }), { aud } = JSON.parse(Buffer.from(good.split('.')[1], 'base64url'))
	assert.equal(aud, 'console', 'the swapped tokens are really signed, and what the test says')
})

/* --- the provider is down ------------------------------------------------------------------------------------------------------- */

test('a public client signs in with PKCE only', async () => {
	await setUp(settingsFor(provider, { client: 'public' }))
	const { sub } = await linked()
	assert.equal((await signIn(provider, new Visitor(), sub)).status, 303)
})

test('a secret is sent in the body where the provider lists only that, and where the settings say so', async () => {
	const only = await new OpenIdProvider().start({ methods: ['client_secret_post', 'private_key_jwt'] })
	try {
		for (const [where, settings] of [[only, {}], [provider, { token_endpoint_auth_method: 'client_secret_post' }]]) {
			await setUp(settingsFor(where, { client: 'by body', ...settings }))
			const { sub } = await linked()
			where.people[sub] = provider.people[sub]
			const answer = await signIn(where, new Visitor(), sub)
			assert.equal(answer.status, 303, answer.text)
		}
		await setUp(settingsFor(only, { client: 'by body' }))
		const found = (await doctor()).filter(({ check }) => check === "staff's OpenID provider")
		assert.match(found[0].found, /answers/)
		assert.ok(found.some(({ found }) => /^authentication methods "private_key_jwt" ignored: Dojang uses client_secret_post/.test(found)), JSON.stringify(found))
		assert.ok(found.some(({ found }) => /^claims .*"email".* ignored: Dojang does not read them/.test(found)), JSON.stringify(found))
	} finally {
		await only.stop()
	}
})

test('while the provider is down the page says so, and passwords still work', async () => {
	await setUp(settingsFor(provider, settingsInFront(provider)))
	const { email, sub } = await linked()
	for (const [language, words] of [['en', /cannot be reached.*password/], ['ko', /연결할 수 없습니다.*비밀번호/]]) {
		const visitor = new Visitor({ language })
		// After a failure a worker does not call the provider for a moment.
		const back = wayBack(await provider.visit(await until('a way out', () => setOut(visitor)), sub))
		provider.swap = () => ({ status: 500, error: 'server_error' })
		const answer = await visitor.get(back)
		isRefused(answer, words, 503)
		assert.equal(answer.headers.get('retry-after'), '5')
		provider.swap = json => json
		assert.equal((await signIn(provider, new Visitor(), sub)).status, 303, 'and back')
	}
	await setUp(settingsFor({ issuer: 'http://127.0.0.1:9' }))
	isRefused(await new Visitor().get('/admin/sign-in/openid'), /cannot be reached/, 503)
	assert.equal((await new Visitor().signIn(email)).status, 303)
	const finding = (await doctor()).find(({ check }) => check === "staff's OpenID provider")
	assert.equal(finding.state, 'wrong')
})

test('metadata that name another issuer are refused, and doctor says so', async () => {
	await setUp(settingsFor({ issuer: `${provider.issuer.replace('127.0.0.1', 'localhost')}` }))
	isRefused(await new Visitor().get('/admin/sign-in/openid'), /cannot be reached/, 503)
	const finding = (await doctor()).find(({ check }) => check === "staff's OpenID provider")
	assert.match(finding.found, /names another issuer/)
	await setUp(settingsFor(provider))
	assert.equal((await doctor()).find(({ check }) => check === "staff's OpenID provider").state, 'ok')
})

/* --- linking -------------------------------------------------------------------------------------------------------------------- */

test('a user links the own account: first the password, then the provider', async () => {
	const person = await staff('viewer'), sub = unique('sub')
	provider.people[sub] = { email: 'of nobody here', groups: ['dojang'] }
	assert.match((await person.get('/admin/account')).text, /href="\/admin\/account\/openid"/)
	assert.equal((await person.send('/admin/account/openid', { current_password: 'not this one' })).status, 422)
	assert.equal(person.cookies.has('dojang-openid'), false)
	const asked = await person.send('/admin/account/openid', { current_password: PASSWORD })
	assert.deepEqual([asked.status, asked.location], [303, '/admin/account/openid'])
	const address = (await person.get('/admin/account/openid')).text.match(/class="button press" href="(http[^"]*)"/)[1].replaceAll('&amp;', '&')
	assert.equal(new URL(address).searchParams.get('max_age'), '0', 'who else may be signed in there does not count')
	const back = wayBack(await provider.visit(address, sub)), other = await staff('viewer')
	other.cookies.set('dojang-openid', person.cookies.get('dojang-openid'))
	isRefused(await other.get(back), /began in another browser/)
	const answer = await person.get(back)
	assert.deepEqual([answer.status, answer.location], [303, '/admin/account'])
	assert.equal(await count(`SELECT COUNT(*) FROM staff WHERE id = ${person.id} AND openid_issuer = '${provider.issuer}' AND openid_subject = '${sub}'`), 1)
	assert.equal((await signIn(provider, new Visitor(), sub)).status, 303)
	assert.deepEqual((await audited('staff.link', person.id)).map(row => [row.actor, row.after_change]), [[`staff:${person.id}`, '{"openid":true,"password":true}']])
	assert.equal(JSON.stringify(await sql('SELECT * FROM audit_entries')).includes(sub), false, 'the subject is in no log')
})

/** The address that links the own account of somebody who is signed in. */
async function setOutToLink(person) {
	await person.send('/admin/account/openid', { current_password: PASSWORD })
	return (await person.get('/admin/account/openid')).text.match(/class="button press" href="(http[^"]*)"/)[1].replaceAll('&amp;', '&')
}
const isLinked = async id => await count(`SELECT COUNT(*) FROM staff WHERE id = ${id} AND openid_subject IS NOT NULL`) === 1

test('a provider that ignores max_age links nothing: the sign-in there is older, or its time is not told', async () => {
	// Without max_age this provider does not tell the time. With a long one it tells it, and takes an older sign-in.
	for (const [age, signedIn] of [['', null], ['&max_age=100000', Math.floor(Date.now() / 1000) - 3600]]) {
		const person = await staff('viewer'), sub = unique('sub')
		provider.people[sub] = { email: person.email, groups: ['dojang'] }
		provider.signedIn = signedIn
		const address = await setOutToLink(person)
		assert.match(address, /&prompt=login&max_age=0$/)
		isRefused(await person.get(wayBack(await provider.visit(address.replace('&prompt=login&max_age=0', age), sub))), /cannot be trusted/)
		assert.equal(await isLinked(person.id), false)
	}
	provider.signedIn = null
	await setUp(settingsFor(provider))
})

test('where the provider tells no time of its sign-ins, and the settings say so, accounts are linked without it', async () => {
	await setUp(settingsFor(provider, { auth_time: 'no' }))
	const person = await staff('viewer'), sub = unique('sub')
	provider.people[sub] = { email: person.email, groups: ['dojang'] }
	const address = await setOutToLink(person), query = new URL(address).searchParams
	assert.deepEqual([query.get('max_age'), query.get('prompt')], [null, 'select_account'])
	query.delete('prompt')          // which this provider does not know
	assert.equal((await person.get(wayBack(await provider.visit(`${address.split('?')[0]}?${query}`, sub)))).location, '/admin/account')
	assert.ok(await isLinked(person.id))
	await setUp(settingsFor(provider))
})

test('a subject opens one account only', async () => {
	const { sub } = await linked(), person = await staff('viewer')
	await person.send('/admin/account/openid', { current_password: PASSWORD })
	const address = (await person.get('/admin/account/openid')).text.match(/href="(http[^"]*)"/)[1].replaceAll('&amp;', '&')
	isRefused(await person.get(wayBack(await provider.visit(address, sub))), /linked to another account/, 409)
	await assert.rejects(dojangctl('staff', 'link', '--email', person.email, '--subject', sub), /another account/)
})

test('an owner links an account, removes its password, and removes the link', async () => {
	const owner = await staff('owner'), person = await staff('viewer'), sub = unique('sub'), path = `/admin/staff/${person.id}/openid`
	provider.people[sub] = { email: person.email, groups: ['dojang'] }
	assert.match((await owner.get(`/admin/staff/${person.id}`)).text, new RegExp(`href="${path}"`))
	const alone = await owner.send(path, { subject: '', remove_password: 'yes' })
	assert.equal(alone.status, 422)
	assert.match(alone.text, /could not sign in/)
	assert.equal((await owner.send(path, { subject: sub, remove_password: 'yes' })).status, 303)
	assert.match((await owner.get(path)).text, new RegExp(`value="${sub}"`))
	assert.equal((await new Visitor().signIn(person.email)).status, 403, 'no password any more')
	const visitor = new Visitor()
	assert.equal((await signIn(provider, visitor, sub)).status, 303)
	assert.equal((await owner.send(path, { subject: '' })).status, 303)
	assert.equal((await visitor.get('/admin/')).status, 303, 'signed out')
	isRefused(await signIn(provider, new Visitor(), sub), /No account here is linked/)
	assert.equal((await person.get(path)).status, 303)
	assert.deepEqual((await sql(`SELECT action, after_change AS text FROM audit_entries WHERE actor = 'staff:${owner.id}' AND action LIKE 'staff.%' ORDER BY id`)).map(Object.values),
		[['staff.link', '{"openid":true,"password":false}'], ['staff.unlink', '{"openid":false,"password":false}']])
})

test('a session ends when an owner removes the way by which it was opened', async () => {
	const owner = await staff('owner'), { id, sub, email, visitor } = await linked(), path = `/admin/staff/${id}/openid`
	assert.equal((await signIn(provider, visitor, sub)).status, 303)
	assert.equal((await owner.send(path, { subject: sub })).status, 303)
	assert.equal((await visitor.get('/admin/')).status, 200, 'nothing ended')
	assert.equal((await owner.send(path, { subject: unique('sub') })).status, 303)
	assert.equal((await visitor.get('/admin/')).status, 303, 'the subject is not linked any more')
	const other = new Visitor()
	await other.signIn(email)
	assert.equal((await other.get('/admin/')).status, 200)
	assert.equal((await owner.send(path, { subject: sub, remove_password: 'yes' })).status, 303)
	assert.equal((await other.get('/admin/')).status, 303, 'the password is gone')
})

test('the command line links and unlinks', async () => {
	const { email, sub } = await linked()
	const entry = async () => (await dojangctl('staff', 'list')).find(item => item.email === email)
	assert.equal((await entry()).openid, true)
	await dojangctl('staff', 'unlink', '--email', email)
	assert.equal((await entry()).openid, false)
	isRefused(await signIn(provider, new Visitor(), sub), /No account here is linked/)
	await assert.rejects(dojangctl('staff', 'link', '--email', 'nobody@example.com', '--subject', 'x'), /no account/)
})

test('if the account has the role, groups are ignored', async () => {
	await setUp({ ...settingsFor(provider), owner_groups: '', manager_groups: '', viewer_groups: '', role_from: 'account' })
	const { id, sub } = await linked({ role: 'manager', groups: [] })
	assert.equal((await signIn(provider, new Visitor(), sub)).status, 303)
	assert.equal((await sql(`SELECT role FROM staff WHERE id = ${id}`))[0].role, 'manager')
	await setUp(settingsFor(provider))
})

test('too many attempts from one address must wait, and passwords still work from there', async () => {
	const sub = unique('sub'), { email } = await staff('viewer')
	provider.people[sub] = { groups: [] }
	let answer, tries = 0
	do
		answer = await signIn(provider, new Visitor(), sub)
	while (answer.status === 403 && ++tries < 40)
	isRefused(answer, /Too many attempts/, 429)
	assert.equal(tries, 31)
	const seconds = Number(answer.headers.get('retry-after'))
	assert.ok(seconds > 0 && seconds <= 15, `${seconds} seconds`)
	assert.equal((await new Visitor().signIn(email)).status, 303)
})

/* --- a browser ------------------------------------------------------------------------------------------------------------------ */

for (const { locale, axes, words } of [
	{ locale: 'ko-KR', axes: false, words: { link: 'Shop ID 계정으로 로그인', overview: '개요', out: '로그아웃' } },
	{ locale: 'en-GB', axes: true, words: { link: 'Sign in with Shop ID', overview: 'Overview', out: 'Sign out' } },
])
	test(`the whole sign-in in Chromium, ${locale}`, async () => {
		const { id, sub } = await linked({ groups: ['dojang-managers'] })
		const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(path => existsSync(path))
		const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
		try {
			const context = await browser.newContext({ baseURL: demo.base_url, locale, javaScriptEnabled: axes, viewport: { width: 390, height: 844 } })
			const page = await context.newPage()
			const look = async name => {
				await picture(page, `openid-${name}-${locale}`)
				if (!axes)
					return
				await page.evaluate(axe)
				const { violations } = await page.evaluate(() => globalThis.axe.run())
				assert.deepEqual(violations.map(({ id, nodes }) => `${name} ${id}: ${nodes[0].html}`), [])
				assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`)
			}
			await page.goto('/admin/claims')
			await look('sign-in')
			await page.getByRole('link', { name: words.link }).click()
			await page.getByLabel('Who?').fill(sub)
			await page.getByRole('button').click()
			await page.waitForURL('**/admin/claims')
			await page.goto('/admin/new/product')
			assert.equal(await page.locator('[name=name]').count(), 1, 'a manager')
			await page.goto('/admin/account')
			await look('account')
			await page.goto('/admin/account/openid')
			await look('own')
			await page.fill('[name=current_password]', PASSWORD)
			await page.locator('main button').click()
			await look('go-on')
			assert.equal((await page.goto(`/admin/staff/${id}`)).status(), 403, 'no owner')
			await sql(`UPDATE staff SET role = 'owner' WHERE id = ${id}`)
			for (const path of ['', '/openid']) {
				await page.goto(`/admin/staff/${id}${path}`)
				await look(`staff${path.replace('/', '-')}`)
			}
			await page.getByRole('button', { name: words.out }).click()
			await page.waitForURL('**/admin/sign-in')
			await context.clearCookies()
			await page.goto(`/admin/sign-in/openid/return?code=x&state=y`)
			await page.getByRole('alert').waitFor()
			await look('refused')
		} finally {
			await browser.close()
		}
	})
