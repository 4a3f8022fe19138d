// SPDX-License-Identifier: MIT
// Load during faults: 64 connections, a ledger of the responses, and the comparison with the rows.
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { CONNECTIONS, customer } from '../http/client.js'
import { attended, count, dojangctl, freshEvent, sql } from '../http/harness.js'
import { until } from '../http/until.js'
import { randomFrom, seed } from './random.js'

export { until }

const STOCK = 1e6
const CLAIMANTS = 3000
const SETTLE_SECONDS = 120      // on a busy machine some get 503 once more
const PAUSE = 25                // milliseconds before a customer repeats after a 503

console.log(`# seed ${seed} (DOJANG_TEST_SEED=${seed} draws the same)`)
export const random = randomFrom(seed)

/** The responses to customers. Per kind and customer: ok if it was ever acknowledged, else unknown. */
export class Ledger {
	checkIns = new Map()
	claims = new Map()
	counts = { ok: 0, unavailable: 0, lost: 0 }
	wrong = []
	losses = []             // why there was no response

	note(entries, subject, outcome) {
		if (entries && entries.get(subject) !== 'ok')
			entries.set(subject, outcome)
	}

	of(entries, outcome) {
		return [...entries].filter(([, value]) => value === outcome).map(([subject]) => subject)
	}
}

/** An event in which everybody can check in and CLAIMANTS customers can claim. */
export async function eventForLoad() {
	const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: STOCK }] })
	const claimants = Array.from({ length: CLAIMANTS }, (_, i) => `${event.slug}-claim-${i}`)
	await attended(event, Object.fromEntries(claimants.map(subject => [subject, [-1]])))
	return { event, claimants }
}

/** One request and its result: ok, unavailable (503 with Retry-After), lost (no response), or wrong. */
export async function attempt(ledger, entries, subject, method, path) {
	ledger.note(entries, subject, 'unknown')
	try {
		const answer = await customer(subject).call(method, path)
		const isGood = answer.status === 200 || answer.status === 201
		if (isGood) {
			ledger.note(entries, subject, 'ok')
			ledger.counts.ok++
		} else if (answer.status === 503) {
			ledger.counts.unavailable++
			await wait(PAUSE)
		} else {
			ledger.wrong.push(`${answer.status} to ${method} ${path}: ${answer.text.slice(0, 200)}`)
		}
	} catch (error) {
		if (error.code === 'ERR_ASSERTION') {
			ledger.wrong.push(error.message)        // a response that openapi.yaml does not document
		} else {
			ledger.counts.lost++
			ledger.losses.push(`${method} ${path}: ${error.code ?? error.message}`)
		}
	}
}

/** Starts load on the event; stop() ends it when each connection has its response. */
export function startLoad({ event, claimants }) {
	const ledger = new Ledger()
	const [milestone] = event.milestones
	const waiting = [...claimants]
	let [newcomers, isOver] = [0, false]
	const checkIn = subject => attempt(ledger, ledger.checkIns, subject, 'POST', `${event.path}/attendance`)
	const claim = subject => attempt(ledger, ledger.claims, subject, 'POST', milestone.path)
	const again = (entries, act) => {
		const known = [...entries.keys()]
		return known.length ? act(known[Math.floor(random() * known.length)]) : null
	}
	async function connection() {
		while (!isOver) {
			const draw = random()
			if (draw < 0.4 || (draw < 0.7 && waiting.length === 0))
				await checkIn(`${event.slug}-new-${newcomers++}`)
			else if (draw < 0.7)
				await claim(waiting.pop())
			else if (draw < 0.8)
				await again(ledger.checkIns, checkIn)
			else if (draw < 0.9)
				await again(ledger.claims, claim)
			else
				await attempt(ledger, null, claimants[0], 'GET', event.path)
		}
	}
	const connections = Array.from({ length: CONNECTIONS }, connection)
	return {
		ledger,
		/** Waits for this many more acknowledged requests. */
		more: (number, seconds) => {
			const goal = ledger.counts.ok + number
			return until(() => ledger.counts.ok >= goal, `${number} more acknowledged requests`, seconds)
		},
		async stop() {
			isOver = true
			await Promise.all(connections)
			return ledger
		},
		checkIn, claim,
	}
}

const difference = (from, other) => from.filter(subject => !other.has(subject))

function compare(what, rows, ledger, entries) {
	const set = new Set(rows)
	assert.equal(set.size, rows.length, `${what}: no duplicates`)
	assert.deepEqual(difference(ledger.of(entries, 'ok'), set).slice(0, 5), [], `${what}: acknowledged work is in the database`)
	const allowed = new Set(entries.keys())
	assert.deepEqual(difference(rows, allowed).slice(0, 5), [], `${what}: work in the database was acknowledged or has an unknown outcome`)
}

async function subjects(statement) {
	return (await sql(statement)).map(row => row.subject)
}

/** acknowledged ⊆ database ⊆ acknowledged + unknown; stock, movements, ledger and claims agree; dojangctl audit finds nothing. */
export async function verify(event, ledger) {
	const [milestone] = event.milestones
	assert.deepEqual(ledger.wrong.slice(0, 5), [], 'only 200, 201 and 503 with Retry-After')
	compare('check-ins', await subjects(`SELECT u.subject FROM attendance a JOIN users u ON u.id = a.user_id JOIN events e ON e.id = a.event_id
		WHERE e.slug = '${event.slug}' AND a.source = 'check_in'`), ledger, ledger.checkIns)
	compare('claims', await subjects(`SELECT u.subject FROM claims c JOIN users u ON u.id = c.user_id WHERE c.milestone_id = ${milestone.id}`),
		ledger, ledger.claims)
	const claims = await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`)
	const [row] = await sql(`SELECT ${STOCK} - p.remain AS taken,
		(SELECT -SUM(delta) FROM stock_movements WHERE product_id = p.id AND source = 'claim') AS moved,
		(SELECT COUNT(*) FROM point_entries n JOIN claims c ON n.source = 'claim' AND n.reference = c.id WHERE c.product_id = p.id) AS entries,
		(SELECT SUM(u.points) FROM users u WHERE u.id IN (SELECT user_id FROM claims WHERE product_id = p.id)) AS points
		FROM products p WHERE p.id = ${milestone.product}`)
	assert.deepEqual(Object.values(row).map(Number), [claims, claims, claims, claims * 100], 'stock, movements, ledger and balances agree with the claims')
	const audit = await dojangctl('audit')
	assert.deepEqual(audit.checks.filter(check => check.faults.length), [], 'dojangctl audit')
	assert.equal(audit.ok, true)
}

/** Repeats requests without an outcome, as a customer would: afterwards each has happened once. */
export async function settle(load, event) {
	const { ledger } = load
	for (const [entries, act] of [[ledger.checkIns, load.checkIn], [ledger.claims, load.claim]]) {
		const unknown = () => ledger.of(entries, 'unknown')
		await until(async () => {
			await Promise.all(unknown().slice(0, CONNECTIONS).map(act))
			return unknown().length === 0
		}, `the answer to who sent ${entries === ledger.claims ? 'a claim' : 'a check-in'} again`, SETTLE_SECONDS)
	}
	await verify(event, ledger)
}
