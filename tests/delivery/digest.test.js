// SPDX-License-Identifier: MIT
// The daily digest: its content, and exactly one per day.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { install, mailServer, product, take, until } from './installation.js'

let own, server
beforeEach(async () => {
	own = await install({ notifier: { digest_hour: 9, digest_minute: 30, digest_time_zone: 'Asia/Seoul' } })
	server = await mailServer()
	own.write({ mail: { port: server.port } })
	await own.ctl('recipient', 'add', '--email', 'staff@shop.example', '--language', 'en')
})
afterEach(async () => {
	await own?.remove()
	await server?.close()
})

/** Sets the clock to this hour in Seoul, this many days from today. */
function seoul(days, hour, minute = 0) {
	const today = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10)
	const wanted = Date.parse(`${today}T00:00:00+09:00`) + ((days * 24 + hour) * 60 + minute) * 60e3
	own.clock(Math.ceil((wanted - Date.now()) / 1000))
	return new Date(wanted + 9 * 3600e3).toISOString().slice(0, 10)
}
const digests = () => server.mails.filter(mail => mail.subject.startsWith('[Dojang] Digest'))
const dates = () => own.sql('SELECT message_key, data FROM outbox_messages WHERE kind = "digest.daily" ORDER BY id')

test('at the configured time and not before; once a day, however many notifiers run', async () => {
	seoul(0, 12)
	await own.once()
	assert.equal(digests().length, 0, 'the first run only records the starting point')
	seoul(1, 9, 29)
	await own.once()
	assert.equal(digests().length, 0, 'a minute too early')
	const date = seoul(1, 9, 30)
	const all = await Promise.all([1, 2, 3].map(() => own.notifier()))
	await until(() => digests().length > 0, 'the digest')
	seoul(1, 15)
	await Promise.all(all.map(one => one.stop()))
	for (let i = 0; i < 3; i++)
		await own.once()
	assert.equal(digests().length, 1)
	const [[key, data]] = await dates()
	assert.equal(key, date)
	assert.equal(JSON.parse(data).date, new Date(Date.parse(date) - 86400e3).toISOString().slice(0, 10))
})

test('after an outage: one digest, about the previous day', async () => {
	seoul(0, 12)
	await own.once()
	const date = seoul(4, 17)
	await own.once()
	await own.once()
	assert.equal(digests().length, 1)
	assert.deepEqual((await dates()).map(([key]) => key), [date])
	seoul(5, 10)
	await own.once()
	assert.equal(digests().length, 2)
})

test('a digest whose time zone is removed while the notifier runs waits for it', async t => {
	const zones = mkdtempSync(join(tmpdir(), 'dojang-zones-'))
	t.after(() => { delete process.env.TZDIR; rmSync(zones, { recursive: true }) })
	mkdirSync(join(zones, 'Asia'))
	const add = name => copyFileSync(join('/usr/share/zoneinfo', name), join(zones, name))
	add('Asia/Seoul')
	add('Asia/Tokyo')
	own.write({ mail: { port: server.port }, notifier: { digest_time_zone: 'Asia/Tokyo' } })
	process.env.TZDIR = zones
	seoul(0, 12)
	await own.once()
	const running = await own.notifier()
	await until(() => own.log().match(/event=started/g)?.length === 2, 'the start')
	rmSync(join(zones, 'Asia/Tokyo'))
	seoul(1, 20)            // 09:30 is over in Tokyo and in UTC
	await until(() => /event=warning .*no time zone Asia\/Tokyo/.test(own.log()), 'the warning')
	assert.deepEqual(await dates(), [])
	add('Asia/Tokyo')
	await until(() => digests().length > 0, 'the digest')
	await running.stop()
})

test('low stock, yesterday\'s numbers in the configured zone, and dead letters; also on demand', async () => {
	const today = seoul(0, 12), yesterday = new Date(Date.parse(today) - 86400e3).toISOString().slice(0, 10)
	await own.once()
	await product(own, { name: 'Plenty', stock: 50 })
	const low = await product(own, { name: 'Few <b>', stock: 3 })
	const none = await product(own, { name: 'None', stock: 1 })
	await take(own, low)
	await take(own, none)
	const { id: event } = await own.ctl('event', 'create', '--slug', 'e', '--name', 'E', '--starts', yesterday, '--ends', '2099-01-01', '--open')
	const start = Date.parse(`${yesterday}T00:00:00+09:00`)
	const at = milliseconds => `'${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')}'`
	await own.sql(`INSERT INTO attendance (event_id, user_id, date, at) VALUES (${event}, 1, '${yesterday}', ${at(start)}), (${event}, 2, '${yesterday}', ${at(start)}),
		(${event}, 3, '${today}', ${at(start)});
		INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, claimed_at) VALUES
		(${event}, 1, 1, ${low}, 'x', 'item', ${at(start - 1000)}), (${event}, 1, 2, ${low}, 'x', 'item', ${at(start)}),
		(${event}, 1, 3, ${low}, 'x', 'item', ${at(start + 86400e3 - 1000)}), (${event}, 1, 4, ${low}, 'x', 'item', ${at(start + 86400e3)});
		INSERT INTO outbox_messages (kind, channel, message_key, data, state, due_at, created_at) VALUES ('webhook.test', 'webhook', 'x', '{}', 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP())`)
	assert.equal((await own.ctl('digest')).recipients, 1)
	await own.once()
	const [mail] = digests()
	assert.match(mail.subject, /^\[Dojang\] Digest of \d+ [A-Z][a-z]+ \d{4}$/)
	assert.match(mail.text, /Check-ins: 2\nClaims: 2\n/)
	assert.match(mail.text, /- None: sold out\n- Few <b>: 2 \(Threshold 2\)\n/)
	assert.ok(!mail.text.includes('Plenty'))
	assert.match(mail.text, /Dead letters: 1\./)
	assert.match(mail.html, /Few &lt;b&gt;/)
	assert.ok(!mail.text.includes('Payouts'))
	const ago = hours => at(Date.parse(`${today}T12:00:00+09:00`) - hours * 3600e3)
	const payout = (id, hours, state) => `(${id}, 1, ${event}, ${id}, 700, 'A reward', ${ago(hours)}, '${state}', ${state === 'due' ? 'NULL' : ago(1)})`
	await own.sql(`INSERT INTO payouts (id, user_id, event_id, claim_id, points, reason, due_at, state, settled_at) VALUES
		${[payout(7, 25, 'due'), payout(8, 23, 'due'), payout(9, 48, 'paid'), payout(10, 48, 'failed'), payout(11, 48, 'due')].join()}`)
	await own.ctl('digest')
	await own.once()
	assert.equal(digests().length, 2)
	assert.match(digests()[1].text, /more than 24 hours: 2\n- 11: A reward, 700 \(.+\)\n- 7: A reward, 700 \(.+\)\n/)
	assert.match(digests()[1].text, /Payouts that failed: 1/)
})
