// SPDX-License-Identifier: MIT
// The page of the demo's shop: acts as one customer, shows the event as Dojang answers it, checks in and claims.

import { text } from './strings.js';

const MONTH_DAYS = 7;
const state = { language: 'ko', event: '', customers: [], customer: null, me: null, data: null, calendar: null, month: null, points: [], claims: [] };

const $ = (id) => document.getElementById(id);
const t = (key, values) => text(state.language, key, values);

// ---- small things

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'class') made.className = value;
    else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function picture(id, className) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${id}`);
  svg.append(use);
  return svg;
}

function remember(name, value) {
  try { localStorage.setItem(`dojang-${name}`, value); } catch { /* a private window: nothing is kept */ }
}

function recall(name) {
  try { return localStorage.getItem(`dojang-${name}`); } catch { return null; }
}

// ---- dates: the event's calendar, never the browser's

const locale = () => (state.language === 'ko' ? 'ko-KR' : 'en-GB');
const number = (value) => new Intl.NumberFormat(locale()).format(value);

function showDay(day, options = { month: 'short', day: 'numeric' }) {
  return new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

function showTime(instant) {
  return new Intl.DateTimeFormat(locale(), { month: 'short', day: 'numeric', weekday: 'short', hour: 'numeric', minute: '2-digit',
    timeZone: state.data.time_zone }).format(new Date(instant));
}

function localDate(instant, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-US', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone })
    .formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

// A deadline at midnight is meant as the end of the day before.
function showDeadline(instant) {
  const before = localDate(Date.parse(instant) - 1, state.data.time_zone);
  return before === localDate(instant, state.data.time_zone) ? t('until', { time: showTime(instant) }) : t('through', { day: showDay(before) });
}

function addDays(day, count) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86400000).toISOString().slice(0, 10);
}

function addMonths(month, count) {
  const [year, index] = month.split('-').map(Number);
  return new Date(Date.UTC(year, index - 1 + count, 1)).toISOString().slice(0, 7);
}

// The server's own idea of today: the next check-in opens today when there is none yet, else tomorrow; never again on the last day.
function today() {
  const { state: phase, participation, time_zone: zone, ends_on: last } = state.data;
  if (phase !== 'running') return null;
  if (!participation.next_check_in_at) return last;
  const next = localDate(participation.next_check_in_at, zone);
  return participation.checked_in_today ? addDays(next, -1) : next;
}

// ---- talking to Dojang

class Problem extends Error {
  constructor(status, body) {
    super(body?.title ?? 'network');
    this.status = status;
    this.body = body;
  }

  words() {
    if (!this.status) return t('error_network');
    const key = `error_${(this.body?.type ?? '').split('/').pop()}`;
    const known = t(key);
    return known === key ? t('error_unknown', { status: this.status, id: this.body?.request_id ?? '–' }) : known;
  }
}

async function call(path, method = 'GET') {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, { method, headers: { Authorization: `Bearer ${state.customer.token}`, Accept: 'application/json' } });
  } catch {
    throw new Problem(0);
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Problem(answer.status, body);
  return { status: answer.status, body };
}

const get = async (path) => (await call(path)).body;

async function load() {
  const event = `/events/${encodeURIComponent(state.event)}`;
  const customer = state.customer;
  const [me, data, points, claims] = await Promise.all([get('/me'), get(event), get('/me/points?limit=5'), get('/me/claims?limit=10')]);
  const fresh = { me, data, points: points.items, claims: claims.items };
  if (customer !== state.customer) return;            // someone else was chosen meanwhile
  Object.assign(state, fresh);
  state.month ??= clampMonth((today() ?? data.ends_on).slice(0, 7));
  state.calendar = await get(`${event}/attendance?month=${state.month}`);
}

function clampMonth(month) {
  const first = state.data.starts_on.slice(0, 7);
  const last = state.data.ends_on.slice(0, 7);
  return month < first ? first : month > last ? last : month;
}

// ---- showing

function showTexts() {
  document.documentElement.lang = state.language;
  document.title = t('title');
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', t(node.dataset.label));
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === state.language));
  }
}

function showEvent() {
  const { data } = state;
  const { participation } = data;
  $('event-state').textContent = t(data.state);
  $('event-state').dataset.state = data.state;
  $('event-name').textContent = data.name;
  $('event-dates').textContent = t('dates', { from: showDay(data.starts_on), to: showDay(data.ends_on) });
  $('event-description').textContent = data.description ?? '';
  $('event-description').hidden = !data.description;
  $('count').textContent = t('days', { n: participation.count });
  $('streak').textContent = t('days', { n: participation.streak });
  $('longest').textContent = t('days', { n: participation.longest_streak });
  showNext();
  showCheckIn();
}

function showNext() {
  const locked = state.data.milestones.filter((milestone) => milestone.remaining_days > 0).sort((a, b) => a.at - b.at)[0];
  $('next').hidden = state.data.milestones.length === 0;
  $('next-text').textContent = locked ? t('next', { product: locked.product.name, n: locked.remaining_days }) : t('all_reached');
  $('next-progress').max = locked?.at ?? 1;
  $('next-progress').value = locked ? locked.at - locked.remaining_days : 1;
}

function showCheckIn() {
  const { state: phase, participation } = state.data;
  const button = $('check-in');
  const can = phase === 'running' && !participation.checked_in_today;
  const label = phase === 'coming' ? 'not_yet' : phase === 'ended' ? 'is_over' : participation.checked_in_today ? 'checked_in' : 'check_in';
  button.textContent = t(label);
  button.setAttribute('aria-disabled', String(!can));     // stays in the tab order: its words say why nothing can be pressed
  const next = participation.next_check_in_at;
  const note = phase === 'coming' && next ? t('starts_at', { time: showTime(next) })
    : participation.checked_in_today && next ? t('next_check_in', { time: showTime(next) })
      : can ? t('once_a_day') : '';
  $('check-in-note').textContent = note;
}

function dayCell(day, dates, now) {
  const isIn = day >= state.data.starts_on && day <= state.data.ends_on;
  const isStamped = dates.has(day);
  const cell = element('td', { class: [isIn ? 'in' : '', isStamped ? 'stamped' : '', day === now ? 'today' : ''].join(' ').trim() });
  if (day === now) cell.setAttribute('aria-current', 'date');
  cell.append(element('time', { datetime: day, class: 'day' }, String(Number(day.slice(8)))));
  if (day === now) cell.append(element('span', { class: 'away' }, ` ${t('today')}`));
  if (isStamped) {
    cell.append(picture('stamp', `stamp turn-${Number(day.slice(8)) % 5}`), element('span', { class: 'away' }, ` ${t('stamped')}`));
  }
  return cell;
}

function showCalendar() {
  const { month, data } = state;
  const dates = new Set(state.calendar?.dates ?? []);
  const first = `${month}-01`;
  const now = today();
  $('month-name').textContent = showDay(first, { year: 'numeric', month: 'long' });
  $('month-before').disabled = month <= data.starts_on.slice(0, 7);
  $('month-after').disabled = month >= data.ends_on.slice(0, 7);
  const sunday = '2026-11-01';
  $('weekdays').replaceChildren(...Array.from({ length: MONTH_DAYS }, (_, i) => element('th', { scope: 'col',
    abbr: showDay(addDays(sunday, i), { weekday: 'long' }) }, showDay(addDays(sunday, i), { weekday: 'short' }))));
  const rows = [];
  let day = addDays(first, -new Date(`${first}T00:00:00Z`).getUTCDay());
  while (day < `${addMonths(month, 1)}-01`) {
    const row = element('tr');
    for (let i = 0; i < MONTH_DAYS; i += 1, day = addDays(day, 1)) {
      row.append(day.startsWith(month) ? dayCell(day, dates, now) : element('td', { class: 'outside' }));
    }
    rows.push(row);
  }
  $('days').replaceChildren(...rows);
}

function milestoneWords(milestone) {
  const words = t(milestone.state, { n: milestone.remaining_days });
  const isOpen = ['locked', 'claimable', 'sold_out'].includes(milestone.state);
  return isOpen && milestone.claim_until ? `${words} · ${showDeadline(milestone.claim_until)}` : words;
}

function showMilestones() {
  const atKey = state.data.mode === 'consecutive' ? 'at_in_a_row' : 'at';
  $('milestones').replaceChildren(...state.data.milestones.map((milestone) => {
    const { product } = milestone;
    const action = milestone.state === 'claimable'
      ? element('button', { type: 'button', class: 'claim', 'aria-label': t('claim_label', { product: product.name }), onclick: () => claim(milestone) }, t('claim'))
      : milestone.state === 'claimed' ? picture('stamp', 'stamp small turn-1') : null;
    return element('li', { class: milestone.state, 'data-milestone': milestone.id },
      element('span', { class: `badge ${product.kind}` }, picture(`icon-${product.kind}`, 'icon')),
      element('span', { class: 'what' },
        element('span', { class: 'at' }, t(atKey, { n: milestone.at })),
        element('b', {}, product.name),
        element('span', { class: 'soft' }, milestoneWords(milestone)),
        product.tax_note ? element('span', { class: 'soft note' }, product.tax_note) : null),
      action);
  }));
}

function signed(amount) {
  return `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${number(Math.abs(amount))}`;
}

function showPoints() {
  $('balance').textContent = t('balance', { n: number(state.me.points) });
  $('entries').replaceChildren(...(state.points.length ? state.points.map((entry) => element('li', {},
    element('span', { class: 'what' }, element('b', {}, entry.reason ?? ''), element('span', { class: 'soft' }, showTime(entry.at))),
    element('span', { class: entry.amount < 0 ? 'amount minus' : 'amount' }, signed(entry.amount)))) : [element('li', { class: 'soft' }, t('no_points'))]));
}

function claimWords(claimed) {
  const words = [t(claimed.state === 'claimed' && claimed.product.kind === 'points' ? 'claim_claimed_points' : `claim_${claimed.state}`)];
  if (claimed.coupon) words.push(t('coupon', { code: claimed.coupon }));
  if (claimed.tracking) words.push(t('tracking', { code: claimed.tracking }));
  return words.join(' · ');
}

function showClaims() {
  $('claims').replaceChildren(...(state.claims.length ? state.claims.map((claimed) => element('li', {},
    element('span', { class: 'what' }, element('b', {}, claimed.product.name), element('span', { class: 'soft' }, showTime(claimed.claimed_at))),
    element('span', { class: `tag ${claimed.state}` }, claimWords(claimed)))) : [element('li', { class: 'soft' }, t('no_claims'))]));
}

function show() {
  showTexts();
  if (!state.data) return;
  showEvent();
  showCalendar();
  showMilestones();
  showPoints();
  showClaims();
  $('main').hidden = false;
}

let silence;
function say(words, isBad = false) {
  clearTimeout(silence);
  $('said').textContent = words;
  $('said').className = `said ${isBad ? 'bad' : ''} ${words ? 'heard' : ''}`;
  silence = setTimeout(() => say(''), 8000);
}

// What stops the page as a whole stays, with a button; what concerns one press is said and goes.
function trouble(problem) {
  const words = problem instanceof Problem ? problem.words() : t('error_network');
  $('trouble').replaceChildren(words, ' ', element('button', { type: 'button', class: 'claim', onclick: refresh }, t('try_again')));
  $('trouble').hidden = false;
}

// ---- doing

async function refresh() {
  $('main').setAttribute('aria-busy', 'true');
  try {
    await load();
    $('trouble').hidden = true;
    show();
  } catch (problem) {
    trouble(problem);
  } finally {
    $('main').removeAttribute('aria-busy');
  }
}

// Runs one press of a button; a second press meanwhile does nothing, and a failure is said in words.
async function press(button, work) {
  if (button?.getAttribute('aria-busy') === 'true') return;
  button?.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (problem) {
    say(problem instanceof Problem ? problem.words() : String(problem), true);
    await load().then(show, trouble);
  } finally {
    button?.removeAttribute('aria-busy');
  }
}

function checkIn() {
  const button = $('check-in');
  if (button.getAttribute('aria-disabled') === 'true') return;
  press(button, async () => {
    const { body } = await call(`/events/${encodeURIComponent(state.event)}/attendance`, 'POST');
    state.month = body.date.slice(0, 7);
    await load();
    show();
    const earned = state.data.milestones.filter((milestone) => (body.earned ?? []).some((one) => one.milestone === milestone.id));
    const words = body.already ? t('said_already') : t('said_checked_in', { n: body.count });
    say([words, ...(body.already ? [] : earned.map((milestone) => t('said_earned', { product: milestone.product.name })))].join(' '));
    document.querySelector('.calendar .today .stamp')?.classList.add('fresh');
  });
}

function claim(milestone) {
  const button = document.querySelector(`[data-milestone="${milestone.id}"] button`);
  press(button, async () => {
    const { status, body } = await call(`/events/${encodeURIComponent(state.event)}/milestones/${milestone.id}/claim`, 'POST');
    await load();
    show();
    say(t(status === 201 ? 'said_claimed' : 'said_claimed_before', { product: body.product.name }));
    document.querySelector(`[data-milestone="${milestone.id}"] .stamp`)?.classList.add('fresh');
    const next = document.querySelector('.milestones button');
    (next ?? $('milestones-title')).focus?.();          // the button that had the focus is gone
  });
}

function turnMonth(count) {
  const month = clampMonth(addMonths(state.month, count));
  press(null, async () => {
    state.calendar = await get(`/events/${encodeURIComponent(state.event)}/attendance?month=${month}`);
    state.month = month;
    showCalendar();
  });
}

function chooseCustomer(subject) {
  state.customer = state.customers.find((one) => one.subject === subject) ?? state.customers[0];
  $('customer').value = state.customer.subject;
  remember('customer', state.customer.subject);
  state.month = null;
  say('');
  return refresh();
}

function chooseLanguage(language) {
  state.language = language;
  remember('language', language);
  show();
}

async function start() {
  const asked = new URLSearchParams(location.search);
  const preferred = navigator.language?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
  const language = asked.get('lang') ?? recall('language') ?? preferred;
  state.language = language === 'ko' ? 'ko' : 'en';
  showTexts();
  say(t('loading'));
  $('check-in').addEventListener('click', checkIn);
  $('month-before').addEventListener('click', () => turnMonth(-1));
  $('month-after').addEventListener('click', () => turnMonth(1));
  $('customer').addEventListener('change', (event) => chooseCustomer(event.target.value));
  for (const button of document.querySelectorAll('[data-language]')) button.addEventListener('click', () => chooseLanguage(button.dataset.language));
  document.addEventListener('visibilitychange', () => { if (!document.hidden && state.data) refresh(); });
  try {
    const known = await (await fetch('tokens.json', { cache: 'no-store' })).json();
    state.event = known.event;
    state.customers = known.customers;
    $('customer').replaceChildren(...state.customers.map((one) => element('option', { value: one.subject }, one.subject)));
    await chooseCustomer(asked.get('as') ?? recall('customer'));
  } catch {
    trouble(new Problem(0));
  }
}

start();
