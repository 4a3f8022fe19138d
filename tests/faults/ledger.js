// SPDX-License-Identifier: MIT
// The responses that clients received, and the checker that compares the database with them:
// acknowledged ⊆ database ⊆ acknowledged + unknown, and the audit.
import { execFile } from 'node:child_process'
import { demo, sql } from '../http/harness.js'

/** For each kind of work, by key: whether it was ever acknowledged, has an unknown outcome, or was only refused. */
export class Ledger {
	kinds = new Map()
	counts = { requests: 0, ok: 0, failed: 0, unknown: 0 }
	wrong = []

	of(kind) {
		if (!this.kinds.has(kind))
			this.kinds.set(kind, new Map())
		return this.kinds.get(kind)
	}

	/** Called before a request is sent: its outcome is unknown until the response arrives. Returns a function that takes the outcome and the response. */
	begin(kind, key, content = null) {
		const entries = this.of(kind)
		const entry = entries.get(key) ?? { ok: 0, failed: 0, open: 0, acknowledged: new Set() }
		entries.set(key, entry)
		entry.open++
		return (outcome, answer, said = content) => {
			this.count(outcome)
			if (outcome !== 'unknown')
				entry.open--
			if (outcome === 'ok') {
				entry.ok++
				entry.acknowledged.add(said)
			} else if (outcome === 'failed') {
				entry.failed++
			}
		}
	}

	/** For requests that change nothing. */
	count(outcome) {
		this.counts.requests++
		this.counts[outcome]++
	}

	acknowledged(kind) { return [...this.of(kind)].filter(([, entry]) => entry.ok > 0) }
	/** Attempts that may have succeeded without a response. */
	unknown(kind) { return [...this.of(kind)].filter(([, entry]) => entry.ok === 0 && entry.open > 0) }
	may(kind, key) {
		const entry = this.of(kind).get(key)
		return Boolean(entry && (entry.ok > 0 || entry.open > 0))
	}
}

/** The failed checks of dojangctl audit, as texts. */
export function audit() {
	return new Promise((resolve, reject) => {
		execFile(demo.dojangctl, ['--settings', demo.settings_file, '--json', 'audit'], { maxBuffer: 1 << 26 }, (error, stdout) => {
			try {
				const { checks } = JSON.parse(stdout)
				resolve(checks.flatMap(check => check.faults.map(fault => ({ check: check.check.toLowerCase(), invariant: check.invariant, fault }))))
			} catch {
				reject(error ?? new Error(`dojangctl audit said: ${stdout}`))
			}
		})
	})
}

/** Rows by key. */
async function rowsBy(statement) {
	const rows = new Map()
	for (const row of await sql(statement))
		rows.set(row.k, [...rows.get(row.k) ?? [], row])
	return rows
}

class Findings {
	lost = []
	doubled = []
	unasked = []
	wrong = []
	oversold = []

	/** Acknowledged keys have a row, and rows have an acknowledgement or an unknown outcome, except for excused ones. */
	compare(ledger, kind, rows, { most = 1, isExcused = () => false, same = () => true } = {}) {
		for (const [key, entry] of ledger.acknowledged(kind)) {
			const found = rows.get(key) ?? []
			if (isExcused(key))
				continue
			if (found.length === 0)
				this.lost.push(`${kind} ${key} was acknowledged and is not there`)
			else if (![...entry.acknowledged].every(said => found.some(row => same(said, row))))
				this.wrong.push(`${kind} ${key}: ${[...entry.acknowledged].join(' and ')} acknowledged, ${JSON.stringify(found)} there`)
		}
		for (const [key, found] of rows) {
			if (found.length > most)
				this.doubled.push(`${kind} ${key} is there ${found.length} times`)
			if (!isExcused(key) && !ledger.may(kind, key))
				this.unasked.push(`${kind} ${key} is there and was ${ledger.of(kind).has(key) ? 'refused' : 'not asked for'}`)
		}
	}

	get all() {
		return [...this.lost, ...this.doubled, ...this.unasked, ...this.wrong, ...this.oversold]
	}
}

/** Compares the database with the ledger of a run (faults/soak.js). Returns all differences by kind; all should be empty. */
export async function verify(run) {
	const { ledger, name } = run, findings = new Findings()
	const slugs = run.events.map(event => `'${event.slug}'`), products = run.products.map(product => product.id)
	findings.wrong.push(...ledger.wrong)
	findings.oversold.push(...run.oversold)
	for (const { check, fault } of await audit())
		(/stock/.test(check) ? findings.oversold : /once/.test(check) ? findings.doubled : findings.wrong).push(`${check}: ${fault}`)

	findings.compare(ledger, 'check-in', await rowsBy(`SELECT CONCAT(e.slug, ' ', u.subject, ' ', a.date) AS k FROM attendance a JOIN events e ON e.id = a.event_id
		JOIN users u ON u.id = a.user_id WHERE e.slug IN (${slugs}) AND a.source = 'check_in' AND u.subject IS NOT NULL`),
	{ isExcused: key => ledger.may('day removed', key) || ledger.of('person').has(key.split(' ')[1]) })
	findings.compare(ledger, 'claim', await rowsBy(`SELECT CONCAT(c.milestone_id, ' ', u.subject) AS k, c.id FROM claims c JOIN users u ON u.id = c.user_id
		JOIN events e ON e.id = c.event_id WHERE e.slug IN (${slugs}) AND u.subject IS NOT NULL`),
	{ most: 50, same: (said, row) => String(said) === row.id, isExcused: key => ledger.of('person').has(key.split(' ')[1]) })
	findings.compare(ledger, 'points', await rowsBy(`SELECT p.reference AS k, CONCAT(u.subject, ' ', p.amount) AS content FROM point_entries p JOIN users u ON u.id = p.user_id
		WHERE p.source = 'shop' AND p.reference LIKE '${name}-%'`), { same: (said, row) => said === row.content })
	findings.compare(ledger, 'stock', await rowsBy(`SELECT reference AS k, CONCAT(product_id, ' ', delta) AS content FROM stock_movements
		WHERE source = 'shop' AND reference LIKE '${name}-%'`), { same: (said, row) => said === row.content })
	findings.compare(ledger, 'stock by staff', await rowsBy(`SELECT reason AS k FROM stock_movements WHERE source = 'staff' AND reason LIKE '${name}-%'`))
	findings.compare(ledger, 'points by staff', await rowsBy(`SELECT reason AS k FROM point_entries WHERE source = 'staff' AND reason LIKE '${name}-%'`))
	findings.compare(ledger, 'day added', await rowsBy(`SELECT CONCAT(e.slug, ' ', u.subject, ' ', a.date) AS k FROM attendance a JOIN events e ON e.id = a.event_id
		JOIN users u ON u.id = a.user_id WHERE e.slug IN (${slugs}) AND a.source = 'staff' AND u.subject IS NOT NULL`),
	{ isExcused: key => ledger.may('day removed', key) })
	for (const row of await sql(`SELECT subject FROM users WHERE subject LIKE '${name}-gone-%'`))
		if (ledger.of('person').get(row.subject)?.ok)
			findings.lost.push(`the removal of ${row.subject} was acknowledged and is not there`)
	await verifyFulfilment(run, findings, products)
	await verifyAudit(run, findings, products)
	await verifyOutbox(run, findings, products)
	return findings
}

const STATES = ['claimed', 'preparing', 'shipped', 'delivered']

async function verifyFulfilment({ ledger }, findings, products) {
	for (const { id, state, taken, reversed } of await sql(`SELECT c.id, c.state,
		(SELECT COUNT(*) FROM stock_movements m WHERE m.source = 'cancellation' AND m.reference = CAST(c.id AS BINARY)) AS taken,
		(SELECT COUNT(*) FROM point_entries p WHERE p.source = 'cancellation' AND p.reference = CAST(c.id AS BINARY)) AS reversed
		FROM claims c WHERE c.product_id IN (${products})`)) {
		if (state === 'cancelled' && !ledger.may('cancelled', id))
			findings.unasked.push(`claim ${id} is cancelled and nobody did it`)
		if (state !== 'cancelled' && (Number(taken) || Number(reversed) || ledger.of('cancelled').get(id)?.ok))
			findings.lost.push(`claim ${id} is ${state}, though it was cancelled`)
		const asked = STATES.filter(step => ledger.may(`claim ${step}`, id)), told = STATES.filter(step => ledger.of(`claim ${step}`).get(id)?.ok)
		if (state !== 'cancelled' && told.some(step => STATES.indexOf(step) > STATES.indexOf(state)))
			findings.lost.push(`claim ${id} is ${state}, and was acknowledged to be ${told}`)
		if (state !== 'cancelled' && state !== 'claimed' && !asked.includes(state))
			findings.unasked.push(`claim ${id} is ${state}, and nobody asked for that`)
	}
}

/** Each change by staff has its row in the audit log, and vice versa. */
async function verifyAudit({ name }, findings, products) {
	const [row] = await sql(`SELECT
		(SELECT COUNT(*) FROM point_entries WHERE source = 'staff' AND reason LIKE '${name}-%') AS points,
		(SELECT COUNT(*) FROM audit_entries a JOIN point_entries p ON p.id = JSON_VALUE(a.after_change, '$.entry') WHERE a.action = 'points.adjust' AND p.reason LIKE '${name}-%') AS points_noted,
		(SELECT COUNT(*) FROM stock_movements WHERE source = 'staff' AND reason LIKE '${name}-%') AS stock,
		(SELECT COUNT(*) FROM audit_entries WHERE action = 'stock.change' AND actor LIKE 'staff:%' AND JSON_VALUE(after_change, '$.reason') LIKE '${name}-%') AS stock_noted,
		(SELECT COUNT(*) FROM claims WHERE state = 'cancelled' AND product_id IN (${products})) AS cancelled,
		(SELECT COUNT(*) FROM audit_entries a JOIN claims c ON c.id = a.subject_id WHERE a.action = 'claim.cancel' AND c.product_id IN (${products})) AS cancelled_noted`)
	const pairs = [['points', 'points_noted'], ['stock', 'stock_noted'], ['cancelled', 'cancelled_noted']]
	for (const [done, noted] of pairs)
		if (row[done] !== row[noted])
			findings.wrong.push(`staff: ${row[done]} ${done} in the rows, ${row[noted]} (${noted}) in the audit log`)
}

/** One message for each announced event; messages marked as sent were received. */
async function verifyOutbox({ endpoint, received, since }, findings, products) {
	if (!endpoint)
		return
	const announced = (kind, things, key) => sql(`SELECT '${kind}' AS kind, t.id, COUNT(o.id) AS number FROM ${things} t
		LEFT JOIN outbox_messages o ON o.kind = '${kind}' AND o.channel = 'webhook' AND o.endpoint_id = ${endpoint} AND o.message_key = CAST(${key} AS BINARY)
		GROUP BY t.id HAVING COUNT(o.id) <> 1 LIMIT 20`)
	for (const { kind, id, number } of [
		...await announced('claim.created', `(SELECT id FROM claims WHERE id > ${since.claims} AND product_id IN (${products}))`, 't.id'),
		...await announced('claim.cancelled', `(SELECT id FROM claims WHERE id > ${since.claims} AND state = 'cancelled' AND product_id IN (${products}))`, 't.id'),
		...await announced('points.changed', `(SELECT id FROM point_entries WHERE id > ${since.entries})`, 't.id')])
		findings.wrong.push(`outbox: ${number} messages ${kind} about ${id}`)
	const strangers = await sql(`SELECT o.kind, o.message_key FROM outbox_messages o LEFT JOIN claims c ON c.id = o.claim_id
		LEFT JOIN point_entries p ON o.kind = 'points.changed' AND p.id = CAST(o.message_key AS UNSIGNED)
		WHERE o.channel = 'webhook' AND o.endpoint_id = ${endpoint} AND ((o.claim_id IS NOT NULL AND c.id IS NULL) OR (o.kind = 'points.changed' AND p.id IS NULL)) LIMIT 20`)
	for (const { kind, message_key: key } of strangers)
		findings.wrong.push(`outbox: ${kind} ${key} announces what is not there`)
	for (const row of await sql(`SELECT id, kind, message_key, attempts, user_id, last_error FROM outbox_messages WHERE channel = 'webhook' AND endpoint_id = ${endpoint} AND state = 'sent'
		AND id NOT IN (${[0, ...received]}) LIMIT 20`))
		findings.lost.push(`outbox: a message is marked as sent and was not received: ${JSON.stringify(row)}`)
}
