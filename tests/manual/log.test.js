// SPDX-License-Identifier: MIT
// docs/operations/monitoring.md lists every line that the programs log, with its fields, and no
// other.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TREE } from '../http/demo.js'

const sources = readdirSync(join(TREE, 'fcgi'), { recursive: true }).filter(name => name.endsWith('.c'))
	.map(name => readFileSync(join(TREE, 'fcgi', name), 'utf8'))

/** { event: the fields of all its lines }; program is on every line. */
function logged() {
	const events = {}
	for (const [, event, values] of sources.flatMap(text => [...text.matchAll(/\blog_write(?:_later)?\(\s*"(\w+)"([^;]*);/g)])) {
		const fields = [...values.matchAll(/LOG_[A-Z]+\(\s*"(\w+)"/g)].map(([, name]) => name)
		events[event] = new Set([...events[event] ?? [], ...fields.filter(name => name !== 'program')])
	}
	// Lines without fields, written when there is no memory left.
	for (const [, event] of sources.flatMap(text => [...text.matchAll(/\blog_emergency\("event=(\w+)\\n"\)/g)])) events[event] = new Set()
	return events
}

/** The same from the manual's table. */
function told() {
	const [, section] = /## Log lines\n([\s\S]*)/.exec(readFileSync(join(TREE, 'docs', 'operations', 'monitoring.md'), 'utf8'))
	return Object.fromEntries([...section.matchAll(/^\| (`[^|]*`) \|([^|]*)\|/gm)].flatMap(([, names, fields]) =>
		[...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, new Set([...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field))])))
}

const plain = events => Object.fromEntries(Object.entries(events).map(([name, fields]) => [name, [...fields].sort()]).sort())

test('every log line has its row in the manual, with its fields', () => {
	assert.ok(Object.keys(logged()).length > 8)
	assert.equal(sources.flatMap(text => text.match(/\blog_write(?:_later)?\((?!event, \.\.\.)(?!\s*")/g) ?? []).length, 0, 'events are literal, so that they can be found')
	assert.deepEqual(plain(told()), plain(logged()))
})
