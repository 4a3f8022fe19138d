// SPDX-License-Identifier: MIT
// Workers that are killed or replaced under load: no request fails.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { handles } from '../http/fastcgi.js'
import { children, complete, facts, workers } from '../http/harness.js'
import { eventForLoad, random, startLoad, until, verify } from './load.js'

const BETWEEN = 300             // acknowledged requests between two faults

/** Asserts that no request failed and every row is correct. */
async function noneFailed(load, event) {
	const ledger = await load.stop()
	assert.deepEqual([ledger.counts.unavailable, ledger.counts.lost], [0, 0], `no request failed: ${ledger.losses}`)
	assert.ok(ledger.counts.ok > BETWEEN, 'there was load')
	await verify(event, ledger)
}

test('kill -9 of all workers but one, three times: no request fails', async () => {
	const prepared = await eventForLoad()
	const load = startLoad(prepared)
	for (let time = 0; time < 3; time++) {
		await load.more(BETWEEN)
		await complete()
		const before = workers(), spared = before[Math.floor(random() * before.length)]
		const killed = before.filter(pid => pid !== spared)
		killed.forEach(pid => process.kill(pid, 'SIGKILL'))
		await complete(workers, killed)
	}
	await load.more(BETWEEN)
	await noneFailed(load, prepared.event)
})

test('TERM to one worker after the other: no request fails', async () => {
	const prepared = await eventForLoad()
	const load = startLoad(prepared)
	await load.more(BETWEEN)
	const before = workers()
	for (const pid of before) {
		process.kill(pid, 'SIGTERM')
		await complete(workers, [pid])
		await load.more(BETWEEN / 10)
	}
	assert.ok(!workers().some(pid => before.includes(pid)), 'all workers are new')
	await noneFailed(load, prepared.event)
})

for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'])
	test(`a worker handles ${signal} and ends`, async () => {
		const directory = mkdtempSync(join(tmpdir(), 'dj-'))
		const api = join(dirname(facts().dojangctl), 'dojang-api')
		const worker = spawn('spawn-fcgi', ['-n', '-s', join(directory, 's'), '--', api, '--settings', facts().settings_file], { stdio: 'ignore' })
		const ended = once(worker, 'exit')
		try {
			await until(() => handles(worker.pid, signal), `a worker that handles ${signal}`, 10)
			worker.kill(signal)
			assert.deepEqual(await ended, [0, null])
		} finally {
			worker.kill('SIGKILL')
			rmSync(directory, { recursive: true })
		}
	})

test('a worker that is stopped for a while: its request is finished, or served by another worker', async () => {
	const prepared = await eventForLoad()
	const load = startLoad(prepared)
	await load.more(BETWEEN)
	const [pid] = workers()
	process.kill(pid, 'SIGSTOP')
	await load.more(BETWEEN)
	process.kill(pid, 'SIGCONT')
	await load.more(BETWEEN)
	await noneFailed(load, prepared.event)
})

test('one whole pool killed, its supervisor too: no request fails', async () => {
	const prepared = await eventForLoad()
	const load = startLoad(prepared)
	await load.more(BETWEEN)
	const [pool] = facts().pids.api
	const own = children(pool)
	process.kill(pool, 'SIGKILL')
	own.forEach(pid => process.kill(pid, 'SIGKILL'))
	await load.more(BETWEEN)
	await until(() => !facts().pids.api.includes(pool), 'another pool')
	await complete()
	await load.more(BETWEEN)
	await noneFailed(load, prepared.event)
})

test('nginx reloaded repeatedly: nobody is refused, and acknowledged work exists once', async () => {
	const prepared = await eventForLoad(), { nginx } = facts().pids
	const load = startLoad(prepared)
	for (let time = 0; time < 3; time++) {
		await load.more(BETWEEN)
		const before = children(nginx)
		process.kill(nginx, 'SIGHUP')
		await until(() => !children(nginx).some(pid => before.includes(pid)), 'nginx\'s own new workers')
	}
	await load.more(BETWEEN)
	const ledger = await load.stop()
	// A connection may be closed when a request begins: that request gets no response, and clients
	// repeat it.
	assert.equal(ledger.counts.unavailable, 0, 'nobody was refused')
	await verify(prepared.event, ledger)
})
