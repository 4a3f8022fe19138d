// SPDX-License-Identifier: MIT
// The shop page's texts: each one in both languages, with the same values in both, and each one that the page asks for is there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name) => readFileSync(new URL(`shop/${name}`, import.meta.url), 'utf8');
const { STRINGS, text } = await import(`data:text/javascript,${encodeURIComponent(read('strings.js'))}`);
const PROBLEMS = /"([a-z-]+)",\s*"/g;

const values = { n: 2, product: 'AirPods', time: 'noon', day: 'today', code: 'c', from: 'a', to: 'b', status: 500, id: 'x' };

test('every text is there in both languages, and with the same values', () => {
  for (const [key, both] of Object.entries(STRINGS)) {
    assert.deepEqual(Object.keys(both), ['ko', 'en'], key);
    const used = ['ko', 'en'].map((language) => Object.keys(values).filter((name) => {
      const marked = text(language, key, { ...values, [name]: '\u0001' });
      return marked.includes('\u0001');
    }));
    assert.deepEqual(used[0], used[1], `${key} shows other values in Korean than in English`);
    assert.ok(!/[{}]|undefined/.test(text('ko', key, values) + text('en', key, values)), key);
  }
});

test('every text that the page asks for is there', () => {
  const asked = [...read('shop.js').matchAll(/\bt\('([^']+)'/g), ...read('index.html').matchAll(/data-(?:text|label)="([^"]+)"/g)].map((found) => found[1]);
  assert.ok(asked.length > 30);
  for (const key of asked) assert.ok(STRINGS[key], key);
  for (const state of ['claimed', 'closed', 'locked', 'sold_out', 'claimable']) assert.ok(STRINGS[state], state);
  for (const state of ['claimed', 'preparing', 'shipped', 'delivered', 'cancelled']) assert.ok(STRINGS[`claim_${state}`], state);
});

test('every problem that a customer can meet has words of its own', () => {
  const types = [...readFileSync(new URL('../../fcgi/web/problem.c', import.meta.url), 'utf8').matchAll(PROBLEMS)].map((found) => found[1]);
  const others = ['method-not-allowed', 'insufficient-points', 'too-large', 'unsupported-media-type', 'invalid'];      // the page never causes these
  assert.ok(types.length > 10);
  for (const type of types.filter((one) => !others.includes(one))) assert.ok(STRINGS[`error_${type}`], type);
});

test('the scripts are sound modules', () => {
  for (const name of ['shop.js', 'strings.js']) {
    const checked = spawnSync(process.execPath, ['--check', '--input-type=module'], { input: read(name), encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stderr);
  }
});
