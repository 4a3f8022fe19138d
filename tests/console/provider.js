// SPDX-License-Identifier: MIT
// A real OpenID provider (oidc-provider, certified) with users and groups, a token endpoint in
// front of it that can replace its responses, and Dojang's console configured for it.
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { dirname, join } from 'node:path'
import { until } from '../http/issuers.js'
import { base, consoleWorkers, demo, restart } from '../http/harness.js'
import { Visitor } from './client.js'

URL.parse ??= (...of) => URL.canParse(...of) ? new URL(...of) : null    // node 20 lacks it, and the provider needs it
const { default: Provider } = await import('oidc-provider')

export const REDIRECT = `${base.origin}/admin/sign-in/openid/return`
export const SECRET = 'a secret: with + % & = / in it'

const listen = async server => {
	await once(server.listen(0, '127.0.0.1'), 'listening')
	return `http://127.0.0.1:${server.address().port}`
}
const CLIENTS = [
	{ client_id: 'console', client_secret: SECRET, redirect_uris: [REDIRECT] },
	{ client_id: 'another shop', client_secret: SECRET, redirect_uris: [REDIRECT] },
	{ client_id: 'by body', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post', redirect_uris: [REDIRECT] },
	{ client_id: 'public', token_endpoint_auth_method: 'none', redirect_uris: [REDIRECT] },
]

export class OpenIdProvider {
	/** Users by their sub: { email, groups }. */
	people = {}
	/** The user who signs in at the provider in tests without a browser; null: the sign-in is cancelled. */
	present = null
	/** Changes the response of the token endpoint in front of the provider: a function of its JSON. */
	swap = json => json
	/** When whoever is present signed in, in seconds; null: now. */
	signedIn = null
	asked = 0
	#servers = []

	/** methods: how clients may authenticate; the provider's own list when it is not given. */
	async start({ methods } = {}) {
		const server = http.createServer((request, response) => this.#answer(request, response))
		this.issuer = await listen(server)
		this.provider = new Provider(this.issuer, {
			clients: methods ? CLIENTS.filter(client => methods.includes(client.token_endpoint_auth_method)) : CLIENTS,
			...(methods ? { clientAuthMethods: methods } : {}), pkce: { required: () => true }, conformIdTokenClaims: false, cookies: { keys: ['for tests'] },
			claims: { openid: ['sub', 'email', 'email_verified', 'groups'] }, features: { devInteractions: { enabled: false } },
			interactions: { url: (_, { uid }) => `/interaction/${uid}` },
			findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, email_verified: true, ...this.people[sub] }) }),
		})
		this.provider.on('server_error', (_, error) => { this.fault = error })
		this.front = await listen(http.createServer((request, response) => this.#forward(request, response)).on('listening', function () { this.unref() }))
		this.#servers.push(server)
		return this
	}

	async stop() {
		for (const server of this.#servers) {
			server.closeAllConnections()
			await new Promise(resolve => server.close(resolve))
		}
		this.#servers = []
	}

	#answer(request, response) {
		if (request.url.startsWith('/interaction/'))
			return this.#interact(request, response).catch(error => { response.statusCode = 500; response.end(String(error)) })
		return this.provider.callback()(request, response)
	}

	/** A page on which the user name is typed in a browser; without a browser, the present user signs in at once. */
	async #interact(request, response) {
		const isBrowser = /Mozilla/.test(request.headers['user-agent'])
		if (isBrowser && request.method === 'GET') {
			response.setHeader('content-type', 'text/html; charset=utf-8')
			return response.end('<!doctype html><html lang="en"><title>The provider</title><form method="post"><label>Who? <input name="who"></label><button>Sign in</button></form>')
		}
		let body = ''
		for await (const piece of request)
			body += piece
		const who = isBrowser ? new URLSearchParams(body).get('who') : this.present
		if (!who)
			return this.provider.interactionFinished(request, response, { error: 'access_denied' })
		const { params } = await this.provider.interactionDetails(request, response)
		const grant = new this.provider.Grant({ accountId: who, clientId: params.client_id })
		grant.addOIDCScope('openid')
		return this.provider.interactionFinished(request, response, { login: { accountId: who, ...(this.signedIn ? { ts: this.signedIn } : {}) }, consent: { grantId: await grant.save() } })
	}

	async #forward(request, response) {
		let body = ''
		for await (const piece of request)
			body += piece
		this.asked++
		const { authorization } = request.headers
		const answer = await fetch(`${this.issuer}/token`, { method: 'POST', body, headers: { 'content-type': request.headers['content-type'],
			...(authorization ? { authorization } : {}) } })
		const json = await this.swap(await answer.json())
		response.writeHead(json.status ?? answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
	}

	/** Follows the provider's redirects from an authorization address, as `who`, to the return address. */
	async visit(address, who) {
		const cookies = new Map()
		this.present = who
		for (let at = address, hops = 0; hops < 10; hops++) {
			const answer = await fetch(at, { redirect: 'manual', headers: { cookie: [...cookies].map(pair => pair.join('=')).join('; ') } })
			for (const line of answer.headers.getSetCookie())
				cookies.set(...line.match(/^([^=]+)=([^;]*)/).slice(1))
			const next = answer.headers.get('location') && new URL(answer.headers.get('location'), at).href
			if (!next)
				throw new Error(`the provider says ${answer.status}: ${await answer.text()} ${this.fault ?? ''}`)
			if (next.startsWith(REDIRECT))
				return next
			at = next
		}
		throw new Error('the provider leads nowhere')
	}

	/** A token that the provider signed for another sign-in than Dojang's: { client, nonce, who }. */
	async token({ client = 'console', nonce = 'of another sign-in', who }) {
		const verifier = 'v'.repeat(43), challenge = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(verifier))).toString('base64url')
		const query = new URLSearchParams({ client_id: client, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid', state: 'x', nonce,
			code_challenge: challenge, code_challenge_method: 'S256' })
		const code = new URL(await this.visit(`${this.issuer}/auth?${query}`, who)).searchParams.get('code')
		const basic = Buffer.from([client, SECRET].map(text => encodeURIComponent(text)).join(':')).toString('base64')
		const answer = await fetch(`${this.issuer}/token`, { method: 'POST', headers: { authorization: `Basic ${basic}` },
			body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: verifier }) })
		return (await answer.json()).id_token
	}
}

/* --- the console's settings ------------------------------------------------------------------------------------------------- */

const usual = readFileSync(demo.settings_file, 'utf8')

async function restartConsole() {
	await restart(consoleWorkers)
	await until('the console answers', async () => (await new Visitor().get('/admin/sign-in')).status === 200)
}

/** Configures the console; null restores its settings. */
export async function setUp(settings) {
	const lines = settings ? ['[console_openid]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`)] : []
	writeFileSync(demo.settings_file, `${usual}${lines.join('\n')}\n`)
	await restartConsole()
}

/** The settings for a provider: with discovery and a secret; for the client "public" without a secret. */
export function settingsFor({ issuer }, { client = 'console', ...more } = {}) {
	const file = join(dirname(demo.settings_file), 'private', 'console-openid')
	writeFileSync(file, `${SECRET}\n`, { mode: 0o600 })
	return { issuer, name: 'Shop ID', client_id: client, ...(client === 'public' ? {} : { client_secret_file: file }), redirect_uri: REDIRECT, allow_http: 'yes',
		owner_groups: 'dojang-owners', manager_groups: 'dojang-managers, /shop/leads', viewer_groups: 'dojang', ...more }
}

/** The same without discovery, with the token endpoint that can replace tokens. */
export const settingsInFront = ({ issuer, front }) => ({ authorization_endpoint: `${issuer}/auth`, token_endpoint: `${front}/token`, jwks_uri: `${issuer}/jwks` })

/* --- signing in -------------------------------------------------------------------------------------------------------------- */

/** Starts at the console; returns the address of the provider. */
export async function setOut(visitor, back) {
	return (await visitor.get(`/admin/sign-in/openid${back ? `?back=${encodeURIComponent(back)}` : ''}`)).location
}
/** A complete sign-in as `who`; repeated while a worker does not call a provider that was too slow on a busy machine. */
export async function signIn(provider, visitor, who, back) {
	return until('an answer other than 503', async () => {
		const address = await setOut(visitor, back)
		if (!address)
			return null
		const { pathname, search } = new URL(await provider.visit(address, who))
		const answer = await visitor.get(pathname + search)
		return answer.status !== 503 && answer
	})
}
