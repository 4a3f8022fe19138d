// SPDX-License-Identifier: MIT
// wapiti crawls the console, signed in as an owner, and attacks every form and link that it finds.
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { runProgram } from './program.js'

// Without modules that contact a server on the internet, and modules for other programs (WordPress,
// Drupal, .htaccess).
const MODULES = 'backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,http_headers,methods,permanentxss,redirect,shellshock,sql,timesql,xss,xxe'
const SECONDS = 1200
// Findings that are expected here, with the reason.
const ACCEPTED = [
	'X-XSS-Protection is not set',                  // browsers no longer use it; the content security policy replaces it
	'Strict-Transport-Security is not set',         // the demo uses plain http; nginx/site.conf sets it
]

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

/** A proxy that keeps its clients signed in: it adds the session's cookie, and signs in again when the session has ended.
* Debian's wapiti cannot exclude the sign-out (-x fails with its own Python). */
async function openDoor(facts) {
	const base = new URL(facts.base_url)
	let cookie = await signIn(facts)
	const door = createServer((from, to) => {
		const headers = { ...from.headers, host: base.host, cookie, ...(from.method === 'GET' ? {} : { origin: base.origin }) }
		delete headers.connection
		const on = request({ host: base.hostname, port: base.port, method: from.method, path: from.url, headers }, async answer => {
			delete answer.headers['set-cookie']
			if (answer.headers.location?.startsWith('/admin/sign-in'))
				cookie = await signIn(facts)
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
	const door = await openDoor(facts)
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
	const rows = Object.entries({ ...report.vulnerabilities, ...report.anomalies }).map(([what, list]) => ({ attack: 'wapiti', what, tried: '',
		findings: list.filter(item => !ACCEPTED.some(words => item.info.includes(words))).map(item => `${item.method} ${item.path} ${item.parameter ?? ''}: ${item.info}`).slice(0, 10) }))
	return rows
}
