// SPDX-License-Identifier: MIT
// Other clients during an upgrade, besides the customers of tests/faults/load.js: the shop's
// backend, which grants and spends points, and staff in the console. Each keeps a ledger of what
// was acknowledged.
import assert from 'node:assert/strict'
import { call, customer, expect } from '../http/client.js'
import { count, demo, freshProduct, sql, unique } from '../http/harness.js'
import { hidden, staff } from '../console/client.js'

const SPENDERS = 3

/** Calls act() repeatedly, SPENDERS in parallel, until stop(). */
function keepOn(act, number) {
	let isOver = false
	const all = Array.from({ length: number }, async () => {
		while (!isOver)
			await act()
	})
	return async () => {
		isOver = true
		await Promise.all(all)
	}
}

/** The shop's backend grants 3 points and spends 2, each sent twice; all are acknowledged and in the ledger once. */
export async function startSpending() {
	const who = customer(unique('spender'))
	expect(await who.get('/api/v1/me'), 200)
	const path = `/api/v1/shop/users/${who.subject}/points`
	const acknowledged = []
	const wrong = []
	async function once(amount, reference, status) {
		const answer = await call('POST', path, { as: demo.api_key, body: { amount, reference, reason: 'upgrade' } })
		if (answer.status === status)
			return acknowledged.push([reference, amount])
		return wrong.push(`${answer.status} ${answer.text.slice(0, 200)}`)
	}
	const stop = keepOn(async () => {
		for (const amount of [3, -2]) {
			const reference = unique('order')
			await once(amount, reference, 201)
			await once(amount, reference, 200)
		}
	}, SPENDERS)
	return {
		wrong,
		done: () => acknowledged.length,
		async verify() {
			await stop()
			assert.deepEqual(wrong, [], 'no request of the backend failed')
			const rows = await sql(`SELECT p.reference, p.amount FROM point_entries p JOIN users u ON u.id = p.user_id WHERE u.subject = '${who.subject}'`)
			assert.deepEqual(rows.map(row => `${row.reference} ${row.amount}`).sort(),
				[...new Set(acknowledged.map(entry => entry.join(' ')))].sort(), 'the ledger is what was acknowledged')
			assert.equal(expect(await who.get('/api/v1/me'), 200).points, rows.reduce((sum, row) => sum + Number(row.amount), 0))
		},
	}
}

/** A staff member, signed in once, who views pages and changes stock with the form on the page. */
export async function startStaff() {
	const manager = await staff('manager')
	const product = await freshProduct({ kind: 'item', stock: 1 })
	const page = `/admin/products/${product}/stock`
	const wrong = []
	let changes = 0
	const note = (answer, status) => answer.status === status || wrong.push(`${answer.status} ${answer.location ?? ''} ${answer.text.slice(0, 200)}`)
	const change = async () => {
		note(await manager.send(page, { delta: '1', reason: 'upgrade' }), 303)
		changes++
	}
	const stop = keepOn(async () => {
		for (const path of ['/admin/', '/admin/claims', page])
			note(await manager.get(path), 200)
		await change()
	}, 1)
	return {
		wrong,
		done: () => changes,
		/** Opens a form that is sent later. */
		async openForm() {
			const { text } = await manager.get(page)
			const form = { _token: hidden(text, '_token'), _form: hidden(text, '_form'), delta: '1', reason: 'opened before' }
			return async () => {
				note(await manager.request(page, { method: 'POST', form }), 303)
				changes++
			}
		},
		async verify() {
			await stop()
			assert.deepEqual(wrong, [], 'no page of the console failed')
			assert.equal(await count(`SELECT COUNT(*) FROM stock_movements WHERE product_id = ${product} AND source <> 'initial' AND delta = 1`), changes)
		},
	}
}
