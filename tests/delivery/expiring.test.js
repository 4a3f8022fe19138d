// SPDX-License-Identifier: MIT
// Before points expire the shop is notified once for each customer and last day, however many
// notifiers look.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { install, webhookServer } from './installation.js'

const DAY = 86400
let own, server
beforeEach(async () => {
	own = await install({ points: { time_zone: 'UTC', announce_days: 3 } })
	server = await webhookServer()
})
afterEach(async () => {
	await own?.remove()
	await server?.close()
})

const date = days => new Date(Date.now() + days * DAY * 1000).toISOString().slice(0, 10)
const endpoint = () => own.ctl('webhook', 'add', '--url', server.url, '--events', 'points.expiring')
const told = async () => (await own.sql("SELECT u.username, o.data FROM outbox_messages o JOIN users u ON u.id = o.user_id WHERE o.kind = 'points.expiring' ORDER BY o.id"))
	.map(([name, data]) => [name, JSON.parse(data).points, JSON.parse(data).on])
const holds = () => own.ctl('audit')

/** A customer with lots: { days until their last day: points }. */
async function customer(name, lots, state = 'active') {
	await own.sql(`INSERT IGNORE INTO issuers (iss) VALUES ('https://shop.example/');
		INSERT INTO users (issuer_id, subject, username, state, created_at) SELECT id, '${name}', '${name}', '${state}', UTC_TIMESTAMP() FROM issuers`)
	for (const [days, points] of lots)
		await own.sql(`UPDATE users SET points = points + ${points} WHERE username = '${name}';
			INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at)
				SELECT id, ${points}, points, 'command', UUID(), 'grant', UTC_TIMESTAMP() FROM users WHERE username = '${name}';
			INSERT INTO point_lots (entry_id, user_id, amount, remaining, expires_at) SELECT LAST_INSERT_ID(), id, ${points}, ${points}, '${date(days + 1)}' FROM users WHERE username = '${name}';
			UPDATE users u SET expires_at = (SELECT MIN(expires_at) FROM point_lots WHERE user_id = u.id) WHERE username = '${name}'`)
}

test('points are announced once for each customer and last day, this many days before', async () => {
	const { secret } = await endpoint()
	await customer('minji', [[5, 10], [5, 20], [6, 1]])
	await customer('later', [[40, 10]])
	await customer('blocked', [[5, 10]], 'blocked')
	await own.once()
	assert.deepEqual(await told(), [], 'not yet')
	own.clock(2 * DAY)
	await Promise.all([own.once(), own.once()])
	await own.once()
	assert.deepEqual(await told(), [['minji', 30, date(5)]])
	own.clock(3 * DAY)
	await own.once()
	assert.deepEqual(await told(), [['minji', 30, date(5)], ['minji', 1, date(6)]])
	const { type, data } = new Webhook(secret).verify(server.requests[0].body, server.requests[0].headers)
	assert.equal(type, 'points.expiring')
	assert.deepEqual([data.points, data.on, data.user.subject], [30, date(5), 'minji'])
	await holds()
})

test('more points of a day that was announced are not; without a receiver nothing is written', async () => {
	await customer('minji', [[2, 10]])
	await own.once()
	assert.deepEqual(await told(), [])
	await endpoint()
	await own.once()
	assert.deepEqual(await told(), [['minji', 10, date(2)]])
	await own.sql('UPDATE point_lots SET is_announced = 0')
	await own.once()
	assert.deepEqual(await told(), [['minji', 10, date(2)]])
	own.clock(4 * DAY)
	await own.once()
	assert.equal(await own.number("SELECT COUNT(*) FROM point_entries WHERE source = 'expiry'"), 1)
	assert.equal(await own.number('SELECT points FROM users'), 0)
	await holds()
})
