// SPDX-License-Identifier: MIT
// The shop's own templates, texts and styles replace those of the console; an error in them names
// its file and line.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { demo, unique } from '../http/harness.js'

const made = []
after(() => made.forEach(path => rmSync(path, { recursive: true, force: true })))

/** Settings like the demo's, with a directory of these files: { 'console/x.html': text }. Next to the demo's own file, because its paths are relative. */
function settingsWith(files) {
	const home = dirname(demo.settings_file), own = mkdtempSync(join(home, 'own-')), file = join(home, `${unique('own')}.ini`)
	made.push(own, file)
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(own, name)), { recursive: true })
		writeFileSync(join(own, name), text)
	}
	const settings = readFileSync(demo.settings_file, 'utf8')
	assert.match(settings, /^\[server\]$/m)
	writeFileSync(file, settings.replace(/^\[server\]$/m, `[server]\nown_templates_directory = ${own}`), { mode: 0o600 })
	return { file, own }
}

/** One request to a separate console, started as CGI. */
function ask(files, path = '/admin/sign-in', language = 'en') {
	const { file, own } = settingsWith(files)
	const { status, stdout, stderr } = spawnSync(join(dirname(demo.dojangctl), 'dojang-console'), ['--settings', file], { encoding: 'utf8', env: {
		GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', REQUEST_URI: path, SERVER_PROTOCOL: 'HTTP/1.1', REMOTE_ADDR: '127.0.0.1', HTTP_HOST: 'shop.example',
		HTTP_ACCEPT_LANGUAGE: language } })
	return { status, text: stdout, error: stderr.replaceAll(own, 'OWN') }
}

test('without own files the pages are the installed ones', () => {
	const { status, text } = ask({})
	assert.equal(status, 0)
	assert.match(text, /href="\/assets\/console\.css"/)
	assert.match(text, /name="email"/)
})

test('a page, a partial and a text are replaced, the rest stays', () => {
	const page = ask({ 'console/sign_in.html': '{{< console/layout}}{{$body}}<p>Welcome to the shop</p>{{> console/guard}}{{/body}}{{/console/layout}}' })
	assert.match(page.text, /Welcome to the shop/)
	assert.match(page.text, /<nav|class="brand"/, 'the layout is still the installed one')
	assert.match(page.text, /name="_token"/)
	const partial = ask({ 'console/guard.html': '<input type="hidden" name="_token" value="{{csrf}}"><input type="hidden" name="_form" value="{{form_id}}"><i>ours</i>' })
	assert.ok(partial.text.split('<i>ours</i>').length > 2, 'every form shows the text')
	const words = { 'catalogue.en': 'console.brand = of the shop\n', 'catalogue.ko': 'console.brand = 우리 가게\n' }
	assert.match(ask(words).text, /of the shop/)
	assert.match(ask(words, '/admin/sign-in', 'ko').text, /우리 가게/)
	assert.match(ask(words).text, /name="email"/)
})

test('pages request and get the shop\'s own style sheet', () => {
	const files = { 'assets/console.css': ':root { --seal: rebeccapurple; }\n' }
	assert.match(ask(files).text, /href="\/admin\/console\.css"/)
	const { text } = ask(files, '/admin/console.css')
	assert.match(text, /^Content-Type: text\/css/mi)
	assert.match(text, /rebeccapurple/)
	assert.match(ask({}, '/admin/console.css').text, /Location: \/assets\/console\.css/i)
})

test('an error names its file and line, and the console does not start', () => {
	for (const [name, text, where] of [
		['console/sign_in.html', 'one\ntwo {{#open}}\n', /OWN\/console\/sign_in\.html:2/],
		['console/sign_in.html', 'one\n\n{{{raw}}}\n', /OWN\/console\/sign_in\.html:3/],
		['console/sign_in.html', '{{@ no.such.text}}\n', /OWN\/console\/sign_in\.html:1/],
		['console/guard.html', '\n{{> console/nowhere}}\n', /OWN\/console\/guard\.html:2/],
		['catalogue.en', '# ours\nno.such.key = x\n', /OWN\/catalogue\.en:2/],
		['catalogue.ko', 'console.brand\n', /OWN\/catalogue\.ko:1/],
	]) {
		const { status, text: answer, error } = ask({ [name]: text })
		assert.equal(status, 1, name)
		assert.match(error, where)
		assert.equal(answer, '')
	}
})
