// SPDX-License-Identifier: MIT
// A transaction that locks a customer's row while a request waits for it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { databaseClient, demo, serverStatus, sql, unique } from '../http/harness.js'
import { until } from '../http/until.js'

/** A separate connection that locks a customer's row; say() runs more statements in its transaction, release() commits. */
export async function lock(subject) {
	const child = spawn(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, `--user=${demo.mysql.user}`, '--unbuffered', '--batch',
		'--skip-column-names', demo.mysql.database], { stdio: ['pipe', 'pipe', 'inherit'] })
	const ended = once(child, 'exit')
	// A test that fails while it holds the lock must not block the others: this process ends with
	// the test.
	for (const handle of [child, child.stdin, child.stdout]) handle.unref()
	let heard = ''
	child.stdout.on('data', text => { heard += text })
	const say = async statement => {
		const mark = unique('said')
		child.stdin.write(`${statement};\nSELECT '${mark}';\n`)
		await until(() => heard.includes(mark), 'the answer to a statement')
	}
	// By id: a search by subject would lock every row that it scans.
	const [{ id }] = await sql(`SELECT id FROM users WHERE subject = '${subject}'`)
	await say(`BEGIN; SELECT id FROM users WHERE id = ${id} FOR UPDATE`)
	const release = async () => {
		child.ref()
		child.stdin.end('COMMIT;\n')
		assert.deepEqual(await ended, [0, null])
	}
	return { say, release }
}

// Not innodb_trx: its content is cached when it is read often.
const waiting = () => serverStatus('Innodb_row_lock_current_waits')

/** Sends a request while the customer's row is locked; the owner of the lock makes a change meanwhile, and the response comes after it. */
export async function overtaken(subject, send, meanwhile) {
	const held = await lock(subject)
	let isAnswered = false
	const answer = send().finally(() => { isAnswered = true })
	try {
		await until(async () => isAnswered || await waiting() > 0, 'a transaction that waits for the row')
		assert.ok(!isAnswered, 'the request waits for the customer\'s row')
		await held.say(meanwhile)
	} finally {
		await held.release()
	}
	return answer
}
