// SPDX-License-Identifier: MIT
// A single worker, called like a web server does, according to the FastCGI specification (version
// 1.0).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { facts } from './harness.js'
import { until } from './until.js'

const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6, RESPONDER = 1
export const KEEP_CONNECTION = 1

const record = (type, content) => Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content])
/** A part of a body. */
export const stdin = text => record(STDIN, Buffer.from(text))
const size = length => length < 128 ? Buffer.from([length]) : Buffer.from([128 | length >> 24, length >> 16, length >> 8, length])
const pair = ([name, value]) => Buffer.concat([size(name.length), size(value.length), Buffer.from(name + value)])

/** The bytes of a request. variables: CGI variables in addition to those of every request. */
export const request = (path, flags = 0, variables = {}) => Buffer.concat([
	record(BEGIN, Buffer.from([0, RESPONDER, flags, 0, 0, 0, 0, 0])),
	record(PARAMS, Buffer.concat(Object.entries({ REQUEST_METHOD: 'GET', REQUEST_URI: path, REMOTE_ADDR: '127.0.0.1', ...variables }).map(pair))),
	record(PARAMS, Buffer.alloc(0)), record(STDIN, Buffer.alloc(0))])

/** The content of STDOUT, whether the end of the response was received, and whether something follows it: nginx does not keep that connection. */
export function parse(bytes) {
	let out = '', isEnded = false, isLast = false
	while (bytes.length >= 8) {
		const length = bytes.readUInt16BE(4), whole = 8 + length + bytes[6]
		isLast ||= isEnded
		if (bytes[1] === STDOUT) out += bytes.subarray(8, 8 + length)
		if (bytes[1] === END) isEnded = true
		bytes = bytes.subarray(whole)
	}
	return { out, isEnded, isLast }
}

/** spawn-fcgi listens a moment after the socket exists; earlier connections are refused. */
const isListening = socket => readFileSync('/proc/net/unix', 'utf8').split('\n').some(line => line.endsWith(` ${socket}`) && line.includes(' 00010000 '))

/** A worker on its own socket: calls work(worker) with its process, socket, log so far, and exit. by: the starting program; words: its command line;
 * program: the one that is started. */
export async function withWorker(work, environment = {}, by = [], words = ['--settings', facts().settings_file], program = 'dojang-api') {
	const directory = mkdtempSync(join(tmpdir(), 'dj-')), socket = join(directory, 's')
	const path = join(dirname(facts().dojangctl), program)
	const process_ = spawn('spawn-fcgi', ['-n', '-s', socket, '--', ...by, path, ...words],
		{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } })
	const worker = { process: process_, socket, log: '', ended: once(process_, 'exit') }
	process_.stderr.on('data', data => worker.log += data)
	try {
		await until(() => isListening(socket) || process_.exitCode !== null, 'the worker\'s socket')
		await work(worker)
	} finally {
		process_.kill('SIGKILL')
		await worker.ended
		rmSync(directory, { recursive: true })
	}
}

/** Sends bytes on a new connection and reads until the worker closes it. hasGone() is called when the worker can read them. */
export async function send({ socket }, bytes, hasGone = () => {}) {
	const connection = connect(socket), parts = []
	connection.on('data', data => parts.push(data))
	connection.on('error', () => {})                // the worker ended before it had read everything
	let isLate = false
	connection.setTimeout(10e3, () => {
		isLate = true
		connection.destroy()
	})
	connection.write(bytes, hasGone)
	await new Promise(resolve => connection.on('close', resolve))
	assert.ok(!isLate, 'the worker closes the connection')
	return parse(Buffer.concat(parts))
}

/** A connection on which the worker is asked to wait for further requests. closed: resolves when the worker closes it. */
export class KeptConnection {
	constructor({ socket }) {
		this.bytes = Buffer.alloc(0)
		this.connection = connect(socket)
		this.isOpen = true
		this.closed = new Promise(resolve => this.connection.on('close', resolve)).then(() => this.isOpen = false)
		this.connection.on('error', () => {})
		this.connection.on('data', data => {
			this.bytes = Buffer.concat([this.bytes, data])
			this.hasMore?.()
		})
	}

	write(bytes) {
		return new Promise(resolve => this.connection.write(bytes, resolve))
	}

	/** Sends a request and reads its response; null if the worker closes the connection instead. */
	async ask(path, variables, body = '') {
		const whole = request(path, KEEP_CONNECTION, variables)
		this.bytes = Buffer.alloc(0)
		await this.write(body ? Buffer.concat([whole.subarray(0, whole.length - 8), stdin(body), whole.subarray(whole.length - 8)]) : whole)
		while (this.isOpen && !parse(this.bytes).isEnded)
			await Promise.race([this.closed, new Promise(resolve => this.hasMore = resolve)])
		const { out, isEnded } = parse(this.bytes)
		return isEnded ? out : null
	}

	end() {
		this.connection.destroy()
	}
}

/** The state of a process: R, S, T … */
export const state = pid => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))[1]

/** Whether the process handles the signal itself (SigCgt of /proc/PID/status). */
export const handles = (pid, signal) => {
	const [, mask] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
	return (BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1) & 1n) === 1n
}

/** Sends all requests, in this order, so that a worker finds them all waiting; returns the responses. hasAnswered(i) is called after the i-th response. */
export async function sendAtOnce(worker, requests, hasAnswered = () => {}) {
	worker.process.kill('SIGSTOP')
	await until(() => state(worker.process.pid) === 'T', 'the stop')
	const answers = []
	for (const [i, bytes] of requests.entries())
		await new Promise(resolve => answers.push(send(worker, bytes, resolve).finally(() => hasAnswered(i))))
	worker.process.kill('SIGCONT')
	return Promise.all(answers)
}
