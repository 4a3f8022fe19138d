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
import { complete, demo, freshEvent, unique, workers } from './harness.js'
import { until } from './until.js'

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

test('the dashboard and the alert rules ask for existing metrics and labels, and both together for every metric', async () => {
	const dashboard = JSON.parse(readFileSync(join(TREE, 'packaging', 'prometheus', 'dojang.dashboard.json'), 'utf8'))
	const queries = dashboard.panels.flatMap(panel => panel.targets.map(({ expr }) => expr))
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item', stock: 3, threshold: 1 }] })
	expect(await customer(unique('c')).post(`${event.path}/attendance`), 201)
	const { text } = await call('GET', '/metrics')
	const labels = {}
	for (const [, name, list] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm))
		labels[name] = new Set([...labels[name] ?? [], ...[...(list ?? '').matchAll(/(\w+)=/g)].map(([, label]) => label)])
	const asked = new Set()
	for (const query of [...queries, ...[...readFileSync(RULES, 'utf8').matchAll(/expr: (?:>-\n)?([^]*?)\n {8}(?:for|labels):/g)].map(([, expr]) => expr)]) {
		const names = [...query.matchAll(/\bdojang_\w+/g)].map(([name]) => name)
		names.forEach(name => asked.add(name.replace(/_(bucket|sum|count)$/, '')))
		for (const name of names)
			assert.ok(labels[name], `${name} is in /metrics`)
		const known = new Set(['instance', 'job', ...names.flatMap(name => [...labels[name]])])
		for (const [, list] of query.matchAll(/\bby \(([^)]*)\)/g))
			for (const label of list.split(', '))
				assert.ok(known.has(label) || query.includes('node_'), `${label} of ${query}`)
		for (const [, label] of query.matchAll(/[{,](\w+)(?:=~|!~|=)/g))
			assert.ok(known.has(label) || query.includes('node_'), `${label} of ${query}`)
	}
	const families = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name)
	assert.deepEqual(families.filter(name => !asked.has(name)), [])
})

const value = (all, name) => all[`${name}{}`]

test('check-ins, claims, points and stock', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: 700 }, { at: 1, kind: 'item', stock: 3, threshold: 2 }] })
	const [points, item] = event.milestones
	const who = customer(unique('c'))
	const before = await samples()
	for (const status of [201, 200])
		expect(await who.post(`${event.path}/attendance`), status)
	for (const milestone of [points, item])
		for (const status of [201, 200])
			expect(await who.post(milestone.path), status)
	const path = `/api/v1/shop/users/${who.subject}/points`, reference = unique('order')
	for (const [amount, name, status] of [[50, 'a', 201], [50, 'a', 200], [-30, 'b', 201]])
		expect(await call('POST', path, { as: demo.api_key, body: { amount, reference: `${reference}-${name}`, reason: 'test' } }), status)
	const after = await samples()
	const grown = name => value(after, name) - value(before, name)
	assert.deepEqual(['dojang_check_ins_total', 'dojang_claims_total', 'dojang_points_granted_total', 'dojang_points_spent_total'].map(grown), [1, 2, 750, 30])
	assert.equal(after[`dojang_product_stock{product="${item.product}"}`], 2)
	assert.equal(after[`dojang_product_threshold{product="${item.product}"}`], 2)
	assert.ok(!(`dojang_product_stock{product="${points.product}"}` in after), 'unlimited')
})

test('workers: those that live, and the one that answers is busy; the version', async () => {
	const count = all => ['busy', 'idle'].map(state => all[`dojang_workers{program="api",state="${state}"}`])
	const [busy, idle] = [1, workers().length - 1]
	// the worker that answered before may not have noted its end yet
	await until(async () => count(await samples()).join() === [busy, idle].join(), 'one busy worker')
	const gone = workers()
	gone.forEach(pid => process.kill(pid, 'SIGKILL'))
	await complete(workers, gone)
	await until(async () => count(await samples()).join() === [busy, idle].join(), 'the new workers, without the killed ones')
	const [, version] = /^AC_INIT\(\[dojang\], \[([^\]]*)/m.exec(readFileSync(join(TREE, 'configure.ac'), 'utf8'))
	assert.equal((await samples())[`dojang_build_info{program="api",version="${version}"}`], 1)
})

test('the manual lists every metric and no other', async () => {
	const families = (await call('GET', '/metrics')).text.matchAll(/^# TYPE (\w+) /gm)
	const manual = readFileSync(join(TREE, 'docs', 'operations', 'monitoring.md'), 'utf8')
	assert.deepEqual([...manual.matchAll(/^\| `(dojang_\w+)` \|/gm)].map(([, name]) => name).sort(), [...families].map(([, name]) => name).sort())
})
