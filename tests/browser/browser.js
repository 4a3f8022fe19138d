// SPDX-License-Identifier: MIT
// A real browser, and a shop's page with the widget on another origin than Dojang's, with a strict
// Content-Security-Policy.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { chromium } from 'playwright-core'
import { base, demo, pageNow, token } from '../http/harness.js'

const PATIENCE = 30e3
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(path => existsSync(path))
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] })
after(() => browser.close())

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const api = base.origin
export const shop = demo.other_origin

/** Runs in a page: moves its clock. */
function moveClock(milliseconds) {
	globalThis.Date = new Proxy(Date, {
		construct: (real, given) => Reflect.construct(real, given.length ? given : [real.now() + milliseconds]),
		get: (real, name) => name === 'now' ? () => real.now() + milliseconds : Reflect.get(real, name),
	})
}

/** A separate browser in another time zone than the event's. Errors in it fail the test, unless watches is false. */
export async function visitor(test, { width = 1280, height = 900, watches = true, ...options } = {}) {
	const context = await browser.newContext({ viewport: { width, height }, timezoneId: 'America/New_York', locale: 'en-US', ...options })
	context.setDefaultTimeout(PATIENCE)
	if (process.env.DOJANG_TEST_AT)
		await context.addInitScript(moveClock, pageNow() - Date.now())
	const faults = []
	const watch = page => {
		page.on('pageerror', error => faults.push(error.stack))
		page.on('console', message => {
			// The browser itself reports refused requests; the tests cause them on purpose.
			if (['error', 'warning'].includes(message.type()) && !/^Failed to load resource|blocked by CORS policy: No 'Access-Control-Allow-Origin'/.test(message.text()))
				faults.push(message.text())
		})
	}
	if (watches)
		context.on('page', watch)
	test.after(async () => {
		await context.close()
		assert.deepEqual(faults, [], 'errors in the browser')
	})
	return context
}

const html = (event, lang) => `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<script type="module" src="${api}/assets/dojang.js"></script></head>
<body><header><h1>Shop</h1></header><main><dojang-attendance event="${event}" base="${api}"></dojang-attendance></main></body></html>`

/** A page of the other origin with the widget for this customer. tokens: the page's tokens, one after the other (then the last one again). prepare runs before the page
 * is loaded. */
export async function open(context, { slug }, subject, { lang = 'en', tokens = [token(subject)], wait = true, prepare } = {}) {
	const page = await context.newPage()
	await prepare?.(page)
	const asked = []
	await page.exposeFunction('giveToken', why => { asked.push(why); return tokens[Math.min(asked.length, tokens.length) - 1] })
	// A page from the other server: content that a test sets directly has no address and cannot
	// request loopback.
	writeFileSync(join(dirname(demo.settings_file), 'other', `${slug}-${lang}.html`), html(slug, lang))
	await page.goto(`${shop}/${slug}-${lang}.html`)
	await page.evaluate(() => { document.querySelector('dojang-attendance').token = why => globalThis.giveToken(why) })
	if (wait)
		await page.locator('#check-in').waitFor()
	return Object.assign(page, { asked })
}

export const button = (page, name) => page.getByRole('button', { name, exact: true })
/** Waits until the widget has announced a text to screen readers. */
export const said = (page, words) => page.getByRole('status').filter({ hasText: words }).first().waitFor()

/** Closes the sheet that shows what was earned just now. */
export const claimLater = page => button(page.getByRole('dialog', { name: 'you have earned' }), 'Not now').click()

/** The requests to Dojang with this method and end of path, in order. */
export function sent(page, method, end) {
	const found = []
	page.on('request', request => {
		if (request.method() === method && new URL(request.url()).pathname.endsWith(end))
			found.push(request)
	})
	return found
}

/** Asserts that axe finds nothing, including best practices and contrast. */
export async function expectAccessible(page, where) {
	await page.evaluate(AXE)
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
	assert.deepEqual(violations.map(each => `${each.id}: ${each.nodes.map(node => node.html.slice(0, 160) + node.any.map(one => one.message)).join(' | ')}`), [], where)
}
