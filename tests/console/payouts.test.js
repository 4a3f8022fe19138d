// SPDX-License-Identifier: MIT
// The console's pages of payouts: the list, its filters and CSV file, one payout, and trying failed ones again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, customer, expect } from '../http/client.js'
import { count, demo, dojangctl, freshEvent, sql, unique } from '../http/harness.js'
import { freshPayouts, staff } from './client.js'

const manager = await staff('manager'), viewer = await staff('viewer')
const page = async (path, who = manager) => { const { status, text } = await who.get(path); assert.equal(status, 200, path); return text }
const stateOf = async ({ id }) => (await sql(`SELECT state FROM payouts WHERE id = ${id}`))[0].state
const shown = text => [...text.split('</table>')[0].matchAll(/class="line id"><a href="\/admin\/payouts\/(\d+)"/g)].map(([, id]) => Number(id))

test('payouts are listed with their state, by customer and by state', async () => {
	const names = [unique('payee'), unique('payee')]
	const [paid, other] = await freshPayouts(names, { state: 'paid', reference: 'batch-31' })
	const [due] = await freshPayouts([names[0]])
	assert.deepEqual(shown(await page(`/admin/payouts?whose=${names[0]}`)), [due.id, paid.id])
	assert.deepEqual(shown(await page(`/admin/payouts?whose=${names[0]}&sort=oldest`)), [paid.id, due.id])
	assert.deepEqual(shown(await page(`/admin/payouts?whose=${names[0]}&state=paid`)), [paid.id])
	assert.deepEqual(shown(await page(`/admin/payouts?whose=${names[1]}`)), [other.id])
	const [{ user_id: number }] = await sql(`SELECT user_id FROM payouts WHERE id = ${other.id}`), name = unique('Kim Payee')
	await sql(`UPDATE users SET username = '${name}' WHERE id = ${number}`)
	for (const whose of [number, `%23${number}`, encodeURIComponent(name)])
		assert.deepEqual(shown(await page(`/admin/payouts?whose=${whose}`)), [other.id], String(whose))
	assert.match(await page(`/admin/payouts?whose=${names[0]}`), /word-due">due<.*word-paid">paid</s)
	assert.match(await page(`/admin/payouts?whose=${names[0]}`, await staff('viewer', { language: 'ko' })), /word-due">지급 예정<.*word-paid">지급 완료</s)
	assert.equal((await manager.get('/admin/payouts?state=lost')).status, 400)
	assert.equal((await manager.get('/admin/payouts?sort=lost')).status, 400)
	const claim = await page(`/admin/claims/${due.claim}`)
	assert.ok(claim.includes(`href="/admin/payouts?whose=${(await sql(`SELECT user_id FROM payouts WHERE id = ${due.id}`))[0].user_id}"`))
	assert.match(claim, /href="\/admin\/payouts"/, 'the menu')
})

test('the file has what the page has, and who and where', async () => {
	const name = unique('payee'), [made] = await freshPayouts([name], { state: 'failed', failure: 'the account is closed' })
	const { text } = await viewer.get(`/admin/payouts.csv?whose=${name}`)
	const [heads, row, ...more] = text.replace(/^\ufeff/, '').trimEnd().split('\r\n').map(line => line.split(',').map(cell => cell.replaceAll('"', '')))
	const of = head => row[heads.indexOf(head)]
	assert.deepEqual(more, [])
	assert.deepEqual(['No.', 'Points', 'Status', 'Why it failed', 'Customer ID in the shop', 'Web name', 'Claim'].map(of),
		[String(made.id), '300', 'failed', 'the account is closed', name, made.event.slug, String(made.claim)])
})

test('an empty list says where payouts come from, and a filter that finds none says so', async () => {
	assert.match(await page('/admin/payouts?whose=nobody-at-all'), /No payout of this customer or with this status\./)
	assert.match(await page('/admin/payouts?state=due&whose=nobody-at-all', await staff('viewer', { language: 'ko' })), /이 고객이나 이 상태의 지급이 없습니다/)
})

test('a failed payout is tried again, once, by a manager; others are refused', async () => {
	const [failed] = await freshPayouts([unique('payee')], { state: 'failed', failure: 'the account is closed' })
	const path = `/admin/payouts/${failed.id}`
	assert.doesNotMatch(await page(path, viewer), new RegExp(`action="${path}/retry"`))
	assert.match(await page(path), /the account is closed/)
	assert.match(await page(path), new RegExp(`action="${path}/retry"`))
	assert.equal((await manager.send(`${path}/retry`, {}, { from: path })).location, path)
	const retried = await page(path)
	assert.match(retried, /The payout is due again/)
	assert.doesNotMatch(retried, /action="[^"]*retry"/)
	assert.equal(await stateOf(failed), 'due')
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE action = 'payout.settle' AND subject_id = ${failed.id} AND actor = 'staff:${manager.id}'`), 1)
	expect(await call('PATCH', '/api/v1/shop/payouts', { as: demo.api_key, body: { ids: [failed.id], state: 'paid' } }), 200)
	assert.equal((await manager.send(`${path}/retry`, {}, { from: path })).status, 409, 'it was paid meanwhile')
	assert.equal(await stateOf(failed), 'paid')
	assert.equal((await manager.get('/admin/payouts/999999999')).status, 404)
	assert.equal((await dojangctl('audit')).ok, true)
})

test('all failed payouts are tried again at once; the button is there while some failed', async () => {
	const failed = await freshPayouts([unique('payee'), unique('payee'), unique('payee')], { state: 'failed' })
	const [paid] = await freshPayouts([unique('payee')], { state: 'paid' })
	assert.doesNotMatch(await page('/admin/payouts', viewer), /payouts-retry/)
	assert.equal((await manager.send('/admin/payouts-retry', {}, { from: '/admin/payouts' })).location, '/admin/payouts')
	const text = await page('/admin/payouts')
	assert.match(text, /Failed payouts are due again/)
	assert.doesNotMatch(text, /payouts-retry/)
	assert.deepEqual(await Promise.all([...failed, paid].map(stateOf)), ['due', 'due', 'due', 'paid'])
	assert.equal(await count("SELECT COUNT(*) FROM payouts WHERE state = 'failed'"), 0)
	const again = await manager.send('/admin/payouts-retry', {}, { from: '/admin/payouts' })
	assert.equal(again.status, 303, 'nothing is left to try')
	assert.equal((await dojangctl('audit')).ok, true)
})

test('the wallet of check-ins is chosen with a rule, and stays once a check-in was paid', async () => {
	const event = await freshEvent(), path = `/admin/events/${event.slug}`, who = customer(unique('payee'))
	assert.equal((await manager.send(`${path}/daily-points`, { kind: 'every', points: '10', wallet: 'shop' })).status, 303)
	assert.match(await page(path), /<dt>Wallet<\/dt><dd>shop<\/dd>/)
	assert.equal((await manager.send(`${path}/daily-points`, { kind: 'weekday', weekday: 'sun', points: '1' })).status, 303)
	assert.match(await page(path), /<dt>Wallet<\/dt><dd>shop<\/dd>/)
	expect(await who.post(`${event.path}/attendance`), 201)
	assert.match(await page(`/admin/payouts?whose=${who.subject}`), new RegExp(`\\+1[01][^]*Test ${event.slug}[^]*word-due`))
	const refused = await manager.send(`${path}/daily-points`, { kind: 'streak', streak_day: '2', points: '10', wallet: 'dojang' })
	assert.equal(refused.status, 409)
	assert.match(refused.text, /keeps its wallet/)
	assert.equal((await manager.send(`${path}/daily-points`, { kind: 'streak', streak_day: '2', points: '10', wallet: 'shop' })).status, 303)
})
