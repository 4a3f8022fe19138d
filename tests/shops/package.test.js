// SPDX-License-Identifier: MIT
// The widget as an npm package: a page of a shop loads it from the shop's own origin, and its types
// compile in strict TypeScript.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import ts from 'typescript'
import { shop, visitor } from '../browser/browser.js'
import { BUILD, TREE } from '../http/demo.js'
import { base, count, demo, freshEvent, token, unique } from '../http/harness.js'
import { until } from '../http/until.js'

const directory = mkdtempSync(join(tmpdir(), 'dojang-package-'))
after(() => rmSync(directory, { recursive: true }))
const modules = join(directory, 'node_modules'), unpacked = join(modules, 'dojang-attendance')
mkdirSync(unpacked, { recursive: true })
execFileSync('make', ['-s', '-C', BUILD, 'npm-package'], { stdio: ['ignore', 'ignore', 'pipe'] })
const [archive] = readdirSync(BUILD).filter(name => /^dojang-attendance-.*\.tgz$/.test(name))
execFileSync('tar', ['-xzf', join(BUILD, archive), '-C', unpacked, '--strip-components=1'])
for (const name of ['@types', 'csstype', 'vue', '@vue', 'svelte'])
	symlinkSync(join(TREE, 'tests', 'node_modules', name), join(modules, name))
const contents = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'))

test('every file that the package names is in it, and its version is that of the programs', () => {
	const files = Object.values(contents.exports).flatMap(each => typeof each === 'string' ? each : Object.values(each))
	for (const file of new Set(files))
		assert.ok(readFileSync(join(unpacked, file)).length > 0, file)
	assert.equal(archive, `dojang-attendance-${contents.version}.tgz`)
	assert.ok(execFileSync(join(BUILD, 'dojangctl'), ['--version'], { encoding: 'utf8' }).includes(contents.version))
	assert.ok(!contents.dependencies)
})

const USES = {
	'plain.ts': `import 'dojang-attendance';
import type { DojangClaim } from 'dojang-attendance';
document.querySelector('dojang-attendance')?.addEventListener('dojang-claim', ({ detail }) => { const claim: DojangClaim = detail; console.log(claim.id); });
`,
	'react.tsx': `import 'dojang-attendance/react';
export const Stamps = () => <dojang-attendance event="november" base="https://dojang.example" />;
`,
	'vue.ts': `import type { GlobalComponents } from 'vue';
import 'dojang-attendance/vue';
export const good: InstanceType<GlobalComponents['dojang-attendance']>['$props'] = { event: 'november' };
`,
	'svelte.ts': `import type { SvelteHTMLElements } from 'svelte/elements';
import 'dojang-attendance/svelte';
export const good: SvelteHTMLElements['dojang-attendance'] = { event: 'november' };
`,
}
const compile = (name, text) => {
	writeFileSync(join(directory, name), text)
	const program = ts.createProgram([join(directory, name)], { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, types: [], module: ts.ModuleKind.ESNext,
		moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], jsx: ts.JsxEmit.ReactJSX })
	return ts.getPreEmitDiagnostics(program).filter(({ file }) => file?.fileName.startsWith(directory) && !file.fileName.includes('node_modules'))
		.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
for (const [name, text] of Object.entries(USES))
	test(`an import of the package compiles, and a wrong event does not: ${name}`, () => {
		assert.deepEqual(compile(name, text), [])
		assert.notDeepEqual(compile(`wrong-${name}`, `${text}document.createElement('dojang-attendance').token = 5;`), [])
	})

test('a page checks in with the widget from its own origin', async t => {
	const event = await freshEvent({ milestones: [{ at: 2, points: 100 }] }), subject = unique('c')
	const page = await (await visitor(t)).newPage()
	const site = join(dirname(demo.settings_file), 'other', 'package')
	cpSync(unpacked, site, { recursive: true })
	writeFileSync(join(site, 'page.html'), '<!doctype html><html lang="en"><title>Shop</title><main></main><script type="module" src="page.js"></script></html>')
	writeFileSync(join(site, 'page.js'), `import { DojangAttendance } from './dojang.js';
const widget = new DojangAttendance();
widget.setAttribute('base', '${base.origin}');
widget.setAttribute('event', '${event.slug}');
widget.token = '${token(subject)}';
document.querySelector('main').append(widget);
`)
	await page.goto(`${shop}/package/page.html`)
	await page.locator('#check-in').click()
	await until(async () => await count(`SELECT COUNT(*) FROM attendance a JOIN users u ON u.id = a.user_id WHERE u.subject = '${subject}'`) === 1, 'the check-in')
})
