// SPDX-License-Identifier: MIT
// One interface for several browsers: Chromium, Firefox over WebDriver BiDi, and WebKit over WebDriver. Every page has goto, evaluate and a list of errors.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import puppeteer from 'puppeteer-core'
import { freePort } from '../http/demo.js'
import { until } from '../http/until.js'
import { visitor } from './browser.js'

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(path => existsSync(path))
const WEBKIT = '/usr/bin/WPEWebDriver'
const MINIBROWSER = readdirSync('/usr/lib').filter(name => name.endsWith('-linux-gnu')).flatMap(name => readdirSync(join('/usr/lib', name)).filter(each => each.startsWith('wpe-webkit-'))
	.map(each => join('/usr/lib', name, each, 'MiniBrowser'))).find(path => existsSync(path))

/** A separate home directory, so that no profile, cache or setting of the user is used. */
function ownHome() {
	const home = mkdtempSync(join(tmpdir(), 'dojang-browser-'))
	return { home, environment: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_RUNTIME_DIR: home, TZ: 'America/New_York' } }
}

/* --- Chromium --------------------------------------------------------------------------------------------------------------- */

export const chromium = {
	name: 'Chromium',
	/** A page; script runs before the page's own scripts. */
	async open(test, { script, argument } = {}) {
		const context = await visitor(test, { watches: false })
		if (script)
			await context.addInitScript(script, argument)
		const page = await context.newPage()
		const errors = []
		page.on('pageerror', error => errors.push(error.message))
		return { goto: address => page.goto(address), evaluate: (run, value) => page.evaluate(run, value), errors }
	},
}

/* --- Firefox ---------------------------------------------------------------------------------------------------------------- */

const running = []
after(async () => { for (const end of running) await end() })

/** Firefox with these preferences; it starts when the first page is opened. */
function firefoxWith(name, preferences) {
	let starting = null
	const start = async () => {
		const { home, environment } = ownHome()
		const browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX, env: environment, extraPrefsFirefox: { 'intl.accept_languages': 'en-US', ...preferences } })
		running.push(async () => { await browser.close(); rmSync(home, { recursive: true, force: true }) })
		return browser
	}
	return {
		name,
		async open(test, { script, argument } = {}) {
			starting ??= start()
			const context = await (await starting).createBrowserContext()
			test.after(() => context.close())
			const page = await context.newPage()
			const errors = []
			page.on('pageerror', error => errors.push(error.message))
			if (script)
				await page.evaluateOnNewDocument(script, argument)
			return { goto: address => page.goto(address), evaluate: (run, value) => page.evaluate(run, value), errors }
		},
	}
}

export const firefox = firefoxWith('Firefox', {})
/** With all cookies blocked, every kind of storage throws. */
export const firefoxWithoutStorage = firefoxWith('Firefox with storage blocked', { 'network.cookie.cookieBehavior': 2 })

/* --- WebKit ----------------------------------------------------------------------------------------------------------------- */

/** WPE WebKit; the version of Debian 12 corresponds to Safari 16.2. missing: why it cannot be used. */
export const webkit = {
	name: 'WebKit',
	missing: existsSync(WEBKIT) && MINIBROWSER ? false : 'there is no WPEWebDriver',
	async open(test) {
		const { home, environment } = ownHome()
		const port = await freePort()
		const driver = spawn(WEBKIT, [`--port=${port}`], { stdio: 'ignore', env: environment })
		const call = async (method, path, body) => {
			const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) })
			const { value } = await answer.json()
			if (value?.error)
				throw new Error(`${method} ${path}: ${value.message}`)
			return value
		}
		let session = null
		test.after(async () => {
			if (session)
				await call('DELETE', session)
			driver.kill()
			rmSync(home, { recursive: true, force: true })
		})
		await until(() => call('GET', '/status').catch(() => false), 'WPEWebDriver')
		const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: { 'wpe:browserOptions': { binary: MINIBROWSER, args: ['--automation', '--headless'] } } } })
		session = `/session/${sessionId}`
		return {
			goto: url => call('POST', `${session}/url`, { url }),
			evaluate: (run, value) => call('POST', `${session}/execute/async`, {
				script: `const done = arguments[arguments.length - 1]; Promise.resolve((${run})(arguments[0])).then(value => done({ value }), error => done({ error: String(error) }))`, args: [value ?? null],
			}).then(({ value, error }) => {
				if (error)
					throw new Error(error)
				return value
			}),
			errors: [],
		}
	},
}
