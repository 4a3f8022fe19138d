// SPDX-License-Identifier: MIT
// The previous release (packaging/previous-release), built from the repository's history, and a
// host that runs it.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BUILD, TREE, setClock, testMoment } from '../http/demo.js'

const { version, commit } = Object.fromEntries(readFileSync(join(TREE, 'packaging', 'previous-release'), 'utf8').split('\n')
	.filter(line => /^\w+=/.test(line)).map(line => line.split('=')))
// The directory of the history, if the tree is a copy of a clone.
const history = process.env.DOJANG_HISTORY || TREE
const inHistory = (...words) => execFileSync('git', ['-c', 'safe.directory=*', '-C', history, ...words],
	{ stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 })

/** Why the old release cannot be built here, or nothing. */
function missing() {
	try {
		inHistory('cat-file', '-e', `${commit}^{commit}`)
		return null
	} catch {
		return `this tree has no history with ${version} (${commit.slice(0, 12)}): clone it whole, with git`
	}
}

/** Its tree and programs, built once in the build directory, or the reason why not: { version, tree, build, missing }. */
export function previousRelease() {
	const why = missing()
	if (why)
		return { version, missing: why }
	const place = join(BUILD, `previous-${commit.slice(0, 12)}`)
	const [tree, build] = [join(place, 'tree'), join(place, 'build')]
	if (!existsSync(join(build, 'complete'))) {
		rmSync(place, { recursive: true, force: true })
		mkdirSync(tree, { recursive: true })
		execFileSync('tar', ['-xf', '-', '-C', tree], { input: inHistory('archive', commit) })
		const env = { ...process.env }
		for (const name of ['MAKEFLAGS', 'MFLAGS', 'MAKELEVEL'])
			delete env[name]
		const said = { cwd: place, env, stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 28 }
		execFileSync('autoreconf', ['-fi', 'tree'], said)
		mkdirSync(build)
		execFileSync('../tree/configure', ['--quiet'], { ...said, cwd: build })
		execFileSync('make', ['-j2', 'all'], { ...said, cwd: build })
		mkdirSync(join(build, 'complete.new'))
		renameSync(join(build, 'complete.new'), join(build, 'complete'))
	}
	return { version, tree, build }
}

/** A host with the old release; tell(…words) runs a command of tests/upgrade/host. */
export async function startHost({ tree, build }) {
	const base = mkdtempSync(join(tmpdir(), 'dojang-upgrade-'))
	const directory = join(base, 'demo')
	const child = spawn(join(TREE, 'tests', 'upgrade', 'host'), [tree, build, TREE, BUILD], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: { ...process.env, DOJANG_DIR: directory, DOJANG_PORT: '0', DOJANG_KEEP: '', DOJANG_LIMITS: '', DOJANG_WORKERS: '8', DOJANG_DEMO_CUSTOMERS: '20' },
	})
	process.on('exit', () => child.kill('SIGTERM'))
	const ended = once(child, 'exit')
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
	const said = []
	async function line(wanted) {
		for (;;) {
			const { value, done } = await lines.next()
			if (done)
				throw new Error(`the host ended:\n${said.join('\n')}`)
			said.push(value)
			if (wanted(value))
				return
		}
	}
	await line(text => text === 'Ctrl-C ends it.')
	const file = join(directory, 'demo.json')
	setClock(JSON.parse(readFileSync(file, 'utf8')), testMoment())
	return {
		file,
		async tell(...words) {
			child.stdin.write(words.join(' ') + '\n')
			await line(text => text === 'done')
		},
		async stop() {
			child.stdin.end('end\n')
			await ended
			if (process.env.DOJANG_TEST_KEEP)
				console.error(`kept: ${base}`)
			else
				rmSync(base, { recursive: true, force: true })
		},
	}
}
