// SPDX-License-Identifier: MIT
// Data with a limited retention exists until its time and is erased afterwards, whatever the number
// of rows.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { numbers } from '../http/numbers.js'
import { install } from './installation.js'

const DAY = 86400, MANY = 2500
let own
beforeEach(async () => { own = await install({ privacy: { client_days: 10, attempt_days: 20, session_days: 2, sign_in_days: 3, audit_address_days: 30 }, notifier: { keep_days: 25 } }) })
afterEach(() => own?.remove())

/** One row of each kind, a moment old, and many sessions and claims. */
async function fill() {
	const zeros = "REPEAT('0', 32)"
	await own.sql(`INSERT INTO staff (email, name, role, created_at) VALUES ('a@example.com', 'a', 'viewer', UTC_TIMESTAMP());
		INSERT INTO staff_sessions (token_hash, staff_id, created_at, seen_at) SELECT UNHEX(SHA2(seq, 256)), 1, UTC_TIMESTAMP(), UTC_TIMESTAMP() FROM ${numbers(MANY)} n;
		INSERT INTO sign_in_failures (kind, hash, failures, last_at) VALUES ('email', ${zeros}, 1, UTC_TIMESTAMP());
		INSERT INTO removed_subjects VALUES (${zeros}, UTC_TIMESTAMP() + INTERVAL 5 DAY);
		INSERT INTO claim_addresses (claim_id, user_id, sealed, consented_at, erase_at) VALUES (1, 1, 'sealed', UTC_TIMESTAMP(), UTC_TIMESTAMP() + INTERVAL 7 DAY), (2, 1, 'sealed', UTC_TIMESTAMP(), NULL);
		INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, claimed_at, client_hash)
			SELECT 1, seq, 1, 1, 'x', 'item', UTC_TIMESTAMP(), IF(seq % 2, REPEAT('h', 16), NULL) FROM ${numbers(MANY)} n;
		INSERT INTO outbox_messages (kind, channel, message_key, data, state, due_at, created_at, done_at) VALUES
			('claim.created', 'webhook', 'sent', '{}', 'sent', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP()), ('claim.created', 'webhook', 'thrown', '{}', 'discarded', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP()),
			('claim.created', 'webhook', 'dead', '{}', 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP());
		INSERT INTO webhook_attempts (endpoint_id, message_id, duration_ms, at) VALUES (1, 1, 1, UTC_TIMESTAMP());
		INSERT INTO audit_entries (at, actor, address, action, subject, subject_id) VALUES (UTC_TIMESTAMP(), 'staff:1', '192.0.2.7', 'x', 'user', 1)`)
}
const left = async () => {
	const [row] = await own.sql(`SELECT (SELECT COUNT(*) FROM staff_sessions), (SELECT COUNT(*) FROM sign_in_failures), (SELECT COUNT(*) FROM removed_subjects),
		(SELECT COUNT(*) FROM claim_addresses), (SELECT COUNT(*) FROM claims WHERE client_hash IS NOT NULL), (SELECT COUNT(*) FROM webhook_attempts),
		(SELECT COUNT(*) FROM outbox_messages WHERE kind = 'claim.created'), (SELECT COUNT(*) FROM audit_entries WHERE address IS NOT NULL), (SELECT COUNT(*) FROM claims)`)
	const [sessions, failures, removed, addresses, clients, attempts, messages, audit, claims] = row.map(Number)
	assert.equal(claims, MANY, 'no claim is erased')
	return { sessions, failures, removed, addresses, clients, attempts, messages, audit }
}
const ALL = { sessions: MANY, failures: 1, removed: 1, addresses: 2, clients: MANY / 2, attempts: 1, messages: 3, audit: 1 }
/** [days, the query for what is left an hour later]. */
const STEPS = [[2, { sessions: 0 }], [3, { failures: 0 }], [5, { removed: 0 }], [7, { addresses: 1 }], [10, { clients: 0 }], [20, { attempts: 0 }], [25, { messages: 1 }]]

test('the notifier erases each kind on time and not before', async () => {
	await fill()
	const want = { ...ALL }
	for (const [days, change] of STEPS) {
		own.clock(days * DAY - 3600)
		await own.once()
		assert.deepEqual(await left(), want, `just before day ${days}`)
		own.clock(days * DAY + 3600)
		await own.once()
		assert.deepEqual(await left(), Object.assign(want, change), `day ${days}`)
	}
	assert.deepEqual(await own.sql("SELECT message_key FROM outbox_messages WHERE kind = 'claim.created'"), [['dead']], 'a dead letter stays until somebody handles it')
	own.clock(400 * DAY)
	await own.once()
	assert.equal((await left()).audit, 1, 'the programs change no row of the audit log')
})

test('dojangctl retention shows what is due and erases it, including the audit log\'s addresses', async () => {
	await fill()
	const due = async () => Object.fromEntries((await own.ctl('retention')).map(row => [row.what, row.due]))
	assert.deepEqual(new Set(Object.values(await due())), new Set([0]))
	own.clock(31 * DAY)
	assert.deepEqual(await due(), { addresses: 1, 'removed subjects': 1, clients: MANY / 2, messages: 2, 'webhook attempts': 1, sessions: MANY, 'sign-in failures': 1, audit: 1 })
	assert.deepEqual(await left(), ALL, 'showing erases nothing')
	const rows = await own.ctl('retention', '--erase')
	assert.deepEqual(rows.map(row => row.erased), rows.map(row => row.due))
	assert.deepEqual(await left(), { sessions: 0, failures: 0, removed: 0, addresses: 1, clients: 0, attempts: 0, messages: 1, audit: 0 })
	assert.deepEqual(new Set(Object.values(await due())), new Set([0]))
})

test('days outside their bounds prevent the start', async () => {
	for (const [name, days] of [['client_days', 0], ['client_days', 366], ['session_days', 0], ['session_days', 31], ['sign_in_days', 31], ['attempt_days', 0]]) {
		own.write({ privacy: { [name]: days } })
		await assert.rejects(own.ctl('retention'), new RegExp(`privacy.${name} must be a whole number from 1 to`))
	}
})
