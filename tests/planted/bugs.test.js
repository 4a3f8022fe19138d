// SPDX-License-Identifier: MIT
// The checker must find faults: each of these bugs, planted in programs built for this purpose
// (--enable-fault-points) or in the schema, is found within a minute of the usual load. tests/run
// starts a demo of such programs for this suite and sets DOJANG_FAULTS.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { audit, verify } from '../faults/ledger.js'
import { seed } from '../faults/random.js'
import { WORK, drain, finish, prepare, start } from '../faults/soak.js'
import { customer } from '../http/client.js'
import { attended, consoleWorkers, freshEvent, restart, sql, unique } from '../http/harness.js'
import { queries } from '../sql/queries.js'

const MINUTE = 60e3
const directory = process.env.DOJANG_FAULTS

/** Restarts the workers, so that they have the bug from their start. */
async function restartAll() {
	await restart()
	await restart(consoleWorkers)
}

const all = queries()
/** A query of sql/queries, as one line. */
const query = name => all.find(one => one.name === name).sql
const replaced = (text, what, by) => {
	assert.ok(text.includes(what), `${what} is in ${text}`)
	return text.replace(what, by)
}

/** A customer with two days that are not in a row claims what two days in a row earn. The load does this too, but rarely. */
async function claimWithGap() {
	const event = await freshEvent({ milestones: [{ at: 2, basis: 'streak', points: 1 }] }), who = customer(unique('c'))
	await attended(event, { [who.subject]: [-5, -2] })
	await who.post(event.milestones[0].path)
}

/* Broken rows stay after each bug, so each bug is recognised by its own invariant. */
const BUGS = [
	{ name: 'the stock is worked out from a plain read', breaks: /stock/,
		files: { 'sql-claim_insert': replaced(query('claim_insert'), 'e.id, ?, ?, ?, ?', 'e.id, ?, ?, ?, (SELECT p.id + 0 * COALESCE(@seen := p.remain, 0) FROM products p WHERE p.id = ?)'),
			'sql-claim_take_stock': 'UPDATE products SET remain = @seen - ?, low_alerts = low_alerts + ? WHERE id = ? AND @seen >= ?' } },
	{ name: 'a check-in without the unique key', breaks: /attendance_once/,
		schema: ['ALTER TABLE attendance DROP PRIMARY KEY, ADD COLUMN row_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, ADD KEY (event_id, user_id, date)'] },
	{ name: 'days in a row are counted like all days', breaks: /claim_run/, provoke: claimWithGap,
		files: { 'sql-event_milestones': replaced(query('event_milestones'), "COALESCE(m.basis, IF(e.mode = 'consecutive', 'streak', 'count'))", "'count'") } },
	{ name: 'the outbox outside the transaction', breaks: /outbox/, schema: ['ALTER TABLE outbox_messages ENGINE = MyISAM'] },
	{ name: 'points without the key of references', breaks: /points_once/, schema: ['ALTER TABLE point_entries DROP KEY point_entries_reference, ADD KEY (source, reference)'] },
	{ name: 'the customer\'s row is not locked where points are spent', breaks: /points_(balance|chain)/,
		files: { 'sql-customer_lock': replaced(query('customer_lock'), ' FOR UPDATE', '') } },
	{ name: 'a claim that does not look again behind the lock', breaks: /claim_earned/, // staff remove the day between a read and a lock; the interval is made longer, and this work has more weight
		files: { 'planted-claim-not-looked-at-again': '', 'sql-console_customer_lock': replaced(query('console_customer_lock'), 'FOR UPDATE', 'AND SLEEP(0.05) = 0 FOR UPDATE') },
		more: { racers: 3000, managers: 6, connections: 4, shops: 1, work: { ...WORK, staff: { race: 1 } } } },
]
for (const { name, breaks, files = {}, schema = [], more = {}, provoke = async () => {} } of BUGS)
	test(`found within a minute: ${name}`, async () => {
		const known = new Set((await audit()).map(({ check }) => check))
		const run = await prepare({ seed, ...more })
		for (const [file, text] of Object.entries(files))
			writeFileSync(join(directory, file), `${text}\n`)
		for (const statement of schema)
			await sql(statement)
		await restartAll()
		const load = start(run), began = Date.now()
		await provoke()
		let found = []
		const isFound = async () => {
			found = (await audit()).filter(({ check }) => breaks.test(check) && !known.has(check))
			return found.length > 0
		}
		try {
			while (!await isFound() && Date.now() - began < MINUTE)
				await wait(500)
		} finally {
			await load.stop()
			for (const file of Object.keys(files))
				rmSync(join(directory, file))
		}
		if (found.length === 0) {       // not found by the running audit: perhaps by the ledger
			await drain(run, 10)
			found = (await verify(run)).all.filter(finding => breaks.test(finding))
		}
		console.log(`# ${Math.round((Date.now() - began) / 1000)} s, ${run.ledger.counts.requests} requests: ${found[0]?.fault ?? found[0]}`)
		await restartAll()
		await finish(run)
		assert.ok(found.length > 0, 'the checker found it')
	})
