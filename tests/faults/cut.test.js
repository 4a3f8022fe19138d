// SPDX-License-Identifier: MIT
// Connections cut when a COMMIT, or an autocommitted statement, was sent to MariaDB: before it
// arrives, while it runs, after it is done. A proxy on the workers' socket forwards everything and
// cuts where a test says so. The customer finds the first result, once.
import assert from 'node:assert/strict'
import { renameSync, rmSync } from 'node:fs'
import net from 'node:net'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { call, customer, expect } from '../http/client.js'
import { attended, count, demo, dojangctl, freshEvent, sql, unique } from '../http/harness.js'
import { eventForLoad, random, settle, startLoad, verify } from './load.js'

const place = demo.mysql.socket, real = `${place}.real`
const COM_QUERY = 3, COM_PREPARE = 0x16, COM_EXECUTE = 0x17

/** Complete packets of MySQL's protocol from a stream of bytes: the body, and the original bytes. */
function packets(each) {
	let kept = Buffer.alloc(0)
	return bytes => {
		kept = Buffer.concat([kept, bytes])
		while (kept.length >= 4 && kept.length >= 4 + kept.readUIntLE(0, 3)) {
			const size = 4 + kept.readUIntLE(0, 3), whole = kept.subarray(0, size)
			kept = kept.subarray(size)
			each(whole.subarray(4), whole)
		}
	}
}

/** decide(text): how to cut the connection at this statement, or null. */
let decide = () => null
const cuts = { before: 0, during: 0, after: 0 }

function serve(client) {
	const server = net.connect(real), texts = new Map()
	let [preparing, cut, isGreeted] = [null, null, false]
	const end = () => { client.destroy(); server.destroy() }
	client.on('error', () => {}).on('close', () => { if (cut !== 'during') server.destroy() })
	server.on('error', () => {}).on('close', () => client.destroy())
	server.on('data', packets((body, whole) => {
		if (preparing !== null && body[0] === 0)
			texts.set(body.readUInt32LE(1), preparing)
		preparing = null
		if (cut)
			return end()            // MariaDB has finished; its response is not forwarded
		isGreeted = true
		client.write(whole)
	}))
	client.on('data', packets((body, whole) => {
		if (isGreeted && whole[3] === 0 && body[0] === COM_PREPARE)
			preparing = body.toString('utf8', 1)
		const text = whole[3] !== 0 ? null : body[0] === COM_QUERY ? body.toString('utf8', 1) : body[0] === COM_EXECUTE ? texts.get(body.readUInt32LE(1)) : null
		cut = text ? decide(text) : null
		if (cut)
			cuts[cut]++
		if (cut === 'before')
			return end()
		server.write(whole)
		if (cut === 'during')
			client.destroy()
	}))
}

const reconnect = async () => {
	const own = await sql("SELECT id AS id FROM information_schema.processlist WHERE user = 'dojang_api'")
	await sql(own.map(({ id }) => `KILL ${id};`).join(' ')).catch(error => assert.match(error.stderr, /Unknown thread id/))
}
const proxy = net.createServer(serve), open = new Set()
proxy.on('connection', socket => { open.add(socket); socket.on('close', () => open.delete(socket)) })

before(async () => {
	renameSync(place, real)
	await once(proxy.listen(place), 'listening')
	await reconnect()
})
after(async () => {
	decide = () => null
	proxy.close()
	rmSync(place, { force: true })
	renameSync(real, place)
	open.forEach(socket => socket.destroy())
})

/** Cuts only the next statement that matches. */
function cutAt(pattern, how) {
	const seen = cuts[how]
	decide = text => {
		if (!pattern.test(text))
			return null
		decide = () => null
		return how
	}
	return () => assert.equal(cuts[how], seen + 1, 'the connection was cut')
}

// Alone, or at the end (COMMIT) or the beginning (the check-in's INSERT) of pipelined statements.
const COMMIT = /^COMMIT$|\bCOMMIT; .*END$/, CHECK_IN = /^(BEGIN NOT ATOMIC )?INSERT INTO attendance\b/, HOW = ['before', 'during', 'after']
const BY = { before: 'before it arrives', during: 'while MariaDB is at it', after: 'when MariaDB is done, before the answer' }

for (const how of HOW)
	test(`a claim whose COMMIT is cut ${BY[how]}: it exists once and is returned`, async () => {
		const event = await freshEvent({ milestones: [{ at: 1, points: 100, stock: 5 }] }), [milestone] = event.milestones, who = customer(unique('c'))
		await attended(event, { [who.subject]: [-1] })
		const wasCut = cutAt(COMMIT, how), answer = await who.post(milestone.path)
		wasCut()
		assert.ok(how === 'before' ? answer.status === 201 : how === 'after' ? answer.status === 200 : [200, 201].includes(answer.status), `${answer.status}`)
		assert.deepEqual(expect(await who.post(milestone.path), 200), answer.body)
		const [row] = await sql(`SELECT remain, (SELECT COUNT(*) FROM claims WHERE product_id = p.id) AS claims, (SELECT SUM(delta) FROM stock_movements WHERE product_id = p.id) AS moved,
			(SELECT COUNT(*) FROM point_entries e JOIN claims c ON e.source = 'claim' AND e.reference = c.id WHERE c.product_id = p.id) AS entries FROM products p WHERE p.id = ${milestone.product}`)
		assert.deepEqual(row, { remain: '4', claims: '1', moved: '4', entries: '1' })
		assert.equal(expect(await who.get('/api/v1/me'), 200).points, 100)
	})

for (const [isAnnounced, pattern, words] of [[false, CHECK_IN, 'whose INSERT'], [true, COMMIT, 'that is announced, whose COMMIT']])
	for (const how of HOW)
		test(`a check-in ${words} is cut ${BY[how]}: one day`, async () => {
			const { id } = isAnnounced ? await dojangctl('webhook', 'add', '--url', 'http://127.0.0.1:9/', '--events', 'attendance.created') : {}
			const event = await freshEvent(), who = customer(unique('c'))
			expect(await who.get('/api/v1/me'), 200)
			const wasCut = cutAt(pattern, how), answer = await who.post(`${event.path}/attendance`)
			wasCut()
			assert.ok([200, 201].includes(answer.status), `${answer.status}`)
			assert.equal(answer.body.count, 1)
			assert.deepEqual(expect(await who.post(`${event.path}/attendance`), 200), { ...answer.body, already: true })
			assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN users u ON u.id = a.user_id WHERE u.subject = '${who.subject}'`), 1)
			if (isAnnounced) {
				assert.equal(await count(`SELECT COUNT(*) FROM outbox_messages o JOIN users u ON u.id = o.user_id WHERE u.subject = '${who.subject}' AND o.kind = 'attendance.created'`), 1)
				await dojangctl('webhook', 'disable', '--id', id)
			}
		})

for (const how of HOW)
	test(`points granted by the shop whose COMMIT is cut ${BY[how]}: one entry`, async () => {
		const who = customer(unique('c')), body = { amount: 70, reference: unique('order'), reason: 'a gift' }
		expect(await who.get('/api/v1/me'), 200)
		const give = () => call('POST', `/api/v1/shop/users/${who.subject}/points`, { as: demo.api_key, body })
		const wasCut = cutAt(COMMIT, how), answer = await give()
		wasCut()
		assert.ok([200, 201].includes(answer.status), `${answer.status}`)
		assert.deepEqual(expect(await give(), 200), answer.body)
		assert.equal(expect(await who.get('/api/v1/me'), 200).points, 70)
	})

test('under load, one of twenty is cut: nobody is refused, nothing is lost or duplicated', async () => {
	const prepared = await eventForLoad(), load = startLoad(prepared), cut = { ...cuts }
	decide = text => (COMMIT.test(text) || CHECK_IN.test(text)) && random() < 0.05 ? HOW[Math.floor(random() * HOW.length)] : null
	await load.more(1000)
	decide = () => null
	const ledger = await load.stop()
	assert.ok(HOW.every(how => cuts[how] > cut[how]), 'each kind of cut happened')
	console.log(`# cut: ${JSON.stringify(Object.fromEntries(HOW.map(how => [how, cuts[how] - cut[how]])))}, answers: ${JSON.stringify(ledger.counts)}`)
	assert.equal(ledger.counts.lost, 0, 'every request had a response')
	await verify(prepared.event, ledger)
	await settle(load, prepared.event)
})
