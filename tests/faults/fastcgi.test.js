// SPDX-License-Identifier: MIT
// A worker and nothing else: spoken to as a web server does, by the FastCGI specification (version 1.0).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { facts } from '../http/harness.js'
import { until } from './load.js'

const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6, RESPONDER = 1, KEEP_CONNECTION = 1

const record = (type, content) => Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content])
const pair = ([name, value]) => Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)])
const request = (path, flags = 0) => Buffer.concat([
	record(BEGIN, Buffer.from([0, RESPONDER, flags, 0, 0, 0, 0, 0])),
	record(PARAMS, Buffer.concat(Object.entries({ REQUEST_METHOD: 'GET', REQUEST_URI: path, REMOTE_ADDR: '127.0.0.1' }).map(pair))),
	record(PARAMS, Buffer.alloc(0)), record(STDIN, Buffer.alloc(0))])

/** The content of STDOUT, and whether the answer's end was said. */
function parse(bytes) {
	let out = '', isEnded = false
	while (bytes.length >= 8) {
		const length = bytes.readUInt16BE(4), whole = 8 + length + bytes[6]
		if (bytes[1] === STDOUT) out += bytes.subarray(8, 8 + length)
		if (bytes[1] === END) isEnded = true
		bytes = bytes.subarray(whole)
	}
	return { out, isEnded }
}

/** A worker on a socket of its own: work(worker) with its process, socket, what it logged so far, and exit. */
async function withWorker(work, environment = {}) {
	const directory = mkdtempSync(join(tmpdir(), 'dj-')), socket = join(directory, 's')
	const api = join(dirname(facts().dojangctl), 'dojang-api')
	const process_ = spawn('spawn-fcgi', ['-n', '-s', socket, '--', api, '--settings', facts().settings_file],
		{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } })
	const worker = { process: process_, socket, log: '', ended: once(process_, 'exit') }
	process_.stderr.on('data', data => worker.log += data)
	try {
		await until(() => existsSync(socket), 'the worker\'s socket')
		await work(worker)
	} finally {
		process_.kill('SIGKILL')
		await worker.ended
		rmSync(directory, { recursive: true })
	}
}

/** Sends bytes on a connection of its own and reads until the worker closes it. */
async function send({ socket }, bytes) {
	const connection = connect(socket), parts = []
	connection.on('data', data => parts.push(data))
	connection.on('error', () => {})                // the worker ended before it read all, or is gone
	let isLate = false
	connection.setTimeout(10e3, () => {
		isLate = true
		connection.destroy()
	})
	connection.write(bytes)
	await new Promise(resolve => connection.on('close', resolve))
	assert.ok(!isLate, 'the worker closes the connection')
	return parse(Buffer.concat(parts))
}

const lines = (worker, path) => worker.log.split('\n').filter(line => line.includes('event=request') && line.includes(`route=${path}`)).length

for (const [words, flags] of [['closes the connection', 0], ['closes it although the web server would keep it', KEEP_CONNECTION]])
	test(`a worker answers, says where the answer ends, and ${words}`, () => withWorker(async worker => {
		for (let time = 0; time < 3; time++) {
			const { out, isEnded } = await send(worker, request('/healthz', flags))
			assert.match(out, /^Status: 200 OK\r\n/)
			assert.match(out, /\r\n\r\n\{"status":"ok"\}$/)
			assert.ok(isEnded)
		}
	}))

test('connections that bring nothing, half a request or rubbish: the worker goes on', () => withWorker(async worker => {
	const whole = request('/healthz')
	for (const bytes of [Buffer.alloc(0), whole.subarray(0, 4), whole.subarray(0, 20), Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(4000, 255)]) {
		const connection = connect(worker.socket)
		connection.on('error', () => {})
		await once(connection, 'connect')
		connection.end(bytes)
		const { out } = await send(worker, whole)
		assert.match(out, /^Status: 200 OK\r\n/)
	}
	assert.equal(worker.process.exitCode, null)
}))

test('every answered request has its line in the log once nobody waits, and when the worker ends', () => withWorker(async worker => {
	const MANY = 100                // more than are written at once
	await Promise.all(Array.from({ length: MANY }, () => send(worker, request('/healthz'))))
	await until(() => lines(worker, '/healthz') === MANY, 'a line for each')
	let answered = 0
	const customers = Array.from({ length: 8 }, async () => {       // so that it never waits until it ends
		while ((await send(worker, request('/readyz'))).isEnded) answered++
	})
	await until(() => answered > MANY, 'work')
	worker.process.kill('SIGTERM')
	assert.deepEqual(await worker.ended, [0, null])
	await Promise.all(customers)
	await until(() => lines(worker, '/readyz') === answered, 'a line for each that was answered')
}))

test('a list of web servers\' addresses would not be heeded, so the worker says so', () => withWorker(async worker => {
	assert.deepEqual(await worker.ended, [1, null])
	await until(() => /event=start_failed .*FCGI_WEB_SERVER_ADDRS/.test(worker.log), 'the reason')
}, { FCGI_WEB_SERVER_ADDRS: '127.0.0.1' }))
