// SPDX-License-Identifier: MIT
// Dojang on a cluster: the demo is started on three nodes, and the programs write to the first that
// serves. If no cluster is possible, missing says why.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { startCluster, whatIsMissing } from './nodes.js'

export const missing = whatIsMissing()
/** Tables that only customers and staff change: they do not change without load. */
const TABLES = ['attendance', 'audit_entries', 'claims', 'events', 'milestones', 'point_entries', 'products', 'stock_movements', 'users', 'migrations']

/** Starts cluster and demo, which end with the test. Returns the nodes and the helpers of the http and faults suites. */
export async function begin() {
	const cluster = await startCluster()
	process.on('exit', () => cluster.nodes.forEach(node => node.child?.kill('SIGKILL')))
	process.env.DOJANG_DATABASE_SOCKETS = cluster.nodes.map(node => node.socket).join()
	const http = await import('../http/harness.js')
	after(() => cluster.stop())     // after the demo, which was registered first
	const load = await import('../faults/load.js')
	const client = await import('../http/client.js')
	const { demo, target } = http
	const usual = readFileSync(demo.settings_file, 'utf8')

	/** Settings with these nodes in this order. */
	function settingsFor(...nodes) {
		const file = join(dirname(demo.settings_file), `nodes-${nodes.map(node => node.number + 1).join('')}.ini`)
		writeFileSync(file, usual.replace(/^hosts = .*$/m, `hosts = ${nodes.map(node => `unix:${node.socket}`).join(', ')}`), { mode: 0o600 })
		return file
	}

	/** sql() and dojangctl() use this node during act. */
	async function on(node, act) {
		Object.assign(target, { socket: node.socket, settings: settingsFor(node) })
		try {
			return await act()
		} finally {
			Object.assign(target, { socket: demo.mysql.socket, settings: demo.settings_file })
		}
	}

	const checksums = node => on(node, () => http.sql(`CHECKSUM TABLE ${TABLES.join()}`))

	/** Without load: each node has what was acknowledged, and all nodes have the same. */
	async function verifyEverywhere(event, ledger) {
		await cluster.whole()
		const found = []
		for (const node of cluster.nodes) {
			await node.catchUp()
			await on(node, () => load.verify(event, ledger))
			found.push(await checksums(node))
		}
		assert.ok(found[0].every(row => row.Checksum), 'each table exists')
		assert.deepEqual(found[1], found[0], 'the second node has the rows of the first')
		assert.deepEqual(found[2], found[0], 'the third node has the rows of the first')
	}

	/** The number of the workers' connections on each node. */
	const connections = () => Promise.all(cluster.nodes.map(async node =>
		node.child ? Number(await node.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'dojang_api'").catch(() => 0)) : 0))

	return { cluster, nodes: cluster.nodes, on, settingsFor, verifyEverywhere, connections, ...load, ...http, ...client }
}
