// SPDX-License-Identifier: MIT
// sqlmap on every parameter of every operation of openapi.yaml: each one is marked; one operation
// per run.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { document } from '../http/contract.js'
import { runProgram } from './program.js'

const VALUES = { event: facts => facts.event, subject: () => 'minji', claim: () => '1', milestone: () => '1', product: () => '1', month: facts => facts.month, limit: () => '20',
	cursor: () => 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', state: () => 'claimed', issuer: facts => facts.issuer.iss, export: () => '0' }

const resolve = node => node?.$ref ? node.$ref.split('/').slice(1).reduce((at, name) => at[name.replaceAll('~1', '/')], document) : node
const valueOf = (name, facts, schema) => String(VALUES[name]?.(facts) ?? resolve(schema)?.example ?? resolve(schema)?.enum?.[0] ?? '1')
const marked = text => `${encodeURIComponent(text)}*`

/** The JSON of the body's example, with a mark after every value. */
function markBody(value) {
	if (Array.isArray(value))
		return `[${value.map(markBody).join(',')}]`
	if (value && typeof value === 'object')
		return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${markBody(inner)}`).join(',')}}`
	return typeof value === 'string' ? `${JSON.stringify(value).slice(0, -1)}*"` : `${JSON.stringify(value)}*`
}

/** Every operation as { name, request, places }: the raw request with its places marked. */
function operations(facts, token) {
	return Object.entries(document.paths).filter(([path]) => path.startsWith('/api/')).flatMap(([path, item]) =>
		['get', 'post', 'put', 'patch', 'delete'].filter(method => item[method]).map(method => {
			const operation = item[method]
			const parameters = [...item.parameters ?? [], ...operation.parameters ?? []].map(resolve)
			const target = path.replace(/\{(\w+)\}/g, (_, name) => marked(valueOf(name, facts)))
			const query = parameters.filter(at => at.in === 'query').map(at => `${at.name}=${marked(valueOf(at.name, facts, at.schema))}`).join('&')
			const content = resolve(operation.requestBody)?.content?.['application/json']
			const body = content ? markBody(content.example ?? Object.values(content.examples ?? {})[0]?.value ?? {}) : ''
			const bearer = path.startsWith('/api/v1/shop/') ? `${facts.api_key}*` : `${token}*`
			const host = new URL(facts.base_url).host
			const request = [`${method.toUpperCase()} ${target}${query ? `?${query}` : ''} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${bearer}`,
				...(body ? ['Content-Type: application/json'] : []), '', body].join('\r\n')
			return { name: `${method.toUpperCase()} ${path}`, request, places: request.split('*').length - 1 }
		}))
}

export async function sqlmap(facts, { reports, progress }) {
	const directory = join(reports, 'sqlmap')
	mkdirSync(directory, { recursive: true })
	const token = execFileSync(facts.dojangctl, ['--settings', facts.settings_file, 'token', '--subject', 'minji', '--expires', '86400'], { encoding: 'utf8' }).trim()
	const all = operations({ ...facts, month: new Date().toISOString().slice(0, 7) }, token)
	const rows = []
	for (const [index, { name, request, places }] of all.entries()) {
		progress(`sqlmap ${index + 1}/${all.length}: ${name}, ${places} places`)
		const file = join(directory, `${index}.txt`)
		writeFileSync(file, request)
		const { out, isCut } = await runProgram('sqlmap', ['-r', file, '--batch', '--ignore-stdin', '--disable-coloring', '--dbms=MySQL', '--level=2', '--risk=2', '--flush-session', '--ignore-code=*',
			'--threads=2', '--time-sec=3', '--output-dir', join(directory, String(index)), '--skip-waf', '--answers=follow=N,merge=N'], { seconds: 900 })
		writeFileSync(join(directory, `${index}.log`), out)
		const findings = out.split('\n').filter(line => /identified the following injection point|is vulnerable\./.test(line))
		const isComplete = /all tested parameters do not appear to be injectable|does not seem to be injectable/.test(out)
		if (!isComplete && findings.length === 0)
			findings.push(isCut ? 'it did not end in time' : `it did not test: ${out.split('\n').filter(line => /CRITICAL|ERROR/.test(line)).slice(-2).join(' ')}`)
		rows.push({ attack: 'sqlmap', what: name, tried: `${places} places`, findings })
	}
	return rows
}
