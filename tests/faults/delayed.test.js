// SPDX-License-Identifier: MIT
// A request that is delayed in a worker must not overwrite what a later request wrote.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { staff } from '../console/client.js'
import { call, customer, expect } from '../http/client.js'
import { parse, request, state, stdin, withWorker } from '../http/fastcgi.js'
import { attended, count, demo, freshEvent, sql, unique } from '../http/harness.js'
import { until } from '../http/until.js'

const shop = (method, path, body) => call(method, `/api/v1/shop${path}`, { as: demo.api_key, body })
const ADDRESS = { name: '김민지', phone: '010-0000-0000', postcode: '04524', lines: ['세종대로 110'], country: 'KR', consent: true }

async function claimed() {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5 }] }), who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	const claim = expect(await who.post(event.milestones[0].path), 201), path = `/api/v1/me/claims/${claim.id}/address`
	return { who, claim, path, put: postcode => who.call('PUT', path, { body: { ...ADDRESS, postcode } }),
		postcode: async () => expect(await shop('GET', `/claims/${claim.id}/address`), 200).postcode }
}

/** Sends a request to its own worker, which is stopped when it has read half of it; then meanwhile(); then the worker continues. The response. */
async function delayed({ method, path, as, body, variables = { REQUEST_MSEC: (Date.now() / 1000).toFixed(3) } }, meanwhile) {
	let out
	await withWorker(async worker => {
		const text = JSON.stringify(body), connection = connect(worker.socket), parts = []
		connection.on('data', part => parts.push(part)).on('error', () => {})
		const isClosed = new Promise(resolve => connection.on('close', resolve))
		const head = request(path, 0, { REQUEST_METHOD: method, CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(Buffer.byteLength(text)),
			HTTP_AUTHORIZATION: `Bearer ${as}`, ...variables })
		await once(connection, 'connect')
		await new Promise(resolve => connection.write(Buffer.concat([head.subarray(0, head.length - 8), stdin(Buffer.from(text).subarray(0, 5))]), resolve))
		await until(() => connection.bytesWritten > 0 && state(worker.process.pid) === 'S', 'the worker waits for the rest')
		await new Promise(resolve => setTimeout(resolve, 100))
		worker.process.kill('SIGSTOP')
		await until(() => state(worker.process.pid) === 'T', 'the stop')
		connection.write(Buffer.concat([stdin(Buffer.from(text).subarray(5)), head.subarray(head.length - 8)]))
		await meanwhile()
		worker.process.kill('SIGCONT')
		await isClosed
		out = parse(Buffer.concat(parts)).out
	})
	return Number(/^Status: (\d+)/.exec(out)[1])
}

for (const [words, variables] of [['by the time of the web server', undefined], ['by the time of the worker, where the web server tells none', {}]])
	test(`an address is not replaced by an older one that was delayed, ${words}`, async () => {
		const { who, path, put, postcode } = await claimed()
		expect(await put('first'), 204)
		const old = { method: 'PUT', path, as: who.token, variables }
		assert.equal(await delayed({ ...old, body: { ...ADDRESS, postcode: 'old' } }, async () => expect(await put('new'), 204)), 409)
		assert.equal(await postcode(), 'new')
		assert.equal(await delayed({ ...old, body: { ...ADDRESS, postcode: 'again' } }, async () => expect(await put('again'), 204)), 204, 'the same address')
		assert.equal(await delayed({ ...old, body: { ...ADDRESS, postcode: 'alone' } }, async () => {}), 204)
		assert.equal(await postcode(), 'alone')
	})

test('a tracking number is not replaced by an older one that was delayed, from the shop or from staff', async () => {
	const { claim } = await claimed(), manager = await staff('manager'), path = `/api/v1/shop/claims/${claim.id}`
	const tracking = async () => (await sql(`SELECT tracking FROM claims WHERE id = ${claim.id}`))[0].tracking
	const audited = () => count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'claim.fulfil' AND subject_id = ${claim.id}`)
	const old = number => ({ method: 'PATCH', path, as: demo.api_key, body: { state: 'shipped', tracking: number } })
	assert.equal(await delayed(old('OLD'), async () => expect(await shop('PATCH', `/claims/${claim.id}`, { state: 'shipped', tracking: 'NEW' }), 200)), 409)
	assert.deepEqual([await tracking(), await audited()], ['NEW', 1])
	assert.equal(await delayed(old('OLD'), async () => assert.equal((await manager.send(`/admin/claims/${claim.id}`, { state: 'shipped', tracking: 'STAFF' })).status, 303)), 409)
	assert.deepEqual([await tracking(), await audited()], ['STAFF', 2])
	assert.equal(await delayed({ ...old('x'), body: { state: 'delivered' } }, async () => {}), 200)
})

test('a clock that was ahead and has been corrected refuses nothing', async () => {
	const { claim, put, postcode } = await claimed()
	expect(await put('ahead'), 204)
	await sql(`UPDATE claim_addresses SET received_ms = received_ms + 86400000 WHERE claim_id = ${claim.id}`)
	expect(await put('now'), 204)
	assert.equal(await postcode(), 'now')
	await sql(`UPDATE claims SET received_ms = ${Date.now() + 86400e3} WHERE id = ${claim.id}`)
	expect(await shop('PATCH', `/claims/${claim.id}`, { state: 'shipped', tracking: 'x' }), 200)
})
