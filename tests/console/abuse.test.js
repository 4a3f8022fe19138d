// SPDX-License-Identifier: MIT
// Staff set who may take part, block customers, and review claims before they ship.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, customer, expect } from '../http/client.js'
import { attended, count, demo, freshEvent, freshProduct, sql, unique } from '../http/harness.js'
import { staff } from './client.js'

const done = answer => assert.deepEqual([answer.status, answer.text], [303, ''], answer.text.match(/role="alert">[^<]*|class="error"[^<]*<?[^<]*/g)?.join(' '))

test('who may take part is a separate form with the present values, and a concurrent change is reported', async () => {
	const manager = await staff('manager'), event = await freshEvent(), path = `/admin/events/${event.slug}/options`
	assert.match((await manager.get(`/admin/events/${event.slug}`)).text, new RegExp(`href="${path}"`))
	const before = (await manager.get(path)).text
	assert.match(before, /name="review_customers"[^>]*value="5"/)
	assert.match(before, /name="is_public"[^>]*checked/, 'visitors see a new event')
	done(await manager.send(path, { verified_email: 'yes', excludes_staff: 'yes', account_days: '0', review_customers: '3', closing_hours: '48', stamped_by: 'both', shop_days_back: '3' }))
	assert.deepEqual(await sql(`SELECT needs_email, needs_phone, needs_account_days, excludes_staff, review_customers, closing_hours, is_public, stamped_by, shop_days_back FROM events WHERE slug = '${event.slug}'`),
		[{ needs_email: '1', needs_phone: '0', needs_account_days: '0', excludes_staff: '1', review_customers: '3', closing_hours: '48', is_public: '0', stamped_by: 'both', shop_days_back: '3' }])
	assert.match((await manager.get(path)).text, /name="verified_email"[^>]*checked/)
	const refused = await manager.send(path, { version: '1', account_days: '0', review_customers: '3', closing_hours: '48' })
	assert.equal(refused.status, 409)
	const wrong = await manager.send(path, { account_days: '-1', review_customers: 'x', closing_hours: '721' })
	assert.equal(wrong.status, 422)
	for (const field of ['account_days', 'review_customers', 'closing_hours'])
		assert.match(wrong.text, new RegExp(`id="wrong-${field}"`))
	expect(await customer(unique('c')).post(`${event.path}/attendance`), 403, 'forbidden')
	const copy = unique('copy')
	done(await manager.send(`/admin/events/${event.slug}/copy`, { name: 'Copy', slug: copy, starts: event.starts, ends: event.ends }))
	assert.equal(await count(`SELECT needs_email + excludes_staff FROM events WHERE slug = '${copy}'`), 2, 'a copy has the same options')
})

test('a customer is blocked with a reason, marked as staff of the shop, and unblocked', async () => {
	const manager = await staff('manager'), viewer = await staff('viewer'), who = customer(unique('c'))
	const { id } = expect(await who.get('/api/v1/me'), 200), path = `/admin/customers/${id}`
	assert.equal((await manager.send(`${path}/block`)).status, 422, 'not without a reason')
	done(await manager.send(`${path}/block`, { reason: 'forty <accounts>' }))
	expect(await who.get('/api/v1/me'), 403, 'forbidden')
	const page = (await viewer.get(path)).text
	assert.match(page, /forty &lt;accounts&gt;/)
	assert.doesNotMatch(page, /\/unblock/)
	done(await manager.send(`${path}/unblock`, { reason: 'a family' }))
	expect(await who.get('/api/v1/me'), 200)
	done(await manager.send(`${path}/staff`, { is_staff: 'yes' }))
	assert.match((await manager.get(path)).text, /belongs to the shop/)
	assert.match((await manager.get(`${path}/staff`)).text, /name="is_staff"[^>]*checked/)
	done(await manager.send(`${path}/staff`, {}))
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE subject = 'user' AND subject_id = ${id} AND actor = 'staff:${manager.id}'`), 4)
	assert.equal((await viewer.request(`${path}/block`)).status, 403)
	expect(await call('DELETE', `/api/v1/shop/users/${who.subject}`, { as: demo.api_key }), 204)
	assert.equal((await manager.send(`${path}/block`, { reason: 'x' })).status, 409, 'nobody is left who can be blocked')
})

test('claims from one address are filtered, cannot be shipped singly or in bulk, and ship after a review', async () => {
	const manager = await staff('manager'), viewer = await staff('viewer'), event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 9 }] })
	const people = Array.from({ length: 6 }, () => customer(unique('c')))
	await attended(event, Object.fromEntries(people.map(who => [who.subject, [-1]])))
	const ids = []
	for (const who of people)
		ids.push(expect(await who.post(event.milestones[0].path), 201).id)
	// A row links its claim by the number and by the product.
	const listed = async more => [...new Set([...(await viewer.get(`/admin/claims?event=${event.slug}&review=yes${more}`)).text.matchAll(/<a href="\/admin\/claims\/(\d+)">/g)].map(([, id]) => Number(id)))]
	assert.deepEqual(await listed(''), ids.toReversed())
	assert.deepEqual(await listed('&state=preparing'), [])
	const csv = (await viewer.get(`/admin/claims.csv?event=${event.slug}&review=yes`)).text
	assert.equal(csv.trim().split('\n').length, 7)
	const [first, second] = ids, path = `/admin/claims/${first}`
	assert.match((await viewer.get(path)).text, /6 customers claimed this from one address/)
	const refused = await manager.send(path, { state: 'shipped', tracking: 'KR-1' })
	assert.equal(refused.status, 409)
	assert.match(refused.text, /review it before it ships/i)
	assert.equal((await manager.send('/admin/claims-shipped', { lines: `${first},KR-1\n${second},KR-2`, is_confirmed: 'yes', are_handed_over: 'yes' })).status, 409)
	assert.equal((await viewer.request(`${path}/review`)).status, 403)
	done(await manager.send(`${path}/review`, {}))
	assert.deepEqual(await listed(''), ids.slice(1).toReversed())
	done(await manager.send(path, { state: 'shipped', tracking: 'KR-1' }))
	assert.equal((await manager.send('/admin/claims-shipped', { lines: `${second},KR-2`, is_confirmed: 'yes', are_handed_over: 'yes' })).status, 409)
	done(await manager.send(`/admin/claims/${second}/review`, { and_others: 'yes' }))
	assert.deepEqual(await listed(''), [])
	done(await manager.send('/admin/claims-shipped', { lines: ids.slice(1).map(id => `${id},KR-${id}`).join('\n'), is_confirmed: 'yes', are_handed_over: 'yes' }))
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'claim.review' AND actor = 'staff:${manager.id}'`), 6)
})

test('a product is retired and used again on its page, and the list shows it on request', async () => {
	const manager = await staff('manager'), product = await freshProduct({ name: unique('Retired') }), path = `/admin/products/${product}`
	const link = new RegExp(`href="${path}"`)
	assert.match((await manager.get('/admin/products')).text, link)
	assert.match((await manager.get(`${path}/retire`)).text, /Yes, retire it|예, 사용 중지합니다/)
	done(await manager.send(`${path}/retire`))
	assert.doesNotMatch((await manager.get('/admin/products')).text, link)
	assert.match((await manager.get('/admin/products?stock=retired')).text, link)
	assert.match((await manager.get(path)).text, /word-retired/)
	const event = await freshEvent({ milestones: [{ at: 1, points: 5 }] }), copy = unique('copy')
	await sql(`UPDATE milestones m JOIN events e ON e.id = m.event_id SET m.product_id = ${product} WHERE e.slug = '${event.slug}'`)
	done(await manager.send(`/admin/events/${event.slug}/copy`, { name: 'Copy', slug: copy, starts: event.starts, ends: event.ends }))
	assert.equal(await count(`SELECT COUNT(*) FROM milestones m JOIN events e ON e.id = m.event_id WHERE e.slug = '${copy}'`), 0)
	assert.doesNotMatch((await manager.get(`/admin/events/${event.slug}/milestones/new`)).text, new RegExp(`<option value="${product}"`))
	done(await manager.send(`${path}/retire`))
	assert.match((await manager.get('/admin/products')).text, link)
})
