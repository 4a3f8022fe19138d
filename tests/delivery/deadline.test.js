// SPDX-License-Identifier: MIT
// Before a claim deadline the shop is notified once about each customer who has earned and not
// claimed, however many notifiers look.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { numbers } from '../http/numbers.js'
import { install, until, webhookServer } from './installation.js'

const DAY = 86400
let own, server
beforeEach(async () => {
	own = await install()
	server = await webhookServer()
})
afterEach(async () => {
	await own?.remove()
	await server?.close()
})

const date = days => new Date(Date.now() + days * DAY * 1000).toISOString().slice(0, 10)
const time = seconds => new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toISOString().replace('.000Z', 'Z')

/** An open event that began ten days ago, with milestones: { at, until (seconds from now), … }. */
async function event(milestones, { mode = 'cumulative', hours = 24 } = {}) {
	const slug = `closing-${milestones.length}-${mode}`
	await own.ctl('event', 'create', '--slug', slug, '--name', 'Closing', '--starts', date(-20), '--ends', date(20), '--mode', mode, '--open')
	if (hours !== 24)
		await own.ctl('event', 'options', '--slug', slug, '--closing-hours', hours)
	const ids = []
	for (const { at = 2, until: end, stock = 'unlimited', basis } of milestones) {
		const { id: product } = await own.ctl('product', 'create', '--name', 'AirPods', '--kind', 'item', '--stock', stock)
		ids.push((await own.ctl('milestone', 'create', '--event', slug, '--at', at, '--product', product, ...(end ? ['--claim-until', time(end)] : []), ...(basis ? ['--basis', basis] : []))).id)
	}
	return { slug, milestones: ids, id: await own.number(`SELECT id FROM events WHERE slug = '${slug}'`) }
}
/** Customers with these names and check-ins on these days before today. */
async function customers(of, days) {
	await own.sql("INSERT IGNORE INTO issuers (iss) VALUES ('https://shop.example/')")
	for (const [name, list] of Object.entries(days))
		await own.sql(`INSERT INTO users (issuer_id, subject, username, created_at) SELECT id, '${name}', '${name}', UTC_TIMESTAMP() FROM issuers;
			INSERT INTO attendance (event_id, user_id, date, at) VALUES ${list.map(day => `(${of.id}, LAST_INSERT_ID(), '${date(-day)}', UTC_TIMESTAMP())`)}`)
}
const claim = (of, index, name, more = "'claimed', 0") => own.sql(`INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, claimed_at, state, another_round)
	SELECT ${of.id}, u.id, m.id, m.product_id, 'AirPods', 'item', UTC_TIMESTAMP(), ${more} FROM users u JOIN milestones m ON m.id = ${of.milestones[index]} WHERE u.subject = '${name}'`)
const told = async () => (await own.sql("SELECT u.subject FROM outbox_messages o JOIN users u ON u.id = o.user_id WHERE o.kind = 'claim.closing' ORDER BY u.subject")).flat()
const endpoint = (events = 'claim.closing') => own.ctl('webhook', 'add', '--url', server.url, '--events', events)
/** Runs the audit; it fails if an invariant is broken. */
const holds = () => own.ctl('audit')

test('a customer who has earned and not claimed is announced once, this long before the deadline', async () => {
	const of = await event([{ until: 3 * DAY }])
	await customers(of, { earned: [3, 2], more: [5, 4, 3], fewer: [1], claimed: [3, 2], cancelled: [3, 2], again: [3, 2], blocked: [3, 2] })
	await claim(of, 0, 'claimed')
	await claim(of, 0, 'cancelled', "'cancelled', 0")
	await claim(of, 0, 'again', "'cancelled', 1")
	await own.sql("UPDATE users SET state = 'blocked' WHERE subject = 'blocked'")
	const { secret } = await endpoint()
	await own.once()
	assert.deepEqual(await told(), [], 'not yet')
	own.clock(2 * DAY + 60)
	await own.once()
	assert.deepEqual(await told(), ['again', 'earned', 'more'])
	for (let i = 0; i < 3; i++)
		await own.once()
	own.clock(2 * DAY + 7200)
	await own.once()
	assert.equal(server.requests.length, 3)
	const [request] = server.requests
	const { type, data } = new Webhook(secret).verify(request.body, request.headers)
	assert.equal(type, 'claim.closing')
	assert.deepEqual([data.event, data.milestone.id, data.milestone.at, data.milestone.product.name, data.is_claimed, data.user.subject],
		[of.slug, of.milestones[0], 2, 'AirPods', false, 'earned'])
	assert.equal(data.milestone.claim_until, (await own.sql('SELECT DATE_FORMAT(claim_until, "%Y-%m-%dT%H:%i:%sZ") FROM milestones'))[0][0])
	await holds()
})

test('consecutive events count runs; an event can set its own hours, or none', async () => {
	const of = await event([{ at: 3, until: 30 * 3600 }], { mode: 'consecutive', hours: 48 })
	await customers(of, { run: [5, 4, 3], scattered: [7, 5, 3, 1] })
	await endpoint()
	await own.once()
	assert.deepEqual(await told(), ['run'])
	const never = await event([{ at: 1, until: 3600 }, { at: 1, until: 7200 }], { hours: 0 })
	await customers(never, { nobody: [1] })
	await own.once()
	assert.deepEqual(await told(), ['run'])
})

test('each milestone counts by its own basis', async () => {
	const of = await event([{ at: 3, until: 3600, basis: 'streak' }, { at: 4, until: 3600 }])
	await customers(of, { run: [5, 4, 3], scattered: [7, 5, 3, 1] })
	await endpoint()
	await own.once()
	await own.once()
	assert.deepEqual(await own.sql("SELECT u.subject, o.message_key LIKE CONCAT((SELECT MIN(id) FROM milestones), '-%') FROM outbox_messages o JOIN users u ON u.id = o.user_id WHERE o.kind = 'claim.closing' ORDER BY u.subject"),
		[['run', '1'], ['scattered', '0']])
})

test('a reward claimed while the message waited is announced as claimed, and an erased customer has no name', async () => {
	const of = await event([{ at: 1, until: 3600 }])
	await customers(of, { late: [1], removed: [1] })
	await endpoint()
	server.answer = () => ({ status: 500 })
	await own.once()
	await claim(of, 0, 'late')
	await own.sql("UPDATE users SET subject = NULL, username = NULL, state = 'removed' WHERE subject = 'removed'")
	server.answer = () => ({})
	server.requests.length = 0
	await own.hurry()
	await own.once()
	const data = server.requests.map(({ body }) => JSON.parse(body).data).sort((a, b) => a.user.id - b.user.id)
	assert.deepEqual(data.map(each => [each.user.subject, each.is_claimed]), [['late', true], [null, false]])
	assert.deepEqual(await own.states(), { sent: 2 }, 'no dead letter')
})

test('no messages are created while the product is sold out or without a subscriber; afterwards they are', async () => {
	const of = await event([{ at: 1, until: 3600, stock: 0 }])
	await customers(of, { waiting: [1] })
	await own.once()
	const { id } = await endpoint()
	await own.once()
	assert.deepEqual(await told(), [])
	await own.ctl('stock', 'change', '--product', await own.number('SELECT MAX(id) FROM products'), '--delta', 5, '--reason', 'more')
	await own.ctl('webhook', 'disable', '--id', id)
	await own.once()
	assert.deepEqual(await told(), [])
	await own.ctl('webhook', 'enable', '--id', id)
	await own.once()
	assert.deepEqual(await told(), ['waiting'])
})

test('customers of an archived event are announced too', async () => {
	const of = await event([{ until: 3600 }])
	await customers(of, { archived: [3, 2], staying: [3, 2] })
	const [columns] = await own.sql("SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'attendance'")
	const who = "user_id = (SELECT id FROM users WHERE subject = 'archived')"
	await own.sql(`INSERT INTO attendance_archive (${columns}) SELECT ${columns} FROM attendance WHERE ${who}; DELETE FROM attendance WHERE ${who}`)
	await endpoint()
	await own.once()
	assert.deepEqual(await told(), ['archived', 'staying'])
})

test('an event in a time zone that the host does not have waits, and the others do not wait for it', async () => {
	const first = await event([{ at: 1, until: 3600 }]), second = await event([{ at: 1, until: 7200 }], { mode: 'consecutive' })
	await customers(first, { waiting: [1] })
	await customers(second, { other: [1] })
	const moveTo = zone => own.sql(`UPDATE events SET time_zone = '${zone}' WHERE slug = '${first.slug}'`)
	await moveTo('Gone/Zone')
	await endpoint()
	await own.once()
	assert.deepEqual(await told(), ['other'])
	assert.match(own.log(), /event=warning .*no time zone Gone\/Zone/)
	await moveTo('Asia/Seoul')
	await own.once()
	assert.deepEqual(await told(), ['other', 'waiting'])
})

test('after the deadline nobody is announced', async () => {
	const of = await event([{ at: 1, until: 3600 }])
	await customers(of, { late: [1] })
	await endpoint()
	own.clock(3601)
	await own.once()
	assert.deepEqual(await told(), [])
})

test('many customers are processed in batches, by two notifiers at the same time and despite a kill, each announced once', async () => {
	const of = await event([{ at: 2, until: 3600 }])
	await own.sql(`INSERT INTO issuers (iss) VALUES ('https://shop.example/');
		INSERT INTO users (issuer_id, subject, username, created_at) SELECT 1, CONCAT('c', seq), 'x', UTC_TIMESTAMP() FROM ${numbers(3000)} n;
		INSERT INTO attendance (event_id, user_id, date, at) SELECT ${of.id}, u.id, '${date(-9)}' + INTERVAL s.seq DAY, UTC_TIMESTAMP() FROM users u JOIN ${numbers(7)} s WHERE u.id % 2 = 0 OR s.seq = 1`)
	await endpoint()
	await own.sql("UPDATE webhook_endpoints SET url = 'http://127.0.0.1:9/'")
	const first = await own.notifier()
	await until(() => own.number('SELECT COUNT(*) FROM milestone_closings WHERE position > 0'), 'a first batch')
	await first.shoot()
	assert.equal(await own.number('SELECT COUNT(*) FROM milestone_closings WHERE done_at IS NOT NULL'), 0, 'there is more than one batch')
	const two = [await own.notifier(), await own.notifier()]
	await until(() => own.number('SELECT COUNT(*) FROM milestone_closings WHERE done_at IS NOT NULL'), 'the end')
	for (const notifier of two)
		await notifier.stop()
	assert.deepEqual((await own.sql(`SELECT COUNT(*), COUNT(DISTINCT user_id), SUM(user_id % 2) FROM outbox_messages WHERE kind = 'claim.closing'`))[0], ['1500', '1500', '0'])
	await holds()
})
