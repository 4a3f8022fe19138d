// SPDX-License-Identifier: MIT
// Delivery addresses: entered by the customer who claimed an item, with consent; read by those who
// ship; sealed; erased on time.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { staff } from '../console/client.js'
import { call, customer, expect, expectFields } from './client.js'
import { attended, clock, count, demo, dojangctl, freshEvent, sql, unique } from './harness.js'

afterEach(() => clock.reset())

const shop = (method, path, body) => call(method, `/api/v1/shop${path}`, { as: demo.api_key, body })
const ADDRESS = { name: '김민지', phone: '010-0000-0000', postcode: '04524', lines: ['세종대로 110', '중구, 서울'], country: 'KR' }
const GIVEN = { ...ADDRESS, consent: true }

/** A customer who has claimed a product with one check-in. */
async function claimed(product = { kind: 'item', stock: 5 }) {
	const event = await freshEvent({ milestones: [{ at: 1, ...product }] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	const claim = expect(await who.post(event.milestones[0].path), 201)
	return { who, claim, put: (body = GIVEN, from = who) => from.call('PUT', `/api/v1/me/claims/${claim.id}/address`, { body }) }
}
const read = claim => shop('GET', `/claims/${claim.id}/address`)

test('an address is entered, replaced and read for shipping, and each reading is in the audit log', async () => {
	const { claim, put } = await claimed()
	expect(await read(claim), 404, 'not-found')
	expect(await put(), 204)
	assert.deepEqual(expect(await read(claim), 200), ADDRESS)
	expect(await put({ ...GIVEN, postcode: '1' }), 204)
	assert.equal(expect(await read(claim), 200).postcode, '1')
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'address.read' AND subject_id = ${claim.id} AND actor LIKE 'key:%'`), 2)
})

test('the list of own claims says whether there is an address, but not the address', async () => {
	const { who, put } = await claimed()
	const listed = async () => expect(await who.get('/api/v1/me/claims'), 200).items
	assert.deepEqual((await listed()).map(claim => claim.has_address), [false])
	expect(await put(), 204)
	assert.deepEqual((await listed()).map(claim => claim.has_address), [true])
	assert.ok(!JSON.stringify(await listed()).includes(ADDRESS.name))
})

test('the response to an item claim says how long an address is kept, that to a points claim does not', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5 }, { at: 1, points: 5 }] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	const days = []
	for (const milestone of event.milestones)
		days.push(expect(await who.post(milestone.path), 201).address_days)
	assert.deepEqual(days, [30, undefined])
	assert.deepEqual(expect(await who.get('/api/v1/me/claims'), 200).items.map(claim => claim.address_days), [undefined, 30])
	assert.ok(!expect(await shop('GET', '/claims?limit=2'), 200).items.some(claim => 'address_days' in claim))
})

test('an address is sealed in the database and can be opened only for its own claim', async () => {
	const [one, other] = [await claimed(), await claimed()]
	expect(await one.put(), 204)
	expect(await other.put(), 204)
	const [{ sealed }] = await sql(`SELECT HEX(sealed) AS sealed FROM claim_addresses WHERE claim_id = ${one.claim.id}`)
	for (const text of [ADDRESS.name, ADDRESS.phone, ADDRESS.lines[0]])
		assert.ok(!sealed.includes(Buffer.from(text).toString('hex').toUpperCase()))
	await sql(`UPDATE claim_addresses a JOIN claim_addresses b ON b.claim_id = ${one.claim.id} SET a.sealed = b.sealed WHERE a.claim_id = ${other.claim.id}`)
	assert.equal((await call('GET', `/api/v1/shop/claims/${one.claim.id}/address`, { as: demo.api_key })).status, 200)
	await assert.rejects(read(other.claim), /500/, 'a copied row cannot be opened')
	await sql(`DELETE FROM claim_addresses WHERE claim_id = ${other.claim.id}`)
})

test('claims of others are 404 for customers, 403 for keys without the scope', async () => {
	const { claim, put } = await claimed()
	expect(await put(GIVEN, customer(unique('c'))), 404, 'not-found')
	expect(await put(), 204)
	const { key } = await dojangctl('key', 'create', '--name', 'reader', '--scopes', 'users:read')
	expect(await call('GET', `/api/v1/shop/claims/${claim.id}/address`, { as: key }), 403, 'forbidden')
	expect(await call('GET', `/api/v1/shop/claims/${claim.id}/address`, { as: customer('minji').token }), 401, 'unauthorized')
})

test('only claims of items that are not shipped yet accept an address', async () => {
	expect(await (await claimed({ points: 5 })).put(), 409, 'conflict')
	const { claim, put } = await claimed()
	expect(await shop('PATCH', `/claims/${claim.id}`, { state: 'preparing' }), 200)
	expect(await put(), 204)
	expect(await shop('PATCH', `/claims/${claim.id}`, { state: 'shipped' }), 200)
	expect(await put(), 409, 'conflict')
})

test('wrong fields are named, and without consent nothing is stored', async () => {
	const { claim, put } = await claimed()
	expectFields(await put({}), 422, 'invalid', 'name', 'phone', 'postcode', 'lines', 'country', 'consent')
	expectFields(await put({ ...GIVEN, consent: false }), 422, 'invalid', 'consent')
	expectFields(await put({ ...GIVEN, lines: [] }), 422, 'invalid', 'lines')
	expectFields(await put({ ...GIVEN, lines: Array(6).fill('x') }), 422, 'invalid', 'lines')
	expectFields(await put({ ...GIVEN, lines: ['a', 1] }), 422, 'invalid', 'lines')
	expectFields(await put({ ...GIVEN, lines: 'a' }), 422, 'invalid', 'lines')
	expectFields(await put({ ...GIVEN, country: 'Korea', name: 'a\nb', floor: 3 }), 422, 'invalid', 'country', 'name', 'floor')
	expect(await read(claim), 404, 'not-found')
})

test('the longest address that the fields allow is stored', async () => {
	const { claim, put } = await claimed()
	const long = { ...GIVEN, name: '가'.repeat(100), lines: Array(5).fill('나'.repeat(166)) }
	expect(await put(long), 204)
	assert.equal(expect(await read(claim), 200).lines[4].length, 166)
})

test('an address is erased some days after delivery', async () => {
	const { claim, put } = await claimed()
	expect(await put(), 204)
	expect(await shop('PATCH', `/claims/${claim.id}`, { state: 'delivered' }), 200)
	clock.move(30 * 86400 - 60)
	expect(await read(claim), 200)
	clock.move(120)
	expect(await read(claim), 404, 'not-found')
})

test('an address is erased some days after cancellation, and after delivery too', async () => {
	const cancelled = async state => {
		const { claim, put } = await claimed()
		expect(await put(), 204)
		if (state) {
			expect(await shop('PATCH', `/claims/${claim.id}`, { state }), 200)
			clock.move(10 * 86400)
		}
		const manager = await staff('manager')
		assert.equal((await manager.send(`/admin/claims/${claim.id}/cancel`, { reason: 'asked for it' })).status, 303)
		return claim
	}
	const first = await cancelled()
	clock.move(30 * 86400 - 60)
	expect(await read(first), 200)
	clock.move(120)
	expect(await read(first), 404, 'not-found')
	clock.reset()
	const delivered = await cancelled('delivered')
	clock.move(20 * 86400 - 60)
	expect(await read(delivered), 200)
	clock.move(120)
	expect(await read(delivered), 404, 'not-found')
})

test('an export contains the address, and erasing the customer deletes it', async () => {
	const { who, claim, put } = await claimed()
	expect(await put(), 204)
	const { addresses } = expect(await shop('GET', `/users/${who.subject}?export=1`), 200)
	assert.deepEqual(addresses.map(each => [each.claim, each.address]), [[claim.id, ADDRESS]])
	expect(await shop('DELETE', `/users/${who.subject}`), 204)
	assert.equal(await count(`SELECT COUNT(*) FROM claim_addresses WHERE claim_id = ${claim.id}`), 0)
	expect(await read(claim), 404, 'not-found')
})
