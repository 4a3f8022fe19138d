// SPDX-License-Identifier: MIT
// The complete work of event managers, by what they see and click, from the empty product list to
// signing out everywhere: in English on a desktop without JavaScript, and in Korean on a phone in
// dark mode. Nobody types a path after signing in.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { until, webhookServer } from '../delivery/installation.js'
import { customer, expect } from '../http/client.js'
import { addDays, attended, count, dateIn, demo, dojangctl, sql, unique } from '../http/harness.js'
import { PASSWORD } from './client.js'
import { Guide } from './guide.js'

const LOOKS = [
	{ title: 'in English, on a desk, without JavaScript', language: 'en', suffix: '', locale: 'en-GB', javaScriptEnabled: false, viewport: { width: 1200, height: 800 } },
	{ title: 'in Korean, on a dark phone', language: 'ko', suffix: '-phone', locale: 'ko-KR', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
]
/** The input of users, in their language. */
const TYPED = {
	en: { event: 'Spring stamps', wrong: 'Sprng stamps', points: '5,000 points', goods: 'AirPods', coupon: 'Coffee coupon', description: 'A stamp a day, gifts on the way.',
		terms: 'One stamp a day. Gifts while stocks last.', tax: 'Prize tax is paid by the shop.', delivery: 'Delivery of the second batch', down: 'The app was down',
		mistake: 'Counted by mistake', sorry: 'Sorry for the wait', note: 'Called on Monday', cancel: 'Wanted another', maintenance: 'Database maintenance', block: 'Forty accounts of one person',
		unblock: 'A family', key: 'Order system', staff: 'Stock room', names: ['minji', 'junho', 'seoyeon', 'haneul', 'bora', 'jiwoo', 'dahye', 'taeyang'] },
	ko: { event: '봄 출석 도장', wrong: '봄 출석 도잠', points: '5,000 포인트', goods: '에어팟', coupon: '커피 쿠폰', description: '하루에 하나, 도장을 모으면 선물이 옵니다.',
		terms: '하루에 한 번 찍을 수 있습니다. 선물은 재고가 있는 동안 드립니다.', tax: '제세공과금은 쇼핑몰이 냅니다.', delivery: '2차 입고', down: '앱 장애',
		mistake: '잘못 더함', sorry: '기다리게 해서 죄송합니다', note: '월요일에 통화함', cancel: '다른 선물을 원함', maintenance: '데이터베이스 점검', block: '한 사람의 계정 마흔 개',
		unblock: '가족', key: '주문 시스템', staff: '창고', names: ['민지', '준호', '서연', '하늘', '보라', '지우', '다혜', '태양'] },
}
const ADDRESS = { name: '받는 사람', phone: '010-0000-0000', postcode: '04524', lines: ['서울특별시 중구 세종대로 110'], country: 'KR', consent: true }

let browser, directory
before(async () => {
	const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(path => existsSync(path))
	browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
	directory = mkdtempSync(join(tmpdir(), 'dojang-path-'))
})
after(async () => {
	await browser?.close()
	if (directory)
		rmSync(directory, { recursive: true })
})

async function account(role) {
	const email = `${unique(role)}@shop.example`, file = join(dirname(demo.settings_file), unique('password'))
	writeFileSync(file, PASSWORD + '\n', { mode: 0o600 })
	await dojangctl('staff', 'add', '--email', email, '--role', role, '--password-file', file)
	return email
}
async function signIn(guide, email, password = PASSWORD) {
	await guide.type({ email, password })
	await guide.press('form.sign-in.send')
}
const one = async (statement) => Object.values((await sql(statement))[0])[0]

for (const { title, ...look } of LOOKS) {
	test(`the work of an event manager ${title}`, async context => {
		const guide = await Guide.begin(browser, look), said = TYPED[look.language]
		const path = new Path(guide, said)
		try {
			for (const step of STEPS)
				await context.test(step.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`), async own => {
					if (path.isLost)
						return own.skip('a step before failed')
					path.isLost = true
					await path[step]()
					path.isLost = false
				})
		} finally {
			await path.close()
		}
	})
}

const STEPS = ['signIn', 'makeProducts', 'makeTheEvent', 'correctTheEvent', 'seeCustomersComeIn', 'correctACustomer', 'shipOne', 'shipMany', 'cancelAClaim', 'restock',
	'countAnOutage', 'lookAtDeadLetters', 'exportTheWinners', 'signInAsOwner', 'makeAWebhook', 'makeAKey', 'lookAfterStaff', 'lookAfterAPerson', 'readTheAuditLog', 'signOutEverywhere']

/** One user's work, step by step. */
class Path {
	constructor(guide, said) {
		Object.assign(this, { guide, said, slug: unique('spring'), today: dateIn('Asia/Seoul') })
		this.people = said.names.map(username => customer(unique('member'), { username }))
		this.names = said.names
	}
	async close() {
		await this.server?.close()
		await this.guide.end()
	}
	day(days) { return addDays(this.today, days) }
	milestone(kind) { return `/api/v1/events/${this.slug}/milestones/${this.milestones[kind]}/claim` }
	async openEvent() {
		await this.guide.menu('events')
		await this.guide.followText(this.said.event)
	}
	async openCustomer(index) {
		const { guide } = this
		await guide.menu('customers')
		await guide.type({ 'filter.search': this.people[index].subject })
		await guide.press('list.filter')
		await guide.followText(this.names[index])
	}
	async openClaim(id) {
		const { guide } = this
		await guide.menu('claims')
		await guide.choose('filter.event', this.said.event)
		await guide.press('list.filter')
		await guide.followText(String(id))
	}
	/** A customer's page opens on the current month. */
	async turnCalendarTo(day) {
		const monthBefore = month => addDays(`${month}-01`, -1).slice(0, 7)
		for (let month = this.today.slice(0, 7); month > day.slice(0, 7); month = monthBefore(month))
			await this.guide.follow('customer.month_before')
	}
	async openProduct(name) {
		await this.guide.menu('products')
		await this.guide.followText(name)
	}

	async signIn() {
		const { guide } = this
		this.email = await account('manager')
		await guide.open('/admin/')
		await guide.picture('sign-in')
		await signIn(guide, this.email, 'not the password')
		await guide.says('sign-in.password')
		await signIn(guide, this.email)
		await guide.page.getByRole('heading', { name: guide.words('page.overview'), level: 1 }).waitFor()
		await guide.misses(guide.words('section.settings'))
	}

	async makeProducts() {
		const { guide, said } = this
		const make = async (kind, name, fields) => {
			await guide.menu('products')
			await guide.follow('new.product')
			await guide.chooseWord('field.kind', kind)
			await guide.type({ name, ...fields })
			if (kind === 'item')
				await guide.picture('product-new')
			await guide.press('form.product-new.send')
			await guide.says('done.product-created')
		}
		await make('points', said.points, { points: 5000 })
		await make('item', said.goods, { stock: 4, threshold: 2, tax_note: said.tax })
		await guide.sees(said.tax)
		await make('coupon', said.coupon, { threshold: 2 })
		await guide.follow('product.codes')
		await guide.picture('codes')
		const file = join(directory, `${unique('codes')}.csv`), codes = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map(letter => unique(`CAFE-${letter}`))
		writeFileSync(file, ['code', ...codes, codes[0], ''].join('\n'))
		await guide.field('sheet.file').setInputFiles(file)
		await guide.press('form.codes.send')
		await guide.says('page.codes', { product_name: said.coupon, count: 8 })
		await guide.says('codes.repeated')
		await guide.picture('codes-preview')
		await guide.press('codes.send')
		await guide.says('done.codes-added')
		await guide.picture('product-coupon')
	}

	async makeTheEvent() {
		const { guide, said } = this
		await guide.menu('events')
		await guide.follow('new.event')
		await guide.type({ name: said.wrong, slug: 'Not an address', starts: this.day(-9), ends: this.day(20), description: said.description, terms: said.terms })
		await guide.press('form.event-new.send')
		await guide.says('wrong.slug')
		await guide.picture('event-new-wrong')
		await guide.type({ slug: this.slug })
		await guide.press('form.event-new.send')
		await guide.says('done.event-created')
		await guide.says('event.draft_note')
		for (const [product, at] of [[said.coupon, 2], [said.points, 4], [said.goods, 6]]) {
			await guide.follow('new.milestone')
			await guide.type({ at })
			await guide.choose('field.product', product)
			await guide.tick('is_for_those_past')
			if (product === said.goods)
				await guide.picture('milestone-new')
			await guide.press('form.milestone-new.send')
			await guide.says('done.milestone-created')
		}
		await guide.picture('event-draft')
		await guide.follow('event.options')
		await guide.type({ review_customers: 3 })
		await guide.picture('event-options')
		await guide.press('form.event-options.send')
		await guide.follow('event.open')
		await guide.says('open.milestones.good')
		await guide.press('open.send')
		await guide.says('done.event-opened')
		await guide.says('word.running')
		const rows = await sql(`SELECT p.kind, m.id FROM milestones m JOIN events e ON e.id = m.event_id JOIN products p ON p.id = m.product_id WHERE e.slug = '${this.slug}'`)
		this.milestones = Object.fromEntries(rows.map(row => [row.kind, row.id]))
	}

	/** Customers use the API. On the day before yesterday nobody could check in. */
	async seeCustomersComeIn() {
		const { guide, said, people } = this
		const days = [-8, -7, -6, -5, -4, -3, -1]
		await attended({ slug: this.slug, today: this.today }, Object.fromEntries(people.map((who, i) => [who.subject, days.slice(Math.max(0, i - 2))])))
		for (const who of people)
			expect(await who.get('/api/v1/me'), 200)
		for (const who of people.slice(0, 6))
			expect(await who.post(`/api/v1/events/${this.slug}/attendance`), 201)
		const claim = async (who, kind) => expect(await who.post(this.milestone(kind)), 201).id
		this.grant = await claim(people[3], 'points')
		this.coupon = await claim(people[3], 'coupon')
		this.item = await claim(people[0], 'item')
		expect(await people[0].call('PUT', `/api/v1/me/claims/${this.item}/address`, { body: ADDRESS }), 204)
		await guide.menu('events')
		await guide.picture('events')
		await guide.menu('overview')
		await this.#counted()
		for (const more of await guide.page.locator('.more summary').all())
			await more.click()
		await guide.page.getByRole('link', { name: said.event, exact: true }).click()
		await this.#counted()
		for (const [key, figure] of [['overview.today', 6], ['overview.participants', 8], ['overview.claims', 3], ['overview.to_ship', 1], ['overview.granted', 5000]])
			assert.match(await guide.page.locator('.figures > div').filter({ hasText: guide.words(key) }).locator('dd').first().textContent(), new RegExp(`^${guide.number(figure)}\\b`), key)
		await guide.page.getByText(guide.words('overview.as_table')).first().click()
		await guide.page.getByRole('cell', { name: '6', exact: true }).first().waitFor()
		await guide.page.getByText(guide.words('overview.as_table')).first().click()
		await guide.picture('overview')
		await guide.follow('overview.to_event')
		await guide.sees(said.goods)
		await guide.picture('event')
		await guide.follow('event.customers')
		await guide.sees(this.names[0])
		await guide.picture('customers')
	}

	/** A button that needs JavaScript is not there without it. */
	async #copyAddress() {
		const { guide } = this, button = guide.page.locator('button[data-copy]')
		if (!guide.hasScript)
			return assert.equal(await button.isVisible(), false)
		await guide.context.grantPermissions(['clipboard-read', 'clipboard-write'])
		await button.click()
		await guide.page.getByText(guide.words('address.copied')).waitFor()
		const copied = await guide.page.evaluate(() => navigator.clipboard.readText())
		assert.equal(copied, [ADDRESS.name, ...ADDRESS.lines, ADDRESS.postcode, ADDRESS.phone].join('\n'))
	}

	/** An event is counted after the first view; meanwhile the page reloads itself. */
	async #counted() {
		await this.guide.page.getByText(this.guide.words('overview.to_ship'), { exact: true }).waitFor()
		await this.guide.look()
	}

	/** A wrong name is corrected; fields that are locked while the event runs say so. */
	async correctTheEvent() {
		const { guide, said } = this
		await guide.menu('events')
		await guide.followText(said.wrong)
		await guide.follow('event.edit')
		for (const name of ['starts', 'mode', 'time_zone'])
			assert.equal(await guide.field(`field.${name}`).isEditable(), false, name)
		await guide.says('hint.locked')
		await guide.type({ name: said.event, ends: this.day(10) })
		await guide.press('form.event-edit.send')
		await guide.says('wrong.by.ends')
		await guide.picture('event-locked')
		await guide.type({ ends: this.day(21) })
		await guide.press('form.event-edit.send')
		await guide.says('done.event-saved')
		await guide.page.getByRole('heading', { name: said.event }).waitFor()
		await guide.clickOn(guide.row(said.goods).getByRole('link').first())
		assert.equal(await guide.field('field.at').isEditable(), false)
		await guide.says('hint.locked')
		await guide.picture('milestone-locked')
		await guide.follow('form.cancel')
	}

	async correctACustomer() {
		const { guide, said } = this
		const change = async (what, reason) => {
			await guide.follow('customer.day')
			await guide.choose('field.event', said.event)
			await guide.chooseWord('field.what', what)
			await guide.type({ day: this.day(-9), reason })
			await guide.picture('customer-day')
			await guide.press('form.day.send')
		}
		await this.openCustomer(1)
		await change('add', said.down)
		await guide.says('done.day-added')
		await guide.page.locator('.calendar').getByText(guide.words('day.staff')).waitFor({ state: 'attached' })
		await change('remove', said.mistake)
		await guide.says('done.day-removed')
		await guide.follow('customer.points')
		await guide.type({ amount: 300, reason: said.sorry, internal_note: said.note })
		await guide.picture('customer-points')
		await guide.press('form.points.send')
		await guide.says('done.points-adjusted')
		assert.match(await guide.row(said.sorry).textContent(), new RegExp(`300.*${said.note}|${said.note}.*300`, 's'))
		const seen = expect(await this.people[1].get('/api/v1/me/points'), 200)
		assert.ok(JSON.stringify(seen).includes(said.sorry) && !JSON.stringify(seen).includes(said.note), 'the customer sees one note and not the other')
		await guide.picture('customer')
	}

	async shipOne() {
		const { guide } = this, send = async (state, tracking) => {
			await guide.chooseWord('field.state', state)
			if (tracking)
				await guide.type({ tracking })
			await guide.press('form.advance.send')
			await guide.says('done.claim-advanced')
			await guide.page.getByRole('heading', { level: 1 }).getByText(guide.words(`word.${state}`)).waitFor()
		}
		await this.openClaim(this.item)
		await guide.press('claim.address')
		await guide.sees(ADDRESS.lines[0])
		await guide.picture('address')
		await this.#copyAddress()
		await guide.follow('address.back')
		await send('preparing')
		await send('shipped', 'KR-1001')
		await guide.picture('claim-shipped')
		await send('delivered')
		assert.equal(await one(`SELECT state FROM claims WHERE id = ${this.item}`), 'delivered')
	}

	/** Three customers at one address: their goods wait for a review. Then many parcels at once, all or none. */
	async shipMany() {
		const { guide, said } = this, ids = []
		for (const who of this.people.slice(1, 3))
			ids.push(expect(await who.post(this.milestone('item')), 201).id)
		const lines = [[ids[0], 'KR-2001'], [ids[1], 'KR-2002']], send = async (list, isGood = false) => {
			await guide.menu('claims')
			await guide.follow('new.shipping')
			await guide.type({ 'sheet.typed': ['claim,tracking', ...list.map(line => line.join(','))].join('\n') })
			if (isGood)
				await guide.picture('shipping')
			await guide.press('form.shipping.send')
			if (!isGood)
				return guide.says('sheet.mend')
			await guide.says('page.shipping', { count: list.length })
			await guide.sees(list[0][1])
			await guide.says('shipping.without_address', { without_address: list.length })
			await guide.field('shipping.handed_over').check()
			await guide.picture('shipping-preview')
			await guide.press('shipping.send')
		}
		await this.openClaim(ids[0])
		await guide.says('claim.review', { sharing: 3 })
		await guide.chooseWord('field.state', 'shipped')
		await guide.press('form.advance.send')
		await guide.says('wrong.by.review')
		await guide.picture('claim-review')
		await send(lines)
		assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE id IN (${ids}) AND state = 'claimed'`), 2, 'nothing of it')
		await this.openClaim(ids[0])
		await guide.follow('form.claim-review.send')
		await guide.tick('and_others')
		await guide.picture('review')
		await guide.press('form.claim-review.send')
		await guide.says('done.claim-reviewed')
		await send([...lines, [999999999, 'KR-2003']])
		await guide.picture('shipping-wrong')
		assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE id IN (${ids}) AND state = 'claimed'`), 2, 'nothing of it')
		await send([[ids[0]], [ids[1], 'KR-2002']])
		await send(lines, true)
		await guide.says('done.shipped')
		assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE id IN (${ids}) AND state = 'shipped'`), 2)
		await guide.menu('claims')
		await guide.choose('filter.event', said.event)
		await guide.press('list.filter')
		await guide.sees('KR-2002')
		await guide.picture('claims')
	}

	async cancelAClaim() {
		const { guide, said } = this
		await this.openClaim(this.grant)
		await guide.follow('claim.cancel')
		await guide.type({ reason: said.cancel })
		await guide.tick('may_claim_again')
		await guide.picture('claim-cancel')
		await guide.press('form.claim-cancel.send')
		await guide.says('done.claim-cancelled')
		await guide.says('claim.again')
		await guide.picture('claim-cancelled')
		assert.equal(expect(await this.people[3].get('/api/v1/me'), 200).points, 0)
		this.grant = expect(await this.people[3].post(this.milestone('points')), 201).id
		await guide.follow('section.claims')
		await this.openClaim(this.grant)
		await guide.says('word.credited')
	}

	async restock() {
		const { guide, said } = this
		await guide.menu('products')
		await guide.sees(said.goods)
		await guide.picture('products')
		await guide.followText(said.goods)
		await guide.says('word.low')
		await guide.follow('product.stock')
		await guide.type({ delta: -2, reason: said.mistake })
		await guide.press('form.stock.send')
		await guide.says('wrong.by.delta')
		await guide.type({ delta: 20, reason: said.delivery })
		await guide.picture('stock')
		await guide.press('form.stock.send')
		await guide.says('done.stock-changed')
		await guide.sees(said.delivery)
		assert.match(await guide.page.locator('.figures dd').first().textContent(), /^21\b/)
		await guide.picture('product')
	}

	async countAnOutage() {
		const { guide, said } = this, day = this.day(-2)
		await this.openEvent()
		await guide.follow('page.outages')
		await guide.follow('new.outage')
		await guide.type({ day, reason: said.maintenance })
		await guide.picture('outage-new')
		await guide.press('form.outage-new.send')
		await this.#outage('planned')
		await guide.picture('outage')
		await guide.follow('outage.apply')
		await guide.type({ day: this.day(-1) })
		await guide.press('form.outage-apply.send')
		await guide.says('wrong.by.outage-apply.day')
		await guide.type({ day })
		await guide.picture('outage-apply')
		await guide.press('form.outage-apply.send')
		await this.#outage('applied')
		await guide.picture('outage-applied')
		const outages = `FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${this.slug}' AND a.date = '${day}'`
		assert.equal(await count(`SELECT COUNT(*) ${outages}`), 8)
		await this.openCustomer(0)
		await this.turnCalendarTo(day)
		await guide.page.locator('.calendar').getByText(guide.words('day.outage')).waitFor({ state: 'attached' })
		await this.openEvent()
		await guide.follow('page.outages')
		await guide.picture('outages')
		await guide.clickOn(guide.row(said.maintenance).getByRole('link').first())
		await guide.follow('outage.undo')
		await guide.type({ day })
		await guide.press('form.outage-undo.send')
		await this.#outage('undone')
		assert.equal(await count(`SELECT COUNT(*) ${outages}`), 0)
	}
	/** The page reloads itself until the text is there. */
	async #outage(word) {
		await this.guide.page.getByRole('heading', { level: 1 }).getByText(this.guide.words(`word.${word}`), { exact: true }).waitFor()
		await this.guide.look()
	}

	async lookAtDeadLetters() {
		const { guide } = this
		await sql("UPDATE outbox_messages SET state = 'discarded', done_at = UTC_TIMESTAMP() WHERE state = 'dead'")        // messages of other tests
		for (let i = 0; i < 2; i++)
			await sql(`INSERT INTO outbox_messages (kind, channel, message_key, data, state, done_at, due_at, created_at, last_error)
				VALUES ('mail.test', 'mail', '${unique('test')}', '{}', 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP(), '550 no such user')`)
		const last = await count("SELECT MAX(id) FROM outbox_messages WHERE state = 'dead'")
		await guide.menu('products')
		await guide.says('console.dead_letters', { dead_letters: 2 })
		await guide.follow('console.see_them')
		await guide.picture('messages')
		await guide.followText(String(last))
		await guide.sees('550 no such user')
		await guide.picture('message')
		await guide.press('messages.retry')
		await guide.says('done.message-retried')
		await guide.says('console.dead_letters', { dead_letters: 1 })
		await guide.follow('console.see_them')
		await guide.followText(String(last - 1))
		await guide.follow('messages.discard')
		await guide.press('form.message-discard.send')
		await guide.says('done.message-discarded')
		await guide.menu('overview')
		assert.equal(await guide.page.getByRole('link', { name: guide.words('console.see_them') }).count(), 0, 'there are no dead letters any more')
	}

	async exportTheWinners() {
		const { guide, said } = this
		await guide.menu('claims')
		await guide.choose('filter.event', said.event)
		await guide.choose('filter.product', said.goods)
		await guide.press('list.filter')
		const bytes = await guide.download(guide.page.getByRole('link', { name: guide.words('list.export') })), [head, ...rows] = bytes.toString('utf8').trim().split('\r\n')
		assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], 'a spreadsheet knows it as UTF-8')
		assert.ok(head.includes(guide.words('column.customer')) || head.includes(guide.words('column.username')), head)
		assert.equal(rows.length, 3)
		for (const [i, tracking] of ['KR-1001', 'KR-2001', 'KR-2002'].entries())
			assert.ok(rows.some(row => row.includes(tracking) && row.includes(said.goods) && row.includes(this.names[i])), `${tracking} in ${rows}`)
		assert.equal(rows.some(row => row.includes(this.names[3])), false, 'nobody else')
	}

	async signInAsOwner() {
		const { guide } = this
		await guide.press('console.sign_out')
		await guide.says('done.signed-out')
		this.email = await account('owner')
		await signIn(guide, this.email)
		await guide.section('settings')
	}

	async makeAWebhook() {
		const { guide } = this
		this.server = await webhookServer()
		await guide.menu('messages')
		await guide.follow('new.webhook')
		await guide.type({ url: this.server.url })
		await guide.tick('claim_created', 'stock_low')
		await guide.picture('webhook-new')
		await guide.press('form.webhook-new.send')
		await guide.says('secret.webhook-secret')
		assert.match(await guide.field('secret.label').inputValue(), /^whsec_/)
		await guide.follow('secret.back')
		await guide.press('webhook.test')
		await guide.says('done.webhook-test')
		await until(() => this.server.requests.length === 1, 'the test')
		const path = new URL(guide.page.url()).pathname.split('/').pop()
		await until(() => count(`SELECT COUNT(*) FROM webhook_attempts WHERE endpoint_id = ${path}`), 'its answer')
		await guide.menu('messages')
		await guide.followText(this.server.url)
		await guide.says('word.webhook.test')
		await guide.picture('webhook')
		await guide.press('messages.disable')
		await guide.says('word.disabled')
	}

	async makeAKey() {
		const { guide, said } = this, name = `${said.key} ${unique('').slice(1, 4)}`
		await guide.menu('keys')
		await guide.follow('new.key')
		await guide.type({ name })
		await guide.tick('stock_write', 'claims_write')
		await guide.picture('key-new')
		await guide.press('form.key-new.send')
		const take = async () => {
			await guide.says('secret.key-secret')
			const key = await guide.field('secret.label').inputValue()
			assert.match(key, /^djk_/)
			return key
		}
		const isGood = async key => (await fetch(`${demo.base_url}/api/v1/shop/products`, { headers: { authorization: `Bearer ${key}` } })).status === 200
		const first = await take()
		await guide.follow('secret.back')
		await guide.clickOn(guide.row(name).getByRole('link').first())
		await guide.type({ overlap: 1 })
		await guide.picture('key')
		await guide.press('form.key-rotate.send')
		const second = await take()
		assert.deepEqual([await isGood(first), await isGood(second)], [true, true])
		await guide.follow('secret.back')
		await guide.picture('keys')
		await guide.clickOn(guide.row(name, second.split('_')[1]).getByRole('link').first())
		await guide.follow('form.key-rotate.other')
		await guide.picture('key-revoke')
		await guide.press('form.key-revoke.send')
		await guide.says('done.key-revoked')
		assert.deepEqual([await isGood(first), await isGood(second)], [true, false])
	}

	async lookAfterStaff() {
		const { guide, said } = this, email = `${unique('stock')}@shop.example`
		await guide.menu('staff')
		await guide.picture('staff')
		await guide.follow('new.staff')
		await guide.type({ email, name: said.staff, new_password: PASSWORD })
		await guide.chooseWord('field.role', 'viewer')
		await guide.picture('staff-new')
		await guide.press('form.staff-new.send')
		await guide.says('done.staff-added')
		await guide.clickOn(guide.row(email).getByRole('link').first())
		await guide.chooseWord('field.role', 'manager')
		await guide.picture('staff-edit')
		await guide.press('form.staff-edit.send')
		await guide.says('done.staff-saved')
		assert.equal(await one(`SELECT role FROM staff WHERE email = '${email}'`), 'manager')
		await guide.menu('staff')
		await guide.clickOn(guide.row(email).getByRole('link').first())
		await guide.chooseWord('field.state', 'disabled')
		await guide.press('form.staff-edit.send')
		await guide.says('done.staff-saved')
		assert.equal(await one(`SELECT state FROM staff WHERE email = '${email}'`), 'disabled')
	}

	async lookAfterAPerson() {
		const { guide, said } = this, who = this.people[7], name = this.names[7]
		const id = expect(await who.get('/api/v1/me'), 200).id
		await this.openCustomer(7)
		const all = JSON.parse((await guide.download(guide.page.getByRole('button', { name: guide.words('customer.export') }))).toString())
		assert.deepEqual([all.subject, all.username], [who.subject, name])
		await guide.follow('customer.block')
		await guide.type({ reason: said.block })
		await guide.picture('customer-block')
		await guide.press('form.block.send')
		await guide.says('done.blocked')
		await guide.sees(said.block)
		await guide.picture('customer-blocked')
		expect(await who.get('/api/v1/me'), 403, 'forbidden')
		await guide.follow('customer.unblock')
		await guide.type({ reason: said.unblock })
		await guide.press('form.unblock.send')
		await guide.says('done.unblocked')
		await guide.follow('customer.remove')
		await guide.type({ number: id + 1 })
		await guide.press('form.person-remove.send')
		await guide.says('wrong.by.number')
		await guide.type({ number: id })
		await guide.picture('customer-remove')
		await guide.press('form.person-remove.send')
		await guide.says('done.person-removed')
		await guide.misses(name)
		await guide.follow('page.removals')
		await guide.row(String(id)).waitFor()
		await guide.picture('removals')
		expect(await who.get('/api/v1/me'), 403, 'forbidden')
	}

	/** Each action as text, with its author. */
	async readTheAuditLog() {
		const { guide, said } = this
		await guide.menu('audit')
		for (const action of ['user.remove', 'user.block', 'user.export', 'staff.change', 'key.revoke', 'webhook.add'])
			await guide.row(this.email, guide.words(`word.${action}`)).waitFor()
		await guide.picture('audit', 950)
		await this.openProduct(said.goods)
		await guide.follow('product.audit')
		await guide.row(guide.words('word.stock.change')).waitFor()
		await guide.sees(said.delivery)
		await guide.menu('settings')
		await guide.says('settings.about')
		await guide.page.getByText(guide.words('settings.all')).click()
		await guide.says('settings.note')
		await guide.sees('console_openid.issuer')
		await guide.picture('settings', 850)
	}

	async signOutEverywhere() {
		const { guide } = this
		await guide.followText(`${this.email} ${guide.words('word.owner')}`, guide.page.getByRole('banner'))
		await guide.picture('account')
		await guide.press('account.everywhere')
		await guide.says('done.signed-out-everywhere')
		assert.equal(await count(`SELECT COUNT(*) FROM staff_sessions s JOIN staff t ON t.id = s.staff_id WHERE t.email = '${this.email}'`), 0)
	}
}
