// SPDX-License-Identifier: MIT
// nginx/site.conf from the build, with the test's own certificate, ports and paths: TLS works,
// plain http is redirected, and every response over TLS (a worker's, a file, nginx's own errors)
// keeps browsers on https.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { BUILD, TREE } from '../http/demo.js'

const directory = mkdtempSync(join(tmpdir(), 'dojang-site-'))
const at = (...names) => join(directory, ...names)
let nginx, plain, secure, worker

async function freePort() {
	const server = createServer()
	await once(server.listen(0, '127.0.0.1'), 'listening')
	const { port } = server.address()
	await new Promise(resolve => server.close(resolve))
	return port
}

/** The built file with this test's paths and ports; each replacement must match. */
function fill(name, replacements) {
	let text = readFileSync(join(BUILD, 'nginx', name), 'utf8')
	for (const [from, to] of replacements) {
		assert.match(text, from, `${name} has ${from}`)
		text = text.replaceAll(new RegExp(from, 'g'), to)
	}
	writeFileSync(at(name), text)
}

const ask = (module, port, path) => new Promise((resolve, reject) => {
	module.get({ host: '127.0.0.1', port, path, rejectUnauthorized: false, headers: { host: 'dojang.example' } }, answer => {
		answer.resume()
		answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
	}).on('error', reject)
})

/** A worker that answers every request with 401: the FastCGI records of a response and its end. */
const record = (type, content) => Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content])
const ANSWER = Buffer.concat([record(6, Buffer.from('Status: 401 Unauthorized\r\n\r\n')), record(6, Buffer.alloc(0)), record(3, Buffer.alloc(8))])

before(async () => {
	worker = createServer(socket => socket.on('error', () => {}).once('data', () => socket.end(ANSWER)))
	await once(worker.listen(at('api-a.sock')), 'listening')
	plain = await freePort()
	secure = await freePort()
	mkdirSync(at('dojang'))
	cpSync(join(TREE, 'nginx', 'dojang'), at('dojang'), { recursive: true, filter: path => !path.endsWith('.in') })
	fill('dojang.conf', [[/unix:\/run\/dojang/, `unix:${directory}`]])
	fill('dojang/locations.conf', [[/\/var\/log\/nginx\/dojang\.log/, at('access.log')], [/alias [^;]*\/templates\/assets/, `alias ${join(TREE, 'templates', 'assets')}`]])
	fill('site.conf', [[/include \/etc\/nginx/, `include ${directory}`], [/listen \[::\][^;]*;/, ''], [/listen 80;/, `listen 127.0.0.1:${plain};`],
		[/listen 443/, `listen 127.0.0.1:${secure}`], [/\/etc\/ssl\/dojang/, directory]])
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=dojang.example',
		'-keyout', at('key.pem'), '-out', at('fullchain.pem')], { stdio: 'pipe' })
	const temporary = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'].map(name => `${name}_temp_path ${at(name)};`).join(' ')
	writeFileSync(at('nginx.conf'), `${process.getuid() === 0 ? 'user root;' : ''} daemon off; pid ${at('pid')}; error_log ${at('error.log')};
events {} http { include /etc/nginx/mime.types; ${temporary} include site.conf; }`)
	nginx = spawn('nginx', ['-p', directory, '-c', at('nginx.conf'), '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'inherit'] })
	for (;;) {
		assert.equal(nginx.exitCode, null, 'nginx runs')
		if (await ask(https, secure, '/').then(() => true, () => false))
			return
	}
})

after(async () => {
	if (nginx?.exitCode === null) {
		nginx.kill('SIGTERM')
		await once(nginx, 'exit')
	}
	worker.close()
	rmSync(directory, { recursive: true, force: true })
})

test('plain http is redirected to https, without further headers', async () => {
	const { status, headers } = await ask(http, plain, '/admin/?a=b')
	assert.deepEqual([status, headers.location, headers['strict-transport-security']], [301, 'https://dojang.example/admin/?a=b', undefined])
})

test('every response over TLS keeps browsers on https', async () => {
	for (const [path, status] of [['/api/v1/me', 401], ['/admin/', 503], ['/assets/dojang.js', 200], ['/assets/nothing', 404], ['/nothing', 404], ['/api/v1/%zz', 400]]) {
		const answer = await ask(https, secure, path)
		assert.deepEqual([answer.status, answer.headers['strict-transport-security']], [status, 'max-age=31536000'], path)
	}
})
