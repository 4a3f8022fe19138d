// SPDX-License-Identifier: MIT
// Connections that the web server keeps: a worker waits on many of them, serves each, and closes
// those that another worker can serve sooner.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { handles, KeptConnection, parse, request, send, state, stdin, withWorker } from '../http/fastcgi.js'
import { children, facts } from '../http/harness.js'
import { until } from './load.js'

const CONNECTIONS_MAX = 128, REQUESTS_MAX = 512         // of a worker, and of a connection (fcgi/web/connections.h)
const OK = /^Status: 200 OK\r\n[^]*\r\n\r\n\{"status":"ok"\}$/
const HALF = request('/healthz').subarray(0, 20)

/** Calls work(worker, keep), where keep() opens a connection that has had a response. */
const withKept = (work, words) => withWorker(async worker => {
	const all = []
	const keep = async () => {
		const kept = new KeptConnection(worker)
		all.push(kept)
		assert.match(await kept.ask('/healthz'), OK)
		return kept
	}
	try {
		await work(worker, keep)
	} finally {
		all.forEach(kept => kept.end())
	}
}, { DOJANG_SETTINGS: facts().settings_file }, [], words)

test('a worker serves many kept connections in any order, and others beside them', () => withKept(async (worker, keep) => {
	const kept = []
	for (let i = 0; i < 40; i++) kept.push(await keep())
	for (let round = 0; round < 3; round++) {
		const answers = await Promise.all(kept.toReversed().map(each => each.ask('/healthz')))
		answers.forEach(out => assert.match(out, OK))
		assert.match((await send(worker, request('/healthz'))).out, OK)
	}
}))

test('requests with a body, with much in their head or refused before their body was read: the next one is answered', () => withKept(async (worker, keep) => {
	const body = '{"points":1,"reference":"kept"}'
	const POST = { REQUEST_METHOD: 'POST', CONTENT_LENGTH: String(body.length), CONTENT_TYPE: 'application/json' }
	const points = '/api/v1/shop/users/nobody/points'
	const kept = await keep()
	assert.match(await kept.ask(points, { ...POST, HTTP_AUTHORIZATION: `Bearer ${facts().api_key}` }, body), /^Status: 422 [^]*"field":"points"/)
	assert.match(await kept.ask('/healthz'), OK, 'the same connection after a body')
	for (const size of [7000, 7900, 8000, 8100, 8150, 8192, 9000, 20000])
		assert.match(await kept.ask('/healthz', { HTTP_X_FILLER: 'x'.repeat(size) }), OK)
	assert.match(await kept.ask('/healthz'), OK, 'the same connection after long heads')
	assert.match(await kept.ask(points, POST, body), /^Status: 401 /)
	assert.match((await send(worker, request('/healthz'))).out, OK, 'after a body that nobody read')
}))

test('more kept connections than a worker may have, all without a request: further ones are accepted', () => withKept(async (worker, keep) => {
	for (let i = 0; i < CONNECTIONS_MAX + 20; i++) await keep()
	assert.match((await send(worker, request('/healthz'))).out, OK)
}))

test('more silent connections than a worker may have: it serves others, and does not spin', () => withKept(async worker => {
	const silent = Array.from({ length: CONNECTIONS_MAX + 20 }, () => new KeptConnection(worker))
	await Promise.all(silent.map(each => each.write('')))
	assert.match((await send(worker, request('/healthz'))).out, OK)
	await until(() => state(worker.process.pid) === 'S', 'a worker that waits')
	silent.forEach(each => each.end())
}))

test('more clients than connections: each is served, none in place of another', () => withKept(async worker => {
	await Promise.all(Array.from({ length: 3 * CONNECTIONS_MAX }, async () => {
		for (let done = 0; done < 5;) {
			const kept = new KeptConnection(worker)
			for (let out; done < 5 && (out = await kept.ask('/healthz')); done++)
				assert.match(out, OK)
			kept.end()
		}
	}))
}))

test('a connection is closed after many requests, so that connections spread again', () => withKept(async (worker, keep) => {
	const kept = await keep()
	let requests = 1
	for (; requests < REQUESTS_MAX; requests++) {
		assert.ok(!parse(kept.bytes).isLast)
		assert.match(await kept.ask('/healthz'), OK)
	}
	await kept.closed
	assert.ok(parse(kept.bytes).isLast, 'nginx is told not to keep it')
}))

test('a worker that ends answers what has arrived and closes the kept connections', () => withKept(async (worker, keep) => {
	const kept = []
	for (let i = 0; i < 20; i++) kept.push(await keep())
	worker.process.kill('SIGSTOP')
	await until(() => state(worker.process.pid) === 'T', 'the stop')
	const answers = kept.slice(0, 10).map(each => each.ask('/healthz'))
	await Promise.all(kept.slice(0, 10).map(each => each.write('')))
	worker.process.kill('SIGTERM')
	worker.process.kill('SIGCONT')
	for (const out of await Promise.all(answers)) assert.match(out, OK)
	await Promise.all(kept.map(each => each.closed))
	assert.deepEqual(await worker.ended, [0, null])
}))

test('a worker that waits for half a request releases its kept connections meanwhile, and serves those that had a request afterwards', () => withKept(async (worker, keep) => {
	const idle = await keep(), asking = await keep(), half = await keep()
	await half.write(HALF)
	const answer = asking.ask('/healthz')
	await Promise.race([idle.closed, half.closed])
	assert.ok(!idle.isOpen && half.isOpen, 'the idle one is released first')
	assert.match(await answer, OK)
	await half.closed
}))

const WORKERS = 2
const inPool = work => withKept(async (pool, keep) => {
	const own = () => children(pool.process.pid)
	await until(() => own().length === WORKERS, 'the workers')
	await Promise.all(own().map(pid => until(() => handles(pid, 'SIGTERM'), 'a worker that listens')))
	const [one, other] = own()
	/** Opens connections of the worker `one`. */
	const keepAtOne = async count => {
		process.kill(other, 'SIGSTOP')
		await until(() => state(other) === 'T', 'the stop')
		const kept = []
		while (kept.length < count) kept.push(await keep())
		process.kill(other, 'SIGCONT')
		return kept
	}
	await send(pool, request('/healthz'))
	await work(pool, keepAtOne, other)
}, ['--workers', String(WORKERS)])

test('a blocked worker also releases connections with a request when another worker can serve it', () => inPool(async (pool, keepAtOne) => {
	const [half, asking] = await keepAtOne(2)
	await half.write(HALF)
	assert.equal(await asking.ask('/healthz'), null)
	assert.ok(half.isOpen, 'it did not wait for half a request')
	assert.match((await send(pool, request('/healthz'))).out, OK)
}))

test('a worker with many connections leaves some to one that has none', { skip: availableParallelism() < 4 && 'one active worker' }, () => inPool(async (pool, keepAtOne, other) => {
	const sockets = () => readdirSync(`/proc/${other}/fd`).length
	let kept = await keepAtOne(8)
	const before = sockets()
	await until(async () => {
		const answers = await Promise.all(kept.map(each => each.ask('/healthz')))
		kept = kept.map((each, i) => answers[i] && each.isOpen ? each : new KeptConnection(pool))
		return sockets() > before
	}, 'a connection of the other worker')
	kept.forEach(each => each.end())
}))

test('half a body or nothing on a kept connection delays the end of a worker for a few seconds only', () => withKept(async (worker, keep) => {
	const kept = await keep()
	const whole = request('/api/v1/shop/users/nobody/points', 1, { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '100', CONTENT_TYPE: 'application/json', HTTP_AUTHORIZATION: `Bearer ${facts().api_key}` })
	await kept.write(Buffer.concat([whole.subarray(0, whole.length - 8), stdin('{"points":')]))
	new KeptConnection(worker)
	worker.process.kill('SIGTERM')
	await until(() => worker.process.exitCode === 0, 'its end', 10)
	await kept.closed
}))
