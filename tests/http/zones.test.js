// SPDX-License-Identifier: MIT
// An event in a time zone that the host does not have any more (tzdata moves old names to other packages): its dates cannot be computed,
// so its calls are 503 and are logged, nothing is written, and everything else continues.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../delivery/installation.js'
import { customer, expect } from './client.js'
import { attended, count, demo, freshEvent, sql, unique } from './harness.js'

const logged = text => readFileSync(join(demo.log_dir, 'api.log'), 'utf8').includes(text)
const moveTo = (event, zone) => sql(`UPDATE events SET time_zone = '${zone}', version = version + 1 WHERE slug = '${event.slug}'`)

test('an event whose time zone is missing on this host is refused, and nothing else is', async () => {
	const zone = `Gone/${unique('zone').replaceAll(/[^A-Za-z]/g, '')}`
	const event = await freshEvent({ milestones: [{ at: 1 }] }), other = await freshEvent({ milestones: [{ at: 1 }] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-1] })
	await attended(other, { [who.subject]: [-1] })
	const rows = () => count(`SELECT (SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}') * 100
		+ (SELECT COUNT(*) FROM claims c JOIN events e ON e.id = c.event_id WHERE e.slug = '${event.slug}')`)
	const before = await rows()
	expect(await who.get(event.path), 200)
	await moveTo(event, zone)
	for (const [method, path] of [['GET', event.path], ['GET', `${event.path}/attendance`], ['GET', `${event.path}/milestones`], ['POST', `${event.path}/attendance`],
		['POST', event.milestones[0].path]]) {
		const answer = await who.call(method, path)
		assert.ok(Number(answer.headers['retry-after']) > 0, `${method} ${path}: Retry-After`)
		expect(answer, 503, 'unavailable')
	}
	assert.equal(await rows(), before, 'nothing was written')
	await until(() => logged(zone), 'the log names the zone')
	const { items } = expect(await who.get('/api/v1/events?limit=200'), 200)
	assert.ok(items.some(each => each.event === other.slug) && !items.some(each => each.event === event.slug))
	expect(await who.post(`${other.path}/attendance`), 201)
	expect(await who.post(other.milestones[0].path), 201)
	await moveTo(event, 'Asia/Seoul')
	expect(await who.post(`${event.path}/attendance`), 201)
	expect(await who.post(event.milestones[0].path), 201)
})
