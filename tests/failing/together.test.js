// SPDX-License-Identifier: MIT
// A worker that serves several at once dies at each step of it, or its Nth allocation or call of the database fails: each of those whom it served
// was told the truth or nothing, and finds what they wanted done once when they come again.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { audit } from '../faults/ledger.js'
import { customer } from '../http/client.js'
import { request, send, sendAtOnce, withWorker } from '../http/fastcgi.js'
import { attended, count, freshEvent, unique } from '../http/harness.js'
import { until } from '../http/until.js'

const directory = process.env.DOJANG_FAULTS, isWhole = process.env.NTH_ALL === '1', PART = 8, MANY = 4
const ERRORS = isWhole ? [1213, 2013, 1114, 1062] : [1213, 2013]
const at = name => join(directory, name)
const CHECK_IN = ['attendance_of_many', 'attendance_insert_many', 'before-answer', 'after-answer']
const CLAIM = ['BEGIN', 'claim_hold_many', 'claim_insert_many', 'claims_of_many', 'claim_movements_insert', 'points_add_many', 'points_note_claims',
	'claim_take_stock_of_many', 'before-COMMIT', 'COMMIT', 'before-answer', 'after-answer']

const ask = (method, path, who) => request(path, 0, { REQUEST_METHOD: method, CONTENT_LENGTH: '0', HTTP_AUTHORIZATION: `Bearer ${who.token}` })
/** Its status, 0 where the worker ended before it was whole. */
const told = ({ out, isEnded }) => isEnded ? Number(/^Status: (\d+)/.exec(out)[1]) : 0

const event = await freshEvent({ milestones: [{ at: 1, points: 10, stock: 100000 }] })
const [milestone] = event.milestones, attendance = `${event.path}/attendance`
const idOf = `(SELECT id FROM events WHERE slug = '${event.slug}')`

/** Those for whom one path is asked at once, of a worker that knows the event, after something was set up for it; what each was told. */
async function group(path, prepare) {
	const all = Array.from({ length: MANY }, () => customer(unique('together')))
	await attended(event, Object.fromEntries(all.map(({ subject }) => [subject, [-1]])))
	let statuses, hasDied
	await withWorker(async worker => {
		await send(worker, ask('GET', attendance, all[0]))
		prepare()
		statuses = (await sendAtOnce(worker, all.map(who => ask('POST', path, who)))).map(told)
		hasDied = worker.process.exitCode !== null || worker.process.signalCode !== null
	})
	return { all, statuses, hasDied }
}

/** Everybody comes again, to other workers. */
async function comeAgain(path, { all, statuses }, what) {
	for (const [i, who] of all.entries()) {
		assert.ok([0, 200, 201, 503].includes(statuses[i]), `${what}: ${statuses}`)
		let again
		await until(async () => (again = await who.post(path)).status !== 503, 'another answer than 503')
		assert.ok([200, 201].includes(again.status), `${what}, then ${again.status}`)
		assert.ok(!([200, 201].includes(statuses[i]) && again.status === 201), `${what}: acknowledged and lost`)
	}
	const names = all.map(({ subject }) => `'${subject}'`)
	const [rows, days] = path === attendance ? ['attendance', 2] : ['claims', 1]
	assert.equal(await count(`SELECT COUNT(*) FROM ${rows} WHERE event_id = ${idOf} AND user_id IN (SELECT id FROM users WHERE subject IN (${names}))`), days * MANY, what)
}

for (const [words, path, steps] of [['check in', attendance, CHECK_IN], ['claim', milestone.path, CLAIM]])
	test(`killed at each step while several ${words}`, async () => {
		for (const step of steps) {
			const served = await group(path, () => writeFileSync(at(`at-${step}`), 'kill'))
			assert.ok(!existsSync(at(`at-${step}`)), `it came by ${step}`)
			assert.ok(served.statuses.includes(0) || step === 'after-answer', `${step}: ${served.statuses}`)
			await comeAgain(path, served, step)
		}
		assert.deepEqual(await audit(), [])
	})

for (const [words, path] of [['check in', attendance], ['claim', milestone.path]])
	test(`the Nth allocation or call fails while several ${words}`, async () => {
		const once = async text => {
			rmSync(at('counted'), { force: true })
			const served = await group(path, () => writeFileSync(at('request'), text))
			const [allocations, calls] = existsSync(at('counted')) ? readFileSync(at('counted'), 'utf8').split(' ').map(Number) : []
			await comeAgain(path, served, text)
			return { allocations, calls, served }
		}
		const { allocations, calls, served } = await once('none 0')
		assert.deepEqual(served.statuses, Array(MANY).fill(201))
		const stride = isWhole ? 1 : Math.ceil(allocations / PART)
		for (let n = 1 + Math.floor(Math.random() * stride); n <= allocations; n += stride)
			await once(`memory ${n}`)
		for (const when of ['before', 'after'])
			for (const error of ERRORS)
				for (let n = 1; n <= calls; n++)
					await once(`${when} ${n} ${error}`)
		console.log(`# ${JSON.stringify({ allocations, 'calls of one': calls })}`)
		assert.deepEqual(await audit(), [])
		assert.equal(await count(`SELECT remain + (SELECT COUNT(*) FROM claims WHERE product_id = p.id) FROM products p WHERE id = ${milestone.product}`), 100000)
	})
