// SPDX-License-Identifier: MIT
// The Nth allocation of memory and the Nth database call fail during a check-in, a claim, a change
// by staff and a delivery, for some N, or with NTH_ALL=1 for every N: a correct response, or one
// from another worker, and all invariants hold.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { hidden, staff } from '../console/client.js'
import { customer } from '../http/client.js'
import { attended, complete, consoleWorkers, count, demo, dojangctl, freshEvent, isMySQL, serverStatus, sql, unique, workers } from '../http/harness.js'
import { audit } from '../faults/ledger.js'
import { until } from '../faults/load.js'

const directory = process.env.DOJANG_FAULTS
const isWhole = process.env.NTH_ALL === '1'
/** The number of allocations in the short form; different ones in each run. */
const PART = 8
const strideOf = number => isWhole ? 1 : Math.ceil(number / PART)
const first = stride => 1 + Math.floor(Math.random() * stride)
/* A deadlock, a lost connection, a full disk (after which a worker answers 503 for a second). */
const ERRORS = isWhole ? [1213, 2013, 1114] : [2013]
const at = name => join(directory, name)
const order = text => writeFileSync(at('request'), text)

/** The counts of allocations and calls of the request that took the order; null if its worker died. */
async function counted(isAlive) {
	await until(() => existsSync(at('counted')) || !isAlive(), 'the end of the request')
	if (!existsSync(at('counted')))
		return null
	const [allocations, calls] = readFileSync(at('counted'), 'utf8').split(' ').map(Number)
	rmSync(at('counted'))
	return { allocations, calls }
}

/** Sends the request with new test data repeatedly, with another failure each time, until there are no more. */
async function everyNth(of, prepare, send, check) {
	await complete(of)
	const once = async text => {
		const ground = await prepare()
		rmSync(at('counted'), { force: true })
		const before = of()
		order(text)
		// Rarely, a request whose allocation failed gets 500 instead of another worker's answer. It is
		// reported, and repeated like one with 503.
		const answer = await send(ground).catch(error => {
			if (!text.startsWith('memory') || !/^500 to /.test(error.message))
				throw error
			console.log(`# ${text}: ${error.message}`)
			return { status: 503, text: '', body: {} }
		})
		const seen = await counted(() => before.every(pid => of().includes(pid)))
		await complete(of)
		await check(ground, answer, text)
		return seen
	}
	const { allocations, calls } = await once('none 0')
	const tried = { memory: 0, calls: 0, allocations, 'calls of one': calls }
	const stride = strideOf(allocations)
	for (let n = first(stride); n <= allocations + stride; n += stride, tried.memory++)
		await once(`memory ${n}`)
	for (const when of ['before', 'after'])
		for (const error of ERRORS)
			for (let n = 1; n <= calls; n++, tried.calls++)
				assert.ok(await once(`${when} ${n} ${error}`), `${when} ${n} ${error}: the worker ended`)
	console.log(`# ${JSON.stringify(tried)}`)
}

const good = async () => assert.deepEqual(await audit(), [])
function isClean(answer, text) {
	assert.ok([200, 201, 303, 503].includes(answer.status), `${text}: ${answer.status} ${answer.text?.slice(0, 300)}`)
	assert.doesNotMatch(answer.text, /mariadb|mysql|deadlock|errno|\bselect\b.*\bfrom\b|\.sock\b/i, text)
}
/** Repeats a request after a 503 (after a full disk a worker answers 503 for a second). */
async function repeat(send) {
	let answer
	await until(async () => (answer = await send()).status !== 503, 'a response other than 503')
	return answer
}

const STOCK = 100000
let event
test('the test data', async () => { event = await freshEvent({ milestones: [{ at: 1, points: 10, stock: STOCK }, { at: 1, kind: 'item', stock: STOCK }] }) })

async function checkIns() {
	await everyNth(workers, () => customer(unique('nth')), who => who.post(`${event.path}/attendance`), async (who, answer, text) => {
		isClean(answer, text)
		const again = await repeat(() => who.post(`${event.path}/attendance`))
		assert.ok([200, 201].includes(again.status), `${text}, then ${again.status}`)
		assert.ok(!(answer.status < 300 && again.status === 201), `${text}: acknowledged, but lost`)
	})
	assert.equal(await count(`SELECT COUNT(*) - COUNT(DISTINCT user_id) FROM attendance WHERE event_id = (SELECT id FROM events WHERE slug = '${event.slug}')`), 0)
	await good()
}

async function claims(milestone = event.milestones[0]) {
	const subjects = Array.from({ length: 1200 }, () => unique('nth'))
	await attended(event, Object.fromEntries(subjects.map(subject => [subject, [-1]])))
	await everyNth(workers, () => customer(subjects.pop()), who => who.post(milestone.path), async (who, answer, text) => {
		isClean(answer, text)
		const again = await repeat(() => who.post(milestone.path))
		assert.ok([200, 201].includes(again.status), `${text}, then ${again.status}`)
		assert.ok(!(answer.status < 300 && again.body.id !== answer.body.id), `${text}: acknowledged, but lost`)
	})
	await good()
	assert.equal(await count(`SELECT remain + (SELECT COUNT(*) FROM claims WHERE product_id = p.id) FROM products p WHERE id = ${milestone.product}`), STOCK)
}

async function reconnect() {
	const own = await sql("SELECT id AS id FROM information_schema.processlist WHERE user = 'dojang_api'")
	await sql(own.map(({ id }) => `KILL ${id};`).join(' ')).catch(error => assert.match(error.stderr, /Unknown thread id/))
}

/** With pipelining, as in programs without fault points: several statements in one round trip (fcgi/db/compound.h). */
async function pipelined(work) {
	const compounds = () => serverStatus('Com_compound_sql'), before = await compounds()
	writeFileSync(at('planted-pipelining'), '')
	await reconnect()
	try {
		await work()
	} finally {
		rmSync(at('planted-pipelining'))
		await reconnect()
	}
	assert.ok(await compounds() > before + 20, 'they were pipelined')
}

test('a check-in', checkIns)
const skip = isMySQL && 'MySQL does not run compound statements'
test('a check-in, its statements pipelined', { skip }, () => pipelined(checkIns))
test('a claim, its statements pipelined', { skip }, () => pipelined(claims))
test('a claim of goods', () => claims(event.milestones[1]))
test('a claim with a subscribed endpoint', async () => {
	await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'claim.created')
	await claims()
})

test('a change of the stock by staff', async () => {
	const manager = await staff('manager'), [{ product }] = event.milestones, path = `/admin/products/${product}/stock`
	let sum = await count(`SELECT remain FROM products WHERE id = ${product}`)
	await everyNth(consoleWorkers, async () => {
		const page = await manager.get(path)
		return { _token: hidden(page.text, '_token'), _form: hidden(page.text, '_form'), delta: '1', reason: 'nth' }
	}, form => manager.request(path, { method: 'POST', form }), async (form, answer, text) => {
		isClean(answer, text)
		const again = await repeat(() => manager.request(path, { method: 'POST', form }))         // the same form: done once
		assert.equal(again.status, 303, `${text}, then ${again.status}`)
		assert.equal(await count(`SELECT remain FROM products WHERE id = ${product}`), ++sum, text)
	})
	await good()
})

test('a delivery', async () => {
	const notifier = join(dirname(demo.dojangctl), 'dojang-notifier')
	const run = () => new Promise(resolve => execFile(notifier, ['--settings', demo.settings_file, '--once'], { env: { ...process.env, DOJANG_FAULTS: directory }, timeout: 60e3 },
		(error, stdout, stderr) => resolve({ code: error ? error.code ?? error.signal : 0, text: stderr.slice(-500) })))
	const mails = () => count("SELECT COUNT(*) FROM outbox_messages WHERE channel = 'mail' AND state NOT IN ('waiting', 'sent')")
	const [bad] = [await mails()]
	const tried = { memory: 0, calls: 0 }
	const once = async text => {
		const [{ id }] = await sql("SELECT id FROM alert_recipients ORDER BY id LIMIT 1")
		await dojangctl('recipient', 'test', '--id', id)
		rmSync(at('counted'), { force: true })
		order(text)
		const { code } = await run()
		const seen = existsSync(at('counted')) ? readFileSync(at('counted'), 'utf8').split(' ').map(Number) : null
		rmSync(at('request'), { force: true })
		assert.ok(seen || code !== 0, `${text}: it ended without an error`)
		return seen
	}
	const [allocations, calls] = await once('none 0')
	const stride = strideOf(allocations)
	for (let n = first(stride); n <= allocations; n += stride, tried.memory++)
		await once(`memory ${n}`)
	for (let n = first(strideOf(calls)); n <= calls; n += strideOf(calls), tried.calls++)
		await once(`${n % 2 ? 'before' : 'after'} ${n} ${ERRORS[n % ERRORS.length]}`)
	console.log(`# ${JSON.stringify({ ...tried, allocations, 'calls of one': calls })}`)
	await until(async () => { await run(); return await count("SELECT COUNT(*) FROM outbox_messages WHERE channel = 'mail' AND state = 'waiting'") === 0 }, 'the delivery of all', 240)
	assert.equal(await mails(), bad, 'no mail was given up')
	await good()
})
