// SPDX-License-Identifier: MIT
// What pages show of numbers, states, dates and of who looks at them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { customer as shopper, expect } from '../http/client.js'
import { addDays, attended, count, dateIn, freshEvent, freshProduct, sql, unique } from '../http/harness.js'
import { Visitor, staff } from './client.js'

let manager, event, customer
before(async () => {
	manager = await staff('manager')
	event = await freshEvent({ from: -70, to: 5, milestones: [{ at: 1, kind: 'item', name: 'Cup', stock: 9 }, { at: 2, points: 10 }, { at: 3, kind: 'coupon' }, { at: 400, points: 1 }] })
	const subject = unique('looks')
	await attended(event, { [subject]: [-65, -64, -63] })
	customer = (await sql(`SELECT id FROM users WHERE subject = '${subject}'`))[0]
	customer.subject = subject
	await sql(`INSERT INTO claims (id, event_id, user_id, milestone_id, product_id, product_name, kind, points, claimed_at)
		SELECT 70000 + m.id, m.event_id, ${customer.id}, m.id, p.id, p.name, p.kind, p.points, '2026-11-26 13:48:35' FROM milestones m JOIN products p ON p.id = m.product_id
		WHERE m.event_id = (SELECT id FROM events WHERE slug = '${event.slug}') AND m.at < 400`)
})

// The audits of other tests would find claims without movements.
after(() => sql(`DELETE FROM claims WHERE user_id = ${customer.id}`))

const page = async (path, who = manager) => (await who.get(path)).text
const claimAt = async at => (await sql(`SELECT c.id FROM claims c JOIN milestones m ON m.id = c.milestone_id WHERE m.at = ${at} AND c.user_id = ${customer.id}`))[0].id

test('numbers that identify something are not grouped, and amounts are', async () => {
	const id = await claimAt(1)
	assert.ok(id > 70000)
	for (const path of [`/admin/claims?event=${event.slug}`, `/admin/claims/${id}`, `/admin/customers/${customer.id}`]) {
		const text = await page(path)
		assert.ok(text.includes(String(id)), path)
		assert.ok(!text.includes(`${Math.floor(id / 1000)},${String(id).slice(-3)}`), path)
	}
	const product = await freshProduct({ kind: 'item', stock: 12345 })
	assert.match(await page(`/admin/products/${product}`), /\+12,345/)
})

test('points and coupons are done once claimed; only goods wait for staff', async () => {
	const word = async (id, who) => (await page(`/admin/claims/${id}`, who)).match(/<h1>.*?<span class="word word-([a-z]+)">([^<]*)/).slice(1).join(' ')
	const korean = await staff('viewer', { language: 'ko' })
	for (const { at, english, hangul } of [{ at: 1, english: 'claimed claimed', hangul: 'claimed 접수' }, { at: 2, english: 'credited credited', hangul: 'credited 적립' },
		{ at: 3, english: 'issued issued', hangul: 'issued 발급' }]) {
		assert.equal(await word(await claimAt(at), manager), english)
		assert.equal(await word(await claimAt(at), korean), hangul)
	}
	for (const path of [`/admin/claims?event=${event.slug}`, `/admin/customers/${customer.id}`])
		assert.deepEqual([...(await page(path)).matchAll(/word-(claimed|credited|issued)"/g)].map(([, word]) => word).sort(), ['claimed', 'credited', 'issued'], path)
})

test('stock movements have a sign, and what was left after them', async t => {
	const product = await freshProduct({ kind: 'item', stock: 5 })
	for (const delta of ['20', '-3'])
		assert.equal((await manager.send(`/admin/products/${product}/stock`, { delta, reason: 'x' })).status, 303)
	const cells = async path => [...(await page(path)).matchAll(/<td data-label="(?:Change|Left)"[^>]*>([^<]*)/g)].map(([, text]) => text)
	assert.deepEqual(await cells(`/admin/products/${product}`), ['−3', '22', '+20', '25', '+5', '5'])
	// The audits of other tests would miss these changes in the audit log, so they are removed again.
	const mark = unique('move')
	await sql(`INSERT INTO stock_movements (product_id, delta, source, reference, reason, at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
		SELECT ${product}, 1, 'staff', CONCAT('${mark}', i), 'x', UTC_TIMESTAMP() FROM n`)
	await sql(`UPDATE products SET remain = remain + 60 WHERE id = ${product}`)
	t.after(async () => {
		await sql(`DELETE FROM stock_movements WHERE reference LIKE '${mark}%'`)
		await sql(`UPDATE products SET remain = remain - 60 WHERE id = ${product}`)
	})
	const next = (await page(`/admin/products/${product}`)).match(/class="pages"><a class="button" href="([^"]*)"/)[1].replaceAll('&amp;', '&')
	assert.deepEqual((await cells(next)).slice(0, 2), ['+1', '32'])
	assert.deepEqual((await cells(next)).slice(-6), ['−3', '22', '+20', '25', '+5', '5'])
})

test('a customer\'s page opens on the month of the last check-in', async () => {
	const last = addDays(event.today, -63), month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(last))
	const text = await page(`/admin/customers/${customer.id}`)
	assert.ok(text.includes(`<h3>${month}</h3>`), month)
	assert.match(text, /class="in stamped/)
	const now = event.today.slice(0, 7)
	assert.ok(!(await page(`/admin/customers/${customer.id}?event=${event.slug}&month=${now}`)).includes('class="in stamped'), 'a requested month is shown as requested')
})

test('a milestone out of reach is allowed, with a warning', async () => {
	assert.match(await page(`/admin/events/${event.slug}`), /The event has only 76 days, so nobody can reach 400 check-ins/)
	assert.match(await page(`/admin/events/${event.slug}/milestones/new`), /The event has 76 days\./)
	const reachable = await freshEvent({ milestones: [{ at: 21, points: 1 }] })
	assert.doesNotMatch(await page(`/admin/events/${reachable.slug}`), /nobody can reach/)
})

test('an event links to its figures, claims and customers', async () => {
	const text = await page(`/admin/events/${event.slug}`)
	for (const path of [`/admin/?event=${event.slug}`, `/admin/claims?event=${event.slug}`, `/admin/customers?event=${event.slug}&amp;sort=count`])
		assert.ok(text.includes(`href="${path}"`), path)
})

test('the overview opens on a running event, not on one to come', async () => {
	await freshEvent({ from: 20, to: 30 })
	const chosen = (await page('/admin/')).match(/\/admin\/\?event=([a-z0-9-]+)&amp;range=30" aria-current="page"/)[1]
	const [{ starts_on, ends_on }] = await sql(`SELECT starts_on, ends_on FROM events WHERE slug = '${chosen}'`), today = dateIn('Asia/Seoul')
	assert.ok(starts_on <= today && ends_on >= today, chosen)
})

test('an error page keeps the menu, the name and the language of whoever is signed in', async () => {
	const korean = await staff('viewer', { language: 'ko' })
	for (const path of ['/admin/no-such-page', '/admin/claims/999999999']) {
		const { status, text } = await korean.get(path)
		assert.equal(status, 404, path)
		assert.match(text, /<html lang="ko">/)
		assert.match(text, /<nav class="menu"/, path)
		assert.ok(text.includes('/admin/sign-out'), path)
	}
	assert.doesNotMatch((await new Visitor().get('/admin/no-such-page')).text, /<nav class="menu"/)
})

test('claims as CSV name the customer, the event, the local time and whether an address was given', async () => {
	const { text } = await manager.get(`/admin/claims.csv?event=${event.slug}`)
	const [heads, ...rows] = text.replace(/^\ufeff/, '').trimEnd().split('\r\n').map(line => line.split(',').map(cell => cell.replaceAll('"', '')))
	const first = rows.find(row => row[0] === String(70000 + event.milestones[0].id)), of = head => first[heads.indexOf(head)]
	assert.deepEqual(['Claimed', 'Claimed (local time)', 'Web name', 'Customer ID in the shop', 'Customer number', 'Check-ins', 'Address given'].map(of),
		['2026-11-26T13:48:35Z', '2026-11-26 22:48:35', event.slug, customer.subject, String(customer.id), '1', 'no'])
	assert.doesNotMatch(await page(`/admin/claims?event=${event.slug}`), /data-label="Customer ID in the shop"/, 'files only')
})

test('the chart of customers says what it draws', async () => {
	assert.match(await page('/admin/?event=stamps'), /Customers who reached n check-ins/)
	assert.match(await page('/admin/?event=stamps', await staff('viewer', { language: 'ko' })), /n회 이상 출석한 고객/)
})

test('before an event is opened, the page says what would be missing', async () => {
	const draft = await freshEvent({ from: -2, to: 2, open: false, milestones: [{ at: 9, kind: 'item', stock: 0 }] })
	const path = `/admin/events/${draft.slug}/open`, text = await page(path)
	const checks = [...text.matchAll(/<li class="(good|doubtful)">([^<]*)/g)].map(([, verdict, words]) => `${verdict} ${words}`)
	assert.deepEqual(checks.map(check => check.split(' ')[0]), ['good', 'doubtful', 'doubtful', 'doubtful', 'doubtful', 'doubtful'], checks.join())
	assert.match(text, /Nobody can reach 9 check-ins: the event has only 5 days/)
	assert.match(text, /Milestones whose product is sold out: 1\./)
	assert.equal((await manager.send(path)).status, 303, 'doubts do not forbid it')
	assert.equal((await manager.get(path)).location, `/admin/events/${draft.slug}`)
	assert.match(await page(`/admin/events/${draft.slug}`), /word-running/)
})

test('an empty list has a picture and the next action; settings begin with what concerns staff', async () => {
	const text = await page('/admin/claims?state=cancelled&product=999999')
	assert.match(text, /<svg class="icon picture"[^>]*><use href="#icon-claims"/)
	const settings = await page('/admin/settings', await staff('owner'))
	assert.match(settings, /Erased 30 days after delivery[^]*<details>[^]*database\.hosts/)
})

test('goods to ship are a list of their own; their addresses are one file, and each look is recorded', async () => {
	const goods = await freshEvent({ milestones: [{ at: 1, kind: 'item', name: 'Umbrella', stock: 9 }] }), people = [unique('ship'), unique('ship')], ids = []
	await attended(goods, Object.fromEntries(people.map(subject => [subject, [-1]])))
	for (const subject of people)
		ids.push(expect(await shopper(subject).post(goods.milestones[0].path), 201).id)
	const address = { name: '김민지', phone: '010-0000-0000', postcode: '04524', lines: ['서울 중구 세종대로 110', '=1+1'], country: 'KR' }
	expect(await shopper(people[0]).call('PUT', `/api/v1/me/claims/${ids[0]}/address`, { body: { ...address, consent: true } }), 204)
	const list = await page('/admin/claims-to-ship')
	for (const [id, word] of [[ids[0], 'yes'], [ids[1], 'no']])
		assert.match(list, new RegExp(`/admin/claims/${id}">.*?Umbrella.*?word-${word}"`), String(id))
	assert.ok(!list.includes('김민지'))
	const path = '/admin/claims-addresses', looks = () => count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'address.read' AND subject_id IN (${ids})`)
	assert.equal((await manager.send(path, { reason: '' })).status, 422)
	assert.equal((await (await staff('viewer')).get(path)).status, 403)
	assert.equal(await looks(), 0)
	const { status, headers, text } = await manager.send(path, { reason: 'parcels of today' })
	assert.equal(status, 200)
	assert.match(headers.get('content-disposition'), /dojang-addresses\.csv/)
	assert.equal(headers.get('cache-control'), 'no-store')
	const row = text.split('\r\n').find(line => line.startsWith(`${ids[0]},`))
	assert.equal(row, `${ids[0]},"김민지","010-0000-0000","04524","서울 중구 세종대로 110","'=1+1","KR","Umbrella"`)
	assert.ok(!text.includes(`\n${ids[1]},`), 'without an address there is nothing to write on a parcel')
	assert.equal(await looks(), 1)
	assert.match((await sql(`SELECT after_change FROM audit_entries WHERE action = 'address.read' AND subject_id = ${ids[0]}`))[0].after_change, /parcels of today/)
})

/* --- search ------------------------------------------------------------------------------------------------------------------------ */

test('search finds by number, tracking number, subject, name, product and event; a single hit is opened', async () => {
	const viewer = await staff('viewer'), id = await claimAt(1), name = unique('Very odd % name'), product = await freshProduct({ kind: 'item', stock: 1, name })
	const tracking = unique('KR')
	await sql(`UPDATE claims SET state = 'shipped', tracking = '${tracking}' WHERE id = ${id}`)
	const found = async q => { const { status, location, text } = await viewer.get(`/admin/search?q=${encodeURIComponent(q)}`); return status === 303 ? location : [status, text] }
	for (const [q, path] of [[`#${id}`, `/admin/claims/${id}`], [tracking, `/admin/claims/${id}`], [customer.subject, `/admin/customers/${customer.id}`], [event.slug, `/admin/events/${event.slug}`],
		[name.slice(2, -1), `/admin/products/${product}`], ['%', `/admin/products/${product}`]])
		assert.equal(await found(q), path, q)
	for (const q of ['', 'no such thing at all', `'"<b>`]) {
		const [status, text] = await found(q)
		assert.equal(status, 200, q)
		assert.ok(!text.includes('<table'), q)
		assert.ok(!text.includes('<b>`'), q)
	}
	assert.equal((await viewer.get(`/admin/search?q=${'x'.repeat(191)}`)).status, 400)
})
