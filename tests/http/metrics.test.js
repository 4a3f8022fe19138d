// SPDX-License-Identifier: MIT
// /metrics: every request of every worker is counted once, in the text format of Prometheus,
// without personal data.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { call, customer, expect } from './client.js'
import { TREE } from './demo.js'
import { complete, freshEvent, unique, workers } from './harness.js'

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|\+Inf|NaN)$/

/** All samples: { 'name{labels}': value }. Every line must match the format. */
async function samples() {
	const answer = await call('GET', '/metrics')
	expect(answer, 200)
	const found = {}
	const typed = new Set()
	for (const line of answer.text.trimEnd().split('\n')) {
		if (line.startsWith('#')) {
			assert.match(line, /^# (HELP [a-z_]+ \S.*|TYPE [a-z_]+ (counter|gauge|histogram))$/)
			if (line.startsWith('# TYPE'))
				typed.add(line.split(' ')[2])
			continue
		}
		const [, name, labels, value] = SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`)
		const key = `${name}{${labels ?? ''}}`
		assert.ok(typed.has(name.replace(/_(bucket|sum|count)$/, '')) || typed.has(name), `${name} has a type`)
		assert.ok(!(key in found), `${key} occurs once`)
		found[key] = Number(value)
	}
	return found
}

const REQUESTS = 'dojang_http_requests_total{program="api",method="POST",route="/api/v1/events/{event}/attendance",code="2xx"}'

test('every check-in is counted, whichever worker it went to', async () => {
	const event = await freshEvent()
	const before = (await samples())[REQUESTS] ?? 0
	await Promise.all(Array.from({ length: 300 }, () => customer(unique('c')).post(`${event.path}/attendance`)))
	assert.equal((await samples())[REQUESTS] - before, 300)
})

test('refusals are counted by class, and unknown paths create no series', async () => {
	const before = await samples()
	const junk = Array.from({ length: 20 }, () => unique('junk'))
	for (const word of junk) {
		await call('GET', `/api/v1/${word}`)
		await customer(word).get(`/api/v1/events/${word}`)
	}
	const after = await samples()
	assert.ok(Object.keys(after).length <= Object.keys(before).length + 3, 'no series per path')
	assert.ok(!Object.keys(after).some(key => junk.some(word => key.includes(word))))
	const show = 'dojang_http_requests_total{program="api",method="GET",route="/api/v1/events/{event}",code="4xx"}'
	assert.equal(after[show] - (before[show] ?? 0), junk.length)
})

test('buckets are cumulative, and the last one equals the count', async () => {
	const all = await samples()
	const buckets = Object.entries(all).filter(([key]) => key.startsWith('dojang_http_request_duration_seconds_bucket')).map(([, value]) => value)
	assert.deepEqual(buckets, [...buckets].sort((a, b) => a - b))
	assert.equal(buckets.at(-1), all['dojang_http_request_duration_seconds_count{program="api"}'])
})

test('counts survive the end of a worker', async () => {
	const event = await freshEvent()
	await Promise.all(Array.from({ length: 100 }, () => customer(unique('c')).post(`${event.path}/attendance`)))
	const before = (await samples())[REQUESTS]
	const gone = workers()
	gone.forEach(pid => process.kill(pid, 'SIGKILL'))
	await complete(workers, gone)
	assert.equal((await samples())[REQUESTS], before)
	expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
	assert.equal((await samples())[REQUESTS], before + 1)
})

const promtool = spawnSync('promtool', ['--version']).error ? 'promtool is not installed' : false
const RULES = join(TREE, 'packaging', 'prometheus', 'dojang.rules.yml')

test('promtool finds no fault in /metrics', { skip: promtool }, async () => {
	const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: (await call('GET', '/metrics')).text, encoding: 'utf8' })
	assert.equal(`${stdout}${stderr}`, '')
	assert.equal(status, 0)
})

test('promtool accepts the alert rules', { skip: promtool }, () => {
	assert.match(execFileSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' }), /SUCCESS: \d+ rules found/)
})

test('alert rules use existing metrics and label values, and the manual describes each rule', async () => {
	const { text } = await call('GET', '/metrics')
	const rules = readFileSync(RULES, 'utf8')
	const names = new Set([...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name))
	const manual = readFileSync(join(TREE, 'docs', 'operations', 'monitoring.md'), 'utf8')
	const asked = [...rules.matchAll(/\b(dojang_[a-z_]+)/g)].map(([, name]) => name)
	assert.ok(asked.length > 5)
	for (const name of asked)
		assert.ok(names.has(name), `${name} is in /metrics`)
	for (const [, label, value] of rules.matchAll(/(state|program)="([a-z]+)"/g))
		assert.ok(text.includes(`${label}="${value}"`), `${label}="${value}" is in /metrics`)
	for (const [, alert] of rules.matchAll(/- alert: (\w+)/g))
		assert.ok(manual.includes(`\`${alert}\``), `docs/operations/monitoring.md describes ${alert}`)
})

test('the manual lists every metric and no other', async () => {
	const families = (await call('GET', '/metrics')).text.matchAll(/^# TYPE (\w+) /gm)
	const manual = readFileSync(join(TREE, 'docs', 'operations', 'monitoring.md'), 'utf8')
	assert.deepEqual([...manual.matchAll(/^\| `(dojang_\w+)` \|/gm)].map(([, name]) => name).sort(), [...families].map(([, name]) => name).sort())
})
