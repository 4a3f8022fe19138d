// SPDX-License-Identifier: MIT
// slowhttptest in its three modes, while an ordinary customer's requests must all be answered.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './program.js'

const SECONDS = 25, CONNECTIONS = 400
// Headers that do not end in time are cut off. A slow body continues: nginx buffers it until it is
// complete, so no worker waits for it, and the number of connections per address is limited
// (limit_conn).
const MODES = {
	'slow headers': ['-H', '-i', '2'],
	'slow bodies': ['-B', '-i', '2', '-s', '8192', '-t', 'POST'],
	'slow reading': ['-X', '-w', '1', '-y', '8', '-n', '3', '-z', '8', '-k', '3'],
}

/** Sends requests until it is stopped; returns { good, bad }. */
async function customer(facts, control) {
	const counts = { good: 0, bad: [] }
	while (!control.isOver) {
		const answer = await fetch(new URL('/readyz', facts.base_url), { signal: AbortSignal.timeout(5000) }).then(it => it.status, error => error.message)
		if (answer === 200)
			counts.good++
		else
			counts.bad.push(answer)
		await new Promise(resolve => setTimeout(resolve, 50))
	}
	return counts
}

/** The number of connections that the server had closed, according to the tool's last report. */
function closedOf(out) {
	if (out.includes('No open connections left'))
		return CONNECTIONS
	const counts = [...out.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '').matchAll(/closed:\s+(\d+)/g)]
	return Number(counts.at(-1)?.[1] ?? 0)
}

export async function slowhttptest(facts, { reports, progress }) {
	const directory = join(reports, 'slowhttptest')
	mkdirSync(directory, { recursive: true })
	const rows = []
	for (const [what, words] of Object.entries(MODES)) {
		progress(`slowhttptest: ${what}, ${SECONDS} seconds`)
		const control = { isOver: false }
		const asking = customer(facts, control)
		const target = new URL(what === 'slow reading' ? '/assets/dojang.js' : '/api/v1/me', facts.base_url).href
		const { out } = await runProgram('slowhttptest', ['-c', String(CONNECTIONS), '-r', '200', '-l', String(SECONDS), '-x', '24', '-p', '3', '-u', target, ...words], { seconds: SECONDS + 30 })
		control.isOver = true
		const { good, bad } = await asking
		writeFileSync(join(directory, `${what}.log`), out)
		const closed = closedOf(out)
		const findings = bad.length ? [`${bad.length} of ${good + bad.length} ordinary requests failed: ${[...new Set(bad)].join(', ')}`] : []
		if (good < 20)
			findings.push(`only ${good} ordinary requests were answered`)
		if (what === 'slow headers' && closed < CONNECTIONS)
			findings.push('slow connections were kept: nginx does not end them')
		rows.push({ attack: 'slowhttptest', what, tried: `${CONNECTIONS} connections, ${closed} ended by the server, ${good} ordinary requests answered`, findings })
	}
	return rows
}
