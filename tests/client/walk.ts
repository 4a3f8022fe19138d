// SPDX-License-Identifier: MIT
// A shop's own program in TypeScript, with a client generated from openapi.yaml: the calls of a
// customer and of the backend, fully typed.
import createClient from 'openapi-fetch'
import type { components, paths } from './api.js'

type Schemas = components['schemas']
type Products = paths['/api/v1/shop/products']['get']['responses']['200']['content']['application/json']

export interface Given {
	base: string, token: string, key: string, event: string, subject: string
	address: Schemas['AddressGiven']
}

/** The data of a response; a problem is thrown with its own type. */
function got<T>({ data, error, response }: { data?: T, error?: Schemas['Problem'], response: Response }): T {
	if (error)
		throw new Error(`${response.url}: ${error.status} ${error.type} ${error.detail}`)
	return data as T
}

export async function walkCustomer(given: Given) {
	const client = createClient<paths>({ baseUrl: given.base, headers: { Authorization: `Bearer ${given.token}` } })
	const path = { event: given.event }
	const me = got(await client.GET('/api/v1/me'))
	const events = got(await client.GET('/api/v1/events', { params: { query: { limit: 200 } } }))
	const event = got(await client.GET('/api/v1/events/{event}', { params: { path } }))
	const first = got(await client.POST('/api/v1/events/{event}/attendance', { params: { path } }))
	const again = got(await client.POST('/api/v1/events/{event}/attendance', { params: { path } }))
	const calendar = got(await client.GET('/api/v1/events/{event}/attendance', { params: { path, query: { month: first.date.slice(0, 7) } } }))
	const milestones = got(await client.GET('/api/v1/events/{event}/milestones', { params: { path } }))
	const claims: Schemas['Claim'][] = []
	for (const milestone of milestones.items.filter(each => each.state === 'claimable'))
		claims.push(got(await client.POST('/api/v1/events/{event}/milestones/{milestone}/claim', { params: { path: { ...path, milestone: milestone.id } } })))
	const locked = milestones.items.find(each => each.state === 'locked')
	const refused = locked && await client.POST('/api/v1/events/{event}/milestones/{milestone}/claim', { params: { path: { ...path, milestone: locked.id } } })
	const item = claims.find(each => each.product.kind === 'item')
	const kept = item && await client.PUT('/api/v1/me/claims/{claim}/address', { params: { path: { claim: item.id } }, body: given.address })
	const listed = got(await client.GET('/api/v1/me/claims', { params: { query: { limit: 50 } } }))
	const points = got(await client.GET('/api/v1/me/points', {}))
	// What the contract does not contain does not compile.
	// @ts-expect-error: there is no such field
	const wrong: undefined = first.stamps
	// @ts-expect-error: a claim has no such state
	const never: boolean = listed.items.some(each => each.state === 'lost')
	return { username: me.username, slugs: events.items.map(each => each.event), mode: event.mode, already: [first.already, again.already], dates: calendar.dates,
		claims: claims.length, refused: refused?.error?.type, kept: kept?.response.status, hasAddress: listed.items.map(each => each.has_address ?? false),
		points: points.items.map(each => each.amount), wrong, never }
}

export async function walkShop(given: Given) {
	const client = createClient<paths>({ baseUrl: given.base, headers: { Authorization: `Bearer ${given.key}` } })
	const params = { path: { subject: given.subject } }
	const body = { amount: -3, reference: `order-${given.event}`, reason: 'An order' }
	const spent = await client.POST('/api/v1/shop/users/{subject}/points', { params, body })
	const again = await client.POST('/api/v1/shop/users/{subject}/points', { params, body })
	const other = await client.POST('/api/v1/shop/users/{subject}/points', { params, body: { ...body, amount: -4 } })
	const person = got(await client.GET('/api/v1/shop/users/{subject}', { params }))
	const claims = got(await client.GET('/api/v1/shop/claims', { params: { query: { state: 'claimed', limit: 200 } } }))
	const own = claims.items.find(each => each.user.subject === given.subject && each.product.kind === 'item')
	if (!own)
		throw new Error('the item that was claimed is not listed')
	const claim = { path: { claim: own.id } }
	const address = got(await client.GET('/api/v1/shop/claims/{claim}/address', { params: claim }))
	const shipped = got(await client.PATCH('/api/v1/shop/claims/{claim}', { params: claim, body: { state: 'shipped', tracking: 'KR123456789' } }))
	const products: number[] = []
	for (let next: string | null = ''; next !== null;) {
		const page: Products = got(await client.GET('/api/v1/shop/products', { params: { query: { limit: 200, ...(next && { cursor: next }) } } }))
		products.push(...page.items.map(each => each.id))
		next = page.next
	}
	const product = { path: { product: own.product.id } }
	const moved = await client.POST('/api/v1/shop/products/{product}/stock', { params: product, body: { delta: 2, reason: 'more came in', reference: `in-${given.event}` } })
	const exported = await client.GET('/api/v1/shop/users/{subject}', { params: { ...params, query: { export: '1' } } })
	const path = { event: given.event }
	const events = got(await client.GET('/api/v1/shop/events', { params: { query: { limit: 200 } } }))
	const event = got(await client.GET('/api/v1/shop/events/{event}', { params: { path } }))
	const participants = got(await client.GET('/api/v1/shop/events/{event}/participants', { params: { path, query: { limit: 200 } } }))
	const ofEvent = got(await client.GET('/api/v1/shop/claims', { params: { query: { event: given.event, since: '2026-01-01T00:00:00Z' } } }))
	const people = got(await client.GET('/api/v1/shop/users', { params: { query: { limit: 200 } } }))
	const ledger = got(await client.GET('/api/v1/shop/users/{subject}/points', { params }))
	const due = got(await client.GET('/api/v1/shop/payouts', { params: { query: { state: 'due', limit: 200 } } })).items.filter(each => each.subject === given.subject)
	const settled = got(await client.PATCH('/api/v1/shop/payouts', { body: { ids: due.map(each => each.id), state: 'paid', reference: 'batch-7' } }))
	const removed = await client.DELETE('/api/v1/shop/users/{subject}', { params })
	return { statuses: [spent, again, other, moved, exported, removed].map(each => each.response.status), conflict: other.error?.type, balance: person.points,
		isEvent: events.items.some(each => each.event === event.event), days: participants.items.map(each => each.count), claims: ofEvent.items.length,
		isKnown: people.items.some(each => each.subject === given.subject), references: ledger.items.map(each => each.source), stock: event.milestones?.map(each => each.product.remain),
		address: address.name, payouts: settled.items.map(each => [each.points, each.state, each.reference]), state: shipped.state, isListed: products.includes(own.product.id) }
}
