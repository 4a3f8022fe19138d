// SPDX-License-Identifier: MIT
// wapiti crawls the console, signed in as an owner, and attacks every form and link that it finds.
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { runProgram } from './program.js'

// Without those that ask a server out in the world, and those for other programs (WordPress, Drupal, .htaccess).
const MODULES = 'backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,http_headers,methods,permanentxss,redirect,shellshock,sql,timesql,xss,xxe'
const SECONDS = 1200

async function signIn(facts) {
	const page = new URL('/admin/sign-in', facts.base_url)
	const first = await fetch(page)
	const html = await first.text()
	const jar = new Map()
	const keep = answer => answer.headers.getSetCookie().forEach(line => jar.set(line.split('=')[0], line.slice(line.indexOf('=') + 1).split(';')[0]))
	const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
	const hidden = name => html.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? ''
	keep(first)
	const answer = await fetch(page, { method: 'POST', redirect: 'manual', headers: { cookie: cookies(), origin: page.origin },
		body: new URLSearchParams({ _token: hidden('_token'), _form: hidden('_form'), email: facts.console.email, password: facts.console.password }) })
	if (answer.status !== 303)
		throw new Error(`the sign-in answered ${answer.status}`)
	keep(answer)
	return cookies()
}

/** A door that keeps whoever comes through it signed in: it adds the session's cookie and lets nothing end the session. Debian's wapiti
 * cannot leave pages out (-x fails with its own Python). */
async function openDoor(facts, cookie) {
	const base = new URL(facts.base_url)
	const door = createServer((from, to) => {
		if (/^\/admin\/(sign-out|account)/.test(from.url) && from.method === 'POST')
			return to.writeHead(403).end()
		const headers = { ...from.headers, host: base.host, cookie, ...(from.method === 'GET' ? {} : { origin: base.origin }) }
		delete headers.connection
		const on = request({ host: base.hostname, port: base.port, method: from.method, path: from.url, headers }, answer => {
			delete answer.headers['set-cookie']
			to.writeHead(answer.statusCode, answer.headers)
			answer.pipe(to)
		})
		on.on('error', () => to.destroy())
		from.pipe(on)
	})
	await once(door.listen(0, '127.0.0.1'), 'listening')
	return door
}

export async function wapiti(facts, { reports, progress }) {
	const directory = join(reports, 'wapiti')
	mkdirSync(directory, { recursive: true })
	const cookie = await signIn(facts)
	const door = await openDoor(facts, cookie)
	const file = join(directory, 'report.json')
	progress(`wapiti: the console, for ${SECONDS / 60} minutes at most`)
	const { out } = await runProgram('wapiti', ['-u', `http://127.0.0.1:${door.address().port}/admin/`, '--scope', 'folder', '-m', MODULES, '--flush-session',
		'--store-session', join(directory, 'session'), '--store-config', join(directory, 'config'), '--max-scan-time', String(SECONDS), '--max-attack-time', '120',
		'--max-links-per-page', '60', '-d', '6', '--no-bugreport', '-f', 'json', '-o', file], { seconds: SECONDS + 600, cwd: directory })
	door.closeAllConnections()
	door.close()
	writeFileSync(join(directory, 'log'), out)
	if (!existsSync(file))
		return [{ attack: 'wapiti', what: 'the console', tried: '', findings: [`it made no report: ${out.trim().split('\n').slice(-2).join(' ')}`] }]
	const report = JSON.parse(readFileSync(file, 'utf8'))
	const still = await fetch(new URL('/admin/', facts.base_url), { redirect: 'manual', headers: { cookie } })
	const rows = Object.entries({ ...report.vulnerabilities, ...report.anomalies }).map(([what, list]) => ({ attack: 'wapiti', what, tried: '',
		findings: list.map(item => `${item.method} ${item.path} ${item.parameter ?? ''}: ${item.info}`).slice(0, 10) }))
	rows.push({ attack: 'wapiti', what: `${report.infos.crawled_pages_nbr ?? report.infos.crawled_pages ?? 'some'} pages seen, still signed in at the end`, tried: '',
		findings: still.status === 200 ? [] : [`the console answered ${still.status}: the session was lost while it looked`] })
	return rows
}
