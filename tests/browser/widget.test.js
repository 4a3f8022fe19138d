// SPDX-License-Identifier: MIT
// The storefront widget as customers use it: on another origin, with mouse and keyboard, in both
// languages, on a phone.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, test } from 'node:test'
import { addDays, attended, clock, count, dateIn, demo, dojangctl, freshEvent, now, pageNow, rfc3339, sql, startOfDay, token, unique } from '../http/harness.js'
import { customer, expect } from '../http/client.js'
import { api, button, claimLater, expectAccessible, open, said, sent, shop, visitor } from './browser.js'

afterEach(() => clock.reset())

const check = event => count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`)
const claims = event => count(`SELECT COUNT(*) FROM claims c JOIN events e ON e.id = c.event_id WHERE e.slug = '${event.slug}'`)

/** A customer with check-ins on these days before today. */
async function someone(event, ...days) {
	const subject = unique('c')
	if (days.length)
		await attended(event, { [subject]: days })
	return subject
}

test('the demo\'s two shops show the widget, on two origins, in both languages', async t => {
	// The pages' tokens were created when the demo started: by the real time, unless a moment was
	// chosen. That may be before or after the tests' noon.
	clock.set(Math.max(now(), pageNow()))
	const context = await visitor(t)
	const page = await context.newPage()
	await page.goto(`${api}/?lang=en&as=minji`)
	await button(page, 'Stamp today').waitFor()
	await page.getByRole('heading', { name: 'Points' }).waitFor()
	await expectAccessible(page, 'the shop\'s page')
	await page.getByRole('button', { name: '한국어' }).click()
	await button(page, '출석 도장 찍기').waitFor()
	await page.getByLabel('고객').selectOption('jun')
	await page.locator('#count', { hasText: '14일' }).waitFor()
	await page.goto(`${shop}/?lang=ko&as=jun`)
	await button(page, '출석 도장 찍기').click()
	await said(page, '도장을 찍었어요! 지금까지 15일 출석했어요.')
	await expectAccessible(page, 'the other shop\'s page')
	await page.goto(`${shop}/?as=nobody&lang=en`)
	await page.getByRole('link', { name: 'Sign in and stamp' }).waitFor()
	assert.equal(await page.locator('#check-in').isVisible(), false, 'the shop\'s link is in its place')
	await expectAccessible(page, 'the other shop\'s page for visitors')
})

test('a check-in and a claim with the keyboard only, announced and visible', async t => {
	const event = await freshEvent({ milestones: [{ at: 2, name: 'Five points', points: 5 }] })
	const page = await open(await visitor(t), event, await someone(event, -1))
	await page.getByText('1 day to go: Five points').waitFor()
	await page.keyboard.press('Tab')
	assert.equal(await button(page, 'Stamp today').evaluate(node => node.matches(':focus')), true)
	await page.keyboard.press('Enter')
	await said(page, 'Stamped! 2 check-ins so far.')
	const sheet = page.getByRole('dialog', { name: '2 days: you have earned Five points!' })
	await button(sheet, 'Claim').and(page.locator(':focus')).waitFor()
	await page.keyboard.press('Escape')
	await button(page, 'Stamped today').and(page.locator(':focus')).waitFor()
	await button(page, 'Claim Five points').waitFor()               // the widget has loaded what the check-in changed
	for (let i = 0; i < 3; i++)
		await page.keyboard.press('Tab')
	assert.equal(await button(page, 'Claim Five points').evaluate(node => node.matches(':focus')), true)
	await page.keyboard.press('Space')
	await said(page, 'You have claimed Five points.')
	assert.equal(await page.getByRole('heading', { name: 'Rewards' }).evaluate(node => node.matches(':focus')), true)
	assert.equal(await check(event), 2)
	assert.equal(await claims(event), 1)
})

test('points for checking in: what today pays, what was paid, what the next one pays, and why none is paid', async t => {
	const event = await freshEvent(), pays = (...options) => dojangctl('daily-points', ...options)
	await pays('add', '--event', event.slug, '--when', 'every', '--points', '1000')
	await pays('add', '--event', event.slug, '--when', 'streak:2', '--points', '500')
	const context = await visitor(t), page = await open(context, event, await someone(event))
	await page.getByText('Today’s stamp pays 1,000 points').waitFor()
	await button(page, 'Stamp today').click()
	await said(page, 'Stamped! 1 check-in so far. It pays 1,000 points.')
	await page.getByText(/^Next check-in from .*: 1,500 points$/).waitFor()
	await page.evaluate(() => { document.documentElement.lang = 'ko'; document.querySelector('dojang-attendance').setAttribute('lang', 'ko') })
	await page.getByText(/^다음 출석: .* · 1,500포인트$/).waitFor()
	await expectAccessible(page, 'a widget with points')
	await pays('limit', '--event', event.slug, '--budget', '1000')          // as much as was paid
	const late = await open(context, event, await someone(event), { lang: 'ko' })
	await button(late, '출석 도장 찍기').click()
	await said(late, '준비한 포인트가 모두 나가서 오늘은 포인트가 없어요.')
})

test('a missed day is made up for points, in the calendar, by mouse and by keyboard', async t => {
	const event = await freshEvent({ milestones: [{ at: 3, points: 5 }] }), paying = await freshEvent({ milestones: [{ at: 1, points: 1000 }] })
	await dojangctl('event', 'options', '--slug', event.slug, '--makeup', 2, '--makeup-back', 5, '--makeup-price', 300)
	const subject = await someone(event, -3), missed = [-2, -1].map(days => addDays(event.today, days))
	const context = await visitor(t), page = await open(context, event, subject)
	const makeUp = async day => {
		if (await page.locator(`time[datetime="${day}"]`).count() === 0)
			await button(page, day.slice(0, 7) < event.today.slice(0, 7) ? 'Month before' : 'Month after').click()
		return page.locator(`td:has(time[datetime="${day}"]) button`)
	}
	const first = await makeUp(missed[0])
	await expectAccessible(page, 'a widget with days to make up')
	await first.click()
	await page.getByText('for 300 points').waitFor()
	await expectAccessible(page, 'the question before a day is made up')
	await button(page, 'Make it up').click()
	await said(page, 'There are not enough points.')
	await attended(paying, { [subject]: [-1] })
	const who = customer(subject)
	expect(await who.post(paying.milestones[0].path), 201)
	const again = await makeUp(missed[0])
	await again.focus()
	await page.keyboard.press('Enter')
	await button(page, 'Make it up').press('Enter')
	await said(page, /^Made up .*. You have 2 days now.$/)
	await page.locator(`td.stamped:has(time[datetime="${missed[0]}"])`).getByText('made up later').waitFor({ state: 'attached' })
	await (await makeUp(missed[1])).click()
	await button(page, 'Make it up').click()
	await page.locator('dialog').getByText('3 days').first().waitFor()
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 400)
})

test('the calendar is a table with names, and its state is not shown by colour alone', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 5 }] })
	const page = await open(await visitor(t), event, await someone(event))
	const day = Number(event.today.slice(8))
	await button(page, 'Stamp today').click()
	await said(page, 'Stamped!')
	await claimLater(page)
	const month = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(event.today))
	const table = page.getByRole('table', { name: month })
	assert.equal(await table.getByRole('columnheader').count(), 7)
	assert.equal(await table.getByRole('cell', { name: `${day} today stamped`, exact: true }).count(), 1)
	assert.equal(await table.locator('[aria-current="date"]').count(), 1)
	const outline = await page.locator('dojang-attendance').ariaSnapshot()
	for (const words of ['region "Attendance event"', 'heading "Rewards"', 'progressbar', 'button "Month before"', `Stamped today`])
		assert.ok(outline.includes(words), `${words} in\n${outline}`)
})

test('axe finds nothing: light, dark, phone, dialogs, errors', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 2, name: 'Cup', 'tax-note': 'Taxed above 50,000.' }, { at: 1, points: 5 }, { at: 9, points: 5 }] })
	for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark', width: 360, height: 740, isMobile: true, hasTouch: true }]) {
		const page = await open(await visitor(t, options), event, await someone(event, -2, -1))
		await expectAccessible(page, `${options.colorScheme}, loaded`)
		await button(page, 'Claim Cup').click()
		await page.getByRole('dialog', { name: 'Claim Cup' }).waitFor()
		await expectAccessible(page, `${options.colorScheme}, before the claim`)
		await button(page, 'Understood, claim').click()
		await page.getByRole('dialog', { name: 'Where shall Cup go?' }).waitFor()
		await button(page, 'Save address').click()
		await expectAccessible(page, `${options.colorScheme}, address`)
		await page.keyboard.press('Escape')
		await page.route(`${api}/api/**`, route => route.fulfill({ status: 403, headers: { 'Access-Control-Allow-Origin': shop }, contentType: 'application/problem+json',
			body: JSON.stringify({ type: '/problems/forbidden', status: 403 }) }))
		await page.evaluate(() => document.querySelector('dojang-attendance').refresh())
		await page.getByText('This account may not do that.').waitFor()
		await expectAccessible(page, `${options.colorScheme}, refused`)
	}
})

test('a phone of 320 px: nothing is cut off, everything is large enough to touch', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 2, name: 'A cup with a rather long name 아주긴이름의컵' }, { at: 1, points: 5 }] })
	const page = await open(await visitor(t, { width: 320, height: 640, isMobile: true, hasTouch: true }), event, await someone(event, -1), { lang: 'ko' })
	const look = async where => {
		const { wide, small } = await page.evaluate(() => {
			const root = document.querySelector('dojang-attendance').shadowRoot
			const small = [...root.querySelectorAll('button, input:not([type="checkbox"]), select')].filter(node => node.offsetParent)
				.map(node => node.getBoundingClientRect()).filter(box => box.width < 38 || box.height < 38)
			return { wide: document.documentElement.scrollWidth, small: small.length }
		})
		assert.deepEqual({ wide, small }, { wide: 320, small: 0 }, where)
	}
	await look('at first')
	await page.getByRole('button', { name: /컵 받기$/ }).tap()
	await page.getByRole('dialog').waitFor()
	await look('with the form')
})

test('both languages, and a change of the page\'s language applies at once', async t => {
	const event = await freshEvent({ mode: 'consecutive', milestones: [{ at: 2, points: 5, name: 'A' }, { at: 9, points: 5, name: 'B' }] })
	const page = await open(await visitor(t), event, await someone(event, -2, -1))
	const words = () => page.locator('dojang-attendance').ariaSnapshot()
	assert.ok(!/[가-힣]/.test(await words()))
	await page.evaluate(() => { document.documentElement.lang = 'ko'; document.querySelector('dojang-attendance').setAttribute('lang', 'ko') })
	await button(page, '출석 도장 찍기').waitFor()
	for (const text of ['진행 중', '연속 2일', '지금 받을 수 있어요', '7일 더 출석하면 받을 수 있어요', 'B까지 7일 남았어요', '출석 보상'])
		assert.ok((await words()).includes(text), text)
	assert.ok(!/\b(day|Claim|Month|Stamp)/.test(await words()), await words())
})

test('an event with both says of each reward whether days in a row count', async t => {
	const event = await freshEvent({ milestones: [{ at: 3, points: 5, name: 'Total' }, { at: 3, points: 6, name: 'Row', basis: 'streak' }] })
	const page = await open(await visitor(t), event, await someone(event, -4, -1))
	await button(page, '3 days in a row, Row: 2 days to go').waitFor()
	await button(page, 'Stamp today').click()
	await page.getByRole('dialog', { name: '3 days: you have earned Total!' }).waitFor()
	await page.keyboard.press('Escape')
	await button(page, '3 days, Total: Ready for you').waitFor()
	await button(page, '3 days in a row, Row: 1 day to go').waitFor()
	await expectAccessible(page, 'both')
})

test('offline during a click and back: done once, and announced', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 5, name: 'Five' }] })
	const context = await visitor(t)
	const page = await open(context, event, await someone(event))
	await context.setOffline(true)
	await button(page, 'Stamp today').click()
	await page.getByText('nothing is done twice').waitFor()
	await button(page, 'Stamping…').click({ force: true })
	assert.equal(await check(event), 0)
	await context.setOffline(false)
	await said(page, 'Stamped! 1 check-in so far.')
	await page.getByText('nothing is done twice').waitFor({ state: 'detached' })
	assert.equal(await check(event), 1)
})

test('a lost response: requested again, done once', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 5, name: 'Five' }] })
	const page = await open(await visitor(t), event, await someone(event))
	const stamps = sent(page, 'POST', '/attendance')
	const taken = sent(page, 'POST', '/claim')
	const lose = pattern => page.route(pattern, async route => { await route.fetch(); await route.abort('connectionreset') }, { times: 1 })
	await lose('**/attendance')
	await button(page, 'Stamp today').click()
	await said(page, 'Stamped! 1 check-in so far.')
	assert.equal(stamps.length, 1, 'it reads the state before it posts again')
	assert.equal(await check(event), 1)
	await claimLater(page)
	await lose('**/claim')
	await button(page, 'Claim Five').click()
	await page.getByText('Credited').waitFor()
	assert.equal(taken.length, 2)
	assert.equal(await claims(event), 1)
	assert.equal(await count(`SELECT SUM(amount) FROM point_entries p JOIN claims c ON c.user_id = p.user_id JOIN events e ON e.id = c.event_id WHERE e.slug = '${event.slug}'`), 5)
})

test('a check-in lost before midnight does not become the next day\'s', async t => {
	const event = await freshEvent()
	const subject = await someone(event)
	const page = await open(await visitor(t), event, subject, { tokens: [token(subject, { exp: Math.floor(now() / 1000) + 2 * 86400 })] })
	const stamps = sent(page, 'POST', '/attendance')
	await page.route('**/attendance', async route => {
		clock.set(startOfDay(event.zone, addDays(dateIn(event.zone), 1)) + 60e3)
		await route.abort('connectionreset')
	}, { times: 1 })
	await button(page, 'Stamp today').click()
	await said(page, 'A new day began while the connection was lost.')
	assert.equal(stamps.length, 1)
	assert.equal(await check(event), 0)
	await button(page, 'Stamp today').click()
	await said(page, 'Stamped! 1 check-in so far.')
})

test('Retry-After is obeyed, and the wait is announced', async t => {
	const event = await freshEvent()
	const page = await open(await visitor(t), event, await someone(event))
	const stamps = sent(page, 'POST', '/attendance')
	const headers = { 'Access-Control-Allow-Origin': shop, 'Access-Control-Expose-Headers': 'Retry-After', 'Retry-After': '20' }
	await page.route('**/attendance', route => route.fulfill({ status: 429, headers, contentType: 'application/problem+json', body: '{"type":"/problems/too-many-requests"}' }), { times: 1 })
	await page.clock.install()
	await button(page, 'Stamp today').click()
	await page.getByText('It is busy right now').waitFor()
	const looks = sent(page, 'GET', `/events/${event.slug}`)
	await page.clock.runFor(19e3)
	await page.evaluate(address => fetch(address).then(answer => answer.text()), `${api}/assets/dojang.js`)         // everything sent before this has arrived now
	assert.equal(stamps.length + looks.length, 1)
	await page.clock.runFor(2e3)
	await said(page, 'Stamped!')
	assert.equal(stamps.length, 2)
	assert.equal(await check(event), 1)
})

test('an expired token is renewed once, even if several requests fail', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 5 }] })
	const subject = await someone(event)
	const old = token(subject, { iat: Math.floor(now() / 1000) - 7200, exp: Math.floor(now() / 1000) - 3600 })
	const page = await open(await visitor(t), event, subject, { tokens: [old, token(subject), token(subject, { jti: 'third' })] })
	assert.deepEqual(page.asked, [{ expired: false }, { expired: true }], 'two requests failed at once, one renewal')
	await button(page, 'Stamp today').click()
	await said(page, 'Stamped!')
	assert.equal(page.asked.length, 2)
	const other = await open(await visitor(t), event, subject, { tokens: [old], wait: false })
	await other.getByText('You are no longer signed in. Please sign in again.').waitFor()
	await button(other, 'Try again').waitFor()
	const third = await open(await visitor(t), event, subject, { wait: false })
	await third.evaluate(value => { document.querySelector('dojang-attendance').token = value }, old)
	await third.getByText('You are no longer signed in. Please sign in again.').waitFor()
	assert.equal(await button(third, 'Try again').count(), 0, 'the same token would be refused again')
})

test('two tabs at the same time: one stamp, one claim, and each shows the other\'s', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5, name: 'Cup' }, { at: 1, points: 5, name: 'Five' }] })
	const subject = await someone(event)
	const context = await visitor(t)
	const tabs = [await open(context, event, subject), await open(context, event, subject)]
	const meet = pattern => {
		let count = 0, open
		const both = new Promise(resolve => { open = resolve })
		return context.route(pattern, async route => {
			if (++count === tabs.length)
				open()
			await both
			await route.continue()
		}, { times: tabs.length })
	}
	await meet('**/attendance')
	await meet(`**/milestones/${event.milestones[1].id}/claim`)
	await Promise.all(tabs.map(tab => button(tab, 'Stamp today').click()))
	await Promise.all(tabs.map(tab => button(tab, 'Stamped today').waitFor()))
	assert.equal(await check(event), 1)
	await Promise.any(tabs.map(claimLater))          // the other tab was too late
	await Promise.all(tabs.map(tab => button(tab, 'Claim Five').click()))
	await Promise.all(tabs.map(tab => tab.getByText('Credited').waitFor()))
	assert.equal(await claims(event), 1)
	await button(tabs[0], 'Claim Cup').click()
	await tabs[1].getByText('Please say where it shall go').waitFor()
	assert.equal(await claims(event), 2)
})

test('the address of an item: requested after the claim, with consent, not shown again', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 5, name: 'Cup' }, { at: 1, points: 5, name: 'Five' }] })
	const subject = await someone(event, -1)
	const context = await visitor(t)
	const page = await open(context, event, subject)
	await button(page, 'Claim Five').click()
	await said(page, 'You have claimed Five.')
	assert.equal(await page.getByRole('dialog').count(), 0, 'points need no address')
	await button(page, 'Claim Cup').click()
	const dialog = page.getByRole('dialog', { name: 'Where shall Cup go?' })
	await dialog.waitFor()
	const puts = sent(page, 'PUT', '/address')
	await button(page, 'Save address').click()
	await dialog.getByText('Without your consent it cannot be sent.').waitFor()
	assert.equal(await page.getByLabel('Recipient’s name').evaluate(node => node.matches(':focus') && node.getAttribute('aria-invalid') === 'true'), true)
	assert.equal(puts.length, 0)
	for (const [label, text] of [['Recipient’s name', 'Kim Minji'], ['Phone number', '010-0000-0000'], ['Postcode', '04524'], ['Address', '110 Sejong-daero']])
		await page.getByLabel(label, { exact: true }).fill(text)
	await page.getByLabel('Country').selectOption('KR')
	await page.getByLabel(/^I agree that my name, phone number and address .* 30 days after delivery\. I need not agree/).check()
	await page.keyboard.press('Enter')
	await said(page, 'The delivery address is saved.')
	await dialog.waitFor({ state: 'hidden' })
	await button(page, 'Change address for Cup').and(page.locator(':focus')).waitFor()
	const [{ id }] = await sql(`SELECT c.id FROM claims c JOIN events e ON e.id = c.event_id WHERE e.slug = '${event.slug}' AND c.kind = 'item'`)
	const key = { headers: { Authorization: `Bearer ${demo.api_key}`, 'Content-Type': 'application/json' } }
	const kept = await (await fetch(`${api}/api/v1/shop/claims/${id}/address`, key)).json()
	assert.deepEqual(kept, { name: 'Kim Minji', phone: '010-0000-0000', postcode: '04524', lines: ['110 Sejong-daero'], country: 'KR' })
	const answers = []
	page.on('response', response => answers.push(response.text().catch(() => '')))
	await page.evaluate(() => document.querySelector('dojang-attendance').refresh())
	await button(page, 'Change address for Cup').click()
	assert.equal(await page.getByLabel('Recipient’s name').inputValue(), '')
	assert.ok(!(await Promise.all(answers)).join().includes('Minji'))
	await page.keyboard.press('Escape')
	const stranger = await open(context, event, await someone(event, -1))
	await button(stranger, 'Claim Cup').waitFor()
	assert.equal(await stranger.getByText(/address/i).count(), 0)
	await fetch(`${api}/api/v1/shop/claims/${id}`, { method: 'PATCH', ...key, body: '{"state":"shipped","tracking":"KR123"}' })
	await page.evaluate(() => document.querySelector('dojang-attendance').refresh())
	await page.getByText('Tracking number KR123').waitFor()
	assert.equal(await button(page, 'Change address for Cup').count(), 0)
})

test('terms and tax note before the claim; the coupon after it; deadlines with a warning', async t => {
	const until = rfc3339(pageNow() + 30 * 3600e3)
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'coupon', name: 'Half price', 'tax-note': 'The shop pays the tax.', until }, { at: 1, points: 5, name: 'Late', until: rfc3339(now() - 3600e3) },
		{ at: 1, kind: 'item', stock: 0, name: 'None left' }] })
	await sql(`UPDATE events SET terms = 'One coupon each.' WHERE slug = '${event.slug}'`)
	const file = join(dirname(demo.settings_file), 'codes.csv')
	writeFileSync(file, 'code\nHALF-4711\n')
	await dojangctl('coupon', 'import', '--product', event.milestones[0].product, '--file', file)
	const page = await open(await visitor(t), event, await someone(event, -1))
	await page.getByText('Only 1 day left to claim').waitFor()
	await page.getByText('The time to claim is over').waitFor()
	await page.getByText('Sold out — yours once it is restocked').waitFor()
	const taken = sent(page, 'POST', '/claim')
	await button(page, 'Claim Half price').click()
	const dialog = page.getByRole('dialog', { name: 'Claim Half price' })
	await dialog.getByText('The shop pays the tax.').waitFor()
	await dialog.getByText('One coupon each.').waitFor()
	await button(page, 'Not now').click()
	assert.equal(taken.length, 0)
	await button(page, 'Claim Half price').click()
	await button(page, 'Understood, claim').click()
	await page.getByText('HALF-4711').waitFor()
	await button(page, 'Copy coupon code HALF-4711').waitFor()
})

test('a cancelled claim, and a second round if staff allow it', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 5, name: 'Five' }, { at: 1, points: 6, name: 'Six' }] })
	const page = await open(await visitor(t), event, await someone(event, -1))
	for (const name of ['Five', 'Six']) {
		await button(page, `Claim ${name}`).click()
		await said(page, `You have claimed ${name}.`)
	}
	const [six] = event.milestones.slice(-1)
	await sql(`UPDATE claims SET state = 'cancelled', another_round = milestone_id = ${six.id} WHERE milestone_id IN (${event.milestones.map(one => one.id)})`)
	await page.evaluate(() => document.querySelector('dojang-attendance').refresh())
	await page.getByRole('listitem').filter({ hasText: 'Five' }).getByText('Cancelled by the shop').waitFor()
	await page.getByRole('listitem').filter({ hasText: 'Six' }).getByText('you may claim again').waitFor()
	assert.equal(await button(page, 'Claim Five').count(), 0)
	await button(page, 'Claim Six').click()
	await page.getByRole('listitem').filter({ hasText: 'Six' }).getByText('Credited').waitFor()
})

test('unreachable rewards are not promised: late in the event, and after it', async t => {
	const milestones = [{ at: 1, points: 5, name: 'First' }, { at: 3, points: 5, name: 'Third', until: rfc3339(now() + 2 * 86400e3) }]
	const late = await freshEvent({ to: 0, milestones })
	const subject = await someone(late, -1)
	const page = await open(await visitor(t), late, subject)
	await page.getByText('2 days to go: Third, and 1 day left').waitFor()
	await page.getByText('2 days to go, and the event has 1 day left').waitFor()
	await button(page, 'Stamp today').click()
	await page.getByText('Not reached in the time of the event').waitFor()
	assert.equal(await page.getByRole('progressbar').count(), 0)
	const over = await freshEvent({ from: -9, to: -2, milestones })
	await attended(over, { [subject]: [-4] })
	const after = await open(await visitor(t), over, subject)
	await button(after, 'The event is over').waitFor()
	await after.getByText('Not reached in the time of the event').waitFor()
	await button(after, 'Claim First').waitFor()
	assert.doesNotMatch(await after.locator('dojang-attendance').ariaSnapshot(), /to go|left to claim|Last day/)
	const soon = await freshEvent({ from: 1, to: 3, milestones })
	const before = await open(await visitor(t), soon, subject)
	await before.getByText('1 day to go: First').waitFor()
	await before.getByText('3 days to go', { exact: true }).waitFor()
})

test('signed out meanwhile: announced, with the shop\'s link to the login, and continued with a new token', async t => {
	const event = await freshEvent()
	const subject = await someone(event)
	const old = token(subject, { exp: Math.floor(now() / 1000) + 600 })
	for (const gone of [null, token(subject, { exp: 1 })]) {
		const tokens = [old, gone]
		const page = await open(await visitor(t), event, subject, { tokens })
		await page.evaluate(() => {
			const link = Object.assign(document.createElement('a'), { href: '/login', slot: 'sign-in', textContent: 'To the login' })
			document.querySelector('dojang-attendance').append(link)
		})
		assert.equal(await page.getByRole('link', { name: 'To the login' }).count(), 0)
		clock.move(3600)
		await page.evaluate(() => document.querySelector('dojang-attendance').refresh())
		await page.getByText('You are no longer signed in. Please sign in again.').waitFor()
		await page.getByRole('link', { name: 'To the login' }).waitFor()
		await expectAccessible(page, 'signed out')
		clock.reset()
		tokens.fill(token(subject))
		await button(page, 'Try again').click()
		await page.getByRole('link', { name: 'To the login' }).waitFor({ state: 'hidden' })
		assert.equal(await page.getByText('You are no longer signed in').count(), 0)
		await page.close()
	}
})

test('a visitor sees the board without figures, and the button asks the page to sign in', async t => {
	const event = await freshEvent({ milestones: [{ at: 3, name: 'Five points', points: 5 }] })
	const tokens = [null], page = await open(await visitor(t), event, null, { tokens })
	await button(page, 'Sign in and stamp').waitFor()
	await expectAccessible(page, 'a visitor')
	const outline = await page.locator('dojang-attendance').ariaSnapshot()
	assert.match(outline, /Five points/)
	assert.match(outline, /3 days/)
	assert.doesNotMatch(outline, /Check-ins|In a row|progressbar|to go|stamped/)
	await page.locator('[aria-current="date"]').waitFor()
	await button(page, 'Sign in and stamp').click()
	await said(page, 'Sign in to collect stamps.')
	await page.evaluate(() => document.addEventListener('dojang-sign-in', signIn => {
		signIn.preventDefault()
		globalThis.asked = signIn.detail
	}))
	await button(page, 'Sign in and stamp').click()
	assert.deepEqual(await page.evaluate(() => globalThis.asked), { event: event.slug })
	tokens.push(token(await someone(event, -1)))
	await page.evaluate(() => document.querySelector('dojang-attendance').refresh())
	await button(page, 'Stamp today').click()
	await said(page, 'Stamped!')
	await page.evaluate(() => { document.querySelector('dojang-attendance').token = null })
	await button(page, 'Sign in and stamp').waitFor()
	assert.equal(await page.getByRole('cell', { name: /stamped/ }).count(), 0)
})

test('an event that visitors cannot see: the words, or the shop\'s link to the login', async t => {
	const event = await freshEvent()
	await dojangctl('event', 'options', '--slug', event.slug, '--public', 'no')
	const page = await open(await visitor(t), event, null, { tokens: [null], wait: false, lang: 'ko' })
	await page.getByText('로그인하면 출석 도장을 모을 수 있어요.').waitFor()
	assert.equal(await page.locator('#check-in').isVisible(), false)
	await expectAccessible(page, 'hidden from visitors')
})

test('a refusal is shown in words: sold out at the same moment', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 1, name: 'Cup' }] })
	const page = await open(await visitor(t), event, await someone(event, -1))
	await sql(`UPDATE products SET remain = 0 WHERE id = ${event.milestones[0].product}`)
	await button(page, 'Claim Cup').click()
	await said(page, 'Sold out for now. It stays yours: claim it when it is restocked.')
	await page.getByText('Sold out — yours once it is restocked').waitFor()
	await sql(`UPDATE products SET remain = 1 WHERE id = ${event.milestones[0].product}`)
})

test('a customer who does not meet a requirement sees which one, in both languages', async t => {
	const event = await freshEvent()
	await dojangctl('event', 'options', '--slug', event.slug, '--verified-email', 'yes')
	for (const [language, words] of [['en', 'This event is for accounts with a verified e-mail address. Verify yours, then sign in again.'],
		['ko', '이메일을 인증한 계정만 참여할 수 있어요. 인증한 뒤 다시 로그인해 주세요.']]) {
		const page = await open(await visitor(t), event, await someone(event), { lang: language })
		await button(page, language === 'en' ? 'Stamp today' : '출석 도장 찍기').click()
		await said(page, words)
	}
})

/* --- what the calendar, the track and the sheet show --------------------------------------------------------------------------- */

test('an event that is to come opens on its first month, one that is over on its last', async t => {
	const subject = unique('c')
	for (const { days, month } of [{ days: { from: 1, to: 90 }, month: event => event.starts }, { days: { from: -90, to: -1 }, month: event => event.ends }]) {
		const event = await freshEvent(days)
		const page = await open(await visitor(t), event, subject)
		const name = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(month(event)))
		assert.equal(await page.locator('#month-name').textContent(), name)
	}
})

test('on a phone the stamp lands in its day, in view, and nothing covers it or moves', async t => {
	const event = await freshEvent({ milestones: [{ at: 9, points: 5 }] })
	const page = await open(await visitor(t, { width: 390, height: 844, isMobile: true, hasTouch: true }), event, await someone(event, -1), { lang: 'ko' })
	await page.evaluate(() => {
		globalThis.shifts = 0
		new PerformanceObserver(list => list.getEntries().forEach(entry => { globalThis.shifts += entry.value })).observe({ type: 'layout-shift' })
	})
	await button(page, '출석 도장 찍기').tap()
	await said(page, '도장을 찍었어요! 지금까지 2일 출석했어요.')
	await page.locator('.flying').waitFor({ state: 'detached' })
	const seen = await page.evaluate(() => {
		const root = document.querySelector('dojang-attendance').shadowRoot, box = root.querySelector('.stamped.today').getBoundingClientRect()
		const top = root.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
		return { isInView: box.top >= 0 && box.bottom <= innerHeight, isOnTop: Boolean(top?.closest('.today')), shifts: globalThis.shifts }
	})
	assert.deepEqual(seen, { isInView: true, isOnTop: true, shifts: 0 })
	assert.match(await page.locator('#check-in-note').textContent(), /^다음 출석: 내일 0시부터$/)
})

test('forced colours show how much is done, with one reward and with several', async t => {
	for (const milestones of [[{ at: 15, points: 5 }], [{ at: 15, points: 5 }, { at: 30, points: 5 }]]) {
		const event = await freshEvent({ from: -20, milestones })
		const look = async subject => {
			const page = await open(await visitor(t, { forcedColors: 'active' }), event, subject)
			return page.locator(milestones.length > 1 ? '#track' : '#next-progress').screenshot()
		}
		const nothing = await look(unique('c')), nearly = await look(await someone(event, ...Array.from({ length: 14 }, (_, i) => -1 - i)))
		assert.ok(!nothing.equals(nearly), `14 of 15 days look like none, with ${milestones.length} rewards`)
	}
})

test('terms are read once, a tax note each time; all rewards are claimed by one press', async t => {
	const event = await freshEvent({ milestones: [1, 1, 1, 1].map((at, i) => ({ at, points: 5 + i, name: `Reward ${i}`, ...i ? {} : { 'tax-note': 'Taxed.' } })) })
	await sql(`UPDATE events SET terms = 'One each.' WHERE slug = '${event.slug}'`)
	const page = await open(await visitor(t), event, await someone(event, -1))
	await button(page, 'Claim Reward 1').click()
	await page.getByRole('dialog').getByText('One each.').waitFor()
	await button(page, 'Understood, claim').click()
	await said(page, 'You have claimed Reward 1.')
	await button(page, 'Claim Reward 2').click()
	await said(page, 'You have claimed Reward 2.')
	await button(page, 'Claim all (2)').click()
	const dialog = page.getByRole('dialog', { name: 'Claim all (2)' })
	await dialog.getByText('Taxed.').waitFor()
	assert.equal(await dialog.getByText('One each.').count(), 0)
	await expectAccessible(page, 'before all are claimed')
	await button(page, 'Understood, claim').click()
	await said(page, 'You have claimed all 2 rewards.')
	assert.equal(await claims(event), 4)
	await sql(`UPDATE events SET terms = 'One each, or two.', version = version + 1 WHERE slug = '${event.slug}'`)
	const again = await open(page.context(), event, await someone(event, -1))
	await button(again, 'Claim Reward 1').click()
	await again.getByRole('dialog').getByText('One each, or two.').waitFor()
})

test('what was earned is shown with its button; without motion nothing flies', async t => {
	const event = await freshEvent({ milestones: [{ at: 3, points: 5, name: 'Three' }, { at: 3, points: 6, name: 'More' }, { at: 9, kind: 'item', stock: 1, name: 'Cup' }] })
	for (const reducedMotion of ['no-preference', 'reduce']) {
		const page = await open(await visitor(t, { width: 390, height: 844, isMobile: true, hasTouch: true, reducedMotion }), event, await someone(event, -2, -1))
		assert.equal(await page.locator('#streak-chip').isVisible(), false)
		await button(page, 'Stamp today').tap()
		const sheet = page.getByRole('dialog', { name: '3 days: you have earned Three!' })
		await sheet.getByText('And also: More').waitFor()
		const seen = await page.evaluate(() => {
			const root = document.querySelector('dojang-attendance').shadowRoot, box = root.querySelector('dialog').getBoundingClientRect()
			return { bottom: Math.round(innerHeight - box.bottom), width: Math.round(box.width), flies: root.querySelectorAll('.flying').length, paper: getComputedStyle(root.querySelector('.paper')).display }
		})
		assert.deepEqual(seen, { bottom: 0, width: 390, flies: 0, paper: reducedMotion === 'reduce' ? 'none' : 'block' })
		await expectAccessible(page, 'the sheet')
		await button(sheet, 'Claim').tap()
		await said(page, 'You have claimed Three.')
		await page.getByText('3 days in a row').waitFor()
	}
})

test('the track, the short list and the calendar tell what can be reached, and what was missed', async t => {
	const event = await freshEvent({ from: -3, to: 20, milestones: Array.from({ length: 9 }, (_, i) => ({ at: i + 1, points: i + 1, name: `Reward ${i + 1}` })) })
	const page = await open(await visitor(t), event, await someone(event, -3, -1))
	const items = () => page.locator('#milestones li, .milestones > li').count()
	assert.equal(await items(), 5, 'two that are ready and the next three')
	await button(page, 'Show all (9)').click()
	assert.equal(await items(), 9)
	await page.getByRole('heading', { name: 'Rewards' }).and(page.locator(':focus')).waitFor()
	assert.equal(await page.locator('#track li.claimable').count(), 2)
	const name = n => new RegExp(`^${n} days, Reward ${n}:`)
	await page.locator('#track button:not([tabindex])').focus()
	await page.keyboard.press('End')
	await page.getByRole('button', { name: name(9) }).and(page.locator(':focus')).waitFor()
	await page.keyboard.press('Enter')
	await page.getByRole('dialog', { name: '9 days · Reward 9' }).getByText('7 days to go').waitFor()
	await page.keyboard.press('Escape')
	await page.getByRole('button', { name: name(9) }).and(page.locator(':focus')).waitFor()
	const cell = async days => {
		const day = addDays(event.today, days), shown = await page.locator('.calendar time').last().getAttribute('datetime')
		if (day.slice(0, 7) !== shown.slice(0, 7))
			await page.locator(day < shown ? '#month-before' : '#month-after').click()
		await page.locator(`time[datetime="${day}"]`).waitFor()
		return page.locator('td', { has: page.locator(`time[datetime="${day}"]`) }).textContent()
	}
	assert.match(await cell(-2), /missed$/)
	assert.match(await cell(0), /today if you come every day: Reward 3$/)
	assert.match(await cell(2), /if you come every day: Reward 5$/)
	assert.match(await cell(-1), /stamped$/)
	await expectAccessible(page, 'the whole list')
})

/* --- a shop's own look, addresses and links ------------------------------------------------------------------------------------- */

test('the shop\'s own stamp: letters, or a picture in the accent colour', async t => {
	const event = await freshEvent()
	const page = await open(await visitor(t), event, await someone(event, 0))
	const stamp = page.locator('td.stamped .stamp')
	const before = await stamp.screenshot()
	await page.evaluate(() => document.querySelector('dojang-attendance').setAttribute('stamp', '굿데이샵입니다'))
	assert.equal(await page.evaluate(() => document.querySelector('dojang-attendance').shadowRoot.querySelector('#stamp text').textContent), '굿데이샵')
	assert.ok(!before.equals(await stamp.screenshot()), 'the letters are drawn')
	const own = await open(page.context(), event, await someone(event, 0), { prepare: page => page.addInitScript(address => {
		addEventListener('DOMContentLoaded', () => document.querySelector('dojang-attendance').style.setProperty('--dojang-stamp-image', `url('${address}')`))
	}, 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>') })
	assert.equal(await own.locator('td.stamped span.stamp').evaluate(node => getComputedStyle(node).backgroundColor), 'rgb(192, 52, 42)')
})

test('Sundays are red and Saturdays blue, whatever the accent; paper is warm, the rest is white', async t => {
	const event = await freshEvent()
	const page = await open(await visitor(t), event, await someone(event))
	const colour = (selector, name) => page.locator(selector).first().evaluate((node, name) => getComputedStyle(node)[name], name)
	await page.evaluate(() => document.querySelector('dojang-attendance').style.setProperty('--dojang-accent', '#0b6b45'))
	assert.deepEqual([await colour('.calendar th:first-child', 'color'), await colour('.calendar th:last-child', 'color'), await colour('.card', 'backgroundColor')],
		['rgb(201, 42, 42)', 'rgb(43, 98, 196)', 'rgb(255, 255, 255)'])
	for (const [theme, surface] of [['paper', 'rgb(255, 253, 248)'], ['dark', 'rgb(27, 27, 29)'], ['paper dark', 'rgb(34, 30, 27)']]) {
		await page.evaluate(theme => document.querySelector('dojang-attendance').setAttribute('theme', theme), theme)
		assert.equal(await colour('.card', 'backgroundColor'), surface, theme)
	}
})

test('the address form takes what the shop knows, and finds postcodes; in Korean the country is a line', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 2, name: '컵' }] })
	const page = await open(await visitor(t, { width: 390, height: 844, isMobile: true, hasTouch: true }), event, await someone(event, -1), { lang: 'ko' })
	await page.evaluate(() => {
		const widget = document.querySelector('dojang-attendance')
		widget.address = async () => ({ name: '김민지', phone: '010-0000-0000', country: 'KR', line1: 7 })
		widget.findPostcode = async () => ({ postcode: '04524', line1: '서울 중구 세종대로 110' })
	})
	await button(page, '컵 받기').tap()
	await page.locator('#field-name').and(page.getByLabel('받는 분')).waitFor()
	assert.equal(await page.locator('#field-country').isVisible(), false)
	await page.waitForFunction(() => document.querySelector('dojang-attendance').shadowRoot.getElementById('field-name')?.value === '김민지')
	assert.equal(await page.locator('#field-line1').inputValue(), '', 'only texts')
	await button(page, '우편번호 찾기').tap()
	await page.locator('#field-line2').and(page.locator(':focus')).waitFor()
	assert.deepEqual([await page.locator('#field-postcode').inputValue(), await page.locator('#field-line1').inputValue()], ['04524', '서울 중구 세종대로 110'])
	await expectAccessible(page, 'the address form in Korean')
	await page.getByLabel(/동의해요/).check()
	const puts = sent(page, 'PUT', '/address')
	await button(page, '주소 저장').tap()
	await said(page, '배송 주소를 저장했어요.')
	assert.equal(JSON.parse(puts[0].postData()).country, 'KR')
	await button(page, '컵 배송 주소 변경').tap()
	await button(page, '대한민국 · 변경').tap()
	await page.locator('#field-country').and(page.locator(':focus')).waitFor()
})

test('a reward that was reached can be shared, if the page gives an address', async t => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 5, name: 'Five' }] })
	const page = await open(await visitor(t), event, await someone(event))
	await page.evaluate(() => {
		navigator.share = async what => { globalThis.shared = what }
		document.querySelector('dojang-attendance').setAttribute('share-url', '/event?from=share')
	})
	await button(page, 'Stamp today').click()
	await button(page.getByRole('dialog', { name: 'you have earned' }), 'Share').click()
	assert.deepEqual(await page.evaluate(() => globalThis.shared), { title: `Test ${event.slug}`, url: `${shop}/event?from=share` })
})
