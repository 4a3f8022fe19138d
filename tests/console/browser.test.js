// SPDX-License-Identifier: MIT
// The console in Chromium: a manager's work without JavaScript; every page on a phone and a
// desktop, in both languages, light and dark, with axe on each. DOJANG_SCREENSHOTS names a
// directory for screenshots.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { addDays, dateIn, demo, dojangctl, sql, unique } from '../http/harness.js'
import { PASSWORD, freshPayouts, freshWebhook, routes, staff } from './client.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = process.env.DOJANG_SCREENSHOTS
let browser, values, coupon

before(async () => {
	const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(path => existsSync(path))
	browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
	const [{ event, milestone, product }] = await sql(`SELECT e.slug AS event, m.id AS milestone, p.id AS product
		FROM events e JOIN milestones m ON m.event_id = e.id JOIN products p ON p.id = m.product_id WHERE e.slug = '${demo.event}' AND p.kind = 'item' LIMIT 1`)
	const [{ claim, customer }] = await sql("SELECT id AS claim, user_id AS customer FROM claims WHERE kind = 'item' ORDER BY id LIMIT 1")
	await sql(`INSERT INTO outbox_messages (kind, channel, message_key, data, state, done_at, due_at, created_at, last_error)
		VALUES ('mail.test', 'mail', '${unique('test')}', '{}', 'dead', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP(), '550 no such user')`)
	const [{ message }] = await sql('SELECT MAX(id) AS message FROM outbox_messages')
	coupon = (await sql("SELECT MIN(id) AS id FROM products WHERE kind = 'coupon'"))[0].id
	const [{ staff: person }] = await sql('SELECT MIN(id) AS staff FROM staff')
	const day = addDays(dateIn('Asia/Seoul'), -5), { id: outage } = await dojangctl('outage', 'plan', '--event', event, '--day', day, '--reason', 'the database was down')
	await dojangctl('outage', 'apply', '--id', outage, '--day', day)
	values = { event, outage, milestone, product, claim, customer, message, payout: (await freshPayouts([unique('seen')], { state: 'failed', failure: 'the account is closed' }))[0].id, staff: person, webhook: await freshWebhook(),
		key: (await sql('SELECT MIN(id) AS id FROM api_keys'))[0].id }
})
after(() => browser?.close())

async function visit(options) {
	const context = await browser.newContext({ baseURL: demo.base_url, ...options })
	const page = await context.newPage(), { email } = await staff('owner')
	await page.goto('/admin/sign-in')
	await page.fill('[name=email]', email)
	await page.fill('[name=password]', PASSWORD)
	await page.click('main button')
	assert.equal(new URL(page.url()).pathname, '/admin/')
	return { context, page }
}

const pages = () => [`/admin/products/${coupon}/codes`, ...routePages()]
const routePages = () => routes.filter(route => route.method === 'GET' && !route.path.endsWith('.csv') && !['/admin', '/admin/sign-in', '/admin/metrics', '/admin/console.css'].includes(route.path))
	.map(route => route.path.replace(/\{([a-z]+)\}/g, (_, name) => values[name]))

const LOOKS = [
	{ name: 'ko-desk', locale: 'ko-KR', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
	{ name: 'en-phone', locale: 'en-GB', viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true },
]

for (const { name, ...look } of LOOKS) {
	test(`every page, ${name}: axe finds nothing, nothing is wider than the screen`, async () => {
		const { context, page } = await visit(look)
		const errors = []
		page.on('console', message => { if (message.type() === 'error') errors.push(message.text()) })
		for (const path of ['/admin/sign-in-not-there', ...pages()]) {
			const answer = await page.goto(path)
			assert.equal(answer.status(), path.endsWith('-not-there') || /\/openid/.test(path) ? answer.status() : 200, path)
			await page.evaluate(axe)
			const { violations } = await page.evaluate(() => globalThis.axe.run())
			assert.deepEqual(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`), [])
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than the screen`)
			if (pictures) {
				mkdirSync(pictures, { recursive: true })
				await page.screenshot({ path: join(pictures, `${name}${path.replace(/[^a-z0-9]+/gi, '-')}.png`), fullPage: true })
			}
		}
		assert.deepEqual(errors.filter(text => !/404/.test(text)), [], 'the page\'s policy does not block its own parts')
		await context.close()
	})
}

test('"/" goes to the search, also into the menu of a phone, and is an ordinary character in a field', async () => {
	for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
		const { context, page } = await visit({ locale: 'en-GB', viewport })
		const focused = () => page.evaluate(() => document.activeElement.name ?? '')
		await page.goto('/admin/claims')
		await page.keyboard.press('/')
		assert.equal(await focused(), 'q')
		await page.keyboard.type('a/b')
		assert.equal(await page.evaluate(() => document.activeElement.value), 'a/b')
		await page.goto('/admin/products')
		await page.keyboard.press('Control+/')
		assert.notEqual(await focused(), 'q')
		await context.close()
	}
})

for (const { language, words } of [
	{ language: 'ko-KR', words: { event: '새 이벤트', make: '초안 만들기', milestone: '새 단계', add: '추가', open: '고객에게 공개', yes: '네, 공개할게요', running: '진행 중' } },
	{ language: 'en-GB', words: { event: 'New event', make: 'Create draft', milestone: 'New milestone', add: 'Add', open: 'Open to customers', yes: 'Yes, open it', running: 'running' } },
]) {
	test(`an event is created and opened with keyboard and mouse without JavaScript, ${language}`, async () => {
		const { context, page } = await visit({ locale: language, javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
		const slug = unique('browser'), today = dateIn('Asia/Seoul')
		await page.goto('/admin/events')
		await page.getByRole('link', { name: words.event }).click()
		await page.fill('[name=name]', 'In a browser')
		await page.fill('[name=slug]', slug)
		await page.fill('[name=starts]', today)
		await page.fill('[name=ends]', addDays(today, 10))
		await page.getByRole('button', { name: words.make }).press('Enter')
		await page.waitForURL(`**/admin/events/${slug}`)
		await page.getByRole('link', { name: words.milestone }).click()
		await page.fill('[name=at]', '3')
		await page.selectOption('[name=product]', { index: 0 })
		await page.getByRole('button', { name: words.add, exact: true }).click()
		await page.getByRole('link', { name: words.open }).click()
		assert.equal((await sql(`SELECT state FROM events WHERE slug = '${slug}'`))[0].state, 'draft', 'not by one click')
		await page.getByRole('button', { name: words.yes }).click()
		await page.getByText(words.running).first().waitFor()
		assert.equal((await sql(`SELECT state FROM events WHERE slug = '${slug}'`))[0].state, 'open')
		await context.close()
	})
}

/* --- the size and place of things ------------------------------------------------------------------------------------------------- */

/** The rows of the list that are whole on the first screen. */
const wholeRows = page => page.locator('table.list tbody tr').evaluateAll(rows => {
	const bar = document.querySelector('.frequent').getBoundingClientRect(), bottom = bar.height ? bar.top : innerHeight
	return rows.filter(row => row.getBoundingClientRect().bottom <= bottom).length
})

for (const { title, least, ...look } of [
	{ title: 'a desk', least: 14, locale: 'ko-KR', viewport: { width: 1440, height: 900 } },
	{ title: 'a phone', least: 6, locale: 'ko-KR', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
])
	test(`claims: at least ${least} rows on the first screen of ${title}`, async () => {
		const { context, page } = await visit(look)
		await page.goto('/admin/claims')
		assert.ok(await wholeRows(page) >= least, String(await wholeRows(page)))
		await context.close()
	})

test('the menu is in the column of the page, the current section is in view, the heads of a list stay', async () => {
	for (const width of [320, 390, 1024, 1440, 1920]) {
		const { context, page } = await visit({ viewport: { width, height: 900 }, locale: 'en-GB' })
		await page.goto('/admin/settings')
		if (width < 1024)
			await page.locator('.sections summary').click()
		const box = await page.locator('nav [aria-current="page"]').filter({ visible: true }).boundingBox()
		assert.ok(box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 900, `${width}: ${JSON.stringify(box)}`)
		if (width >= 1024) {
			const [brand, menu, heading] = await Promise.all(['.brand', '.menu .groups', 'h1'].map(selector => page.locator(selector).boundingBox()))
			assert.ok(Math.abs(brand.x - menu.x) < 1 && heading.x > menu.x + menu.width, `${width}: ${brand.x}, ${menu.x}, ${heading.x}`)
		}
		if (width >= 1280) {
			await page.goto('/admin/audit')
			await page.mouse.wheel(0, 900)
			await page.waitForFunction(() => scrollY > 300)
			assert.equal((await page.locator('table.list thead th').first().boundingBox()).y, 56)
		}
		for (const path of ['/admin/claims', '/admin/audit', '/admin/customers']) {
			await page.goto(path)
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} does not fit ${width}`)
			const broken = await page.locator('td.id').evaluateAll(cells => cells.filter(cell => cell.querySelector('bdi')?.getBoundingClientRect().height > 30).length)
			assert.equal(broken, 0, `${path} breaks words at ${width}`)
		}
		await context.close()
	}
})

test('a list is sorted by the heads of its columns, and each filter can be taken away', async () => {
	const { context, page } = await visit({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', javaScriptEnabled: false })
	await page.goto(`/admin/claims?event=${values.event}&state=claimed`)
	const query = () => new URL(page.url()).search, first = () => page.locator('tbody tr td').first().textContent()
	const head = () => page.getByRole('columnheader', { name: /^Claimed/ })
	const newest = await first()
	await head().getByRole('link').click()
	assert.match(query(), /event=stamps&state=claimed&sort=newest/)
	assert.equal(await head().getAttribute('aria-sort'), 'descending')
	await head().getByRole('link').click()
	assert.equal(await head().getAttribute('aria-sort'), 'ascending')
	assert.notEqual(await first(), newest)
	await page.getByRole('link', { name: /^Remove Status:/ }).click()
	assert.equal(query(), '?event=stamps&sort=oldest&')
	await page.getByRole('link', { name: 'Reset' }).click()
	await page.waitForLoadState()
	await page.keyboard.press('Tab')
	await page.keyboard.press('Tab')
	await page.keyboard.press('Enter')
	assert.equal(new URL(page.url()).hash, '#list', 'the second link skips to the list')
	await context.close()
})

test('forced colours: only the current section of the menu is marked', async () => {
	const { context, page } = await visit({ viewport: { width: 1440, height: 900 }, forcedColors: 'active' })
	const marked = await page.locator('.menu a').evaluateAll(links => links.filter(link => getComputedStyle(link).borderLeftStyle !== 'none').map(link => link.getAttribute('aria-current')))
	assert.deepEqual(marked, ['page'])
	await context.close()
})
