// SPDX-License-Identifier: MIT
// A name that resolves to a public address in one query and to this host in another: the address
// that is connected to is checked.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { afterEach, test } from 'node:test'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BUILD } from '../http/demo.js'
import { install } from './installation.js'

const run = promisify(execFile)
const PUBLIC = '93.184.216.34'          // assigned to our own network, from which nothing leaves
const SPACES = ['--user', '--map-root-user', '--net', '--mount']
const skip = spawnSync('unshare', [...SPACES, 'ip', 'link', 'set', 'lo', 'up']).status === 0 ? false : 'needs unshare and ip, and the right to use them'

let own
afterEach(() => own?.remove())

/** One run of the notifier in which the name resolves to these addresses, one after the other. */
async function deliver(...answers) {
	const { stdout } = await run('unshare', [...SPACES, process.execPath, join(import.meta.dirname, 'network.js'), join(BUILD, 'dojang-notifier'),
		own.file('dojang.ini'), own.file('resolv.conf'), ...answers])
	await own.hurry()
	const [{ last_error: error }] = await own.ctl('messages', 'list')
	return { ...JSON.parse(stdout), error }
}

test('a name that resolves to this host in the second query is not connected to', { skip }, async () => {
	own = await install({ webhook: { allow_private_addresses: 'no', timeout_seconds: 2 } })
	const { id } = await own.ctl('webhook', 'add', '--url', 'https://hooks.shop.example:8443/', '--events', 'claim.created')
	await own.ctl('webhook', 'test', '--id', id)
	const first = await deliver(PUBLIC)
	assert.deepEqual([first.code, first.connections], [0, [PUBLIC]], 'a public address is connected to')
	assert.doesNotMatch(first.error, /not public/)
	const second = await deliver('127.0.0.1')
	assert.deepEqual([second.code, second.connections], [0, []])
	assert.match(second.error, /^the address is not public/)
	const both = await deliver(PUBLIC, '127.0.0.1')
	assert.ok(both.connections.every(address => address === PUBLIC), both.connections.join())
})
