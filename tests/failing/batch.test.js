// SPDX-License-Identifier: MIT
// A worker that serves a batch dies at each step, or its Nth allocation or database call fails:
// each customer of the batch got a true response or none, and finds the request done once when
// repeating it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { audit } from '../faults/ledger.js'
import { customer } from '../http/client.js'
import { request, send, sendAtOnce, state, withWorker } from '../http/fastcgi.js'
import { attended, count, dojangctl, freshEvent, sql, unique } from '../http/harness.js'
import { until } from '../http/until.js'

const directory = process.env.DOJANG_FAULTS, isWhole = process.env.NTH_ALL === '1', PART = 8, MANY = 4
const ERRORS = isWhole ? [1213, 2013, 1114, 1062] : [1213, 2013]
const at = name => join(directory, name)
const CHECK_IN = ['attendance_of_many', 'attendance_insert_many', 'before-answer', 'after-answer']
const CLAIM = ['BEGIN', 'claim_lock_customers', 'claim_insert_many', 'claims_of_many', 'claim_movements_insert', 'points_add_many', 'points_note_claims',
	'claim_take_stock', 'before-COMMIT', 'COMMIT', 'before-answer', 'after-answer']

const ask = (method, path, who) => request(path, 0, { REQUEST_METHOD: method, CONTENT_LENGTH: '0', HTTP_AUTHORIZATION: `Bearer ${who.token}` })
/** The status of a response; 0 if the worker ended before it was complete. */
const told = ({ out, isEnded }) => isEnded ? Number(/^Status: (\d+)/.exec(out)[1]) : 0

await sql('DELETE FROM webhook_subscriptions')         // with a subscribed endpoint requests are not batched
const event = await freshEvent({ milestones: [{ at: 1, points: 10, stock: 100000 }] })
const [milestone] = event.milestones, attendance = `${event.path}/attendance`
const idOf = `(SELECT id FROM events WHERE slug = '${event.slug}')`

/** Sends one path for several customers at the same time to a worker that has the event in its cache, after a set-up; returns the responses. */
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

/** Repeats all requests, with other workers. */
async function comeAgain(path, { all, statuses }, what) {
	for (const [i, who] of all.entries()) {
		assert.ok([0, 200, 201, 503].includes(statuses[i]), `${what}: ${statuses}`)
		let again
		await until(async () => (again = await who.post(path)).status !== 503, 'a response other than 503')
		assert.ok([200, 201].includes(again.status), `${what}, then ${again.status}`)
		assert.ok(!([200, 201].includes(statuses[i]) && again.status === 201), `${what}: acknowledged, but lost`)
	}
	const names = all.map(({ subject }) => `'${subject}'`)
	const [rows, days] = path === attendance ? ['attendance', 2] : ['claims', 1]
	assert.equal(await count(`SELECT COUNT(*) FROM ${rows} WHERE event_id = ${idOf} AND user_id IN (SELECT id FROM users WHERE subject IN (${names}))`), days * MANY, what)
}

for (const [words, path, steps] of [['check in', attendance, CHECK_IN], ['claim', milestone.path, CLAIM]])
	test(`killed at each step while several ${words}`, async () => {
		for (const step of steps) {
			// The notifier also reaches COMMIT, and may have taken the order.
			await until(async () => {
				const served = await group(path, () => writeFileSync(at(`at-${step}`), 'kill'))
				await comeAgain(path, served, step)
				assert.ok(!existsSync(at(`at-${step}`)), `a request reached ${step}`)
				return served.hasDied
			}, `its end at ${step}`)
		}
		assert.deepEqual(await audit(), [])
	})

/** The same, with a worker that stops at step; meanwhile() runs before it continues. */
async function stoppedAt(step, one, path, meanwhile, many = MANY) {
	const all = Array.from({ length: many }, () => customer(unique('together')))
	await attended(one, Object.fromEntries(all.map(({ subject }) => [subject, [-1]])))
	let statuses
	await withWorker(async worker => {
		await send(worker, ask('GET', `${one.path}/attendance`, all[0]))
		writeFileSync(at(`at-${step}`), 'stop')
		const answers = sendAtOnce(worker, all.map(who => ask('POST', path, who)))
		await until(() => !existsSync(at(`at-${step}`)) && state(worker.process.pid) === 'T', `the worker at ${step}`)
		await meanwhile(all)
		worker.process.kill('SIGCONT')
		statuses = (await answers).map(told)
	})
	return { all, statuses }
}

const freshOne = () => freshEvent({ milestones: [{ at: 1, points: 10, stock: 10 }] })
const hide = one => sql(`UPDATE events SET state = 'draft', version = version + 1 WHERE slug = '${one.slug}'`)
const daysOf = one => count(`SELECT COUNT(*) FROM attendance WHERE event_id = (SELECT id FROM events WHERE slug = '${one.slug}')`)

test('the event is changed between the batch\'s read and its check-ins: none succeeds with the old version', async () => {
	const one = await freshOne(), { statuses } = await stoppedAt('attendance_of_many', one, `${one.path}/attendance`, () => hide(one))
	assert.deepEqual(statuses, Array(MANY).fill(404))
	assert.equal(await daysOf(one), MANY)
})

test('one customer is blocked between the read and the check-ins: only this one is refused', async () => {
	const one = await freshOne()
	const { statuses } = await stoppedAt('attendance_of_many', one, `${one.path}/attendance`, all => dojangctl('user', 'block', '--subject', all[1].subject, '--reason', 'a test'))
	assert.equal(statuses[1], 403)
	for (const i of [0, 2, 3]) assert.ok([200, 201].includes(statuses[i]), `${statuses}`)
	assert.equal(await daysOf(one), 2 * MANY - 1)
})

test('the event is changed during a batch of claims, or one customer loses a day: the new state decides', async () => {
	const one = await freshOne(), [{ path }] = one.milestones
	const hidden = await stoppedAt('claim_lock_customers', one, path, () => hide(one))
	assert.deepEqual(hidden.statuses, Array(MANY).fill(404))
	const other = await freshOne()
	const { statuses } = await stoppedAt('claim_lock_customers', other, other.milestones[0].path,
		async all => {                  // the customer's row is locked, so its id is read without a lock
			const [{ id }] = await sql(`SELECT id FROM users WHERE subject = '${all[2].subject}'`)
			await sql(`DELETE FROM attendance WHERE user_id = ${id}`)
		})
	assert.deepEqual(statuses, [201, 201, 409, 201])
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${other.milestones[0].product}`), 7)
})

for (const [many, step] of [[1, 'claim_add_points'], [MANY, 'claim_lock_customers']])
	test(`the terms are changed between the lock and the insert of ${many} claims: the new terms decide`, async () => {
		const one = await freshOne(), [{ id, path, product }] = one.milestones
		const { statuses } = await stoppedAt(step, one, path, async () => {
			await sql(`UPDATE milestones SET at = 2 WHERE id = ${id}`)
			await sql(`UPDATE events SET version = version + 1 WHERE slug = '${one.slug}'`)
		}, many)
		assert.deepEqual(statuses, Array(many).fill(409))
		assert.deepEqual([await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${id}`), await count(`SELECT remain FROM products WHERE id = ${product}`)], [0, 10])
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
