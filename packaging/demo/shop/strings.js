// SPDX-License-Identifier: MIT
// Every text of the shop's page, in both languages. {name} is replaced. The widget has its own.

export const STRINGS = {
  title: { ko: '도장 · 출석 이벤트', en: 'Dojang · attendance event' },
  skip: { ko: '본문으로 건너뛰기', en: 'Skip to the content' },
  brand: { ko: '데모 쇼핑몰', en: 'demo shop' },
  acting_as: { ko: '고객', en: 'Customer' },
  language: { ko: '언어', en: 'Language' },
  points: { ko: '포인트', en: 'Points' },
  balance: { ko: '{n}P', en: '{n} P' },
  no_points: { ko: '아직 포인트 내역이 없어요', en: 'No points yet' },
  error: { ko: '데모에 연결할 수 없어요. 데모가 실행 중인지 확인하고 새로 고침해 주세요.', en: 'The demo cannot be reached. See that it runs, and reload this page.' },
  footer: {
    ko: '실제 쇼핑몰을 대신하는 데모 화면입니다. 위에서 고른 고객으로 로그인한 것처럼 동작하며, 데모를 다시 시작하면 모든 데이터가 처음으로 돌아갑니다.',
    en: 'This page stands in for your shop. It acts as if the customer chosen above had signed in; all data begins anew when the demo is started again.',
  },
};

export function text(language, key, values = {}) {
  return (STRINGS[key]?.[language] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
