// SPDX-License-Identifier: MIT
// A separate installation for tests of delivery: a database on the demo's server, settings,
// dojangctl and notifiers, but neither nginx nor workers. And the receivers: a real SMTP server
// with STARTTLS and AUTH, and an HTTP server that records its requests.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { BUILD, TREE } from '../http/demo.js'
import { checkWebhook } from '../http/contract.js'
import { databaseClient, demo } from '../http/harness.js'

const run = promisify(execFile)

/** Does this process have a handler of SIGTERM, or has it ended? Before it has, the signal kills it. */
const handlesEnd = child => child.exitCode !== null || child.signalCode !== null
	|| (BigInt('0x' + readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/^SigCgt:\s*(\w+)/m)[1]) >> 14n & 1n) === 1n

/** Waits until condition() returns a true value, and returns it. */
export async function until(condition, what, seconds = 20) {
	const end = Date.now() + seconds * 1000
	for (;;) {
		const answer = await condition()
		if (answer)
			return answer
		if (Date.now() > end)
			throw new Error(`${what} did not happen within ${seconds} seconds`)
		await wait(20)
	}
}

/* --- the installation -------------------------------------------------------------------------------------------------------- */

const text = sections => Object.entries(sections).map(([name, values]) =>
	[`[${name}]`, ...Object.entries(values).filter(([, value]) => value !== null).map(([key, value]) => `${key} = ${value}`)].join('\n')).join('\n') + '\n'

/** Settings by section replace the usual ones; null removes one. */
export async function install(settings = {}) {
	const directory = mkdtempSync(join(tmpdir(), 'dojang-delivery-'))
	const database = `delivery_${randomBytes(6).toString('hex')}`
	const file = name => join(directory, name)
	const secret = (name, value) => { writeFileSync(file(name), value + '\n', { mode: 0o600 }); return file(name) }
	const usual = {
		database: { hosts: `unix:${demo.mysql.socket}`, name: database, admin_user: 'root', api_user: 'root', console_user: 'root', notifier_user: 'root' },
		server: { secret_file: secret('secret', randomBytes(32).toString('hex')), seal_key_file: secret('seal-key', randomBytes(32).toString('hex')),
			state_directory: directory, templates_directory: join(TREE, 'templates') },
		notifier: {},
		mail: { host: '127.0.0.1', port: 9, security: 'none', from: 'dojang@shop.example', timeout_seconds: 2 },
		webhook: { allow_private_addresses: 'yes', timeout_seconds: 2 },
		demo: { enabled: 'yes', clock_file: file('clock') },
	}
	const sections = Object.keys({ ...usual, ...settings })
	const write = (more = {}) => writeFileSync(file('dojang.ini'), text(Object.fromEntries(sections.map(name =>
		[name, { ...usual[name], ...settings[name], ...more[name] }]))))
	writeFileSync(file('clock'), '0\n')
	write()
	const notifiers = new Set()
	const own = {
		directory, file, secret, write,
		/** Runs a statement; returns its rows as arrays of texts. */
		async sql(statement) {
			const { stdout } = await run(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, '--user=root', '--batch', '--skip-column-names',
				'--default-character-set=utf8mb4', database, '-e', statement], { maxBuffer: 1 << 28 })
			return stdout.split('\n').slice(0, -1).map(line => line.split('\t'))
		},
		async number(statement) { return Number((await own.sql(statement))[0][0]) },
		async ctl(...args) {
			try {
				const { stdout } = await run(join(BUILD, 'dojangctl'), ['--settings', file('dojang.ini'), '--json', ...args.map(String)])
				return stdout.trim() ? JSON.parse(stdout) : null
			} catch (error) {
				throw new Error(`dojangctl ${args.join(' ')}: ${error.stderr || error.message} ${error.stdout || ''}`, { cause: error })
			}
		},
		clock(seconds) { writeFileSync(file('clock'), `${seconds}\n`) },
		log: () => readFileSync(file('notifier.log'), 'utf8'),
		/** Starts a notifier; returns its process with stop (TERM), kill (KILL) and ended. */
		async notifier(...args) {
			const log = openSync(file('notifier.log'), 'a', 0o600)
			const child = spawn(join(BUILD, 'dojang-notifier'), ['--settings', file('dojang.ini'), ...args], { stdio: ['ignore', log, log] })
			closeSync(log)
			notifiers.add(child)
			child.ended = once(child, 'exit').then(([code]) => { notifiers.delete(child); return code })
			return Object.assign(child, {
				async stop() { await until(() => handlesEnd(child), 'the start'); child.kill('SIGTERM'); return child.ended },
				async shoot() { child.kill('SIGKILL'); return child.ended },
			})
		},
		/** One complete run as from cron. */
		async once() { return (await own.notifier('--once')).ended },
		async states() {
			return Object.fromEntries((await own.sql('SELECT state, COUNT(*) FROM outbox_messages GROUP BY state')).map(([state, count]) => [state, Number(count)]))
		},
		/** Makes all retries due now and ends all holds. */
		async hurry() {
			await own.sql('UPDATE outbox_messages SET due_at = UTC_TIMESTAMP() WHERE state = "waiting"; UPDATE delivery_holds SET until_at = UTC_TIMESTAMP()')
		},
		async remove() {
			for (const child of [...notifiers])
				await child.shoot()
			await own.sql(`DROP DATABASE ${database}`)
			rmSync(directory, { recursive: true, force: true })
		},
	}
	await run(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, '--user=root', '-e', `CREATE DATABASE ${database} CHARACTER SET utf8mb4`])
	await own.ctl('migrate')
	return own
}

/** A product with this stock and threshold; returns its id. */
export async function product(own, { name = 'AirPods', stock = 3, threshold = 2 } = {}) {
	const { id } = await own.ctl('product', 'create', '--name', name, '--kind', 'item', '--stock', stock, '--threshold', threshold)
	return id
}
/** The statement with which a claim reduces the stock. */
export const take = (own, id) => own.sql(`UPDATE products SET remain = remain - 1, low_alerts = low_alerts + (remain > 0 AND remain <=> threshold),
	sold_out_alerts = sold_out_alerts + (remain = 0) WHERE id = ${id} AND remain > 0`)

/* --- receivers --------------------------------------------------------------------------------------------------------------- */

/** A self-signed certificate for localhost and 127.0.0.1. */
export async function certificate(directory) {
	const [key, cert] = [join(directory, 'tls.key'), join(directory, 'tls.crt')]
	await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
		'-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert])
	return { key: readFileSync(key), cert: readFileSync(cert), file: cert }
}

export const refusal = (responseCode, message) => Object.assign(new Error(message), { responseCode })

/** An SMTP server that stores parsed mails. hooks: auth, from, to, data; each may return an error, or a promise of one. */
export async function mailServer({ tls = null, port = 0, hooks = {}, options = {} } = {}) {
	const mails = []
	const after = (hook, ...args) => Promise.resolve(hook?.(...args))
	const server = new SMTPServer({
		secure: false, disabledCommands: tls ? [] : ['STARTTLS'], authOptional: !tls, ...(tls ? { key: tls.key, cert: tls.cert } : {}), logger: false,
		closeTimeout: 100,
		onAuth: ({ username, password }, session, done) => after(hooks.auth, username, password).then(error => error ? done(error) : done(null, { user: username })),
		onMailFrom: (address, session, done) => after(hooks.from, address.address, session).then(error => done(error)),
		onRcptTo: (address, session, done) => after(hooks.to, address.address, session).then(error => done(error)),
		onData(stream, session, done) {
			const chunks = []
			stream.on('data', chunk => chunks.push(chunk))
			stream.on('end', async () => {
				const raw = Buffer.concat(chunks)
				const mail = Object.assign(await simpleParser(raw), { raw: raw.toString('latin1'), secure: session.secure, user: session.user })
				const error = await after(hooks.data, mail, session)
				if (!error)
					mails.push(mail)
				done(error)
			})
		},
		...options,
	})
	server.on('error', () => {})
	await new Promise((resolve, reject) => server.listen(port, '127.0.0.1', resolve).once('error', reject))
	return { mails, hooks, port: server.server.address().port, close: () => new Promise(resolve => server.close(resolve)), server }
}

/** An HTTP server that records its requests. answer(request) returns { status, headers } (204), or a promise that never ends. */
export async function webhookServer(answer = () => ({})) {
	const requests = [], wrong = []
	const server = createServer((request, response) => {
		const chunks = []
		request.on('data', chunk => chunks.push(chunk))
		request.on('end', async () => {
			const got = { url: request.url, method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
			requests.push(got)
			try {
				checkWebhook(JSON.parse(got.body))
			} catch (error) {
				wrong.push(error.message)
			}
			const { status = 204, headers = {}, body } = await own.answer(got, requests.length)
			response.writeHead(status, headers).end(body)
		})
	})
	await once(server.listen(0, '127.0.0.1'), 'listening')
	const { port } = server.address()
	const own = { requests, answer, port, url: `http://127.0.0.1:${port}/hooks`,
		close: async () => {
			server.closeAllConnections()
			server.close()
			await once(server, 'close')
			assert.deepEqual(wrong, [], 'every webhook is as openapi.yaml has it')
		} }
	return own
}
