// SPDX-License-Identifier: MIT
// External programs: finding one, and running it with a time limit.
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** The program's path, or undefined. */
export const program = name => process.env.PATH.split(':').map(directory => join(directory, name)).find(path => {
	try {
		accessSync(path, constants.X_OK)
		return true
	} catch {
		return false
	}
})

const running = new Set()
process.on('exit', () => running.forEach(child => child.kill('SIGTERM')))

/** Runs a program to its end, or for this many seconds at most. Returns { code, out } with its output, whatever the exit code. */
export const runProgram = (name, words, { seconds = 600, cwd } = {}) => new Promise((resolve, reject) => {
	const child = execFile(name, words, { cwd, timeout: seconds * 1000, maxBuffer: 1 << 27, env: { ...process.env, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' } },
		(error, out, err) => {
			running.delete(child)
			if (error?.code === 'ENOENT')
				reject(error)
			else
				resolve({ code: error ? error.code ?? -1 : 0, isCut: Boolean(error?.killed), out: out + err })
		})
	running.add(child)
	child.stdin.end()
})
