// SPDX-License-Identifier: MIT
// The statements of each operation, by the database's own log: no operation gets slower unnoticed.
// MariaDB takes several statements in one round trip (db/pipeline.c).
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { customer, expect } from './client.js'
import { request, send, sendAtOnce, withWorker } from './fastcgi.js'
import { attended, dojangctl, freshEvent, isMySQL, sql, unique } from './harness.js'

const MANY = 4
const settings = {}

before(async () => {
	const [{ log_output: output, general_log: isOn }] = await sql('SELECT @@GLOBAL.log_output AS log_output, @@GLOBAL.general_log AS general_log')
	Object.assign(settings, { output, isOn })
	await sql("SET GLOBAL log_output = 'TABLE'")
})
after(() => sql(`SET GLOBAL general_log = ${settings.isOn}; SET GLOBAL log_output = '${settings.output}'`))

const checkIn = (event, who) => ['POST', `${event.path}/attendance`, who]
const calendar = (event, who) => ['GET', `${event.path}/attendance`, who]
const claim = (event, who) => ['POST', event.milestones[0].path, who]
const bytes = ([method, path, who]) => request(path, 0, { REQUEST_METHOD: method, CONTENT_LENGTH: '0', HTTP_AUTHORIZATION: `Bearer ${who.token}` })
const status = ({ out }) => Number(/^Status: (\d+)/.exec(out)[1])
const threads = async () => (await sql("SELECT id FROM information_schema.processlist WHERE user = 'dojang_api'")).map(({ id }) => id ?? 0)

/** What the server executed for the connections: one text for each round trip. */
async function executed(connections, act) {
	await sql('TRUNCATE mysql.general_log')
	await sql('SET GLOBAL general_log = 1')
	try {
		await act()
	} finally {
		await sql('SET GLOBAL general_log = 0')
	}
	const rows = await sql(`SELECT CONVERT(argument USING utf8mb4) AS text FROM mysql.general_log
		WHERE command_type IN ('Execute', 'Query') AND thread_id IN (${connections}) ORDER BY event_time`)
	return rows.map(({ text }) => text)
}

/** Customers with two days, by whom the operation is made; the last one makes it before, so that the worker has prepared the statements. */
async function statementsOf(event, operation, { many = 1, want = 201, again = false } = {}) {
	const all = Array.from({ length: 2 * many }, () => customer(unique('c'))), first = all.slice(many), second = all.slice(0, many)
	await attended(event, Object.fromEntries(all.map(({ subject }) => [subject, [-2, -1]])))
	let texts
	await withWorker(async worker => {
		const others = await threads()
		const make = async who => (await sendAtOnce(worker, who.map(one => bytes(operation(event, one))))).map(status)
		await send(worker, bytes(calendar(event, all[0])))
		if (again)
			await make(second)
		await make(first)
		if (again)
			await make(first)
		const own = (await threads()).filter(id => !others.includes(id))
		assert.equal(own.length, 1, 'the worker has one connection')
		texts = await executed(own, async () => assert.deepEqual(await make(second), Array(many).fill(want)))
	})
	return texts
}

const points = { at: 2, points: 10, stock: 100 }
// [what, event, operation, round trips on MariaDB, on MySQL, more]
const OPERATIONS = [
	['a check-in', {}, checkIn, 1, 2],
	['a check-in that exists', {}, checkIn, 2, 2, { want: 200, again: true }],
	['the calendar', {}, calendar, 1, 1, { want: 200 }],
	['a claim of points with a stock', { milestones: [points] }, claim, 3, 7],
	['a claim of points without a stock', { milestones: [{ at: 2, points: 10 }] }, claim, 3, 5],
	['a claim of goods', { milestones: [{ at: 2, kind: 'item', stock: 100 }] }, claim, 4, 6],
	['a claim of a run of days', { mode: 'consecutive', milestones: [points] }, claim, 4, 8],
	['a claim that exists', { milestones: [points] }, claim, 4, 5, { want: 200, again: true }],
	['a claim with too few days', { milestones: [{ ...points, at: 3 }] }, claim, 4, 5, { want: 409 }],
	['a claim of what is sold out', { milestones: [{ ...points, stock: 0 }] }, claim, 2, 2, { want: 409 }],
	['check-ins in a batch', {}, checkIn, 2, 2, { many: MANY }],
	['calendars in a batch', {}, calendar, 1, 1, { many: MANY, want: 200 }],
	['claims in a batch', { milestones: [points] }, claim, 5, 9, { many: MANY }],
]

for (const [what, event, operation, onMariaDB, onMySQL, more] of OPERATIONS)
	test(`${what} takes ${isMySQL ? onMySQL : onMariaDB} round trips`, async () => {
		const texts = await statementsOf(await freshEvent(event), operation, more)
		assert.equal(texts.length, isMySQL ? onMySQL : onMariaDB, texts.join('\n'))
	})

test('points for checking in cost no more when they go into the shop\'s wallet', async () => {
	const ledger = await freshEvent(), shop = await freshEvent()
	for (const [event, wallet] of [[ledger, 'dojang'], [shop, 'shop']])
		await dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'every', '--points', 10, '--wallet', wallet)
	for (const more of [{}, { many: MANY }]) {
		const usual = await statementsOf(ledger, checkIn, more), texts = await statementsOf(shop, checkIn, more)
		assert.doesNotMatch(usual.join('\n'), /payouts/)
		assert.match(texts.join('\n'), /INSERT INTO payouts/)
		assert.doesNotMatch(texts.join('\n'), /point_entries/)
		assert.ok(texts.length <= usual.length, [...usual, '---', ...texts].join('\n'))
	}
	assert.doesNotMatch((await statementsOf(await freshEvent(), checkIn)).join('\n'), /payouts|check_in_payments/)
})

test('what only some events ask for costs the others nothing', async () => {
	const usual = await freshEvent({ milestones: [points] }), strict = await freshEvent({ milestones: [points] })
	await dojangctl('event', 'options', '--slug', strict.slug, '--excludes-staff', 'yes')
	for (const operation of [checkIn, claim]) {
		const texts = (await statementsOf(usual, operation)).join('\n')
		assert.doesNotMatch(texts, /excluded_users|staff s/)
		const strictTexts = await statementsOf(strict, operation)
		assert.match(strictTexts.join('\n'), /excluded_users/)
		assert.equal(strictTexts.length, (await statementsOf(usual, operation)).length, 'and those one statement, not one more')
	}
	expect(await customer(unique('c')).get(usual.path), 200)
})
