// SPDX-License-Identifier: MIT
// The documents refer to files and headings that exist, the index names every page, and the
// distribution contains every file of docs/.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { TREE } from '../http/demo.js'

const read = path => readFileSync(join(TREE, path), 'utf8')
const filesBelow = directory => readdirSync(join(TREE, directory), { recursive: true, withFileTypes: true })
	.filter(entry => entry.isFile()).map(entry => relative(TREE, join(entry.parentPath ?? entry.path, entry.name)))
const MANUAL = filesBelow('docs').sort()
const PAGES = [...readdirSync(TREE).filter(name => name.endsWith('.md')), ...MANUAL.filter(path => path.endsWith('.md'))]

const exists = path => existsSync(join(TREE, path))

/** Text outside code blocks. */
const prose = text => text.replace(/^ *```[\s\S]*?^ *```/gm, '')
/** The anchors that a Markdown renderer gives to the headings of a page. */
const anchors = path => new Set([...prose(read(path)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading
	.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(' ', '-')))

test('links lead to files and headings that exist', () => {
	const broken = []
	let count = 0
	for (const page of PAGES)
		for (const [, target] of prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
			if (/^[a-z]+:/.test(target))
				continue
			count++
			const [path, anchor] = target.split('#')
			const file = path ? join(dirname(page), path) : page
			if (!exists(file) || (anchor && !anchors(file).has(anchor)))
				broken.push(`${page}: ${target}`)
		}
	assert.ok(count > 100)
	assert.deepEqual(broken, [])
})

test('other files name documents that exist', () => {
	const missing = []
	const places = ['nginx', 'packaging', 'fcgi', 'tests', 'sql', 'templates', 'bootstrap', 'Makefile.am', 'configure.ac', 'openapi.yaml', ...PAGES]
	for (const place of places)
		for (const file of statSync(join(TREE, place)).isDirectory() ? filesBelow(place).filter(path => !path.includes('node_modules')) : [place])
			for (const [name] of read(file).matchAll(/\bdocs\/[\w/-]+\.(?:md|svg|json|jsonl|txt|am)\b/g))
				if (!exists(name))
					missing.push(`${file}: ${name}`)
	assert.deepEqual(missing, [])
})

test('the index names every page of the manual', () => {
	const index = read('docs/README.md')
	assert.deepEqual(PAGES.filter(page => page.startsWith('docs/') && page !== 'docs/README.md' && !index.includes(`(${page.slice('docs/'.length)})`)), [])
})

test('the distribution contains every file of docs/', () => {
	const listed = new Set(read('docs/docs.am').match(/\bdocs\/[\w./-]+/g))
	assert.deepEqual(MANUAL.filter(path => !listed.has(path)), [])
	assert.deepEqual([...listed].filter(path => !existsSync(join(TREE, path))), [])
})
