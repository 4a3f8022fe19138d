// SPDX-License-Identifier: MIT
// The files for hosts in a cloud, as far as they can be checked without one (make deb-check runs
// their commands): they can be parsed, contain no secret, and mark everything that must be filled
// in.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { validate } from 'dockerfile-utils'
import { parse } from 'yaml'
import { TREE } from '../http/demo.js'

const read = (...path) => readFileSync(join(TREE, 'packaging', ...path), 'utf8')
const file = (config, path) => config.write_files.find(each => each.path === path)

test('cloud-init: host.yaml asks only for what its owner must know, and for no secret', () => {
	const text = read('cloud-init', 'host.yaml')
	const config = parse(text)
	assert.ok(text.startsWith('#cloud-config\n'))
	const values = file(config, '/etc/dojang-setup/values').content.split('\n').filter(line => /^\w+=/.test(line))
	assert.deepEqual(values.filter(line => !/=FILL_IN_[A-Z0-9_]+$/.test(line)), ['certificate=letsencrypt'])
	assert.deepEqual(values.filter(line => /password|secret|key=/i.test(line)), [])
	const script = file(config, '/etc/dojang-setup/run').content
	for (const [name] of values.map(line => line.split('=')))
		assert.ok(script.includes(`$${name}`), `${name} is used`)
	execFileSync('shellcheck', ['-'], { input: script, stdio: ['pipe', 'inherit', 'inherit'] })
	assert.equal(file(config, '/etc/dojang-setup/values').permissions, '0600')
})

test('cloud-init: galera-node.yaml has the settings that keep acknowledged work', () => {
	const text = read('cloud-init', 'galera-node.yaml')
	const settings = file(parse(text), '/etc/dojang-setup/70-dojang.cnf').content
	assert.match(settings, /^innodb_flush_log_at_trx_commit = 1$/m)
	assert.match(settings, /^wsrep_sync_wait = 1$/m)
	assert.match(settings, /^wsrep_cluster_address = gcomm:\/\/(FILL_IN_\w+,?){3}$/m)
	assert.doesNotMatch(settings, /^wsrep_sst_auth = \w+:\S/m, 'no password')
})

test('the Containerfile is valid, and compose.yaml runs each program with few rights', () => {
	assert.deepEqual(validate(read('container', 'Containerfile')).map(fault => `${fault.range.start.line + 1}: ${fault.message}`), [])
	const { services } = parse(read('container', 'compose.yaml'), { merge: true })
	const commands = Object.values(services).filter(service => service.image === 'dojang').map(service => service.command.join(' '))
	assert.deepEqual(commands, ['api a', 'api b', 'console a', 'console b', 'notifier', 'help'])
	for (const service of Object.values(services).filter(each => each.image === 'dojang'))
		assert.deepEqual([service.read_only, service.cap_drop], [true, ['ALL']])
})
