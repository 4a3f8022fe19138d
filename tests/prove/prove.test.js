// SPDX-License-Identifier: MIT
// The models of claims and of the outbox, checked by Spin (https://spinroot.com) in all their states:
// the promises hold, each planted bug is found, and the steps are those of the programs.
//
// After a change of a statement or function that a model names, compare the model with it, then write
// the new digests: DOJANG_ACCEPT_STEPS=1 node --test tests/prove/prove.test.js
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = import.meta.dirname, tree = join(here, '..', '..')
const directory = mkdtempSync(join(tmpdir(), 'dojang-prove-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const MODELS = {
	claim: { bugs: ['BUG_READ_FIRST', 'BUG_ORDER', 'BUG_NO_LOCK', 'BUG_BLIND_RETRY'], properties: [null], options: ['-DSAFETY', '-DCOLLAPSE'], depth: 400000 },
	outbox: { bugs: ['BUG_MARK_FIRST', 'BUG_NO_OWNER'], properties: ['honest', 'stays', 'delivered'], options: [], depth: 100000 },
}

/** The number of errors that the checker finds in a model. */
async function errorsOf(name, bug, { properties, options, depth }) {
	const work = mkdtempSync(join(directory, `${name}-`))
	await run('spin', ['-a', ...(bug ? [`-D${bug}`] : []), join(here, `${name}.pml`)], { cwd: work })
	await run('gcc', ['-O2', '-w', ...options, '-o', 'pan', 'pan.c'], { cwd: work })
	let errors = 0
	for (const property of properties) {
		const { stdout } = await run('./pan', [`-m${depth}`, ...(property ? ['-a', '-f', '-N', property] : [])], { cwd: work, maxBuffer: 1 << 26 })
		assert.match(stdout, /State-vector/, stdout)
		assert.doesNotMatch(stdout, /max search depth too small|out of memory/, 'the whole model was searched')
		errors += Number(stdout.match(/errors: (\d+)/)[1])
	}
	return errors
}

for (const [name, model] of Object.entries(MODELS)) {
	test(`${name}: the promises hold in every state`, async () => {
		assert.equal(await errorsOf(name, null, model), 0)
	})
	for (const bug of model.bugs)
		test(`${name}: ${bug} is found`, async () => {
			assert.ok(await errorsOf(name, bug, model) > 0)
		})
}

/* --- the steps --- */

const filesBelow = path => readdirSync(join(tree, path), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath ?? entry.path, entry.name))
const withoutSpace = text => text.replace(/\s+/g, ' ').trim()

/** Named SQL statements without their comments, and C functions, as texts. */
function stepsOfPrograms() {
	const steps = new Map()
	for (const file of filesBelow('sql/queries').filter(path => path.endsWith('.sql')))
		for (const [, name, statement] of readFileSync(file, 'utf8').matchAll(/^-- name: (\w+)\n((?:(?!-- ).*\n?)*)/gm))
			steps.set(name, withoutSpace(statement))
	for (const file of filesBelow('fcgi/reward').filter(path => path.endsWith('.c')))
		for (const [text, name] of readFileSync(file, 'utf8').matchAll(/^[a-z][\w ]*?[ *](\w+)\([^;{]*?\)\n\{\n[^]*?^\}$/gm))
			steps.set(name, withoutSpace(text))
	return steps
}
/** The steps that a model names, in the order of its lines. */
const stepsOfModel = name => [...readFileSync(join(here, `${name}.pml`), 'utf8').matchAll(/\/\* step ([\w, ]+)/g)].flatMap(([, names]) => names.trim().split(/, /)).map(step => step.split(' ')[0])

test('the models have the steps of the programs', () => {
	const programs = stepsOfPrograms(), file = join(here, 'steps.json'), digests = {}
	for (const name of Object.keys(MODELS)) {
		assert.ok(stepsOfModel(name).length > 3, name)
		for (const step of stepsOfModel(name)) {
			assert.ok(programs.has(step), `${name}.pml names ${step}, which does not exist`)
			digests[step] = createHash('sha256').update(programs.get(step)).digest('hex').slice(0, 16)
		}
	}
	if (process.env.DOJANG_ACCEPT_STEPS)
		writeFileSync(file, `${JSON.stringify(digests, null, '\t')}\n`)
	assert.deepEqual(digests, JSON.parse(readFileSync(file, 'utf8')), 'compare the model with what has changed, then accept it (see the top of this file)')
})
