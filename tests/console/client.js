// SPDX-License-Identifier: MIT
// A console client without a browser: cookies, forms as in the pages, accounts of each role.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { call, customer, expect } from '../http/client.js'
import { attended, base, demo, dojangctl, freshEvent, freshProduct, sql, unique } from '../http/harness.js'

export const PASSWORD = 'a long enough password'

/** The route table of the program itself: [{ method, path, role }]. */
export const routes = execFileSync(join(dirname(demo.dojangctl), 'dojang-console'), ['--routes'], { encoding: 'utf8' }).trim().split('\n')
	.map(line => { const [method, path, role] = line.split(' '); return { method, path, role } })

const decode = text => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name])
/** The value of a hidden field on a page. */
export const hidden = (page, name) => decode(page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '')
/** A page without the console's one script, which is a file of its own. */
export const withoutScript = page => page.replace('<script type="module" src="/assets/console.js"></script>', '')

export class Visitor {
	cookies = new Map()
	constructor({ language = 'en', origin = base.origin } = {}) { Object.assign(this, { language, origin }) }

	/** form: an object of texts, or FormData for one with files. */
	async request(path, { method = 'GET', form, headers = {} } = {}) {
		const body = form && (form instanceof FormData ? form : new URLSearchParams(form))
		const answer = await fetch(new URL(path, base), { method, redirect: 'manual', body, headers: {
			'accept-language': this.language, cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
			...(form ? { origin: this.origin } : {}), ...headers } })
		for (const line of answer.headers.getSetCookie()) {
			const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
			if (/Max-Age=0/.test(line) || !value)
				this.cookies.delete(name)
			else
				this.cookies.set(name, value)
		}
		return { status: answer.status, headers: answer.headers, location: answer.headers.get('location'), text: await answer.text() }
	}
	get(path) { return this.request(path) }

	/** Loads the page `from` for its token and one-time id, then sends the fields to `path`. */
	async send(path, fields = {}, { from = path, ...more } = {}) {
		const page = await this.get(from)
		return this.request(path, { method: 'POST', form: { _token: hidden(page.text, '_token'), _form: hidden(page.text, '_form'),
			...(from === path && /name="version"/.test(page.text) ? { version: hidden(page.text, 'version') } : {}), ...fields }, ...more })
	}
	async signIn(email, password = PASSWORD) { return this.send('/admin/sign-in', { email, password }) }
}

/** A webhook endpoint to which nothing is sent; returns its id. */
export async function freshWebhook({ url = 'https://shop.example/hooks', state = 'disabled' } = {}) {
	await sql(`INSERT INTO webhook_endpoints (url, secret, state, created_at) VALUES ('${url}', 'x', '${state}', UTC_TIMESTAMP())`)
	return (await sql('SELECT MAX(id) AS id FROM webhook_endpoints'))[0].id
}

/** Payouts of claims, one for each customer, settled as asked ({ state, reference, failure }): [{ id, who, claim, event }]. */
export async function freshPayouts(names, settled = {}) {
	const product = await freshProduct({ points: 300, wallet: 'shop' }), event = await freshEvent({ milestones: [{ at: 1, product }] }), made = []
	const whos = names.map(name => customer(name))
	await attended(event, Object.fromEntries(whos.map(who => [who.subject, [-1]])))
	for (const who of whos) {
		const { id: claim } = expect(await who.post(`${event.path}/milestones/${event.milestones[0].id}/claim`), 201)
		made.push({ who, claim, event, id: Number((await sql(`SELECT id FROM payouts WHERE claim_id = ${claim}`))[0].id) })
	}
	if (settled.state)
		expect(await call('PATCH', '/api/v1/shop/payouts', { as: demo.api_key, body: { ids: made.map(({ id }) => id), ...settled } }), 200)
	return made
}

/** A signed-in staff member with this role, with email and id. */
export async function staff(role, options) {
	const email = `${unique(role)}@example.com`, file = join(dirname(demo.settings_file), unique('password'))
	writeFileSync(file, PASSWORD + '\n', { mode: 0o600 })
	const { id } = await dojangctl('staff', 'add', '--email', email, '--role', role, '--password-file', file)
	const visitor = Object.assign(new Visitor(options), { email, id })
	const answer = await visitor.signIn(email)
	if (answer.status !== 303)
		throw new Error(`${role} could not sign in: ${answer.status}`)
	return visitor
}
