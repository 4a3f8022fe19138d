// SPDX-License-Identifier: MIT
// The texts of the widget and of the shop page: each one exists in both languages with the same
// placeholders, and each one that is used exists.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const load = (name) => import(`data:text/javascript,${encodeURIComponent(read(name))}`);

// The browser objects that the widget's module needs when it is loaded.
Object.assign(globalThis, { HTMLElement: class {}, customElements: { get: () => undefined, define: () => {} } });

const WIDGET = '../../templates/assets/dojang.js';
const values = { n: 2, points: 3, left: 1, until: 'two days after delivery', product: 'AirPods', time: 'noon', when: 'tomorrow', day: 'today', code: 'c', from: 'a', to: 'b', status: 500, id: 'x' };

for (const name of [WIDGET, 'shop/strings.js']) {
  const { STRINGS, text } = await load(name);
  test(`${name}: every text exists in both languages with the same placeholders`, () => {
    for (const [key, both] of Object.entries(STRINGS)) {
      assert.deepEqual(Object.keys(both), ['ko', 'en'], key);
      const used = ['ko', 'en'].map((language) => Object.keys(values).filter((value) => text(language, key, { ...values, [value]: '\u0001' }).includes('\u0001')));
      assert.deepEqual(used[0], used[1], `${key} shows other values in Korean than in English`);
      assert.ok(!/[{}]|undefined/.test(text('ko', key, values) + text('en', key, values)), key);
      assert.notEqual(text('ko', key, values), text('en', key, values), `${key} is the same in both`);
    }
  });
}

const { STRINGS } = await load(WIDGET);

test('every text that the widget uses exists', () => {
  // The first argument, which can select one of two.
  const asked = [...read(WIDGET).matchAll(/#t\(((?:[^,()]|\([^()]*\))*)/g)].flatMap(([, key]) => [...key.matchAll(/(?:^|[?:] )'([^']+)'/g)].map((found) => found[1]));
  assert.ok(asked.length > 50);
  for (const key of asked) assert.ok(STRINGS[key], key);
  for (const state of ['claimed', 'closed', 'locked', 'sold_out', 'claimable', 'coming', 'running', 'ended']) assert.ok(STRINGS[state], state);
  for (const state of ['claimed', 'preparing', 'shipped', 'delivered', 'cancelled']) assert.ok(STRINGS[`claim_${state}`], state);
  for (const name of ['name', 'phone', 'country', 'postcode', 'line1', 'line2', 'consent']) assert.ok(STRINGS[`field_${name}`], name);
});

test('every text that the shop\'s page uses exists', async () => {
  const shop = await load('shop/strings.js');
  const asked = [...read('shop/shop.js').matchAll(/\bt\('([^']+)'/g), ...read('shop/index.html').matchAll(/data-(?:text|label)="([^"]+)"/g)].map((found) => found[1]);
  assert.ok(asked.length > 5);
  for (const key of asked) assert.ok(shop.STRINGS[key], key);
});

test('every problem has its own text', () => {
  const types = [...read('../../fcgi/web/problem.c').matchAll(/"([a-z-]+)",\s*"/g)].map((found) => found[1]);
  assert.ok(types.length > 15);
  for (const type of types) assert.ok(STRINGS[`error_${type}`], type);
});

// Browsers without constructable style sheets load this file. --write creates it.
test('dojang.css is the style sheet of the widget', async () => {
  const address = new URL('../../templates/assets/dojang.css', import.meta.url);
  const file = `/* SPDX-License-Identifier: MIT */\n/* The style sheet of dojang.js, created by node packaging/demo/shop.test.mjs --write */\n${(await load(WIDGET)).STYLES}`;
  if (process.argv.includes('--write')) writeFileSync(address, file);
  assert.equal(readFileSync(address, 'utf8'), file);
});

test('the scripts are valid modules', () => {
  for (const name of [WIDGET, 'shop/shop.js', 'shop/strings.js', 'other/other.js']) {
    const checked = spawnSync(process.execPath, ['--check', '--input-type=module'], { input: read(name), encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stderr);
  }
});
