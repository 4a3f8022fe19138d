// SPDX-License-Identifier: MIT
// Three Galera nodes under load, with one writer: killed, stopped, cut off, all killed at once, and
// migrated. No acknowledged work is lost, each node has the same rows, and the service recovers by
// itself. DOJANG_TEST_ROUNDS repeats everything this many times.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { TREE } from '../http/demo.js'
import { begin, missing } from './cluster.js'

const run = promisify(execFile)
const ROUNDS = Number(process.env.DOJANG_TEST_ROUNDS || 1)
const BETWEEN = 200             // acknowledged requests in each state
const REFUSED = 20
const MESSAGES = 200
const AT_ONCE = 8               // messages that two notifiers send to one endpoint
const LONG = 240                // seconds; a view change and a state transfer take a while, longer on a loaded machine

const it = missing ? null : await begin()

/** The node with most of the workers' connections. */
async function writer() {
	let most
	await it.until(async () => {
		const counts = await it.connections()
		most = counts.indexOf(Math.max(...counts))
		return counts[most] > 0
	}, 'a writer', LONG)
	return it.nodes[most]
}
const others = node => it.nodes.filter(other => other !== node)
const more = load => load.more(BETWEEN, LONG)

/** Load with a fault. Afterwards all nodes run and have the same rows, and requests without an outcome are repeated. */
async function under(fault) {
	const prepared = await it.eventForLoad()
	const load = it.startLoad(prepared)
	try {
		await more(load)
		await fault(load)
		await it.cluster.whole()
		await more(load)
	} finally {
		it.nodes.forEach(node => node.resume())
		await load.stop()
	}
	assert.equal(load.ledger.counts.lost, 0, 'every request had a response')
	console.log(`# ${JSON.stringify(load.ledger.counts)}, connections on the nodes: ${await it.connections()}`)
	await it.verifyEverywhere(prepared.event, load.ledger)
	await it.settle(load, prepared.event)
}

const about = (name, body, round) => test(ROUNDS > 1 ? `${name} (${round})` : name, { skip: missing }, body)

/** Reverts some migrations that only create keys. */
async function unmigrate() {
	const keys = readdirSync(join(TREE, 'sql', 'migrations')).flatMap(name => {
		const found = /^(?:--.*\n)*ALTER TABLE (\w+) ADD KEY (\w+) \([\w, ]+\);\s*$/.exec(readFileSync(join(TREE, 'sql', 'migrations', name), 'utf8'))
		return found ? [{ number: Number(name.slice(0, 4)), table: found[1], key: found[2] }] : []
	})
	const there = new Set((await it.sql('SELECT DISTINCT index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE()')).map(({ name }) => name))
	const undone = keys.filter(({ key }) => there.has(key))
	for (const { number, table, key } of undone)
		await it.sql(`ALTER TABLE ${table} DROP KEY ${key}; DELETE FROM migrations WHERE number = ${number}`)
	return undone
}

for (let round = 1; round <= ROUNDS; round++) {
	about('the writer killed and back: two writers after some workers have restarted', () => under(async load => {
		const killed = await writer()
		await killed.kill()
		await more(load)
		assert.notEqual(await writer(), killed)
		await killed.start()
		await killed.ready()
		const all = it.workers()
		all.slice(0, all.length / 2).forEach(pid => process.kill(pid, 'SIGTERM'))
		await it.until(() => it.workers().length === all.length && it.workers().filter(pid => all.includes(pid)).length === all.length / 2, 'new workers', LONG)
		await more(load)
	}), round)

	about('the writer stopped for longer than a request waits', () => under(async load => {
		const stopped = await writer()
		stopped.pause()
		try {
			await more(load)
		} finally {
			stopped.resume()
		}
	}), round)

	about('another node stopped until it is removed, and after its return the third one killed', () => under(async load => {
		const [one, two] = others(await writer())
		one.pause()
		try {
			await more(load)
		} finally {
			one.resume()
		}
		await it.cluster.whole()
		await two.kill()
		await more(load)
		await two.start()
		await two.ready()
	}), round)

	about('the writer cut off from the others: it refuses, and the programs move to the majority', () => under(async load => {
		const lonely = await writer()
		await lonely.sql("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'")
		try {
			await it.until(async () => await lonely.status('wsrep_cluster_status') === 'non-Primary', 'the loss of the majority', LONG)
			await more(load)
			assert.equal(await lonely.status('wsrep_ready'), 'OFF')
		} finally {
			await lonely.sql("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'")
		}
	}), round)

	about('the majority stopped: the remaining node refuses', () => under(async load => {
		const left = await writer(), goal = load.ledger.counts.unavailable + REFUSED
		others(left).forEach(node => node.pause())
		try {
			await it.until(async () => await left.status('wsrep_cluster_status') === 'non-Primary', 'the loss of the majority', LONG)
			await it.until(() => load.ledger.counts.unavailable >= goal, 'refused customers', LONG)
			it.expect(await it.call('GET', '/healthz'), 200)
			it.expect(await it.call('GET', '/readyz'), 503, 'unavailable')
		} finally {
			others(left).forEach(node => node.resume())
		}
	}), round)

	about('all nodes killed at once, and started again', () => under(async load => {
		await Promise.all(it.nodes.map(node => node.kill()))
		await load.more(0, LONG)
		await Promise.all(it.nodes.map(node => node.start()))
		await it.cluster.whole()
	}), round)

	about('the schema migrated through another node under load', () => under(async load => {
		const keys = await unmigrate()
		assert.ok(keys.length >= 3)
		const [other] = others(await writer())
		const { migrated } = await it.on(other, () => it.dojangctl('migrate'))
		assert.equal(Number(migrated), keys.length)
		await more(load)
	}), round)
}

/** Messages for one endpoint of an installation on the cluster. */
const fill = (own, receiver, first, count) => own.sql(`INSERT INTO outbox_messages (kind, channel, endpoint_id, message_key, data, due_at, created_at)
	SELECT 'webhook.test', 'webhook', ${receiver}, CONCAT('bulk-', n.i), '{}', UTC_TIMESTAMP(), UTC_TIMESTAMP()
	FROM (WITH RECURSIVE n (i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${first + count - 1}) SELECT i FROM n) n`)

about('two notifiers on different nodes: each message once; one node killed: none lost', async () => {
	const { install, webhookServer } = await import('../delivery/installation.js')
	const hosts = (...numbers) => numbers.map(number => `unix:${it.nodes[number].socket}`).join()
	const own = await install({ database: { hosts: hosts(0, 1, 2) } }), hooks = await webhookServer()
	const ids = () => hooks.requests.map(({ headers }) => headers['webhook-id'])
	const allSent = total => it.until(async () => await own.number('SELECT COUNT(*) FROM outbox_messages WHERE state = "sent"') === total, 'the last message', LONG)
	try {
		const { id } = await own.ctl('webhook', 'add', '--url', hooks.url, '--events', 'claim.created')
		const first = await own.notifier()
		own.write({ database: { hosts: hosts(1, 2, 0) } })
		const second = await own.notifier()
		await fill(own, id, 1, MESSAGES)
		await allSent(MESSAGES)
		assert.equal(new Set(ids()).size, MESSAGES)
		assert.equal(ids().length, MESSAGES, 'no duplicates')

		await fill(own, id, MESSAGES + 1, MESSAGES)
		await it.until(() => hooks.requests.length > MESSAGES + 10, 'some of the others', LONG)
		await it.nodes[1].kill()
		await allSent(2 * MESSAGES)
		assert.equal(new Set(ids()).size, 2 * MESSAGES)
		console.log(`# notifiers: ${ids().length - 2 * MESSAGES} of ${2 * MESSAGES} messages arrived twice`)
		assert.ok(ids().length - 2 * MESSAGES <= AT_ONCE, 'duplicates only of messages that were being sent')
		assert.deepEqual([first.exitCode, second.exitCode], [null, null], 'no notifier ended')
		await it.nodes[1].start()
		await it.cluster.whole()
	} finally {
		await hooks.close()
		await own.remove()
	}
})

/** What the doctor says about the servers, by check. It reads every node of database.hosts. */
async function findings() {
	const { stdout } = await run(it.demo.dojangctl, ['--settings', it.demo.settings_file, '--json', 'doctor']).catch(error => error)
	return Object.fromEntries(JSON.parse(stdout).checks.map(({ check, state, found }) => [check, `${state}: ${found}`]))
}

/** Every node is audited; the hosts that are not sound. */
async function unsound() {
	const { stdout } = await run(it.demo.dojangctl, ['--settings', it.demo.settings_file, '--json', 'audit', '--every-host']).catch(error => error)
	const { ok, hosts } = JSON.parse(stdout)
	assert.deepEqual(hosts.map(({ host }) => host), it.nodes.map(node => `unix:${node.socket}`))
	assert.equal(ok, hosts.every(host => host.ok))
	return hosts.filter(host => !host.ok).map(({ host }) => host)
}

about('the doctor asks every node: settings, a node that is down, a node that is cut off; so does the audit', async () => {
	const on = (check, node) => `${check} on unix:${node.socket}`
	const [one, two, three] = it.nodes
	let found = await findings()
	for (const node of it.nodes) {
		assert.equal(found[on('durability', node)], 'ok: what was answered is on the disk')
		assert.equal(found[on('cluster', node)], 'ok: one of 3 nodes')
	}
	assert.deepEqual(await unsound(), [])
	await two.sql('SET GLOBAL wsrep_sync_wait = 0')
	await three.sql('SET GLOBAL innodb_flush_log_at_trx_commit = 0')
	try {
		found = await findings()
		assert.match(found[on('cluster', one)], /^ok/)
		assert.match(found[on('cluster', two)], /^wrong: wsrep_sync_wait is not 1/)
		assert.match(found[on('durability', three)], /^wrong: innodb_flush_log_at_trx_commit is 0/)
		await two.sql('SET GLOBAL wsrep_sync_wait = 1, GLOBAL wsrep_dirty_reads = ON')
		assert.match((await findings())[on('cluster', two)], /^wrong: wsrep_dirty_reads is ON/)
	} finally {
		await two.sql('SET GLOBAL wsrep_sync_wait = 1, GLOBAL wsrep_dirty_reads = OFF')
		await three.sql('SET GLOBAL innodb_flush_log_at_trx_commit = 1')
	}
	await three.kill()
	try {
		await it.until(async () => await one.status('wsrep_cluster_size') === '2', 'the cluster of two', LONG)
		found = await findings()
		assert.match(found[on('database server', three)], /^wrong/)
		assert.match(found[on('cluster', one)], /^wrong: the cluster has fewer nodes than database.hosts/)
		assert.deepEqual(await unsound(), [`unix:${three.socket}`])
	} finally {
		await three.start()
		await it.cluster.whole()
	}
	assert.match((await findings())[on('cluster', three)], /^ok/)
})
