// SPDX-License-Identifier: MIT
// The Korean pages follow the English ones: the same headings in the same order, the same commands
// and examples, one level of politeness.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const tree = join(import.meta.dirname, '..', '..')
const read = path => readFileSync(join(tree, path), 'utf8')
const PAGES = [['README.ko.md', 'README.md'], ...readdirSync(join(tree, 'docs', 'ko')).filter(name => name.endsWith('.md')).map(name => [`docs/ko/${name}`, `docs/${name}`])]

/** A page's lines outside code blocks, and the blocks. */
function partsOf(text) {
	const blocks = [], prose = []
	let block = null
	for (const line of text.split('\n'))
		if (/^\s*```/.test(line)) {
			if (block)
				blocks.push(block.join('\n'))
			block = block ? null : [line.trim()]
		} else {
			(block ?? prose).push(line)
		}
	return { blocks, prose }
}
const headings = lines => lines.filter(line => /^#+ /.test(line)).map(line => line.match(/^#+/)[0].length)

for (const [korean, english] of PAGES) {
	test(`${korean} has the headings and examples of ${english}`, () => {
		assert.ok(existsSync(join(tree, english)))
		const [one, other] = [partsOf(read(korean)), partsOf(read(english))]
		assert.deepEqual(headings(one.prose), headings(other.prose), 'levels of the headings')
		assert.deepEqual(one.blocks, other.blocks, 'code blocks')
	})
	test(`${korean} is written in one level of politeness`, () => {
		const casual = partsOf(read(korean)).prose.filter(line => /(?<!세|나|려면|가)요[.)|]/.test(line.replace(/`[^`]*`/g, '')))
		assert.deepEqual(casual, [], 'sentences that end in 해요 among 합니다')
	})
}
