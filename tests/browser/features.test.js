// SPDX-License-Identifier: MIT
// The pages in browsers without certain features: each one is removed in Chromium and in Firefox. An old WebKit lacks many of them.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, before, test } from 'node:test'
import { attended, clock, demo, freshEvent, now, pageNow, token, unique } from '../http/harness.js'
import { until } from '../http/until.js'
import { newerStyles, newerThanBaseline, OLDEST_SAFARI, takeAway } from './baseline.js'
import { api, open, shop, visitor } from './browser.js'
import { chromium, firefox, firefoxWithoutStorage, webkit } from './engines.js'

afterEach(() => clock.reset())

const ZONE = 'Asia/Seoul'

/* --- removed features: each script runs in the page before the page's own ---------------------------------------------------- */

/** A browser that does not have this time zone. */
function forgetZone(zone) {
	const refuse = { check(options) {
		if (options?.timeZone === zone)
			throw new RangeError(`Invalid time zone specified: ${zone}`)
	} }
	Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
		construct(target, given, self) { refuse.check(given[1]); return Reflect.construct(target, given, self) },
		apply(target, self, given) { refuse.check(given[1]); return Reflect.apply(target, self, given) },
	})
	for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
		const usual = Date.prototype[name]
		Date.prototype[name] = function (...given) { refuse.check(given[1]); return usual.apply(this, given) }
	}
}

const FEATURES = [
	{ name: 'constructable style sheets, as in Safari before 16.4', script: () => {
		const { prototype } = CSSStyleSheet
		globalThis.CSSStyleSheet = function CSSStyleSheet() { throw new TypeError('Illegal constructor') }
		globalThis.CSSStyleSheet.prototype = prototype
		delete Document.prototype.adoptedStyleSheets
		delete ShadowRoot.prototype.adoptedStyleSheets
	} },
	{ name: 'the interface of style sheets', script: () => { delete globalThis.CSSStyleSheet } },
	{ name: 'the text of a constructed style sheet', script: () => { delete CSSStyleSheet.prototype.replaceSync } },
	{ name: 'adopted style sheets', script: () => {
		delete Document.prototype.adoptedStyleSheets
		delete ShadowRoot.prototype.adoptedStyleSheets
	} },
	{ name: 'BroadcastChannel', script: () => { delete globalThis.BroadcastChannel } },
	{ name: 'a BroadcastChannel that opens', script: () => {
		globalThis.BroadcastChannel = function BroadcastChannel() { throw new DOMException('The operation is insecure.', 'SecurityError') }
	} },
	{ name: 'a BroadcastChannel that sends', script: () => {
		BroadcastChannel.prototype.postMessage = () => { throw new DOMException('The channel is closed.', 'InvalidStateError') }
	} },
	{ name: 'all storage', isForShop: true, script: () => {
		for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore', 'BroadcastChannel'])
			Object.defineProperty(globalThis, name, { configurable: true, get() { throw new DOMException('The operation is insecure.', 'SecurityError') } })
	} },
	{ name: 'the event\'s time zone', isForShop: true, lacksZone: true, argument: ZONE, script: forgetZone },
	{ name: 'names of countries', script: () => { delete Intl.DisplayNames } },
	{ name: 'names of countries in this language', script: () => {
		Intl.DisplayNames = function DisplayNames() { throw new RangeError('Incorrect locale information provided') }
	} },
	{ name: 'modal dialogs', script: () => {
		for (const name of ['showModal', 'show', 'close', 'requestClose'])
			delete HTMLDialogElement.prototype[name]
	} },
	{ name: 'all dialogs', script: () => {
		for (const name of Object.getOwnPropertyNames(HTMLDialogElement.prototype).filter(name => name !== 'constructor'))
			delete HTMLDialogElement.prototype[name]
	} },
	{ name: 'what a browser says of itself', isForShop: true, script: () => {
		for (const name of ['language', 'languages', 'onLine', 'clipboard', 'vibrate', 'share', 'locks', 'userAgentData'])
			Object.defineProperty(Navigator.prototype, name, { configurable: true, get: () => undefined })
	} },
	{ name: 'what needs a secure page', script: () => {
		for (const name of ['randomUUID', 'subtle'])
			delete Crypto.prototype[name]
		delete globalThis.caches
		delete globalThis.cookieStore
	} },
	{ name: `all that Safari ${OLDEST_SAFARI} does not have`, isForShop: true, script: takeAway, argument: newerThanBaseline() },
]

/* --- a customer's visit ------------------------------------------------------------------------------------------------------ */

/** Runs in the page: checks in, claims an item and enters its address. Returns what is shown. */
async function takePart(token) {
	const widget = document.querySelector('dojang-attendance')
	const find = selector => widget.shadowRoot?.querySelector(selector)
	const wait = async (what, look) => {
		for (const end = Date.now() + 10e3; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 20))) {
			const found = look()
			if (found)
				return found
		}
		throw new Error(`${what} did not come: ${widget.shadowRoot?.querySelector('[part="frame"]')?.textContent.slice(0, 300)}`)
	}
	widget.token = token
	const button = await wait('the check-in', () => find('#check-in')?.offsetHeight && find('#check-in'))
	const seen = { button: button.textContent, today: find('[aria-current="date"] time')?.dateTime }
	seen.isStyled = await wait('the styles', () => getComputedStyle(button).backgroundColor === 'rgb(192, 52, 42)')
	button.click()
	await wait('the stamp', () => find('.stamped[aria-current="date"]'))
	seen.note = await wait('the next check-in', () => find('#check-in-note').textContent)
	seen.deadline = find('.milestones li:last-child').textContent
	const claim = await wait('the claim', () => find('.claim'))
	claim.click()
	const input = await wait('the form', () => find('#field-name')?.offsetHeight && find('#field-name'))
	const box = find('dialog').getBoundingClientRect()
	Object.assign(seen, { countries: find('#field-country').options.length, country: find('#field-country').selectedOptions[0]?.value.length,
		border: getComputedStyle(input).borderTopStyle, isOverThePage: box.top >= 0 && box.bottom <= innerHeight && getComputedStyle(find('dialog')).position === 'fixed' })
	for (const [name, value] of [['name', 'Kim Minji'], ['phone', '010-0000-0000'], ['postcode', '04524'], ['line1', '110 Sejong-daero']])
		find(`#field-${name}`).value = value
	find('#field-consent').checked = true
	find('#save-address').click()
	await wait('the end of the form', () => !find('#field-name'))
	seen.address = (await wait('the address', () => find('.more button.plain'))).parentNode.textContent
	await wait('the focus', () => widget.shadowRoot.activeElement?.dataset.key?.startsWith('address-'))
	return { ...seen, dialog: getComputedStyle(find('dialog')).display }
}

let event
const place = () => `${shop}/features-${event.slug}.html`
before(async () => {
	event = await freshEvent({ zone: ZONE, milestones: [{ at: 1, kind: 'item', name: 'Cup' }, { at: 3, points: 5, name: 'Five', until: '2099-12-31T15:00:00Z' }] })
	writeFileSync(join(dirname(demo.settings_file), 'other', `features-${event.slug}.html`), `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<script type="module" src="${api}/assets/dojang.js"></script></head>
<body><main><dojang-attendance event="${event.slug}" base="${api}" lang="en"></dojang-attendance></main></body></html>`)
})

async function customer() {
	const subject = unique('c')
	await attended(event, { [subject]: [-1] })
	return token(subject)
}

async function takesPart(engine, t, feature = {}) {
	const page = await engine.open(t, feature)
	await page.goto(place())
	const seen = await page.evaluate(takePart, await customer())
	assert.deepEqual(page.errors, [])
	assert.equal(seen.today, event.today)
	assert.match(seen.note, feature.lacksZone ? /^Next check-in from .* (10|11):00 (GMT-[45]|E[SD]T)$/ : /^Next check-in from .* 0?0:00$/)
	assert.match(seen.deadline, feature.lacksZone ? /until .*31 Dec.* 10:00 (GMT-5|EST)/ : /through .*31 Dec/)
	assert.deepEqual({ ...seen, today: 0, note: 0, deadline: 0, countries: seen.countries > 240 },
		{ button: 'Stamp today', today: 0, isStyled: true, note: 0, deadline: 0, countries: true, country: 2, border: 'solid', isOverThePage: true,
			address: 'Delivery address receivedChange address', dialog: 'none' })
}

for (const engine of [chromium, firefox]) {
	test(`${engine.name} as it is: check-in, claim and address`, t => takesPart(engine, t))
	for (const feature of FEATURES)
		test(`${engine.name} without ${feature.name}: check-in, claim and address`, t => takesPart(engine, t, feature))
}
test(`${firefoxWithoutStorage.name}: check-in, claim and address`, t => takesPart(firefoxWithoutStorage, t))
test(`${webkit.name}: check-in, claim and address`, { skip: webkit.missing }, t => takesPart(webkit, t))

/* --- tracing tools ----------------------------------------------------------------------------------------------------------- */

for (const engine of [chromium, firefox])
	test(`${engine.name} with headers of tracing tools on each request: check-in, claim and address`, t => takesPart(engine, t, { script: () => {
		const usual = globalThis.fetch
		globalThis.fetch = (address, options) => usual(address, { ...options, headers: { ...options?.headers, baggage: 'sentry-environment=production', 'sentry-trace': '1-2-1',
			traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'x-datadog-trace-id': '1', 'x-datadog-something-new': '1', newrelic: 'e30=' } })
	} }))

/* --- styles without constructable style sheets ------------------------------------------------------------------------------- */

const [NO_CONSTRUCTION] = FEATURES
for (const { name, policy = '', isStyled, options } of [
	{ name: 'a policy with the nonce of the script', policy: 'style-src \'nonce-stamp\'', isStyled: true },
	{ name: 'a policy that refuses all styles: it works without them', policy: 'style-src \'none\'', isStyled: false },
	{ name: 'a server without dojang.css, and no policy', options: { bypassCSP: true }, isStyled: true },
])
	test(`styles without constructable style sheets: ${name}`, async t => {
		const file = `${unique('policy')}.html`
		writeFileSync(join(dirname(demo.settings_file), 'other', file), `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module" nonce="stamp" src="${api}/assets/dojang.js"></script></head>
<body><dojang-attendance event="${event.slug}" base="${api}" lang="en"></dojang-attendance></body></html>`)
		const context = await visitor(t, { watches: false, ...options })
		await context.addInitScript(NO_CONSTRUCTION.script)
		if (options)
			await context.route('**/dojang.css', route => route.abort())
		const page = await context.newPage()
		await page.goto(`${shop}/${file}`)
		await page.evaluate(value => { document.querySelector('dojang-attendance').token = value }, await customer())
		await page.getByRole('button', { name: 'Stamp today' }).click()
		await page.getByRole('button', { name: 'Stamped today' }).waitFor()
		const color = () => page.locator('#check-in').evaluate(button => getComputedStyle(button).fontWeight)
		if (isStyled)
			await until(async () => await color() === '800', 'the styles', 10)
		else
			assert.equal(await color(), '400')
	})

/* --- the demo's own shop ----------------------------------------------------------------------------------------------------- */

/** Runs in the demo's shop: returns the text of the widget's button, the time of the first point entry, and whether the error message is hidden. */
async function lookAtShop() {
	const find = selector => document.querySelector('dojang-attendance').shadowRoot?.querySelector(selector)
	for (const end = Date.now() + 10e3; Date.now() < end && !(find('#check-in')?.offsetHeight && document.querySelector('#entries li')); )
		await new Promise(resolve => setTimeout(resolve, 20))
	return { button: find('#check-in')?.textContent, points: document.querySelector('#entries .soft')?.textContent, trouble: document.querySelector('#trouble').hidden }
}

before(async () => {
	const answer = await fetch(`${api}/api/v1/shop/users/sora/points`, { method: 'POST', headers: { Authorization: `Bearer ${demo.api_key}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ amount: 10, reference: unique('order'), reason: 'Order' }) })
	assert.equal(answer.status, 201)
})

async function showsShop(engine, t, feature = {}) {
	// The page's tokens were issued at the real time, which may be later than the tests' noon, or at the chosen moment.
	clock.set(Math.max(now(), pageNow()))
	const page = await engine.open(t, feature)
	await page.goto(`${api}/?lang=en&as=sora`)
	const seen = await page.evaluate(lookAtShop)
	assert.deepEqual(page.errors, [])
	assert.match(seen.points, /\d{1,2}:\d\d/)
	assert.deepEqual({ ...seen, points: 0 }, { button: 'Stamp today', points: 0, trouble: true })
}

for (const engine of [chromium, firefox])
	for (const feature of FEATURES.filter(each => each.isForShop))
		test(`${engine.name} without ${feature.name}: the demo's shop`, t => showsShop(engine, t, feature))
test(`${firefoxWithoutStorage.name}: the demo's shop`, t => showsShop(firefoxWithoutStorage, t))
test(`${webkit.name}: the demo's shop`, { skip: webkit.missing }, t => showsShop(webkit, t))

/* --- time zones --------------------------------------------------------------------------------------------------------------- */

const ZONES = ['Asia/Seoul', 'America/New_York', 'Pacific/Honolulu', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']
// Both have midnight at the same instant, on different dates: only the server knows the date.
const AMBIGUOUS = ['Pacific/Kiritimati', 'Pacific/Pago_Pago']

test('today is the date in the event\'s time zone, with and without this zone in the browser', async t => {
	const context = await visitor(t)
	for (const zone of ZONES) {
		const event = await freshEvent({ zone })
		for (const { isKnown, isSaid } of [{ isKnown: false, isSaid: true }, { isKnown: true, isSaid: false }, { isKnown: false, isSaid: false }]) {
			if (!isKnown && !isSaid && AMBIGUOUS.includes(zone))
				continue
			const page = await open(context, event, unique('c'), { prepare: async page => {
				if (!isKnown)
					await page.addInitScript(forgetZone, zone)
				if (!isSaid)
					await page.route(`**/api/v1/events/${event.slug}`, async route => {
						const answer = await route.fetch(), { today, ...rest } = await answer.json()
						assert.equal(today, event.today)
						await route.fulfill({ response: answer, json: rest })
					})
			} })
			const seen = () => page.locator('[aria-current="date"] time').getAttribute('datetime')
			assert.equal(await seen(), event.today, `${zone} ${JSON.stringify({ isKnown, isSaid })}`)
			await page.locator('#check-in').click()
			await page.locator('.stamped[aria-current="date"]').waitFor()
			assert.equal(await seen(), event.today, `${zone} ${JSON.stringify({ isKnown, isSaid })}, after the check-in`)
			await page.unrouteAll({ behavior: 'ignoreErrors' })
			await page.close()
		}
	}
})

/* --- the console -------------------------------------------------------------------------------------------------------------- */

function signIn({ email, password }) {
	document.querySelector('[name="email"]').value = email
	document.querySelector('[name="password"]').value = password
	document.querySelector('main form button').click()
}

for (const engine of [chromium, firefox, webkit])
	for (const host of ['127.0.0.1', 'localhost'])
		test(`${engine.name}: staff sign in to the demo's console on http://${host}`, { skip: engine.missing }, async t => {
			const page = await engine.open(t)
			await page.goto(`http://${host}:${new URL(api).port}/admin/products`)
			await page.evaluate(signIn, demo.console)
			// During a navigation the page cannot evaluate.
			await until(() => page.evaluate(() => location.pathname === '/admin/products' && Boolean(document.querySelector('table.list'))).catch(() => false), 'the page that was asked for', 20)
			assert.deepEqual(page.errors, [])
		})

/* --- style sheets ------------------------------------------------------------------------------------------------------------- */

// Newer than the oldest browser, or never on phones. Pages without them are complete.
const HARMLESS = ['container-type', 'container-type: inline-size', '@container', '@media (forced-colors)', 'scrollbar-width', 'scrollbar-width: thin', 'scrollbar-width: none', 'forced-color-adjust', 'forced-color-adjust: none', 'align-content: start',
	'user-select', 'user-select: all', 'resize', 'resize: vertical', 'cursor: pointer', 'cursor: default', 'cursor: progress', ':-moz-progress-bar']
const TREE = join(import.meta.dirname, '..', '..')

for (const name of ['templates/assets/dojang.css', 'templates/assets/console.css', 'templates/assets/unavailable.html', 'packaging/demo/shop/shop.css', 'packaging/demo/other/other.css'])
	test(`${name} has no feature that Safari ${OLDEST_SAFARI} needs and does not have`, () => {
		const text = readFileSync(join(TREE, name), 'utf8')
		const css = name.endsWith('.html') ? [...text.matchAll(/<style>(.*?)<\/style>/gs)].map(found => found[1]).join('\n') : text
		assert.deepEqual(newerStyles(css).filter(each => !HARMLESS.includes(each)), [])
	})

test('newer features of style sheets are found, except in @supports', () => {
	assert.deepEqual(newerStyles(`@media (width < 44rem) { p { color: light-dark(red, blue); & b { top: 1cqi } } }
		@supports (color: color-mix(in srgb, red, blue)) { p { color: color-mix(in srgb, red, blue) } } dialog:open { text-wrap: balance } @starting-style { p { top: 0 } }`),
	['@media (… < …)', 'light-dark()', '&', 'cqi', ':open', 'text-wrap', 'text-wrap: balance', '@starting-style'])
})
