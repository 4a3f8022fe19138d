// SPDX-License-Identifier: MIT
// From a claim over HTTP to the mail in the mail directory and to the shop's endpoint.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { simpleParser } from 'mailparser'
import { Webhook } from 'standardwebhooks'
import { until, webhookServer } from '../delivery/installation.js'
import { call, customer, expect } from './client.js'
import { attended, count, demo, dojangctl, facts, freshEvent, sql, unique } from './harness.js'

/** An event whose only milestone gives this product, and customers who have earned it. */
async function shop({ name = unique('Buds'), stock, threshold = 2, customers, kind = 'item', points, ...more }) {
	const event = await freshEvent({ milestones: [{ at: 1, kind, points, stock, threshold, name, ...more }] })
	const subjects = Array.from({ length: customers }, () => unique('c'))
	await attended(event, Object.fromEntries(subjects.map(subject => [subject, [-1]])))
	const [milestone] = event.milestones
	const waiting = subjects.map(subject => customer(subject))
	return { event, milestone, name, claim: () => waiting.shift().post(milestone.path), waiting }
}
/** The mails about a product, in order of arrival. */
async function mailsAbout(name) {
	const directory = join(demo.mail_dir, 'new')
	const all = await Promise.all(readdirSync(directory).sort().map(file => simpleParser(readFileSync(join(directory, file)))))
	return all.filter(mail => mail.subject?.includes(name))
}
/** All crossings of a threshold are announced and all mails are sent. */
const crossings = () => count('SELECT COUNT(*) FROM products WHERE low_alerts > low_announced OR sold_out_alerts > sold_out_announced')
const messages = () => count("SELECT COUNT(*) FROM outbox_messages WHERE state = 'waiting'")
const settled = () => until(async () => await crossings() + await messages() === 0, 'an empty outbox')

test('stock from 3 to 2 sends one mail, the next claim none, sold out one, restocked and low again one', async () => {
	const { claim, milestone, name } = await shop({ stock: 3, customers: 60 })
	expect(await claim(), 201)
	const began = Date.now()
	const [low] = await until(async () => { const mails = await mailsAbout(name); return mails.length > 0 && mails }, 'the mail')
	console.log(`the mail arrived after ${Date.now() - began} ms`)
	assert.equal(low.subject, `[도장] 재고 부족: ${name}`)
	expect(await claim(), 201)
	await settled()
	assert.equal((await mailsAbout(name)).length, 1)
	expect(await claim(), 201)
	await settled()
	assert.deepEqual((await mailsAbout(name)).map(mail => mail.subject).sort(), [`[도장] 재고 부족: ${name}`, `[도장] 품절: ${name}`])
	expect(await claim(), 409, 'sold-out')
	await dojangctl('stock', 'change', '--product', milestone.product, '--delta', 50, '--reason', 'new delivery')
	for (let left = 50; left > 1; left--)
		expect(await claim(), 201)
	await settled()
	const subjects = (await mailsAbout(name)).map(mail => mail.subject)
	assert.equal(subjects.length, 3)
	assert.equal(subjects.filter(subject => subject.includes('재고 부족')).length, 2)
	await wait(1000)        // no mail is pending
	assert.equal((await mailsAbout(name)).length, 3)
})

test('raising the threshold to the remaining stock, and a product that starts at its threshold, announce it once', async () => {
	const { claim, milestone, name } = await shop({ stock: 6, customers: 3 })
	const raise = threshold => dojangctl('product', 'edit', '--product', milestone.product, '--threshold', threshold)
	await raise(5)          // still above the threshold: the next claim reaches it
	await settled()
	assert.equal((await mailsAbout(name)).length, 0)
	expect(await claim(), 201)
	await raise(5)
	await raise(8)
	await settled()
	assert.deepEqual((await mailsAbout(name)).map(mail => mail.subject), [`[도장] 재고 부족: ${name}`])
	await raise(2)
	await raise(5)
	expect(await claim(), 201)
	await settled()
	assert.equal((await mailsAbout(name)).length, 2, 'a threshold that was lowered and raised is announced again')
	const begun = unique('Begun')
	await shop({ name: begun, stock: 2, customers: 0 })
	await shop({ name: begun, stock: 0, customers: 0 })     // nothing yet
	await shop({ name: begun, stock: 3, customers: 0 })
	await settled()
	assert.deepEqual((await mailsAbout(begun)).map(mail => mail.subject), [`[도장] 재고 부족: ${begun}`])
})

test('while the notifier is stopped check-ins and claims continue, and the mail arrives afterwards', async () => {
	const { claim, event, name } = await shop({ stock: 3, customers: 2 })
	const [notifier] = facts().pids.notifier
	process.kill(notifier, 'SIGSTOP')
	try {
		expect(await claim(), 201)
		expect(await claim(), 201)
		expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
		assert.equal((await mailsAbout(name)).length, 0)
	} finally {
		process.kill(notifier, 'SIGCONT')
	}
	await until(async () => (await mailsAbout(name)).length === 1, 'the mail')
})

test('claims, points and check-ins send webhooks; a refused claim leaves no message', async () => {
	const server = await webhookServer()
	const { id, secret } = await dojangctl('webhook', 'add', '--url', server.url, '--events', 'claim.created,points.changed,attendance.created')
	after(async () => {
		await dojangctl('webhook', 'disable', '--id', id)
		await dojangctl('webhook', 'events', '--id', id, '--events', '')
		await server.close()
	})
	const { event, milestone, waiting } = await shop({ kind: 'points', points: 700, stock: 3, threshold: 0, customers: 12 })
	const answers = await Promise.all(waiting.map(who => who.post(milestone.path)))
	const claims = answers.filter(({ status }) => status === 201).map(({ body }) => body)
	assert.deepEqual([claims.length, answers.filter(({ status }) => status === 409).length], [3, 9])
	expect(await waiting[0].post(`${event.path}/attendance`), 201)
	expect(await waiting[0].post(`${event.path}/attendance`), 200)
	await settled()
	const got = server.requests.map(({ body, headers }) => new Webhook(secret).verify(body, headers))
	assert.equal(await count(`SELECT COUNT(*) FROM outbox_messages WHERE endpoint_id = ${id} AND channel = 'webhook'`), 7)
	const of = type => got.filter(message => message.type === type).map(({ data }) => data)
	assert.deepEqual(of('claim.created').map(({ claim }) => claim.id).sort(), claims.map(claim => claim.id).sort())
	const [one] = of('claim.created')
	assert.deepEqual([one.claim.event, one.claim.milestone, one.claim.state, one.claim.product.points], [event.slug, milestone.id, 'claimed', 700])
	assert.deepEqual(of('points.changed').map(({ entry }) => [entry.amount, entry.balance, entry.source]), Array(3).fill([700, 700, 'claim']))
	// A receiver recognises repetitions by the key: each entry of the ledger has its own.
	const entries = await sql(`SELECT id FROM point_entries WHERE source = 'claim' AND reference IN (${claims.map(claim => `'${claim.id}'`)}) ORDER BY id`)
	const keys = await sql(`SELECT message_key FROM outbox_messages WHERE endpoint_id = ${id} AND channel = 'webhook' AND kind = 'points.changed' ORDER BY CAST(message_key AS UNSIGNED)`)
	assert.deepEqual(keys.map(row => row.message_key), entries.map(row => row.id))
	assert.deepEqual(of('points.changed').map(({ entry }) => Number(entry.reference)).sort(), claims.map(claim => claim.id).sort(), 'the reference is the claim')
	const subjects = await sql(`SELECT subject FROM users u JOIN claims c ON c.user_id = u.id WHERE c.milestone_id = ${milestone.id}`)
	assert.deepEqual(of('claim.created').map(({ user }) => user.subject).sort(), subjects.map(({ subject }) => subject).sort())
	assert.deepEqual(of('attendance.created').map(({ event: slug, date }) => [slug, date]), [[event.slug, event.today]])
})

test('an endpoint added during check-ins receives each one from then on, and none twice for a day that was removed and repeated', async () => {
	const event = await freshEvent()
	const days = async customers => {
		for (const who of customers)
			expect(await who.post(`${event.path}/attendance`), 201)
	}
	await days(Array.from({ length: 40 }, () => customer(unique('c'))))     // each worker has the event in its cache
	const { id } = await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'attendance.created')
	const announced = () => count(`SELECT COUNT(*) FROM outbox_messages WHERE channel = 'webhook' AND endpoint_id = ${id} AND kind = 'attendance.created'`)
	try {
		const later = Array.from({ length: 40 }, () => customer(unique('c')))
		await days(later)
		assert.equal(await announced(), 40)
		await sql(`DELETE FROM attendance WHERE user_id IN (SELECT id FROM users WHERE subject IN ('${later[0].subject}', '${later[1].subject}'))`)
		await days(later.slice(0, 2))
		assert.equal(await announced(), 40)
		await dojangctl('webhook', 'disable', '--id', id)
		await days(Array.from({ length: 40 }, () => customer(unique('c'))))
		assert.equal(await announced(), 40)
	} finally {
		await dojangctl('webhook', 'disable', '--id', id)
		await dojangctl('webhook', 'events', '--id', id, '--events', '')
		await sql(`UPDATE outbox_messages SET state = 'discarded', done_at = UTC_TIMESTAMP() WHERE channel = 'webhook' AND endpoint_id = ${id} AND state <> 'sent'`)
	}
})

test('/metrics reports waiting messages, the age of the oldest one, and the results of deliveries', async () => {
	const metric = async name => Number((await call('GET', '/metrics')).text.split('\n').find(line => line.startsWith(`${name} `)).split(' ')[1])
	const sent = 'dojang_outbox_messages{channel="mail",state="sent"}', waiting = 'dojang_outbox_messages{channel="mail",state="waiting"}'
	await settled()
	const before = await metric(sent)
	const [notifier] = facts().pids.notifier
	process.kill(notifier, 'SIGSTOP')
	try {
		await dojangctl('recipient', 'test', '--id', (await dojangctl('recipient', 'list'))[0].id)
		await sql("UPDATE outbox_messages SET created_at = UTC_TIMESTAMP() - INTERVAL 2 DAY WHERE state = 'waiting'")
		assert.deepEqual([await metric(waiting), await metric(sent)], [1, before])
		assert.ok(await metric('dojang_outbox_oldest_seconds{channel="mail"}') > 3600)
		assert.equal(await metric('dojang_delivery_holds{channel="mail"}'), 0)
	} finally {
		process.kill(notifier, 'SIGCONT')
	}
	await settled()
	assert.deepEqual([await metric(waiting), await metric(sent)], [0, before + 1])
})

test('payouts that become due are announced together, each once, and again when a failed one is due again', async () => {
	const server = await webhookServer()
	const { id, secret } = await dojangctl('webhook', 'add', '--url', server.url, '--events', 'payout.due')
	after(async () => {
		await dojangctl('webhook', 'disable', '--id', id)
		await dojangctl('webhook', 'events', '--id', id, '--events', '')
		await server.close()
	})
	const { event, milestone, waiting } = await shop({ kind: 'points', points: 700, wallet: 'shop', threshold: null, customers: 12 })
	for (const who of waiting)
		expect(await who.post(milestone.path), 201)
	const announced = () => server.requests.map(({ body, headers }) => new Webhook(secret).verify(body, headers)).flatMap(message => {
		assert.equal(message.type, 'payout.due')
		return message.data.payouts
	}).filter(payout => payout.event === event.slug)
	const news = async want => {
		await until(() => announced().length >= want, `${want} payouts`)
		await settled()
		return announced()
	}
	const first = await news(12)
	assert.deepEqual(first.map(({ user, points, state }) => [user.subject, points, state]).sort(), waiting.map(who => [who.subject, 700, 'due']).sort())
	await dojangctl('payouts', 'settle', '--ids', first.map(payout => payout.id).join(), '--state', 'failed')
	await dojangctl('payouts', 'settle', '--ids', first[0].id, '--state', 'due')
	assert.equal((await news(13))[12].id, first[0].id)
})
