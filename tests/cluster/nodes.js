// SPDX-License-Identifier: MIT
// A Galera cluster of three MariaDB servers on this machine, which tests kill, stop and restart.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chmodSync, chownSync, closeSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const NODES = 3
const PORTS = 5                 // of a node: cluster, incremental and full transfer, clients, and the full transfer's rsync
const SECONDS = 240
const ANSWER_SECONDS = 60       // seconds per statement: a node without a majority may wait forever
const PROVIDERS = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so']
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/usr/bin', '/sbin', '/bin']
const SCRIPTS = ['wsrep_sst_rsync', 'wsrep_sst_common']
// Root cannot copy a node: rsync's server would run as nobody, who cannot read the data.
const NOBODY = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : null

function findProgram(name) {
	return [...process.env.PATH.split(delimiter), ...SBIN].map(directory => join(directory, name)).find(path => {
		try {
			accessSync(path, constants.X_OK)
			return true
		} catch {
			return false
		}
	})
}

const provider = PROVIDERS.find(path => existsSync(path))

/** Why a cluster is not possible here; false if it is. */
export function whatIsMissing() {
	const missing = ['mariadbd', 'mariadb-install-db', 'mariadb', 'setpriv', 'rsync', 'lsof', ...SCRIPTS].filter(name => !findProgram(name))
	if (!provider)
		missing.push('galera-4')
	return missing.length > 0 && `a cluster needs ${missing.join(', ')}`
}

/** Waits until condition() is true. */
export async function until(condition, what, seconds = SECONDS) {
	for (const end = Date.now() + seconds * 1000; !await condition();) {
		if (Date.now() > end)
			throw new Error(`${what} did not happen within ${seconds} seconds`)
		await wait(50)
	}
}

/** The first of count consecutive free ports, below the ephemeral ports. */
async function freePorts(count) {
	for (let tries = 0; tries < 100; tries++) {
		const first = 12000 + Math.floor(Math.random() * 18000)
		const servers = []
		try {
			for (let port = first; port < first + count; port++) {
				servers.push(createServer())
				await once(servers.at(-1).listen(port, '127.0.0.1'), 'listening')
			}
			return first
		} catch {
			// perhaps another run's: try elsewhere
		} finally {
			servers.forEach(server => server.close())
		}
	}
	throw new Error('no free ports')
}

class Node {
	child = null

	constructor(cluster, number) {
		Object.assign(this, { cluster, number, directory: join(cluster.directory, String(number)) })
		this.socket = join(this.directory, 's')
		this.log = join(this.directory, 'log')
		for (const name of ['', 'data', 'tmp'])
			cluster.makeDirectory(join(this.directory, name))
	}

	port(which) { return this.cluster.port + this.number * PORTS + which }
	get address() { return `127.0.0.1:${this.port(0)}` }

	options() {
		const at = name => join(this.directory, name)
		return ['--no-defaults', `--datadir=${at('data')}`, `--socket=${this.socket}`, `--pid-file=${at('pid')}`, `--tmpdir=${at('tmp')}`,
			'--bind-address=127.0.0.1', `--port=${this.port(3)}`, '--character-set-server=utf8mb4', '--skip-name-resolve', '--max-connections=200',
			'--innodb-buffer-pool-size=64M', '--innodb-log-file-size=48M', '--innodb-flush-log-at-trx-commit=1', '--innodb-autoinc-lock-mode=2',
			'--binlog-format=ROW', '--default-storage-engine=InnoDB', '--wsrep-on=ON', `--wsrep-provider=${provider}`, '--wsrep-cluster-name=dojang',
			`--wsrep-cluster-address=gcomm://${this.cluster.nodes.map(node => node.address).join()}`, `--wsrep-node-name=node${this.number + 1}`,
			`--wsrep-node-address=${this.address}`, '--wsrep-slave-threads=4', '--wsrep-dirty-reads=OFF', '--wsrep-sync-wait=1', '--wsrep-sst-method=rsync',
			`--wsrep-sst-receive-address=127.0.0.1:${this.port(2)}`,
			`--wsrep-provider-options=gmcast.listen_addr=tcp://${this.address};ist.recv_addr=127.0.0.1:${this.port(1)};gcache.size=64M;gcs.fc_limit=64`]
	}

	/** The command that runs the program as a user who can copy, and ends with this process. */
	command(name, ...args) {
		const becoming = NOBODY ? [`--reuid=${NOBODY.uid}`, `--regid=${NOBODY.gid}`, '--clear-groups'] : []
		return ['setpriv', '--pdeathsig', 'KILL', ...becoming, '--', findProgram(name), ...args]
	}

	async install() {
		const [program, ...args] = this.command('mariadb-install-db', '--no-defaults', `--datadir=${join(this.directory, 'data')}`,
			'--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-flush-log-at-trx-commit=0')
		await run(program, args, { env: this.cluster.env, cwd: this.directory })
	}

	/** This node's last transaction according to --wsrep-recover: UUID:NUMBER. */
	async recover() {
		const [program, ...args] = this.command('mariadbd', ...this.options(), '--wsrep-recover')
		const { stderr } = await run(program, args, { env: this.cluster.env, cwd: this.directory, maxBuffer: 1 << 26 })
		return [...stderr.matchAll(/Recovered position: *(\S+)/g)].at(-1)?.[1]
	}

	/** Starts the node without waiting until it is ready. The first one bootstraps the cluster. */
	async start({ isFirst = false } = {}) {
		const position = this.wasStarted ? await this.recover() : null
		const [program, ...args] = this.command('mariadbd', ...this.options(), ...(position ? [`--wsrep-start-position=${position}`] : []),
			...(isFirst ? ['--wsrep-new-cluster'] : []))
		const log = openSync(this.log, 'a', 0o600)
		this.child = spawn(program, args, { stdio: ['ignore', log, log], env: this.cluster.env, cwd: this.directory })
		closeSync(log)
		this.wasStarted = true
		const child = this.child
		child.ended = once(child, 'exit').then(() => { this.child = this.child === child ? null : this.child })
	}

	async sql(statement) {
		const { stdout } = await run('mariadb', ['--no-defaults', `--socket=${this.socket}`, '--user=root', '--batch', '--skip-column-names',
			'--connect-timeout=5', '-e', statement], { timeout: ANSWER_SECONDS * 1000, killSignal: 'SIGKILL' })
		return stdout.trim()
	}
	async status(name) { return (await this.sql(`SHOW GLOBAL STATUS LIKE '${name}'`)).split('\t')[1] }

	/** Waits until the node is a member and serves. */
	async isReady() {
		if (!this.child)
			throw new Error(`node ${this.number + 1} ended:\n${this.tail()}`)
		return this.status('wsrep_ready').then(value => value === 'ON', () => false)
	}
	ready() { return until(() => this.isReady(), `node ${this.number + 1}`).catch(error => { throw new Error(`${error.message}\n${this.tail()}`) }) }

	/** Waits until everything committed on any node is on this one. */
	catchUp() { return this.sql('SET SESSION wsrep_sync_wait = 1; SELECT COUNT(*) FROM mysql.global_priv') }

	async kill(signal = 'SIGKILL') {
		const { child } = this
		child?.kill('SIGCONT')
		child?.kill(signal)
		await child?.ended
	}
	pause() { this.child.kill('SIGSTOP') }
	resume() { this.child?.kill('SIGCONT') }

	tail(lines = 30) { return existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n').slice(-lines).join('\n') : '' }
}

class Cluster {
	constructor(port) {
		this.port = port
		this.directory = mkdtempSync(join(tmpdir(), 'dojang-nodes-'))
		chmodSync(this.directory, 0o711)
		this.env = { ...process.env, PATH: [join(this.directory, 'bin'), ...SBIN].join(delimiter) }
		this.makeDirectory(join(this.directory, 'bin'))
		for (const name of SCRIPTS) {
			copyFileSync(findProgram(name), join(this.directory, 'bin', name))
			chmodSync(join(this.directory, 'bin', name), 0o755)
		}
		this.nodes = []
		for (let number = 0; number < NODES; number++)
			this.nodes.push(new Node(this, number))
	}

	makeDirectory(path) {
		mkdirSync(path, { recursive: true, mode: 0o755 })
		if (NOBODY)
			chownSync(path, NOBODY.uid, NOBODY.gid)
	}

	async isWhole(size = NODES) {
		const sizes = await Promise.all(this.nodes.filter(node => node.child).map(node => node.isReady().then(isReady => isReady && node.status('wsrep_cluster_size')).catch(() => 0)))
		return sizes.filter(value => Number(value) === size).length === size
	}
	whole() { return until(() => this.isWhole(), 'the whole cluster').catch(error => { throw new Error([error.message, ...this.nodes.map(node => node.tail())].join('\n')) }) }

	async stop() {
		await Promise.all(this.nodes.map(node => node.kill()))
		if (process.env.DOJANG_TEST_KEEP)
			console.error(`kept: ${this.directory}`)
		else
			rmSync(this.directory, { recursive: true, force: true })
	}
}

/** Three empty nodes that form one cluster. */
export async function startCluster() {
	const cluster = new Cluster(await freePorts(NODES * PORTS))
	try {
		const [first, ...others] = cluster.nodes
		await first.install()
		await first.start({ isFirst: true })
		await first.ready()
		for (const node of others) {
			await node.start()
			await node.ready()
		}
		await cluster.whole()
		return cluster
	} catch (error) {
		await cluster.stop()
		throw error
	}
}
