// SPDX-License-Identifier: MIT
// Starts and stops a separate installation: the demo, in a temporary directory, on a free port of
// 127.0.0.1.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, createReadStream, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const TREE = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const BUILD = process.env.DOJANG_BUILD || join(TREE, 'build')
const START_SECONDS = 60
const END_SECONDS = 20

export async function freePort() {
	const server = createServer()
	await once(server.listen(0, '127.0.0.1'), 'listening')
	const { port } = server.address()
	server.close()
	return port
}

/** When the tests take place. DOJANG_TEST_AT (./bootstrap check --at) chooses a moment; otherwise it is noon in Seoul on today's date there:
 * no midnight occurs during the tests, and UTC has the same date. */
export function testMoment() {
	if (process.env.DOJANG_TEST_AT)
		return Date.parse(process.env.DOJANG_TEST_AT)
	const local = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10)
	return Date.parse(`${local}T12:00:00+09:00`)
}

/** The seconds that every program adds to its clock. The file is replaced atomically, so that a program never reads half of it. */
export function writeClock(facts, seconds) {
	writeFileSync(`${facts.clock_file}.new`, `${seconds}\n`)
	renameSync(`${facts.clock_file}.new`, facts.clock_file)
}

/** Sets the clock of all programs to this instant, or up to a second later: the offset has whole seconds. */
export function setClock(facts, milliseconds) {
	const seconds = Math.ceil((milliseconds - Date.now()) / 1000)
	writeClock(facts, seconds)
	return seconds
}

/** The process ids of the children of a process. */
export const children = pid => readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(name => {
	try {
		const [state, parent] = readFileSync(`/proc/${name}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')
		return state !== 'Z' && Number(parent) === pid
	} catch {
		return false            // it ended meanwhile
	}
}).map(Number).sort((a, b) => a - b)

/** Terminates the workers one by one with SIGTERM, so that a sanitizer reports leaks in the log. */
async function endWorkers(file) {
	const { pids } = JSON.parse(readFileSync(file, 'utf8'))
	for (const pool of [...pids.api, ...pids.console ?? []])
		for (const pid of children(pool)) {
			process.kill(pid, 'SIGTERM')
			for (let left = END_SECONDS * 50; children(pool).includes(pid); left--) {
				if (left === 0)
					throw new Error(`worker ${pid} did not end within ${END_SECONDS} seconds`)
				await wait(20)
			}
		}
}

/** The reports of sanitizers (a build with --enable-sanitizers). A worker that a sanitizer ends is replaced, so no response shows it. */
async function sanitizerReports(directory) {
	const reports = []
	for (const name of readdirSync(directory))      // line by line: an hour's log is larger than a string can hold
		for await (const line of createInterface({ input: createReadStream(join(directory, name), 'latin1') }))
			if (/(?:Address|Leak|UndefinedBehavior)Sanitizer|: runtime error: /.test(line))
				reports.push(`${name}: ${line}`)
	return reports
}

/** Starts a demo; returns its facts (demo.json) and a function that stops it. build: other programs; environment: for the programs; prepare: called with
* the directory before the start; finish: called after the end. */
export async function startDemo({ customers = 20, workers = 8, hasLimits = false, build = BUILD, environment = {}, prepare = () => {}, finish = () => {} } = {}) {
	const base = mkdtempSync(join(tmpdir(), 'dojang test '))        // with a blank, because directories can have any name
	const directory = join(base, 'demo')
	try {
		prepare(directory)
	} catch (error) {
		rmSync(base, { recursive: true, force: true })
		throw error
	}
	const output = join(base, 'output')
	const log = openSync(output, 'a', 0o600)
	const port = await freePort()
	const child = spawn(join(TREE, 'packaging', 'demo', 'run'), [build], {
		stdio: ['ignore', log, log],
		env: { ...process.env, DOJANG_DIR: directory, DOJANG_PORT: String(port), DOJANG_KEEP: '', DOJANG_LIMITS: hasLimits ? '1' : '',
			DOJANG_CLOCK: process.env.DOJANG_TEST_AT ? String(Math.ceil((testMoment() - Date.now()) / 1000)) : '', DOJANG_WORKERS: String(workers), DOJANG_DEMO_CUSTOMERS: String(customers),
			DOJANG_ORIGINS: 'capacitor://localhost,ionic://localhost,app://-,app+web://[::1]:8080', ...environment },
	})
	closeSync(log)
	process.on('exit', () => child.kill('SIGTERM'))
	let failure = null
	child.on('error', error => { failure = error.message })
	const ended = new Promise(resolve => child.on('exit', resolve).on('error', resolve))
	ended.then(code => { failure ??= `it ended with ${code}` })
	const file = join(directory, 'demo.json')
	for (let left = START_SECONDS * 20; !existsSync(file); left--) {
		if (failure || left === 0) {
			child.kill('SIGTERM')
			await ended
			const said = readFileSync(output, 'utf8')
			finish()
			rmSync(base, { recursive: true, force: true })
			throw new Error(`the demo did not start: ${failure ?? 'it took too long'}\n${said}`)
		}
		await wait(50)
	}
	setClock(JSON.parse(readFileSync(file, 'utf8')), testMoment())
	const stop = async () => {
		const problem = existsSync(file) ? await endWorkers(file).catch(error => error) : null
		child.kill('SIGTERM')
		const isEnded = await Promise.race([ended.then(() => true), wait(END_SECONDS * 1000, false, { ref: false })])
		if (!isEnded) {
			child.kill('SIGKILL')
			finish()
			throw new Error(`the demo did not end within ${END_SECONDS} seconds\n${readFileSync(output, 'utf8')}`)
		}
		finish()
		const reports = await sanitizerReports(join(directory, 'log'))
		if (!process.env.DOJANG_TEST_KEEP)
			rmSync(base, { recursive: true, force: true })
		else
			console.error(`kept: ${base}`)
		if (reports.length > 0)
			throw new Error(`sanitizers complain:\n${reports.join('\n')}`)
		if (problem)
			throw problem
	}
	return { file, stop }
}
