// SPDX-License-Identifier: MIT
// Types of the widget <dojang-attendance>. Copy this file into your project, and beside it that of
// your framework (dojang-react.d.ts, dojang-vue.d.ts or dojang-svelte.d.ts). docs/integration.md
// describes what everything does.

/** A customer's token, or null: nobody is signed in. */
export type DojangToken = string | null;
/** The widget calls it once, and again with expired: true when the token was refused. */
export type DojangTokenSource = DojangToken | ((options: { expired: boolean }) => DojangToken | Promise<DojangToken>);

/** What a part of the points of a check-in was paid for. */
export interface DojangDailyRule {
  when: 'every' | 'streak' | 'weekday' | 'date';
  n?: number;
  cycle?: number;
  day?: 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
  date?: string;
  points: number;
}

export interface DojangCheckIn {
  event: string;
  date: string;
  at: string;
  already: boolean;
  count: number;
  streak: number;
  longest_streak: number;
  next_check_in_at: string | null;
  paid: { points: number; wallet: 'dojang' | 'shop'; parts: DojangDailyRule[]; withheld?: 'cap' | 'budget' };
  earned: { milestone: number; at: number }[];
  next_milestone: { id: number; at: number; remaining: number } | null;
}

export interface DojangClaim {
  id: number;
  event: string;
  milestone: number;
  product: { id: number; name: string; kind: 'points' | 'item' | 'coupon'; points: number | null; wallet?: 'dojang' | 'shop' };
  state: 'claimed' | 'preparing' | 'shipped' | 'delivered' | 'cancelled';
  claimed_at: string;
  coupon: string | null;
  tracking: string | null;
  payout: 'due' | 'paid' | 'failed' | 'cancelled' | null;
  address_days?: number;
}

export interface DojangError {
  type: string;
  status: number;
  request_id: string | null;
}

export interface DojangEventMap {
  'dojang-check-in': CustomEvent<DojangCheckIn>;
  'dojang-make-up': CustomEvent<DojangCheckIn>;
  'dojang-claim': CustomEvent<DojangClaim>;
  'dojang-address': CustomEvent<{ claim: number }>;
  'dojang-error': CustomEvent<DojangError>;
}

/** What the page knows of a customer's address. */
export interface DojangKnownAddress {
  name?: string;
  phone?: string;
  country?: string;
  postcode?: string;
  line1?: string;
  line2?: string;
}
/** Returns it, or a promise of it; null: nothing. */
export type DojangAddressSource = () => DojangKnownAddress | null | Promise<DojangKnownAddress | null>;

/** The attributes, for frameworks. */
export interface DojangAttributes {
  event?: string;
  base?: string;
  lang?: 'ko' | 'en';
  theme?: 'light' | 'dark' | 'paper' | 'paper light' | 'paper dark';
  stamp?: string;
  'share-url'?: string;
}

export class DojangAttendance extends HTMLElement {
  get token(): DojangTokenSource;
  set token(source: DojangTokenSource);
  /** Fills in the form for delivery addresses. */
  address: DojangAddressSource | null;
  /** Lets the customer find a postcode. */
  findPostcode: DojangAddressSource | null;
  /** Loads everything again. */
  refresh(): Promise<void>;
  addEventListener<K extends keyof DojangEventMap>(
    type: K, listener: (this: DojangAttendance, event: DojangEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K, listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'dojang-attendance': DojangAttendance;
  }
  // The events bubble: document.addEventListener('dojang-claim', …) has the right type too.
  interface DocumentEventMap extends DojangEventMap {}
  interface WindowEventMap extends DojangEventMap {}
}
