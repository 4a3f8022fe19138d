// SPDX-License-Identifier: MIT
// Several notifiers, killed at any moment: nothing is lost, and a duplicate has the same id and was
// being sent during a kill.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { facts } from '../http/harness.js'
import { numbers } from '../http/numbers.js'
import { install, mailServer, product, take, until, webhookServer } from './installation.js'

const MESSAGES = Number(process.env.DOJANG_TEST_MESSAGES || 600)
const KILLS = 12
const ON_THEIR_WAY = { mail: 1, webhook: 4 }    // per notifier

let own
beforeEach(async () => { own = await install({ mail: { timeout_seconds: 1 }, webhook: { timeout_seconds: 1 } }) })
afterEach(() => own?.remove())

const fill = (channel, receiver, count) => own.sql(`INSERT INTO outbox_messages (kind, channel, endpoint_id, message_key, data, due_at, created_at)
	SELECT '${channel}.test', '${channel}', ${receiver}, CONCAT('bulk-', n.seq), '{}', UTC_TIMESTAMP(), UTC_TIMESTAMP() FROM ${numbers(count)} n`)
const waiting = () => own.number('SELECT COUNT(*) FROM outbox_messages WHERE state = "waiting"')

/** How often each id arrived. */
function tally(ids) {
	const counts = new Map()
	for (const id of ids)
		counts.set(id, (counts.get(id) ?? 0) + 1)
	return { different: counts.size, again: ids.length - counts.size }
}

test(`two notifiers, ${MESSAGES} messages: each exactly once`, async () => {
	const mails = await mailServer(), hooks = await webhookServer()
	try {
		own.write({ mail: { port: mails.port } })
		const { id: recipient } = await own.ctl('recipient', 'add', '--email', 'staff@shop.example')
		const { id: endpoint } = await own.ctl('webhook', 'add', '--url', hooks.url, '--events', 'claim.created')
		const half = Math.floor(MESSAGES / 2)
		await fill('mail', recipient, half)
		await fill('webhook', endpoint, MESSAGES - half)
		const both = [await own.notifier(), await own.notifier()]
		await until(async () => await waiting() === 0, 'the end', 120 + MESSAGES / 15)
		assert.deepEqual(await Promise.all(both.map(one => one.stop())), [0, 0])
		assert.deepEqual(await own.states(), { sent: MESSAGES })
		assert.deepEqual(tally(mails.mails.map(mail => mail.messageId)), { different: half, again: 0 })
		assert.deepEqual(tally(hooks.requests.map(({ headers }) => headers['webhook-id'])), { different: MESSAGES - half, again: 0 })
	} finally {
		await mails.close()
		await hooks.close()
	}
})

for (const channel of ['mail', 'webhook'])
	test(`repeated kill -9 while ${channel}s are sent: none lost, duplicates only with the same id`, async () => {
		const mails = await mailServer(), hooks = await webhookServer()
		let kills = 0
		try {
			own.write({ mail: { port: mails.port } })
			const receiver = channel === 'mail' ? (await own.ctl('recipient', 'add', '--email', 'staff@shop.example')).id
				: (await own.ctl('webhook', 'add', '--url', hooks.url, '--events', 'claim.created')).id
			await fill(channel, receiver, MESSAGES)
			const arrived = () => channel === 'mail' ? mails.mails.map(mail => mail.messageId) : hooks.requests.map(({ headers }) => headers['webhook-id'])
			for (; kills < KILLS && await waiting() > 0; kills++) {
				const before = arrived().length
				const one = await own.notifier()
				await until(() => arrived().length > before, 'a delivery')
				await wait(Math.random() * 100)                 // any moment of a delivery
				await one.shoot()
			}
			// Messages leased by killed notifiers become free when their leases end.
			const last = await own.notifier()
			await until(async () => await waiting() === 0, 'the end', 120 + MESSAGES / 15)
			assert.equal(await last.stop(), 0)
			assert.deepEqual(await own.states(), { sent: MESSAGES })
			const { different, again } = tally(arrived())
			assert.equal(different, MESSAGES)
			assert.ok(again <= kills * ON_THEIR_WAY[channel], `${again} duplicates after ${kills} kills`)
			console.log(`${kills} kills, ${again} doubles`)
		} finally {
			await mails.close()
			await hooks.close()
		}
	})

test('a mail that was accepted but not marked is sent again with the same Message-ID', async () => {
	const mails = await mailServer()
	try {
		own.write({ mail: { port: mails.port } })
		await own.ctl('recipient', 'add', '--email', 'staff@shop.example')
		const one = await own.notifier()
		// killed after the server has the mail and before it answers
		mails.hooks.data = async mail => { mails.mails.push(mail); await one.shoot(); mails.hooks.data = null }
		const id = await product(own)
		await take(own, id)
		await until(() => one.killed && mails.mails.length > 0, 'the first one')
		await one.ended
		assert.deepEqual(await own.states(), { waiting: 1 })
		mails.mails.splice(1)
		const other = await own.notifier()
		await until(async () => await waiting() === 0, 'the second one', 60)
		await other.stop()
		assert.deepEqual(await own.states(), { sent: 1 })
		const ids = mails.mails.map(mail => mail.messageId)
		assert.equal(ids.length, 2)
		assert.equal(ids[0], ids[1])
	} finally {
		await mails.close()
	}
})

test('many crossings found by several notifiers at the same time: one message each', async () => {
	const mails = await mailServer()
	try {
		own.write({ mail: { port: mails.port } })
		await own.ctl('recipient', 'add', '--email', 'staff@shop.example')
		await own.sql(`INSERT INTO products (name, kind, remain, threshold, low_alerts, sold_out_alerts, created_at)
			SELECT CONCAT('Product ', seq), 'item', 0, 2, 1 + seq % 3, 1, UTC_TIMESTAMP() FROM ${numbers(40)} n`)
		const wanted = await own.number('SELECT SUM(low_alerts + sold_out_alerts) FROM products')
		const all = await Promise.all([1, 2, 3].map(() => own.notifier()))
		await until(async () => (await own.states()).sent === wanted, 'all of them', 120)
		await Promise.all(all.map(one => one.stop()))
		assert.deepEqual(await own.states(), { sent: wanted })
		assert.deepEqual(tally(mails.mails.map(mail => mail.messageId)), { different: wanted, again: 0 })
		assert.equal(await own.number('SELECT COUNT(*) FROM products WHERE low_alerts <> low_announced OR sold_out_alerts <> sold_out_announced'), 0)
	} finally {
		await mails.close()
	}
})

test('the database killed while messages are sent: all arrive, and very few twice', async () => {
	const mails = await mailServer(), hooks = await webhookServer()
	try {
		own.write({ mail: { port: mails.port } })
		const { id: recipient } = await own.ctl('recipient', 'add', '--email', 'staff@shop.example')
		const { id: endpoint } = await own.ctl('webhook', 'add', '--url', hooks.url, '--events', 'claim.created')
		await fill('mail', recipient, 100)
		await fill('webhook', endpoint, 300)
		const daemon = await own.notifier()
		await until(() => mails.mails.length > 20 && hooks.requests.length > 20, 'some deliveries')
		const { database } = facts().pids
		process.kill(database, 'SIGKILL')
		await until(() => facts().pids.database !== database, 'another server', 60)
		const quietly = () => own.states().catch(() => ({}))
		const states = await until(async () => { const now = await quietly(); return now.sent === 400 && now }, 'the end', 120)
		assert.deepEqual(states, { sent: 400 })
		assert.equal(daemon.exitCode, null, 'the notifier runs')
		assert.equal(await daemon.stop(), 0)
		const sent = tally(mails.mails.map(mail => mail.messageId)), called = tally(hooks.requests.map(({ headers }) => headers['webhook-id']))
		assert.deepEqual([sent.different, called.different], [100, 300])
		assert.ok(sent.again <= ON_THEIR_WAY.mail && called.again <= ON_THEIR_WAY.webhook, `${sent.again} and ${called.again} duplicates`)
	} finally {
		await mails.close()
		await hooks.close()
	}
})
