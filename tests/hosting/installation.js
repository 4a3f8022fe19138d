// SPDX-License-Identifier: MIT
// An installation as on a shared host: the archive of `make hosting`, unpacked into one directory
// of an ordinary user, with one database user and a real Apache or lighttpd of that user. Its facts
// have the form of demo.json, for the harness of the other tests.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, cpSync, existsSync, lchownSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { BUILD, TREE, setClock } from '../http/demo.js'

const run = promisify(execFile)
const NOBODY = 65534
const END_SECONDS = 60
const SYSTEM_PATH = `${process.env.PATH}:/usr/sbin:/sbin:/usr/local/sbin`
export const ORIGIN = 'https://shop.example'

/** Root switches to an ordinary user, because root is not needed. */
const asOrdinary = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

async function freePorts(count) {
	const servers = Array.from({ length: count }, () => createServer())
	for (const server of servers)
		await once(server.listen(0, '127.0.0.1'), 'listening')
	const ports = servers.map(server => server.address().port)
	servers.forEach(server => server.close())
	return ports
}

const listens = port => new Promise(resolve => {
	const socket = connect({ host: '127.0.0.1', port }, () => { socket.destroy(); resolve(true) })
	socket.on('error', () => resolve(false))
})

function give(path) {
	if (asOrdinary.uid === undefined)
		return
	lchownSync(path, NOBODY, NOBODY)
	for (const entry of readdirSync(path, { withFileTypes: true }))
		entry.isDirectory() ? give(join(path, entry.name)) : lchownSync(join(path, entry.name), NOBODY, NOBODY)
}

/* --- web servers ------------------------------------------------------------------------------------------------------------- */

/** The host's own settings; an account can only use .htaccess. */
function apacheSettings({ directory, tree, port, plain, cgi }) {
	const modules = ['mpm_event', 'authz_core', 'unixd', 'mime', 'dir', 'env', 'setenvif', 'headers', 'rewrite', 'deflate', 'filter', 'reqtimeout', 'fcgid', 'cgid', 'log_config']
	const builtIn = ['unixd', 'log_config'].filter(name => !existsSync(`/usr/lib/apache2/modules/mod_${name}.so`))
	return `ServerRoot ${directory}
${modules.filter(name => !builtIn.includes(name)).map(name => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerName 127.0.0.1
DefaultRuntimeDir ${directory}/run
PidFile ${directory}/run/apache.pid
Mutex file:${directory}/run default
ScriptSock ${directory}/run/cgid
ErrorLog ${directory}/log/apache.log
Listen 127.0.0.1:${port}
Listen 127.0.0.1:${plain}
Listen 127.0.0.1:${cgi}
AddOutputFilterByType DEFLATE text/html text/css text/javascript application/json
FcgidIPCDir ${directory}/run/fcgid
FcgidProcessTableFile ${directory}/run/fcgid_shm
FcgidMaxProcesses 8
# Tests kill more of them in a short time than a host expects.
FcgidSpawnScoreUpLimit 1000
# Tests keep their connections. On a busy machine five seconds pass between two requests, and a
# request is lost if it begins when the connection is closed.
KeepAliveTimeout 60
TypesConfig /dev/null
DocumentRoot ${tree}
<Directory />
	AllowOverride None
	Require all denied
</Directory>
<Directory ${tree}>
	AllowOverride All
	Require all granted
</Directory>
<Directory ${directory}/plain>
	AllowOverride All
	Require all granted
</Directory>
# As behind the host's proxy, which ends TLS.
<VirtualHost 127.0.0.1:${port}>
	DocumentRoot ${tree}
	RequestHeader set X-Forwarded-Proto https early
</VirtualHost>
<VirtualHost 127.0.0.1:${plain}>
	DocumentRoot ${tree}
</VirtualHost>
<VirtualHost 127.0.0.1:${cgi}>
	DocumentRoot ${directory}/plain
	RequestHeader set X-Forwarded-Proto https early
</VirtualHost>
`
}

function apache(places) {
	const file = join(places.directory, 'apache.conf')
	writeFileSync(file, apacheSettings(places))
	return ['apache2', '-f', file, '-D', 'FOREGROUND']
}

function lighttpd({ directory, tree, port }) {
	const file = join(directory, 'lighttpd.conf')
	const values = { programs: join(tree, 'private/bin'), settings: join(tree, 'private/dojang.ini'), assets: join(tree, 'assets'), problems: join(tree, 'private/problems'), run: join(directory, 'run') }
	let text = readFileSync(join(tree, 'private/lighttpd.conf.example'), 'utf8')
	for (const [name, value] of Object.entries(values))
		text = text.replace(new RegExp(`^var\\.${name} = .*$`, 'm'), `var.${name} = "${value}"`)
	text = text.replace(/^var\.port = .*$/m, `var.port = ${port}`).replace(/^(\t)#(\$REQUEST_HEADER)/m, '$1$2')
	writeFileSync(file, text)
	return ['lighttpd', '-D', '-f', file]
}

const SERVERS = { apache, lighttpd }

/* --- start and stop ---------------------------------------------------------------------------------------------------------- */

/** A second tree for Apache without mod_fcgid, with private/ outside of the document root. */
function makePlain({ directory, tree }) {
	const plain = join(directory, 'plain')
	cpSync(tree, plain, { recursive: true, filter: path => path !== join(tree, 'private') })
	edit(join(plain, '.htaccess'), text => text.replace('SetHandler fcgid-script', 'SetHandler cgi-script'))
	for (const name of ['api', 'console'])
		edit(join(plain, `cgi/${name}.fcgi`), text => text.replace(/^private=.*$/m, `private=${tree}/private`))
}

/** kind: apache or lighttpd. Returns the file with the facts and a function that stops everything. */
export async function startHosting(kind) {
	const directory = mkdtempSync(join(tmpdir(), 'dojang-host-'))
	const at = (...parts) => join(directory, ...parts)
	const children = []
	const stop = async () => {
		for (const child of children.reverse()) {
			child.kill('SIGTERM')
			if (await Promise.race([child.ended.then(() => true), wait(END_SECONDS * 1000, false, { ref: false })]))
				continue
			console.error(`${child.spawnargs[0]} did not end within ${END_SECONDS} seconds`)
			child.kill('SIGKILL')
			await child.ended
		}
		if (process.env.DOJANG_TEST_KEEP)
			console.error(`kept: ${directory}`)
		else
			rmSync(directory, { recursive: true, force: true })
	}
	const start = (argv, log) => {
		const output = openSync(at('log', log), 'a')
		const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', output, output], cwd: directory, env: { PATH: SYSTEM_PATH }, ...asOrdinary })
		closeSync(output)
		child.ended = new Promise(resolve => child.on('exit', resolve).on('error', resolve))
		child.ended.then(() => { child.hasEnded = true })
		process.on('exit', () => child.kill('SIGKILL'))
		children.push(child)
		return child
	}
	const untilListens = async (child, port, log) => {
		for (let left = 600; !await listens(port); left--) {
			if (child.hasEnded || left === 0)
				throw new Error(`${log} did not come up: ${readFileSync(at('log', log), 'utf8')}`)
			await wait(50)
		}
	}
	try {
		for (const name of ['log', 'run', 'data', 'tmp'])
			mkdirSync(at(name))
		const [port, plain, cgi, sqlPort] = await freePorts(4)
		await unpack(directory)
		const tree = at('dojang'), settings = at('dojang/private/dojang.ini')
		const password = randomBytes(16).toString('hex')
		writeSettings(at, password, sqlPort)
		makePlain({ directory, tree })
		const argv = SERVERS[kind]({ directory, tree, port, plain, cgi })
		give(directory)
		await run('mariadb-install-db', ['--no-defaults', `--datadir=${at('data')}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
			{ cwd: directory, env: { PATH: SYSTEM_PATH, TMPDIR: at('tmp') }, ...asOrdinary })
		const database = start(['mariadbd', '--no-defaults', `--datadir=${at('data')}`, `--socket=${at('run/mariadb')}`, '--bind-address=127.0.0.1', `--port=${sqlPort}`,
			`--pid-file=${at('run/mariadb.pid')}`, `--tmpdir=${at('tmp')}`, '--skip-name-resolve', '--skip-log-bin', '--innodb-buffer-pool-size=64M',
			'--innodb-log-file-size=32M'], 'mariadbd.log')
		await untilListens(database, sqlPort, 'mariadbd.log')
		// As a hosting panel does it: one user with all rights on one database, whose name is a
		// pattern and therefore escaped.
		await run('mariadb', ['--no-defaults', `--socket=${at('run/mariadb')}`, '--user=root', '-e', `CREATE DATABASE acct_dojang CHARACTER SET utf8mb4;
			CREATE USER acct_dojang@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON \`acct\\_dojang\`.* TO acct_dojang@'127.0.0.1'`])
		const facts = {
			kind, base_url: `http://127.0.0.1:${port}`, ...(kind === 'apache' ? { plain_url: `http://127.0.0.1:${plain}`, cgi_url: `http://127.0.0.1:${cgi}` } : {}), directory, tree, origins: [ORIGIN],
			mysql: { socket: at('run/mariadb'), database: 'acct_dojang', user: 'root' }, dojangctl: at('dojang/private/bin/dojangctl'), settings_file: settings,
			clock_file: at('dojang/private/clock'), issuer: { iss: 'https://shop.example/', aud: 'dojang', hs256_secret_file: at('dojang/private/secrets/issuer') },
			user: asOrdinary.uid ?? process.getuid(),
		}
		const today = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10)
		setClock(facts, Date.parse(`${today}T12:00:00+09:00`))          // noon in Seoul: no midnight occurs during the tests
		give(at('dojang/private'))
		facts.migrated = (await run(facts.dojangctl, ['migrate'], { cwd: directory, env: { PATH: SYSTEM_PATH }, ...asOrdinary })).stdout
		const web = start(argv, 'web.log')
		await untilListens(web, port, 'web.log')
		facts.pids = { web: web.pid }
		writeFileSync(at('facts.json'), JSON.stringify(facts))
		return { file: at('facts.json'), stop }
	} catch (error) {
		await stop()
		throw error
	}
}

async function unpack(directory) {
	const archive = join(directory, 'dojang-hosting.tar.gz')
	await run(join(TREE, 'packaging/hosting/pack'), [BUILD, archive])
	await run('tar', ['-C', directory, '-xzf', archive])
	rmSync(archive)
}

const edit = (file, change) => writeFileSync(file, change(readFileSync(file, 'utf8')))

/** The settings that a user must fill in, and the tests' clock. */
function writeSettings(at, password, sqlPort) {
	const own = name => at('dojang/private', name)
	for (const [name, value] of Object.entries({ database: password, server: randomBytes(32).toString('hex'), seal: randomBytes(32).toString('hex'),
		issuer: randomBytes(32).toString('hex') }))
		writeFileSync(own(`secrets/${name}`), value + '\n', { mode: 0o600 })
	writeFileSync(own('dojang.ini'), readFileSync(own('dojang.ini.example'), 'utf8').replaceAll('ACCOUNT_', 'acct_')
		.replace(/^hosts = .*$/m, `hosts = 127.0.0.1:${sqlPort}`).replace(/^;(origins = )/m, '$1') + '\n[demo]\nenabled = yes\nclock_file = clock\n')
	edit(at('dojang/.htaccess'), text => text.replace(/^#(SetEnvIf Origin)/m, '$1'))
}
