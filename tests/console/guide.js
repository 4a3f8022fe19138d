// SPDX-License-Identifier: MIT
// A user of the console in Chromium who finds labels, buttons and links by their text, from the
// catalogue of the language. Each loaded page is checked: language, width, axe's findings, the
// policy. DOJANG_SCREENSHOTS names a directory for screenshots.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { TREE } from '../http/demo.js'
import { demo } from '../http/harness.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PATIENCE = 15e3
const HIGHEST = 1500            // pixels of a screenshot
const read = language => new Map(readFileSync(join(TREE, 'templates', `catalogue.${language}`), 'utf8').split('\n')
	.filter(line => /^[a-z]/.test(line)).map(line => line.match(/^(\S+) = (.*)$/).slice(1)))
const CATALOGUES = { ko: read('ko'), en: read('en') }

const escape = text => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
const NAMES = new Set([...CATALOGUES.en.keys()].filter(key => /^(page|list|empty|new|form|field|hint|wrong|done|column|section|error)\./.test(key)))
/** Texts of a language that differ from the other language, as patterns. */
const own = (language, other) => [...CATALOGUES[language]].filter(([key, text]) => text !== CATALOGUES[other].get(key) && /\p{L}/u.test(text.replace(/\{[^}]*\}/g, '')))
	.map(([key, text]) => ({ key, pattern: new RegExp(`^${text.split(/\{[^}]*\}/).map(escape).join('.+')}$`, 'u') }))
const FOREIGN = { ko: own('en', 'ko'), en: own('ko', 'en') }

/** Texts on the page that nobody typed: not in <bdi>, <code>, fields or elements with their own language. */
function ownTexts() {
	const found = [], skipped = 'bdi, .chart .name, code, pre, script, style, textarea, option, .seal, .brand, .me, [lang]:not(html)'
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
	while (walker.nextNode())
		if (!walker.currentNode.parentElement.closest(skipped))
			found.push(walker.currentNode.data.replace(/\s+/g, ' ').trim())
	for (const element of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]'))
		if (!element.closest(skipped))
			found.push(...['aria-label', 'title', 'alt', 'placeholder'].map(name => element.getAttribute(name) ?? ''))
	return found.filter(text => text)
}

export class Guide {
	#looked = new Set()
	#faults = []
	constructor(context, page, { language, suffix, hasScript }) {
		Object.assign(this, { context, page, language, suffix, hasScript })
		page.on('pageerror', error => this.#faults.push(error.stack))
		page.on('console', message => {
			// The browser itself reports a refused form (403, 409, 422).
			if (['error', 'warning'].includes(message.type()) && !/^Failed to load resource: .* status of 4(03|09|22)/.test(message.text()))
				this.#faults.push(message.text())
		})
	}

	static async begin(browser, { language, suffix, ...look }) {
		const context = await browser.newContext({ baseURL: demo.base_url, timezoneId: 'Asia/Seoul', ...look })
		context.setDefaultTimeout(PATIENCE)
		return new Guide(context, await context.newPage(), { language, suffix, hasScript: look.javaScriptEnabled ?? true })
	}
	async end() {
		await this.context.close()
		assert.deepEqual(this.#faults, [], 'errors in the browser, or resources blocked by the page\'s policy')
	}

	/* --- texts ---------------------------------------------------------------------------------------------------------------- */

	/** A text of the catalogue in this user's language. */
	words(key, values = {}) {
		const text = CATALOGUES[this.language].get(key)
		assert.ok(text !== undefined, `the catalogue has no ${key}`)
		return text.replace(/\{([a-z_]+)(\|number)?\}/g, (_, name, isNumber) => {
			assert.ok(name in values, `${key} needs ${name}`)
			return isNumber ? this.number(values[name]) : values[name]
		})
	}
	number(value) { return new Intl.NumberFormat(this.language).format(value) }

	/** This text is visible on the page. */
	async says(key, values) { await this.sees(this.words(key, values)) }
	async sees(text) { await this.page.getByText(text).filter({ visible: true }).first().waitFor() }
	async misses(text) { assert.equal(await this.page.getByText(text, { exact: true }).filter({ visible: true }).count(), 0, `"${text}" is on ${this.page.url()}`) }
	/** The row of a table (on a phone: the card) with all these texts. */
	row(...texts) { return texts.reduce((rows, text) => rows.filter({ hasText: text }), this.page.locator('table.list tbody tr')).first() }

	/* --- actions -------------------------------------------------------------------------------------------------------------- */

	/** Performs an action, waits for the next page and checks it. */
	async #leave(act) {
		const came = this.page.waitForEvent('load')
		await act()
		await came
		await this.look()
	}
	async open(path) { await this.#leave(() => this.page.goto(path)) }
	async press(key, values) { await this.#leave(() => this.page.getByRole('button', { name: this.words(key, values), exact: true }).click()) }
	async follow(key, values) { await this.followText(this.words(key, values)) }
	async followText(name, within = this.page.locator('main')) { await this.#leave(() => within.getByRole('link', { name, exact: true }).first().click()) }
	/** The menu's link to a section; on a phone some are behind a button. */
	async section(name) {
		const link = this.page.getByRole('navigation').getByRole('link', { name: this.words(`section.${name}`), exact: true }).first()
		if (!await link.count())
			await this.page.locator('.sections summary').filter({ visible: true }).click()
		await link.waitFor()
		return link
	}
	async menu(name) { await this.clickOn(await this.section(name)) }
	async clickOn(locator) { await this.#leave(() => locator.click()) }

	field(key) { return this.page.getByLabel(new RegExp(`^\\s*${escape(this.words(key))}( ${escape(this.words('form.optional'))})?\\s*$`)) }
	async type(fields) {
		for (const [key, value] of Object.entries(fields))
			await this.field(key.includes('.') ? key : `field.${key}`).fill(String(value))
	}
	async tick(...keys) {
		for (const key of keys)
			await this.field(`field.${key}`).check()
	}
	/** Selects the option with this text. */
	async choose(key, text) {
		const list = this.field(key), options = await list.locator('option').allTextContents(), index = options.findIndex(option => option.includes(text))
		assert.ok(index >= 0, `${key} has no ${text}, but ${options}`)
		await list.selectOption({ index })
	}
	async chooseWord(key, word) { await this.field(key).selectOption({ label: this.words(`word.${word}`) }) }
	/** Downloads the file of a link or button; returns its bytes. */
	async download(button) {
		const came = this.page.waitForEvent('download')
		await button.click()
		return readFileSync(await (await came).path())
	}

	/* --- checks --------------------------------------------------------------------------------------------------------------- */

	async look() {
		const path = new URL(this.page.url()).pathname
		const texts = await this.page.evaluate(ownTexts)
		for (const text of texts) {
			assert.ok(!text.split(/[\s,]+/).some(word => NAMES.has(word)), `${path} shows the key of a text: ${text}`)
			const foreign = FOREIGN[this.language].find(({ pattern }) => pattern.test(text))
			assert.equal(foreign?.key, undefined, `${path} is not in its language: ${text}`)
			if (this.language === 'en')
				assert.doesNotMatch(text, /\p{Script=Hangul}/u, path)
		}
		// On a phone innerWidth grows with the page.
		const widest = await this.page.evaluate(() => document.documentElement.scrollWidth), { width } = this.page.viewportSize()
		assert.ok(widest <= width, `${path} is ${widest} wide on a screen of ${width}`)
		if (this.hasScript)             // axe uses timers, which need scripts
			await this.#lookWithAxe(path)
	}
	/** Once for each kind of page and of its notices. */
	async #lookWithAxe(path) {
		const kind = `${path.replace(/\/events\/[^/]+/, '/events/-').replace(/[0-9]+/g, '-')} ${await this.page.locator('.notice').evaluateAll(notices => notices.map(notice => notice.className).join())}`
		if (this.#looked.has(kind))
			return
		this.#looked.add(kind)
		await this.page.evaluate(AXE)
		const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
		assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`), [], kind)
	}
	/** A screenshot for the manual, if the manual uses one with this name. */
	async picture(name, highest = HIGHEST) {
		if (!process.env.DOJANG_SCREENSHOTS || !readFileSync(join(TREE, 'docs', 'console.md'), 'utf8').includes(`(console/${name}${this.suffix}.png)`))
			return
		mkdirSync(process.env.DOJANG_SCREENSHOTS, { recursive: true })
		const { width } = this.page.viewportSize(), height = await this.page.evaluate(() => document.documentElement.scrollHeight)
		await this.page.screenshot({ path: join(process.env.DOJANG_SCREENSHOTS, `${name}${this.suffix}.png`), fullPage: true,
			clip: { x: 0, y: 0, width, height: Math.min(height, highest) } })
	}
}
