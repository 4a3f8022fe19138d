// SPDX-License-Identifier: MIT
// A dump under load, more work, the server killed, and the manual's commands on another server: it
// has every acknowledged change, the same rows as the old one after its own recovery, and gives no
// number twice.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { BUILD, TREE } from '../http/demo.js'
import { call, expect } from '../http/client.js'
import { clock, count, databaseClient, demo, dojangctl, facts, freshProduct, isMySQL, now, sql, target, token, unique } from '../http/harness.js'
import { eventForLoad, startLoad, until, verify } from '../faults/load.js'

const run = promisify(execFile)
const BETWEEN = 200             // acknowledged requests in each phase
const [OLD, NEW] = ['dojang', 'dojang_restored']
const home = mkdtempSync('/tmp/dojang-recovery-')       // short: it contains a socket
const socket = join(home, 's')
const settings = join(home, 'restored.ini')
let server
after(async () => {
	if (server?.exitCode === null) {
		server.kill('SIGKILL')
		await once(server, 'exit')
	}
	rmSync(home, { recursive: true, force: true })
})

/* --- the manual ---------------------------------------------------------------------------------------------------------- */

const manual = readFileSync(join(TREE, 'docs', 'operations', 'backup-and-restore.md'), 'utf8')

/** The shell commands below a heading, block by block, in the words of this server. */
function blocks(heading) {
	const [, section] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## )`, 'm').exec(manual)
	const words = isMySQL ? [...manual.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|$/gm)].map(([, ours, theirs]) => [ours, theirs]) : []
	const translate = text => words.reduce((result, [ours, theirs]) => result.replace(new RegExp(`(?<![\\w-])${ours}(?![\\w-])`, 'g'), theirs), text)
	return [...section.matchAll(/^( *)```\n([\s\S]*?)^ *```$/gm)].map(([, indent, text]) => translate(text.replaceAll(`\n${indent}`, '\n')))
}

/** Programs of these names that connect to this server, first on the PATH. */
function shims(name, options) {
	const directory = join(home, name)
	mkdirSync(directory)
	const programs = { [isMySQL ? 'mysql' : 'mariadb']: [databaseClient, ...options], [isMySQL ? 'mysqldump' : 'mariadb-dump']: [demo.mysql.dump, ...options],
		[isMySQL ? 'mysqlbinlog' : 'mariadb-binlog']: [demo.mysql.binlog, '--no-defaults'], dojangctl: [demo.dojangctl, '--settings', settings] }
	for (const [program, words] of Object.entries(programs)) {
		writeFileSync(join(directory, program), `#!/bin/sh\nexec ${words.map(word => `'${word}'`).join(' ')} "$@"\n`)
		chmodSync(join(directory, program), 0o755)
	}
	return directory
}

/** Runs a block as it is written. */
const shell = (block, programs) => run('bash', ['-euc', block], { cwd: home, env: { ...process.env, HOME: home, PATH: `${programs}:${process.env.PATH}` } })

/* --- the servers --------------------------------------------------------------------------------------------------------- */

const access = path => ['--no-defaults', `--socket=${path}`, '--user=root']
const pidOf = pid => Number(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')[1])

/** The command line of the demo's server, and its data directory. */
function serverOf(pid) {
	const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
	return { words, data: words.find(word => word.startsWith('--datadir=')).slice('--datadir='.length) }
}

/** Starts the same server on a copy of its data. It recovers by itself, and no program of the demo uses it. */
async function startCopy({ words }) {
	const own = { datadir: join(home, 'data'), socket, 'pid-file': join(home, 'pid'), 'log-bin': join(home, 'data', 'dojang-bin') }
	const options = words.slice(1).map(word => {
		const name = /^--([\w-]+)=/.exec(word)?.[1]
		return own[name] ? `--${name}=${own[name]}` : word
	})
	server = spawn(words[0], options, { stdio: 'ignore' })
	await until(() => run(databaseClient, [...access(socket), '-e', 'SELECT 1']).then(() => true, () => false), 'the server on the copied data')
}

/** Kills the demo's server under load and copies what is on its disk. The demo starts it again. */
async function loseServer(load) {
	const pid = facts().pids.database
	const { words, data } = serverOf(pid)
	const demoPid = pidOf(pid)
	process.kill(demoPid, 'SIGSTOP')                // the process that would restart it
	try {
		await load.more(BETWEEN / 4)
		process.kill(pid, 'SIGKILL')
		await load.stop()
		cpSync(data, join(home, 'data'), { recursive: true })
	} finally {
		process.kill(demoPid, 'SIGCONT')
	}
	await until(() => facts().pids.database !== pid, 'another server')
	return { words }
}

/** The files of the binary log, as they were when the server ended. The copied server finds its own by their paths, and needs them to recover. */
function keepLog() {
	mkdirSync(join(home, 'log'))
	const files = readdirSync(join(home, 'data')).filter(name => /^dojang-bin\.\d+$/.test(name)).sort()
	files.forEach(name => cpSync(join(home, 'data', name), join(home, 'log', name)))
	for (const directory of ['log', 'data'])
		writeFileSync(join(home, directory, 'dojang-bin.index'), files.map(name => `${join(home, directory, name)}\n`).join(''))
	return files
}

const tables = async () => (await sql(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '${OLD}' ORDER BY table_name`)).map(({ name }) => name)
const checksums = async (database, names) => (await sql(`CHECKSUM TABLE ${names.map(name => `${database}.${name}`).join()}`)).map((row, i) => `${names[i]} ${row.Checksum}`)
const largest = (database, table) => count(`SELECT COALESCE(MAX(id), 0) FROM ${database}.${table}`)

/** One request to the restored database, by the program itself as plain CGI. */
async function request(subject, method, path) {
	const { stdout } = await run(join(BUILD, 'dojang-api'), ['--settings', settings], { env: { REQUEST_METHOD: method, REQUEST_URI: path, CONTENT_LENGTH: '0',
		HTTP_AUTHORIZATION: `Bearer ${token(subject)}`, REMOTE_ADDR: '127.0.0.1', REQUEST_MSEC: (now() / 1000).toFixed(3), QUERY_STRING: '' } })
	const [head, ...body] = stdout.split('\r\n\r\n')
	return { status: Number(/^Status: (\d+)/m.exec(head)[1]), json: JSON.parse(body.join('\r\n\r\n')) }
}

/* --- the tests ----------------------------------------------------------------------------------------------------------- */

test('with the settings of packaging/database.cnf the doctor is content; without them it warns', async () => {
	clock.set(Date.now())   // which the doctor compares with the database's
	const line = async () => (await dojangctl('doctor')).checks.find(({ check }) => check === 'binary log')
	assert.deepEqual(await line(), { check: 'binary log', state: 'ok', found: 'kept for 10 days', todo: null })
	const seconds = await count('SELECT @@global.binlog_expire_logs_seconds')
	try {
		await sql('SET GLOBAL binlog_expire_logs_seconds = 86400')
		assert.equal((await line()).state, 'warning')
		assert.match((await line()).found, /less than two days/)
	} finally {
		await sql(`SET GLOBAL binlog_expire_logs_seconds = ${seconds}`)
	}
	const format = (await sql('SELECT @@global.binlog_format AS format'))[0].format
	try {
		await sql("SET GLOBAL binlog_format = 'MIXED'")
		assert.match((await line()).found, /not ROW/)
	} finally {
		await sql(`SET GLOBAL binlog_format = '${format}'`)
		clock.reset()
	}
})

test('a dump under load, more work, the server killed: the restore has the last acknowledged change', async () => {
	const prepared = await eventForLoad()
	const { event } = prepared
	const load = startLoad(prepared)
	let ledger, lost, newer
	try {
		await load.more(BETWEEN)
		await sql(`UPDATE users SET subject = X'FF2700C3285C22' WHERE subject IS NOT NULL AND id NOT IN (SELECT user_id FROM attendance) ORDER BY id LIMIT 1`)
		const [backup] = blocks('Backup').filter(block => block.includes('> dojang.sql'))
		await Promise.all([shell(backup, shims('old', access(demo.mysql.socket))), load.more(BETWEEN)])
		assert.equal(statSync(join(home, 'dojang.sql')).mode & 0o777, 0o600)
		await load.more(BETWEEN)
		newer = await freshProduct({ name: 'New since the dump' })              // staff work meanwhile, too
		await sql('FLUSH BINARY LOGS')                                          // the log has several files
		await load.more(BETWEEN)
		lost = await loseServer(load)
	} finally {
		ledger = await load.stop()
	}
	assert.deepEqual(ledger.wrong, [])
	assert.ok(keepLog().length > 1)
	await startCopy(lost)
	writeFileSync(settings, readFileSync(demo.settings_file, 'utf8').replace(/^hosts = .*$/m, `hosts = unix:${socket}`).replace('name = dojang\n', `name = ${NEW}\n`), { mode: 0o600 })
	Object.assign(target, { socket, settings })
	try {
		const programs = shims('new', access(socket))
		const [load_dump, replay, finish, ...others] = blocks('Restore to the last second')
		assert.deepEqual(others, [])
		await shell(load_dump, programs)
		const names = await tables()
		assert.notDeepEqual(await checksums(NEW, names), await checksums(OLD, names), 'the dump alone lacks something')
		const { stdout } = await shell(replay, programs)
		assert.ok(Number(stdout) > BETWEEN, `${stdout} changes were replayed`)
		assert.deepEqual(await checksums(NEW, names), await checksums(OLD, names), 'every table has the rows of the old server')
		assert.ok(names.length > 30)
		await verify(event, ledger)     // and in detail, against what customers were answered

		clock.set(Date.now())
		const given = { claims: await largest(OLD, 'claims'), products: await largest(OLD, 'products'), api_keys: await largest(OLD, 'api_keys') }
		const said = await shell(finish, programs)
		assert.match(said.stdout, new RegExp(`claims +${given.claims + 1} to ${given.claims + 1000000}\n`))
		assert.match(said.stdout, /^0 wrong/m)
		assert.match(said.stdout, /^all \d+ promises hold$/m)
		assert.ok(newer <= given.products)
		await numbersAreNew(event, given)
	} finally {
		clock.reset()
		Object.assign(target, { socket: demo.mysql.socket, settings: demo.settings_file })
	}
	expect(await call('GET', '/readyz'), 200)
})

async function numbersAreNew(event, given) {
	const subject = unique('later')
	assert.equal((await request(subject, 'POST', `${event.path}/attendance`)).status, 201)
	const { status, json } = await request(subject, 'POST', event.milestones[0].path)
	assert.equal(status, 201)
	assert.ok(json.id > given.claims + 999999, `the claim ${json.id} has a number that nobody has seen`)
	assert.ok(await freshProduct() > given.products + 999999)
	const { id } = await dojangctl('key', 'create', '--name', 'new', '--scopes', 'users:read')
	assert.ok(id > given.api_keys + 999999)
	const [entry] = await sql("SELECT after_change AS after FROM dojang_restored.audit_entries WHERE action = 'ids.raise'")
	assert.deepEqual(JSON.parse(entry.after).void.find(({ table }) => table === 'claims'), { table: 'claims', from: given.claims + 1, to: given.claims + 1000000 })
}

test('ids raise changes every table with assigned numbers but that of issuers, and nothing of other programs', async () => {
	const assigned = [...readFileSync(join(TREE, 'sql', 'schema.sql'), 'utf8').matchAll(/CREATE TABLE (\w+) \((?:[^;]*?)\bAUTO_INCREMENT\b/g)].map(([, name]) => name)
	await sql('CREATE TABLE wordpress_posts (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB')
	try {
		const raised = await dojangctl('ids', 'raise', '--by', '5')
		assert.deepEqual(raised.void.map(({ table }) => table), assigned.filter(name => name !== 'issuers').sort())
		assert.ok(raised.void.every(({ from, to }) => to === from + 4))
		const again = await dojangctl('ids', 'raise', '--by', '1')
		const audited = ['audit_entries']        // by the first call
		assert.deepEqual(again.void.map(({ from }) => from), raised.void.map(({ table, to }) => to + (audited.includes(table) ? 2 : 1)))
	} finally {
		await sql('DROP TABLE wordpress_posts')
	}
})
