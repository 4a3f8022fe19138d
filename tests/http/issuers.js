// SPDX-License-Identifier: MIT
// Issuers for tests, configured beside the demo's own: some are real products, one misbehaves on
// request.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import { call } from './client.js'
import { demo, now, restart } from './harness.js'

const START_SECONDS = 20

/** Waits until isTrue returns a true value, and returns it. */
export async function until(what, isTrue) {
	for (let left = START_SECONDS * 50; left > 0; left--) {
		const answer = await isTrue()
		if (answer)
			return answer
		await wait(20)
	}
	throw new Error(`did not happen: ${what}`)
}

/* --- settings --------------------------------------------------------------------------------------------------------------- */

/** Terminates all workers with SIGTERM; returns when they have been replaced. */
export async function restartWorkers() {
	await restart()
	await until('a good answer of /readyz', async () => (await call('GET', '/readyz')).status === 200)
}

const usual = readFileSync(demo.settings_file, 'utf8')
const section = ([name, settings]) => [`[issuer ${name}]`, ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`), ''].join('\n')

/** Configures more issuers: { name: { iss, audience, … } }. None restores the original settings. */
export async function configure(issuers = {}) {
	writeFileSync(demo.settings_file, usual + Object.entries(issuers).map(section).join(''))
	await restartWorkers()
}

/** The file in which the pool stores the issuers' keys. */
export const keyFile = join(dirname(demo.settings_file), 'state', 'issuer-keys.json')
export const forgetKeys = () => rmSync(keyFile, { force: true })

/* --- an issuer of our own --------------------------------------------------------------------------------------------------- */

const seconds = () => Math.floor(now() / 1000)

/** A key pair with its key id: sign creates tokens, jwk is the published key. */
export async function makeKey(kid, alg = 'RS256') {
	const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
	return {
		kid, alg, publicKey, privateKey,
		jwk: { ...await exportJWK(publicKey), kid, alg, use: 'sig' },
		sign: (claims, header = {}) => new SignJWT({ iat: seconds(), exp: seconds() + 86400, ...claims })
			.setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey),
	}
}

/** Serves a JWK set and counts the requests. answer (a function of request and response) can replace the response. */
export class KeyServer {
	keys = []
	connections = 0
	requests = 0
	answer = null
	#server
	#sockets = new Set()

	async start(tls = null) {
		const listener = (request, response) => {
			this.requests++
			if (this.answer)
				this.answer(request, response)
			else
				response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: this.keys.map(key => key.jwk) }))
		}
		this.#server = tls ? https.createServer(tls, listener) : http.createServer(listener)
		this.#server.on('connection', socket => {
			this.connections++
			this.#sockets.add(socket)
		})
		this.#server.on('tlsClientError', () => {})
		await once(this.#server.listen(0, '127.0.0.1'), 'listening')
		this.url = `${tls ? 'https' : 'http'}://127.0.0.1:${this.#server.address().port}/keys`
		return this
	}

	async stop() {
		for (const socket of this.#sockets)
			socket.destroy()
		if (this.#server.listening)
			await new Promise(resolve => this.#server.close(resolve))
	}
}

/* --- a user pool of Cognito ------------------------------------------------------------------------------------------------- */

async function freePort() {
	const server = createServer()
	await once(server.listen(0, '127.0.0.1'), 'listening')
	const { port } = server.address()
	server.close()
	return port
}

/** Starts cognito-local in its own directory; returns its address and a function that stops it. */
export async function startCognito() {
	const directory = mkdtempSync(join(tmpdir(), 'dojang-cognito-'))
	const port = await freePort()
	const url = `http://127.0.0.1:${port}`
	mkdirSync(join(directory, '.cognito'))
	writeFileSync(join(directory, '.cognito', 'config.json'), JSON.stringify({ TokenConfig: { IssuerDomain: url }, UserPoolDefaults: { UsernameAttributes: [] } }))
	const program = fileURLToPath(import.meta.resolve('cognito-local')).replace(/\/lib\/.*$/, '/lib/bin/start.js')
	const child = spawn(process.execPath, [program], { cwd: directory, stdio: 'ignore', env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) } })
	const ended = once(child, 'exit')
	process.on('exit', () => child.kill('SIGKILL'))
	await until('cognito-local answers', () => fetch(`${url}/health`).then(response => response.ok, () => false))
	const stop = async () => {
		child.kill('SIGTERM')
		await ended
		rmSync(directory, { recursive: true, force: true })
	}
	return { url, stop }
}
