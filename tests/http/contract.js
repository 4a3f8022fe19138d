// SPDX-License-Identifier: MIT
// Checks a response against openapi.yaml: status, headers and body. It is stricter than a client
// should be: an undocumented field is a failure. DOJANG_TEST_CONTRACT names the document of another
// release, as its clients use it. Then additional fields are allowed.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import { TREE } from './demo.js'

const other = process.env.DOJANG_TEST_CONTRACT
export const document = parse(readFileSync(other || join(TREE, 'openapi.yaml'), 'utf8'))

// Responses that every request may get; the introduction of openapi.yaml lists them.
const ANYWHERE = { 400: 'BadRequest', 404: 'NotFound', 405: 'MethodNotAllowed', 413: 'TooLarge', 414: 'AddressTooLong',
	429: 'TooManyRequests', 431: 'HeadersTooLarge', 501: 'NotSpoken', 503: 'Unavailable', 505: 'NotSpoken' }

/** Forbids fields that a schema does not name, wherever it is used for a value. */
function tighten(node) {
	if (Array.isArray(node)) {
		node.forEach(tighten)
	} else if (node && typeof node === 'object') {
		const used = [...Object.values(node.properties ?? {}), ...(node.oneOf ?? []), node.items, node.schema]
		for (const schema of used)
			if (schema && typeof schema === 'object' && !Array.isArray(schema))
				schema.unevaluatedProperties = false
		Object.entries(node).forEach(([name, value]) => ['example', 'enum'].includes(name) || tighten(value))
	}
}

const strict = structuredClone(document)
if (!other) {
	tighten(strict.components)
	tighten(strict.paths)
	tighten(strict.webhooks ?? {})
}
const ajv = addFormats.default(new Ajv2020.default({ strict: false, allErrors: true }))
ajv.addSchema({ $id: 'openapi', ...strict })
const validators = new Map()

function validate(value, pointer, what) {
	if (!validators.has(pointer))
		validators.set(pointer, ajv.compile({ $ref: `openapi#${pointer}` }))
	const check = validators.get(pointer)
	assert.ok(check(value), `${what} is not as openapi.yaml has it: ${ajv.errorsText(check.errors, { dataVar: 'it' })}: ${JSON.stringify(value)?.slice(0, 500)}`)
}

const pointerPart = text => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))

const templates = Object.keys(strict.paths).map(path => ({ path, pieces: path.split('/') }))
/** The documented path of a target. */
function templateOf(target) {
	const pieces = target.split('?')[0].split('/')
	const found = templates.find(template => template.pieces.length === pieces.length &&
		template.pieces.every((piece, i) => piece.startsWith('{') || piece === pieces[i]))
	return found?.path
}

/** Throws if the body of a webhook is not what openapi.yaml documents for its type. */
export function checkWebhook(body) {
	if (other)
		return
	assert.ok(strict.webhooks[body.type], `the webhook ${body.type} is not documented`)
	validate(body, `/webhooks/${pointerPart(body.type)}/post/requestBody/content/${pointerPart('application/json')}/schema`, `the webhook ${body.type}`)
}

/** The documented response and its pointer, or nothing. */
function answerOf(method, path, status) {
	const operation = path && strict.paths[path][method === 'HEAD' ? 'get' : method.toLowerCase()]
	const own = operation?.responses[status]
	if (own?.$ref)
		return { pointer: own.$ref.slice(1), response: strict.components.responses[own.$ref.split('/').at(-1)] }
	if (own)
		return { pointer: `/paths/${pointerPart(path)}/${method === 'HEAD' ? 'get' : method.toLowerCase()}/responses/${status}`, response: own }
	const name = (operation && [400, 404].includes(status)) ? null : ANYWHERE[status]
	return name ? { pointer: `/components/responses/${name}`, response: strict.components.responses[name] } : null
}

function checkHeaders(headers, documented, what) {
	for (const [name, { $ref }] of Object.entries(documented)) {
		const value = headers[name.toLowerCase()]
		assert.notEqual(value, undefined, `${what} has no ${name}`)
		validate(value, `${$ref.slice(1)}/schema`, `${name} of ${what}`)
	}
}

function checkBody(answer, { pointer, response }, what) {
	const type = (answer.headers['content-type'] ?? '').split(';')[0]
	assert.ok(response.content[type], `${what} has the content type ${type || 'none'}`)
	const isJson = type.endsWith('json')
	validate(isJson ? answer.body : answer.text, `${pointer}/content/${pointerPart(type)}/schema`, `the body of ${what}`)
	if (type === 'application/problem+json') {
		assert.equal(answer.body.status, answer.status, `status in the body of ${what}`)
		assert.equal(answer.body.request_id, answer.headers['x-request-id'], `request_id in the body of ${what}`)
	}
}

/** Throws if a response ({ status, headers, text, body }) is not what openapi.yaml documents for the request. */
export function check(method, target, answer) {
	const what = `${answer.status} to ${method} ${target.slice(0, 200)}`
	assert.match(answer.headers['x-request-id'] ?? '', /^[0-9A-Za-z_-]{1,64}$/, `X-Request-Id of ${what}`)
	const documented = answerOf(method, templateOf(target), answer.status)
	// The header of documented responses is checked below.
	if (!documented?.response.headers?.['Cache-Control'])
		assert.equal(answer.headers['cache-control'], 'no-store', `Cache-Control of ${what}`)
	if (method === 'OPTIONS' && answer.status === 204) {
		assert.equal(answer.text, '', `the body of ${what}`)
		return
	}
	assert.ok(documented, `${what} is not documented: ${answer.text.slice(0, 500)}`)
	checkHeaders(answer.headers, documented.response.headers ?? {}, what)
	if (method === 'HEAD' || !documented.response.content)
		assert.equal(answer.text, '', `the body of ${what}`)
	else
		checkBody(answer, documented, what)
}
