// SPDX-License-Identifier: MIT
// Of the console's two pools one ends with requests in its hands: pages are asked for from the other, a change that may have been made is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { children, count, facts, freshProduct } from '../http/harness.js'
import { hidden, staff } from './client.js'

const PENDING = 1000            // milliseconds without an answer: its worker was stopped
const SENT = 12                 // at most so many until one goes to the stopped pool: nginx takes turns

const manager = await staff('manager')
const pools = () => facts().pids.console

async function until(holds, what) {
	const deadline = Date.now() + 30000
	while (!await holds()) {
		assert.ok(Date.now() < deadline, `waited too long for ${what}`)
		await new Promise(resolve => setTimeout(resolve, 50))
	}
}

/** Sends requests until one is in the hands of a pool that stands still, then kills that pool; answers what became of that one. */
async function lostWith(pool, send) {
	const own = children(pool)
	own.forEach(pid => process.kill(pid, 'SIGSTOP'))
	let held = null
	for (let i = 0; i < SENT && !held; i++) {
		const answer = send()
		if (await Promise.race([answer.then(() => false), new Promise(resolve => setTimeout(resolve, PENDING, true))]))
			held = answer
	}
	for (const pid of [pool, ...own])
		process.kill(pid, 'SIGKILL')
	assert.ok(held, 'a request went to the pool that stood still')
	const answer = await held
	await until(() => pools().length === 2 && !pools().includes(pool), 'another pool')
	await until(async () => (await manager.get('/admin/')).status === 200, 'the console')
	return answer
}

test('a page whose pool ended comes from the other', async () => {
	assert.equal(pools().length, 2)
	const answer = await lostWith(pools()[0], () => manager.get('/admin/'))
	assert.equal(answer.status, 200)
})

test('a change whose pool ended goes to no other', async () => {
	const product = await freshProduct({ kind: 'item', stock: 100 }), path = `/admin/products/${product}/stock`
	const forms = []
	while (forms.length < SENT) {
		const { text } = await manager.get(path)
		forms.push({ _token: hidden(text, '_token'), _form: hidden(text, '_form'), delta: '-1', reason: 'counted' })
	}
	let sent = 0
	const answer = await lostWith(pools()[1], () => manager.request(path, { method: 'POST', form: forms[sent++] }))
	assert.equal(answer.status, 503)
	assert.equal(await count(`SELECT COUNT(*) FROM stock_movements WHERE product_id = ${product} AND delta = -1`), sent - 1)
})
