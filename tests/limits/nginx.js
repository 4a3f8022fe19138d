// SPDX-License-Identifier: MIT
// Changes of the demo's nginx settings, for one test at a time.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { children, demo } from '../http/harness.js'
import { until } from '../http/issuers.js'

export const SETTINGS = join(demo.log_dir, '..', 'nginx', 'dojang')

/** Runs action while this file of nginx's settings is changed. Returns after nginx uses the former
 * text again: if two reloads overlap, processes with the settings of the first one answer too.
 * closeAll() closes kept connections, which nginx would close. */
export async function withFile(file, change, action, closeAll = () => {}) {
	const before = readFileSync(file, 'utf8')
	const apply = async to => {
		const processes = children(demo.pids.nginx)
		closeAll()
		writeFileSync(file, to)
		process.kill(demo.pids.nginx, 'SIGHUP')
		await until('nginx has read its settings again', () => {
			const now = children(demo.pids.nginx)
			return now.length > 0 && !now.some(pid => processes.includes(pid))
		})
	}
	assert.notEqual(change(before), before)
	await apply(change(before))
	try {
		await action()
	} finally {
		await apply(before)
	}
}
