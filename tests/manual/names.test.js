// SPDX-License-Identifier: MIT
// Files that the documents name in `code` exist: paths from the top of the tree, and those of fcgi/
// without it ("web/server.c").
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TREE } from '../http/demo.js'

const PAGES = [...readdirSync(TREE), ...readdirSync(join(TREE, 'docs'), { recursive: true }).map(name => join('docs', name))].filter(name => name.endsWith('.md'))
const TOPS = ['.ci', 'docs', 'fcgi', 'nginx', 'packaging', 'sql', 'templates', 'tests']
const MODULES = readdirSync(join(TREE, 'fcgi')).filter(name => statSync(join(TREE, 'fcgi', name)).isDirectory())
const PATH = new RegExp(`^(?:(?:${TOPS.join('|').replaceAll('.', '\\.')})/[\\w./@-]*|(?:${MODULES.join('|')})/[\\w-]+\\.[ch])$`)
/** Placeholders: "templates/console/NAME.html". */
const isPattern = name => /(?<![A-Za-z])[A-Z]{4}/.test(name) && !name.endsWith('.md')
/** Files that the build creates from a template or a source. */
const isMade = name => ['.in', '.c'].some(suffix => existsSync(join(TREE, name + suffix)))

const named = page => [...readFileSync(join(TREE, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, name]) => name)
	.filter(name => PATH.test(name) && !isPattern(name))
const exists = name => [name, join('fcgi', name)].some(path => existsSync(join(TREE, path))) || isMade(name)

/** Names of functions, tables and queries in the documents for contributors. */
const identifiers = page => [...readFileSync(join(TREE, page), 'utf8').matchAll(/`([a-z]\w*_\w+)`/g)].map(([, name]) => name)
const below = directory => readdirSync(join(TREE, directory), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
	.map(entry => join(entry.parentPath ?? entry.path, entry.name))

test('files that the documents name exist', () => {
	const all = PAGES.flatMap(page => named(page).map(name => [page, name]))
	assert.ok(all.length > 150, `${all.length}`)
	assert.deepEqual(all.filter(([, name]) => !exists(name)).map(([page, name]) => `${page}: ${name}`), [])
})

test('identifiers in the documents for contributors occur in the sources', () => {
	const sources = ['fcgi', 'sql', 'nginx', 'packaging'].flatMap(below).map(path => readFileSync(path, 'utf8')).join('\n')
	const known = new Set(sources.match(/\w+/g))
	const all = ['ARCHITECTURE.md', 'HACKING.md', 'docs/design.md'].flatMap(page => identifiers(page).map(name => [page, name]))
	assert.ok(all.length > 20, `${all.length}`)
	assert.deepEqual(all.filter(([, name]) => !known.has(name)).map(([page, name]) => `${page}: ${name}`), [])
})
