// SPDX-License-Identifier: MIT
// The widget's words for points that go into the shop's own wallet: they will be credited, until the shop has done it.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { call, expect } from '../http/client.js'
import { attended, clock, demo, dojangctl, freshEvent, freshProduct, sql, unique } from '../http/harness.js'
import { button, expectAccessible, open, said, visitor } from './browser.js'

afterEach(() => clock.reset())

const settle = async (event, state) => {
	const ids = (await sql(`SELECT p.id FROM payouts p JOIN events e ON e.id = p.event_id WHERE e.slug = '${event.slug}'`)).map(({ id }) => Number(id))
	assert.equal(ids.length, 1)
	expect(await call('PATCH', '/api/v1/shop/payouts', { as: demo.api_key, body: { ids, state } }), 200)
}
const WORDS = {
	en: { stamp: 'Stamp today', owed: 'Stamped! 1 check-in so far. 1,000 points will be credited.', claim: 'Claim Shop points', due: 'Will be credited', paid: 'Credited' },
	ko: { stamp: '출석 도장 찍기', owed: '1,000포인트가 적립될 예정이에요.', claim: 'Shop points 받기', due: '적립 예정', paid: '적립 완료' },
}

for (const [lang, words] of Object.entries(WORDS)) {
	test(`a check-in that pays into the shop's wallet says that the points will be credited, ${lang}`, async t => {
		const event = await freshEvent()
		await dojangctl('daily-points', 'add', '--event', event.slug, '--when', 'every', '--points', '1000', '--wallet', 'shop')
		const page = await open(await visitor(t), event, unique('c'), { lang })
		await button(page, words.stamp).click()
		await said(page, words.owed)
		await expectAccessible(page, 'a widget with points of the shop')
	})

	test(`a claim of the shop's points will be credited until the shop has settled it, ${lang}`, async t => {
		const product = await freshProduct({ points: 300, wallet: 'shop', name: 'Shop points' }), event = await freshEvent({ milestones: [{ at: 1, product }] })
		const subject = unique('c'), context = await visitor(t), show = () => open(context, event, subject, { lang })
		const state = (page, text) => page.locator('dojang-attendance').getByText(text, { exact: true })
		await attended(event, { [subject]: [-1] })
		const page = await show()
		await button(page, words.claim).click()
		await state(page, words.due).waitFor()
		assert.equal(await state(page, words.paid).count(), 0)
		await settle(event, 'failed')
		await state(await show(), words.due).waitFor()
		await settle(event, 'paid')
		const last = await show()
		await state(last, words.paid).waitFor()
		assert.equal(await state(last, words.due).count(), 0)
	})
}
