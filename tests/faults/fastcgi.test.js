// SPDX-License-Identifier: MIT
// A worker's socket: the possible input, and how the worker ends.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { request, send, stdin, withWorker } from '../http/fastcgi.js'
import { facts } from '../http/harness.js'
import { until } from './load.js'

const lines = (worker, path) => worker.log.split('\n').filter(line => line.includes('event=request') && line.includes(`route=${path}`)).length

test('a worker answers, marks the end of the response, and closes the connection', () => withWorker(async worker => {
	for (let time = 0; time < 3; time++) {
		const { out, isEnded } = await send(worker, request('/healthz'))
		assert.match(out, /^Status: 200 OK\r\n/)
		assert.match(out, /\r\n\r\n\{"status":"ok"\}$/)
		assert.ok(isEnded)
	}
}))

test('connections with nothing, half a request or invalid bytes: the worker continues', () => withWorker(async worker => {
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

for (const [words, bytes] of [['nothing', Buffer.alloc(0)], ['half a request', request('/healthz').subarray(0, 20)]])
	test(`a connection that sends ${words} occupies a worker for a few seconds, and delays its end`, () => withWorker(async worker => {
		const keep = () => {
			const connection = connect(worker.socket)
			connection.on('error', () => {})
			connection.write(bytes)
			return once(connection, 'connect')
		}
		await keep()
		const { out } = await send(worker, request('/healthz'))
		assert.match(out, /^Status: 200 OK\r\n/)
		await keep()
		await wait(200)                 // until it reads
		worker.process.kill('SIGTERM')
		await until(() => worker.process.exitCode === 0, 'its end', 10)
	}))

// Half a body; a body for a route that refuses before it reads it; and a response that nobody reads.
const BODY = { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '100', CONTENT_TYPE: 'application/json', HTTP_AUTHORIZATION: '' }
const half = (path, variables) => {
	const whole = request(path, 0, { ...BODY, ...variables })
	return Buffer.concat([whole.subarray(0, whole.length - 8), stdin('{"points":')])
}
const KEYED = () => ({ HTTP_AUTHORIZATION: `Bearer ${facts().api_key}` })
for (const [words, bytes, drip] of [['half a body', () => half('/api/v1/shop/users/nobody/points', KEYED())], ['half a body and goes on byte by byte', () => half('/api/v1/shop/users/nobody/points', KEYED()), stdin(' ')],
	['half a body that nobody reads, byte by byte', () => half('/api/v1/me'), stdin(' ')]])
	test(`who sends ${words} keeps a worker for a few seconds, also from ending`, () => withWorker(async worker => {
		const timers = []
		const keep = () => {
			const connection = connect(worker.socket)
			connection.on('error', () => {})
			connection.write(bytes())
			if (drip)
				timers.push(setInterval(() => connection.writable && connection.write(drip), 300))
			return once(connection, 'connect')
		}
		try {
			await keep()
			await until(() => send(worker, request('/healthz')).then(({ out }) => /^Status: 200 OK\r\n/.test(out), () => false), 'an answer', 30)
			await keep()
			await wait(200)                 // until it reads
			worker.process.kill('SIGTERM')
			await until(() => worker.process.exitCode === 0, 'its end', 10)
		} finally {
			timers.forEach(clearInterval)
		}
	}))

for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1'])
	test(`${signal} ends a worker that waits`, () => withWorker(async worker => {
		await send(worker, request('/healthz'))
		worker.process.kill(signal)
		await until(() => worker.process.exitCode === 0, 'its end', 10)
	}))

// systemd does this whenever it starts something on the socket.
const MADE_TO_WAIT = `
import ctypes, fcntl, signal, subprocess, sys
told = {signal.SIGUSR2, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, told)
def prepare():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)      # PR_SET_PDEATHSIG
    signal.pthread_sigmask(signal.SIG_UNBLOCK, told)
worker = subprocess.Popen(sys.argv[1:], preexec_fn=prepare)
while signal.sigwait(told) == signal.SIGUSR2:
    fcntl.fcntl(0, fcntl.F_SETFL, 0)
    print("event=made_to_wait", file=sys.stderr, flush=True)
worker.terminate()
sys.exit(worker.wait())`

test('a socket that was set to blocking again delays neither the log nor the end', () => withWorker(async worker => {
	await send(worker, request('/healthz'))
	await until(() => lines(worker, '/healthz') === 1, 'the first line')
	worker.process.kill('SIGUSR2')
	await until(() => worker.log.includes('made_to_wait'), 'the change')
	for (let time = 0; time < 2; time++) await send(worker, request('/healthz'))
	await until(() => lines(worker, '/healthz') === 3, 'a line for each', 10)
	worker.process.kill('SIGTERM')
	await until(() => worker.process.exitCode === 0, 'its end', 10)
}, {}, ['/usr/bin/python3', '-c', MADE_TO_WAIT]))

// The first waiting worker is notified of a connection. It shares its processor with a busy
// process, the other one does not.
const TWO_WORKERS = `
import ctypes, os, signal, subprocess, sys, time
told = {signal.SIGUSR2, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, told)
def start(processor, argv, nice):
    def prepare():
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        signal.pthread_sigmask(signal.SIG_UNBLOCK, told)
        os.sched_setaffinity(0, {processor})
        os.nice(nice)
    return subprocess.Popen(argv, preexec_fn=prepare)
one, other = sorted(os.sched_getaffinity(0))[:2]
processes = [start(one, sys.argv[1:], 19)]
time.sleep(.3)
processes += [start(other, sys.argv[1:], 0), start(one, ["sh", "-c", "while :; do :; done"], 0)]
time.sleep(.3)
print("event=waiting", file=sys.stderr, flush=True)
while signal.sigwait(told) == signal.SIGUSR2:
    processes[0].terminate()
for process in processes:
    process.kill()
    process.wait()`

test('a worker that ends just when it is notified of a connection does not lose it', { skip: availableParallelism() < 2 && 'one processor' }, async () => {
	for (let time = 0; time < 6; time++)
		await withWorker(async worker => {
			await until(() => worker.log.includes('event=waiting'), 'the workers')
			worker.process.kill('SIGUSR2')
			await wait(40 + 3 * time)               // the last check is after 50 ms
			const { out } = await send(worker, request('/healthz'))
			assert.match(out, /^Status: 200 OK\r\n/)
			worker.process.kill('SIGTERM')
			await worker.ended
		}, {}, ['/usr/bin/python3', '-c', TWO_WORKERS])
})

test('clients that connect again at once do not keep a worker that was terminated', () => withWorker(async worker => {
	// takes the worker longer than these clients
	const bytes = request(`/api/v1/shop/events/${facts().event}/participants?limit=100`, 0, KEYED())
	let answered = 0
	const clients = Array.from({ length: 64 }, async () => {
		while (worker.process.exitCode === null)
			if ((await send(worker, bytes)).isEnded)
				answered++
	})
	await until(() => answered > 100, 'load')
	worker.process.kill('SIGTERM')
	await until(() => worker.process.exitCode === 0, 'its end', 10)
	await Promise.all(clients)
}))

test('every answered request has its log line when no request waits, and when the worker ends', () => withWorker(async worker => {
	const MANY = 100                // more lines than are written at once
	await Promise.all(Array.from({ length: MANY }, () => send(worker, request('/healthz'))))
	await until(() => lines(worker, '/healthz') === MANY, 'a line for each')
	let answered = 0
	const customers = Array.from({ length: 8 }, async () => {       // so that it never becomes idle before it ends
		while ((await send(worker, request('/readyz'))).isEnded) answered++
	})
	await until(() => answered > MANY, 'work')
	worker.process.kill('SIGTERM')
	assert.deepEqual(await worker.ended, [0, null])
	await Promise.all(customers)
	await until(() => lines(worker, '/readyz') === answered, 'a line for each that was answered')
}))

test('a list of web servers\' addresses is not supported, so the worker refuses to start', () => withWorker(async worker => {
	assert.deepEqual(await worker.ended, [1, null])
	await until(() => /event=start_failed .*FCGI_WEB_SERVER_ADDRS/.test(worker.log), 'the reason')
}, { FCGI_WEB_SERVER_ADDRS: '127.0.0.1' }))

test('a worker that cannot accept connections logs why, and ends so that another is started', () => withWorker(async worker => {
	connect(worker.socket).on('error', () => {})
	assert.deepEqual(await worker.ended, [1, null])
	await until(() => /event=accept_failed .*why="Too many open files"/.test(worker.log), 'the reason')
}, {}, ['/usr/bin/prlimit', '--nofile=4:4']))
