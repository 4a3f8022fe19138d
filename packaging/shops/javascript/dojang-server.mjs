// SPDX-License-Identifier: MIT
// Dojang for shops whose server is Node.js 18 or newer, without dependencies: tokens for customers,
// calls of the shop API, webhooks. Keep the three secrets on the server.
//
//     const dojang = new Dojang({ url: 'https://dojang.example', issuer: 'https://shop.example/', audience: 'dojang',
//       tokenSecret: process.env.DOJANG_TOKEN_SECRET,        // the issuer's secret in dojang.ini
//       apiKey: process.env.DOJANG_API_KEY,                  // dojangctl key create
//       webhookSecret: process.env.DOJANG_WEBHOOK_SECRET })  // dojangctl webhook add
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

const TOKEN_SECONDS = 900               // a token is valid for
const WEBHOOK_SECONDS = 300             // a webhook further away from this clock is refused (Standard Webhooks)
const WAIT_MAX_SECONDS = 10             // between two attempts, whatever Retry-After says
const REPEATED = new Set([0, 429, 502, 503, 504])
const OPTIONS = { url: '', issuer: '', audience: '', tokenSecret: '', apiKey: '', webhookSecret: '', timeoutSeconds: 10, attempts: 4, wait: seconds => wait(seconds * 1000) }

/** A response that is an error, or no response at all (status 0). type: such as "insufficient-points". */
export class DojangError extends Error {
	constructor(message, status = 0, problem = {}, options = undefined) {
		super(message, options)
		Object.assign(this, { name: 'DojangError', status, problem, type: String(problem.type ?? '').split('/').pop() })
	}
}

const base64url = value => Buffer.from(JSON.stringify(value)).toString('base64url')
const hmac = (secret, text) => createHmac('sha256', secret).update(text)
const isEqual = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

export class Dojang {
	#options
	constructor(options) {
		for (const name of Object.keys(options))
			if (!(name in OPTIONS))
				throw new TypeError(`Dojang has no option ${name}`)
		this.#options = { ...OPTIONS, ...options, url: String(options.url ?? '').replace(/\/+$/, '') }
		if (!/^https?:\/\/[^/?#]+/.test(this.#options.url))
			throw new TypeError('Dojang: url must begin with https:// or http://')
	}
	#need(name) {
		if (!this.#options[name])
			throw new TypeError(`Dojang: the option ${name} is missing`)
		return this.#options[name]
	}

	/** A token (JWT, HS256) for the customer who is signed in: the account's permanent id, never an address. */
	token(customer, claims = {}) {
		const secret = this.#need('tokenSecret'), now = Math.floor(Date.now() / 1000)
		if (Buffer.byteLength(secret) < 32)
			throw new TypeError('Dojang: tokenSecret must have at least 32 bytes')
		if (String(customer ?? '') === '')
			throw new TypeError('Dojang: the customer has no id')
		const content = { iss: this.#need('issuer'), aud: this.#need('audience'), sub: String(customer), iat: now, exp: now + TOKEN_SECONDS, ...claims }
		const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(content)}`
		return `${text}.${hmac(secret, text).digest('base64url')}`
	}

	/** A customer's profile, balance and participations. */
	user(subject) { return this.call('GET', userPath(subject)) }
	/** Deletes everything about a customer; may be repeated. */
	async eraseUser(subject) { await this.call('DELETE', userPath(subject)) }
	/** Everything that is stored about a customer. */
	exportUser(subject) { return this.call('GET', `${userPath(subject)}?export=1`) }
	/** Grants or spends (negative) points. reference: one for each change; the same call again changes nothing. refundOf: the reference of a spend that this grant refunds. */
	points(subject, amount, reference, reason, refundOf) {
		return this.call('POST', `${userPath(subject)}/points`, { amount, reference, reason, ...(refundOf ? { refund_of: refundOf } : {}) })
	}
	/** Stamps a day for an order or a visit; today in the event unless date says another one. */
	stamp(subject, { event, reference, date, source = 'purchase' }) {
		return this.call('POST', `${userPath(subject)}/attendance`, { event, reference, source, ...(date ? { date } : {}) })
	}
	/** Takes a stamp back, for example when the order was cancelled; may be repeated. */
	async unstamp(subject, reference) { await this.call('DELETE', `${userPath(subject)}/attendance/${encodeURIComponent(reference)}`) }
	/** All claims in this state, page by page. */
	claims(state = 'claimed') { return this.items(`/shop/claims?state=${encodeURIComponent(state)}`) }
	/** The delivery address of a claim. Dojang records each look in its audit log. */
	address(claim) { return this.call('GET', `/shop/claims/${claim}/address`) }
	/** Moves a claim forward: "preparing", "shipped" with a tracking number, "delivered". */
	moveClaim(claim, state, tracking) { return this.call('PATCH', `/shop/claims/${claim}`, { state, ...(tracking ? { tracking } : {}) }) }

	/** All payouts in this state, page by page: points to credit in the shop's own wallet, once for each id. */
	payouts(state = 'due') { return this.items(`/shop/payouts?limit=200&state=${encodeURIComponent(state)}`) }
	/** Says what became of up to 500 payouts: "paid", "failed", or "due" to try failed ones again; may be repeated. */
	async settlePayouts(ids, state, { reference, failure } = {}) {
		const body = { ids, state, ...(reference ? { reference } : {}), ...(failure ? { failure } : {}) }
		return (await this.call('PATCH', '/shop/payouts', body)).items
	}

	/** The items of a list, page by page, while they are read. */
	async* items(path) {
		for (let next = ''; next !== null;) {
			const page = await this.call('GET', next === '' ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`)
			yield* page.items
			next = page.next
		}
	}

	/**
	 * Verifies a webhook (Standard Webhooks); returns { id, type, timestamp, data }. Throws DojangError if it is not from
	 * Dojang, is changed, or is old. A webhook can arrive twice: store the id. body: the text as received.
	 */
	webhook(body, headers, now = Date.now()) {
		const header = name => (typeof headers.get === 'function' ? headers.get(name) : headers[name]) ?? ''
		const id = header('webhook-id'), timestamp = header('webhook-timestamp'), text = body.toString()
		const secret = Buffer.from(this.#need('webhookSecret').replace(/^whsec_/, ''), 'base64')
		if (!/^\d+$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > WEBHOOK_SECONDS)
			throw new DojangError('the timestamp of the webhook is too far from this clock')
		const want = `v1,${hmac(secret, `${id}.${timestamp}.${text}`).digest('base64')}`
		if (!header('webhook-signature').split(' ').some(signature => isEqual(signature, want)))
			throw new DojangError('the signature of the webhook is wrong')
		return { id, ...JSON.parse(text) }
	}

	/** Calls path below /api/v1 with the API key. Repeats after a lost connection, 429, 502, 503 and 504, as every call may be. */
	async call(method, path, body) {
		const authorization = `Bearer ${this.#need('apiKey')}`
		for (let attempt = 1; ; attempt++) {
			const { status, text, retryAfter, cause } = await this.#send(method, path, body, authorization)
			if (!REPEATED.has(status) || attempt >= this.#options.attempts)
				return result(`${method} ${path}`, status, text, cause)
			await this.#options.wait(Math.min(retryAfter || 0.2 * 2 ** attempt, WAIT_MAX_SECONDS))
		}
	}
	async #send(method, path, body, authorization) {
		try {
			const response = await fetch(`${this.#options.url}/api/v1${path}`, {
				method, redirect: 'manual', signal: AbortSignal.timeout(this.#options.timeoutSeconds * 1000), body: body && JSON.stringify(body),
				headers: { authorization, accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) } })
			return { status: response.status, text: await response.text(), retryAfter: Number(response.headers.get('retry-after')) }
		} catch (cause) {
			return { status: 0, text: '', cause }
		}
	}
}

const userPath = subject => `/shop/users/${encodeURIComponent(subject)}`

function result(what, status, text, cause) {
	let content
	try {
		content = text === '' ? {} : JSON.parse(text)
	} catch {
		content = null
	}
	if (status >= 200 && status < 300 && content)
		return content
	throw new DojangError(status === 0 ? `${what}: no response from Dojang` : `${what}: ${status} ${content?.title ?? ''}`, status, content ?? {}, { cause })
}
