// SPDX-License-Identifier: MIT
// An HTTP client that checks every response against openapi.yaml, and assertions on responses.
import assert from 'node:assert/strict'
import http from 'node:http'
import { check } from './contract.js'
import { base, token } from './harness.js'

export const CONNECTIONS = 64
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
const PATIENCE = 30e3

export function parseBody(headers, text) {
	return text && (headers['content-type'] ?? '').includes('json') ? JSON.parse(text) : null
}

// A kept connection may be closed just when the next request begins, for example because nginx lost
// a worker after the whole response. Then browsers repeat the request on another connection (RFC
// 9112, section 9.3.1).
const isClosedBefore = (request, error) => request.reusedSocket && error.code === 'ECONNRESET'

function exchange(method, target, headers, body) {
	return new Promise((resolve, reject) => {
		const request = http.request({ agent, host: base.hostname, port: base.port, method, path: target, headers, timeout: PATIENCE })
		request.on('response', response => {
			const chunks = []
			response.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => {
				const text = Buffer.concat(chunks).toString()
				resolve({ status: response.statusCode, headers: response.headers, text })
			})
		})
		request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${target} within ${PATIENCE} ms`)))
		request.on('error', error => isClosedBefore(request, error) ? resolve(exchange(method, target, headers, body)) : reject(error))
		request.end(body)
	})
}

/** One request. body: an object is sent as JSON; a text or bytes are sent unchanged, as JSON unless headers say otherwise (null: no type). */
export async function call(method, target, { as, body, headers = {} } = {}) {
	const all = { ...headers }
	let bytes = body
	if (as)
		all.authorization ??= `Bearer ${as}`
	if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body))
		bytes = JSON.stringify(body)
	if (bytes !== undefined) {
		if (all['content-type'] === undefined)
			all['content-type'] = 'application/json'
		all['content-length'] = Buffer.byteLength(bytes)
	} else if (method === 'POST') {
		all['content-length'] = 0
	}
	if (all['content-type'] === null)
		delete all['content-type']
	const answer = await exchange(method, target, all, bytes)
	answer.body = parseBody(answer.headers, answer.text)
	check(method, target, answer)
	return answer
}

/** A customer with a token: get, post and call on behalf of the customer. */
export function customer(subject, claims) {
	const as = token(subject, claims)
	return {
		subject, token: as,
		get: (target, more) => call('GET', target, { as, ...more }),
		post: (target, more) => call('POST', target, { as, ...more }),
		call: (method, target, more) => call(method, target, { as, ...more }),
	}
}

/* --- assertions ------------------------------------------------------------------------------------------------------------- */

/** The response has this status, and a problem also this type. Returns the body. */
export function expect(answer, status, type) {
	assert.equal(`${answer.status} ${answer.body?.type ?? ''}`.trim(), type ? `${status} /problems/${type}` : String(status), answer.text.slice(0, 500))
	return answer.body
}

/** The same, and it names these fields in errors. */
export function expectFields(answer, status, type, ...fields) {
	expect(answer, status, type)
	assert.deepEqual((answer.body.errors ?? []).map(error => error.field).sort(), [...fields].sort(), answer.text.slice(0, 500))
}

/** Counts responses by status and type: { '201': 500, '409 sold-out': 1500 }. */
export function tally(answers) {
	const counts = {}
	for (const answer of answers) {
		const key = `${answer.status} ${answer.body?.type?.replace('/problems/', '') ?? ''}`.trim()
		counts[key] = (counts[key] ?? 0) + 1
	}
	return counts
}
