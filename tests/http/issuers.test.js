// SPDX-License-Identifier: MIT
// docs/issuers.md: its examples are valid settings, and its table contains every setting of an
// issuer.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { TREE } from './demo.js'
import { demo } from './harness.js'

const manual = readFileSync(join(TREE, 'docs', 'issuers.md'), 'utf8')
const examples = [...manual.matchAll(/^```ini\n(.*?)^```$/gms)].map(match => match[1])

async function settingsOf(text) {
	const file = join(dirname(demo.settings_file), 'examples.ini')
	writeFileSync(file, text, { mode: 0o600 })
	try {
		return JSON.parse((await promisify(execFile)(demo.dojangctl, ['--settings', file, '--json', 'settings'])).stdout)
	} finally {
		rmSync(file)
	}
}

test('all examples are valid settings, also in one file', async () => {
	assert.equal(examples.length, 5)
	const usual = readFileSync(demo.settings_file, 'utf8')
	const settings = await settingsOf([usual, ...examples].join('\n'))
	for (const example of examples) {
		const [, name] = /^\[issuer (\S+)\]$/m.exec(example)
		for (const [, key, value] of example.matchAll(/^(\w+) = (.*)$/gm))
			assert.equal(settings.find(setting => setting.name === `issuer ${name}.${key}`)?.value.replaceAll(/, */g, ', '), value, `${name}: ${key}`)
	}
})

test('the table contains every setting of an issuer and no other', async () => {
	const settings = await settingsOf(readFileSync(demo.settings_file, 'utf8'))
	const known = settings.filter(({ name }) => name.startsWith('issuer ')).map(({ name }) => name.split('.').at(-1))
	assert.deepEqual([...manual.matchAll(/^\| `(\w+)` \|/gm)].map(match => match[1]), known)
})
