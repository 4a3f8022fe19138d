// SPDX-License-Identifier: MIT
// Slow downloads of long lists: they block no worker, and they arrive complete.
import assert from 'node:assert/strict'
import http from 'node:http'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { parse, request, send, withWorker } from '../http/fastcgi.js'
import { base, facts, sql, unique } from '../http/harness.js'
import { staff } from '../console/client.js'
import { until } from '../http/until.js'

const ROWS = 60000, PATIENCE = 20e3, DOWNLOADS = 4, PER_WORKER = 16
const action = unique('downloads')
let viewer, owner

before(async () => {
	viewer = await staff('viewer')
	owner = await staff('owner')
	await sql(`INSERT INTO audit_entries (at, actor, action, subject, subject_id, after_change)
		SELECT UTC_TIMESTAMP(), 'nobody', '${action}', 'product', seq, JSON_OBJECT('note', REPEAT('x', 300)) FROM seq_1_to_${ROWS}`)
})
after(() => sql(`DELETE FROM audit_entries WHERE action = '${action}'`))

const cookie = visitor => [...visitor.cookies].map(pair => pair.join('=')).join('; ')
const path = '/admin/audit.csv?about=product'
const rowsOf = text => text.split(action).length - 1

/** A download of which a little is read at a time, until readAll() is called. */
function download(visitor) {
	const self = { text: '', isOver: false }
	self.answer = new Promise((resolve, reject) => {
		http.get({ host: base.hostname, port: base.port, path, agent: false, headers: { cookie: cookie(visitor), 'accept-language': 'en' } }, response => {
			self.status = response.statusCode
			response.setEncoding('utf8')
			response.on('data', piece => {
				self.text += piece
				if (!self.isFast) {
					response.pause()
					self.timer = setTimeout(() => response.resume(), 100)
				}
			})
			response.on('end', () => { self.isOver = true; resolve(self) }).on('error', reject)
			self.readAll = () => { self.isFast = true; clearTimeout(self.timer); response.resume() }
		}).on('error', reject)
	})
	return self
}

test('slow downloads of a viewer block nobody\'s pages, and the lists arrive complete', async t => {
	const downloads = Array.from({ length: DOWNLOADS }, () => download(viewer))
	await until(() => downloads.every(each => each.text), 'all have begun')
	let slowest = 0
	for (let i = 0; i < 30; i++) {
		const page = ['/admin/', '/admin/events', '/admin/products', '/admin/staff', '/admin/settings'][i % 5], start = performance.now()
		const answer = await fetch(new URL(page, base), { headers: { cookie: cookie(owner) }, signal: AbortSignal.timeout(PATIENCE) })
		assert.equal(answer.status, 200, page)
		await answer.text()
		slowest = Math.max(slowest, performance.now() - start)
	}
	t.diagnostic(`the slowest page took ${Math.round(slowest)} ms`)
	assert.ok(downloads.every(each => !each.isOver), 'the downloads went on meanwhile')
	const fifth = download(viewer)
	await until(() => fifth.status, 'one more is refused')
	assert.equal(fifth.status, 429)
	fifth.readAll()
	downloads.forEach(each => each.readAll())
	for (const each of downloads) {
		await each.answer
		assert.equal(each.status, 200)
		assert.equal(rowsOf(each.text), ROWS)
	}
})

/** A download directly from a worker. Nothing is read until read() is called. */
function open(worker, visitor) {
	const connection = net.connect(worker.socket)
	connection.on('error', () => {})
	connection.pause()
	connection.write(request(path, 0, { HTTP_COOKIE: cookie(visitor), HTTP_ACCEPT_LANGUAGE: 'en' }))
	const isClosed = new Promise(resolve => connection.on('close', resolve))
	return { connection, isClosed, async read() {
		const parts = []
		connection.on('data', part => parts.push(part)).resume()
		await isClosed
		return parse(Buffer.concat(parts))
	} }
}
const withConsole = action => withWorker(action, {}, [], ['--settings', facts().settings_file], 'dojang-console')

test('one worker serves others while clients read nothing of a list, without nginx too', () => withConsole(async worker => {
	const downloads = [open(worker, viewer), open(worker, viewer), open(worker, viewer)]
	for (let i = 0; i < 20; i++)
		assert.match((await send(worker, request('/admin/', 0, { HTTP_COOKIE: cookie(owner) }))).out, /^Status: 200 OK\r\n/)
	downloads[1].connection.destroy()
	for (const each of [downloads[0], downloads[2]]) {
		const { out, isEnded } = await each.read()
		assert.match(out, /^Status: 200 OK\r\n/)
		assert.equal(rowsOf(out), ROWS)
		assert.ok(isEnded)
	}
	assert.equal(worker.process.exitCode, null)
	assert.match((await send(worker, request('/admin/sign-in'))).out, /^Status: 200 OK\r\n/)
}))

test('a worker that is terminated finishes its downloads', () => withConsole(async worker => {
	const one = open(worker, viewer)
	await send(worker, request('/admin/sign-in'))
	worker.process.kill('SIGTERM')
	const { out, isEnded } = await one.read()
	assert.equal(rowsOf(out), ROWS)
	assert.ok(isEnded)
	assert.deepEqual(await worker.ended, [0, null])
}))

test('a worker refuses more downloads than it has places for, and serves pages', () => withConsole(async worker => {
	const downloads = []
	for (let i = 0; i < PER_WORKER; i++) {
		downloads.push(open(worker, viewer))
		await send(worker, request('/admin/sign-in'))
	}
	const { out } = await send(worker, request(path, 0, { HTTP_COOKIE: cookie(viewer) }))
	assert.match(out, /^Status: 429 /)
	assert.match(out, /Content-Type: text\/html/i)
	assert.match((await send(worker, request('/admin/', 0, { HTTP_COOKIE: cookie(owner) }))).out, /^Status: 200 OK\r\n/)
	downloads.forEach(each => each.connection.destroy())
	await until(async () => {
		const again = open(worker, viewer)
		const first = await new Promise(resolve => again.connection.resume().once('data', resolve))
		again.connection.destroy()
		return /Status: 200 OK/.test(first.toString('latin1'))
	}, 'a place is free')
}))
