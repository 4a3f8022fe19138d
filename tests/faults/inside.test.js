// SPDX-License-Identifier: MIT
// Obstacles that a claim or a check-in meets only inside its transaction, after the first check:
// the right refusal, and nothing written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staff } from '../console/client.js'
import { call, customer, expect } from '../http/client.js'
import { attended, base, count, demo, dojangctl, freshEvent, sql, unique } from '../http/harness.js'
import { overtaken } from './lock.js'

const touch = event => `UPDATE events SET version = version + 1 WHERE slug = '${event.slug}'`

/** An event with one milestone that the customer has earned. */
async function earned(milestone, claims) {
	const event = await freshEvent({ milestones: [{ at: 1, ...milestone }] })
	const who = customer(unique('c'), claims)
	await attended(event, { [who.subject]: [-1] })
	return { event, who, milestone: event.milestones[0] }
}

/** The rows that claims of this milestone have written. */
async function written(milestone) {
	const [row] = await sql(`SELECT (SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}) AS claims,
		(SELECT COUNT(*) FROM stock_movements WHERE product_id = ${milestone.product} AND source = 'claim') AS movements,
		(SELECT COUNT(*) FROM point_entries n JOIN claims c ON n.source = 'claim' AND n.reference = c.id WHERE c.product_id = ${milestone.product}) AS entries`)
	return Object.values(row).map(Number)
}
const nothing = async milestone => assert.deepEqual(await written(milestone), [0, 0, 0], 'nothing is written')

/** Lets MariaDB refuse each new row of a table with this error while act runs. */
async function refusing(table, error, act) {
	const name = unique('refuse').replace('-', '_')
	await sql(`CREATE TRIGGER ${name} BEFORE INSERT ON ${table} FOR EACH ROW SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${error}, MESSAGE_TEXT = 'not now'`)
	try {
		return await act()
	} finally {
		await sql(`DROP TRIGGER ${name}`)
	}
}

/** A request without the contract check, which has no 500. MariaDB's message must not be in the response. */
async function bare(who, path) {
	const answer = await fetch(new URL(path, base), { method: 'POST', headers: { authorization: `Bearer ${who.token}` } }), text = await answer.text()
	assert.doesNotMatch(text, /not now|SQL|trigger/i)
	return { status: answer.status, text, body: JSON.parse(text) }
}

/* --- a claim ------------------------------------------------------------------------------------------------------------------ */

const REFUSALS = [
	['is blocked', ({ who }) => `UPDATE users SET state = 'blocked' WHERE subject = '${who.subject}'`, 403, 'forbidden', undefined],
	['is marked as staff of the shop', ({ event, who }) => `${touch(event)}; UPDATE events SET excludes_staff = 1 WHERE slug = '${event.slug}';
		INSERT INTO excluded_users (user_id, at) SELECT id, UTC_TIMESTAMP() FROM users WHERE subject = '${who.subject}'`, 403, 'forbidden', 'staff-excluded'],
	['must suddenly have a verified address', ({ event }) => `${touch(event)}; UPDATE events SET needs_email = 1 WHERE slug = '${event.slug}'`, 403, 'forbidden', 'email-not-verified'],
	['finds the milestone deleted', ({ event, milestone }) => `${touch(event)}; DELETE FROM milestones WHERE id = ${milestone.id}`, 404, 'not-found', undefined],
	['finds that the event begins tomorrow', ({ event }) => `${touch(event)}; UPDATE events SET starts_on = ends_on WHERE slug = '${event.slug}'`, 409, 'event-not-running', undefined,
		({ event }) => `${touch(event)}; UPDATE events SET starts_on = '${event.starts}' WHERE slug = '${event.slug}'`],
	['finds the last piece gone', ({ milestone }) => `UPDATE products SET remain = 0 WHERE id = ${milestone.product}`, 409, 'sold-out', undefined,
		({ milestone }) => `UPDATE products SET remain = 1 WHERE id = ${milestone.product}`],
]
for (const [sentence, meanwhile, status, type, reason, mend] of REFUSALS)
	test(`a customer whose claim waits and who ${sentence}: ${status} ${type}`, async () => {
		const ground = await earned({ points: 10, stock: 1 })
		const body = expect(await overtaken(ground.who.subject, () => ground.who.post(ground.milestone.path), meanwhile(ground)), status, type)
		assert.equal(body.reason, reason)
		await nothing(ground.milestone)
		if (mend)
			await sql(mend(ground))
	})

test('an event that excludes staff refuses a claim of a customer marked as staff after the check, and accepts others', async () => {
	const [late, other] = [await earned({ points: 10 }), await earned({ points: 10 })]
	for (const { event } of [late, other])
		await dojangctl('event', 'options', '--slug', event.slug, '--excludes-staff', 'yes')
	const joins = `INSERT INTO excluded_users (user_id, at) SELECT id, UTC_TIMESTAMP() FROM users WHERE subject = '${late.who.subject}'`
	assert.equal(expect(await overtaken(late.who.subject, () => late.who.post(late.milestone.path), joins), 403, 'forbidden').reason, 'staff-excluded')
	await nothing(late.milestone)
	expect(await overtaken(other.who.subject, () => other.who.post(other.milestone.path), 'DO 0'), 201)
})

test('a claim that another request makes while this one waits: the same claim', async () => {
	const { event, who, milestone } = await earned({ kind: 'item', stock: null })
	const answer = await overtaken(who.subject, () => who.post(milestone.path), `INSERT INTO claims (event_id, user_id, milestone_id, round, product_id, product_name, kind, claimed_at)
		SELECT e.id, u.id, ${milestone.id}, 1, ${milestone.product}, 'Promised', 'item', UTC_TIMESTAMP() FROM events e, users u WHERE e.slug = '${event.slug}' AND u.subject = '${who.subject}'`)
	assert.equal(expect(answer, 200).product.name, 'Promised')
	assert.deepEqual(await written(milestone), [1, 0, 0])
})

test('a coupon with fewer codes than stock: sold out, and nothing is written', async () => {
	const { who, milestone } = await earned({ kind: 'coupon' })
	await sql(`UPDATE products SET remain = 1 WHERE id = ${milestone.product}`)
	expect(await who.post(milestone.path), 409, 'sold-out')
	await nothing(milestone)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${milestone.product}`), 1)
	await sql(`UPDATE products SET remain = 0 WHERE id = ${milestone.product}`)
})

test('a claim that the unique key refuses although no claim is visible: 503 after some attempts, and the next one succeeds', async () => {
	const { who, milestone } = await earned({ points: 10, stock: 3 })
	await refusing('claims', 1062, async () => expect(await who.post(milestone.path), 503, 'unavailable'))
	await nothing(milestone)
	expect(await who.post(milestone.path), 201)
	assert.deepEqual(await written(milestone), [1, 1, 1])
})

for (const [table, what] of [['stock_movements', 'the movement'], ['point_entries', 'the entry of the ledger'], ['outbox_messages', 'the announcement']])
	for (const [error, status, type] of [[1114, 503, 'unavailable'], [1644, 500, 'internal']])
		test(`a claim for which ${what} cannot be written (${error}): ${status}, and nothing of it is stored`, async () => {
			const { who, milestone } = await earned({ points: 10, stock: 3 })
			const { id } = await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'claim.created')
			try {
				await refusing(table, error, async () => expect(await bare(who, milestone.path), status, type))
				await nothing(milestone)
				assert.equal((await again(() => who.post(milestone.path))).status, 201)
				assert.deepEqual(await written(milestone), [1, 1, 1])
			} finally {
				await dojangctl('webhook', 'disable', '--id', id)
			}
		})

/** Repeats a request: for a second after a full disk a worker may answer 503. */
async function again(send) {
	for (;;) {
		const answer = await send()
		if (answer.status !== 503)
			return answer
	}
}

test('a claim whose reference is already in the ledger creates no claim without points', async () => {
	const { who, milestone } = await earned({ points: 10, stock: 3 })
	await refusing('point_entries', 1062, async () => expect(await bare(who, milestone.path), 500, 'internal'))
	await nothing(milestone)
	expect(await who.post(milestone.path), 201)
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 10)
})

test('a balance beyond the largest number is refused, for a claim and for the shop, and the balance stays', async () => {
	const { who, milestone } = await earned({ points: 10, stock: 3 }), most = '9223372036854775800'
	await sql(`UPDATE users SET points = ${most} WHERE subject = '${who.subject}'`)
	expect(await bare(who, milestone.path), 500, 'internal')
	expect(await call('POST', `/api/v1/shop/users/${who.subject}/points`, { as: demo.api_key, body: { amount: 100, reference: unique('order'), reason: 'a gift' } }), 409, 'conflict')
	await nothing(milestone)
	assert.deepEqual(await sql(`SELECT points FROM users WHERE subject = '${who.subject}'`), [{ points: most }])
	await sql(`UPDATE users SET points = 0 WHERE subject = '${who.subject}'`)
	expect(await who.post(milestone.path), 201)
})

test('another round that staff allowed is claimed once; an erased customer cannot claim', async () => {
	const { who, milestone } = await earned({ kind: 'item', stock: 3 })
	const { id } = expect(await who.post(milestone.path), 201)
	const manager = await staff('manager')
	assert.equal((await manager.send(`/admin/claims/${id}/cancel`, { reason: 'another size', may_claim_again: 'yes' })).status, 303)
	const second = expect(await who.post(milestone.path), 201)
	assert.notEqual(second.id, id)
	assert.equal(expect(await who.post(milestone.path), 200).id, second.id)
	expect(await call('DELETE', `/api/v1/shop/users/${who.subject}`, { as: demo.api_key }), 204)
	expect(await who.post(milestone.path), 403, 'forbidden')
	assert.deepEqual(await written(milestone), [2, 2, 0])
})

/* --- a check-in --------------------------------------------------------------------------------------------------------------- */

const days = event => count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`)

for (const [error, status, type] of [[1114, 503, 'unavailable'], [1644, 500, 'internal']])
	test(`a check-in whose message cannot be written (${error}): ${status}, and the day is not stored`, async () => {
		const event = await freshEvent(), who = customer(unique('c'))
		const { id } = await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'attendance.created')
		try {
			expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
			await refusing('outbox_messages', error, async () => expect(await bare(who, `${event.path}/attendance`), status, type))
			assert.equal(await days(event), 1)
			assert.equal((await again(() => who.post(`${event.path}/attendance`))).status, 201)
			expect(await who.post(`${event.path}/attendance`), 200)
			assert.equal(await count(`SELECT COUNT(*) FROM outbox_messages o JOIN events e ON e.id = o.event_id WHERE e.slug = '${event.slug}' AND o.kind = 'attendance.created'`), 2)
		} finally {
			await dojangctl('webhook', 'disable', '--id', id)
		}
	})

test('a check-in that cannot be written: refused, and afterwards the day counts once', async () => {
	const event = await freshEvent(), who = customer(unique('c'))
	await refusing('attendance', 1114, async () => expect(await who.post(`${event.path}/attendance`), 503, 'unavailable'))
	await refusing('attendance', 1644, async () => assert.ok([500, 503].includes((await bare(who, `${event.path}/attendance`)).status)))
	assert.equal(await days(event), 0)
	assert.equal((await again(() => who.post(`${event.path}/attendance`))).status, 201)
	assert.equal(expect(await who.post(`${event.path}/attendance`), 200).count, 1)
})

test('the audit finds nothing after these tests', async () => {
	assert.deepEqual((await dojangctl('audit')).checks.filter(check => check.faults.length), [])
})
