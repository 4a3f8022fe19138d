// SPDX-License-Identifier: MIT
// The program of docs/integration.md that credits payouts in a shop's own points table: two processes
// of it, killed again and again between crediting and reporting.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { staff } from '../console/client.js'
import { customer, expect } from '../http/client.js'
import { TREE } from '../http/demo.js'
import { attended, base, count, demo, dojangctl, freshEvent, sql, unique } from '../http/harness.js'

const CUSTOMERS = 1000, POINTS = 300, BATCH = 40
const directory = mkdtempSync(join(tmpdir(), 'dojang-payouts-'))
after(() => rmSync(directory, { recursive: true }))
const program = join(directory, 'settle.py'), table = join(directory, 'shop.db')
const [, text] = readFileSync(join(TREE, 'docs', 'integration.md'), 'utf8').match(/```python\n("""Credits Dojang[^]*?)```/)
writeFileSync(program, text)

/** Rows of the shop's own database. */
async function shop(statement) {
	const script = 'import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2]).fetchall()))'
	const { stdout } = await promisify(execFile)('python3', ['-c', script, table, statement], { maxBuffer: 1 << 26 })
	return JSON.parse(stdout)
}

/** What happens to a process at its reports, in turn: it dies before the report arrives (credited, not
 * reported), or before it reads the answer (reported, not noted), or nothing. */
const FATES = ['before', 'answered', 'none']
let reports = 0, deaths = 0

/** A process behind a front of its own; started again until it ends by itself. */
async function worker() {
	let child = null
	const front = createServer(async (request, response) => {
		const body = await buffer(request), fate = request.method === 'PATCH' ? FATES[reports++ % FATES.length] : 'none'
		const kill = () => { deaths++; child.kill('SIGKILL') }
		if (fate === 'before')
			return kill()
		const onward = httpRequest(new URL(request.url, base), { method: request.method, headers: { ...request.headers, host: base.host } })
		onward.on('response', async answer => {
			const content = await buffer(answer)
			if (fate === 'answered')
				return kill()
			response.writeHead(answer.statusCode, answer.headers).end(content)
		}).end(body)
	})
	await once(front.listen(0, '127.0.0.1'), 'listening')
	const env = { ...process.env, DOJANG_URL: `http://127.0.0.1:${front.address().port}`, DOJANG_KEY: demo.api_key, BATCH }
	for (let code = null; code === null;) {
		child = spawn('python3', [program, table], { env, stdio: ['ignore', 'inherit', 'inherit'] })
		;[code] = await once(child, 'exit')
		assert.ok(code === 0 || code === null, `the program ended with ${code}`)
	}
	front.closeAllConnections()
	front.close()
}

test('1,000 payouts, two processes with kills in between: each is credited once; cancelled claims are taken back', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, points: POINTS, wallet: 'shop' }] })
	const customers = Array.from({ length: CUSTOMERS }, () => customer(unique('c')))
	await attended(event, Object.fromEntries(customers.map(who => [who.subject, [-1]])))
	const claims = []
	for (let from = 0; from < CUSTOMERS; from += 50)
		for (const answer of await Promise.all(customers.slice(from, from + 50).map(who => who.post(event.milestones[0].path))))
			claims.push(expect(answer, 201))
	await Promise.all([worker(), worker()])
	assert.ok(deaths > 10, `${deaths} kills`)
	const ours = customers.map(who => who.subject).sort()
	const wallets = async () => new Map(await shop('SELECT customer, points FROM wallets'))
	const own = (all, points) => [...all].filter(([subject, value]) => ours.includes(subject) && value === points).length
	assert.equal(own(await wallets(), POINTS), CUSTOMERS)
	const states = `FROM payouts p JOIN events e ON e.id = p.event_id WHERE e.slug = '${event.slug}'`
	assert.equal(await count(`SELECT COUNT(*) ${states} AND p.state = 'paid'`), CUSTOMERS)

	const manager = await staff('manager')
	for (const claim of claims.slice(0, 5))
		assert.equal((await manager.send(`/admin/claims/${claim.id}/cancel`, { reason: 'returned' })).status, 303)
	assert.equal(await count(`SELECT COUNT(*) ${states} AND p.state = 'due' AND p.points = -${POINTS}`), 5)
	await Promise.all([worker(), worker()])
	assert.deepEqual([own(await wallets(), POINTS), own(await wallets(), 0)], [CUSTOMERS - 5, 5])
	assert.deepEqual(await sql(`SELECT p.id ${states} AND p.state <> 'paid'`), [])
	assert.equal((await dojangctl('audit')).ok, true)
})
