// SPDX-License-Identifier: MIT
// Shared by all test files: the running demo, dojangctl, tokens, the clock, SQL for reading rows,
// and the workers' process ids.
import { execFile } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { promisify } from 'node:util'
import { children, setClock, startDemo, writeClock } from './demo.js'
import { until } from './until.js'

export { children }

const run = promisify(execFile)
// Milliseconds that a program may take. A program that hangs (a stopped database) is a failure, not
// an endless test.
const PATIENCE = 300e3

// tests/run starts one demo for all files. A file that is run directly starts its own.
let file = process.env.DOJANG_TEST_DEMO
if (!file) {
	const own = await startDemo()
	file = own.file
	after(own.stop)
	for (const signal of ['SIGINT', 'SIGTERM'])
		process.once(signal, () => process.exit(1))     // this also stops the demo
}
/** The present content of demo.json: process ids change when a part is restarted. */
export const facts = () => JSON.parse(readFileSync(file, 'utf8'))
export const demo = facts()
export const base = new URL(demo.base_url)
/** The database that sql() and dojangctl() use; a test of a cluster changes it. */
export const target = { socket: demo.mysql.socket, settings: demo.settings_file }

/* --- dojangctl -------------------------------------------------------------------------------------------------------------- */

/** Runs dojangctl and returns its output, parsed as JSON. Throws its message when it refuses. */
export async function dojangctl(...args) {
	try {
		const { stdout } = await run(demo.dojangctl, ['--settings', target.settings, '--json', ...args.map(String)], { maxBuffer: 1 << 26, timeout: PATIENCE })
		return stdout.trim() ? JSON.parse(stdout) : null
	} catch (error) {
		throw new Error(`dojangctl ${args.join(' ')}: ${error.stderr || error.message} ${error.stdout || ''}`, { cause: error })
	}
}

/* --- the clock -------------------------------------------------------------------------------------------------------------- */

const usual = Number(readFileSync(demo.clock_file, 'utf8'))
let offset = usual

/** The servers' present time, in milliseconds. */
export const now = () => Date.now() + offset * 1000
/** The present time of the pages in a browser. A chosen moment is theirs too; otherwise they have the real clock, which differs from the tests' noon. */
export const pageNow = () => process.env.DOJANG_TEST_AT ? now() : Date.now()
export const clock = {
	/** Sets the clock of all programs (milliseconds or a text that Date accepts). */
	set(instant) { offset = setClock(demo, typeof instant === 'string' ? Date.parse(instant) : instant) },
	move(seconds) { offset += seconds; writeClock(demo, offset) },
	reset() { offset = usual; writeClock(demo, offset) },
}

/* --- the calendar (computed here in another way than in the servers) -------------------------------------------------------- */

export const DAY = 86400e3
/** The local date in a zone at an instant: "2026-11-22". */
export const dateIn = (zone, instant = now()) =>
	new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(instant)
export const addDays = (date, days) => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
/** The first instant of a local date, in milliseconds. Bisection is also right on days that change the zone's offset. */
export function startOfDay(zone, date) {
	let before = Date.parse(`${date}T00:00:00Z`) - 15 * 3600e3
	let from = before + 30 * 3600e3
	while (from - before > 1) {
		const middle = Math.floor((before + from) / 2)
		if (dateIn(zone, middle) >= date)
			from = middle
		else
			before = middle
	}
	return from
}
/** Milliseconds as the API writes instants. */
export const rfc3339 = milliseconds => new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace('.000Z', 'Z')

/* --- tokens ----------------------------------------------------------------------------------------------------------------- */

const secret = readFileSync(demo.issuer.hs256_secret_file, 'utf8').split('\n')[0]
const base64url = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A token of the demo's issuer. claims and header replace the usual ones; undefined removes one. */
export function token(subject, claims = {}, { header = {}, key = secret } = {}) {
	const seconds = Math.floor(now() / 1000)
	const content = [{ alg: 'HS256', typ: 'JWT', ...header },
		{ iss: demo.issuer.iss, aud: demo.issuer.aud, sub: subject, iat: seconds - 5, exp: seconds + 3600, ...claims }]
	const text = content.map(base64url).join('.')
	return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

/* --- rows ------------------------------------------------------------------------------------------------------------------- */

const unescape = cell => cell === 'NULL' ? null : cell.replace(/\\(.)/g, (_, letter) => ({ n: '\n', t: '\t', 0: '\0' })[letter] ?? letter)

/** The database server's own client program. */
export const databaseClient = demo.mysql.client ?? 'mariadb'      // the demo of release 0.1.0 does not name it
export const isMySQL = demo.mysql.server === 'MySQL'

/** Runs a statement as root and returns its rows as objects of texts. */
export async function sql(statement) {
	const { stdout } = await run(databaseClient, ['--no-defaults', `--socket=${target.socket}`, `--user=${demo.mysql.user}`, '--batch',
		'--default-character-set=utf8mb4', demo.mysql.database, '-e', statement], { maxBuffer: 1 << 26, timeout: PATIENCE })
	const [names, ...rows] = stdout.split('\n').slice(0, -1).map(line => line.split('\t'))
	return rows.map(cells => Object.fromEntries(names.map((name, i) => [name, unescape(cells[i])])))
}
/** The single number that a statement returns. */
export const count = async statement => Number(Object.values((await sql(statement))[0])[0])

/** A counter of the server, such as 'Connections'. */
export const serverStatus = async name => Number((await sql(`SHOW GLOBAL STATUS LIKE '${name}'`))[0].Value)

/* --- test data --------------------------------------------------------------------------------------------------------------- */

export const unique = prefix => `${prefix}-${randomBytes(5).toString('hex')}`

/** A product; stock null means unlimited. */
export async function freshProduct({ kind = 'points', points = kind === 'points' ? 5000 : null, stock = null, name = unique('Product'), ...more } = {}) {
	const options = { name, kind, points, stock: stock ?? 'unlimited', ...more }
	const { id } = await dojangctl('product', 'create', ...Object.entries(options).flatMap(([key, value]) => value === null ? [] : [`--${key}`, value]))
	return id
}

/** Adds a milestone to an event: { at, until, basis, …a product as for freshProduct }. */
export async function addMilestone(event, { at, until = null, basis = null, ...product }) {
	const productId = product.product ?? await freshProduct(product)
	const { id } = await dojangctl('milestone', 'create', '--event', event.slug, '--at', at, '--product', productId,
		...(until === null ? [] : ['--claim-until', until]), ...(basis === null ? [] : ['--basis', basis]))
	const milestone = { id, at, product: productId, path: `${event.path}/milestones/${id}/claim` }
	event.milestones.push(milestone)
	return milestone
}

/** A separate event for a test: from and to are days from today in its calendar. */
export async function freshEvent({ zone = 'Asia/Seoul', mode = 'cumulative', from = -10, to = 10, open = true, starts, ends, milestones = [] } = {}) {
	const slug = unique('event')
	const today = dateIn(zone)
	const event = { slug, zone, mode, today, starts: starts ?? addDays(today, from), ends: ends ?? addDays(today, to), path: `/api/v1/events/${slug}`, milestones: [] }
	await dojangctl('event', 'create', '--slug', slug, '--name', `Test ${slug}`, '--starts', event.starts, '--ends', event.ends,
		'--time-zone', zone, '--mode', mode, ...(open ? ['--open'] : []))
	for (const milestone of milestones)
		await addMilestone(event, milestone)
	return event
}

/** Adds past check-ins: { subject: [days from the event's today, or dates] }. */
export async function attended(event, days) {
	const rows = Object.entries(days).flatMap(([subject, list]) =>
		list.map(day => `${subject},${typeof day === 'number' ? addDays(event.today, day) : day}`))
	const csv = join(dirname(file), `import-${randomBytes(6).toString('hex')}.csv`)
	writeFileSync(csv, ['subject,date', ...rows, ''].join('\n'))
	try {
		return await dojangctl('attendance', 'import', '--event', event.slug, '--file', csv)
	} finally {
		rmSync(csv)
	}
}

/* --- processes -------------------------------------------------------------------------------------------------------------- */

/** The api's workers, and the console's: the children of their pools. */
export const workers = () => facts().pids.api.flatMap(children)
export const consoleWorkers = () => facts().pids.console.flatMap(children)

/** Waits until all workers run and the old ones have ended. A worker that is killed just after its start is replaced a second later. */
export function complete(of = workers, gone = []) {
	const number = of === consoleWorkers ? demo.workers.console : demo.workers.api
	return until(() => of().length === number && !of().some(pid => gone.includes(pid)), 'all workers')
}

/** Terminates all of them with SIGTERM; returns when they have been replaced. */
export async function restart(of = workers) {
	const before = of()
	before.forEach(pid => process.kill(pid, 'SIGTERM'))
	await complete(of, before)
}
