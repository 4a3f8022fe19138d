// SPDX-License-Identifier: MIT
// Requests as bytes on a socket, for what no HTTP library can send, and the parsed responses.
import net from 'node:net'
import { check } from './contract.js'
import { parseBody } from './client.js'
import { base } from './harness.js'

const PATIENCE = 20e3

function exchange(piece, isCut) {
	return new Promise((resolve, reject) => {
		const chunks = []
		const socket = net.connect({ host: base.hostname, port: base.port })
		socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`the server left the connection open for ${PATIENCE} ms`)))
		socket.on('connect', () => {
			socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
			if (isCut)
				socket.end()
		})
		socket.on('data', chunk => chunks.push(chunk))
		socket.on('end', () => socket.end())
		// a server that refuses early may reset the connection while we still send; its earlier
		// response counts
		socket.on('error', error => chunks.length || isCut ? resolve(Buffer.concat(chunks)) : reject(error))
		socket.on('close', () => resolve(Buffer.concat(chunks)))
	})
}

/** Sends bytes and reads until the server closes the connection. Returns what was received. */
export const converse = piece => exchange(piece, false)
/** The same, but closes our side of the connection at once. */
converse.cut = piece => exchange(piece, true)

function unchunk(bytes) {
	const parts = []
	for (let at = 0; ;) {
		const end = bytes.indexOf('\r\n', at)
		const size = parseInt(bytes.toString('latin1', at, end), 16)
		if (!(size > 0))
			return Buffer.concat(parts)
		parts.push(bytes.subarray(end + 2, end + 2 + size))
		at = end + 2 + size + 2
	}
}

/** The first response in the bytes (without 100 Continue), or null. */
export function parseAnswer(bytes) {
	const end = bytes.indexOf('\r\n\r\n')
	if (end < 0)
		return null
	const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
	const status = Number(first.split(' ')[1])
	if (status === 100)
		return parseAnswer(bytes.subarray(end + 4))
	const headers = Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
	const rest = bytes.subarray(end + 4)
	const text = (headers['transfer-encoding'] === 'chunked' ? unchunk(rest) : rest).toString()
	return { status, headers, text, body: parseBody(headers, text) }
}

/** Sends bytes that are intended as `method target`, and returns the checked response. */
export async function rawCall(method, target, bytes) {
	const answer = parseAnswer(await converse(bytes))
	if (!answer)
		throw new Error(`no response to ${method} ${target}`)
	check(method, target, answer)
	return answer
}

/** The lines of a request with the usual headers; the connection is closed after the response. */
export function head(method, target, headers = {}) {
	const all = { Host: base.host, Connection: 'close', ...headers }
	const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`)
	return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`
}
