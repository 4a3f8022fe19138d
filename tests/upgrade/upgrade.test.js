// SPDX-License-Identifier: MIT
// From the previous release to this one and back, under load from customers, the shop's backend and
// staff: no request fails, and nothing acknowledged is lost. The old programs run on the new
// schema, so migrations only add.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { BUILD, TREE } from '../http/demo.js'
import { previousRelease, startHost } from './previous.js'

const BETWEEN = 200             // acknowledged requests in each state
const run = promisify(execFile)
const previous = previousRelease()

/** The units in the order in which the package replaces them. */
function unitsInOrder() {
	const [, list] = /^\s*for unit in ([^;]+); do\n\s*deb-systemd-invoke restart/m.exec(readFileSync(join(TREE, 'packaging', 'debian', 'postinst'), 'utf8'))
	return list.split(' ')
}

async function upgradeAndBack() {
	const host = await startHost(previous)
	after(host.stop)
	after(() => { setTimeout(() => process.exit(1), 10e3).unref() })       // otherwise the load would continue forever if the host failed
	process.env.DOJANG_TEST_DEMO = host.file
	process.env.DOJANG_TEST_CONTRACT = join(previous.tree, 'openapi.yaml')
	const { count, facts, demo, workers } = await import('../http/harness.js')
	const { eventForLoad, startLoad, verify } = await import('../faults/load.js')
	const { startSpending, startStaff } = await import('./others.js')
	const audited = async build => {
		const { stdout } = await run(join(build, 'dojangctl'), ['--settings', demo.settings_file, '--json', 'audit'])
		assert.equal(JSON.parse(stdout).ok, true, `dojangctl audit of ${build}`)
	}

	const prepared = await eventForLoad()
	const [spending, console_] = [await startSpending(), await startStaff()]
	const load = startLoad(prepared)
	/** Waits for some more requests of each kind. */
	const more = async () => {
		const [spent, changed] = [spending.done(), console_.done()]
		await load.more(BETWEEN)
		while (spending.done() < spent + 8 || console_.done() < changed + 2) {
			assert.deepEqual([...load.ledger.wrong, ...spending.wrong, ...console_.wrong], [])
			await load.more(1)
		}
	}
	const replaceWorkers = async () => {
		const before = new Set(workers())
		const oldForm = await console_.openForm()
		for (const unit of unitsInOrder()) {
			await host.tell('restart', unit)
			await load.more(BETWEEN / 4)
		}
		assert.deepEqual(workers().filter(pid => before.has(pid)), [], 'all workers are new')
		assert.equal(workers().length, before.size)
		await oldForm()
		await more()
	}

	await more()
	await host.tell('install', 'new')
	const { stdout: said } = await run(demo.dojangctl, ['--settings', demo.settings_file, '--json', 'migrate'])
	console.log(`# migrate under load: ${said.slice(0, 60)}…`)
	await more()                                            // the old programs on the new schema
	await audited(previous.build)
	await replaceWorkers()
	await audited(BUILD)
	await host.tell('install', 'old')                       // and back
	await replaceWorkers()
	await audited(previous.build)
	await host.tell('install', 'new')

	const ledger = await load.stop()
	assert.deepEqual([ledger.counts.unavailable, ledger.counts.lost], [0, 0], 'no request of a customer failed')
	await verify(prepared.event, ledger)
	await spending.verify()
	await console_.verify()
	assert.ok(facts().pids.notifier)
	assert.equal(await count(`SELECT is_public FROM events WHERE slug = '${prepared.event.slug}'`), 0, 'visitors do not see what existed before')
}

test(`migrations of ${previous.version} are unchanged, because databases have run them`, { skip: previous.missing ?? false }, () => {
	const at = (tree, name) => readFileSync(join(tree, 'sql', 'migrations', name), 'utf8')
	for (const name of readdirSync(join(previous.tree, 'sql', 'migrations')))
		assert.equal(at(TREE, name), at(previous.tree, name), name)
})

test(`rolling upgrade from ${previous.version} and back under load`, { skip: previous.missing ?? false }, upgradeAndBack)
