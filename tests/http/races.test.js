// SPDX-License-Identifier: MIT
// Concurrent requests: stock is never below zero, and a claim exists once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customer, expect, tally } from './client.js'
import { attended, count, dojangctl, freshEvent, freshProduct, sql, unique } from './harness.js'

const CUSTOMERS = 2000, STOCK = 500

test('500 in stock, 2,000 customers claim at the same time: exactly 500 succeed', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 300, stock: STOCK }] })
	const [milestone] = event.milestones
	const customers = Array.from({ length: CUSTOMERS }, (_, i) => customer(`${event.slug}-${i}`))
	await attended(event, Object.fromEntries(customers.map(who => [who.subject, [-1]])))
	const answers = await Promise.all(customers.map(who => who.post(milestone.path)))
	assert.deepEqual(tally(answers), { 201: STOCK, '409 sold-out': CUSTOMERS - STOCK })
	assert.equal(new Set(answers.filter(answer => answer.status === 201).map(answer => answer.body.id)).size, STOCK, 'each claim has its own id')
	const [row] = await sql(`SELECT p.remain,
		(SELECT COUNT(*) FROM claims WHERE product_id = p.id) AS claims,
		(SELECT COUNT(DISTINCT user_id) FROM claims WHERE product_id = p.id) AS customers,
		(SELECT COUNT(*) FROM stock_movements WHERE product_id = p.id AND source = 'claim') AS movements,
		(SELECT SUM(delta) FROM stock_movements WHERE product_id = p.id) AS of_all,
		(SELECT COUNT(*) FROM point_entries n JOIN claims c ON n.source = 'claim' AND n.reference = c.id WHERE c.product_id = p.id AND n.amount = 300 AND n.user_id = c.user_id) AS entries
		FROM products p WHERE p.id = ${milestone.product}`)
	assert.deepEqual(row, { remain: '0', claims: '500', customers: '500', movements: '500', of_all: '0', entries: '500' })
})

test('the same claim 50 times at the same time: one claim, 50 responses, points once', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 5000, stock: 100 }] })
	const [milestone] = event.milestones
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	const answers = await Promise.all(Array.from({ length: 50 }, () => who.post(milestone.path)))
	assert.deepEqual(tally(answers), { 201: 1, 200: 49 })
	for (const answer of answers)
		assert.deepEqual(answer.body, answers[0].body)
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${milestone.id}`), 1)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${milestone.product}`), 99)
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 5000)
	const { items } = expect(await who.get('/api/v1/me/points'), 200)
	assert.deepEqual(items.map(entry => [entry.amount, entry.balance]), [[5000, 5000]])
})

test('one customer claims ten milestones at the same time: the balance is the sum of the ledger', async () => {
	const event = await freshEvent({ milestones: Array.from({ length: 10 }, (_, i) => ({ at: 1, points: 10 ** (i % 5) })) })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	const answers = await Promise.all(event.milestones.flatMap(milestone => [who.post(milestone.path), who.post(milestone.path)]))
	assert.deepEqual(tally(answers), { 201: 10, 200: 10 })
	const { items } = expect(await who.get('/api/v1/me/points'), 200)
	assert.equal(items.length, 10)
	let sum = 0
	for (const entry of items.reverse())
		assert.equal(entry.balance, sum += entry.amount)
	assert.equal(sum, 22222)
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, sum)
})

test('one product of several milestones, claimed and restocked at the same time: stock and movements agree', async () => {
	const product = await freshProduct({ kind: 'item', points: null, stock: 30 })
	const event = await freshEvent({ milestones: [{ at: 1, product }, { at: 2, product }] })
	const customers = Array.from({ length: 60 }, (_, i) => customer(`${event.slug}-${i}`))
	await attended(event, Object.fromEntries(customers.map(who => [who.subject, [-2, -1]])))
	const restock = async () => {
		for (let i = 0; i < 5; i++)
			await dojangctl('stock', 'change', '--product', product, '--delta', 2, '--reason', 'more')
	}
	const [, ...answers] = await Promise.all([restock(), ...customers.flatMap(who => event.milestones.map(milestone => who.post(milestone.path)))])
	const counts = tally(answers)
	assert.equal(counts['201'] + (counts['409 sold-out'] ?? 0), 120, JSON.stringify(counts))
	const [row] = await sql(`SELECT remain, (SELECT SUM(delta) FROM stock_movements WHERE product_id = ${product}) AS of_all FROM products WHERE id = ${product}`)
	assert.equal(row.remain, row.of_all)
	assert.equal(Number(row.remain), 40 - counts['201'])
})

test('the first requests of a new customer at the same time create one customer', async () => {
	const event = await freshEvent({ milestones: [{ at: 1 }] })
	const who = customer(unique('newcomer'))
	const paths = ['/api/v1/me', event.path, `${event.path}/attendance`, `${event.path}/milestones`, '/api/v1/events', '/api/v1/me/points']
	const answers = await Promise.all([...paths.map(path => who.get(path)), ...paths.map(path => who.get(path)), who.post(`${event.path}/attendance`)])
	assert.deepEqual(tally(answers), { 200: 12, 201: 1 })
	assert.equal(await count(`SELECT COUNT(*) FROM users WHERE subject = '${who.subject}'`), 1)
	assert.equal(new Set(answers.filter(answer => answer.body.username).map(answer => answer.body.id)).size, 1)
})
