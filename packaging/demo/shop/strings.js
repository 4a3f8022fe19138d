// SPDX-License-Identifier: MIT
// Every text of the shop's page, in both languages. {name} is replaced; a function gets the values and handles plurals itself.

const days = (n) => `${n} ${n === 1 ? 'day' : 'days'}`;
const checkIns = (n) => `${n} ${n === 1 ? 'check-in' : 'check-ins'}`;

export const STRINGS = {
  title: { ko: '도장 · 출석 이벤트', en: 'Dojang · attendance event' },
  skip: { ko: '본문으로 건너뛰기', en: 'Skip to the content' },
  brand: { ko: '데모 쇼핑몰', en: 'demo shop' },
  acting_as: { ko: '고객', en: 'Customer' },
  language: { ko: '언어', en: 'Language' },
  footer: {
    ko: '실제 쇼핑몰을 대신하는 데모 화면입니다. 위에서 고른 고객으로 로그인한 것처럼 동작하며, 데모를 다시 시작하면 모든 데이터가 처음으로 돌아갑니다.',
    en: 'This page stands in for your shop. It acts as if the customer chosen above had signed in; all data begins anew when the demo is started again.',
  },

  running: { ko: '진행 중', en: 'Running' },
  coming: { ko: '시작 전', en: 'Coming soon' },
  ended: { ko: '종료', en: 'Ended' },
  dates: { ko: '{from} ~ {to}', en: '{from} – {to}' },
  count: { ko: '출석', en: 'Check-ins' },
  streak: { ko: '연속', en: 'In a row' },
  longest: { ko: '최장 연속', en: 'Longest run' },
  days: { ko: '{n}일', en: (v) => days(v.n) },

  next: { ko: '{product}까지 {n}일 남았어요', en: (v) => `${days(v.n)} to go: ${v.product}` },
  all_reached: { ko: '모든 보상에 도달했어요', en: 'You have reached every reward' },

  check_in: { ko: '출석 도장 찍기', en: 'Stamp today' },
  checked_in: { ko: '오늘 도장을 찍었어요', en: 'Stamped today' },
  not_yet: { ko: '아직 시작 전이에요', en: 'Not open yet' },
  is_over: { ko: '이벤트가 끝났어요', en: 'The event is over' },
  next_check_in: { ko: '다음 출석: {time}부터', en: 'Next check-in from {time}' },
  starts_at: { ko: '{time}에 시작해요', en: 'Starts {time}' },
  once_a_day: { ko: '하루에 한 번 찍을 수 있어요', en: 'Once a day' },

  month_before: { ko: '이전 달', en: 'Month before' },
  month_after: { ko: '다음 달', en: 'Month after' },
  stamped: { ko: '출석함', en: 'stamped' },
  today: { ko: '오늘', en: 'today' },

  milestones: { ko: '출석 보상', en: 'Rewards' },
  at: { ko: '{n}일', en: (v) => days(v.n) },
  at_in_a_row: { ko: '연속 {n}일', en: (v) => `${days(v.n)} in a row` },
  claim: { ko: '받기', en: 'Claim' },
  claim_label: { ko: '{product} 받기', en: 'Claim {product}' },
  claimed: { ko: '받았어요', en: 'Claimed' },
  claimable: { ko: '지금 받을 수 있어요', en: 'Ready for you' },
  locked: { ko: '{n}일 더 출석하면 받을 수 있어요', en: (v) => `${days(v.n)} to go` },
  sold_out: { ko: '품절 — 다시 들어오면 받을 수 있어요', en: 'Sold out — yours once it is restocked' },
  closed: { ko: '받을 수 있는 기간이 지났어요', en: 'The time to claim is over' },
  until: { ko: '{time}까지', en: 'until {time}' },
  through: { ko: '{day}까지', en: 'through {day}' },

  points: { ko: '포인트', en: 'Points' },
  balance: { ko: '{n}P', en: '{n} P' },
  no_points: { ko: '아직 포인트 내역이 없어요', en: 'No points yet' },
  claims: { ko: '받은 보상', en: 'What you have claimed' },
  no_claims: { ko: '아직 받은 보상이 없어요', en: 'Nothing claimed yet' },
  coupon: { ko: '쿠폰 번호 {code}', en: 'Coupon code {code}' },
  tracking: { ko: '운송장 {code}', en: 'Tracking {code}' },
  claim_claimed_points: { ko: '적립 완료', en: 'Credited' },
  claim_claimed: { ko: '접수됨', en: 'Received' },
  claim_preparing: { ko: '준비 중', en: 'Being prepared' },
  claim_shipped: { ko: '배송 중', en: 'On its way' },
  claim_delivered: { ko: '배송 완료', en: 'Delivered' },
  claim_cancelled: { ko: '취소됨', en: 'Cancelled' },

  said_checked_in: { ko: '도장을 찍었어요! 지금까지 {n}일 출석했어요.', en: (v) => `Stamped! ${checkIns(v.n)} so far.` },
  said_already: { ko: '오늘은 이미 도장을 찍었어요.', en: 'You already have today’s stamp.' },
  said_earned: { ko: '{product} — 이제 받을 수 있어요!', en: 'You have earned {product}!' },
  said_claimed: { ko: '받았어요: {product}', en: 'You have claimed {product}.' },
  said_claimed_before: { ko: '이미 받은 보상이에요: {product}', en: 'You had already claimed {product}.' },

  loading: { ko: '불러오는 중…', en: 'Loading…' },
  try_again: { ko: '다시 시도', en: 'Try again' },
  error_network: { ko: '서버에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.', en: 'The server cannot be reached. Please try again in a moment.' },
  error_unknown: { ko: '문제가 생겼어요 ({status}). 요청 번호 {id}', en: 'Something went wrong ({status}). Request {id}' },
  'error_bad-request': { ko: '잘못된 요청이에요.', en: 'The request was not understood.' },
  error_unauthorized: { ko: '로그인이 만료됐어요. 데모를 다시 시작한 뒤 새로 고침해 주세요.', en: 'You are no longer signed in. Start the demo again and reload this page.' },
  error_forbidden: { ko: '이 계정으로는 이용할 수 없어요.', en: 'This account may not do that.' },
  'error_not-found': { ko: '찾을 수 없어요.', en: 'There is nothing here.' },
  'error_not-eligible': { ko: '아직 출석 일수가 모자라요.', en: 'You need more check-ins for that.' },
  'error_sold-out': { ko: '지금은 품절이에요. 다시 들어오면 받을 수 있고, 받을 권리는 그대로예요.', en: 'Sold out for now. It stays yours: claim it when it is restocked.' },
  'error_event-not-running': { ko: '지금은 이벤트 기간이 아니에요.', en: 'The event is not running now.' },
  'error_claim-closed': { ko: '받을 수 있는 기간이 지났어요.', en: 'The time to claim is over.' },
  error_conflict: { ko: '이미 처리된 내용과 달라요. 새로 고침해 주세요.', en: 'Something changed meanwhile. Please reload the page.' },
  'error_too-many-requests': { ko: '요청이 너무 많아요. 잠시 후 다시 시도해 주세요.', en: 'Too many requests. Please wait a moment.' },
  error_unavailable: { ko: '지금은 처리할 수 없어요. 아무것도 바뀌지 않았으니 잠시 후 다시 시도해 주세요.', en: 'Not possible right now. Nothing was changed; please try again in a moment.' },
  error_internal: { ko: '저희 쪽에 문제가 생겼어요. 잠시 후 다시 시도해 주세요.', en: 'The fault is ours. Please try again in a moment.' },
};

export function text(language, key, values = {}) {
  const found = STRINGS[key]?.[language];
  if (typeof found === 'function') return found(values);
  return (found ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
