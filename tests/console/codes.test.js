// SPDX-License-Identifier: MIT
// Lists of coupon codes in the console: a preview first, then all or none are added; a code is
// given once, whatever else happens.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../delivery/installation.js'
import { customer, expect, tally } from '../http/client.js'
import { attended, count, demo, freshEvent, freshProduct, sql, unique } from '../http/harness.js'
import { hidden, routes, staff, withoutScript } from './client.js'

const left = product => count(`SELECT remain FROM products WHERE id = ${product}`)
const codes = (prefix, n) => Array.from({ length: n }, (_, i) => `${prefix}-${i}`)
const figures = page => [...page.matchAll(/<dd>([0-9,]+)<\/dd>/g)].map(match => Number(match[1].replaceAll(',', '')))
const wrongLines = page => [...page.matchAll(/<tr><td>([0-9]+)<\/td>/g)].map(match => Number(match[1]))
const audited = who => sql(`SELECT after_change FROM audit_entries WHERE actor = 'staff:${who.id}' AND action = 'stock.change' ORDER BY id`)

function formOf(page, fields) {
	const form = new FormData()
	for (const [name, value] of Object.entries({ _token: hidden(page, '_token'), _form: hidden(page, '_form'), ...fields }))
		if (value instanceof Blob)
			form.append(name, value, 'codes.csv')
		else
			form.append(name, value)
	return form
}
/** Sends a list and returns what the page says about it. */
async function look(who, product, list) {
	const path = `/admin/products/${product}/codes`, { text } = await who.get(path)
	return who.request(path, { method: 'POST', form: formOf(text, { file: new Blob([list]), codes: '' }) })
}
/** Sends the form of the preview page. */
const confirmation = looked => formOf(looked.text, { is_confirmed: 'yes', codes: hidden(looked.text, 'codes') })
const confirm = (who, product, looked) => who.request(`/admin/products/${product}/codes`, { method: 'POST', form: confirmation(looked) })

async function eventWithCoupons(customers) {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'coupon' }] })
	const people = Array.from({ length: customers }, () => customer(unique('c')))
	if (customers)
		await attended(event, Object.fromEntries(people.map(who => [who.subject, [-1]])))
	return { event, milestone: event.milestones[0], product: event.milestones[0].product, people }
}

test('a list is previewed, then added completely; the audit log has the number of codes and no code', async () => {
	const manager = await staff('manager'), product = await freshProduct({ kind: 'coupon' }), prefix = unique('CODE')
	assert.match((await manager.get(`/admin/products/${product}`)).text, new RegExp(`/admin/products/${product}/codes`))
	assert.match((await manager.get(`/admin/products/${product}/codes`)).text, /At most 1 MB and 20,000 codes/)
	const first = await look(manager, product, `\ufeffcode\r\n${codes(prefix, 3).join('\r\n')}\r\n  ${prefix}-1 \r\n\r\n"${prefix},""<b>"\r\n`)
	assert.deepEqual(figures(first.text), [4, 1, 0, 0], first.text)
	assert.equal(await left(product), 0, 'the preview added nothing')
	assert.equal((await confirm(manager, product, first)).location, `/admin/products/${product}`)
	assert.equal(await left(product), 4)
	assert.equal(await count(`SELECT COUNT(*) FROM coupon_codes WHERE product_id = ${product} AND code = '${prefix},"<b>'`), 1)
	const second = await look(manager, product, codes(prefix, 5).join('\n'))
	assert.deepEqual(figures(second.text), [2, 0, 3, 0])
	await confirm(manager, product, second)
	assert.equal(await left(product), 6)
	const notes = (await audited(manager)).map(row => row.after_change)
	assert.deepEqual(notes.map(note => JSON.parse(note).delta), [4, 2])
	assert.equal(notes.some(note => note.includes(prefix)), false)
	assert.match(first.text, new RegExp(`<bdi>${prefix},&quot;&lt;b&gt;</bdi>`), 'the preview shows the codes')
	const shown = await Promise.all([`/admin/products/${product}`, `/admin/products/${product}/movements.csv`, '/admin/audit.csv'].map(path => manager.get(path)))
	assert.equal(shown.some(page => page.text.includes(prefix)), false, 'no page shows a code')
	assert.match((await look(manager, product, codes(prefix, 5).join('\n'))).text, /contains no new codes/)
})

test('invalid lines are named by number, and such a list cannot be added', async () => {
	const manager = await staff('manager'), product = await freshProduct({ kind: 'coupon' }), prefix = unique('BAD')
	const answer = await look(manager, product, [`code`, `${prefix}-1`, `${prefix}-2,2027-01-01`, 'x'.repeat(191), '""', '', '<script>', '#N/A'].join('\n'))
	assert.equal(answer.status, 200)
	assert.deepEqual([figures(answer.text), wrongLines(answer.text)], [[2, 0, 0, 3], [3, 4, 8]])
	assert.equal(/is_confirmed|<script/.test(withoutScript(answer.text)), false)
	assert.deepEqual(wrongLines((await look(manager, product, `${prefix}-1\n"open\n${prefix}-2`)).text), [2])
	const forced = await manager.request(`/admin/products/${product}/codes`, { method: 'POST', form: formOf(answer.text, { is_confirmed: 'yes', codes: `${prefix}-1\na,b` }) })
	assert.deepEqual([forced.status, wrongLines(forced.text)], [200, [2]])
	assert.equal(await left(product), 0)
	const refused = await look(manager, product, '')
	assert.equal(refused.status, 422)
	assert.match(refused.text, /Choose a file/)
	for (const [list, words] of [['a\nb\0c', /NUL/], ['a-1\nb\u0001-2', /control character/], [new Uint8Array([0x61, 0x0a, 0xff]), /not UTF-8, UTF-16 or CP949/]]) {
		const answer = await look(manager, product, list)
		assert.deepEqual(wrongLines(answer.text), [2])
		assert.match(answer.text, words)
		assert.equal(/is_confirmed/.test(answer.text), false)
	}
	const path = `/admin/products/${product}/codes`, page = (await manager.get(path)).text
	const both = await manager.request(path, { method: 'POST', form: formOf(page, { file: new Blob(['A-1']), codes: 'B-1' }) })
	assert.equal(both.status, 422)
	assert.match(both.text, /not both/)
	assert.match(both.text, /B-1/, 'what was typed is still there')
})

const utf16 = text => Buffer.from(`\ufeff${text}`, 'utf16le')
const cp949 = { 쿠폰번호: [0xc4, 0xed, 0xc6, 0xf9, 0xb9, 0xf8, 0xc8, 0xa3] }
test('a file of a spreadsheet works as it is, and the page says how it was read, in both languages', async () => {
	for (const language of ['en', 'ko']) {
		const manager = await staff('manager', { language }), product = await freshProduct({ kind: 'coupon' }), unseen = '\u00a0\u200b\u2060\ufeff\u00ad'
		for (const [file, ...said] of [
			[code => Buffer.from(`쿠폰번호\r\n${code}\r\n`), 'UTF-8', '쿠폰번호'],
			[code => utf16(`쿠폰 번호\t메모\r\n${code}\tx\r\n`), 'UTF-16LE', '쿠폰 번호', '메모', /tabs|탭/],
			[code => Buffer.from([...cp949.쿠폰번호, ...Buffer.from(`\r\n${code}\r\n`)]), 'CP949', '쿠폰번호'],
			[code => `coupon;;\n${code};;\n;;\n`, 'UTF-8', 'coupon'],
			[code => `Coupon Code\r${code}\r`, 'Coupon Code'],
			[code => `쿠폰,쿠폰번호\n커피,${code}\n`, /column 2|2번째 열/],
			[code => `${unseen}${code}${unseen}`, /column 1|1번째 열/],
		]) {
			const code = unique('FILE'), looked = await look(manager, product, file(code))
			assert.deepEqual(figures(looked.text), [1, 0, 0, 0], looked.text)
			assert.match(looked.text, new RegExp(`<bdi>${code}</bdi>`))
			for (const words of said)
				assert.match(looked.text, words instanceof RegExp ? words : new RegExp(words))
			assert.equal((await confirm(manager, product, looked)).status, 303)
			assert.equal(await count(`SELECT COUNT(*) FROM coupon_codes WHERE product_id = ${product} AND code = '${code}'`), 1)
		}
		assert.equal(await left(product), 7)
		const code = unique('ROW')
		for (const [list, line, words] of [
			[`code\n${code}\n6.2345E+11`, 3, /scientific|지수/], [`code\n${code}\n1-Mar\n`, 3, /date|날짜/], [`code\n#####`, 2, /error|오류/],
			[`code\n12345678901234500\n12345678901234600`, 2, /rounded|반올림/], [`난수값\n${code}\n${code}-2`, 1, /heading|제목/], [`${code}\n쿠폰 번호\n`, 2, /heading|제목/],
		]) {
			const looked = await look(manager, product, list)
			assert.deepEqual(wrongLines(looked.text), [line], list)
			assert.match(looked.text, words)
			assert.equal(/is_confirmed/.test(looked.text), false)
		}
	}
})

test('codes added meanwhile stop the whole list, and a form sent twice adds once', async () => {
	const manager = await staff('manager'), product = await freshProduct({ kind: 'coupon' }), other = await freshProduct({ kind: 'coupon' }), prefix = unique('RACE')
	const looked = await look(manager, product, codes(prefix, 3).join('\n'))
	await confirm(manager, other, await look(manager, other, `${prefix}-2`))
	const late = await confirm(manager, product, looked)
	assert.equal(late.status, 409)
	assert.match(late.text, /arrived in the meantime/)
	assert.equal(await count(`SELECT COUNT(*) FROM coupon_codes WHERE product_id = ${product}`), 0)
	const again = await look(manager, product, codes(prefix, 3).join('\n'))
	const answers = await Promise.all([1, 2, 3, 4].map(() => confirm(manager, product, again)))
	assert.deepEqual(answers.map(answer => answer.status), [303, 303, 303, 303])
	assert.equal(await left(product), 2)
	const item = await freshProduct({ kind: 'item', stock: 1 })
	assert.equal((await manager.get(`/admin/products/${item}/codes`)).location, `/admin/products/${item}`)
	assert.equal((await confirm(manager, item, await look(manager, other, unique('X')))).status, 409)
	assert.equal(await left(item), 1)
})

test('a list can be as long as the page says, and no longer', async () => {
	const manager = await staff('manager'), product = await freshProduct({ kind: 'coupon' }), prefix = unique('L').padEnd(40, 'x')
	const list = codes(prefix, 20000)
	assert.ok(list.join('\n').length > 900e3)
	const looked = await look(manager, product, list.join('\n'))
	assert.deepEqual(figures(looked.text), [20000, 0, 0, 0])
	assert.equal((await confirm(manager, product, looked)).status, 303)
	assert.equal(await left(product), 20000)
	assert.deepEqual(wrongLines((await look(manager, product, [...codes('y', 20000), 'z'].join('\n'))).text), [20001])
	assert.match((await look(manager, product, codes(prefix, 30000).join('\n'))).text, /too long/)
	const far = await look(manager, product, 'x'.repeat(3 << 20))
	assert.equal(far.status, 413)
	assert.match(far.headers.get('content-type'), /^text\/html/)
	const stock = await manager.get(`/admin/products/${product}/stock`)
	assert.equal((await manager.request(`/admin/products/${product}/stock`, { method: 'POST', form: formOf(stock.text, { delta: '1', reason: 'x'.repeat(70000) }) })).status, 413)
})

test('64 connections claim while lists are added: no code twice, none lost, no wrong sold-out', async () => {
	const { milestone, product, people } = await eventWithCoupons(160), prefix = unique('RUSH'), manager = await staff('manager')
	await confirm(manager, product, await look(manager, product, codes(prefix, 40).join('\n')))
	const more = []
	for (let i = 0; i < 4; i++)
		more.push(await look(manager, product, codes(`${prefix}-${i}`, 500).join('\n')))
	const adding = (async () => {
		for (const looked of more)
			assert.equal((await confirm(manager, product, looked)).status, 303)
	})()
	const claim = async who => {
		for (;;) {
			const answer = await who.post(milestone.path)
			if (answer.status !== 409)
				return answer
		}
	}
	const answers = await Promise.all(people.map(claim))
	await adding
	assert.deepEqual(tally(answers), { 201: 160 })
	const given = answers.map(answer => answer.body.coupon)
	assert.equal(new Set(given).size, 160)
	assert.equal(await left(product), 40 + 4 * 500 - 160)
	assert.equal(await count(`SELECT COUNT(*) FROM coupon_codes WHERE product_id = ${product} AND claim_id IS NULL`), await left(product))
	assert.equal(await count(`SELECT COUNT(*) FROM (SELECT coupon FROM claims WHERE product_id = ${product} GROUP BY coupon HAVING COUNT(*) > 1) twice`), 0)
})

test('new codes end the sold-out state, and the next time staff are notified again', async () => {
	const { milestone, product, people } = await eventWithCoupons(3), manager = await staff('manager'), prefix = unique('AGAIN')
	const alerts = () => count(`SELECT COUNT(*) FROM outbox_messages WHERE kind = 'stock.sold_out' AND product_id = ${product} AND channel = 'mail'`)
	const add = async code => confirm(manager, product, await look(manager, product, code))
	await add(`${prefix}-1`)
	expect(await people[0].post(milestone.path), 201)
	await until(async () => await alerts() === 1, 'the first alert')
	expect(await people[1].post(milestone.path), 409, 'sold-out')
	assert.match((await manager.get(`/admin/products/${product}`)).text, /word-sold_out/)
	await add(`${prefix}-2`)
	assert.doesNotMatch((await manager.get(`/admin/products/${product}`)).text, /word-sold_out/)
	assert.equal(expect(await people[1].post(milestone.path), 201).coupon, `${prefix}-2`)
	await until(async () => await alerts() === 2, 'the second alert')
})

test('the page needs a manager, and the token is also checked in a form with files', async () => {
	assert.deepEqual(routes.filter(route => route.path.endsWith('/codes')).map(route => route.role), ['manager', 'manager'])
	const manager = await staff('manager'), other = await staff('manager'), product = await freshProduct({ kind: 'coupon' }), path = `/admin/products/${product}/codes`
	const form = formOf((await other.get(path)).text, { codes: unique('X'), is_confirmed: 'yes' })
	assert.equal((await manager.request(path, { method: 'POST', form })).status, 403)
	const own = formOf((await manager.get(path)).text, { codes: unique('X'), is_confirmed: 'yes' })
	assert.equal((await manager.request(path, { method: 'POST', form: own, headers: { origin: `${demo.base_url}0` } })).status, 403)
	assert.equal(await left(product), 0)
})

test('a code that a customer received is shown to managers alone, and each look is in the audit log', async () => {
	const [manager, viewer] = [await staff('manager'), await staff('viewer')]
	const { milestone, product, people: [customer] } = await eventWithCoupons(1), code = unique('SECRET')
	assert.equal((await confirm(manager, product, await look(manager, product, code))).status, 303)
	const claim = expect(await customer.post(milestone.path), 201), path = `/admin/claims/${claim.id}`
	assert.equal(claim.coupon, code)
	const looks = () => count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'coupon.read' AND subject = 'claim' AND subject_id = ${claim.id}`)
	const number = await count(`SELECT user_id FROM claims WHERE id = ${claim.id}`)
	for (const who of [manager, viewer])
		for (const page of [path, '/admin/claims', '/admin/claims.csv', `/admin/products/${product}`, `/admin/customers/${number}`]) {
			const { status, text } = await who.get(page)
			assert.deepEqual([status, text.includes(code)], [200, false], page)
		}
	assert.equal((await viewer.send(`${path}/coupon`, {}, { from: path })).status, 403)
	assert.equal(await looks(), 0)
	const shown = await manager.send(`${path}/coupon`, {}, { from: path })
	assert.deepEqual([shown.status, shown.text.includes(code)], [200, true])
	assert.equal(await looks(), 1)
})
