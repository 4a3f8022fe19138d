// SPDX-License-Identifier: MIT
// MariaDB's disk fills up under load: only 503 with Retry-After, nothing acknowledged is lost, and
// it continues when there is space again. `make disk`, as root: the data directory is on its own
// tmpfs. Skipped with a message if none can be mounted.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startDemo } from '../http/demo.js'

const ROOM = 400                // MiB; the redo log alone takes 128
const REFUSED = 60, BETWEEN = 300

let mounted = null
/** Mounts a small file system for the database; demo.lock marks the directory as the demo's. */
function mount(directory) {
	mkdirSync(join(directory, 'database'), { recursive: true })
	writeFileSync(join(directory, 'demo.lock'), '')
	execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOM}m,mode=0700`, 'tmpfs', join(directory, 'database')], { stdio: 'pipe' })
	mounted = join(directory, 'database')
}
const unmount = () => { if (mounted) execFileSync('umount', ['--lazy', mounted]) }

/** Uses all free space; returns a function that frees it. */
function fill() {
	const file = join(mounted, 'ballast'), chunk = Buffer.alloc(1 << 20, 'x')
	const ballast = openSync(file, 'w')
	for (let size = chunk.length; size >= 4096;)
		try {
			writeSync(ballast, chunk, 0, size)
		} catch (error) {
			assert.equal(error.code, 'ENOSPC')
			size /= 2
		}
	closeSync(ballast)
	return () => rmSync(file, { force: true })
}

let demo = null, why = null
try {
	demo = await startDemo({ prepare: mount, finish: unmount })
} catch (error) {
	if (mounted)
		throw error
	why = `no file system can be mounted here: ${error.stderr ?? error.message}`
}

test('a disk that is full under load and then has space again', { skip: why ?? false }, async () => {
	process.env.DOJANG_TEST_DEMO = demo.file
	const { eventForLoad, settle, startLoad, until, verify } = await import('../faults/load.js')
	const { call, customer, expect } = await import('../http/client.js')
	const { workers } = await import('../http/harness.js')
	try {
		const prepared = await eventForLoad(), load = startLoad(prepared), before = workers()
		let acknowledged = 0
		for (let time = 0; time < 2; time++) {
			await load.more(BETWEEN)
			const release = fill(), goal = load.ledger.counts.unavailable + REFUSED
			try {
				await until(() => load.ledger.counts.unavailable >= goal, 'refused customers', 300)
				assert.equal(statfsSync(mounted).bavail, 0, 'the disk is full')
				expect(await call('GET', '/healthz'), 200)
				acknowledged = load.ledger.counts.ok
			} finally {
				release()
			}
			await load.more(BETWEEN, 300)
		}
		const ledger = await load.stop()
		console.log(`# ${JSON.stringify({ ...ledger.counts, acknowledged })}`)
		assert.equal(ledger.counts.lost, 0, 'every request had a response')
		await verify(prepared.event, ledger)
		await settle(load, prepared.event)
		assert.deepEqual(workers(), before, 'no worker ended')
		expect(await customer('after-the-flood').post(`${prepared.event.path}/attendance`), 201)
	} finally {
		await demo.stop()
	}
})
