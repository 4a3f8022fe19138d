// SPDX-License-Identifier: MIT
// The runner of mutation tests: the chosen changes still apply, and a seed draws the same changes again.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TREE } from '../http/demo.js'

const runner = join(TREE, 'tests', 'mutants', 'run')
const list = (...words) => execFileSync(runner, ['--list', ...words], { encoding: 'utf8' })

test('every chosen change applies to exactly one place', () => {
	const chosen = JSON.parse(readFileSync(join(TREE, 'tests', 'mutants', 'listed.json'), 'utf8'))
	const text = list('--sample', '0')
	for (const { why } of chosen)
		assert.ok(text.includes(`(${why})`), why)
})

test('a seed draws the same changes again, from every area', () => {
	const text = list('--sample', '40', '--seed', '1')
	assert.equal(list('--sample', '40', '--seed', '1'), text)
	assert.notEqual(list('--sample', '40', '--seed', '2'), text)
	assert.equal(new Set(text.split('\n').filter(line => /^\S.*: /.test(line)).map(line => line.split(':')[0])).size, 10)
})
