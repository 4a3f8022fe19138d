// SPDX-License-Identifier: MIT
// One of the console's two pools ends with requests in progress: pages are requested from the other
// one, possible changes are not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { children, count, facts, freshProduct } from '../http/harness.js'
import { hidden, staff } from './client.js'

const PENDING = 1000            // milliseconds without a response: its worker was stopped
const SENT = 12                 // at most this many until one reaches the stopped pool: nginx alternates

const manager = await staff('manager')
const pools = () => facts().pids.console

async function until(holds, what) {
	const deadline = Date.now() + 30000
	while (!await holds()) {
		assert.ok(Date.now() < deadline, `waited too long for ${what}`)
		await new Promise(resolve => setTimeout(resolve, 50))
	}
}

/** Sends requests until one waits in a stopped pool, then kills that pool; returns the response to that request. */
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
	assert.ok(held, 'a request reached the stopped pool')
	const answer = await held
	await until(() => pools().length === 2 && !pools().includes(pool), 'another pool')
	await until(async () => (await manager.get('/admin/')).status === 200, 'the console')
	return answer
}

test('a page whose pool ended is served by the other pool', async () => {
	assert.equal(pools().length, 2)
	const answer = await lostWith(pools()[0], () => manager.get('/admin/'))
	assert.equal(answer.status, 200)
})

test('a change whose pool ended is not repeated in the other pool', async () => {
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
