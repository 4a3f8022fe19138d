// SPDX-License-Identifier: MIT
// Dojang on a cluster: the demo is started on three nodes, the programs write on the first that serves. Where no cluster can be had, missing says why.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { startCluster, whatIsMissing } from './nodes.js'

export const missing = whatIsMissing()
/** Tables that only customers and staff change: they stand still when the load does. */
const TABLES = ['attendance', 'audit_entries', 'claims', 'events', 'milestones', 'point_entries', 'products', 'stock_movements', 'users', 'migrations']

/** Starts both; they end with the test. Answers the nodes and what the tests over HTTP and those with faults have. */
export async function begin() {
	const cluster = await startCluster()
	process.on('exit', () => cluster.nodes.forEach(node => node.child?.kill('SIGKILL')))
	process.env.DOJANG_DATABASE_SOCKETS = cluster.nodes.map(node => node.socket).join()
	const http = await import('../http/harness.js')
	after(() => cluster.stop())     // after the demo, whose end was announced first
	const load = await import('../faults/load.js')
	const client = await import('../http/client.js')
	const { demo, target } = http
	const usual = readFileSync(demo.settings_file, 'utf8')

	/** Settings that name these nodes in this order. */
	function settingsFor(...nodes) {
		const file = join(dirname(demo.settings_file), `nodes-${nodes.map(node => node.number + 1).join('')}.ini`)
		writeFileSync(file, usual.replace(/^hosts = .*$/m, `hosts = ${nodes.map(node => `unix:${node.socket}`).join(', ')}`), { mode: 0o600 })
		return file
	}

	/** What sql() and dojangctl() ask during act is this node. */
	async function on(node, act) {
		Object.assign(target, { socket: node.socket, settings: settingsFor(node) })
		try {
			return await act()
		} finally {
			Object.assign(target, { socket: demo.mysql.socket, settings: demo.settings_file })
		}
	}

	const checksums = node => on(node, () => http.sql(`CHECKSUM TABLE ${TABLES.join()}`))

	/** Nothing changes any more: each node has what customers were told, and the same. */
	async function verifyEverywhere(event, ledger) {
		await cluster.whole()
		const found = []
		for (const node of cluster.nodes) {
			await node.catchUp()
			await on(node, () => load.verify(event, ledger))
			found.push(await checksums(node))
		}
		assert.ok(found[0].every(row => row.Checksum), 'each table is there')
		assert.deepEqual(found[1], found[0], 'the second node has the rows of the first')
		assert.deepEqual(found[2], found[0], 'the third node has the rows of the first')
	}

	/** How many of the workers' connections each node has. */
	const connections = () => Promise.all(cluster.nodes.map(async node =>
		node.child ? Number(await node.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'dojang_api'").catch(() => 0)) : 0))

	return { cluster, nodes: cluster.nodes, on, settingsFor, verifyEverywhere, connections, ...load, ...http, ...client }
}
