// SPDX-License-Identifier: MIT
// Coupons: a code is given once, no codes left means sold out, and a list is imported completely or
// not at all.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { customer, expect, tally } from './client.js'
import { attended, count, demo, dojangctl, freshEvent, sql, unique } from './harness.js'

/** Adds codes to a product, from a file with these lines or bytes. */
async function add(product, lines) {
	const file = join(dirname(demo.settings_file), `${unique('codes')}.csv`)
	writeFileSync(file, lines instanceof Uint8Array ? lines : lines.join('\n'))
	try {
		return await dojangctl('coupon', 'import', '--product', product, '--file', file)
	} finally {
		rmSync(file)
	}
}
const codes = (prefix, n) => Array.from({ length: n }, (_, i) => `${prefix}-${i}`)
const left = product => count(`SELECT remain FROM products WHERE id = ${product}`)

async function eventWithCoupons(n, prefix = unique('CODE')) {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'coupon' }] })
	const [milestone] = event.milestones
	if (n)
		assert.equal((await add(milestone.product, ['code', ...codes(prefix, n)])).added, n)
	return { event, milestone, prefix }
}

test('a claim gets the first code, and the customer sees it again', async () => {
	const { event, milestone, prefix } = await eventWithCoupons(2)
	const who = customer(unique('c'))
	expect(await who.post(`${event.path}/attendance`), 201)
	const claim = expect(await who.post(milestone.path), 201)
	assert.equal(claim.coupon, `${prefix}-0`)
	assert.deepEqual(expect(await who.post(milestone.path), 200), claim)
	assert.equal(expect(await who.get('/api/v1/me/claims'), 200).items[0].coupon, `${prefix}-0`)
	assert.equal(await left(milestone.product), 1)
})

test('a coupon without codes is sold out until some are added', async () => {
	const { event, milestone } = await eventWithCoupons(0)
	const who = customer(unique('c'))
	expect(await who.post(`${event.path}/attendance`), 201)
	expect(await who.post(milestone.path), 409, 'sold-out')
	await add(milestone.product, ['code', unique('LATE')])
	expect(await who.post(milestone.path), 201)
})

test('100 codes, 200 customers at the same time: each code is given once', async () => {
	const { event, milestone } = await eventWithCoupons(100)
	const people = Array.from({ length: 200 }, () => customer(unique('c')))
	await attended(event, Object.fromEntries(people.map(who => [who.subject, [-1]])))
	const answers = await Promise.all(people.map(who => who.post(milestone.path)))
	assert.deepEqual(tally(answers), { 201: 100, '409 sold-out': 100 })
	assert.equal(new Set(answers.filter(answer => answer.status === 201).map(answer => answer.body.coupon)).size, 100)
	assert.equal(await left(milestone.product), 0)
})

test('a list is imported completely or not at all, and a wrong line is named', async () => {
	const { milestone, prefix } = await eventWithCoupons(1)
	const fresh = unique('NEW')
	for (const [lines, told] of [
		[['code', fresh, `${prefix}-0`], /line 3: this code is there already/],
		[['code', fresh, fresh], /line 3: this code is there already/],
		[['code', fresh, 'x'.repeat(191)], /line 3, code: .*190/],
		[['code', fresh, 'a,b'], /line 3: there are more cells than columns/],
		[['code', fresh, '6.2345E+11'], /line 3, code: .*scientific/],
		[['난수값', fresh, `${fresh}-1`], /line 1, code: this seems to be a heading/],
		[[fresh, '쿠폰 번호', `${fresh}-1`], /line 2, code: this is a heading/],
		[['code'], /there is no code/],
		[[''], /there is no code/],
	])
		await assert.rejects(add(milestone.product, lines), told)
	assert.deepEqual([await left(milestone.product), await count(`SELECT COUNT(*) FROM coupon_codes WHERE code LIKE '${fresh}%'`)], [1, 0])
})

test('a file of a spreadsheet is taken as it is', async () => {
	const { milestone } = await eventWithCoupons(0), [one, two] = [unique('ONE'), unique('TWO')]
	const first = await add(milestone.product, Buffer.from(`\ufeff번호\t쿠폰 번호\t\r\n1\t${one}\u00a0\t\r\n\t\t\r\n2\t\ufeff${two}\t\r\n`, 'utf16le'))
	assert.deepEqual([first.added, first.read], [2, { encoding: 'UTF-16LE', separator: 'tab', columns: [{ column: 'code', heading: '쿠폰 번호', position: 2 }], ignored: ['번호'] }])
	assert.deepEqual((await sql(`SELECT code FROM coupon_codes WHERE product_id = ${milestone.product} ORDER BY id`)).map(row => row.code), [one, two])
	assert.equal((await add(milestone.product, [unique('BARE'), unique('BARE')])).added, 2)
	assert.equal((await add(milestone.product, Buffer.concat([Buffer.from([0xc4, 0xed, 0xc6, 0xf9, 0x0d]), Buffer.from(`${unique('MAC')}\r`)]))).read.encoding, 'CP949')
	assert.equal(await left(milestone.product), 5)
})

test('a list may be longer than one statement takes', async () => {
	const { milestone, prefix } = await eventWithCoupons(0)
	assert.equal((await add(milestone.product, codes(prefix, 45000))).added, 45000)
	assert.equal(await left(milestone.product), 45000)
	assert.deepEqual((await sql(`SELECT code FROM coupon_codes WHERE product_id = ${milestone.product} ORDER BY id LIMIT 44999, 1`)).map(row => row.code), [`${prefix}-44999`])
	await assert.rejects(add(milestone.product, [unique('NEW'), `${prefix}-44999`]), /line 2: this code is there already/)
})

test('the stock of a coupon is its codes and cannot be changed by hand; other products accept no codes', async () => {
	const { milestone } = await eventWithCoupons(1)
	await assert.rejects(dojangctl('stock', 'change', '--product', milestone.product, '--delta', 1, '--reason', 'x'), /add codes/)
	await assert.rejects(dojangctl('product', 'create', '--name', 'x', '--kind', 'coupon', '--stock', 5), /stock/)
	const { id } = await dojangctl('product', 'create', '--name', 'x', '--kind', 'item', '--stock', 5)
	await assert.rejects(add(id, ['code', unique('X')]), /has no codes/)
})
