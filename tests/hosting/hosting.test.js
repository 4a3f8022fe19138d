// SPDX-License-Identifier: MIT
// Dojang on a shared host: one directory, one database user, no root, behind a real Apache
// (mod_fcgid, only .htaccess) or lighttpd. Each test runs with both; tests/run starts them one
// after the other.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, renameSync, statSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { BODIES, METHODS, PATHS, QUERIES } from '../http/malformed.js'
import { attended, base, children, clock, count, demo, dojangctl, freshEvent, freshProduct, sql, unique } from '../http/harness.js'
import { call, customer, expect, expectFields, parseBody } from '../http/client.js'
import { staff } from '../console/client.js'
import { certificate, mailServer, product, take, until } from '../delivery/installation.js'

const run = promisify(execFile)
const isApache = demo.kind === 'apache'
const [ORIGIN] = demo.origins
const own = path => join(demo.tree, 'private', path)
const asOwner = process.getuid() === 0 ? { uid: demo.user, gid: demo.user } : {}
/** Runs a program as the account's user does, from a shell or cron: by its path in bin/. */
const asUser = (program, ...args) => run(own(`bin/${program}`), args, { cwd: '/', env: { PATH: '/usr/bin:/bin' }, ...asOwner })

/** The response to a plain GET. */
const fetchAt = async (where, path, options) => {
	const answer = await fetch(new URL(path, where), { redirect: 'manual', ...options })
	return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() }
}

/** All descendants of a process. */
const offspring = pid => children(pid).flatMap(child => [child, ...offspring(child)])
const commandOf = pid => {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
	} catch {
		return ''               // it ended meanwhile
	}
}
/** Whether a process has ended completely: its memory is freed first, its socket accepts connections a moment longer. */
const isGone = pid => {
	try {
		return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
	} catch {
		return true
	}
}
const workersOf = program => offspring(demo.pids.web).filter(pid => commandOf(pid).includes(`/programs/${program}`))

/* --- the installation -------------------------------------------------------------------------------------------------------- */

test('no process runs as root, and all use the packed libraries', async () => {
	expect(await call('GET', '/healthz'), 200)
	for (const pid of [demo.pids.web, ...offspring(demo.pids.web)])
		assert.match(readFileSync(`/proc/${pid}/status`, 'latin1'), new RegExp(`^Uid:\\t${demo.user}\\t${demo.user}\\t`, 'm'))
	const [worker] = workersOf('dojang-api')
	assert.ok(readlinkSync(`/proc/${worker}/exe`).startsWith(demo.tree))
	const libraries = readFileSync(`/proc/${worker}/maps`, 'latin1').split('\n').map(line => line.split(/ +/)[5] ?? '').filter(path => /\.so(\.|$)/.test(path))
	assert.ok(libraries.length > 5)
	assert.deepEqual(libraries.filter(path => !path.startsWith(own('lib'))), [])
})

test('one database user: migrate has no rights to grant and says so, and doctor finds nothing wrong', async () => {
	for (const program of ['api', 'console', 'notifier'])
		assert.match(demo.migrated, new RegExp(`rights of ${program}: uses the administrator's account`))
	clock.set(Date.now())           // doctor compares the programs' clock with the database's
	const { stdout } = await asUser('dojangctl', 'doctor').finally(clock.reset)
	assert.match(stdout, /^warning +database users: acct_dojang is the one user for all programs/m)
	assert.match(stdout, /^ok +rights of api: acct_dojang may do all that api needs/m)
	assert.match(stdout, /^0 wrong/m)
})

test('a file of a Korean spreadsheet is converted with the packed converter', async () => {
	const file = own('korean.csv')
	assert.ok(existsSync(own('lib/gconv/UHC.so')))
	const { stdout: made } = await asUser('dojangctl', 'product', 'create', '--name', 'Korean', '--kind', 'coupon', '--json')
	writeFileSync(file, Buffer.from([0xc4, 0xed, 0xc6, 0xf9, 0xb9, 0xf8, 0xc8, 0xa3, ...Buffer.from(`\r\n${unique('CP949')}\r\n`)]))
	const { stdout } = await asUser('dojangctl', 'coupon', 'import', '--product', String(JSON.parse(made).id), '--file', file)
	assert.match(stdout, /^1 codes added\nread as CP949; code is column 1 \(쿠폰번호\)$/m)
})

test('certificates are read from where the environment says', async () => {
	const directory = mkdtempSync(own('tls-'))
	const { key, cert, file } = await certificate(directory)
	await run('chown', ['-R', String(demo.user), directory])
	const server = https.createServer({ key, cert }, (request, response) => response.end('{"keys":[]}')).listen(0, '127.0.0.1')
	after(() => server.close())
	await once(server, 'listening')
	const settings = own('tls.ini')
	writeFileSync(settings, `${readFileSync(demo.settings_file, 'utf8')}\n[issuer far]\niss = https://far.example/\nalgorithm = RS256\naudience = dojang
jwks_uri = https://127.0.0.1:${server.address().port}/\n`)
	const doctor = async more => {
		const { stdout } = await run(own('bin/dojangctl'), ['--settings', settings, 'doctor'], { env: { PATH: '/usr/bin:/bin', ...more }, ...asOwner }).catch(error => error)
		return stdout.match(/^.*issuer far.*$/m)[0]
	}
	assert.match(await doctor({}), /certificate/)
	assert.match(await doctor({ CURL_CA_BUNDLE: file }), /no JWK set with a key/)
})

/* --- customers ---------------------------------------------------------------------------------------------------------------- */

test('a customer checks in, views and claims; refusals are problems', async () => {
	const event = await freshEvent({ milestones: [{ at: 3 }, { at: 3, kind: 'item', stock: 0 }, { at: 3, kind: 'item', stock: 1 }, { at: 9 }] })
	const who = customer(unique('c'))
	await attended(event, { [who.subject]: [-2, -1] })
	assert.equal(expect(await who.post(`${event.path}/attendance`), 201).count, 3)
	assert.equal(expect(await who.post(`${event.path}/attendance`), 200).already, true)
	const month = event.today.slice(0, 7)
	assert.ok(expect(await who.get(`${event.path}/attendance?month=${month}`), 200).dates.includes(event.today))
	assert.equal(expect(await who.get(event.path), 200).participation.checked_in_today, true)
	const first = expect(await who.post(event.milestones[0].path), 201)
	assert.equal(expect(await who.post(event.milestones[0].path), 200).id, first.id)
	assert.equal(expect(await who.get('/api/v1/me'), 200).points, 5000)
	expect(await who.post(event.milestones[1].path), 409, 'sold-out')
	expect(await who.post(event.milestones[3].path), 409, 'not-eligible')
	const item = expect(await who.post(event.milestones[2].path), 201)
	const address = { name: '김민지', phone: '010-1234-5678', postcode: '04524', lines: ['서울특별시 중구 세종대로 110'], country: 'KR', consent: true }
	expect(await who.call('PUT', `/api/v1/me/claims/${item.id}/address`, { body: address }), 204)
	expectFields(await who.call('PUT', `/api/v1/me/claims/${item.id}/address`, { body: { ...address, country: 'Korea' } }), 422, 'invalid', 'country')
	assert.equal((await who.call('HEAD', '/api/v1/me')).status, 200)
})

test('no token, an invalid token, unknown paths: 401 and 404', async () => {
	const nobody = await call('GET', '/api/v1/me')
	expect(nobody, 401, 'unauthorized')
	assert.match(nobody.headers['www-authenticate'], /^Bearer error="invalid_token"$/)
	expect(await call('GET', '/api/v1/me', { as: 'djk_1_x' }), 401, 'unauthorized')
	expect(await call('GET', '/nothing/here'), 404, 'not-found')
	expect(await call('GET', '/'), 404, 'not-found')
	expect(await customer(unique('c')).get('/api/v1/events/none'), 404, 'not-found')
})

test('the shop\'s backend, with its key', async () => {
	const { key } = await dojangctl('key', 'create', '--name', unique('backend'), '--scopes', 'users:read,points:write')
	const who = customer(unique('c'))
	await who.get('/api/v1/me')
	const body = { amount: 300, reference: unique('order'), reason: 'a gift' }
	expect(await call('POST', `/api/v1/shop/users/${who.subject}/points`, { as: key, body }), 201)
	expect(await call('POST', `/api/v1/shop/users/${who.subject}/points`, { as: key, body }), 200)
	assert.equal(expect(await call('GET', `/api/v1/shop/users/${who.subject}`, { as: key }), 200).points, 300)
	expect(await call('GET', '/api/v1/shop/products', { as: key }), 403, 'forbidden')
})

// Apache refuses these itself before any .htaccess is read, as lighttpd does with large bodies.
const isForServer = (target, status) => isApache ? /%2f|%00|%(?![0-9a-f]{2})/i.test(target) : status === 413

test('malformed requests get the same responses as behind nginx', async () => {
	const event = await freshEvent({ milestones: [{ at: 1 }] }), who = customer(unique('c'))
	const fill = target => target.replace('{event}', event.slug).replace('{milestone}', event.milestones[0].id)
	const faults = []
	for (const { is, method, target, body, headers, as, status = 400, type = 'bad-request', fields = null } of [...BODIES, ...QUERIES, ...PATHS, ...METHODS]) {
		if (isForServer(target, status))
			continue
		try {
			const answer = await call(method, fill(target), { as: as === 'nobody' ? undefined : who.token, body, headers })
			if (is.endsWith('which nginx refuses'))
				assert.ok([400, 404].includes(answer.status), String(answer.status))
			else
				fields ? expectFields(answer, status, type, ...fields) : expect(answer, status, type)
		} catch (error) {
			faults.push(`${is}: ${error.message}`)
		}
	}
	assert.deepEqual(faults, [])
})

test('pages of the shop can call the routes for customers and load the widget, others cannot', async () => {
	const preflight = origin => call('OPTIONS', '/api/v1/events', { headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } })
	const good = await preflight(ORIGIN), bad = await preflight('https://shop.example.evil.example')
	assert.equal(good.status, 204)
	assert.deepEqual([good.headers['access-control-allow-origin'], good.headers['access-control-allow-headers']], [ORIGIN, 'Authorization, Content-Type'])
	assert.equal(bad.headers['access-control-allow-origin'], undefined)
	for (const path of ['/api/v1/me', '/assets/dojang.js']) {
		assert.equal((await fetchAt(base, path, { headers: { origin: ORIGIN } })).headers['access-control-allow-origin'], ORIGIN, path)
		const other = await fetchAt(base, path, { headers: { origin: 'https://other.example' } })
		assert.deepEqual([other.headers['access-control-allow-origin'], other.headers.vary?.includes('Origin')], [undefined, true], path)
	}
})

/* --- files -------------------------------------------------------------------------------------------------------------------- */

test('assets have their types and headers', async () => {
	for (const [name, type] of [['dojang.js', 'text/javascript'], ['console.css', 'text/css'], ['seal.svg', 'image/svg+xml']]) {
		const { status, headers, text } = await fetchAt(base, `/assets/${name}`)
		assert.equal(status, 200)
		assert.equal(text, readFileSync(own(`templates/assets/${name}`), 'utf8'))
		assert.equal(headers['content-type'].replaceAll(' ', ''), `${type};charset=utf-8`)
		assert.match(headers['content-security-policy'], /^default-src 'none'; .*frame-ancestors 'none'$/)
		assert.deepEqual([headers['x-content-type-options'], headers['referrer-policy'], headers['cache-control']], ['nosniff', 'no-referrer', 'no-cache'])
	}
	const { status, headers, text } = await fetchAt(base, '/assets/none.js')
	assert.deepEqual([status, headers['content-type'], JSON.parse(text).type], [404, 'application/problem+json', '/problems/not-found'])
})

test('settings, keys, programs and logs are not served', async () => {
	const secrets = ['database', 'server', 'seal', 'issuer'].map(name => readFileSync(own(`secrets/${name}`), 'utf8').trim())
	const files = ['dojang.ini', 'dojang.ini.example', 'secrets/seal', 'secrets/database', 'secrets/', 'log/api.log', 'programs/dojangctl', 'bin/dojangctl', 'templates/catalogue.ko', '']
	const paths = [...files.map(name => `/private/${name}`), '/private', '/.htaccess', '/private/.htaccess', '/cgi/api.fcgi', '/cgi/console.fcgi', '/cgi/', '/cgi/api.fcgi/api/v1/me',
		'/assets/', '/assets/../private/dojang.ini', '/assets/%2e%2e/private/dojang.ini', '/assets/..%2fprivate/dojang.ini', '//private/dojang.ini', '/PRIVATE/dojang.ini',
		'/.well-known/acme-challenge/../../private/dojang.ini', '/admin/../private/dojang.ini', '/dojang.sql', '/sql/grants.sql', '/.git/config']
	for (const path of paths) {
		const { status, text } = await raw(path)
		assert.ok([400, 403, 404].includes(status), `${path}: ${status}`)
		assert.ok(!secrets.some(secret => text.includes(secret)) && !/database\]|ELF|RewriteEngine|exec "/.test(text), path)
	}
	if (isApache)
		for (const path of ['/metrics', '/admin/metrics', '/%6detrics', '/admin/%6detrics'])
			assert.equal((await raw(path)).status, 404, path)
})

/** Sends a path unchanged: fetch would normalise it. */
const raw = path => new Promise((resolve, reject) => http.request({ host: base.hostname, port: base.port, path }, response => {
	let text = ''
	response.setEncoding('utf8').on('data', piece => { text += piece }).on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }))
}).on('error', reject).end())

test('other users of the host can read no secrets and logs', () => {
	for (const name of ['secrets', 'state', 'run', 'log'])
		assert.equal(statSync(own(name)).mode & 0o077, 0, name)
	for (const name of readdirSync(own('log')))
		assert.equal(statSync(own(`log/${name}`)).mode & 0o077, 0, name)
})

/* --- staff -------------------------------------------------------------------------------------------------------------------- */

test('staff sign in at the console and change something', async () => {
	const manager = await staff('manager')
	assert.deepEqual([...manager.cookies.keys()].filter(name => !name.startsWith('__Host-')), [], 'these cookies are for the demo alone')
	const id = await freshProduct({ kind: 'item', stock: 1 })
	assert.match((await manager.get('/admin/')).text, /<h1/)
	assert.equal((await manager.send(`/admin/products/${id}/stock`, { delta: '10', reason: 'delivery' })).status, 303)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${id}`), 11)
	const [entry] = await sql(`SELECT * FROM audit_entries WHERE action = 'stock.change' AND actor = 'staff:${manager.id}'`)
	assert.equal(entry.address, '127.0.0.1')
	const csv = await manager.get('/admin/claims.csv')
	assert.deepEqual([csv.status, csv.headers.get('content-encoding')], [200, null])
	const stranger = await fetchAt(base, '/admin/products')
	assert.deepEqual([stranger.status, stranger.headers.location], [303, '/admin/sign-in?back=%2Fadmin%2Fproducts'])
	const wrong = await manager.request('/admin/sign-in', { method: 'POST', form: { email: 'a@b.example', password: 'x', _token: 'x' } })
	assert.equal(wrong.status, 403)
})

/* --- mail --------------------------------------------------------------------------------------------------------------------- */

test('cron delivers a mail', async () => {
	const server = await mailServer()
	after(() => server.close())
	const settings = readFileSync(demo.settings_file, 'utf8')
	writeFileSync(demo.settings_file, settings.replace('[mail]', `[mail]\nhost = 127.0.0.1\nport = ${server.port}\nsecurity = none\nfrom = dojang@shop.example`))
	await dojangctl('recipient', 'add', '--email', 'staff@shop.example', '--language', 'en')
	const name = unique('AirPods'), mails = () => server.mails.filter(mail => mail.subject.includes(name)).length
	await take({ sql }, await product({ ctl: dojangctl }, { name }))
	for (let run = 0; run < 2; run++) {
		await asUser('dojang-notifier', '--once')
		assert.equal(mails(), 1)
	}
	writeFileSync(demo.settings_file, settings)
})

/* --- the web server starts and ends the programs ------------------------------------------------------------------------------- */

for (const signal of ['SIGTERM', 'SIGKILL'])
	test(`after ${signal} to one worker the next request works, and soon after ${signal} to all workers`, async () => {
		expect(await call('GET', '/readyz'), 200)
		// lighttpd looks for dead workers every second, and uses the others meanwhile.
		const all = workersOf('dojang-api'), before = isApache ? all : all.slice(0, 1)
		before.forEach(pid => process.kill(pid, signal))
		await until(() => before.every(isGone), 'their end')
		for (let i = 0; i < 8; i++)
			expect(await call('GET', '/readyz'), 200)
		assert.ok(workersOf('dojang-api').every(pid => !before.includes(pid)))
		workersOf('dojang-api').forEach(pid => process.kill(pid, signal))
		await until(async () => (await fetchAt(base, '/readyz')).status === 200 && workersOf('dojang-api').every(pid => !all.includes(pid)), 'new workers')
	})

test('a graceful restart of the web server loses nothing', async () => {
	const event = await freshEvent(), answers = []
	let isOver = false
	// Each client uses a new connection for each request. mod_fcgid may pass a request to a worker
	// that it is just ending, and then answers 5xx itself. A repetition, as the widget does, must
	// succeed.
	const client = async () => {
		while (!isOver) {
			const { token } = customer(unique('c')), first = await ask('POST', `${event.path}/attendance`, token)
			answers.push(first.status < 500 ? first : await ask('POST', `${event.path}/attendance`, token))
		}
	}
	const clients = Array.from({ length: 3 }, client)
	await until(() => answers.length > 30, 'some check-ins')
	const before = workersOf('dojang-api')
	process.kill(demo.pids.web, 'SIGUSR1')
	await until(() => before.every(isGone), 'the end of the old workers', 60)
	const reached = answers.length
	await until(() => answers.length > reached + 30, 'more check-ins')
	isOver = true
	await Promise.all(clients)
	assert.deepEqual(answers.filter(answer => answer.status !== 201 && answer.status !== 200).map(answer => answer.text), [])
	assert.equal(await count(`SELECT COUNT(*) FROM attendance a JOIN events e ON e.id = a.event_id WHERE e.slug = '${event.slug}'`), answers.length)
})

const ask = (method, path, token) => new Promise((resolve, reject) => http.request({ agent: false, host: base.hostname, port: base.port, method, path,
	headers: { authorization: `Bearer ${token}`, 'content-length': 0 } }, response => {
	let text = ''
	response.setEncoding('utf8').on('data', piece => { text += piece })
		.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text, body: parseBody(response.headers, text) }))
}).on('error', reject).end())

test('a body that is too large gets the usual problem', async () => {
	const who = customer(unique('c'))
	for (const size of [2000, 70000, 1 << 20]) {
		const answer = await fetchAt(base, `/api/v1/me/claims/1/address`, { method: 'PUT', body: ' '.repeat(size), headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/json' } })
			.catch(error => { throw new Error(`${size}: ${error.cause}`) })
		assert.ok(size < 3000 || answer.status === 413, `${size}: ${answer.status}`)
		assert.match(answer.headers['content-type'], /^application\/problem\+json/)
		assert.equal(JSON.parse(answer.text).status, answer.status)
	}
})

test('a chunked body arrives completely', async () => {
	const event = await freshEvent({ milestones: [{ at: 1, kind: 'item' }] }), who = customer(unique('c'))
	await who.post(`${event.path}/attendance`)
	const { id } = expect(await who.post(event.milestones[0].path), 201)
	const body = JSON.stringify({ name: 'Minji', phone: '010-1234-5678', postcode: '04524', lines: ['Sejong-daero 110'], country: 'KR', consent: true })
	const status = await new Promise((resolve, reject) => {
		const request = http.request({ agent: false, host: base.hostname, port: base.port, method: 'PUT', path: `/api/v1/me/claims/${id}/address`,
			headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/json', 'transfer-encoding': 'chunked' } })
		request.on('response', response => resolve(response.resume().statusCode)).on('error', reject)
		request.write(body.slice(0, 20))
		request.end(body.slice(20))
	})
	assert.equal(status, 204)
})

test('if the programs do not start, Apache\'s errors have the usual form', { skip: !isApache }, async () => {
	renameSync(own('bin'), own('away'))
	try {
		for (const program of ['dojang-api', 'dojang-console'])
			workersOf(program).forEach(pid => process.kill(pid, 'SIGKILL'))
		await until(async () => (await fetchAt(base, '/api/v1/me')).status !== 401, 'the end of the workers')
		const { status, headers, text } = await fetchAt(base, '/api/v1/me', { headers: { origin: ORIGIN } })
		assert.ok([500, 503].includes(status), String(status))
		const problem = JSON.parse(text)
		assert.deepEqual([problem.status, problem.request_id], [status, headers['x-request-id']])
		assert.match(headers['x-request-id'], /^[0-9a-f]{32}$/)
		assert.deepEqual([headers['content-type'], headers['cache-control'], headers.vary, headers['access-control-allow-origin']],
			['application/problem+json', 'no-store', 'Origin', ORIGIN])
		const page = await fetchAt(base, '/admin/')
		assert.ok([500, 503].includes(page.status))
		assert.match(page.headers['content-type'], /^text\/html/)
		assert.match(page.text, /콘솔이 지금 응답하지 못합니다/)
		assert.match(page.headers['content-security-policy'], /default-src 'none'/)
	} finally {
		renameSync(own('away'), own('bin'))
	}
	await until(async () => (await fetchAt(base, '/readyz')).status === 200, 'new workers')
})

/* --- Apache only -------------------------------------------------------------------------------------------------------------- */

test('plain http is redirected to https, except for ACME challenges', { skip: !isApache }, async () => {
	const { status, headers } = await fetchAt(demo.plain_url, '/admin/?a=b')
	assert.deepEqual([status, headers.location], [301, `${demo.plain_url.replace('http:', 'https:')}/admin/?a=b`])
	assert.equal(headers['strict-transport-security'], undefined)
	for (const path of ['/api/v1/me', '/admin/sign-in', '/assets/dojang.js', '/assets/none.js'])
		assert.equal((await fetchAt(base, path)).headers['strict-transport-security'], 'max-age=31536000', path)
	assert.equal((await fetchAt(demo.plain_url, '/.well-known/acme-challenge/x')).status, 404)
	assert.equal((await fetchAt(demo.plain_url, '/api/v1/me', { headers: { 'x-forwarded-proto': 'https' } })).status, 401)
})

test('without mod_fcgid, as plain CGI', { skip: !isApache }, async () => {
	const event = await freshEvent(), token = customer(unique('c')).token, headers = { authorization: `Bearer ${token}` }
	assert.equal((await fetchAt(demo.cgi_url, '/readyz')).text, '{"status":"ok"}')
	for (const status of [201, 200])
		assert.equal((await fetchAt(demo.cgi_url, `${event.path}/attendance`, { method: 'POST', headers })).status, status)
	assert.equal((await fetchAt(demo.cgi_url, '/api/v1/me')).status, 401)
	assert.match((await fetchAt(demo.cgi_url, '/admin/sign-in')).text, /name="_token"/)
})
