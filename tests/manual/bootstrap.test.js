// SPDX-License-Identifier: MIT
// ./bootstrap for a user without root: one command with all packages, which starts no services; a
// port that is in use is reported before anything is built.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TREE, freePort } from '../http/demo.js'

const directory = mkdtempSync(join(tmpdir(), 'dojang-bootstrap-'))
after(() => rmSync(directory, { recursive: true }))
const programs = join(directory, 'bin')
mkdirSync(programs)
copyFileSync(join(TREE, 'bootstrap'), join(directory, 'bootstrap'))
// A Debian without packages, sudo and node, and an ordinary user.
for (const name of ['bash', 'env', 'dirname', 'readlink', 'mkdir', 'awk', 'grep', 'comm', 'sort', 'tr', 'sleep', 'cat', 'tail', 'cksum', 'cut'])
	symlinkSync(['/usr/bin', '/bin'].map(place => join(place, name)).find(path => readdirSync(join(path, '..')).includes(name)), join(programs, name))
for (const [name, script] of [['id', 'echo 1000'], ['dpkg-query', 'exit 0'], ['apt-get', 'exit 1'], ['node', 'exit 1'], ['nproc', 'echo 1']]) {
	writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`)
	chmodSync(join(programs, name), 0o755)
}
const bootstrap = (words, variables = {}) => {
	const { status, stdout, stderr } = spawnSync('/bin/bash', [join(directory, 'bootstrap'), ...words], { cwd: directory, encoding: 'utf8', env: { PATH: programs, HOME: directory, ...variables } })
	return { status, text: stdout + stderr }
}

test('without root, one command with everything, which keeps services from starting', () => {
	const { status, text } = bootstrap([])
	assert.equal(status, 1)
	const commands = text.match(/^ {4}\S.*$/gm)
	assert.equal(commands.length, 1, text)
	assert.match(commands[0], /\/bootstrap install-packages .*\bgcc\b.*\bnginx\b/)
	assert.doesNotMatch(text, /apt-get install/)
	const [, more] = /For \.\/bootstrap check add: (.*)$/m.exec(text)
	assert.match(more, /\bchromium\b.*\bnodejs\b.*\bnpm\b/)
	const whole = bootstrap(['check']).text
	const [, list] = /install-packages (.*)$/m.exec(whole)
	const words = text_ => text_.trim().split(/\s+/).sort()
	assert.deepEqual(words(list), words(`${/install-packages (.*)$/m.exec(text)[1]} ${more}`), 'check needs what was announced')
	assert.doesNotMatch(whole, /check add/)
})

test('a port in use is reported first, and neither the proposed port nor the next one is in use', async () => {
	const ours = new Map()
	const occupy = async port => {
		const server = createServer(socket => socket.destroy())
		await once(server.listen(port, '127.0.0.1'), 'listening')
		ours.set(port, server)
	}
	try {
		const port = await freePort()
		await occupy(port)
		for (const further of [port + 1, port + 3])
			await occupy(further).catch(() => {})           // in use by others: just as good
		const { status, text } = bootstrap(['demo'], { DOJANG_PORT: String(port) })
		assert.equal(status, 1)
		assert.match(text, new RegExp(`^bootstrap: port ${port} on 127\\.0\\.0\\.1 is in use`))
		const proposed = Number(/DOJANG_PORT=(\d+)/.exec(text)[1])
		assert.ok(proposed > port && !ours.has(proposed) && !ours.has(proposed + 1), text)
	} finally {
		ours.forEach(server => server.close())
	}
})

test('a port that is free is no reason to stop', async () => {
	const port = await freePort()
	assert.match(bootstrap(['demo'], { DOJANG_PORT: String(port) }).text, /^Debian packages missing/)
})
