// SPDX-License-Identifier: MIT
// Mails through a real SMTP server: their content, and the result of each refusal.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { certificate, install, mailServer, product, refusal, take, until } from './installation.js'

let own, server
beforeEach(() => { own = server = null })
afterEach(async () => {
	await own?.remove()
	await server?.close()
})

/** An installation with our mail server and a recipient. tls: STARTTLS and AUTH. */
async function withServer({ tls = false, hooks = {}, settings = {}, language = 'ko', options } = {}) {
	own = await install()
	const pair = tls ? await certificate(own.directory) : null
	server = await mailServer({ tls: pair, hooks, options })
	own.write({ mail: { port: server.port, ...(tls ? { security: 'starttls', user: 'shop', password_file: own.secret('mail-password', 'right'),
		ca_file: pair.file } : {}), ...settings } })
	const { id } = await own.ctl('recipient', 'add', '--email', 'staff@shop.example', '--language', language)
	own.recipient = id
}
const test_mail = () => own.ctl('recipient', 'test', '--id', own.recipient)
const only = async () => {
	const { 0: row, length } = await own.ctl('messages', 'list')
	assert.equal(length, 1)
	return row
}
const auth = (user, password) => user === 'shop' && password === 'right' ? null : refusal(535, 'Authentication credentials invalid')

test('STARTTLS and AUTH; text and HTML in Korean', async () => {
	await withServer({ tls: true, hooks: { auth } })
	const id = await product(own, { name: '에어팟 <프로>' })
	await take(own, id)
	assert.equal(await own.once(), 0)
	assert.equal(server.mails.length, 1)
	const [mail] = server.mails
	assert.deepEqual([mail.secure, mail.user], [true, 'shop'])
	assert.equal(mail.subject, '[도장] 재고 부족: 에어팟 <프로>')
	assert.equal(mail.from.text, '"Dojang" <dojang@shop.example>')
	assert.equal(mail.to.text, 'staff@shop.example')
	assert.match(mail.text, /남은 재고: 2\n알림 기준: 2\n/)
	assert.match(mail.html, /<html lang="ko">/)
	assert.match(mail.html, /에어팟 &lt;프로&gt;/)
	assert.ok(!mail.html.includes('<프로>'))
	assert.match(mail.messageId, /^<dojang-\d+-\d+@shop\.example>$/)
	assert.equal(mail.headers.get('auto-submitted'), 'auto-generated')
	assert.ok(mail.raw.split('\r\n').every(line => line.length <= 998 && /^[\x20-\x7e\t]*$/.test(line)))
})

test('each recipient gets mails in their own language, and none about other events', async () => {
	await withServer()
	await own.ctl('event', 'create', '--slug', 'spring', '--name', 'Spring', '--starts', '2026-01-01', '--ends', '2099-12-31')
	await own.ctl('event', 'create', '--slug', 'autumn', '--name', 'Autumn', '--starts', '2026-01-01', '--ends', '2099-12-31')
	await own.ctl('recipient', 'add', '--email', 'spring@shop.example', '--language', 'en', '--event', 'spring')
	await own.ctl('recipient', 'add', '--email', 'autumn@shop.example', '--event', 'autumn')
	await own.ctl('recipient', 'add', '--email', 'staff@shop.example', '--event', 'spring')
	const id = await product(own)
	await own.ctl('milestone', 'create', '--event', 'spring', '--at', 1, '--product', id)
	await take(own, id)
	await own.once()
	const subjects = Object.fromEntries(server.mails.map(mail => [mail.to.text, mail.subject]))
	assert.deepEqual(subjects, { 'staff@shop.example': '[도장] 재고 부족: AirPods', 'spring@shop.example': '[Dojang] Stock low: AirPods' })
	assert.equal(server.mails.length, 2)
	assert.match(server.mails.find(mail => mail.to.text.startsWith('spring')).text, /Used in: Spring/)
})

test('at most ten recipients, and only valid addresses', async () => {
	await withServer()
	for (let i = 2; i <= 10; i++)
		await own.ctl('recipient', 'add', '--email', `staff${i}@shop.example`)
	await assert.rejects(own.ctl('recipient', 'add', '--email', 'one.more@shop.example'), /10 recipients already/)
	await own.ctl('recipient', 'remove', '--id', own.recipient)
	for (const bad of ['staff', '@shop.example', 'a@b@c', 'aa@', 'a b@shop.example', 'a@shop.example,b@shop.example', '<a@shop.example>', 'ä@shop.example'])
		await assert.rejects(own.ctl('recipient', 'add', '--email', bad), /must be an address/, bad)
})

test('without a recipient the alert waits and is sent when there is one', async () => {
	await withServer()
	await own.ctl('recipient', 'remove', '--id', own.recipient)
	const id = await product(own)
	await take(own, id)
	await own.once()
	assert.match((await only()).last_error, /there is no recipient/)
	assert.equal((await own.ctl('messages', 'status')).recipients, 0)
	assert.match(own.log(), /event=warning .*nobody gets alerts/)
	await own.ctl('recipient', 'add', '--email', 'late@shop.example')
	await own.hurry()
	await own.once()
	assert.deepEqual(server.mails.map(mail => mail.to.text), ['late@shop.example'])
	assert.deepEqual(await own.states(), { sent: 1 })
})

test('454 once: retried later with the same Message-ID', async () => {
	const ids = []
	await withServer({ hooks: { data: mail => { ids.push(mail.messageId); return ids.length === 1 ? refusal(454, 'Throttling failure') : null } } })
	await test_mail()
	await own.once()
	const row = await only()
	assert.deepEqual([row.state, row.attempts], ['waiting', 1])
	assert.match(row.last_error, /^454 .*Throttling failure/)
	const waits = await own.number('SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), due_at) FROM outbox_messages')
	assert.ok(waits >= 3 && waits <= 6, `waits ${waits} s`)
	await own.once()
	assert.equal(server.mails.length, 0, 'it is not due yet')
	await own.hurry()
	await own.once()
	assert.deepEqual(await own.states(), { sent: 1 })
	assert.equal(server.mails.length, 1)
	assert.deepEqual(ids, [ids[0], ids[0]])
})

for (const [where, hook] of [['the recipient', 'to'], ['the mail', 'data']])
	test(`550 for ${where}: a dead letter with its reason, reported to the other recipients`, async () => {
		await withServer({ language: 'en' })
		const { id } = await own.ctl('recipient', 'add', '--email', 'zz.gone@shop.example')
		server.hooks[hook] = what => (what.to?.text ?? what) === 'zz.gone@shop.example' ? refusal(550, 'No such user here') : null
		await own.ctl('recipient', 'test', '--id', id)
		await own.once()
		const dead = (await own.ctl('messages', 'list', '--state', 'dead')).find(row => row.kind === 'mail.test')
		assert.match(dead.last_error, /^550 .*No such user here/)
		assert.equal(dead.attempts, 1)
		assert.deepEqual(server.mails.map(mail => [mail.to.text, mail.subject]), [['staff@shop.example', '[Dojang] Dead letters: 1']])
		assert.match(server.mails[0].text, /Test mail: 550/)
		server.hooks[hook] = null
		await own.ctl('messages', 'retry', '--id', dead.id)
		await own.once()
		assert.equal((await own.ctl('messages', 'show', '--id', dead.id)).state, 'sent')
		await assert.rejects(own.ctl('messages', 'retry', '--id', dead.id), /was sent/)
	})

test('535: the queue is on hold and says so, no attempt is used up; with the right password everything is sent', async () => {
	await withServer({ tls: true, hooks: { auth } })
	own.secret('mail-password', 'wrong')
	for (let i = 0; i < 5; i++)
		await test_mail()
	await own.once()
	assert.deepEqual(await own.states(), { waiting: 5 })
	assert.equal(await own.number('SELECT SUM(attempts) FROM outbox_messages'), 0)
	const { holds: [hold] } = await own.ctl('messages', 'status')
	assert.equal(hold.channel, 'mail')
	assert.match(hold.reason, /^535 /)
	assert.match(own.log(), /event=delivery_held .*channel=mail/)
	await own.hurry()
	await own.once()
	assert.equal((await own.ctl('messages', 'status')).holds[0].tries >= 2, true)
	own.secret('mail-password', 'right')
	await own.hurry()
	await own.once()
	assert.deepEqual(await own.states(), { sent: 5 })
	assert.deepEqual((await own.ctl('messages', 'status')).holds, [])
	assert.equal(new Set(server.mails.map(mail => mail.messageId)).size, 5)
	assert.equal(server.mails.length, 5)
})

test('a server without STARTTLS or with an unknown certificate: on hold, and no password was sent', async () => {
	let attempts = 0
	await withServer({ tls: true, hooks: { auth: () => { attempts++; return null } } })
	const { port } = server
	own.write({ mail: { port, security: 'starttls', user: 'shop', password_file: own.file('mail-password') } })
	await test_mail()
	await own.once()
	assert.match((await own.ctl('messages', 'status')).holds[0].reason, /certificate/)
	await server.close()
	server = await mailServer({ port, hooks: server.hooks, options: { authOptional: true } })
	own.write({ mail: { port, security: 'starttls', user: 'shop', password_file: own.file('mail-password'), ca_file: own.file('tls.crt') } })
	await own.hurry()
	await own.once()
	assert.match((await own.ctl('messages', 'status')).holds[0].reason, /STARTTLS/)
	assert.deepEqual([attempts, server.mails.length], [0, 0])
	assert.deepEqual(await own.states(), { waiting: 1 })
})

test('a refused sender is an error of the settings: on hold', async () => {
	await withServer({ hooks: { from: () => refusal(554, 'Sender address is not verified') } })
	await test_mail()
	await own.once()
	assert.deepEqual([(await only()).state, (await only()).attempts], ['waiting', 0])
	assert.match((await own.ctl('messages', 'status')).holds[0].reason, /^554 /)
})

test('a connection closed during the mail, and a server that accepts slowly: retried later', async () => {
	const cut = (mail, session) => {
		[...server.server.connections].find(({ id }) => id === session.id)._socket.destroy()
		return refusal(451, 'nobody hears this')
	}
	await withServer({ hooks: { data: cut } })
	await test_mail()
	await own.once()
	assert.deepEqual([(await only()).state, (await only()).attempts], ['waiting', 1])
	server.hooks.data = () => new Promise(() => {})
	await own.hurry()
	await own.once()
	assert.deepEqual([(await only()).state, (await only()).attempts], ['waiting', 2])
	assert.match((await only()).last_error, /timeout|timed out/i)
	server.hooks.data = null
	await own.hurry()
	await own.once()
	assert.deepEqual(await own.states(), { sent: 1 })
	assert.equal(server.mails.length, 1)
})

test('a server that is down: on hold without using up attempts, and sent when it is back', async () => {
	await withServer()
	const { port } = server
	await server.close()
	await test_mail()
	await test_mail()
	await own.once()
	assert.deepEqual(await own.states(), { waiting: 2 })
	assert.equal(await own.number('SELECT SUM(attempts) FROM outbox_messages'), 0)
	server = await mailServer({ port })
	await own.hurry()
	await own.once()
	assert.deepEqual(await own.states(), { sent: 2 })
	assert.equal(server.mails.length, 2)
})

test('after the last attempt: dead', async () => {
	await withServer({ hooks: { data: mail => mail.subject.includes('시험') ? refusal(451, 'Try later') : null } })
	await test_mail()
	for (let tries = 1; tries <= 10; tries++) {
		await own.hurry()
		await own.once()
		const row = (await own.ctl('messages', 'list')).find(({ kind }) => kind === 'mail.test')
		assert.deepEqual([row.state, row.attempts], [tries < 10 ? 'waiting' : 'dead', tries])
	}
	await own.once()
	assert.deepEqual(server.mails.map(mail => mail.subject), ['[도장] 배달하지 못한 메시지 1건'])
})

test('line breaks in a name do not create a header', async () => {
	await withServer({ language: 'en' })
	const id = await product(own)
	await own.sql(`UPDATE products SET name = CONCAT('Ear', CHAR(13), CHAR(10), 'Bcc: thief@elsewhere.example', CHAR(10), 'X-Evil: 1', CHAR(13), 'pods') WHERE id = ${id}`)
	await take(own, id)
	await own.once()
	const [mail] = server.mails
	assert.equal(mail.bcc, undefined)
	assert.equal(mail.headers.get('x-evil'), undefined)
	assert.deepEqual(mail.headerLines.map(({ key }) => key).sort(),
		['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'])
	assert.match(mail.subject, /^\[Dojang\] Stock low: Ear +Bcc: thief@elsewhere\.example X-Evil: 1 pods$/)
})

test('a long Korean name is folded and decoded completely', async () => {
	await withServer()
	const name = '가나다라마바사 아자차카타파하 '.repeat(9).trim()
	const id = await product(own, { name })
	await take(own, id)
	await own.once()
	assert.equal(server.mails[0].subject, `[도장] 재고 부족: ${name}`)
	const [subject] = /^Subject: [^\r]*(\r\n [^\r]*)*/m.exec(server.mails[0].raw)
	assert.ok(subject.split('\r\n').every(line => line.length <= 76), subject)
})

test('one mail per crossing: low, not again, sold out, restocked and low again; a manual change while low alerts again', async () => {
	await withServer({ language: 'en' })
	const id = await product(own)
	const daemon = await own.notifier()
	const subjects = async count => { await until(() => server.mails.length >= count, `mail ${count}`); return server.mails.map(mail => mail.subject.replace(/^\[Dojang\] | AirPods$/g, '')) }
	await take(own, id)
	assert.deepEqual(await subjects(1), ['Stock low:'])
	await take(own, id)
	await take(own, id)
	assert.deepEqual(await subjects(2), ['Stock low:', 'Sold out:'])
	await own.ctl('stock', 'change', '--product', id, '--delta', 50, '--reason', 'new delivery')
	for (let left = 50; left > 1; left--)
		await take(own, id)
	assert.deepEqual(await subjects(3), ['Stock low:', 'Sold out:', 'Stock low:'])
	await own.ctl('stock', 'change', '--product', id, '--delta', 1, '--reason', 'found one')
	assert.equal((await subjects(4)).length, 4)
	assert.equal(await daemon.stop(), 0)
	assert.equal(await own.number('SELECT COUNT(*) FROM outbox_messages'), 4)
	assert.deepEqual(await own.states(), { sent: 4 })
})
