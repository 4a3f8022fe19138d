// SPDX-License-Identifier: MIT
// Runs in its own network (see rebinding.test.js): a name server whose answers change with each
// query, and listeners at each address that it returns. Arguments: the notifier, its settings, a
// file for resolv.conf, then the addresses to return. Prints the addresses that were connected to.
import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

const [notifier, settings, resolv, ...answers] = process.argv.slice(2)
const PORT = 8443
execFileSync('ip', ['link', 'set', 'lo', 'up'])
for (const address of new Set(answers))
	if (!address.startsWith('127.'))
		execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo'])
writeFileSync(resolv, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
execFileSync('mount', ['--bind', resolv, '/etc/resolv.conf'])

/** The answer to a query for an address; other types get none. TTL 0. */
function reply(question, address) {
	const end = question.indexOf(0, 12) + 5
	const isAddress = question.readUInt16BE(end - 4) === 1
	const header = Buffer.from([question[0], question[1], 0x81, 0x80, 0, 1, 0, isAddress ? 1 : 0, 0, 0, 0, 0])
	const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)])
	return Buffer.concat([header, question.subarray(12, end), ...(isAddress ? [record] : [])])
}

let looks = 0
const names = createSocket('udp4', (question, from) => {
	const isAddress = question.readUInt16BE(question.indexOf(0, 12) + 1) === 1
	const address = answers[Math.min(looks, answers.length - 1)]
	looks += isAddress
	names.send(reply(question, address), from.port, from.address)
})
await new Promise(resolve => names.bind(53, '127.0.0.1', resolve))

const connections = []
for (const address of new Set(answers)) {
	const server = createServer(socket => { connections.push(address); socket.on('error', () => {}).end() })
	await once(server.listen(PORT, address), 'listening')
}

const child = spawn(notifier, ['--settings', settings, '--once'], { stdio: 'ignore' })
const [code] = await once(child, 'exit')
console.log(JSON.stringify({ code, looks, connections }))
process.exit(0)
