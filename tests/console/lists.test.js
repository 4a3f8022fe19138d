// SPDX-License-Identifier: MIT
// Every list: in each of its orders, page by page without gaps or repetitions, filtered, as CSV,
// with cursors that are valid only for this list.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { attended, count, freshEvent, freshProduct, sql, unique } from '../http/harness.js'
import { staff } from './client.js'

let owner, event, prefix, customer, discarded
const CUSTOMERS = 120

before(async () => {
	owner = await staff('owner')
	event = await freshEvent({ from: -10, to: 5, milestones: [{ at: 1, points: 10 }, { at: 2, points: 20 }] })
	prefix = unique('namely')
	// Many have the same count and last day, and some the same name: ties must be neither lost nor
	// repeated.
	await attended(event, Object.fromEntries(Array.from({ length: CUSTOMERS }, (_, i) => [`${prefix}-${i}`, [-4, -3, -2, -1].slice(0, 1 + i % 3)])))
	await sql(`UPDATE users SET username = CONCAT('${prefix}', id % 5) WHERE subject LIKE '${prefix}-%'`)
	customer = (await sql(`SELECT MIN(id) AS id FROM users WHERE subject LIKE '${prefix}-%'`))[0].id
	await sql(`INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, points, claimed_at)
		SELECT m.event_id, u.id, m.id, m.product_id, 'listed', 'item', NULL, UTC_TIMESTAMP() FROM users u JOIN milestones m ON m.id = ${event.milestones[0].id} WHERE u.subject LIKE '${prefix}-%'`)
	for (let i = 0; i < 3; i++)
		await freshProduct({ kind: 'item', stock: i })
	await sql(`INSERT INTO products (name, kind, remain, threshold, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70)
		SELECT CONCAT('${prefix}', i DIV 10), IF(i % 2, 'item', 'coupon'), NULLIF(i % 4, 3), i, UTC_TIMESTAMP() FROM n`)
	await sql(`INSERT INTO events (slug, name, description, mode, time_zone, starts_on, ends_on, state, created_at)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
		SELECT CONCAT('${unique('listed')}-', i), 'x', '', 'cumulative', 'UTC', CONCAT('2027-01-0', 1 + i % 5), '2027-02-01', IF(i % 2, 'draft', 'open'), UTC_TIMESTAMP() FROM n`)
	await sql(`INSERT INTO outbox_messages (kind, channel, message_key, data, state, done_at, due_at, created_at)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70)
		SELECT 'mail.test', 'mail', CONCAT('${prefix}', i), '{}', 'discarded', UTC_TIMESTAMP(), UTC_TIMESTAMP() - INTERVAL (i DIV 20) HOUR, UTC_TIMESTAMP() FROM n`)
	await sql(`INSERT INTO audit_entries (at, actor, action, subject, subject_id) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
		SELECT UTC_TIMESTAMP(), 'staff:${owner.id}', 'test', IF(i % 2, 'product', 'claim'), 1 + i % 2 FROM n`)
	await sql(`INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
		SELECT ${customer}, 1, i, IF(i % 2, 'staff', 'shop'), CONCAT('${prefix}', i), 'x', UTC_TIMESTAMP() FROM n`)
	await sql(`UPDATE users SET points = 120 WHERE id = ${customer}`)
	await sql(`INSERT INTO payouts (user_id, event_id, points, reason, state, due_at, settled_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
		SELECT u.id, (SELECT id FROM events WHERE slug = '${event.slug}'), 5, CONCAT('${prefix}', i), IF(i % 2, 'failed', 'paid'), UTC_TIMESTAMP(), UTC_TIMESTAMP() FROM n JOIN users u ON u.subject = CONCAT('${prefix}-', i DIV 60)`)
	await sql(`INSERT INTO staff (email, name, role, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
		SELECT CONCAT('${prefix}', i, '@example.com'), 'listed', 'viewer', UTC_TIMESTAMP() FROM n`)
	discarded = (await sql("SELECT id FROM outbox_messages WHERE state = 'discarded' ORDER BY due_at DESC, id DESC")).map(row => row.id)
})

// The audits of other tests would find rows that break the invariants.
after(async () => {
	const users = `(SELECT id FROM users WHERE subject LIKE '${prefix}-%')`
	for (const statement of [`DELETE FROM payouts WHERE reason LIKE '${prefix}%'`, `DELETE FROM products WHERE name LIKE '${prefix}%'`, `DELETE FROM events WHERE slug LIKE 'listed%'`,
		`DELETE FROM point_entries WHERE reference LIKE '${prefix}%'`, `UPDATE users SET points = 0 WHERE id = ${customer}`,
		`DELETE FROM claims WHERE user_id IN ${users}`, `DELETE FROM outbox_messages WHERE message_key LIKE '${prefix}%'`,
		`DELETE FROM audit_entries WHERE action = 'test' AND actor = 'staff:${owner.id}'`, `DELETE FROM staff WHERE email LIKE '${prefix}%'`])
		await sql(statement)
})

const decode = text => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name])
/** The rows of a page's first table, as arrays of texts; the page of messages has a second one. */
function rowsOf(text) {
	return [...text.split('</table>')[0].matchAll(/<tr>((?:<td data-label.*?)+)<\/tr>/gs)]
		.map(([, row]) => [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => decode(cell.replace(/<[^>]*>/g, '').trim())))
}
const nextOf = text => { const link = text.match(/class="pages"><a class="button" href="([^"]*[?&;]cursor=[^"]*)"/); return link && decode(link[1]) }

async function pagesOf(path) {
	const rows = []
	let pages = 0
	for (let at = path; at; pages++) {
		assert.ok(pages < 60, `${path} does not end`)
		const { status, text } = await owner.get(at)
		assert.equal(status, 200, at)
		rows.push(...rowsOf(text))
		at = nextOf(text)
	}
	return { rows, pages }
}

function parse(csv) {
	const records = []
	for (const line of csv.replace(/^\ufeff/, '').split('\r\n').filter(Boolean))
		records.push([...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replace(/""/g, '"')).slice(0, -1))
	return records.slice(1)
}

const byText = (a, b) => a.localeCompare(b)
const rising = (values, compare = (a, b) => a - b) => values.every((value, i) => i === 0 || compare(values[i - 1], value) <= 0)
const falling = values => rising([...values].reverse())

/** Path, CSV, and the condition that the rows must meet. */
const LISTS = () => [
	['/admin/events', 'events', `SELECT COUNT(*) FROM events`],
	['/admin/events?sort=start', 'events', `SELECT COUNT(*) FROM events`, csv => falling(csv.map(row => Date.parse(row[3])))],
	['/admin/events?state=draft&sort=start', 'events', `SELECT COUNT(*) FROM events WHERE state = 'draft'`, csv => csv.every(row => row[5] === 'draft')],
	['/admin/products', 'products', 'SELECT COUNT(*) FROM products'],
	['/admin/products?sort=name', 'products', 'SELECT COUNT(*) FROM products', csv => rising(csv.map(row => row[0].toLowerCase()), (a, b) => a < b ? -1 : a > b)],
	['/admin/products?sort=stock', 'products', 'SELECT COUNT(*) FROM products', csv => rising(csv.map(row => row[3] === '' ? Infinity : Number(row[3])), (a, b) => a <= b ? 0 : 1)],
	['/admin/products?kind=item&stock=sold_out&sort=stock', 'products', `SELECT COUNT(*) FROM products WHERE kind = 'item' AND remain = 0`],
	['/admin/customers', 'customers', 'SELECT COUNT(*) FROM users'],
	['/admin/customers?sort=name', 'customers', 'SELECT COUNT(*) FROM users WHERE username IS NOT NULL'],
	[`/admin/customers?search=${prefix}`, 'customers', `SELECT ${CUSTOMERS}`, csv => rising(csv.map(row => row[1]), byText)],
	[`/admin/customers?event=${event.slug}`, 'customers', `SELECT ${CUSTOMERS}`, csv => falling(csv.map(row => Number(row[0])))],
	[`/admin/customers?event=${event.slug}&sort=count`, 'customers', `SELECT ${CUSTOMERS}`, csv => falling(csv.map(row => Number(row[6])))],
	[`/admin/customers?event=${event.slug}&sort=last`, 'customers', `SELECT ${CUSTOMERS}`, csv => falling(csv.map(row => Date.parse(row[7])))],
	[`/admin/customers?event=${event.slug}&sort=name`, 'customers', `SELECT ${CUSTOMERS}`, csv => rising(csv.map(row => row[1]), byText)],
	[`/admin/customers?event=${event.slug}&search=${prefix}`, 'customers', `SELECT ${CUSTOMERS}`],
	['/admin/claims?sort=oldest', 'claims', 'SELECT COUNT(*) FROM claims', csv => rising(csv.map(row => Number(row[0])))],
	[`/admin/claims?event=${event.slug}`, 'claims', `SELECT ${CUSTOMERS}`, csv => falling(csv.map(row => Number(row[0])))],
	[`/admin/claims?event=${event.slug}&sort=oldest`, 'claims', `SELECT ${CUSTOMERS}`, csv => rising(csv.map(row => Number(row[0])))],
	[`/admin/claims?event=${event.slug}&state=claimed&sort=oldest`, 'claims', `SELECT ${CUSTOMERS}`],
	[`/admin/claims?product=${event.milestones[0].product}&sort=oldest`, 'claims', `SELECT ${CUSTOMERS}`],
	['/admin/claims?state=claimed&sort=oldest', 'claims', `SELECT COUNT(*) FROM claims WHERE state = 'claimed'`],
	[`/admin/claims?customer=${customer}`, 'claims', 'SELECT 1', csv => csv[0][2] === 'listed'],
	['/admin/payouts', 'payouts', 'SELECT COUNT(*) FROM payouts', csv => falling(csv.map(row => Number(row[0])))],
	['/admin/payouts?sort=oldest', 'payouts', 'SELECT COUNT(*) FROM payouts', csv => rising(csv.map(row => Number(row[0])))],
	['/admin/payouts?state=failed', 'payouts', "SELECT COUNT(*) FROM payouts WHERE state = 'failed'", csv => falling(csv.map(row => Number(row[0])))],
	['/admin/payouts?state=paid&sort=oldest', 'payouts', "SELECT COUNT(*) FROM payouts WHERE state = 'paid'", csv => rising(csv.map(row => Number(row[0])))],
	[`/admin/payouts?whose=${prefix}-1`, 'payouts', 'SELECT 60', csv => falling(csv.map(row => Number(row[0])))],
	[`/admin/payouts?whose=%23${customer}&sort=oldest`, 'payouts', `SELECT COUNT(*) FROM payouts WHERE user_id = ${customer}`, csv => rising(csv.map(row => Number(row[0])))],
	[`/admin/payouts?whose=${prefix}-1&state=failed`, 'payouts', 'SELECT 30', csv => csv.every(row => row[6] === 'failed')],
	['/admin/messages?state=discarded', 'messages', `SELECT COUNT(*) FROM outbox_messages WHERE state = 'discarded'`, csv => csv.map(row => row[0]).join() === discarded.join()],
	['/admin/staff', 'staff', 'SELECT COUNT(*) FROM staff'],
	['/admin/staff?role=viewer&state=active', 'staff', `SELECT COUNT(*) FROM staff WHERE role = 'viewer' AND state = 'active'`],
	[`/admin/audit?who=staff:${owner.id}`, 'audit', `SELECT COUNT(*) FROM audit_entries WHERE actor = 'staff:${owner.id}'`],
	[`/admin/audit?who=staff:${owner.id}&about=product`, 'audit', `SELECT COUNT(*) FROM audit_entries WHERE actor = 'staff:${owner.id}' AND subject = 'product'`],
	['/admin/audit?about=product', 'audit', `SELECT COUNT(*) FROM audit_entries WHERE subject = 'product'`],
	['/admin/audit?about=product&number=2', 'audit', `SELECT COUNT(*) FROM audit_entries WHERE subject = 'product' AND subject_id = 2`],
]

test('every list continues in its order without gaps or repetitions, and is the same as CSV', async () => {
	await owner.get(`/admin/customers?event=${event.slug}`)         // its first count
	for (const [path, name, sums, holds] of LISTS()) {
		const { rows, pages } = await pagesOf(path), [page, query = ''] = path.split('?'), wanted = await count(sums)
		const repeated = rows.map(row => row.join(' | ')).filter((row, i, all) => all.indexOf(row) !== i)
		assert.deepEqual(repeated, [], `${path} shows rows again`)
		assert.equal(rows.length, wanted, path)
		assert.ok(pages >= wanted / 50, path)
		const file = await owner.get(`${page}.csv?${query}`)
		assert.equal(file.status, 200, path)
		assert.match(file.headers.get('content-disposition'), new RegExp(`dojang-${name}\\.csv`))
		const csv = parse(file.text)
		assert.equal(csv.length, wanted, `${path} as CSV`)
		assert.equal(new Set(csv.map(row => row.join('\u0000'))).size, wanted, `${path} repeats rows`)
		if (holds)
			assert.ok(holds(csv), `${path} is not in order, or has other rows`)
	}
})

test('the ledger and the stock movements have pages, and the ledger can be filtered', async () => {
	const path = `/admin/customers/${customer}`
	let seen = 0
	for (let at = `${path}?source=staff`; at;) {
		const { text } = await owner.get(at)
		seen += (text.match(/word-staff"/g) ?? []).length
		at = nextOf(text)
	}
	assert.equal(seen, 60)
	assert.equal(parse((await owner.get(`${path}/points.csv?source=staff`)).text).length, 60)
	assert.equal(parse((await owner.get(`${path}/points.csv`)).text).length, 120)
})

test('a cursor is valid only for its list, filter, order and reader', async () => {
	const other = await staff('owner'), cursorOf = async path => new URL(nextOf((await owner.get(path)).text), 'http://x').searchParams.get('cursor')
	const cursor = await cursorOf('/admin/products?sort=name')
	const status = async (who, path) => (await who.get(path)).status
	assert.equal(await status(owner, `/admin/products?sort=name&cursor=${cursor}`), 200)
	for (const path of ['/admin/products?', '/admin/products?sort=stock&', '/admin/products?kind=item&sort=name&', '/admin/customers?sort=name&', '/admin/staff?'])
		assert.equal(await status(owner, `${path}cursor=${cursor}`), 400, path)
	assert.equal(await status(other, `/admin/products?sort=name&cursor=${cursor}`), 400)
	const bytes = Buffer.from(cursor, 'base64url')
	for (const at of [0, 8, bytes.length - 1]) {
		const bent = Buffer.from(bytes)
		bent[at] ^= 1
		assert.equal(await status(owner, `/admin/products?sort=name&cursor=${bent.toString('base64url')}`), 400)
	}
	assert.equal(await status(owner, `/admin/products?sort=name&cursor=${bytes.subarray(0, 20).toString('base64url')}`), 400)
})

test('unknown filters and orders are refused', async () => {
	for (const path of ['/admin/products?sort=price', '/admin/events?state=gone', '/admin/claims?sort=name', '/admin/messages?state=sent', '/admin/audit?about=secret',
		'/admin/audit?number=x', '/admin/audit?who=%C2%BF', '/admin/staff?role=king', '/admin/customers?sort=points', `/admin/customers/${customer}?source=x`])
		for (const at of [path, path.replace('?', '.csv?')])
			if (!at.includes('/points.csv') && !/\/\d+\.csv/.test(at))
				assert.equal((await owner.get(at)).status, 400, at)
	assert.equal((await owner.get('/admin/customers?event=nowhere')).status, 404)
	assert.equal((await owner.get('/admin/claims?event=&product=&state=&customer=&review=&sort=newest')).status, 200, 'the unchanged form')
	assert.equal((await owner.get('/admin/audit?who=&about=&number=')).status, 200)
	assert.match((await owner.get('/admin/audit?number=1')).text, /Choose under &quot;About&quot; what this number belongs to/)
})

test('the customers of an event are counted from their days', async () => {
	const wrong = await count(`SELECT COUNT(*) FROM participants p WHERE event_id = (SELECT id FROM events WHERE slug = '${event.slug}') AND (days <>
		(SELECT COUNT(*) FROM attendance a WHERE a.event_id = p.event_id AND a.user_id = p.user_id) OR last_on <> (SELECT MAX(date) FROM attendance a
		WHERE a.event_id = p.event_id AND a.user_id = p.user_id))`)
	assert.equal(wrong, 0)
	await sql(`DELETE FROM attendance WHERE user_id = ${customer} AND event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`)
	await sql(`DELETE FROM claims WHERE user_id = ${customer} AND event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`)
	await sql(`UPDATE summaries SET participants_at = participants_at - INTERVAL 1 HOUR WHERE event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`)
	const there = () => count(`SELECT COUNT(*) FROM participants WHERE user_id = ${customer} AND event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`)
	assert.equal(await there(), 1)
	await owner.get(`/admin/customers?event=${event.slug}`)         // viewing the list triggers a new count
	for (let i = 0; i < 200 && await there(); i++)
		await new Promise(resolve => setTimeout(resolve, 50))
	assert.equal(await there(), 0)
})
