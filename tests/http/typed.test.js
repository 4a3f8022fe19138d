// SPDX-License-Identifier: MIT
// A typed client generated from openapi.yaml compiles in strict mode and makes the calls of a
// customer and a shop (tests/client/walk.ts).
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { attended, base, demo, freshEvent, token, unique } from './harness.js'
import { TREE } from './demo.js'

const run = promisify(execFile)
const tests = join(TREE, 'tests')
// Below node_modules, where the compiler and node find the imports of walk.ts.
const cache = join(tests, 'node_modules', '.cache')
mkdirSync(cache, { recursive: true })
const directory = mkdtempSync(join(cache, 'client-'))
after(() => rmSync(directory, { recursive: true }))

const OPTIONS = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noImplicitReturns: true, verbatimModuleSyntax: true,
	target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], module: 'nodenext', types: [], outDir: 'out' }

/** Runs a program of the tests' packages; its output is the failure message. */
async function tool(name, ...args) {
	try {
		await run(process.execPath, [join(tests, 'node_modules', ...name), ...args], { cwd: directory })
	} catch (error) {
		throw new Error(`${error.stdout}${error.stderr}`, { cause: error })
	}
}

test('a client generated from openapi.yaml compiles in strict mode and makes all calls', async () => {
	writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
	writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['*.ts'] }))
	copyFileSync(join(tests, 'client', 'walk.ts'), join(directory, 'walk.ts'))
	await tool(['openapi-typescript', 'bin', 'cli.js'], join(TREE, 'openapi.yaml'), '--output', 'api.d.ts')
	await tool(['typescript', 'bin', 'tsc'], '--project', '.')
	const { walkCustomer, walkShop } = await import(pathToFileURL(join(directory, 'out', 'walk.js')))

	const event = await freshEvent({ milestones: [{ at: 1, points: 5 }, { at: 2, kind: 'item', stock: 3 }, { at: 2, points: 6, wallet: 'shop' }, { at: 9, points: 5 }] })
	const subject = unique('c')
	await attended(event, { [subject]: [-1] })
	const address = { name: 'Kim Minji', phone: '010-0000-0000', postcode: '04524', lines: ['110 Sejong-daero'], country: 'KR', consent: true }
	const given = { base: base.origin, token: token(subject, { username: 'minji' }), key: demo.api_key, event: event.slug, subject, address }

	const { slugs, dates, ...walked } = await walkCustomer(given)
	assert.ok(slugs.includes(event.slug))
	assert.ok(dates.includes(event.today))
	assert.deepEqual(walked, { username: 'minji', mode: 'cumulative', already: [false, true], claims: 3, refused: '/problems/not-eligible', kept: 204,
		hasAddress: [false, true, false], points: [5], wrong: undefined, never: false })
	assert.deepEqual(await walkShop(given), { statuses: [201, 200, 409, 201, 200, 204], conflict: '/problems/conflict', balance: 2, isEvent: true, days: [2], claims: 3, isKnown: true,
		references: ['shop', 'claim'], stock: [null, 4, null, null], address: 'Kim Minji',
		payouts: [[6, 'paid', 'batch-7']], state: 'shipped', isListed: true })
})
