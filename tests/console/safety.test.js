// SPDX-License-Identifier: MIT
// Signing in and out, sessions and their limits, locks, and stored data shown as text.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, test } from 'node:test'
import { attended, clock, count, demo, dojangctl, freshEvent, sql, unique } from '../http/harness.js'
import { PASSWORD, Visitor, freshPayouts, freshWebhook, hidden, routes, staff, withoutScript } from './client.js'

afterEach(async () => {
	await sql('DELETE FROM sign_in_failures')
	clock.reset()
})

const HOUR = 3600

test('the demo\'s owner signs in', async () => {
	const visitor = new Visitor()
	assert.equal((await visitor.signIn(demo.console.email, demo.console.password)).status, 303)
	assert.equal((await visitor.get('/admin/settings')).status, 200)
})

test('the session gets a new id at sign-in, is stored hashed, and its cookie is limited to this host', async () => {
	const visitor = new Visitor()
	await visitor.get('/admin/sign-in')
	const before = visitor.cookies.get('dojang')
	const { email } = await staff('viewer')
	const answer = await visitor.signIn(email)
	const after = visitor.cookies.get('dojang')
	assert.notEqual(before, after)
	assert.match(answer.headers.getSetCookie().find(line => line.startsWith('dojang=')), /; Path=\/; HttpOnly; SameSite=Lax$/)
	const hash = createHash('sha256').update(after).digest('hex')
	assert.equal(await count(`SELECT COUNT(*) FROM staff_sessions WHERE token_hash = X'${hash}'`), 1)
})

test('an unknown name gets the same response as a wrong password, and is locked too', async () => {
	const { email } = await staff('viewer')
	const tell = async name => {
		const answers = []
		for (let i = 0; i < 7; i++) {
			const answer = await new Visitor().signIn(name, 'not the password')
			answers.push([answer.status, answer.headers.get('retry-after'), /role="alert">([^<]*)/.exec(answer.text)?.[1].replace(/\d+/, 'N')])
		}
		return answers
	}
	const known = await tell(email), unknown = await tell(`${unique('nobody')}@example.com`)
	assert.deepEqual(known.map(answer => [answer[0], answer[2]]), unknown.map(answer => [answer[0], answer[2]]))
	assert.deepEqual(known.map(answer => answer[0]), [403, 403, 403, 403, 403, 429, 429])
	assert.equal((await new Visitor().signIn(email)).status, 429, 'the right password does not help meanwhile')
	clock.move(16)
	assert.equal((await new Visitor().signIn(email)).status, 303)
})

test('attempts with many names from one address lock that address, even with the right password', async () => {
	const { email } = await staff('viewer')
	const fail = async () => (await new Visitor().signIn(`${unique('nobody')}@example.com`, 'not the password')).status
	await sql('DELETE FROM sign_in_failures')
	const answers = []
	for (let i = 0; i < 32; i++)
		answers.push(await fail())
	assert.deepEqual(answers, [...Array(31).fill(403), 429])
	const wait = async () => {
		const answer = await new Visitor().signIn(email)
		assert.equal(answer.status, 429)
		return Number(answer.headers.get('retry-after'))
	}
	const first = await wait()
	assert.ok(first > 0 && first <= 15, `${first} seconds`)
	clock.move(16)
	assert.equal(await fail(), 403)
	const second = await wait()
	assert.ok(second > 15 && second <= 30, `${second} seconds`)
	clock.move(31)
	assert.equal((await new Visitor().signIn(email)).status, 303)
	assert.equal(await fail(), 403)
	assert.equal((await new Visitor().signIn(email)).status, 429, 'a success does not end the failures of others')
})

test('thirty attempts at the same time: five compare the password', async () => {
	const { email } = await staff('viewer')
	await sql('DELETE FROM sign_in_failures')
	const visitors = await Promise.all(Array.from({ length: 30 }, async () => {
		const visitor = new Visitor()
		const { text } = await visitor.get('/admin/sign-in')
		return () => visitor.request('/admin/sign-in', { method: 'POST', form: { _token: hidden(text, '_token'), _form: hidden(text, '_form'), email, password: 'not the password' } })
	}))
	const answers = await Promise.all(visitors.map(send => send()))
	assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(5).fill(403), ...Array(25).fill(429)])
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE action LIKE 'sign-in.%' AND subject_id = (SELECT id FROM staff WHERE email = '${email}') AND actor = 'nobody'`), 5)
})

const DEVICE = 'dojang-device'
/** Fails five times in new browsers. */
const lockOut = async email => {
	for (let i = 0; i < 5; i++)
		assert.equal((await new Visitor().signIn(email, 'not the password')).status, 403)
	assert.equal((await new Visitor().signIn(email)).status, 429)
}

test('a browser in which somebody has signed in is never locked by others, and only for this person', async () => {
	const person = await staff('viewer'), other = await staff('viewer'), known = new Visitor(), device = person.cookies.get(DEVICE)
	await sql('DELETE FROM sign_in_failures')
	await lockOut(person.email)
	known.cookies.set(DEVICE, device)
	assert.equal((await known.signIn(person.email)).status, 303)
	assert.equal(known.cookies.get(DEVICE), device, 'it keeps its cookie')
	for (const forged of [other.cookies.get(DEVICE), `${device.slice(0, -1)}${device.endsWith('A') ? 'B' : 'A'}`, device.slice(0, 22), `x${device}`, 'a'.repeat(4000)]) {
		const visitor = new Visitor()
		visitor.cookies.set(DEVICE, forged)
		assert.equal((await visitor.signIn(person.email)).status, 429, forged)
	}
	const tries = []
	for (let i = 0; i < 6; i++) {
		const visitor = new Visitor()
		visitor.cookies.set(DEVICE, device)
		tries.push((await visitor.signIn(person.email, 'not the password')).status)
	}
	assert.deepEqual(tries, [403, 403, 403, 403, 403, 429], 'whoever has the cookie cannot guess faster')
})

test('an owner, the command line and a new password unlock a sign-in', async () => {
	const owner = await staff('owner'), { email, id } = await staff('viewer'), path = `/admin/staff/${id}/unlock`
	await lockOut(email)
	assert.ok((await owner.get(`/admin/staff/${id}`)).text.includes(`href="${path}"`))
	assert.equal((await owner.send(path)).location, '/admin/staff')
	assert.equal((await new Visitor().signIn(email)).status, 303)
	await lockOut(email)
	await dojangctl('staff', 'unlock', '--email', email.toUpperCase())
	assert.equal((await new Visitor().signIn(email)).status, 303)
	await lockOut(email)
	const { password } = await dojangctl('staff', 'password', '--email', email)
	assert.equal((await new Visitor().signIn(email, password)).status, 303)
	assert.deepEqual((await notes(`action = 'staff.unlock' AND subject_id = ${id}`)).map(({ actor }) => actor), [`staff:${owner.id}`, `command:${userInfo().username}`])
	await assert.rejects(dojangctl('staff', 'unlock', '--email', 'nobody@example.com'), /has no account/)
})

const notes = where => sql(`SELECT action, actor, address, subject, after_change FROM audit_entries WHERE ${where} ORDER BY id`)

test('sign-in, sign-out and sign-out everywhere are in the audit log once each, with the address, in both languages', async () => {
	const person = await staff('viewer'), visitor = new Visitor(), other = new Visitor()
	await visitor.signIn(person.email)
	const form = { _token: hidden((await visitor.get('/admin/')).text, '_token') }, kept = new Map(visitor.cookies)
	for (const status of [303, 403]) {
		visitor.cookies = new Map(kept)
		assert.equal((await visitor.request('/admin/sign-out', { method: 'POST', form })).status, status)
	}
	await other.signIn(person.email)
	await other.send('/admin/sign-out-everywhere', {}, { from: '/admin/account' })
	assert.deepEqual((await notes(`subject = 'staff' AND subject_id = ${person.id} AND action LIKE 'sign-%'`)).map(row => [row.action, row.actor, row.address, row.after_change]),
		['sign-in', 'sign-in', 'sign-out', 'sign-in', 'sign-out.everywhere'].map(action =>
			[action, `staff:${person.id}`, '127.0.0.1', action === 'sign-in' ? '{"by":"password"}' : null]))
	for (const [language, words] of [['en', ['signed in', 'signed out', 'signed out everywhere']], ['ko', ['로그인', '로그아웃', '모든 기기에서 로그아웃']]]) {
		const { text } = await (await staff('viewer', { language })).get('/admin/audit')
		for (const word of words)
			assert.match(text, new RegExp(`>\\s*${word}\\s*<`), word)
	}
})

test('refused sign-ins of accounts and unknown names are recorded, but never the input', async () => {
	const { email, id } = await staff('viewer'), typed = unique('typed')
	await sql('DELETE FROM sign_in_failures')
	for (let i = 0; i < 8; i++)
		await new Visitor().signIn(email, typed)
	const rows = await notes(`action LIKE 'sign-in.%' AND subject_id = ${id}`)
	assert.deepEqual(rows.map(row => [row.action, row.actor, row.address, row.subject, JSON.parse(row.after_change).failures]), [
		...[1, 2, 3, 4].map(failures => ['sign-in.refused', 'nobody', '127.0.0.1', 'staff', failures]), ['sign-in.locked', 'nobody', '127.0.0.1', 'staff', 5]],
	'what is refused unseen while locked out writes nothing')
	assert.deepEqual(JSON.parse(rows.at(-1).after_change), { by: 'password', failures: 5, locked: 'account', seconds: 15 })
	const [{ last }] = await sql('SELECT MAX(id) AS last FROM audit_entries')
	await new Visitor().signIn(`${typed}@example.com`, typed)
	assert.deepEqual((await notes(`id > ${last}`)).map(row => [row.action, row.subject, row.after_change]), [['sign-in.refused', 'nobody', '{"by":"password","failures":1}']])
	assert.equal(JSON.stringify(await sql('SELECT * FROM audit_entries')).includes(typed), false)
})

test('signing out ends the session on the server', async () => {
	const visitor = await staff('viewer'), kept = new Map(visitor.cookies)
	assert.equal((await visitor.send('/admin/sign-out', {}, { from: '/admin/' })).location, '/admin/sign-in')
	visitor.cookies = kept
	assert.equal((await visitor.get('/admin/')).location, '/admin/sign-in')
})

test('signing out everywhere ends the other sessions too', async () => {
	const one = await staff('viewer'), two = new Visitor()
	await two.signIn(one.email)
	assert.equal((await one.send('/admin/sign-out-everywhere', {}, { from: '/admin/account' })).status, 303)
	assert.equal((await two.get('/admin/')).status, 303)
})

test('a session ends after two hours without use, and after twelve in any case', async () => {
	const idle = await staff('viewer')
	clock.move(2 * HOUR - 60)
	assert.equal((await idle.get('/admin/')).status, 200)
	clock.move(2 * HOUR + 60)
	assert.equal((await idle.get('/admin/')).status, 303)
	clock.reset()
	const busy = await staff('viewer')
	for (let hour = 1; hour < 12; hour++) {
		clock.move(HOUR)
		assert.equal((await busy.get('/admin/')).status, 200, `after ${hour} hours`)
	}
	clock.move(HOUR)
	assert.equal((await busy.get('/admin/')).status, 303)
})

test('disabling ends a session at once, and changing the password requires a new sign-in', async () => {
	const visitor = await staff('viewer')
	await dojangctl('staff', 'disable', '--email', visitor.email)
	assert.equal((await visitor.get('/admin/')).status, 303)
	assert.equal((await new Visitor().signIn(visitor.email)).status, 403)
	const other = await staff('viewer')
	assert.equal((await other.send('/admin/account', { current_password: 'not it', new_password: 'another long password' })).status, 422)
	assert.equal((await other.send('/admin/account', { current_password: PASSWORD, new_password: 'another long password' })).status, 303)
	assert.equal((await other.get('/admin/')).status, 303)
	assert.equal((await new Visitor().signIn(other.email, 'another long password')).status, 303)
})

test('the last owner cannot be removed', async () => {
	const owner = await staff('owner')
	await sql(`UPDATE staff SET role = 'viewer' WHERE role = 'owner' AND id <> ${owner.id}`)
	const answer = await owner.send(`/admin/staff/${owner.id}`, { name: 'x', role: 'viewer', state: 'active' })
	assert.equal(answer.status, 409)
	assert.match(answer.text, /At least one owner must remain/)
	await sql(`UPDATE staff SET role = 'owner' WHERE email = '${demo.console.email}'`)
})

test('the language is the browser\'s until one is chosen', async () => {
	const visitor = new Visitor({ language: 'de, en;q=0.5, ko;q=0.9' })
	assert.match((await visitor.get('/admin/sign-in')).text, /lang="ko"/)
	const back = await visitor.send('/admin/language', { language: 'en', back: '//evil.example/' }, { from: '/admin/sign-in' })
	assert.equal(back.location, '/admin/', 'the way back is a path of the console')
	assert.match((await visitor.get('/admin/sign-in')).text, /lang="en"/)
})

test('a page that refuses before checking the user shows no form that would be refused too', async () => {
	const owner = await staff('owner'), { status, text } = await owner.get('/admin/language')
	assert.equal(status, 405)
	assert.match(text, /<form method="post" action="\/admin\/language">/)
	const form = { _token: hidden(text, '_token'), _form: hidden(text, '_form'), back: '/admin/', language: 'en' }
	assert.equal((await owner.request('/admin/language', { method: 'POST', form })).status, 303)
	const nobody = await new Visitor().get('/admin/language')
	assert.equal(nobody.status, 405)
	assert.doesNotMatch(nobody.text, /<form/)
})

test('the settings page has every setting of dojangctl, and no secret', async () => {
	const owner = await staff('owner'), { text } = await owner.get('/admin/settings')
	const shown = [...text.matchAll(/<dt>([^<]*\.[^<]*)<\/dt>/g)].map(match => match[1])          // below a summary in words
	const known = (await dojangctl('settings')).map(setting => setting.name)
	assert.ok(known.length > 40)
	assert.deepEqual(shown.toSorted(), known.toSorted())
	for (const file of readdirSync(join(dirname(demo.settings_file), 'private')))
		for (const line of readFileSync(join(dirname(demo.settings_file), 'private', file), 'utf8').split('\n').filter(line => line.length >= 16))
			assert.equal(text.includes(line), false, `a secret of ${file}`)
})

test('the purpose of a setting is in the language of the page, and in English the same as in dojangctl', async () => {
	const read = async language => Object.fromEntries([...(await (await staff('owner', { language })).get('/admin/settings')).text
		.matchAll(/<dt>([^<]*)<\/dt><dd>.*?<span class="soft">([^<]*)<\/span><\/dd>/g)].map(([, name, help]) => [name, help.replaceAll('&quot;', '"').replaceAll('&#39;', "'")]))
	const [korean, english, known] = [await read('ko'), await read('en'), await dojangctl('settings')]
	assert.deepEqual(known.filter(({ name }) => !/[가-힣]/.test(korean[name])), [])
	assert.deepEqual(english, Object.fromEntries(known.map(({ name, help }) => [name, help])))
})

const HOSTILE = `<script>alert(1)</script>"'{{csrf}}{{> console/layout}}😀\u202eabc`

test('stored data is shown as text', async () => {
	const owner = await staff('owner'), event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 3 }] })
	const subject = unique('customer')
	await attended(event, { [subject]: [-1] })
	const [{ id: customer }] = await sql(`SELECT id FROM users WHERE subject = '${subject}'`)
	const text = sqlText(HOSTILE), long = sqlText('가'.repeat(9000) + '<u>')
	await sql(`UPDATE events SET name = ${text}, description = ${long}, terms = ${text}, image = ${text} WHERE slug = '${event.slug}'`)
	await sql(`UPDATE products SET name = ${text}, tax_note = ${text} WHERE id = ${event.milestones[0].product}`)
	await sql(`UPDATE users SET username = ${text} WHERE id = ${customer}`)
	await sql(`INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, claimed_at, tracking)
		SELECT event_id, ${customer}, id, product_id, ${text}, 'item', UTC_TIMESTAMP(), ${text} FROM milestones WHERE id = ${event.milestones[0].id}`)
	const [{ id: claim }] = await sql('SELECT MAX(id) AS id FROM claims')
	await sql(`INSERT INTO outbox_messages (kind, channel, message_key, data, state, done_at, due_at, created_at, last_error)
		VALUES ('mail.test', 'mail', '${unique('test')}', '{}', 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP(), ${text})`)
	const [{ id: message }] = await sql('SELECT MAX(id) AS id FROM outbox_messages')
	const { id: key } = await dojangctl('key', 'create', '--name', HOSTILE, '--scopes', 'users:read')
	await sql(`UPDATE staff SET name = ${sqlText(HOSTILE.slice(0, 90))} WHERE id = ${owner.id}`)
	await sql(`INSERT INTO audit_entries (at, actor, action, subject, subject_id, before_change, after_change)
		VALUES (UTC_TIMESTAMP(), 'staff:${owner.id}', 'test', 'claim', ${claim}, ${text}, ${long})`)
	const { id: outage } = await dojangctl('outage', 'plan', '--event', event.slug, '--day', event.starts, '--reason', HOSTILE)
	const [{ id: payout }] = await freshPayouts([unique('hostile')], { state: 'failed', failure: HOSTILE.slice(0, 200) })
	await sql(`UPDATE payouts SET reason = ${sqlText(HOSTILE.slice(0, 200))}, reference = ${sqlText(HOSTILE.slice(0, 100))} WHERE id = ${payout}`)
	const values = { event: event.slug, payout, outage, milestone: event.milestones[0].id, product: event.milestones[0].product, customer, claim, message, webhook: await freshWebhook({ url: 'https://shop.example/?<script>' }), key, staff: owner.id }
	for (const route of routes.filter(route => route.method === 'GET' && !route.path.endsWith('.csv'))) {
		const path = route.path.replace(/\{([a-z]+)\}/g, (_, name) => values[name])
		const answer = await owner.get(path)
		assert.ok([200, 303].includes(answer.status), `${path}: ${answer.status}`)
		assert.equal(/<script|<u>|&amp;lt;script/.test(withoutScript(answer.text)), false, `${path} shows markup, or escapes twice`)
	}
	assert.match((await owner.get(`/admin/events/${event.slug}`)).text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;\{\{csrf\}\}/)
	assert.match((await owner.get(`/admin/customers/${customer}`)).text, /😀/)
})

function sqlText(text) {
	return `CONVERT(X'${Buffer.from(text).toString('hex')}' USING utf8mb4)`
}

test('a CSV file begins with a byte order mark, and no cell is a formula', async () => {
	const owner = await staff('owner')
	for (const name of ['=1+1', '+1', '-1', '@x', '\t=1', '  =1', 'a "quoted" word'])
		await sql(`INSERT INTO products (name, kind, remain, created_at) VALUES (${sqlText(name)}, 'item', NULL, UTC_TIMESTAMP())`)
	const answer = await fetch(new URL('/admin/products.csv', demo.base_url), { headers: { cookie: `dojang=${owner.cookies.get('dojang')}`, 'accept-language': 'en' } })
	const bytes = Buffer.from(await answer.arrayBuffer())
	assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf])
	assert.match(answer.headers.get('content-disposition'), /^attachment; filename="dojang-products.csv"$/)
	const text = bytes.toString()
	for (const cell of ['"\'=1+1"', '"\'+1"', '"\'-1"', '"\'@x"', '"\'\t=1"', '"\'  =1"', '"a ""quoted"" word"'])
		assert.ok(text.includes(cell), cell)
	assert.equal(await count('SELECT COUNT(*) FROM products'), text.trim().split('\r\n').length - 1)
})

test('the pool\'s metrics are available only to this host', async () => {
	const here = await new Visitor().get('/admin/metrics')
	assert.equal(here.status, 200)
	assert.match(here.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
	assert.match(here.text, /dojang_http_requests_total\{program="console",method="GET",route="\/admin\/sign-in",code="2xx"\} [1-9]/)
	assert.doesNotMatch(here.text, /@example\.com/)
	for (const address of ['192.0.2.7', '127.0.0.1.evil.example', '::2', '']) {
		const { status, stdout } = spawnSync(join(dirname(demo.dojangctl), 'dojang-console'), ['--settings', demo.settings_file], { encoding: 'utf8', env: {
			GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', REQUEST_URI: '/admin/metrics', SERVER_PROTOCOL: 'HTTP/1.1', REMOTE_ADDR: address, HTTP_HOST: 'shop.example' } })
		assert.equal(status, 0)
		assert.doesNotMatch(stdout, /dojang_http_requests_total/, address)
	}
})
