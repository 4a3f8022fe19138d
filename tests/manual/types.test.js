// SPDX-License-Identifier: MIT
// The types of the widget: correct uses compile in strict TypeScript, alone and with React, Vue and
// Svelte; wrong ones do not. And they say what openapi.yaml and the widget do.
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import ts from 'typescript'
import { parse } from 'yaml'
import { TREE } from '../http/demo.js'

const directory = mkdtempSync(join(tmpdir(), 'dojang-types-'))
after(() => rmSync(directory, { recursive: true }))
const source = join(TREE, 'templates', 'types')
for (const name of readdirSync(source))
	copyFileSync(join(source, name), join(directory, name))
symlinkSync(join(TREE, 'tests', 'node_modules'), join(directory, 'node_modules'))

const OPTIONS = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, target: ts.ScriptTarget.ES2022, types: [],
	module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
	jsx: ts.JsxEmit.ReactJSX, skipLibCheck: false }

/** The errors of a file, without those inside the frameworks' own types. */
function errors(name, text) {
	writeFileSync(join(directory, name), text)
	const program = ts.createProgram([join(directory, name)], OPTIONS)
	return ts.getPreEmitDiagnostics(program).filter(({ file }) => !file?.fileName.includes('node_modules'))
		.map(({ file, messageText }) => `${file?.fileName.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}

const PLAIN = `import type { DojangAttendance, DojangTokenSource } from './dojang.js';
const widget = document.querySelector('dojang-attendance')!;
const same: DojangAttendance = widget;
widget.token = 'x';
widget.token = null;
widget.token = async ({ expired }) => expired ? null : 'x';
const source: DojangTokenSource = () => 'x';
widget.token = source;
const done: Promise<void> = same.refresh();
widget.addEventListener('dojang-claim', event => { const points: number | null = event.detail.product.points; console.log(points, done); });
document.addEventListener('dojang-check-in', ({ detail }) => console.log(detail.streak.toFixed(), detail.next_milestone?.remaining));
widget.addEventListener('click', event => console.log(event.clientX));
`
const FRAMEWORKS = {
	'react.tsx': `import { useEffect, useRef } from 'react';
import type { DojangAttendance, DojangTokenSource } from './dojang.js';
import './dojang-react.js';
export function Stamps({ event, getToken }: { event: string; getToken: DojangTokenSource }) {
  const widget = useRef<DojangAttendance>(null);
  useEffect(() => { if (widget.current) widget.current.token = getToken; }, [getToken]);
  return <dojang-attendance ref={widget} event={event} lang="ko" className="stamps" />;
}
`,
	'vue.ts': `import type { GlobalComponents } from 'vue';
import './dojang-vue.js';
type Properties = InstanceType<GlobalComponents['dojang-attendance']>['$props'];
export const good: Properties = { event: 'november', theme: 'dark', 'onDojang-claim': event => event.detail.id.toFixed() };
`,
	'svelte.ts': `import type { SvelteHTMLElements } from 'svelte/elements';
import './dojang-svelte.js';
export const good: SvelteHTMLElements['dojang-attendance'] = { event: 'november', class: 'stamps', token: async () => 'x', 'on:dojang-claim': event => event.detail.id.toFixed() };
`,
}

test('correct uses compile', () => assert.deepEqual(errors('plain.ts', PLAIN), []))
for (const [name, text] of Object.entries(FRAMEWORKS))
	test(`correct uses compile: ${name}`, () => assert.deepEqual(errors(name, text), []))

const MISTAKES = [
	['a number as the token', `${PLAIN}widget.token = 5;`, 'plain.ts'],
	['a field that no claim has', PLAIN.replace('event.detail.product.points', 'event.detail.price'), 'plain.ts'],
	['an unknown method', `${PLAIN}widget.reload();`, 'plain.ts'],
	['React: an unknown language', FRAMEWORKS['react.tsx'].replace('lang="ko"', 'lang="fr"'), 'react.tsx'],
	['React: an event as a number', FRAMEWORKS['react.tsx'].replace('event={event}', 'event={5}'), 'react.tsx'],
	['Vue: an unknown theme', FRAMEWORKS['vue.ts'].replace("theme: 'dark'", "theme: 'blue'"), 'vue.ts'],
	['Svelte: an event as a number', FRAMEWORKS['svelte.ts'].replace("event: 'november'", 'event: 5'), 'svelte.ts'],
]
for (const [what, text, name] of MISTAKES)
	test(`is refused: ${what}`, () => assert.notDeepEqual(errors(`wrong-${name}`, text), []))

test('the types are those of openapi.yaml', () => {
	const { schemas } = parse(readFileSync(join(TREE, 'openapi.yaml'), 'utf8')).components
	const types = readFileSync(join(source, 'dojang.d.ts'), 'utf8')
	for (const [schema, name] of [['CheckIn', 'DojangCheckIn'], ['Claim', 'DojangClaim']]) {
		const [, body] = new RegExp(`interface ${name} \\{\n([^]*?)\n\\}`).exec(types)
		const fields = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field]) => field)
		assert.deepEqual(schemas[schema].required.filter(field => !fields.includes(field)), [])
		assert.deepEqual(fields.filter(field => !(field in schemas[schema].properties)), [])
	}
})

test('the events and attributes are those of the widget', () => {
	const script = readFileSync(join(TREE, 'templates', 'assets', 'dojang.js'), 'utf8')
	const types = readFileSync(join(source, 'dojang.d.ts'), 'utf8')
	assert.deepEqual([...types.matchAll(/^ {2}'(dojang-[\w-]+)': CustomEvent/gm)].map(([, name]) => name).sort(),
		[...new Set([...script.matchAll(/#tell\('(dojang-[\w-]+)'/g)].map(([, name]) => name))].sort())
	const [, observed] = /observedAttributes = \[(.*?)\]/.exec(script)
	for (const [, name] of observed.matchAll(/'(\w+)'/g))
		assert.match(types, new RegExp(`^  ${name}\\?:`, 'm'))
})
