// SPDX-License-Identifier: MIT
// An event manager's work from the first event to the shipped goods. Each change happens once and
// is in the audit log.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, test } from 'node:test'
import { addDays, addMilestone, attended, clock, count, dateIn, demo, dojangctl, freshEvent, freshProduct, sql, startOfDay, unique } from '../http/harness.js'
import { customer, expect } from '../http/client.js'
import { hidden, staff } from './client.js'

afterEach(() => clock.reset())

const done = answer => assert.deepEqual([answer.status, answer.text], [303, ''], answer.text.match(/role="alert">[^<]*|class="error"[^<]*<?[^<]*/g)?.join(' '))
const audited = async (action, who) => count(`SELECT COUNT(*) FROM audit_entries WHERE action = '${action}' AND actor = 'staff:${who.id}'`)

test('from a new event to shipped goods', async () => {
	const manager = await staff('manager'), slug = unique('spring'), today = dateIn('Asia/Seoul'), subject = unique('c')
	done(await manager.send('/admin/new/event', { name: 'Spring', slug, starts: addDays(today, -5), ends: addDays(today, 20), mode: 'cumulative', time_zone: 'Asia/Seoul' }))
	assert.match((await manager.get(`/admin/events/${slug}`)).text, /Draft created/)
	done(await manager.send('/admin/new/product', { name: '500 points', kind: 'points', points: '500', points_expiry: 'days', points_expiry_after: '30' }))
	assert.equal(await count(`SELECT COUNT(*) FROM products WHERE name = '500 points' AND expires = 'days' AND expires_after = 30`), 1)
	const [{ id: points }] = await sql('SELECT MAX(id) AS id FROM products')
	assert.match((await manager.get(`/admin/products/${points}`)).text, /Points expire<\/dt><dd>30 <span class="word">after some days/)
	done(await manager.send('/admin/new/product', { name: 'AirPods', kind: 'item', stock: '1', threshold: '1' }))
	const [{ id: product }] = await sql('SELECT MAX(id) AS id FROM products')
	done(await manager.send(`/admin/events/${slug}/milestones/new`, { at: '2', product, is_for_those_past: 'yes' }))
	const [{ id: counted }] = await sql('SELECT MAX(id) AS id FROM milestones')
	const shown = await manager.get(`/admin/events/${slug}/milestones/${counted}`)
	assert.match(shown.text, /<option value="as_mode" selected>/)
	done(await manager.send(`/admin/events/${slug}/milestones/${counted}`, { at: '2', basis: 'streak' }))
	assert.match((await manager.get(`/admin/events/${slug}/milestones/${counted}`)).text, /<option value="streak" selected>/)
	assert.match((await manager.get(`/admin/events/${slug}`)).text, /Streak/)
	done(await manager.send(`/admin/events/${slug}/open`, {}, { from: `/admin/events/${slug}` }))
	await attended({ slug, today }, { [subject]: [-3, -2] })
	const [{ id: milestone }] = await sql(`SELECT m.id FROM milestones m JOIN events e ON e.id = m.event_id WHERE e.slug = '${slug}'`)
	const claim = expect(await customer(subject).post(`/api/v1/events/${slug}/milestones/${milestone}/claim`), 201)

	const list = await manager.get(`/admin/claims?event=${slug}&state=claimed`)
	assert.match(list.text, new RegExp(`href="/admin/claims/${claim.id}"`))
	done(await manager.send(`/admin/claims/${claim.id}`, { state: 'shipped', tracking: 'KR-1' }))
	const history = (await manager.get(`/admin/claims/${claim.id}`)).text
	assert.match(history, />Status: shipped; Tracking: KR-1</, 'the history is in words')
	assert.doesNotMatch(history, />staff:\d/, 'with the name of the author')
	const back = await manager.send(`/admin/claims/${claim.id}`, { state: 'claimed' })
	assert.equal(back.status, 409)
	assert.match(back.text, /only moves forward/)
	done(await manager.send(`/admin/products/${product}/stock`, { delta: '10', reason: 'delivery' }))
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${product}`), 10)
	assert.match((await manager.get(`/admin/claims.csv?event=${slug}`)).text, /"AirPods".*"shipped"|"shipped".*"KR-1"|AirPods.*KR-1/)
	done(await manager.send(`/admin/events/${slug}/end`))
	assert.equal((await sql(`SELECT ends_on FROM events WHERE slug = '${slug}'`))[0].ends_on, today)
	assert.equal(await audited('product.create', manager), 2)
	for (const action of ['event.create', 'milestone.create', 'event.open', 'claim.fulfil', 'stock.change', 'event.end'])
		assert.equal(await audited(action, manager), 1, action)
})

test('a form sent twice has its effect once, also at the same time', async () => {
	const manager = await staff('manager'), product = await freshProduct({ kind: 'item', stock: 10 }), path = `/admin/products/${product}/stock`
	const page = (await manager.get(path)).text
	const form = { _token: hidden(page, '_token'), _form: hidden(page, '_form'), delta: '5', reason: 'twice' }
	const answers = await Promise.all([1, 2, 3, 4].map(() => manager.request(path, { method: 'POST', form })))
	assert.deepEqual(answers.map(answer => answer.status), [303, 303, 303, 303])
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${product}`), 15)
	assert.equal(await audited('stock.change', manager), 1)
	const event = unique('once'), asked = (await manager.get('/admin/new/event')).text
	const create = { _token: hidden(asked, '_token'), _form: hidden(asked, '_form'), name: 'Once', slug: event, starts: '2027-01-01', ends: '2027-01-31', mode: 'cumulative' }
	for (let i = 0; i < 2; i++)
		assert.equal((await manager.request('/admin/new/event', { method: 'POST', form: create })).location, `/admin/events/${event}`)
})

test('a refused form keeps the input and shows the errors, in both languages', async () => {
	const typed = { name: 'Typed <b>', slug: 'Not A Slug', starts: '2027-02-10', ends: '2027-02-30', mode: 'cumulative', time_zone: 'Nowhere/None' }
	for (const [language, words] of [['en', /single hyphens/], ['ko', /하이픈/]]) {
		const manager = await staff('manager', { language }), answer = await manager.send('/admin/new/event', typed)
		assert.equal(answer.status, 422)
		assert.match(answer.text, words)
		assert.match(answer.text, /value="Typed &lt;b&gt;"/)
		assert.match(answer.text, /value="2027-02-10"/)
		for (const field of ['slug', 'ends', 'time_zone'])
			assert.match(answer.text, new RegExp(`id="wrong-${field}"`))
	}
	assert.equal(await count("SELECT COUNT(*) FROM events WHERE name = 'Typed <b>'"), 0)
})

test('if two users change the same event, the second one sees the first change', async () => {
	const one = await staff('manager'), two = await staff('manager'), event = await freshEvent()
	const path = `/admin/events/${event.slug}/edit`, page = (await two.get(path)).text
	const fields = { name: 'Mine', starts: event.starts, ends: event.ends, mode: 'cumulative', time_zone: 'Asia/Seoul' }
	done(await one.send(path, { ...fields, name: 'Theirs' }))
	const form = { _token: hidden(page, '_token'), _form: hidden(page, '_form'), version: hidden(page, 'version'), ...fields }
	const refused = await two.request(path, { method: 'POST', form })
	assert.equal(refused.status, 409)
	assert.match(refused.text, /Someone else changed it to: Theirs/)
	assert.match(refused.text, /value="Mine"/)
	done(await two.request(path, { method: 'POST', form: { ...form, version: hidden(refused.text, 'version'), _form: hidden(refused.text, '_form') } }))
	assert.equal((await sql(`SELECT name FROM events WHERE slug = '${event.slug}'`))[0].name, 'Mine')
})

/** Both load the form, and the first one sends it. The second one is told, keeps the input, and sends again. Returns the text of the refusal. */
async function collide(one, two, { path, from = path, first, second }) {
	const page = (await two.get(from)).text
	const form = { _token: hidden(page, '_token'), _form: hidden(page, '_form'), _was: hidden(page, '_was'), version: hidden(page, 'version'), ...second }
	done(await one.send(path, first, { from }))
	const refused = await two.request(path, { method: 'POST', form })
	assert.equal(refused.status, 409, path)
	const again = ['_form', '_was', 'version'].map(name => [name, hidden(refused.text, name)])
	done(await two.request(path, { method: 'POST', form: { ...form, ...Object.fromEntries(again) } }))
	return refused.text
}
const others = text => [...text.matchAll(/class="error">(Someone else [^<]*)/g)].map(([, words]) => words.trim())

test('if two users change the same record, the second one sees the first change, field by field', async () => {
	const one = await staff('owner'), two = await staff('owner'), { id: account } = await staff('viewer')
	const event = await freshEvent({ from: 3, to: 9, milestones: [{ at: 1, kind: 'item', stock: 5 }] }), [milestone] = event.milestones
	const fields = { name: 'Before', starts: event.starts, ends: event.ends, mode: 'cumulative', time_zone: 'Asia/Seoul', terms: 'T', description: 'D' }
	done(await one.send(`/admin/events/${event.slug}/edit`, fields))
	const edited = await collide(one, two, { path: `/admin/events/${event.slug}/edit`, first: { ...fields, name: 'Theirs', terms: '', mode: 'consecutive' }, second: { ...fields, name: 'Mine', ends: addDays(event.ends, 1) } })
	assert.deepEqual(others(edited), ['Someone else changed it to: Theirs', 'Someone else changed it to: consecutive', 'Someone else cleared this field.'])
	assert.match(edited, /value="Mine"/)
	const product = await collide(one, two, { path: `/admin/products/${milestone.product}/edit`, first: { name: 'P1', threshold: '3' }, second: { name: 'P2', threshold: '' } })
	assert.deepEqual(others(product), ['Someone else changed it to: P1', 'Someone else changed it to: 3'])
	const changed = await collide(one, two, { path: `/admin/events/${event.slug}/milestones/${milestone.id}`, first: { at: '2' }, second: { at: '1', claim_until: addDays(event.ends, 2) } })
	assert.deepEqual(others(changed), ['Someone else changed it to: 2'])
	const person = await collide(one, two, { path: `/admin/staff/${account}`, first: { name: 'Theirs', role: 'manager', state: 'active' }, second: { name: 'Mine', role: 'viewer', state: 'active' } })
	assert.equal(others(person).length, 2)
})

test('if two users ship the same goods, the second one sees what the first one entered', async () => {
	const one = await staff('manager'), two = await staff('manager'), subject = unique('c'), event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5 }] })
	await attended(event, { [subject]: [-1] })
	const claim = expect(await customer(subject).post(event.milestones[0].path), 201), path = `/admin/claims/${claim.id}`
	const text = await collide(one, two, { path, first: { state: 'shipped', tracking: 'KR-1' }, second: { state: 'shipped', tracking: 'KR-2' } })
	assert.deepEqual(others(text), ['Someone else changed it to: KR-1'])
	assert.match(text, /value="KR-2"/)
})

test('a conflicting change is still shown after an input error', async () => {
	const one = await staff('manager'), two = await staff('manager'), event = await freshEvent(), path = `/admin/events/${event.slug}/edit`
	const fields = { name: 'Mine', starts: event.starts, ends: event.ends, mode: 'cumulative', time_zone: 'Asia/Seoul' }, page = (await two.get(path)).text
	const keep = text => Object.fromEntries(['_token', '_form', '_was', 'version'].map(name => [name, hidden(text, name)]))
	done(await one.send(path, { ...fields, name: 'Theirs' }))
	const wrong = await two.request(path, { method: 'POST', form: { ...fields, ...keep(page), time_zone: 'Nowhere/None' } })
	assert.equal(wrong.status, 422)
	const right = await two.request(path, { method: 'POST', form: { ...fields, ...keep(wrong.text) } })
	assert.equal(right.status, 409)
	assert.deepEqual(others(right.text), ['Someone else changed it to: Theirs'])
})

test('while an event runs, its start, mode and counts are locked, and its end moves only later', async () => {
	const manager = await staff('manager'), event = await freshEvent({ from: -3, to: 10, milestones: [{ at: 3 }] }), path = `/admin/events/${event.slug}/edit`
	const fields = { name: 'Locked', starts: event.starts, ends: event.ends, mode: 'cumulative', time_zone: 'Asia/Seoul' }
	const wrong = { starts: addDays(event.starts, 1), mode: 'consecutive', time_zone: 'UTC', ends: addDays(event.ends, -1) }
	for (const [name, value] of Object.entries(wrong)) {
		const answer = await manager.send(path, { ...fields, [name]: value })
		assert.equal(answer.status, 409, name)
		assert.match(answer.text, new RegExp(`id="wrong-${name}"`))
	}
	done(await manager.send(path, { ...fields, ends: addDays(event.ends, 1) }))
	assert.match((await manager.get('/admin/events.csv')).text, new RegExp(`"${event.slug}",.*"running"`))
	const milestone = `/admin/events/${event.slug}/milestones/${event.milestones[0].id}`
	assert.equal((await manager.send(milestone, { at: '4' })).status, 409)
	done(await manager.send(milestone, { at: '3', claim_until: addDays(event.ends, 5) }))
	assert.equal((await manager.send(`${milestone}/remove`, {}, { from: milestone })).status, 409)
	// The form does not offer what would be refused.
	for (const [page, name] of [[path, 'starts'], [path, 'time_zone'], [milestone, 'at']])
		assert.match((await manager.get(page)).text, new RegExp(`name="${name}"[^>]* readonly`), name)
	assert.match((await manager.get(path)).text, /<input type="hidden" name="mode" value="cumulative">/)
	assert.doesNotMatch((await manager.get(milestone)).text, /\/remove"/)
	assert.equal((await manager.get(`${milestone}/remove`)).location, milestone)
})

test('a day added later takes no reward from customers who had not passed its count', async () => {
	const manager = await staff('manager'), subjects = Array.from({ length: 3 }, () => unique('c')), [reaches, passed, outage] = subjects
	const event = await freshEvent({ milestones: [{ at: 1, points: 10 }] })
	await attended(event, { [reaches]: [-6, -4, -3, -2], [passed]: [-6, -5, -4, -3, -2], [outage]: [-9, -7, -3, -2] })
	done(await manager.send(`/admin/events/${event.slug}/milestones/new`, { at: '5', product: await freshProduct() }))
	const [{ id: milestone }] = await sql(`SELECT m.id FROM milestones m JOIN events e ON e.id = m.event_id WHERE e.slug = '${event.slug}' AND m.at = 5`)
	const state = async subject => expect(await customer(subject).get(`${event.path}/milestones`), 200).items.find(each => each.id === Number(milestone)).state
	for (const subject of subjects)
		expect(await customer(subject).post(`${event.path}/attendance`), 201)
	assert.deepEqual(await Promise.all(subjects.map(state)), ['claimable', 'locked', 'claimable'])
	const days = async (subject, what, day) => manager.send(`/admin/customers/${(await sql(`SELECT id FROM users WHERE subject = '${subject}'`))[0].id}/day`,
		{ event: event.slug, what, day: addDays(event.today, day), reason: 'a fault' })
	done(await days(reaches, 'add', -5))
	done(await days(passed, 'add', -1))
	const { id } = await dojangctl('outage', 'plan', '--event', event.slug, '--day', addDays(event.today, -8), '--reason', 'a fault')
	await dojangctl('outage', 'apply', '--id', id, '--day', addDays(event.today, -8))
	assert.deepEqual(await Promise.all(subjects.map(state)), ['claimable', 'locked', 'claimable'])
	for (const [subject, status, type] of [[reaches, 201], [passed, 409, 'not-eligible'], [outage, 201]])
		expect(await customer(subject).post(`${event.path}/milestones/${milestone}/claim`), status, type)
	done(await days(reaches, 'remove', -5))
	assert.equal((await days(reaches, 'remove', -4)).status, 409, 'but the claim needs this one')
})

test('existing days of a draft stay within the event', async () => {
	const manager = await staff('manager'), subject = unique('c'), event = await freshEvent({ open: false }), path = `/admin/events/${event.slug}`
	await attended(event, { [subject]: [-9, -2] })
	const edit = (from, to) => manager.send(`${path}/edit`, { name: 'Draft', starts: addDays(event.today, from), ends: addDays(event.today, to),
		mode: 'cumulative', time_zone: 'Asia/Seoul' })
	for (const [name, answer] of [['starts', await edit(-8, 10)], ['ends', await edit(-9, -3)]]) {
		assert.equal(answer.status, 409, name)
		assert.match(answer.text, new RegExp(`id="wrong-${name}"`))
	}
	done(await edit(-9, -2))
	done(await manager.send(`${path}/open`, {}, { from: path }))
	assert.equal(expect(await customer(subject).get(event.path), 200).participation.count, 2)
})

test('a deadline stays the same when staff change something else', async () => {
	const manager = await staff('manager'), event = await freshEvent({ open: false }), day = addDays(event.today, 5), moment = `${day}T03:00:00Z`
	const exact = await addMilestone(event, { at: 3, until: moment }), whole = await addMilestone(event, { at: 7, until: day })
	const until = async ({ id }) => (await sql(`SELECT claim_until FROM milestones WHERE id = ${id}`))[0].claim_until
	const edit = (milestone, at, claimUntil) => manager.send(`/admin/events/${event.slug}/milestones/${milestone.id}`, { at, claim_until: claimUntil })
	done(await edit(exact, '4', day))
	assert.equal(await until(exact), `${day} 03:00:00`)
	// The end of a day depends on the event's time zone, an instant does not.
	done(await manager.send(`/admin/events/${event.slug}/edit`, { name: 'Moved', starts: event.starts, ends: event.ends, mode: 'cumulative', time_zone: 'America/New_York' }))
	assert.equal(await until(exact), `${day} 03:00:00`)
	assert.equal(Date.parse(`${(await until(whole)).replace(' ', 'T')}Z`), startOfDay('America/New_York', addDays(day, 1)))
	done(await edit(exact, '4', addDays(day, 1)))
	assert.equal(Date.parse(`${(await until(exact)).replace(' ', 'T')}Z`), startOfDay('America/New_York', addDays(day, 2)))
	done(await edit(exact, '4', ''))
	assert.equal(await until(exact), null)
})

test('a deadline can be the last possible date, in every time zone', async () => {
	const manager = await staff('manager'), event = await freshEvent({ zone: 'America/New_York', open: false }), product = await freshProduct()
	done(await manager.send(`/admin/events/${event.slug}/milestones/new`, { at: '3', product, claim_until: '9999-12-31' }))
	const [{ id, claim_until: until }] = await sql(`SELECT m.id, claim_until FROM milestones m JOIN events e ON e.id = m.event_id WHERE e.slug = '${event.slug}'`)
	assert.equal(until, '9999-12-31 23:59:59')
	assert.match((await manager.get(`/admin/events/${event.slug}/milestones/${id}`)).text, /name="claim_until"[^>]* value="9999-12-31"/)
	done(await manager.send(`/admin/events/${event.slug}/milestones/${id}`, { at: '4', claim_until: '9999-12-31' }))
})

test('a cancelled claim returns stock or points, and can be repeated if staff allow it', async () => {
	const manager = await staff('manager'), subject = unique('c'), who = customer(subject)
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 1 }, { at: 1, points: 700 }] })
	const [goods, points] = event.milestones
	await attended(event, { [subject]: [-1] })
	const item = expect(await who.post(goods.path), 201), grant = expect(await who.post(points.path), 201)
	done(await manager.send(`/admin/claims/${item.id}/cancel`, { reason: 'asked for it', may_claim_again: 'yes' }))
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${goods.product}`), 1)
	assert.equal((await manager.send(`/admin/claims/${item.id}/cancel`, { reason: 'again' })).status, 409)
	const second = expect(await who.post(goods.path), 201)
	assert.notEqual(second.id, item.id)

	const id = (await sql(`SELECT id FROM users WHERE subject = '${subject}'`))[0].id
	done(await manager.send(`/admin/customers/${id}/points`, { amount: '-600', reason: 'spent in the shop', internal_note: 'phone' }))
	assert.match((await manager.get(`/admin/claims/${grant.id}/cancel`)).text, /will fall below zero/)
	done(await manager.send(`/admin/claims/${grant.id}/cancel`, { reason: 'by mistake' }))
	assert.equal(await count(`SELECT points FROM users WHERE id = ${id}`), -600)
	assert.equal(expect(await who.post(points.path), 200).state, 'cancelled', 'not again without leave')
	assert.equal((await manager.send(`/admin/customers/${id}/points`, { amount: '-1', reason: 'x' })).status, 409)
	const ledger = await dojangctl('audit')
	assert.deepEqual(JSON.stringify(ledger).match(/[^"]*user \d+[^"]*/g), null)
})

for (const [kind, state, isBack] of [['item', 'claimed', true], ['item', 'preparing', true], ['item', 'shipped', false], ['item', 'delivered', false],
	['points', 'claimed', true], ['coupon', 'claimed', false]])
	test(`a claim of kind ${kind} cancelled while ${state}: ${isBack ? 'returns to the stock' : 'is gone'}, once`, async () => {
		const manager = await staff('manager'), who = customer(unique('c'))
		const event = await freshEvent({ milestones: [{ at: 1, kind, ...kind !== 'coupon' && { stock: 5 } }] }), [{ product, path }] = event.milestones
		if (kind === 'coupon') {
			const file = join(dirname(demo.settings_file), `${unique('codes')}.csv`)
			writeFileSync(file, `code\n${unique('K')}\n`)
			await dojangctl('coupon', 'import', '--product', product, '--file', file)
			rmSync(file)
		}
		const stock = () => sql(`SELECT remain, (SELECT COALESCE(SUM(delta), 0) FROM stock_movements WHERE product_id = p.id) AS moved FROM products p WHERE id = ${product}`)
		await attended(event, { [who.subject]: [-1] })
		const { id } = expect(await who.post(path), 201), [before] = await stock()
		if (state !== 'claimed')
			done(await manager.send(`/admin/claims/${id}`, { state, tracking: state === 'preparing' ? '' : 'KR-1' }))
		const cancel = () => manager.send(`/admin/claims/${id}/cancel`, { reason: 'asked for it' })
		done(await cancel())
		assert.equal((await cancel()).status, 409)
		const [later] = await stock(), more = isBack ? 1 : 0
		assert.deepEqual(later, { remain: String(Number(before.remain) + more), moved: String(Number(before.moved) + more) })
		const [{ after_change: change }] = await sql(`SELECT after_change FROM audit_entries WHERE action = 'claim.cancel' AND subject_id = ${id}`)
		assert.equal(JSON.parse(change).returned_to_stock, isBack)
		assert.equal((await sql(`SELECT state FROM claims WHERE id = ${id}`))[0].state, 'cancelled')
	})

test('a day is added and removed with a reason, but not if a claim needs it', async () => {
	const manager = await staff('manager'), subject = unique('c'), event = await freshEvent({ from: -5, to: 5, milestones: [{ at: 2 }] })
	await attended(event, { [subject]: [-3] })
	const id = (await sql(`SELECT id FROM users WHERE subject = '${subject}'`))[0].id, path = `/admin/customers/${id}/day`
	const day = days => addDays(event.today, days)
	done(await manager.send(path, { event: event.slug, what: 'add', day: day(-2), reason: 'app was down' }))
	assert.equal((await manager.send(path, { event: event.slug, what: 'add', day: day(-2), reason: 'again' })).status, 409)
	assert.equal((await manager.send(path, { event: event.slug, what: 'add', day: day(1), reason: 'tomorrow' })).status, 409)
	assert.match((await manager.get(`/admin/customers/${id}?event=${event.slug}&month=${day(-2).slice(0, 7)}`)).text, /stamped by-staff/)
	const claim = expect(await customer(subject).post(event.milestones[0].path), 201)
	const refused = await manager.send(path, { event: event.slug, what: 'remove', day: day(-2), reason: 'wrong' })
	assert.equal(refused.status, 409)
	assert.match(refused.text, /must be cancelled first/)
	done(await manager.send(`/admin/claims/${claim.id}/cancel`, { reason: 'wrong day' }))
	done(await manager.send(path, { event: event.slug, what: 'remove', day: day(-2), reason: 'wrong' }))
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}' AND a.user_id = ${id}`), 1)
})

test('after a day is added or removed, the page shows the month of that day', async () => {
	const manager = await staff('manager'), subject = unique('c'), event = await freshEvent({ from: -70, to: 5, milestones: [{ at: 2 }] })
	await attended(event, { [subject]: [0] })
	const id = (await sql(`SELECT id FROM users WHERE subject = '${subject}'`))[0].id, day = addDays(event.today, -40)
	for (const what of ['add', 'remove']) {
		const answer = await manager.send(`/admin/customers/${id}/day`, { event: event.slug, what, day, reason: 'app was down' })
		done(answer)
		const page = await manager.get(answer.headers.get('location'))
		assert.equal(page.status, 200)
		assert.equal(/stamped by-staff/.test(page.text), what === 'add', what)
		const [, before] = page.text.match(/month=(\d{4}-\d{2})#calendar/)
		assert.equal(before, addDays(`${day.slice(0, 7)}-01`, -1).slice(0, 7), `the month before is that of ${day}`)
	}
})

test('customers are found by subject and by the beginning of a name, and the lists have pages', async () => {
	const viewer = await staff('viewer')
	assert.match((await viewer.get('/admin/customers?search=minji')).text, /minji/)
	assert.match((await viewer.get('/admin/customers?search=%25')).text, /No customer has this/)
	const seen = new Set()
	let path = '/admin/claims', pages = 0
	while (path && pages++ < 100) {
		const { status, text } = await viewer.get(path)
		assert.equal(status, 200)
		for (const [, id] of text.matchAll(/<tr><td[^>]*><a href="\/admin\/claims\/(\d+)">/g)) {
			assert.equal(seen.has(id), false, 'no claim twice')
			seen.add(id)
		}
		path = text.match(/href="(\/admin\/claims\?[^"]*cursor=[^"]*)"/)?.[1].replace(/&amp;/g, '&')
	}
	assert.equal(seen.size, await count('SELECT COUNT(*) FROM claims'))
	assert.equal((await viewer.get('/admin/claims?cursor=AAAA')).status, 400)
})

test('every page shows that there are dead letters, and they are retried or discarded', async () => {
	const manager = await staff('manager')
	await sql(`INSERT INTO outbox_messages (kind, channel, endpoint_id, message_key, data, state, done_at, due_at, created_at, last_error)
		VALUES ('webhook.test', 'webhook', 999999, '${unique('test')}', '{}', 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP(), '550 no such user')`)
	const [{ id }] = await sql('SELECT MAX(id) AS id FROM outbox_messages')
	assert.match((await manager.get('/admin/products')).text, /could not be delivered/)
	assert.match((await manager.get('/admin/messages?state=dead')).text, /550 no such user/)
	assert.match((await manager.get(`/admin/messages/${id}/discard`)).text, /Discard message [\d,]+\?/)
	assert.equal((await sql(`SELECT state FROM outbox_messages WHERE id = ${id}`))[0].state, 'dead', 'it asks first')
	done(await manager.send(`/admin/messages/${id}/discard`))
	assert.equal((await sql(`SELECT state FROM outbox_messages WHERE id = ${id}`))[0].state, 'discarded')
	assert.equal((await manager.send(`/admin/messages/${id}/retry`, {}, { from: '/admin/messages' })).status, 409)
	assert.equal(await audited('message.discard', manager), 1)
})

test('a delivery address is shown to managers, and each view is recorded', async () => {
	const manager = await staff('manager'), viewer = await staff('viewer'), subject = unique('c'), who = customer(subject)
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 1 }] })
	await attended(event, { [subject]: [-1] })
	const claim = expect(await who.post(event.milestones[0].path), 201), path = `/admin/claims/${claim.id}`
	assert.match((await manager.send(`${path}/address`, {}, { from: path })).text, /has not given one yet/)
	const put = await who.call('PUT', `/api/v1/me/claims/${claim.id}/address`, { body: { name: 'Somebody', phone: '010-0000-0000', postcode: '04524', lines: ['1 Sejong-daero'], country: 'KR', consent: true } })
	expect(put, 204)
	assert.match((await manager.send(`${path}/address`, {}, { from: path })).text, /1 Sejong-daero/)
	assert.equal(await count(`SELECT COUNT(*) FROM audit_entries WHERE subject = 'claim' AND subject_id = ${claim.id} AND actor = 'staff:${manager.id}'`) > 0, true)
	assert.equal((await viewer.get(path)).text.includes('/address'), false)
})

/** Claims of goods, one for each of n customers; the page that ships many takes a file or lines. */
async function goodsToShip(n) {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: n }] }), subjects = Array.from({ length: n }, () => unique('c'))
	await attended(event, Object.fromEntries(subjects.map(subject => [subject, [-1]])))
	return Promise.all(subjects.map(async subject => expect(await customer(subject).post(event.milestones[0].path), 201).id))
}
async function sendFile(who, file, fields = {}) {
	const page = (await who.get('/admin/claims-shipped')).text, form = new FormData()
	for (const [name, value] of Object.entries({ _token: hidden(page, '_token'), _form: hidden(page, '_form'), lines: '', ...fields }))
		form.append(name, value)
	form.append('file', new Blob([file]), 'parcels.csv')
	return who.request('/admin/claims-shipped', { method: 'POST', form })
}

test('tracking numbers come in a file of a spreadsheet; the page says how it was read, and what is wrong by line, in both languages', async () => {
	for (const language of ['en', 'ko']) {
		const manager = await staff('manager', { language }), [one, two] = await goodsToShip(2), path = '/admin/claims-shipped'
		const tracking = id => sql(`SELECT state, tracking FROM claims WHERE id = ${id}`).then(([row]) => [row.state, row.tracking])
		const looked = await sendFile(manager, Buffer.from(`\ufeff받는 분;수령번호;운송장 번호;\r\n김민지;${one};\u00a0623450000001\u200b;\r\n;;;\r\n이준;${two};KR-2;\r\n`, 'utf16le'))
		for (const words of [/UTF-16LE/, /semicolons|세미콜론/, /수령번호/, /운송장 번호/, /받는 분/, /<bdi>623450000001<\/bdi>/, new RegExp(`/admin/claims/${two}`)])
			assert.match(looked.text, words)
		assert.deepEqual(await tracking(one), ['claimed', null])
		for (const [lines, line, words] of [
			[`claim,tracking\n${one},KR-1\n${two},6.2345E+11`, 3, /scientific|지수/], [`claim,tracking\n${one},1.0E5`, 2, /scientific|지수/],
			[`claim,tracking\n${one},"623,450,000,000"`, 2, /formatted|서식/], [`claim,tracking\n${one},#REF!`, 2, /error|오류/],
			[`claim,tracking\n${one},`, 2, /empty|비어/], [`claim,tracking\nx,KR-1`, 2, /claim number|수령 번호/], [`${one},KR-1\n${one},KR-2`, 2, /twice|두 번/],
			[`claim,memo\n${one},KR-1`, 1, /heading|제목/], [`${one},KR-1,x`, 1, /several|여러/],
		])
			for (const is_confirmed of ['no', 'yes']) {
				const answer = await manager.send(path, { lines, is_confirmed })
				assert.equal(answer.status, 422)
				assert.match(answer.text, new RegExp(`<tr><td>${line}</td>`), lines)
				assert.match(answer.text, words)
			}
		for (const is_confirmed of ['no', 'yes']) {
			const gone = await manager.send(path, { lines: `claim,tracking\n${one},KR-1\n999999999,KR-2`, is_confirmed })
			assert.equal(gone.status, 409, 'found by the check, not only at the end')
			assert.match(gone.text, /<tr><td>3<\/td><td>[^<]*<\/td><td><bdi>999999999<\/bdi>/)
		}
		assert.deepEqual(await tracking(one), ['claimed', null])
		done(await manager.send(path, { lines: hidden(looked.text, 'lines'), is_confirmed: 'yes', are_handed_over: 'yes' }))
		assert.deepEqual([await tracking(one), await tracking(two)], [['shipped', '623450000001'], ['shipped', 'KR-2']])
	}
})

test('a damaged tracking number is refused for a single claim too', async () => {
	const manager = await staff('manager'), [id] = await goodsToShip(1), path = `/admin/claims/${id}`
	const refused = await manager.send(path, { state: 'shipped', tracking: '6.2345E+11' })
	assert.equal(refused.status, 422)
	assert.match(refused.text, /A spreadsheet damaged this number/)
	done(await manager.send(path, { state: 'shipped', tracking: '\u00a0KR-1\u200b' }))
	assert.equal((await sql(`SELECT tracking FROM claims WHERE id = ${id}`))[0].tracking, 'KR-1')
})

test('the console\'s own list of claims, with tracking numbers filled in, is taken as it is', async () => {
	for (const language of ['en', 'ko']) {
		const manager = await staff('manager', { language }), [id] = await goodsToShip(1)
		const [{ slug }] = await sql(`SELECT e.slug FROM claims c JOIN events e ON e.id = c.event_id WHERE c.id = ${id}`)
		const file = (await manager.get(`/admin/claims.csv?event=${slug}`)).text, rows = file.trimEnd().split('\r\n')
		assert.equal(rows.length, 2)
		const column = rows[0].split(',').findIndex(heading => /Tracking|운송장/.test(heading)), cells = rows[1].split(',')
		cells[column] = '"KR-9"'
		const looked = await sendFile(manager, `${rows[0]}\r\n${cells.join(',')}\r\n`)
		assert.match(looked.text, /<bdi>KR-9<\/bdi>/, looked.text)
		done(await manager.send('/admin/claims-shipped', { lines: hidden(looked.text, 'lines'), is_confirmed: 'yes', are_handed_over: 'yes' }))
		assert.equal((await sql(`SELECT tracking FROM claims WHERE id = ${id}`))[0].tracking, 'KR-9')
	}
})

test('many claims are marked as shipped from CSV: preview first, then all or none', async () => {
	const manager = await staff('manager'), event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5 }, { at: 1, points: 10 }] })
	const subjects = [unique('c'), unique('c')], path = '/admin/claims-shipped'
	await attended(event, Object.fromEntries(subjects.map(subject => [subject, [-1]])))
	const goods = []
	for (const subject of subjects)
		goods.push(expect(await customer(subject).post(event.milestones[0].path), 201).id)
	const points = expect(await customer(subjects[0]).post(event.milestones[1].path), 201).id
	const shipped = () => count(`SELECT COUNT(*) FROM claims WHERE state = 'shipped' AND id IN (${goods})`)
	const lines = `claim,tracking\r\n${goods[0]},KR-1\r\n${goods[1]},"KR, 2"\r\n`
	const preview = await manager.send(path, { lines })
	assert.equal(preview.status, 200)
	assert.match(preview.text, /KR, 2/)
	assert.equal(await shipped(), 0, 'the preview ships nothing')
	for (const wrong of [`${lines}${points},KR-3`, `${lines}999999999,KR-3`, `${lines}${goods[0]},KR-3`, `${lines}x,KR-3`, `${lines}${points}`, 'claim,tracking'])
		assert.ok([409, 422].includes((await manager.send(path, { lines: wrong, is_confirmed: 'yes' })).status), wrong)
	assert.equal(await shipped(), 0, 'all or none')
	expect(await customer(subjects[0]).call('PUT', `/api/v1/me/claims/${goods[0]}/address`, { body: { name: 'Kim', phone: '010-0000-0000', postcode: '04524', lines: ['110 Sejong-daero'], country: 'KR', consent: true } }), 204)
	const asked = await manager.send(path, { lines, is_confirmed: 'yes' })
	assert.equal(asked.status, 200)
	assert.match(asked.text, /Claims without an address: 1\./)
	assert.deepEqual([...asked.text.matchAll(/<tr( class="doubtful")?><td class="soft">(\d)/g)].map(([, doubt, line]) => [line, Boolean(doubt)]), [['2', false], ['3', true]])
	assert.equal(await shipped(), 0, 'not without a word')
	done(await manager.send(path, { lines, is_confirmed: 'yes', are_handed_over: 'yes' }))
	assert.equal(await shipped(), 2)
	assert.equal((await sql(`SELECT tracking FROM claims WHERE id = ${goods[1]}`))[0].tracking, 'KR, 2')
	assert.equal(await audited('claim.fulfil', manager), 2)
})
