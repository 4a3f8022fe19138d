// SPDX-License-Identifier: MIT
// The overview of an event: figures, charts with their tables, files, and which event it opens on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addDays, attended, freshEvent, sql, unique } from '../http/harness.js'
import { staff } from './client.js'

// Days before today. Four customers; the first day of one is today.
const DAYS = { a: [-9, -8, -7, -2, -1, 0], b: [-9, -8], c: [-7, -6, -5, -1], d: [0] }
let viewer, korean, event, people
before(async () => {
	viewer = await staff('viewer')
	korean = await staff('viewer', { language: 'ko' })
	event = await freshEvent({ from: -9, to: 5, milestones: [{ at: 1, points: 10, name: 'Coins' }, { at: 3, kind: 'item', name: 'Cup', stock: 9 }, { at: 6, points: 50 }] })
	event.id = (await sql(`SELECT id FROM events WHERE slug = '${event.slug}'`))[0].id
	const subjects = Object.fromEntries(Object.keys(DAYS).map(name => [name, unique(name)]))
	await attended(event, Object.fromEntries(Object.entries(DAYS).map(([name, days]) => [subjects[name], days])))
	people = Object.fromEntries(await Promise.all(Object.entries(subjects).map(async ([name, subject]) =>
		[name, (await sql(`SELECT id FROM users WHERE subject = '${subject}'`))[0].id])))
	await claim('a', 1, 0)
	await claim('a', 3, 0)
	await claim('b', 1, -9)
})

// The audits of other tests would find claims without movements.
after(() => sql(`DELETE FROM claims WHERE event_id = ${event.id}`))

const claim = (name, at, day) => sql(`INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, points, claimed_at)
	SELECT m.event_id, ${people[name]}, m.id, p.id, p.name, p.kind, p.points, '${addDays(event.today, day)} 03:00:00'
	FROM milestones m JOIN products p ON p.id = m.product_id WHERE m.event_id = ${event.id} AND m.at = ${at}`)

/** The page, once the event was counted. */
async function counted(path, who = viewer) {
	for (let i = 0; i < 200; i++) {
		const { status, text, headers } = await who.get(path)
		assert.equal(status, 200, path)
		if (!headers.get('refresh'))
			return text
		await new Promise(resolve => setTimeout(resolve, 50))
	}
	assert.fail(`${path} is not counted`)
}
const overview = (query = '', who) => counted(`/admin/?event=${event.slug}${query}`, who)
const file = async (part, query = '', who = viewer) => {
	await overview('', who)
	const { status, text, headers } = await who.get(`/admin/overview.csv?event=${event.slug}&part=${part}${query}`)
	assert.equal(status, 200)
	assert.match(headers.get('content-disposition'), new RegExp(`attachment; filename="dojang-overview-${part}.csv"`))
	return text.trimEnd().split('\r\n').map(line => line.split(',').map(cell => cell.replaceAll('"', '')))
}
const figure = (text, name) => text.match(new RegExp(`<dt>(?:<a [^>]*>)?${name}(?:</a>)?</dt><dd><span class="big">([^<]*)`))[1]
const tasks = text => [...text.matchAll(/<li><a href="[^"]*">([^<]*)<\/a>(?: <span class="soft">([^<]*))?/g)].map(([, ...words]) => words.filter(Boolean).join(' · '))

test('participants per day, new and returning, with the mean of a week that is over', async () => {
	const rows = await file('days')
	assert.deepEqual(rows[0], ['Day', 'Participants', 'new', 'returning', 'mean of 7 days'])
	const expected = [[-9, 2, 2, 0, ''], [-8, 2, 0, 2, ''], [-7, 2, 1, 1, ''], [-6, 1, 0, 1, ''], [-5, 1, 0, 1, ''], [-4, 0, 0, 0, ''], [-3, 0, 0, 0, '1'],
		[-2, 1, 0, 1, '1'], [-1, 2, 0, 2, '1'], [0, 2, 1, 1, '']]
	assert.deepEqual(rows.slice(1), expected.map(([day, ...cells]) => [addDays(event.today, day), ...cells.map(String)]))
	assert.equal((await file('days', '&range=7')).length, 8)
})

test('where customers stop: reached, claimed, and the loss to the milestone before', async () => {
	assert.deepEqual((await file('steps')).slice(1).map(([at, , ...rest]) => [at, ...rest]),
		[['1', '4', '100', '2', ''], ['3', '2', '50', '1', '-50'], ['6', '1', '25', '0', '-50']])
	const text = await overview()
	assert.match(text, /4 \(100 %\)/)
	assert.match(text, /−50 %/)
})

test('an event of consecutive days counts the longest run', async () => {
	const strict = await freshEvent({ mode: 'consecutive', from: -9, to: 5, milestones: [{ at: 2, points: 1 }, { at: 3, points: 1 }, { at: 4, points: 1 }] })
	await attended(strict, { [unique('run')]: [-9, -8, -7, -5, -4], [unique('gaps')]: [-9, -7, -5, -3] })
	await counted(`/admin/?event=${strict.slug}`)
	const { text } = await viewer.get(`/admin/overview.csv?event=${strict.slug}&part=steps`)
	assert.deepEqual(text.trimEnd().split('\r\n').slice(1).map(line => line.split(',')[2]), ['1', '1', '0'])
})

test('an event with both counts each milestone by its own basis', async () => {
	const both = await freshEvent({ from: -9, to: 5, milestones: [{ at: 2, points: 1, name: 'Two' }, { at: 3, points: 1, basis: 'streak', name: 'Row' }, { at: 4, points: 1, name: 'Four' }] })
	await attended(both, { [unique('run')]: [-9, -8, -7, -5, -4], [unique('gaps')]: [-9, -7, -5, -3] })
	await counted(`/admin/?event=${both.slug}`)
	const { text } = await viewer.get(`/admin/overview.csv?event=${both.slug}&part=steps`)
	assert.deepEqual(text.trimEnd().split('\r\n').slice(1), ['2,"Two",2,100,0,', '3,"Row (in a row)",1,50,0,', '4,"Four",2,100,0,0'])
	assert.doesNotMatch((await viewer.get(`/admin/?event=${both.slug}`)).text, /−50 %/)
})

test('who comes back, by the week of the first day and only of days that are over', async () => {
	const monday = day => addDays(event.today, day - (new Date(addDays(event.today, day)).getUTCDay() + 6) % 7)
	const weeks = {}
	for (const days of Object.values(DAYS)) {
		const week = weeks[monday(days[0])] ??= { customers: 0, possible: {}, back: {} }
		week.customers++
		for (const gap of [1, 2, 3, 7, 14, 30].filter(gap => days[0] + gap < 0)) {
			week.possible[gap] = (week.possible[gap] ?? 0) + 1
			week.back[gap] = (week.back[gap] ?? 0) + days.includes(days[0] + gap)
		}
	}
	const expected = Object.entries(weeks).sort().map(([week, { customers, possible, back }]) =>
		[week, String(customers), ...[1, 2, 3, 7, 14, 30].map(gap => possible[gap] ? String(Math.round(100 * back[gap] / possible[gap])) : '')])
	assert.deepEqual((await file('back')).slice(1), expected)
	assert.match(await overview(), /class="heat heat-[1-5]"/)
})

test('runs that can still go on', async () => {
	assert.deepEqual((await file('runs')).slice(1), [['0', '1'], ['1', '2'], ['2', '0'], ['3–6', '1'], ['7–13', '0'], ['14+', '0']])
	assert.deepEqual((await file('reached', '', korean)), [['출석 횟수(이상)', '고객'], ['1', '4'], ['2', '3'], ['3', '2'], ['4', '2'], ['5', '1'], ['6', '1']])
})

test('four figures of the day, told against the same day a week before', async () => {
	const text = await overview()
	assert.deepEqual(['Participants', 'New customers', 'Rewards claimed', 'Goods to ship'].map(name => figure(text, name)), ['2', '1', '2', '1'])
	assert.deepEqual([...text.matchAll(/class="change ([a-z]+)">([^<]*)/g)].map(([, ...words]) => words.join(' ')), ['same = 0 %', 'same = 0 %'])
	assert.equal(text.match(/class="spark"/g).length, 4)
	assert.equal(text.match(/a week before: /g).length, 4)
})

test('what is to do', async () => {
	const found = tasks((await overview()).match(/<ul class="tasks">(.*?)<\/ul>/s)[1])
	assert.ok(found.includes('Goods to ship: 1 · 1 without an address'), found.join())
	assert.ok(found.includes('The event ends in days: 5'), found.join())
	assert.match(await overview('', korean), /보낼 물품 1개/)
	const coming = await freshEvent({ from: 3, to: 9 })
	assert.match(await counted(`/admin/?event=${coming.slug}`), /The event begins in days: 3/)
})

test('the event that was chosen last is shown again, until the browser is closed', async () => {
	const who = await staff('viewer'), current = text => text.match(/event=([a-z0-9-]+)&amp;range=[a-z0-9]+" aria-current="page"/)[1]
	const ended = await freshEvent({ from: -20, to: -11 })
	assert.notEqual(current(await counted('/admin/', who)), ended.slug, 'a running event comes first')
	const { headers } = await who.get(`/admin/?event=${ended.slug}`)
	const cookie = headers.getSetCookie().find(line => /dojang-overview=/.test(line))
	assert.doesNotMatch(cookie, /Max-Age|Expires/)
	assert.equal(current(await counted('/admin/', who)), ended.slug)
	assert.match(await counted('/admin/', who), /The last day, /)
	for (const name of [...who.cookies.keys()].filter(name => name.endsWith('dojang-overview')))
		who.cookies.set(name, 'no-longer-there')
	assert.notEqual(current(await counted('/admin/', who)), ended.slug)
	assert.equal((await who.get('/admin/?event=no-longer-there')).status, 404)
})

test('a range is a link, and changes what is drawn', async () => {
	const bars = text => text.match(/<svg class="chart wide".*?<\/svg>/s)[0].match(/class="day"/g).length
	assert.deepEqual([bars(await overview('&range=7')), bars(await overview()), bars(await overview('&range=all'))], [7, 10, 10])
	assert.match(await overview('&range=7'), /range=7" aria-current="true"/)
	assert.equal((await viewer.get(`/admin/?event=${event.slug}&range=8`)).status, 400)
})

test('days in the archive are counted too, and a report of the previous release is shown', async t => {
	await overview()
	const [{ data }] = await sql(`SELECT data FROM summaries WHERE event_id = ${event.id}`), expected = JSON.parse(data)
	await sql(`INSERT INTO attendance_archive SELECT * FROM attendance WHERE event_id = ${event.id} AND user_id = ${people.a}`)
	await sql(`DELETE FROM attendance WHERE event_id = ${event.id} AND user_id = ${people.a}`)
	t.after(async () => {
		await sql(`INSERT INTO attendance SELECT * FROM attendance_archive WHERE event_id = ${event.id}`)
		await sql(`DELETE FROM attendance_archive WHERE event_id = ${event.id}`)
	})
	await sql(`UPDATE summaries SET data = NULL WHERE event_id = ${event.id}`)
	await overview()
	const now = JSON.parse((await sql(`SELECT data FROM summaries WHERE event_id = ${event.id}`))[0].data)
	assert.deepEqual({ ...now, took_ms: 0 }, { ...expected, took_ms: 0 })
	const { days, funnel, claims, to_ship, granted, outstanding } = expected
	await sql(`UPDATE summaries SET data = '${JSON.stringify({ days, funnel, claims, to_ship, granted, outstanding, took_ms: 1 })}', at = UTC_TIMESTAMP() + INTERVAL 30 SECOND WHERE event_id = ${event.id}`)
	assert.match(await overview(), /The event has no milestones/)
})
