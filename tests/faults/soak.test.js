// SPDX-License-Identifier: MIT
// The short form of `make soak`: all kinds of clients for a few thousand requests, with a few
// faults; the checker finds nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete, workers } from '../http/harness.js'
import { verify } from './ledger.js'
import { until } from './load.js'
import { randomFrom, seed } from './random.js'
import { drain, finish, plan, prepare, settle, start } from './soak.js'

test('the same seed gives the same plan', () => {
	const steps = (of, role, number) => {
		const all = plan(of, role, number)
		return Array.from({ length: 500 }, () => all.next().value)
	}
	for (const role of ['customer', 'shop', 'staff']) {
		assert.deepEqual(steps(seed, role, 3), steps(seed, role, 3))
		assert.notDeepEqual(steps(seed, role, 3), steps(seed, role, 4))
		assert.notDeepEqual(steps(seed, role, 3), steps(seed + 1, role, 3))
	}
})

test('customers, staff and the shop at the same time, with workers killed: nothing lost, duplicated or oversold', async () => {
	const run = await prepare({ seed }), random = randomFrom(seed), load = start(run)
	for (let time = 0; time < 3; time++) {
		await load.more(600)
		const all = workers(), pid = all[Math.floor(random() * all.length)]
		process.kill(pid, 'SIGKILL')
		await complete(workers, [pid])
	}
	await load.more(600)
	await load.stop()
	await settle(run)
	await drain(run)
	const findings = await verify(run)
	console.log(`# ${JSON.stringify(run.ledger.counts)}, ${run.claims.all.length} claims, ${run.samples} samples of the stock`)
	await finish(run)
	assert.deepEqual(findings.all.slice(0, 10), [])
	for (const kind of ['check-in', 'claim', 'points', 'stock', 'stock by staff', 'points by staff', 'cancelled'])
		assert.ok(run.ledger.acknowledged(kind).length > 0, `there was work: ${kind}`)
	assert.ok(run.claims.all.length > 100 && run.samples > 5)
})
