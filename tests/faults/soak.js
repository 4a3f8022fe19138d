// SPDX-License-Identifier: MIT
// Customers, staff and a shop's backend do everything at the same time and in conflict with each
// other. Each step of each client is drawn only from the seed, whatever the responses are, so that
// the same seed gives the same plan.
import { randomBytes } from 'node:crypto'
import { writeFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { hidden, staff } from '../console/client.js'
import { call, customer } from '../http/client.js'
import { addDays, attended, demo, dojangctl, freshEvent, sql } from '../http/harness.js'
import { Ledger } from './ledger.js'
import { randomFrom } from './random.js'

const PAUSE = 25                // milliseconds before a client repeats after a 503
const SAMPLES = 300             // milliseconds between two samples of the stock
const REFERENCES = 1500         // of the shop's backend; they repeat
const SHIPPING = { name: 'Somebody', phone: '010-0000-0000', postcode: '04524', lines: ['1 Sejong-daero'], country: 'KR', consent: true }
const STEPS = ['preparing', 'shipped', 'delivered']

/* --- the plan --------------------------------------------------------------------------------------------------------------- */

/** The actions of each kind of client, with weights. */
export const WORK = {
	customer: { checkIn: 30, claim: 26, rush: 6, look: 12, address: 5, person: 1 },
	shop: { points: 40, stock: 15, fulfil: 20, lists: 5, remove: 1 },
	staff: { stockForm: 14, pointsForm: 10, day: 8, race: 14, cancel: 8, advance: 8, ship: 3, deadline: 3, product: 3, end: 1, pages: 6 },
}

/** The endless steps of one client: { action, a, b, c, d }, with four numbers from 0 to 1 for the action. */
export function* plan(seed, role, number, work = WORK) {
	const random = randomFrom(seed ^ Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(role.length, 0x85ebca6b))
	const weights = Object.entries(work[role]), sum = weights.reduce((total, [, weight]) => total + weight, 0)
	for (;;) {
		let left = random() * sum
		const [action] = weights.find(([, weight]) => (left -= weight) < 0) ?? weights[0]
		yield { action, a: random(), b: random(), c: random(), d: random() }
	}
}

const pick = (list, draw) => list[Math.min(list.length - 1, Math.floor(draw * list.length))]

/* --- test data -------------------------------------------------------------------------------------------------------------- */

/** An endpoint that accepts every message. */
async function listen(received) {
	const server = http.createServer((request, response) => {
		request.resume().on('end', () => {
			received.add(Number(/^msg_(\d+)_/.exec(request.headers['webhook-id'])?.[1]))
			response.end()
		})
	})
	await once(server.listen(0, '127.0.0.1'), 'listening')
	server.unref()
	return server
}

async function addCodes(product, number) {
	const file = join(dirname(demo.settings_file), `codes-${randomBytes(6).toString('hex')}.csv`)
	writeFileSync(file, ['code', ...Array.from({ length: number }, (_, i) => `${product}-${i}-${randomBytes(4).toString('hex')}`), ''].join('\n'))
	try {
		await dojangctl('coupon', 'import', '--product', product, '--file', file)
	} finally {
		rmSync(file)
	}
}

/** Two events, seven products, customers with past days, and staff. */
async function ground(run, { customers, racers, managers }) {
	run.events = [
		await freshEvent({ milestones: [{ at: 1, points: 50 }, { at: 1, points: 100, stock: customers }, { at: 2, kind: 'item', stock: 40, threshold: 10 },
			{ at: 3, kind: 'coupon', points: null, stock: 0 }, { at: 3, kind: 'item', points: null }, { at: 3, points: 20, basis: 'streak' }] }),
		await freshEvent({ zone: 'America/New_York', mode: 'consecutive', milestones: [{ at: 2, points: 30, stock: 60 }, { at: 1, kind: 'item', stock: 200 }] }),
	]
	run.products = run.events.flatMap(event => event.milestones.map((milestone, i) => ({ id: milestone.product, hasStock: event === run.events[0] ? i === 1 || i === 2 : true })))
	await addCodes(run.events[0].milestones[3].product, 50)
	run.customers = Array.from({ length: customers }, (_, i) => `${run.name}-c-${i}`)
	run.racers = Array.from({ length: racers }, (_, i) => `${run.name}-race-${i}`)
	const days = number => Array.from({ length: number }, (_, i) => i - number)
	await attended(run.events[0], Object.fromEntries([...run.customers.map((subject, i) => [subject, days(i % 4)]), ...run.racers.map(subject => [subject, [-1]])].filter(([, list]) => list.length)))
	await attended(run.events[1], Object.fromEntries(run.customers.filter((_, i) => i % 3).map((subject, i) => [subject, days(1 + i % 3)])))
	run.goers = Array.from({ length: 60 }, (_, i) => `${run.name}-gone-${i}`)
	await attended(run.events[0], Object.fromEntries(run.goers.map(subject => [subject, [-2]])))
	run.ids = new Map((await sql(`SELECT id, subject FROM users WHERE subject LIKE '${run.name}-%'`)).map(row => [row.subject, row.id]))
	run.staff = await Promise.all(Array.from({ length: managers }, () => staff('manager')))
}

async function subscribe(run) {
	run.received = new Set()
	run.server = await listen(run.received)
	const [{ claims, entries }] = await sql('SELECT (SELECT COALESCE(MAX(id), 0) FROM claims) AS claims, (SELECT COALESCE(MAX(id), 0) FROM point_entries) AS entries')
	run.since = { claims, entries }
	const { id } = await dojangctl('webhook', 'add', '--url', `http://127.0.0.1:${run.server.address().port}/`, '--events', 'claim.created,claim.cancelled,claim.fulfilled,points.changed')
	run.endpoint = id
}

/** Prepares a run. work: replaces the usual weights. */
export async function prepare({ seed, customers = 300, racers = 200, managers = 3, shops = 4, connections = 32, work = WORK, hasEndpoint = true }) {
	const run = { seed, work, name: `s${randomBytes(4).toString('hex')}`, ledger: new Ledger(), oversold: [], samples: 0, nextRacer: 0, formTime: 10, claims: { all: [], items: [] } }
	await ground(run, { customers, racers, managers })
	if (hasEndpoint)
		await subscribe(run)
	run.clients = [...Array.from({ length: connections }, (_, i) => ['customer', i]), ...Array.from({ length: shops }, (_, i) => ['shop', i]),
		...run.staff.map((_, i) => ['staff', i])]
	return run
}

/* --- one request ------------------------------------------------------------------------------------------------------------ */

const outcomeOf = status => status >= 200 && status < 400 ? 'ok' : status >= 500 ? 'unknown' : 'failed'

/** Sends a request and passes outcome and response to note; statuses other than these and 503 are wrong. */
async function attempt(run, send, statuses, note, what = 'a request') {
	let answer = null, outcome = 'unknown'
	try {
		answer = await send()
		outcome = outcomeOf(answer.status)
		if (answer.status !== 503 && !statuses.includes(answer.status))
			run.ledger.wrong.push(`${what}: ${answer.status}, and not ${statuses}: ${(answer.text ?? '').slice(0, 300)}`)
	} catch (error) {
		if (error.code === 'ERR_ASSERTION')
			run.ledger.wrong.push(error.message)    // a response that openapi.yaml does not document
	}
	note(outcome, answer)
	if (answer?.status === 503)
		await wait(PAUSE)
	return answer
}

const look = (run, send, statuses = [200, 403, 404], what) => attempt(run, send, statuses, outcome => run.ledger.count(outcome), what)

function checkIn(run, subject, event) {
	const note = run.ledger.begin('check-in', `${event.slug} ${subject} ${event.today}`)
	return attempt(run, () => customer(subject).post(`${event.path}/attendance`), [200, 201, 403], note)
}

function claim(run, subject, milestone) {
	const note = run.ledger.begin('claim', `${milestone.id} ${subject}`)
	return attempt(run, () => customer(subject).post(milestone.path), [200, 201, 403, 409, 410], (outcome, answer) => {
		note(outcome, answer, answer?.body?.id)
		if (answer?.status === 201) {
			const made = { id: String(answer.body.id), subject, isItem: answer.body.product.kind === 'item' }
			run.claims.all.push(made)
			if (made.isItem)
				run.claims.items.push(made)
		}
	})
}

const shop = (method, path, body) => call(method, path, { as: demo.api_key, body })

/** A form of the console: loaded, filled in and sent (twice at the same time if isTwice), together with another action. */
async function form(run, visitor, path, fields, { from = path, isTwice = false, note = run.ledger.count.bind(run.ledger), beside = null, statuses = [303, 404, 409, 422] } = {}) {
	let page
	try {
		page = await visitor.get(from)
	} catch {
		page = { status: 0 }
	}
	if (page.status !== 200 || !hidden(page.text, '_form')) {
		if (page.status !== 0 && page.status !== 404 && page.status < 500)
			run.ledger.wrong.push(`${page.status} of GET ${from}`)
		return note('failed')           // nothing was sent
	}
	const all = { _token: hidden(page.text, '_token'), _form: hidden(page.text, '_form'), ...(/name="version"/.test(page.text) ? { version: hidden(page.text, 'version') } : {}), ...fields }
	const send = () => attempt(run, () => visitor.request(path, { method: 'POST', form: all }), statuses, outcome => { outcomes.push(outcome) }, path)
	const outcomes = []
	const began = performance.now(), timed = send().then(() => { run.formTime += (performance.now() - began - run.formTime) / 8 })
	await Promise.all([beside?.(), timed, isTwice ? send() : null])
	// one of two: done if either was acknowledged, since the form's one-time id lets it happen once
	note(['ok', 'unknown', 'failed'].find(outcome => outcomes.includes(outcome)))
}

/* --- actions ---------------------------------------------------------------------------------------------------------------- */

const ACTIONS = {
	checkIn: (run, { a, b }) => checkIn(run, pick(run.customers, a), pick(run.events, b)),
	claim: (run, { a, b, c }) => claim(run, pick(run.customers, a), pick(pick(run.events, b).milestones, c)),
	/** A check-in and a claim by the same customer, each three times, all at the same time. */
	rush: (run, { a, b, c }) => {
		const subject = pick(run.customers, a), event = pick(run.events, b), milestone = pick(event.milestones, c)
		return Promise.all([1, 2, 3].flatMap(() => [checkIn(run, subject, event), claim(run, subject, milestone)]))
	},
	look: (run, { a, b, c }) => {
		const event = pick(run.events, b), who = customer(pick(run.customers, a))
		return look(run, () => who.get(pick(['/api/v1/me', '/api/v1/me/points', '/api/v1/me/claims', '/api/v1/events', event.path, `${event.path}/attendance`, `${event.path}/milestones`], c)))
	},
	address: (run, { a }) => {
		const item = pick(run.claims.items, a)
		return item && look(run, () => customer(item.subject).call('PUT', `/api/v1/me/claims/${item.id}/address`, { body: SHIPPING }), [204, 403, 404, 409])
	},
	/** A customer who will be erased, now or later. */
	person: (run, { a, b }) => checkIn(run, pick(run.goers, a), pick(run.events, b)),

	points: (run, { a, b, c, d }) => {
		const number = Math.floor(a * REFERENCES), reference = `${run.name}-p${number}`
		const subject = d < 0.8 ? run.customers[number % run.customers.length] : pick(run.customers, b)
		const send = (who, amount) => {
			const note = run.ledger.begin('points', reference, `${who} ${amount}`)
			return attempt(run, () => shop('POST', `/api/v1/shop/users/${who}/points`, { amount, reference, reason: 'soak' }), [200, 201, 404, 409], note)
		}
		const amount = 60 - number % 90 || 1
		return c < 0.5 ? send(subject, amount) : Promise.all([send(subject, amount), send(pick(run.customers, c), amount), send(subject, amount)])
	},
	stock: (run, { a, c }) => {
		const number = Math.floor(a * REFERENCES), reference = `${run.name}-s${number}`, product = run.products.filter(({ hasStock }) => hasStock)[number % 4].id
		const delta = number % 7 - 2 || 3
		const send = () => {
			const note = run.ledger.begin('stock', reference, `${product} ${delta}`)
			return attempt(run, () => shop('POST', `/api/v1/shop/products/${product}/stock`, { delta, reference, reason: 'soak' }), [200, 201, 409], note)
		}
		return c < 0.6 ? send() : Promise.all([send(), send()])
	},
	fulfil: (run, { a, b }) => {
		const item = pick(run.claims.items, a), state = pick(STEPS, b)
		if (!item)
			return null
		const note = run.ledger.begin(`claim ${state}`, item.id)
		return attempt(run, () => shop('PATCH', `/api/v1/shop/claims/${item.id}`, { state, tracking: `KR-${item.id}` }), [200, 404, 409], note)
	},
	lists: (run, { a, b }) => look(run, () => shop('GET', pick(['/api/v1/shop/claims', '/api/v1/shop/claims?state=claimed', '/api/v1/shop/products',
		`/api/v1/shop/users/${pick(run.customers, b)}`, `/api/v1/shop/users/${pick(run.customers, b)}?export=1`], a))),
	remove: (run, { a }) => {
		const subject = pick(run.goers, a), note = run.ledger.begin('person', subject)
		return attempt(run, () => shop('DELETE', `/api/v1/shop/users/${subject}`), [204], note)
	},

	stockForm: (run, { a, b, c }, visitor) => {
		const reason = `${run.name}-${randomBytes(5).toString('hex')}`, product = pick(run.products.filter(({ hasStock }) => hasStock), a).id
		return form(run, visitor, `/admin/products/${product}/stock`, { delta: String(Math.floor(b * 9) - 3 || 2), reason }, { isTwice: c < 0.4, note: run.ledger.begin('stock by staff', reason) })
	},
	pointsForm: (run, { a, b, c }, visitor) => {
		const reason = `${run.name}-${randomBytes(5).toString('hex')}`, id = idOf(run, pick(run.customers, a))
		return id && form(run, visitor, `/admin/customers/${id}/points`, { amount: String(Math.floor(b * 80) - 50 || 1), reason }, { isTwice: c < 0.4, note: run.ledger.begin('points by staff', reason) })
	},
	/** Adds a day in the distant past. Each day is added by one user only, or refused. */
	day: (run, { a, b }, visitor) => {
		const subject = pick(run.customers, a), id = idOf(run, subject), event = run.events[0], day = addDays(event.starts, Math.floor(b * 6))
		return id && form(run, visitor, `/admin/customers/${id}/day`, { event: event.slug, what: 'add', day, reason: 'the app was down' }, { note: run.ledger.begin('day added', `${event.slug} ${subject} ${day}`) })
	},
	/** Removes the day that a claim needs during the claim. */
	race: (run, { a, b }, visitor) => {
		const subject = run.racers[run.nextRacer++ % run.racers.length], id = idOf(run, subject), [event] = run.events, day = addDays(event.today, -1)
		const beside = async () => {
			await wait(a * 1.2 * run.formTime)      // at any time within the duration of a form
			return claim(run, subject, event.milestones[b < 0.7 ? 0 : 1])
		}
		return form(run, visitor, `/admin/customers/${id}/day`, { event: event.slug, what: 'remove', day, reason: 'a mistake' },
			{ beside, note: run.ledger.begin('day removed', `${event.slug} ${subject} ${day}`) })
	},
	cancel: (run, { a, b, c }, visitor) => {
		const made = pick(run.claims.all, a)
		return made && form(run, visitor, `/admin/claims/${made.id}/cancel`, { reason: 'asked for it', ...(b < 0.6 ? { may_claim_again: 'yes' } : {}) }, { isTwice: c < 0.3, note: run.ledger.begin('cancelled', made.id) })
	},
	advance: (run, { a, b }, visitor) => {
		const item = pick(run.claims.items, a), state = pick(STEPS, b)
		return item && form(run, visitor, `/admin/claims/${item.id}`, { state }, { note: run.ledger.begin(`claim ${state}`, item.id) })
	},
	/** Ships all of some claims, or none. */
	ship: (run, { a, b }, visitor) => {
		const items = [...new Set([pick(run.claims.items, a), pick(run.claims.items, b)])].filter(Boolean)
		const notes = items.map(item => run.ledger.begin('claim shipped', item.id))
		return items.length ? form(run, visitor, '/admin/claims-shipped', { lines: ['claim,tracking', ...items.map(item => `${item.id},KR-${item.id}`)].join('\n'), is_confirmed: 'yes', are_handed_over: 'yes' },
			{ note: outcome => notes.forEach(note => note(outcome)) }) : null
	},
	deadline: (run, { a, b, c }, visitor) => {
		const event = pick(run.events, a), milestone = pick(event.milestones, b)
		return form(run, visitor, `/admin/events/${event.slug}/milestones/${milestone.id}`, { at: String(milestone.at), ...(c < 0.2 ? { claim_until: addDays(event.today, -1) } : c < 0.4 ? { claim_until: addDays(event.ends, 9) } : {}) })
	},
	product: (run, { a, b }, visitor) => {
		const product = pick(run.products, a)
		return form(run, visitor, `/admin/products/${product.id}/edit`, { name: `Product ${product.id} ${Math.floor(b * 100)}`, threshold: String(Math.floor(b * 20)) })
	},
	end: (run, { a }, visitor) => {
		const [, event] = run.events
		return form(run, visitor, `/admin/events/${event.slug}/edit`, { name: `Test ${event.slug}`, slug: event.slug, starts: event.starts, ends: addDays(event.ends, Math.floor(a * 5)), mode: event.mode, time_zone: event.zone })
	},
	pages: (run, { a, b }, visitor) => {
		const path = pick(['/admin/', '/admin/claims', '/admin/claims.csv', '/admin/customers', '/admin/products', '/admin/audit',
		`/admin/events/${run.events[0].slug}`, `/admin/customers/${idOf(run, pick(run.customers, b)) ?? 1}`], a)
		return look(run, () => visitor.get(path), [200], path)
	},
}

const idOf = (run, subject) => run.ids.get(subject)

/* --- the run ---------------------------------------------------------------------------------------------------------------- */

/** Starts a run; more() waits for this many more responses, stop() for each client's last one. */
export function start(run) {
	let isOver = false
	const work = async ([role, number]) => {
		for (const step of plan(run.seed, role, number, run.work)) {
			if (isOver)
				return
			await (ACTIONS[step.action](run, step, run.staff[number]) ?? wait(PAUSE))
		}
	}
	/** Checks that the stock is never negative, not even for a moment. */
	const sample = async () => {
		for (; !isOver; await wait(SAMPLES)) {
			const rows = await sql('SELECT id, remain FROM products WHERE remain < 0').catch(() => null)
			run.samples += rows !== null
			run.oversold.push(...(rows ?? []).map(row => `product ${row.id}: ${row.remain} left at a moment of the run`))
		}
	}
	const busy = [...run.clients.map(work), sample()]
	return {
		async more(number, seconds = 120) {
			const goal = run.ledger.counts.ok + number
			for (const end = Date.now() + seconds * 1000; run.ledger.counts.ok < goal; await wait(20))
				if (Date.now() > end)
					throw new Error(`${number} more acknowledged requests did not happen within ${seconds} seconds: ${JSON.stringify(run.ledger.counts)}`)
		},
		async stop() {
			isOver = true
			await Promise.all(busy)
		},
	}
}

/** Repeats requests without an outcome, as a client would: afterwards each has happened once or was refused. */
export async function settle(run) {
	const { ledger } = run
	const events = new Map(run.events.map(event => [event.slug, event])), milestones = new Map(run.events.flatMap(event => event.milestones).map(milestone => [String(milestone.id), milestone]))
	const again = async (kind, act) => {
		for (const [key] of ledger.unknown(kind))
			await act(key)
	}
	await again('check-in', key => checkIn(run, key.split(' ')[1], events.get(key.split(' ')[0])))
	await again('claim', key => claim(run, key.split(' ')[1], milestones.get(key.split(' ')[0])))
}

/** Waits until the outbox is empty. */
export async function drain(run, seconds = 60) {
	if (!run.endpoint)
		return
	const left = async () => Number((await sql(`SELECT COUNT(*) AS number FROM outbox_messages WHERE channel = 'webhook' AND endpoint_id = ${run.endpoint} AND state = 'waiting'`))[0].number)
	for (const end = Date.now() + seconds * 1000; await left() > 0 && Date.now() < end;)
		await wait(100)
}

export async function finish(run) {
	if (run.endpoint)
		await dojangctl('webhook', 'disable', '--id', run.endpoint).catch(() => dojangctl('webhook', 'disable', '--webhook', run.endpoint)).catch(() => null)
	run.server?.closeAllConnections()
	run.server?.close()
}
