// SPDX-License-Identifier: MIT
// The figures of tests/manual/readability on documents whose sentences and lines are known.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TREE } from '../http/demo.js'

const directory = mkdtempSync(join(tmpdir(), 'dojang-readability-'))
after(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the program with --check over a document: its exit status, figures and faults. */
function measure(text) {
	const file = join(directory, 'document.md')
	writeFileSync(file, text)
	const { status, stdout } = spawnSync(join(TREE, 'tests', 'manual', 'readability'), ['--check', file], { encoding: 'utf8' })
	const [, row, ...faults] = stdout.trimEnd().split('\n')
	const [sentences, average, longest, widest] = row.slice(file.length).trim().split(/\s+/).map(Number)
	return { status, sentences, average, longest, widest, faults: faults.map(line => line.slice(file.length + 2)) }
}

const CASES = [
	['a paragraph over two lines is one text', 'One two three\nfour five. Six seven.\n', [2, 3.5, 5, 21]],
	['a heading is no sentence, but a line', '# One two three four\n\nOne two.\n', [1, 2, 2, 20]],
	['each item of a list ends its sentence', '- one two three\n- four five\n  six\n1. seven\n', [3, 2.3, 3, 15]],
	['code in a line is one word', 'Run `a b c. D e` now.\n', [1, 3, 3, 21]],
	['a link is its text, and its destination has no width', 'See [one two](https://example.com/a.B/c) now.\n', [1, 4, 4, 18]],
	['a URL is one word', 'See <https://example.com/A.B> or https://example.com/a now.\n', [1, 5, 5, 13]],
	['a code block is left out', 'One two.\n\n```\nThree four five six seven. Eight nine.\n```\n', [1, 2, 2, 8]],
	['a tilde does not end a block of backticks', '```\n~~~\nOne two.\n```\n', [0, 0, 0, 0]],
	['long cells are sentences, short ones and rules are not',
		'| one two | three |\n|---|---|\n| One two three four five six. Seven eight. | nine |\n', [2, 4, 6, 0]],
	['a comment is left out', '<!-- One two\nthree. -->\nFour five.\n', [1, 2, 2, 12]],
	['abbreviations and numbers do not end a sentence', 'Use 0.1.0 e.g. here, i.e. 1.35 MB.\n', [1, 7, 7, 34]],
	['wide characters take two columns', '도장 is a stamp.\n', [1, 4, 4, 16]],
]

for (const [name, text, [sentences, average, longest, widest]] of CASES)
	test(name, () => {
		const found = measure(text)
		assert.deepEqual([found.sentences, found.average, found.longest, found.widest], [sentences, average, longest, widest])
		assert.equal(found.status, 0)
	})

test('--check reports lines and averages beyond the limits', () => {
	const words = count => Array(count).fill('word').join(' ')
	const wide = `${'x'.repeat(101)}\n`
	assert.deepEqual(measure(`${words(17)}.\n`), { status: 0, sentences: 1, average: 17, longest: 17, widest: 85, faults: [] })
	assert.deepEqual(measure(`${words(9)}\n${words(9)}.\n`).faults, ['18.0 words per sentence, more than 17'])
	assert.deepEqual(measure(`One.\n\n${wide}`).faults, ['line 3 is wider than 100 columns'])
	assert.equal(measure(wide).status, 1)
	assert.equal(measure(`| ${wide.trim()} |\n\n\`\`\`\n${wide}\`\`\`\n\n[${words(4)}](https://example.com/${wide.trim()})\n`).status, 0)
})
