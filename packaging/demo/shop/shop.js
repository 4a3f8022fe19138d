// SPDX-License-Identifier: MIT
// The page of the demo's shop: acts as one customer, gives the widget that customer's token, and shows the points itself.

import { text } from './strings.js';

const state = { language: 'ko', customers: [], customer: null, points: null };
const widget = document.querySelector('dojang-attendance');

const $ = (id) => document.getElementById(id);
const t = (key, values) => text(state.language, key, values);

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function remember(name, value) {
  try { localStorage.setItem(`dojang-${name}`, value); } catch { /* a private window: nothing is kept */ }
}

function recall(name) {
  try { return localStorage.getItem(`dojang-${name}`); } catch { return null; }
}

const locale = () => (state.language === 'ko' ? 'ko-KR' : 'en-GB');
const number = (value) => new Intl.NumberFormat(locale()).format(value);

/** In the shop's time zone; if the browser does not have it, in its own. */
function showTime(instant) {
  const options = { month: 'short', day: 'numeric', weekday: 'short', hour: 'numeric', minute: '2-digit' };
  try {
    return new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'Asia/Seoul' }).format(new Date(instant));
  } catch {
    return new Intl.DateTimeFormat(locale(), { ...options, timeZoneName: 'short' }).format(new Date(instant));
  }
}

const signed = (amount) => `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${number(Math.abs(amount))}`;

// ---- the customer's points: a shop's own use of Dojang's calls

async function get(path) {
  const answer = await fetch(`/api/v1${path}`, { headers: { Authorization: `Bearer ${state.customer.token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function loadPoints() {
  const { subject } = state.customer;
  try {
    const [me, entries] = await Promise.all([get('/me'), get('/me/points?limit=5')]);
    if (subject !== state.customer.subject) return;            // someone else was chosen meanwhile
    state.points = { balance: me.points, entries: entries.items };
  } catch {
    return;                                             // the widget says what is wrong
  }
  showPoints();
}

function showPoints() {
  $('points').hidden = !state.points;
  if (!state.points) return;
  const { balance, entries } = state.points;
  $('balance').textContent = t('balance', { n: number(balance) });
  $('entries').replaceChildren(...(entries.length ? entries.map((entry) => element('li', {},
    element('span', { class: 'what' }, element('b', {}, entry.reason ?? ''), element('span', { class: 'soft' }, showTime(entry.at))),
    element('span', { class: entry.amount < 0 ? 'amount minus' : 'amount' }, signed(entry.amount)))) : [element('li', { class: 'soft' }, t('no_points'))]));
}

// ---- the page

function show() {
  document.documentElement.lang = state.language;
  document.title = t('title');
  widget.lang = state.language;
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', t(node.dataset.label));
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === state.language));
  }
  showPoints();
}

function chooseCustomer(subject) {
  state.customer = state.customers.find((one) => one.subject === subject) ?? state.customers[0];
  state.points = null;
  $('customer').value = state.customer.subject;
  remember('customer', state.customer.subject);
  showPoints();
  widget.token = getToken;
  loadPoints();
}

/** A real shop asks its own login here. */
async function getToken() {
  await loadTokens();
  return state.customer.token;
}

async function loadTokens() {
  const known = await (await fetch('tokens.json', { cache: 'no-store' })).json();
  state.customers = known.customers;
  state.customer &&= state.customers.find((one) => one.subject === state.customer.subject) ?? state.customer;
  return known;
}

function chooseLanguage(language) {
  state.language = language;
  remember('language', language);
  show();
}

async function start() {
  const asked = new URLSearchParams(location.search);
  const preferred = navigator.language?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
  state.language = (asked.get('lang') ?? recall('language') ?? preferred) === 'ko' ? 'ko' : 'en';
  show();
  $('customer').addEventListener('change', (event) => chooseCustomer(event.target.value));
  for (const button of document.querySelectorAll('[data-language]')) button.addEventListener('click', () => chooseLanguage(button.dataset.language));
  for (const name of ['dojang-check-in', 'dojang-make-up', 'dojang-claim']) widget.addEventListener(name, loadPoints);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && state.customer) loadPoints(); });
  try {
    widget.setAttribute('event', (await loadTokens()).event);
    $('customer').replaceChildren(...state.customers.map((one) => element('option', { value: one.subject }, one.subject)));
    chooseCustomer(asked.get('as') ?? recall('customer'));
  } catch {
    $('trouble').textContent = t('error');
    $('trouble').hidden = false;
  }
}

start();
