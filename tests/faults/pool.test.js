// SPDX-License-Identifier: MIT
// A pool: workers that are forks of one supervisor, which replaces them and passes on the signal to
// end.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { handles, request, send, state, withWorker } from '../http/fastcgi.js'
import { children, facts } from '../http/harness.js'
import { until } from './load.js'

const WORKERS = 3
const withPool = (work, environment = {}, words = []) =>
	withWorker(work, { DOJANG_SETTINGS: facts().settings_file, ...environment }, [], ['--workers', String(WORKERS), ...words])
const own = pool => children(pool.process.pid)
const isWhole = pool => own(pool).length === WORKERS
const isGone = pid => {
	try {
		process.kill(pid, 0)
		return state(pid) === 'Z'       // it has not been adopted yet
	} catch {
		return true
	}
}
const answers = async pool => assert.match((await send(pool, request('/healthz'))).out, /^Status: 200 OK\r\n/)

/** Waits until all workers are idle, so that each handles the signal. */
async function ready(pool) {
	await until(() => isWhole(pool), 'the workers')
	await Promise.all(own(pool).map(pid => until(() => handles(pid, 'SIGTERM'), 'a worker that listens')))
	await answers(pool)
}

test('a killed worker is replaced, and the log says how it ended', () => withPool(async pool => {
	await ready(pool)
	const [killed] = own(pool)
	process.kill(killed, 'SIGKILL')
	await until(() => isWhole(pool) && !own(pool).includes(killed), 'another worker')
	await until(() => new RegExp(`event=worker_ended program=api pid=${killed} signal=9`).test(pool.log), 'the line')
	await answers(pool)
}))

for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1'])
	test(`${signal} ends the pool: workers finish their requests, then none is left`, () => withPool(async pool => {
		await ready(pool)
		const workers = own(pool)
		let answered = 0, isEnding = false
		const customers = Array.from({ length: 8 }, async () => {
			for (;;) {
				const { out, isEnded } = await send(pool, request('/readyz'))
				if (isEnded) answered++
				else return assert.ok(isEnding && out === '', 'a response was cut off')
			}
		})
		await until(() => answered > 50, 'work')
		isEnding = true
		pool.process.kill(signal)
		assert.deepEqual(await pool.ended, [0, null])
		assert.ok(workers.every(isGone), 'no worker is left')
		await Promise.all(customers)
		assert.doesNotMatch(pool.log, /worker_ended/)
	}))

/** The shell keeps the fifo open for reading and writing, and nobody reads. */
const unread = fifo => ['/bin/sh', '-c', 'exec 9<>"$0"; exec "$@" 2>&9', fifo]

test('a log that nobody reads stops no worker, and /metrics counts the dropped lines', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'dj-')), fifo = join(directory, 'log')
	execFileSync('mkfifo', [fifo])
	try {
		await withWorker(async pool => {
			await ready(pool)
			const dropped = async () => Number(/^dojang_log_lines_dropped_total\{program="api"\} (\d+)$/m.exec((await send(pool, request('/metrics'))).out)[1])
			const before = await dropped()
			for (let i = 0; i < 1500; i++)
				await answers(pool)
			assert.ok(await dropped() > before)
			const lines = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
			const bytes = Buffer.alloc(1 << 20), length = readSync(lines, bytes)
			closeSync(lines)
			const read = bytes.toString('utf8', 0, length).match(/^time=\S+ event=request .*$/gm).length
			assert.ok(read > 100, `${read} lines wait for a reader`)
			await answers(pool)
		}, { DOJANG_SETTINGS: facts().settings_file }, unread(fifo), ['--workers', String(WORKERS)])
	} finally {
		rmSync(directory, { recursive: true })
	}
})

test('a killed pool leaves no orphans: its workers finish their requests', () => withPool(async pool => {
	await ready(pool)
	const workers = own(pool)
	for (const pid of workers) process.kill(pid, 'SIGSTOP')
	const answer = send(pool, request('/healthz'))
	pool.process.kill('SIGKILL')
	await pool.ended
	for (const pid of workers) process.kill(pid, 'SIGCONT')
	assert.match((await answer).out, /^Status: 200 OK\r\n/)
	await until(() => workers.every(isGone), 'their ends')
}))

test('a pool that gets two signals to end while a worker is stopped waits for the worker', () => withPool(async pool => {
	await ready(pool)
	const [stopped] = own(pool)
	process.kill(stopped, 'SIGSTOP')
	await until(() => state(stopped) === 'T', 'the stop')
	pool.process.kill('SIGTERM')
	await until(() => own(pool).length === 1, 'the ends of the others')
	pool.process.kill('SIGTERM')
	process.kill(stopped, 'SIGCONT')
	assert.deepEqual(await pool.ended, [0, null])
}))

/** A copy of the settings that a test can change. */
async function withSettings(work) {
	const directory = mkdtempSync(join(tmpdir(), 'dj-')), path = join(directory, 'dojang.ini'), text = readFileSync(facts().settings_file, 'utf8')
	writeFileSync(path, text, { mode: 0o600 })
	try {
		await work(path, text)
	} finally {
		rmSync(directory, { recursive: true })
	}
}

test('a replacement worker reads the present settings, and is not restarted without a pause while they are wrong', () => withSettings((path, text) =>
	withPool(async pool => {
		await ready(pool)
		writeFileSync(path, `${text}\n[server]\nworkers_of_none = 1\n`)
		const refusals = () => [...pool.log.matchAll(/^time=(\S+) event=start_failed .*workers_of_none/gm)].map(([, time]) => Date.parse(time))
		const [killed] = own(pool)
		process.kill(killed, 'SIGKILL')
		await until(() => refusals().length === 3, 'three attempts')
		assert.match(pool.log, /event=worker_ended program=api pid=\d+ status=1/)
		for (const [i, at] of refusals().entries())
			assert.ok(i === 0 || at - refusals()[i - 1] >= 900, 'a rest')   // of a second; the log uses another clock
		await until(() => own(pool).length === WORKERS - 1, 'the end of this one, while the others continue')
		await answers(pool)
		writeFileSync(path, text)
		await until(() => isWhole(pool), 'a running worker')
	}, { DOJANG_SETTINGS: path })))

test('a pool with wrong settings does not start, and logs why', () => withSettings(async (path, text) => {
	writeFileSync(path, `${text}\n[server]\nworkers_of_none = 1\n`)
	await withPool(async pool => {
		assert.deepEqual(await pool.ended, [1, null])
		await until(() => /event=start_failed program=api why=".*workers_of_none/.test(pool.log), 'the reason')
		assert.doesNotMatch(pool.log, /worker_ended/)
	}, { DOJANG_SETTINGS: path })
}))

for (const [what, words, why] of [
	['no number', ['--workers', 'many'], '--workers takes a number from 1 to 1000'],
	['none at all', ['--workers', '0'], '--workers takes a number from 1 to 1000'],
	['too many', ['--workers', '1001'], '--workers takes a number from 1 to 1000'],
	['nothing', ['--workers'], 'give --settings FILE'],
	['an unknown option', ['--worker-count', '3'], 'give --settings FILE'],
	['a word more', ['more'], 'give --settings FILE'],
])
	test(`the command line with ${what} is refused`, () => withPool(async pool => {
		assert.deepEqual(await pool.ended, [1, null])
		await until(() => pool.log.includes(`event=start_failed program=api why="${why}`), 'the reason')
	}, {}, words))

test('a pool without a listening socket does not start, and logs why', async () => {
	const process_ = spawn(join(dirname(facts().dojangctl), 'dojang-api'), ['--settings', facts().settings_file, '--workers', '2'], { stdio: ['ignore', 'pipe', 'pipe'] })
	let log = ''
	process_.stderr.on('data', data => log += data)
	process_.stdout.on('data', data => log += data)
	assert.deepEqual(await once(process_, 'close'), [1, null])
	assert.match(log, /^time=\S+ event=start_failed program=api why="--workers needs [^"]*"\n$/)
})
