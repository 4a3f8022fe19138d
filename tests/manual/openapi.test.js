// SPDX-License-Identifier: MIT
// openapi.yaml for tools: every YAML library reads the same, it describes every webhook that a
// receiver can get, and its names can be names of types in generated clients.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { parse } from 'yaml'
import { TREE } from '../http/demo.js'

const file = join(TREE, 'openapi.yaml')
const text = readFileSync(file, 'utf8')
const document = parse(text)
// What generated clients use by these names, beside the built-in names of JavaScript.
const TAKEN = ['Any', 'Boolean', 'Callable', 'Date', 'Dict', 'Double', 'Enum', 'Exception', 'Exclude', 'Extract', 'File', 'Float', 'Integer', 'Iterable', 'List', 'Long', 'Module',
	'None', 'NonNullable', 'Omit', 'Optional', 'Partial', 'Pick', 'Readonly', 'Record', 'Request', 'Required', 'Response', 'Thread', 'Tuple', 'Type', 'Union', 'Void']

test('YAML 1.1 and 1.2 read the same', () => assert.deepEqual(parse(text, { version: '1.1' }), document))

test('Python\'s yaml reads the same', t => {
	const program = `import json, sys, yaml
class Texts(yaml.SafeLoader): pass
Texts.yaml_implicit_resolvers = {first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"] for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}
print(json.dumps([yaml.load(open(sys.argv[1]), loader) for loader in (Texts, yaml.SafeLoader)], default=lambda value: f"a {type(value).__name__}"))`
	let output
	try {
		execFileSync('/usr/bin/python3', ['-c', 'import yaml'], { stdio: 'ignore' })
	} catch {
		return t.skip('python3-yaml is not installed')
	}
	output = execFileSync('/usr/bin/python3', ['-c', program, file], { encoding: 'utf8', maxBuffer: 1 << 26 })
	const [plain, usual] = JSON.parse(output)
	assert.deepEqual(plain, document)
	assert.deepEqual(usual, document, 'no unquoted text is taken for a date')
})

test('every webhook that a receiver can get is described, and no other', () => {
	const source = readFileSync(join(TREE, 'fcgi', 'notification', 'notification.c'), 'utf8')
	const [, list] = /NOTIFICATION_KINDS\[\] = \{([^}]*)\}/.exec(source)
	const kinds = [...list.matchAll(/"([^"]+)"/g)].map(([, kind]) => kind)
	assert.equal(kinds.length, 10)
	assert.deepEqual(Object.keys(document.webhooks).sort(), [...kinds, 'webhook.test'].sort())
	const manual = readFileSync(join(TREE, 'docs', 'alerts.md'), 'utf8')
	assert.deepEqual(kinds.filter(kind => !manual.includes(`\`${kind}\``)), [])
})

test('no schema has a name that languages or generators use', () => {
	const taken = new Set([...TAKEN, ...runInNewContext('Object.getOwnPropertyNames(globalThis)')])
	assert.ok(taken.has('Promise') && taken.has('Error') && taken.has('Object'))
	const names = Object.values(document.components).flatMap(Object.keys)
	assert.deepEqual(Object.keys(document.components.schemas).filter(name => taken.has(name)), [])
	assert.deepEqual(names.filter(name => !/^[A-Za-z][A-Za-z0-9]*$/.test(name)), [])
})

test('operations have unique names that are names of functions', () => {
	const operations = [...Object.values(document.paths), ...Object.values(document.webhooks)]
		.flatMap(path => ['get', 'put', 'post', 'patch', 'delete'].filter(method => path[method]).map(method => path[method].operationId))
	assert.ok(operations.every(name => /^[a-z][A-Za-z0-9]*$/.test(name)), operations.join())
	assert.equal(new Set(operations).size, operations.length)
})
