// SPDX-License-Identifier: MIT
// The storefront widget: <dojang-attendance event="…" base="https://dojang.example" lang="ko">, an event as one customer sees it.
// The page gives the customer's token: element.token = 'eyJ…', or a function (it may be async) that is asked again when one expired.

// ---- words

const days = (n) => `${n} ${n === 1 ? 'day' : 'days'}`;
const points = (v) => `${v.points} ${v.points === '1' ? 'point' : 'points'}`;
const checkIns = (n) => `${n} ${n === 1 ? 'check-in' : 'check-ins'}`;

/** Every text, in both languages. {name} is replaced; a function gets the values and handles plurals itself. */
export const STRINGS = {
  region: { ko: '출석 이벤트', en: 'Attendance event' },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
  running: { ko: '진행 중', en: 'Running' },
  coming: { ko: '시작 전', en: 'Coming soon' },
  ended: { ko: '종료', en: 'Ended' },
  dates: { ko: '{from} ~ {to}', en: '{from} – {to}' },
  terms: { ko: '이벤트 약관', en: 'Terms of the event' },
  count: { ko: '출석', en: 'Check-ins' },
  streak: { ko: '연속', en: 'In a row' },
  longest: { ko: '최장 연속', en: 'Longest run' },
  days: { ko: '{n}일', en: (v) => days(v.n) },
  in_a_row_now: { ko: '{n}일 연속', en: (v) => `${days(v.n)} in a row` },
  frozen: { ko: '프리즈로 연속 유지', en: 'frozen: the streak goes on' },
  freezes_left: { ko: '남은 프리즈 {n}개: 하루를 빠져도 연속이 이어져요', en: (v) => `${v.n} ${v.n === 1 ? 'freeze' : 'freezes'} left: a missed day does not end the streak` },
  row_reached: { ko: '{n}일 연속!', en: (v) => `${days(v.n)} in a row!` },

  next: { ko: '{product}까지 {n}일 남았어요', en: (v) => `${days(v.n)} to go: ${v.product}` },
  all_reached: { ko: '모든 보상에 도달했어요', en: 'You have reached every reward' },
  next_is_far: { ko: '{product}까지 {n}일 남았는데, 이벤트는 {left}일 남았어요', en: (v) => `${days(v.n)} to go: ${v.product}, and ${days(v.left)} left` },

  check_in: { ko: '출석 도장 찍기', en: 'Stamp today' },
  checking_in: { ko: '도장을 찍는 중…', en: 'Stamping…' },
  sign_in_and_stamp: { ko: '로그인하고 도장 찍기', en: 'Sign in and stamp' },
  checked_in: { ko: '오늘 도장을 찍었어요', en: 'Stamped today' },
  stamped_by_shop: { ko: '주문하면 도장이 찍혀요', en: 'The shop stamps for you' },
  not_yet: { ko: '아직 시작 전이에요', en: 'Not open yet' },
  is_over: { ko: '이벤트가 끝났어요', en: 'The event is over' },
  next_check_in: { ko: '다음 출석: {time}부터', en: 'Next check-in from {time}' },
  starts_at: { ko: '{time}에 시작해요', en: 'Starts {time}' },
  midnight: { ko: '{day} 0시', en: '{day}, 00:00' },
  tomorrow: { ko: '내일', en: 'tomorrow' },
  once_a_day: { ko: '하루에 한 번 찍을 수 있어요', en: 'Once a day' },
  pays_today: { ko: '오늘 도장을 찍으면 {points}포인트를 받아요', en: (v) => `Today’s stamp pays ${points(v)}` },
  pays_next: { ko: '{when} · {points}포인트', en: (v) => `${v.when}: ${points(v)}` },

  month_before: { ko: '이전 달', en: 'Month before' },
  month_after: { ko: '다음 달', en: 'Month after' },
  stamped: { ko: '출석함', en: 'stamped' },
  today: { ko: '오늘', en: 'today' },
  made_up: { ko: '나중에 채움', en: 'made up later' },
  make_up: { ko: '{day} 출석 채우기', en: 'Make up {day}' },
  make_up_free: { ko: '빠진 날이 출석으로 바뀌어요. {n}번 더 채울 수 있어요.', en: (v) => `The missed day will count. You can make up ${v.n} more ${v.n === 1 ? 'day' : 'days'}.` },
  make_up_price: { ko: '{points}포인트를 쓰면 빠진 날이 출석으로 바뀌어요. {n}번 더 채울 수 있어요.', en: (v) => `The missed day will count, for ${points(v)}. You can make up ${v.n} more ${v.n === 1 ? 'day' : 'days'}.` },
  make_up_now: { ko: '채우기', en: 'Make it up' },
  said_made_up: { ko: '{day} 출석을 채웠어요. 모두 {n}일이에요.', en: (v) => `Made up ${v.day}. You have ${v.n} ${v.n === 1 ? 'day' : 'days'} now.` },
  missed: { ko: '출석 안 함', en: 'missed' },
  gift: { ko: '매일 출석하면 받는 보상: {product}', en: 'if you come every day: {product}' },

  milestones: { ko: '출석 보상', en: 'Rewards' },
  show_all: { ko: '전체 보기 ({n})', en: 'Show all ({n})' },
  claim_all: { ko: '모두 받기 ({n})', en: 'Claim all ({n})' },
  track: { ko: '보상까지 가는 길', en: 'The way to the rewards' },
  reached: { ko: '{at} 달성! {product}', en: '{at}: you have earned {product}!' },
  also_reached: { ko: '그리고: {products}', en: 'And also: {products}' },
  no_milestones: { ko: '아직 보상이 없어요', en: 'No rewards yet' },
  at: { ko: '{n}일', en: (v) => days(v.n) },
  at_in_a_row: { ko: '연속 {n}일', en: (v) => `${days(v.n)} in a row` },
  claim: { ko: '받기', en: 'Claim' },
  claim_label: { ko: '{product} 받기', en: 'Claim {product}' },
  claimed: { ko: '받았어요', en: 'Claimed' },
  claimable: { ko: '지금 받을 수 있어요', en: 'Ready for you' },
  claimable_again: { ko: '이전 신청은 취소됐어요. 다시 받을 수 있어요', en: 'The earlier claim was cancelled; you may claim again' },
  locked: { ko: '{n}일 더 출석하면 받을 수 있어요', en: (v) => `${days(v.n)} to go` },
  locked_far: { ko: '{n}일 더 필요한데, 이벤트는 {left}일 남았어요', en: (v) => `${days(v.n)} to go, and the event has ${days(v.left)} left` },
  locked_over: { ko: '이벤트 기간 안에 도달하지 못했어요', en: 'Not reached in the time of the event' },
  sold_out: { ko: '품절 — 다시 들어오면 받을 수 있어요', en: 'Sold out — yours once it is restocked' },
  closed: { ko: '받을 수 있는 기간이 지났어요', en: 'The time to claim is over' },
  until: { ko: '{time}까지', en: 'until {time}' },
  through: { ko: '{day}까지', en: 'through {day}' },
  hurry_days: { ko: '마감까지 {n}일', en: (v) => `Only ${days(v.n)} left to claim` },
  hurry_today: { ko: '오늘 마감돼요', en: 'Last day to claim' },

  claim_claimed_points: { ko: '적립 완료', en: 'Credited' },
  claim_claimed_payout: { ko: '적립 예정', en: 'Will be credited' },
  claim_claimed_coupon: { ko: '쿠폰 발급 완료', en: 'Coupon issued' },
  claim_claimed: { ko: '접수됐어요', en: 'Claimed' },
  claim_preparing: { ko: '준비 중이에요', en: 'Being prepared' },
  claim_shipped: { ko: '배송 중이에요', en: 'On its way' },
  claim_delivered: { ko: '배송 완료', en: 'Delivered' },
  claim_cancelled: { ko: '쇼핑몰에서 취소했어요', en: 'Cancelled by the shop' },
  coupon: { ko: '쿠폰 번호', en: 'Coupon code' },
  copy: { ko: '복사', en: 'Copy' },
  copy_label: { ko: '쿠폰 번호 {code} 복사', en: 'Copy coupon code {code}' },
  copied: { ko: '쿠폰 번호를 복사했어요.', en: 'Coupon code copied.' },
  copy_failed: { ko: '복사할 수 없어요. 번호를 직접 선택해 주세요.', en: 'Copying is not possible here. Please select the code.' },
  tracking: { ko: '운송장 번호 {code}', en: 'Tracking number {code}' },

  confirm_title: { ko: '{product} 받기', en: 'Claim {product}' },
  confirm_item: { ko: '받기를 누른 다음 배송받을 주소를 입력해 주세요.', en: 'After claiming, we ask where it shall go.' },
  tax_note: { ko: '제세공과금 안내', en: 'About tax' },
  not_now: { ko: '나중에', en: 'Not now' },
  agree_claim: { ko: '확인하고 받기', en: 'Understood, claim' },

  address_needed: { ko: '배송 주소를 입력해 주세요', en: 'Please say where it shall go' },
  address_is_given: { ko: '배송 주소를 받았어요', en: 'Delivery address received' },
  give_address: { ko: '주소 입력', en: 'Enter address' },
  change_address: { ko: '주소 변경', en: 'Change address' },
  give_address_label: { ko: '{product} 배송 주소 입력', en: 'Enter address for {product}' },
  change_address_label: { ko: '{product} 배송 주소 변경', en: 'Change address for {product}' },
  address_title: { ko: '{product} — 어디로 보낼까요?', en: 'Where shall {product} go?' },
  address_again: { ko: '입력하신 주소는 암호화되어 있어 여기에 다시 보이지 않아요. 새로 입력하면 바뀌어요.', en: 'The address you gave is kept sealed and not shown again. What you enter here replaces it.' },
  field_name: { ko: '받는 분', en: 'Recipient’s name' },
  field_phone: { ko: '전화번호', en: 'Phone number' },
  field_country: { ko: '국가', en: 'Country' },
  field_postcode: { ko: '우편번호', en: 'Postcode' },
  field_line1: { ko: '주소', en: 'Address' },
  field_line2: { ko: '상세 주소 (선택)', en: 'Flat, floor, building (optional)' },
  field_consent: {
    ko: '이 상품의 배송을 위해 이름·전화번호·주소를 수집·이용하는 데 동의해요. 암호화해 보관하고, 배송 담당자만 보며, {until} 삭제돼요. 동의하지 않아도 되지만, 그러면 배송할 수 없어요.',
    en: (v) => `I agree that my name, phone number and address are used to deliver this item. They are kept encrypted, shown only to those who ship it, and erased ${v.until}. I need not agree; then it cannot be delivered.`,
  },
  erased_later: { ko: '배송이 끝나고 {n}일 뒤에', en: (v) => `${days(v.n)} after delivery` },
  erased_at_once: { ko: '배송이 끝나면 바로', en: 'once it is delivered' },
  missing: { ko: '입력해 주세요.', en: 'Please fill this in.' },
  missing_consent: { ko: '동의해야 보낼 수 있어요.', en: 'Without your consent it cannot be sent.' },
  not_valid: { ko: '다시 확인해 주세요.', en: 'Please check this.' },
  check_fields: { ko: '표시된 항목을 확인해 주세요.', en: 'Please check the marked fields.' },
  save_address: { ko: '주소 저장', en: 'Save address' },
  saving: { ko: '저장하는 중…', en: 'Saving…' },
  later: { ko: '나중에 입력', en: 'Later' },
  close: { ko: '닫기', en: 'Close' },
  find_postcode: { ko: '우편번호 찾기', en: 'Find postcode' },
  other_country: { ko: '{country} · 변경', en: '{country} · change' },
  share: { ko: '공유하기', en: 'Share' },
  shared: { ko: '주소를 복사했어요.', en: 'Address copied.' },
  share_failed: { ko: '지금은 공유할 수 없어요.', en: 'Sharing is not possible here.' },

  said_checked_in: { ko: '도장을 찍었어요! 지금까지 {n}일 출석했어요.', en: (v) => `Stamped! ${checkIns(v.n)} so far.` },
  said_owed: { ko: '{points}포인트가 적립될 예정이에요.', en: (v) => `${points(v)} will be credited.` },
  said_paid: { ko: '{points}포인트를 받았어요.', en: (v) => `It pays ${points(v)}.` },
  withheld_budget: { ko: '준비한 포인트가 모두 나가서 오늘은 포인트가 없어요.', en: 'The points of this event are used up, so it pays none.' },
  withheld_cap: { ko: '이 이벤트에서 받을 수 있는 포인트를 이미 모두 받았어요.', en: 'You already have all points that this event gives, so it pays none.' },
  said_already: { ko: '오늘은 이미 도장을 찍었어요.', en: 'You already have today’s stamp.' },
  said_claimed_all: { ko: '보상 {n}개를 모두 받았어요.', en: (v) => `You have claimed all ${v.n} rewards.` },
  said_claimed: { ko: '받았어요: {product}', en: 'You have claimed {product}.' },
  said_claimed_before: { ko: '이미 받은 보상이에요: {product}', en: 'You had already claimed {product}.' },
  said_address: { ko: '배송 주소를 저장했어요.', en: 'The delivery address is saved.' },
  said_new_day: { ko: '연결이 끊긴 사이 날짜가 바뀌었어요. 오늘 도장을 찍으려면 다시 눌러 주세요.', en: 'A new day began while the connection was lost. Press again for today’s stamp.' },

  notice_offline: { ko: '인터넷 연결이 끊겼어요. 다시 연결되면 이어서 할게요.', en: 'You are offline. This goes on when the connection is back.' },
  notice_offline_doing: { ko: '인터넷 연결이 끊겼어요. 다시 연결되면 이어서 처리하고, 두 번 처리되지 않아요.', en: 'You are offline. It goes on when the connection is back, and nothing is done twice.' },
  notice_lost: { ko: '서버에 연결할 수 없어 다시 시도하고 있어요. 두 번 처리되지 않아요.', en: 'The server cannot be reached; trying again. Nothing is done twice.' },
  notice_busy: { ko: '지금 이용자가 많아요. 곧 자동으로 다시 시도할게요.', en: 'It is busy right now; trying again in a moment.' },
  notice_stale: { ko: '보이는 내용이 최신이 아닐 수 있어요.', en: 'What you see may be out of date.' },
  try_again: { ko: '다시 시도', en: 'Try again' },
  sign_in: { ko: '로그인하면 출석 도장을 모을 수 있어요.', en: 'Sign in to collect stamps.' },
  no_event: { ko: '표시할 이벤트가 정해지지 않았어요.', en: 'No event was named.' },

  error_network: { ko: '서버에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.', en: 'The server cannot be reached. Please try again in a moment.' },
  error_token: { ko: '로그인 정보를 확인할 수 없어요. 잠시 후 다시 시도해 주세요.', en: 'Your sign-in could not be checked. Please try again in a moment.' },
  error_unknown: { ko: '문제가 생겼어요 ({status}). 요청 번호 {id}', en: 'Something went wrong ({status}). Request {id}' },
  'error_bad-request': { ko: '잘못된 요청이에요. 페이지를 새로 고침해 주세요.', en: 'The request was not understood. Please reload the page.' },
  error_unauthorized: { ko: '로그인이 만료됐어요. 다시 로그인해 주세요.', en: 'You are no longer signed in. Please sign in again.' },
  error_forbidden: { ko: '이 계정으로는 이용할 수 없어요.', en: 'This account may not do that.' },
  'reason_email-not-verified': { ko: '이메일을 인증한 계정만 참여할 수 있어요. 인증한 뒤 다시 로그인해 주세요.', en: 'This event is for accounts with a verified e-mail address. Verify yours, then sign in again.' },
  'reason_phone-not-verified': { ko: '전화번호를 인증한 계정만 참여할 수 있어요. 인증한 뒤 다시 로그인해 주세요.', en: 'This event is for accounts with a verified phone number. Verify yours, then sign in again.' },
  'reason_account-too-new': { ko: '가입한 지 얼마 안 된 계정은 아직 참여할 수 없어요.', en: 'This event is for accounts that have been here for longer.' },
  'reason_account-age-unknown': { ko: '가입한 날을 알 수 없어 참여할 수 없어요. 쇼핑몰에 문의해 주세요.', en: 'When this account was made is not known, and this event asks for it. Please ask the shop.' },
  'reason_stamped-by-shop': { ko: '이 이벤트는 쇼핑몰에서 도장을 찍어 드려요.', en: 'The shop adds the stamps of this event for you.' },
  'reason_staff-excluded': { ko: '쇼핑몰 관계자는 이 이벤트에 참여할 수 없어요.', en: 'Those who belong to the shop cannot take part in this event.' },
  'error_not-found': { ko: '찾을 수 없어요. 끝났거나 없어진 이벤트일 수 있어요.', en: 'There is nothing here. The event may be gone.' },
  'error_method-not-allowed': { ko: '지금은 할 수 없는 일이에요. 페이지를 새로 고침해 주세요.', en: 'That is not possible here. Please reload the page.' },
  'error_not-eligible': { ko: '아직 출석 일수가 모자라요.', en: 'You need more check-ins for that.' },
  'error_sold-out': { ko: '지금은 품절이에요. 다시 들어오면 받을 수 있고, 받을 권리는 그대로예요.', en: 'Sold out for now. It stays yours: claim it when it is restocked.' },
  'error_event-not-running': { ko: '지금은 이벤트 기간이 아니에요.', en: 'The event is not running now.' },
  'error_makeup-not-possible': { ko: '이 날은 이제 채울 수 없어요.', en: 'This day can no longer be made up.' },
  'error_insufficient-points': { ko: '포인트가 모자라요.', en: 'There are not enough points.' },
  'error_claim-closed': { ko: '받을 수 있는 기간이 지났어요.', en: 'The time to claim is over.' },
  error_conflict: { ko: '이미 처리되어 바꿀 수 없어요.', en: 'That was dealt with already and cannot be changed.' },
  'error_too-large': { ko: '입력한 내용이 너무 길어요.', en: 'What was entered is too long.' },
  'error_unsupported-media-type': { ko: '잘못된 요청이에요. 페이지를 새로 고침해 주세요.', en: 'The request was not understood. Please reload the page.' },
  error_invalid: { ko: '표시된 항목을 확인해 주세요.', en: 'Please check the marked fields.' },
  'error_too-many-requests': { ko: '요청이 너무 많아요. 잠시 후 다시 시도해 주세요.', en: 'Too many requests. Please wait a moment.' },
  error_unavailable: { ko: '지금은 처리할 수 없어요. 아무것도 바뀌지 않았으니 잠시 후 다시 시도해 주세요.', en: 'Not possible right now. Nothing was changed; please try again in a moment.' },
  error_internal: { ko: '저희 쪽에 문제가 생겼어요. 잠시 후 다시 시도해 주세요.', en: 'The fault is ours. Please try again in a moment.' },
};

export function text(language, key, values = {}) {
  const found = STRINGS[key]?.[language];
  if (typeof found === 'function') return found(values);
  return (found ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

// ISO 3166-1; shown by the browser's own names.
const COUNTRIES = ('AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN '
  + 'CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE '
  + 'IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT '
  + 'MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM '
  + 'SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW').split(' ');

// ---- looks: colours follow the page's color-scheme (or theme="light", theme="dark"); every --dojang-… can be set by the page

const LIGHT = { accent: '#c0342a', 'accent-strong': '#a32a21', 'on-accent': '#fff8f2', surface: '#ffffff', well: '#f4f4f5', border: '#dfdfe3', text: '#1d1d1f',
  'text-soft': '#5f5f66', wash: '#fbeeec', good: '#2f6a4d', warn: '#8a4b00', holiday: '#c92a2a', saturday: '#2b62c4' };
const DARK = { accent: '#e8705f', 'accent-strong': '#f08a7a', 'on-accent': '#2a0f0a', surface: '#1b1b1d', well: '#28282b', border: '#3c3c41', text: '#f2f2f4',
  'text-soft': '#ababb3', wash: '#35211e', good: '#7cc4a0', warn: '#f0b35f', holiday: '#ff8b82', saturday: '#8ab4f8' };
/** theme="paper": what differs. */
const PAPER = { surface: '#fffdf8', well: '#f7f2ea', border: '#e2d6c2', text: '#2a2420', 'text-soft': '#6a6056', wash: '#fbeee6' };
const DARK_PAPER = { surface: '#221e1b', well: '#2e2823', border: '#3b342d', text: '#f2eadf', 'text-soft': '#b3a798', wash: '#35231e' };
const colours = (values, value = (name) => values[name]) => Object.keys(values).map((name) => `--${name}: var(--dojang-${name}, ${value(name)});`).join(' ');
const both = (light, dark) => colours(light, (name) => `light-dark(${light[name]}, ${dark[name]})`);

/** The style sheet, for browsers as old as Safari 15.4. A newer function beside var() needs @supports: without it, the property loses every value.
 * dojang.css is a copy, created by node packaging/demo/shop.test.mjs --write. */
export const STYLES = `
:host { display: block; container-type: inline-size; ${colours(LIGHT)}
  --radius: var(--dojang-radius, 1.1rem); --shadow: var(--dojang-shadow, 0 1px 2px rgb(60 40 20 / 8%), 0 8px 28px rgb(60 40 20 / 9%));
  color: var(--text); line-height: 1.55; word-break: keep-all; overflow-wrap: anywhere; text-align: start;
  font-family: var(--dojang-font, Pretendard, "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", NanumGothic, system-ui, sans-serif); }
:host([theme~="paper"]) { ${colours(PAPER)} }
@supports (color: light-dark(#000, #fff)) { :host { ${both(LIGHT, DARK)} } :host([theme~="paper"]) { ${both(PAPER, DARK_PAPER)} } }
:host([theme~="light"]) { color-scheme: light; }
:host([theme~="dark"]) { color-scheme: dark; ${colours(DARK)} }
:host([theme~="dark"][theme~="paper"]) { ${colours(DARK_PAPER)} }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
h2, h3, p, dl, dd, ol, ul { margin: 0; padding: 0; }
h2 { font-size: 1.55rem; line-height: 1.25; letter-spacing: -0.01em; }
h3 { font-size: 1.05rem; letter-spacing: -0.01em; }
ol, ul { list-style: none; }
button, input, select { font: inherit; color: inherit; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 0.4rem; }
.soft { color: var(--text-soft); font-size: 0.875rem; }
.centred { text-align: center; }
.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.defs { position: absolute; width: 0; height: 0; overflow: hidden; }

.board { display: grid; gap: 1rem; }
.side { display: grid; gap: 1rem; align-content: start; }
.card { background: var(--surface); border: 1px solid var(--border); border-radius: var(--radius); padding: 1.25rem; box-shadow: var(--shadow); min-width: 0; }
@container (min-width: 54rem) {
  .board { grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr); gap: 1.25rem; align-items: start; }
  .side { gap: 1.25rem; }
  .card { padding: 1.6rem; }
}

.loading { display: grid; place-content: center; justify-items: center; gap: 0.9rem; min-height: 20rem; color: var(--text-soft); }
.loading .stamp { width: 5rem; height: 5rem; animation: wait 1.8s ease-in-out infinite; }
.sign-in:not([hidden]) { margin-bottom: 1rem; }
.frame { position: relative; }
.stamp-card > .sign-in:not([hidden]) { margin: 1.1rem 0 0.4rem; }
.stamp-card > .sign-in ::slotted(a) { display: flex; align-items: center; justify-content: center; box-sizing: border-box; min-height: 3.5rem; padding: 0.3rem 1rem; font-size: 1.1rem; font-weight: 800; border-radius: calc(var(--radius) * 0.8); background: var(--accent) !important; color: var(--on-accent) !important; text-decoration: none !important; }
.stamp-card > .sign-in ::slotted(a:hover) { background: var(--accent-strong) !important; }

.banner { width: 100%; max-height: 14rem; object-fit: cover; border-radius: calc(var(--radius) * 0.7); margin-bottom: 1rem; display: block; }
.state { display: inline-block; font-size: 0.8rem; font-weight: 700; color: var(--text-soft); border: 1px solid var(--border); border-radius: 1rem; padding: 0.1rem 0.7rem; }
.chips { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-bottom: 0.6rem; }
.row-chip { color: var(--warn); border-color: currentColor; }
.state[data-state="running"] { color: var(--good); border-color: currentColor; }
.lines { white-space: pre-line; }
.description { margin-top: 0.5rem; }
details { margin-top: 0.25rem; font-size: 0.875rem; color: var(--text-soft); }
summary { cursor: pointer; padding: 0.7rem 0; width: fit-content; text-decoration: underline; text-underline-offset: 0.2em; }

.figures { display: grid; grid-template-columns: repeat(3, 1fr); margin: 1.1rem 0; border: 1px dashed var(--border); border-radius: calc(var(--radius) * 0.7); }
.figures div { padding: 0.7rem 0.4rem; text-align: center; border-left: 1px dashed var(--border); }
.figures div:first-child { border-left: 0; }
.figures dt { color: var(--text-soft); font-size: 0.8rem; }
.figures dd { font-size: 1.3rem; font-weight: 800; letter-spacing: -0.02em; }

.next label { display: block; font-weight: 600; margin-bottom: 0.4rem; }
progress { appearance: none; display: block; width: 100%; height: 0.6rem; border: 0; border-radius: 1rem; overflow: hidden; background: var(--wash); }
progress::-webkit-progress-bar { background: var(--wash); border-radius: 1rem; }
progress::-webkit-progress-value { background: var(--accent); border-radius: 1rem; }
progress::-moz-progress-bar { background: var(--accent); border-radius: 1rem; }
.track { display: flex; height: 5.2rem; margin: 0.9rem -0.35rem 0; padding: 0.65rem 0 0; overflow: auto hidden; scrollbar-width: none; scroll-snap-type: x proximity; }
.track::-webkit-scrollbar { display: none; }
.track.long { padding-inline-end: 1.5rem; -webkit-mask-image: linear-gradient(to right, #000 calc(100% - 1.5rem), transparent); mask-image: linear-gradient(to right, #000 calc(100% - 1.5rem), transparent); }
.track li { position: relative; flex: 1 0 3.9rem; display: grid; justify-items: center; scroll-snap-align: center; }
.track li::before { content: ""; position: absolute; right: 50%; top: 1.19rem; width: 100%; height: 0.375rem; background: linear-gradient(to right, var(--accent) var(--done), var(--wash) var(--done)); }
.track li:first-child::before { width: 50%; border-radius: 1rem 0 0 1rem; }
.node { position: relative; z-index: 1; display: grid; justify-items: center; align-content: start; gap: 0.2rem; min-width: 3.2rem; padding: 0; border: 0; background: none; cursor: pointer; font-size: 0.6875rem; line-height: 0.875rem; font-weight: 700; }
.face { display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border-radius: 50%; overflow: hidden; background: var(--well); color: var(--text-soft); border: 2px solid var(--border); }
.face img { width: 100%; height: 100%; object-fit: cover; }
.claimed .face { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.claimable .face { background: var(--surface); color: var(--accent); border: 3px solid var(--accent); animation: pulse 900ms ease-out; }
.flag::after { content: attr(data-words); }
.flag { position: absolute; top: -0.55rem; left: 50%; transform: translateX(-50%); padding: 0 0.4rem; border-radius: 1rem; background: var(--accent); color: var(--on-accent); white-space: nowrap; }
.node:focus-visible { outline-offset: 1px; }

.press, .action { font-weight: 800; border: 0; background: var(--accent); color: var(--on-accent); cursor: pointer; }
.press { font-size: 1.1rem; width: 100%; min-height: 3.4rem; margin: 1.1rem 0 0.4rem; border-radius: calc(var(--radius) * 0.8); box-shadow: inset 0 -3px 0 rgb(0 0 0 / 14%); }
.action { flex: none; min-height: 2.75rem; padding: 0.3rem 1.15rem; border-radius: calc(var(--radius) * 0.7); }
.press:hover, .action:hover { background: var(--accent-strong); }
.press:active { transform: translateY(1px); box-shadow: none; }
.press[aria-disabled="true"] { background: var(--wash); color: var(--text); cursor: default; box-shadow: none; transform: none; }
/* What was said takes the place of the note, so that nothing moves. */
.below { display: grid; min-height: 2.75rem; text-align: center; }
.below > * { grid-area: 1 / 1; }
.said-here { font-size: 0.875rem; font-weight: 700; color: var(--good); }
.said-here:not(:empty) { animation: appear 160ms; }
.said-here:not(:empty) + p { visibility: hidden; }
.plain { background: none; color: var(--text); border: 1px solid var(--border); }
.plain:hover { background: var(--wash); }
.small-action { font-size: 0.875rem; min-height: 2.4rem; padding: 0.2rem 0.9rem; }
[aria-busy="true"].press, [aria-busy="true"].action { opacity: 0.75; cursor: progress; }

.month { display: flex; align-items: center; justify-content: space-between; margin: 0.5rem 0; }
.step { line-height: 1; width: 2.75rem; height: 2.75rem; border: 0; border-radius: 50%; background: none; cursor: pointer; display: grid; place-items: center; }
.step:hover:not([aria-disabled="true"]) { background: var(--wash); }
.step[aria-disabled="true"] { opacity: 0.3; cursor: default; }
.calendar { width: 100%; border-collapse: separate; border-spacing: 0.2rem; table-layout: fixed; }
.calendar th { color: var(--text-soft); font-size: 0.78rem; font-weight: 600; padding: 0.2rem 0; }
.calendar th:first-child { color: var(--holiday); }
.calendar th:last-child { color: var(--saturday); }
.calendar td { position: relative; height: 3.3rem; padding: 0; border-radius: 0.7rem; color: var(--text-soft); vertical-align: top; scroll-margin: 1rem; }
.calendar td.in { background: var(--well); }
.calendar td.missed { background: none; box-shadow: inset 0 0 0 1px var(--border); }
.calendar td.today { box-shadow: inset 0 0 0 2px var(--accent); }
.day { z-index: 1; position: absolute; left: 0.35rem; top: 0.05rem; font-size: 0.72rem; font-variant-numeric: tabular-nums; }
td.today .day { color: var(--text); font-weight: 800; }
td:not(.in) .day { font-weight: 300; }
.stamp { color: var(--accent); overflow: visible; }
span.stamp { display: block; background: var(--accent); -webkit-mask: var(--dojang-stamp-image) center / contain no-repeat; mask: var(--dojang-stamp-image) center / contain no-repeat; }
.calendar .stamp { position: absolute; inset: auto 0 0.1rem; margin: 0 auto; width: 96%; height: 2.35rem; }
td.missed .day { font-weight: 300; }
.calendar td.frozen { background: none; box-shadow: inset 0 0 0 1px var(--accent); }
.make-up { position: absolute; inset: 0; width: 100%; padding: 0.6rem 0 0; border: 1px dashed var(--accent); border-radius: inherit; background: none; color: var(--accent); font-size: 1.2rem; line-height: 1; cursor: pointer; }
.make-up:hover { background: var(--wash); }
.flake { display: block; line-height: 1; color: var(--accent); }
.gift { position: absolute; right: 0.3rem; bottom: 0.3rem; width: 1rem; height: 1rem; color: var(--accent); stroke-width: 2; }
.flying { position: absolute; z-index: 4; width: 6rem; height: 6rem; pointer-events: none; }
.stamped .day { color: var(--text); font-weight: 600; text-shadow: 0 0 3px var(--surface), 0 0 3px var(--surface), 0 0 2px var(--surface), 0 0 2px var(--surface); }
@container (min-width: 36rem) {
  .calendar { border-spacing: 0.35rem; }
  .calendar td { height: 4.7rem; }
  .calendar .stamp { inset: auto 0.1rem 0.15rem auto; margin: 0; width: 88%; height: 3.6rem; }
  .day { left: 0.45rem; top: 0.2rem; font-size: 0.85rem; }
}
.turn-0 { transform: rotate(-11deg); } .turn-1 { transform: rotate(7deg); } .turn-2 { transform: rotate(-4deg); } .turn-3 { transform: rotate(12deg); } .turn-4 { transform: rotate(-16deg); }
.fresh { animation: thump 420ms cubic-bezier(0.2, 1.4, 0.4, 1); }
@keyframes thump { from { scale: 2.6; opacity: 0; } 60% { scale: 0.94; opacity: 1; } to { scale: 1; } }
@keyframes appear { from { opacity: 0; } }
@keyframes pulse { 0% { box-shadow: 0 0 0 0 var(--accent); } 100% { box-shadow: 0 0 0 0.9rem transparent; } }
@keyframes paper { to { opacity: 0; transform: translate(var(--drift), 17rem) rotate(var(--turn)); } }
@keyframes wait { from, to { opacity: 0.3; } 50% { opacity: 0.7; } }
@media (prefers-reduced-motion: no-preference) { progress::-webkit-progress-value { transition: width 400ms; } progress::-moz-progress-bar { transition: width 400ms; } }
@media (prefers-reduced-motion: reduce) { .fresh { animation: appear 120ms; } .claimable .face, .said-here:not(:empty) { animation: none; } .paper { display: none; } .loading .stamp { animation: none; opacity: 0.5; } }

.list-head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.4rem 0.8rem; }
.show-all { width: 100%; margin-top: 0.5rem; }
.milestones { display: grid; gap: 0.25rem; margin-top: 0.6rem; }
.milestones > li { padding: 0.7rem 0; border-top: 1px solid var(--border); display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.85rem; min-height: 4.6rem; }
.milestones > li:first-child { border-top: 0; }
.badge { flex: none; display: grid; place-items: center; align-self: flex-start; width: 2.9rem; height: 2.9rem; border-radius: 0.9rem; background: var(--wash); color: var(--accent); overflow: hidden; }
.badge img { width: 100%; height: 100%; object-fit: cover; }
.locked .badge, .closed .badge, .sold_out .badge { background: var(--well); color: var(--text-soft); }
.icon { width: 1.5rem; height: 1.5rem; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.icon.tiny { width: 1.05em; height: 1.05em; vertical-align: -0.15em; stroke-width: 2; margin-inline-end: 0.3em; }
.what { flex: 1 1 9rem; min-width: 0; display: grid; }
.what b { font-weight: 700; line-height: 1.35; }
.at { font-size: 0.8rem; font-weight: 700; color: var(--accent); }
.locked .at, .closed .at, .sold_out .at { color: var(--text-soft); }
.ready, .done { color: var(--good); font-weight: 600; }
.hurry { color: var(--warn); font-weight: 700; font-size: 0.875rem; }
.what details { margin: 0; }
.stamp.small { flex: none; width: 3.3rem; height: 3.3rem; }
.more { flex: 1 0 100%; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 0.8rem; background: var(--well); border-radius: calc(var(--radius) * 0.6); padding: 0.55rem 0.55rem 0.55rem 0.9rem; font-size: 0.9rem; }
.more.asks { background: var(--wash); font-weight: 600; }
.more.plain-words { padding-block: 0.7rem; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-weight: 700; font-size: 1.05em; letter-spacing: 0.04em; -webkit-user-select: all; user-select: all; }

.notice { position: sticky; top: 0.5rem; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.6rem 1rem; margin-bottom: 1rem; padding: 0.8rem 1.1rem; border-radius: calc(var(--radius) * 0.8); background: var(--surface); border: 1px solid var(--accent); font-weight: 600; }
.notice.calm { border-color: var(--border); border-left: 4px solid var(--warn); }
.said-place { position: sticky; bottom: 1rem; z-index: 3; display: flex; justify-content: center; pointer-events: none; height: 0; align-items: flex-end; }
.said { max-width: min(34rem, 100%); width: max-content; padding: 0.8rem 1.2rem; border-radius: calc(var(--radius) * 0.8); background: var(--text); color: var(--surface); font-weight: 600; box-shadow: var(--shadow); transition: opacity 160ms, translate 160ms; }
.said:empty { opacity: 0; translate: 0 1rem; padding: 0; }
.said.bad { background: var(--accent); color: var(--on-accent); }

dialog { border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface); color: var(--text); padding: 1.4rem; width: min(30rem, calc(100vw - 1.5rem)); max-height: calc(100vh - 1.5rem); max-height: calc(100dvh - 1.5rem); overflow: auto; box-shadow: 0 20px 60px rgb(0 0 0 / 35%); line-height: 1.55; }
dialog:not([open]) { display: none; }
dialog::backdrop { background: rgb(20 14 8 / 55%); }
dialog.over { display: block; position: fixed; inset: 0; z-index: 2147483647; margin: auto; height: -moz-fit-content; height: fit-content; box-shadow: 0 0 0 100vmax rgb(20 14 8 / 55%); }
dialog.sheet { width: min(26.25rem, 100%); max-width: 100%; margin: auto auto 0; padding: 2rem 1.5rem 1rem; border-radius: 1.5rem 1.5rem 0 0; text-align: center; overflow: hidden auto; }
@media (min-width: 36rem) { dialog.sheet { margin: auto; border-radius: 1.5rem; } }
dialog.sheet h3 { font-size: 1.5rem; line-height: 2rem; margin: 1rem 0 0.3rem; }
.disc { display: grid; place-items: center; width: 7.5rem; height: 7.5rem; margin: 0 auto; border-radius: 50%; overflow: hidden; background: var(--wash); color: var(--accent); }
.disc .icon { width: 3.5rem; height: 3.5rem; }
.disc img { width: 100%; height: 100%; object-fit: cover; }
.sheet .row-chip { font-weight: 800; }
.sheet .action { display: block; width: 100%; min-height: 3.5rem; margin-top: 1.2rem; font-size: 1.1rem; }
.sheet .action.plain { min-height: 2.75rem; margin-top: 0.4rem; border: 0; font-size: 1rem; font-weight: 600; }
.paper { position: absolute; inset: 0; overflow: hidden; pointer-events: none; }
.paper i { position: absolute; top: 1rem; left: var(--x); width: 0.5rem; height: 0.8rem; background: var(--accent); animation: paper 900ms cubic-bezier(0.2, 0.6, 0.6, 1) both; }
.paper i:nth-child(3n) { background: var(--good); }
.paper i:nth-child(3n + 1) { background: var(--warn); border-radius: 50%; height: 0.5rem; }
dialog h3 { font-size: 1.2rem; margin-bottom: 0.4rem; }
.quote { background: var(--well); border-radius: calc(var(--radius) * 0.6); padding: 0.7rem 0.9rem; margin-top: 0.7rem; font-size: 0.9rem; max-height: 14rem; overflow: auto; }
.quote b { display: block; }
.buttons { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 0.6rem; margin-top: 1.2rem; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 0.8rem; margin-top: 0.9rem; }
.field { display: grid; gap: 0.2rem; min-width: 0; align-content: start; }
.field.wide { grid-column: 1 / -1; }
.field label { font-size: 0.875rem; font-weight: 600; }
.field input:not([type="checkbox"]), .field select { width: 100%; min-height: 2.75rem; padding: 0.4rem 0.7rem; border: 1px solid var(--text-soft); border-radius: calc(var(--radius) * 0.55); background: var(--surface); color: var(--text); }
@supports (color: color-mix(in srgb, #000 70%, #fff)) { .field input:not([type="checkbox"]), .field select { border-color: color-mix(in srgb, var(--text-soft) 70%, var(--border)); } }
.field [aria-invalid="true"] { border: 2px solid var(--accent) !important; }
.find { display: flex; gap: 0.5rem; }
.find input { flex: 1 1 6rem; min-width: 0; }
.link { border: 0; padding: 0.4rem 0; min-height: 2.75rem; background: none; text-align: start; text-decoration: underline; text-underline-offset: 0.2em; cursor: pointer; }
.consent { display: flex; gap: 0.7rem; align-items: flex-start; font-size: 0.875rem; }
.consent label { font-weight: 400; }
.consent input { flex: none; width: 1.35rem; height: 1.35rem; margin: 0.1rem 0 0; accent-color: var(--accent); }
.wrong { color: var(--accent); font-size: 0.85rem; font-weight: 600; }
@media (max-width: 26rem) { .fields { grid-template-columns: 1fr; } .buttons { flex-direction: column-reverse; } }
@media (forced-colors: active) { .press, .action, .said, .notice { border: 1px solid; } progress { border: 1px solid; } progress::-webkit-progress-value { forced-color-adjust: none; background: Highlight; } progress::-moz-progress-bar { forced-color-adjust: none; background: Highlight; } td.today { outline: 2px solid; } .missed { outline: 1px dashed; } .track li::before { forced-color-adjust: none; background: linear-gradient(to right, Highlight var(--done), GrayText var(--done)); } .claimed .face { forced-color-adjust: none; background: Highlight; color: HighlightText; } .claimable .face { border: 3px solid Highlight; } }
`;

// Made node by node: pages that demand Trusted Types take no markup.
const DRAWINGS = ['svg', { class: 'defs', width: '0', height: '0', 'aria-hidden': 'true', focusable: 'false' }, ['defs', {},
  ['filter', { id: 'ink', x: '-5%', y: '-5%', width: '110%', height: '110%' },
    ['feTurbulence', { type: 'fractalNoise', baseFrequency: '0.55', numOctaves: '2', seed: '7', result: 'grain' }],
    ['feColorMatrix', { in: 'grain', type: 'matrix', values: '0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 -5 3.75', result: 'holes' }],
    ['feComposite', { in: 'SourceGraphic', in2: 'holes', operator: 'in', result: 'inked' }],
    ['feDisplacementMap', { in: 'inked', in2: 'grain', scale: '1.2' }]],
  ['symbol', { id: 'stamp', viewBox: '0 0 64 64' }, ['g', { filter: 'url(#ink)', fill: 'none', stroke: 'currentColor' },
    ['circle', { cx: '32', cy: '32', r: '28', 'stroke-width': '4' }], ['circle', { cx: '32', cy: '32', r: '22.5', 'stroke-width': '1.4' }],
    ['text', { x: '32', y: '39', 'text-anchor': 'middle', 'font-size': '20', 'font-weight': '800', fill: 'currentColor', stroke: 'none' }, '도장']]],
  ['symbol', { id: 'icon-points', viewBox: '0 0 24 24' }, ['circle', { cx: '12', cy: '12', r: '9' }], ['path', { d: 'M9.7 17V7.5h3a2.9 2.9 0 0 1 0 5.8h-3' }]],
  ['symbol', { id: 'icon-item', viewBox: '0 0 24 24' }, ['path', { d: 'M5 11.5V20h14v-8.5M3.5 7.5h17v4h-17zM12 7.5V20M12 7.5C11 3 6 3 7 6.2c.3.9 1.5 1.3 5 1.3M12 7.5C13 3 18 3 17 6.2c-.3.9-1.5 1.3-5 1.3' }]],
  ['symbol', { id: 'icon-coupon', viewBox: '0 0 24 24' }, ['path', { d: 'M3 7h18v3.2a1.8 1.8 0 0 0 0 3.6V17H3v-3.2a1.8 1.8 0 0 0 0-3.6zM14.5 7v10' }]],
  ['symbol', { id: 'icon-clock', viewBox: '0 0 24 24' }, ['circle', { cx: '12', cy: '12', r: '9' }], ['path', { d: 'M12 7v5.2l3.3 2' }]],
  ['symbol', { id: 'icon-check', viewBox: '0 0 24 24' }, ['path', { d: 'm5 12.5 4.7 4.7L19 7.5', 'stroke-width': '2.6' }]],
  ['symbol', { id: 'icon-flame', viewBox: '0 0 24 24' }, ['path', { d: 'M12 3c.6 4-4.8 6-4.8 11a4.8 4.8 0 0 0 9.6.3c0-2.6-1.6-3.6-1.9-5.7-1.3.5-1.9 1.7-1.9 2.8C11.5 9.5 13.5 6 12 3z' }]],
  ['symbol', { id: 'icon-before', viewBox: '0 0 24 24' }, ['path', { d: 'M14.5 5.5 8 12l6.5 6.5' }]],
  ['symbol', { id: 'icon-after', viewBox: '0 0 24 24' }, ['path', { d: 'M9.5 5.5 16 12l-6.5 6.5' }]]]];

// ---- small things

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'class') made.className = value;
    else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function drawing([name, attributes, ...children]) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.map((child) => (typeof child === 'string' ? child : drawing(child))));
  return made;
}

/** The size of a stamp's text, by its length. */
const STAMP_TEXT = [20, 24, 20, 15, 11.5];
const STAMP_LETTERS = 4;

const picture = (id, className) => drawing(['svg', { class: className, width: '24', height: '24', 'aria-hidden': 'true' }, ['use', { href: `#${id}` }]]);

/** An image of the shop's; what cannot be loaded is taken away. */
function image(address, className, instead) {
  return element('img', { src: address, alt: '', class: className, loading: 'lazy', referrerpolicy: 'no-referrer',
    onerror: (event) => (instead ? event.target.replaceWith(instead) : event.target.remove()) });
}

const HOUR = 3600e3;
const DAY = 24 * HOUR;
const addDays = (day, count) => new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);

function addMonths(month, count) {
  const [year, index] = month.split('-').map(Number);
  return new Date(Date.UTC(year, index - 1 + count, 1)).toISOString().slice(0, 7);
}

/** The date of an instant in a time zone; null if the browser does not have this zone. */
function localDate(instant, zone) {
  try {
    const parts = Object.fromEntries(new Intl.DateTimeFormat('en-US', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone })
      .formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
    return `${parts.year}-${parts.month}-${parts.day}`;
  } catch {
    return null;
  }
}

/** An instant in a time zone. A browser that does not have this time zone uses its own, and adds its name. */
function showInstant(locale, options, instant, zone) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).format(new Date(instant));
  } catch {
    return new Intl.DateTimeFormat(locale, { ...options, timeZoneName: 'short' }).format(new Date(instant));
  }
}

const pause = (milliseconds, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
});

// ---- talking to Dojang

const PATIENCE = 15e3;
const WAITS = [0.5, 1, 2, 4, 8, 15].map((seconds) => seconds * 1000);
const LONGEST_WAIT = 60e3;              // a Retry-After beyond this is left to the person

/** An answer that is no success, or none at all (status 0). kind is the problem's type. */
class Refusal extends Error {
  constructor(status, kind, body = null, retryAfter = 0) {
    super(body?.title ?? kind);
    Object.assign(this, { status, kind, body, retryAfter });
  }

  /** Does the same request have a chance later? Nothing was done then, or doing it again changes nothing. */
  get isPassing() {
    return this.kind === 'network' || [408, 429, 502, 503, 504].includes(this.status);
  }
}

/** What is thrown away because the element shows someone or something else by now. */
class Superseded extends Error {}

/** Requests of one customer to one Dojang: gives the token, renews it, repeats what got lost. */
class Connection {
  #base;
  #source;
  #token = null;
  #isExpired = false;
  #renewal = null;
  #ending = new AbortController();

  constructor(base, source) {
    this.#base = base.replace(/\/+$/, '');
    this.#source = source;
  }

  end() { this.#ending.abort(); }
  get isOver() { return this.#ending.signal.aborted; }

  /** The token, asked for once however many requests need it. */
  async #getToken() {
    if (this.#token) return this.#token;
    this.#renewal ??= (async () => {
      try {
        this.#token = typeof this.#source === 'function' ? await this.#source({ expired: this.#isExpired }) : this.#source;
      } catch {
        throw new Refusal(0, 'token');
      } finally {
        this.#renewal = null;
      }
      return this.#token;
    })();
    const token = await this.#renewal;
    if (this.isOver) throw new Superseded();
    if (!token) throw new Refusal(401, 'sign-in');
    return token;
  }

  async #fetch(path, { method = 'GET', body }, token) {
    const headers = { Accept: 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE);
    const end = () => late.abort();
    this.#ending.signal.addEventListener('abort', end);
    try {
      const answer = await fetch(`${this.#base}/api/v1${path}`, { method, headers, signal: late.signal, credentials: 'omit', cache: 'no-store',
        referrerPolicy: 'no-referrer', body: body === undefined ? undefined : JSON.stringify(body) });
      const words = await answer.text();          // an answer that breaks off is none
      return { answer, words };
    } catch {
      throw this.isOver ? new Superseded() : new Refusal(0, 'network');
    } finally {
      clearTimeout(timer);
      this.#ending.signal.removeEventListener('abort', end);
    }
  }

  /** One request; with an expired token a second one with a new token. */
  async #once(path, request, isAgain = false) {
    const token = request.asVisitor ? null : await this.#getToken();
    const { answer, words } = await this.#fetch(path, request, token);
    let body = null;
    try { body = words ? JSON.parse(words) : null; } catch { body = null; }
    if (answer.ok) return { status: answer.status, body };
    if (answer.status === 401 && token && this.#token === token) {
      this.#token = null;
      this.#isExpired = true;
    }
    if (answer.status === 401 && token && !isAgain && typeof this.#source === 'function') return this.#once(path, request, true);
    const seconds = Number(answer.headers.get('Retry-After'));
    throw new Refusal(answer.status, String(body?.type ?? 'unknown').split('/').pop(), body, Number.isFinite(seconds) ? seconds * 1000 : 0);
  }

  /** Waits before the next try: as long as the server says, at least; a lost connection is tried at once when it is back. */
  async #wait(refusal, attempt, onWait) {
    const usual = WAITS[attempt] * (0.75 + Math.random() / 2);
    onWait?.(refusal);
    if (refusal.kind !== 'network') {
      await pause(Math.max(usual, refusal.retryAfter), this.#ending.signal);
    } else {
      const back = new AbortController();
      addEventListener('online', () => back.abort(), { signal: back.signal });
      this.#ending.signal.addEventListener('abort', () => back.abort(), { signal: back.signal });
      await pause(navigator.onLine === false ? 2 ** 31 - 1 : usual, back.signal);
      back.abort();
    }
    if (this.isOver) throw new Superseded();
  }

  /** A request that is repeated while that can help. onWait(refusal) is told of each wait; instead() may find, before a try
   * is repeated, that it is not needed any more: what it answers is the answer then. */
  async ask(path, { onWait, instead, ...request } = {}) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const found = attempt ? await instead?.() : undefined;
        return found ?? await this.#once(path, request);
      } catch (refusal) {
        if (this.isOver) throw new Superseded();
        const isOffline = refusal.kind === 'network' && navigator.onLine === false;
        if (!refusal.isPassing || refusal.retryAfter > LONGEST_WAIT || (attempt >= WAITS.length && !isOffline)) throw refusal;
        await this.#wait(refusal, Math.min(attempt, WAITS.length - 1), onWait);
      }
    }
  }
}

// ---- the element

const PAGES_OF_CLAIMS = 10;
const HURRY = 3 * DAY;
const SAID_FOR = 8000;
const SAID_HERE_FOR = 4000;
const FLIGHT = { press: 260, fly: 320 };
const STAMP_SIZE = 96;
const PAPERS = 28;
const ROWS_REACHED = [7, 14, 21, 30];
const NEXT_SHOWN = 3;
const NODES_SHOWN = 5;

/** The style sheet for all elements; null if the browser cannot construct one (Safari before 16.4). */
const sheet = (() => {
  try {
    const made = new CSSStyleSheet();
    made.replaceSync(STYLES);
    return made;
  } catch {
    return null;
  }
})();

/** Adds the styles to a shadow root that is in a page: the shared style sheet, or the file, or (if the file cannot be loaded) an element. The page's
 * nonce allows the file and the element. */
function dress(root, ownNonce) {
  if (root.getElementById('styles')) return;
  try {
    if (sheet && root.adoptedStyleSheets) {
      root.adoptedStyleSheets = [sheet];
      return;
    }
  } catch { /* it belongs to another document */ }
  const nonce = ownNonce || [...document.scripts].find((script) => script.src === import.meta.url)?.nonce || null;
  const link = element('link', { id: 'styles', rel: 'stylesheet', href: new URL('dojang.css', import.meta.url).href, nonce,
    onerror: () => link.replaceWith(element('style', { id: 'styles', nonce }, STYLES)) });
  root.prepend(link);
}

/** A channel to the widget in other tabs; null where the browser has none or refuses it (Firefox with cookies blocked). A tab that becomes visible
 * loads everything anyway. */
function openChannel() {
  try {
    return new BroadcastChannel('dojang-attendance');
  } catch {
    return null;
  }
}

/** A short digest (FNV-1a), to find out whether a text has changed. */
function digest(words) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ words.charCodeAt(i), 0x01000193);
  return `${words.length}-${(hash >>> 0).toString(16)}`;
}

function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* the browser stores nothing */ }
}

function recall(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

const isMotionWelcome = () => matchMedia('(prefers-reduced-motion: no-preference)').matches;

/** Returns a function for the name of a country; its code where the browser has no names. */
function countryNames(locale) {
  try {
    const names = new Intl.DisplayNames([locale], { type: 'region' });
    return (code) => names.of(code) ?? code;
  } catch {
    return (code) => code;
  }
}

export class DojangAttendance extends HTMLElement {
  static observedAttributes = ['event', 'base', 'lang', 'stamp'];

  #tokenSource;             // undefined: the page has not said yet; null: nobody is signed in
  #connection = null;
  #turn = 0;                // counts what is newer than a load that is under way
  #data = null;             // the event with its milestones and the participation
  #isVisitor = false;       // what is shown is for nobody in particular: there are no figures
  #claims = [];
  #calendar = null;
  #month = null;
  #language = 'en';
  #doing = new Set();       // keys of buttons whose work goes on
  #waiting = null;          // what is waited for, while a request is repeated
  #trouble = null;          // the refusal that keeps the whole from being shown, or from being fresh
  #fresh = null;            // key of the stamp that was made just now
  #said = null;             // the timers that take away what was said
  #saidHere = null;
  #midnight = null;
  #open = null;             // the dialog that is shown: makes it again in another language
  #kept = new Set();        // milestones that stay in the short list: claimed since the page was loaded
  #isListWhole = false;     // all milestones are listed
  #agreed = new Set();      // terms that were agreed to since the page was loaded, where nothing can be stored
  #channel = null;
  #parts = {};
  #leaving = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.append(drawing(DRAWINGS));
    this.#build(root);
  }

  // -- what the page sets

  /** A function that returns what the page knows of the customer's address, or a promise of it: { name, phone, postcode, line1, line2, country }. */
  address = this.address ?? null;

  /** A function that lets the customer find a postcode, and returns { postcode, line1 } or a promise of it (null: nothing was chosen). */
  findPostcode = this.findPostcode ?? null;

  /** The customer's token, or a function that answers one (or a promise of one; null: nobody is signed in). The function is given
   * { expired }: true when a token of its own was refused, so that one from a store will not do. */
  get token() { return this.#tokenSource; }
  set token(source) {
    this.#tokenSource = source;
    this.#restart();
  }

  connectedCallback() {
    if (Object.prototype.hasOwnProperty.call(this, 'token')) {             // set before this module was there
      const { token } = this;
      delete this.token;
      this.#tokenSource = token;
    }
    dress(this.shadowRoot, this.nonce);
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#refreshQuietly(); }, { signal });
    addEventListener('online', () => { if (!this.#doing.size) this.#refreshQuietly(); this.#showNotice(); }, { signal });
    addEventListener('offline', () => this.#showNotice(), { signal });
    this.#channel = openChannel();
    this.#channel?.addEventListener('message', () => this.#refreshQuietly());
    this.#restart();
  }

  disconnectedCallback() {
    this.#leaving?.abort();
    this.#channel?.close();
    this.#channel = null;
    this.#connection?.end();
    this.#connection = null;
    clearTimeout(this.#midnight);
    clearTimeout(this.#said);
    clearTimeout(this.#saidHere);
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected) return;
    if (name === 'lang' || name === 'stamp') this.#show();
    else this.#restart();
  }

  /** Asks Dojang again and shows what it says. */
  async refresh() { await this.#load(true); }

  #restart() {
    if (!this.isConnected) return;
    this.#connection?.end();
    this.#data = null;
    this.#isVisitor = false;
    this.#claims = [];
    this.#calendar = null;
    this.#month = null;
    this.#trouble = null;
    this.#waiting = null;
    this.#doing.clear();
    this.#closeDialog();
    this.#say('');
    const base = this.getAttribute('base') || new URL('..', import.meta.url).href;
    this.#connection = this.#tokenSource === undefined ? null : new Connection(new URL(base, document.baseURI).href, this.#tokenSource);
    this.#show();
    this.#load(true);
  }

  // -- words and dates: the event's calendar, never the browser's

  #t(key, values) { return text(this.#language, key, values); }
  #number(n) { return n.toLocaleString(this.#locale); }
  get #locale() { return this.#language === 'ko' ? 'ko-KR' : 'en-GB'; }

  #chooseLanguage() {
    const asked = this.closest('[lang]')?.getAttribute('lang') || navigator.language || 'en';
    this.#language = /^ko\b/i.test(asked) ? 'ko' : 'en';
  }

  #showDay(day, options = { month: 'short', day: 'numeric' }) {
    return showInstant(this.#locale, options, `${day}T12:00:00Z`, 'UTC');
  }

  #showTime(instant) {
    const zone = this.#data.time_zone;
    const day = localDate(instant, zone);
    // "오전 12:00" could be noon. A zone that the browser does not have has no date.
    if (this.#language === 'ko' && day && day !== localDate(Date.parse(instant) - 1, zone)) {
      const today = this.#today();
      return this.#t('midnight', { day: today && day === addDays(today, 1) ? this.#t('tomorrow') : this.#showDay(day, { month: 'short', day: 'numeric', weekday: 'short' }) });
    }
    return showInstant(this.#locale, { month: 'short', day: 'numeric', weekday: 'short', hour: 'numeric', minute: '2-digit' }, instant, zone);
  }

  // A deadline at midnight means the end of the day before. Both dates are null if the browser does not have the zone.
  #showDeadline(instant) {
    const zone = this.#data.time_zone;
    const before = localDate(Date.parse(instant) - 1, zone);
    return before === localDate(instant, zone) ? this.#t('until', { time: this.#showTime(instant) }) : this.#t('through', { day: this.#showDay(before) });
  }

  /** Today in the event's time zone; null before and after the event. */
  #today(data = this.#data) { return data.state === 'running' ? data.today ?? this.#todayOf(data) : null; }

  // For a server that does not send it: the next check-in opens today or, after a check-in, tomorrow; on the last day it does not open again. It opens
  // at midnight. At noon the date is right even if the browser has old rules for the zone. Without the zone, the date is that in UTC 13 hours later.
  #todayOf({ participation, time_zone: zone, ends_on: last }) {
    if (!participation.next_check_in_at) return last;
    const opens = Date.parse(participation.next_check_in_at);
    const next = localDate(opens + 12 * HOUR, zone) ?? new Date(opens + 13 * HOUR).toISOString().slice(0, 10);
    return participation.checked_in_today ? addDays(next, -1) : next;
  }

  #words(refusal) {
    const { kind, status, body } = refusal;
    if (kind === 'sign-in') return this.#t(this.#data ? 'error_unauthorized' : 'sign_in');
    const reason = `reason_${body?.reason}`;
    if (STRINGS[reason]) return this.#t(reason);
    const key = `error_${kind}`;
    return STRINGS[key] ? this.#t(key) : this.#t('error_unknown', { status: status || '–', id: body?.request_id ?? '–' });
  }

  /** On how many days one can still check in, today among them until that is done. */
  get #daysLeft() {
    const { state, starts_on: first, ends_on: last, participation } = this.#data;
    if (state === 'ended') return 0;
    const from = state === 'coming' ? first : addDays(this.#today(), participation.checked_in_today ? 1 : 0);
    return Math.max(0, Math.round((Date.parse(last) - Date.parse(from)) / DAY) + 1);
  }

  // -- asking

  get #path() { return `/events/${encodeURIComponent(this.getAttribute('event') ?? '')}`; }

  #wait = (refusal) => {
    this.#waiting = refusal;
    this.#showNotice();
  };

  async #ask(path, request) {
    const connection = this.#connection;
    const answer = await connection.ask(path, { onWait: this.#wait, ...request });
    if (connection !== this.#connection) throw new Superseded();
    if (this.#waiting) {
      this.#waiting = null;
      this.#showNotice();
    }
    return answer;
  }

  async #getClaims() {
    const found = [];
    let cursor = '';
    for (let page = 0; page < PAGES_OF_CLAIMS; page += 1) {
      const { body } = await this.#ask(`/me/claims?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...body.items.filter((claim) => claim.event === this.getAttribute('event')));
      if (!body.next) break;
      cursor = body.next;
    }
    return found;
  }

  /** What the customer sees or, while nobody is signed in, what every visitor sees. */
  async #fetchAll() {
    try {
      await this.#fetchOwn();
    } catch (refusal) {
      if (refusal.kind !== 'sign-in' || (this.#data && !this.#isVisitor)) throw refusal;
      await this.#fetchAsVisitor(refusal);
    }
  }

  // An event that visitors cannot see is refused like an unknown one: what helps is to sign in.
  async #fetchAsVisitor(refusal) {
    this.#turn += 1;
    const turn = this.#turn;
    const { body: data } = await this.#ask(this.#path, { asVisitor: true }).catch((other) => { throw other.status === 401 ? refusal : other; });
    if (turn !== this.#turn) throw new Superseded();
    this.#isVisitor = true;
    this.#data = { ...data, participation: { count: 0, streak: 0, longest_streak: 0, checked_in_today: false, next_check_in_at: null } };
    this.#claims = [];
    this.#month = this.#clampMonth(this.#month ?? (this.#today(data) ?? data.ends_on).slice(0, 7), data);
    this.#calendar = { dates: [] };
  }

  async #fetchOwn() {
    this.#turn += 1;
    const turn = this.#turn;
    const [{ body: data }, claims] = await Promise.all([this.#ask(this.#path), this.#getClaims()]);
    const first = this.#today(data) ?? (data.state === 'coming' ? data.starts_on : data.ends_on);
    const month = this.#clampMonth(this.#month ?? first.slice(0, 7), data);
    const { body: calendar } = await this.#ask(`${this.#path}/attendance?month=${month}`);
    if (turn !== this.#turn) throw new Superseded();
    this.#isVisitor = false;
    this.#data = data;
    this.#claims = claims;
    this.#month = month;
    this.#calendar = calendar;
  }

  /** Loads and shows everything; isLoud: a failure is shown even when there is something to see. */
  async #load(isLoud = false) {
    if (!this.#connection || !this.getAttribute('event')) {
      this.#show();
      return;
    }
    const connection = this.#connection;
    try {
      await this.#fetchAll();
      this.#trouble = null;
    } catch (refusal) {
      if (refusal instanceof Superseded || connection !== this.#connection) return;
      this.#waiting = null;
      if (isLoud || !this.#data || !(refusal instanceof Refusal) || !refusal.isPassing) this.#fail(refusal);
    }
    this.#show();
    this.#watchMidnight();
  }

  #fail(refusal) {
    this.#trouble = refusal instanceof Refusal ? refusal : new Refusal(0, 'unknown');
    if (!(refusal instanceof Refusal)) console.error(refusal);
    if (this.#tokenSource === null && refusal.kind === 'sign-in') return;        // the page knows
    this.#tell('dojang-error', { type: this.#trouble.kind, status: this.#trouble.status, request_id: this.#trouble.body?.request_id ?? null });
  }

  #refreshQuietly() {
    if (this.#connection && !this.#doing.size) this.#load();
  }

  #clampMonth(month, data = this.#data) {
    const first = data.starts_on.slice(0, 7);
    const last = data.ends_on.slice(0, 7);
    return month < first ? first : month > last ? last : month;
  }

  // When the next check-in opens, the page shows it by itself.
  #watchMidnight() {
    clearTimeout(this.#midnight);
    const next = this.#data?.participation.checked_in_today || this.#data?.state === 'coming' ? this.#data.participation.next_check_in_at : null;
    if (!next) return;
    const wait = Math.min(Math.max(Date.parse(next) - Date.now() + 1000, 60e3), DAY);
    this.#midnight = setTimeout(() => this.#refreshQuietly(), wait);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  #tellOtherTabs(what) {
    try {
      this.#channel?.postMessage(what);
    } catch { /* they load everything when they become visible */ }
  }

  // -- doing

  /** Runs the work of one button: a second press meanwhile does nothing, a failure is said in words. */
  async #press(key, work) {
    if (this.#doing.has(key)) return;
    const connection = this.#connection;
    this.#doing.add(key);
    this.#show();
    try {
      await work();
    } catch (refusal) {
      if (refusal instanceof Superseded || connection !== this.#connection) return;
      this.#waiting = null;
      if (!(refusal instanceof Refusal)) console.error(refusal);
      this.#say(this.#words(refusal instanceof Refusal ? refusal : new Refusal(0, 'unknown')), true);
      if (refusal.kind !== 'network') await this.#load();
    } finally {
      if (connection === this.#connection) {
        this.#doing.delete(key);
        this.#show();
      }
    }
  }

  // Before a check-in is repeated we look: the lost one may have arrived, and after midnight it would be another day's.
  async #checkInInstead(day) {
    const { body } = await this.#ask(this.#path, { onWait: this.#wait });
    this.#data = body;
    if (this.#today() !== day) return { status: 0, body: null };
    if (!body.participation.checked_in_today) return undefined;
    const { streak, count } = body.participation;
    const earned = body.milestones.filter((one) => one.state === 'claimable' && one.at === (one.basis === 'streak' ? streak : count)).map((one) => ({ milestone: one.id }));
    return { status: 201, body: { ...body.participation, event: body.event, date: day, already: false, earned } };
  }

  // The page takes the visitor to its login; if it does not listen, the words say what to do.
  #askToSignIn() {
    const event = new CustomEvent('dojang-sign-in', { bubbles: true, composed: true, cancelable: true, detail: { event: this.#data.event } });
    if (this.dispatchEvent(event)) this.#say(this.#t('sign_in'));
  }

  #checkIn() {
    if (this.#isVisitor && this.#data.state === 'running') {
      this.#askToSignIn();
      return;
    }
    if (!this.#data || this.#data.state !== 'running' || this.#data.stamped_by === 'shop' || this.#data.participation.checked_in_today) return;
    const day = this.#today();
    this.#press('check-in', async () => {
      const { body } = await this.#ask(`${this.#path}/attendance`, { method: 'POST', instead: () => this.#checkInInstead(day) });
      if (!body) {
        this.#say(this.#t('said_new_day'), true);
        await this.#load();
        return;
      }
      const connection = this.#connection;
      this.#stampAtOnce(body);
      const landing = this.#flyStamp(body.date);
      this.#sayCheckIn(body);
      this.#tell('dojang-check-in', body);
      this.#tellOtherTabs('check-in');
      const loading = this.#load();
      await landing;
      if (connection === this.#connection) this.#celebrate(body);
      await loading;
    });
  }

  // What the answer says is shown before everything is asked anew, which may take a while or fail.
  #stampAtOnce(body) {
    const { count, streak, longest_streak, next_check_in_at, date } = body;
    this.#turn += 1;
    Object.assign(this.#data.participation, { count, streak, longest_streak, next_check_in_at, checked_in_today: true });
    if (this.#month !== date.slice(0, 7)) this.#calendar = { dates: [] };
    this.#month = date.slice(0, 7);
    this.#calendar = { ...this.#calendar, dates: [...new Set([...(this.#calendar?.dates ?? []), date])] };
    this.#fresh = date;
    this.#show();
    if (!isMotionWelcome()) return;
    for (const part of [this.#parts.count, this.#parts.streak]) part.animate?.([{ opacity: 0, transform: 'translateY(0.6em)' }, { opacity: 1, transform: 'none' }], { duration: 240, easing: 'ease-out' });
  }

  /** The stamp comes down on the button and flies into its day. It takes no place. */
  async #flyStamp(day) {
    try {
      navigator.vibrate?.(8);
    } catch { /* not allowed here */ }
    const cell = this.shadowRoot.querySelector(`time[datetime="${day}"]`)?.parentNode;
    const stamp = cell?.querySelector('.stamp');
    const isMoving = isMotionWelcome();
    cell?.scrollIntoView({ block: 'nearest', behavior: isMoving ? 'smooth' : 'auto' });
    if (!stamp?.animate || !isMoving) return;
    const [frame, from, to] = [this.#parts.frame, this.#parts.checkIn, stamp].map((one) => one.getBoundingClientRect());
    const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
    const [[fromX, fromY], [toX, toY]] = [middle(from), middle(to)];
    const flying = this.#stamp('stamp flying');
    flying.style.left = `${fromX - frame.left - STAMP_SIZE / 2}px`;
    flying.style.top = `${fromY - frame.top - STAMP_SIZE / 2}px`;
    stamp.classList.remove('fresh');
    stamp.style.opacity = '0';
    this.#parts.frame.append(flying);
    const duration = FLIGHT.press + FLIGHT.fly;
    const flight = flying.animate([{ opacity: 0, transform: 'scale(2.2)', easing: 'cubic-bezier(0.2, 1.4, 0.4, 1)' },
      { opacity: 1, transform: 'scale(1)', offset: FLIGHT.press / duration, easing: 'ease-in-out' },
      { opacity: 1, transform: `translate(${toX - fromX}px, ${toY - fromY}px) scale(${to.height / STAMP_SIZE})` }], { duration, fill: 'forwards' });
    // A page in the background draws nothing, so the flight may not end.
    await Promise.race([flight.finished, pause(2 * duration)]).catch(() => {});
    flying.remove();
    stamp.style.opacity = '';
  }

  #sayCheckIn(body) {
    const { paid } = body;
    const pay = paid?.withheld ? this.#t(`withheld_${paid.withheld}`) : paid?.points > 0 ? this.#t(paid.wallet === 'shop' ? 'said_owed' : 'said_paid', { points: this.#number(paid.points) }) : '';
    const words = body.already ? this.#t('said_already') : `${this.#t('said_checked_in', { n: body.count })} ${pay}`.trim();
    const isRow = !body.already && ROWS_REACHED.includes(body.streak);
    this.#sayHere(isRow ? `${this.#t('row_reached', { n: body.streak })} ${words}` : words);
  }

  /** Shows what was earned, with the button to claim it. */
  #celebrate(body) {
    const earned = body.already ? [] : (body.earned ?? []).map((one) => one.milestone);
    const [first, ...others] = this.#data.milestones.filter((milestone) => earned.includes(milestone.id));
    if (first && !this.#isDialogOpen) this.#openDialog(() => this.#rewardSheet(first.id, { others, streak: body.streak, isEarned: true }), 'check-in', true);
  }

  /** The terms, unless this browser's customer has agreed to the same text before. */
  get #termsToRead() {
    const { terms } = this.#data;
    return terms && !this.#agreed.has(terms) && recall(this.#termsKey) !== digest(terms) ? terms : null;
  }

  get #termsKey() { return `dojang-terms ${this.getAttribute('base') ?? ''} ${this.getAttribute('event')}`; }

  #agree() {
    if (!this.#data.terms) return;
    this.#agreed.add(this.#data.terms);
    remember(this.#termsKey, digest(this.#data.terms));
  }

  /** What should be read first is shown first. */
  #askToClaim(milestone) {
    if (milestone.product.tax_note || this.#termsToRead) this.#openDialog(() => this.#confirmDialog([milestone]), `claim-${milestone.id}`);
    else this.#claim(milestone);
  }

  #claim(milestone) {
    const key = `claim-${milestone.id}`;
    this.#press(key, async () => {
      const { status, body } = await this.#claimOne(milestone);
      this.#say(this.#t(status === 201 ? 'said_claimed' : 'said_claimed_before', { product: body.product.name }));
      this.#doing.delete(key);
      this.#show();
      this.#focusAfterClaim(milestone);
      if (body.product.kind === 'item' && body.state === 'claimed') this.#openAddress(body, this.#parts.said.textContent);
      await this.#load();
    });
  }

  async #claimOne(milestone) {
    const { status, body } = await this.#ask(`${this.#path}/milestones/${milestone.id}/claim`, { method: 'POST' });
    this.#turn += 1;
    const shown = this.#data.milestones.find((one) => one.id === milestone.id);         // loaded anew, maybe
    if (shown) shown.state = 'claimed';
    if (status === 201) body.has_address = false;
    this.#claims = [body, ...this.#claims.filter((claim) => claim.id !== body.id)];
    this.#kept.add(milestone.id);
    this.#fresh = `claim-${milestone.id}`;
    this.#tell('dojang-claim', body);
    this.#tellOtherTabs('claim');
    return { status, body };
  }

  /** The rewards that one press can claim; empty if one of them needs an address. */
  get #claimableTogether() {
    const ready = this.#data.milestones.filter((milestone) => milestone.state === 'claimable');
    return ready.length >= 2 && ready.every((milestone) => milestone.product.kind !== 'item') ? ready : [];
  }

  #askToClaimAll() {
    const ready = this.#claimableTogether;
    if (this.#termsToRead || ready.some((milestone) => milestone.product.tax_note)) this.#openDialog(() => this.#confirmDialog(ready), 'claim-all');
    else this.#claimAll(ready);
  }

  #claimAll(ready) {
    this.#press('claim-all', async () => {
      for (const milestone of ready) {
        await this.#claimOne(milestone);
        this.#show();
      }
      this.#say(this.#t('said_claimed_all', { n: ready.length }));
      this.#parts.milestonesTitle.focus();
      await this.#load();
    });
  }

  // The button that had the focus is gone.
  #focusAfterClaim(milestone) {
    const item = this.shadowRoot.getElementById(`milestone-${milestone.id}`);
    (item?.querySelector('button') ?? this.shadowRoot.querySelector('.milestones button') ?? this.#parts.milestonesTitle).focus();
  }

  #turnMonth(count) {
    const month = this.#clampMonth(addMonths(this.#month, count));
    if (month === this.#month) return;
    if (this.#isVisitor) {
      this.#month = month;
      this.#show();
      return;
    }
    this.#press('month', async () => {
      const { body } = await this.#ask(`${this.#path}/attendance?month=${month}`);
      this.#turn += 1;
      this.#month = month;
      this.#calendar = body;
    });
  }

  async #copy(code) {
    try {
      await navigator.clipboard.writeText(code);
      this.#say(this.#t('copied'));
    } catch {
      this.#say(this.#t('copy_failed'), true);
    }
  }

  async #share() {
    const url = new URL(this.getAttribute('share-url'), document.baseURI).href;
    try {
      if (navigator.share) {
        await navigator.share({ title: this.#data.name, url });
        return;
      }
      await navigator.clipboard.writeText(url);
      this.#say(this.#t('shared'));
    } catch (refusal) {
      if (refusal?.name !== 'AbortError') this.#say(this.#t('share_failed'), true);
    }
  }

  // -- building: what stays, in the order in which it is read

  #build(root) {
    const parts = this.#parts;
    const make = (name, tag, properties, ...children) => { parts[name] = element(tag, properties, ...children); return parts[name]; };
    const label = (key) => make(`text-${key}`, 'dt', {});
    root.append(make('frame', 'section', { class: 'frame', part: 'frame' },
      make('notice', 'div', { class: 'notice', part: 'notice', role: 'status', hidden: true }),
      make('loading', 'div', { class: 'card loading', part: 'card loading' }, picture('stamp', 'stamp turn-1'), make('loadingText', 'p', {})),
      make('signIn', 'div', { class: 'sign-in', hidden: true }, make('signInSlot', 'slot', { name: 'sign-in' }, make('signInText', 'p', { class: 'card' }))),
      make('board', 'div', { class: 'board', part: 'board', hidden: true },
        element('section', { class: 'card', part: 'card stamp-card', 'aria-labelledby': 'event-name' },
          make('banner', 'div', {}),
          element('div', { class: 'chips' }, make('state', 'p', { class: 'state', part: 'state', id: 'event-state' }),
            make('rowChip', 'p', { class: 'state row-chip', part: 'streak', id: 'streak-chip', hidden: true })),
          make('name', 'h2', { id: 'event-name', part: 'title' }),
          make('dates', 'p', { class: 'soft', id: 'event-dates' }),
          make('description', 'p', { class: 'lines description', part: 'description' }),
          make('termsBox', 'details', { part: 'terms' }, make('termsTitle', 'summary', {}), make('terms', 'p', { class: 'lines' })),
          make('figures', 'dl', { class: 'figures', part: 'figures' },
            element('div', {}, label('count'), make('count', 'dd', { id: 'count' })),
            element('div', {}, label('streak'), make('streak', 'dd', { id: 'streak' })),
            element('div', {}, label('longest'), make('longest', 'dd', { id: 'longest' }))),
          make('freezes', 'p', { class: 'soft', part: 'freezes', id: 'freezes', hidden: true }),
          make('next', 'div', { class: 'next', part: 'next' },
            make('nextText', 'label', { for: 'next-progress', id: 'next-text' }),
            make('nextProgress', 'progress', { id: 'next-progress', part: 'progress' })),
          make('track', 'ol', { class: 'track', part: 'track', role: 'list', id: 'track', onkeydown: (event) => this.#moveOnTrack(event) }),
          make('checkIn', 'button', { type: 'button', class: 'press', part: 'button check-in', id: 'check-in', 'data-key': 'check-in', 'aria-describedby': 'check-in-note', onclick: () => this.#checkIn() }),
          element('div', { class: 'below' }, make('saidHere', 'p', { class: 'said-here', role: 'status', id: 'said-here' }), make('checkInNote', 'p', { class: 'soft', id: 'check-in-note' })),
          element('div', { class: 'month', part: 'month' },
            make('before', 'button', { type: 'button', class: 'step', id: 'month-before', onclick: () => this.#turnMonth(-1) }, picture('icon-before', 'icon')),
            make('monthName', 'h3', { id: 'month-name', 'aria-live': 'polite' }),
            make('after', 'button', { type: 'button', class: 'step', id: 'month-after', onclick: () => this.#turnMonth(1) }, picture('icon-after', 'icon'))),
          element('table', { class: 'calendar', part: 'calendar', 'aria-labelledby': 'month-name' },
            element('thead', {}, make('weekdays', 'tr', {})), make('weeks', 'tbody', {}))),
        element('div', { class: 'side', part: 'side' },
          element('section', { class: 'card', part: 'card milestones-card', 'aria-labelledby': 'milestones-title' },
            element('div', { class: 'list-head' }, make('milestonesTitle', 'h3', { id: 'milestones-title', tabindex: '-1' }),
              make('claimAll', 'button', { type: 'button', class: 'action small-action', part: 'button claim-all', id: 'claim-all', 'data-key': 'claim-all', hidden: true, onclick: () => this.#askToClaimAll() })),
            make('milestones', 'ol', { class: 'milestones', role: 'list', part: 'milestones' }),
            make('showAll', 'button', { type: 'button', class: 'action plain show-all', part: 'button show-all', id: 'show-all', hidden: true, onclick: () => this.#showWholeList() })),
          element('slot', { name: 'side' }))),
      element('div', { class: 'said-place' }, make('said', 'p', { class: 'said', part: 'said', role: 'status', id: 'said' })),
      make('dialog', 'dialog', { part: 'dialog', 'aria-labelledby': 'dialog-title', onclose: () => this.#onDialogClosed(),
        onkeydown: (event) => { if (event.key === 'Escape' && this.#parts.dialog.classList.contains('over')) this.#closeDialog(); } })));
  }

  // -- showing

  #show() {
    this.#chooseLanguage();
    this.#showStampText();
    const parts = this.#parts;
    const focused = this.shadowRoot.activeElement?.dataset?.key;
    parts.frame.lang = this.#language;
    parts.frame.setAttribute('aria-label', this.#t('region'));
    const isNobody = this.#trouble?.kind === 'sign-in' && !this.#data;
    parts.board.hidden = !this.#data;
    parts.loadingText.textContent = this.#t('loading');
    parts.loading.hidden = Boolean(this.#data || this.#trouble || isNobody || (this.#connection && !this.getAttribute('event')));
    // The shop's own way to the login; without one, the notice says enough where somebody was signed in.
    const hasLink = parts.signInSlot.assignedElements().length > 0;
    parts.signIn.hidden = !(this.#isVisitor && hasLink) && !isNobody && !['sign-in', 'unauthorized'].includes(this.#trouble?.kind);
    this.#placeSignIn();
    parts.signInText.textContent = this.#t('sign_in');
    parts.signInText.hidden = !isNobody;
    this.#showNotice();
    if (this.#data) {
      this.#showEvent();
      this.#showTrack();
      this.#showCheckIn();
      this.#showCalendar();
      this.#showMilestones();
      this.#fresh = null;
    }
    if (this.#open && this.#open.language !== this.#language) this.#redrawDialog();
    if (focused) this.shadowRoot.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  // A visitor finds the shop's way to the login in place of the button.
  #placeSignIn() {
    const { signIn, checkIn, loading } = this.#parts;
    if (this.#isVisitor && signIn.nextSibling !== checkIn) checkIn.before(signIn);
    else if (!this.#isVisitor && signIn.previousSibling !== loading) loading.after(signIn);
  }

  #showNotice() {
    const { notice } = this.#parts;
    const refusal = this.#waiting ?? (this.#trouble?.kind === 'sign-in' && !this.#data ? null : this.#trouble);
    let words = '';
    if (this.#connection && !this.getAttribute('event')) words = this.#t('no_event');
    else if (this.#connection && navigator.onLine === false) words = this.#t(this.#doing.size ? 'notice_offline_doing' : 'notice_offline');
    else if (this.#waiting) words = this.#t(this.#waiting.kind === 'network' ? 'notice_lost' : 'notice_busy');
    else if (refusal) words = [this.#words(refusal), this.#data && refusal.isPassing ? this.#t('notice_stale') : ''].join(' ').trim();
    // The same token would be refused again: another one comes from the page, or from its function.
    const isFinal = refusal?.status === 401 && typeof this.#tokenSource !== 'function';
    const canTry = Boolean(words && !this.#waiting && refusal && !isFinal && navigator.onLine !== false);
    if (notice.dataset.words === words && notice.dataset.canTry === String(canTry)) return;
    Object.assign(notice.dataset, { words, canTry: String(canTry) });
    notice.className = this.#waiting || navigator.onLine === false ? 'notice calm' : 'notice';
    notice.replaceChildren(element('span', {}, words),
      ...(canTry ? [element('button', { type: 'button', class: 'action small-action', part: 'button', onclick: () => this.#tryAgain() }, this.#t('try_again'))] : []));
    notice.hidden = !words;
  }

  #tryAgain() {
    this.#trouble = null;
    this.#show();
    this.#load(true);
  }

  #showEvent() {
    const parts = this.#parts;
    const { participation, milestones, terms, ...data } = this.#data;
    if (parts.banner.dataset.image !== (data.image ?? '')) {
      parts.banner.dataset.image = data.image ?? '';
      parts.banner.replaceChildren(...(data.image ? [image(data.image, 'banner')] : []));
    }
    parts.state.textContent = this.#t(data.state);
    parts.state.dataset.state = data.state;
    parts.name.textContent = data.name;
    parts.dates.textContent = this.#t('dates', { from: this.#showDay(data.starts_on), to: this.#showDay(data.ends_on) });
    parts.description.textContent = data.description ?? '';
    parts.description.hidden = !data.description;
    parts.termsTitle.textContent = this.#t('terms');
    parts.terms.textContent = terms ?? '';
    parts.termsBox.hidden = !terms;
    parts.figures.hidden = this.#isVisitor;
    for (const [key, value] of [['count', participation.count], ['streak', participation.streak], ['longest', participation.longest_streak]]) {
      parts[`text-${key}`].textContent = this.#t(key);
      parts[key].textContent = this.#t('days', { n: value });
    }
    parts.freezes.hidden = this.#isVisitor || !participation.freezes;
    parts.freezes.textContent = this.#t('freezes_left', { n: participation.freezes?.left ?? 0 });
    parts.rowChip.hidden = participation.streak < 3;
    parts.rowChip.replaceChildren(picture('icon-flame', 'icon tiny'), this.#t('in_a_row_now', { n: participation.streak }));
    const locked = milestones.filter((milestone) => milestone.remaining_days > 0 && milestone.state !== 'claimed').sort((a, b) => a.at - b.at)[0];
    const left = this.#daysLeft;
    parts.next.hidden = this.#isVisitor || milestones.length === 0 || Boolean(locked && left === 0);
    parts.nextText.textContent = locked ? this.#t(locked.remaining_days > left ? 'next_is_far' : 'next', { product: locked.product.name, n: locked.remaining_days, left })
      : this.#t('all_reached');
    parts.nextProgress.max = locked?.at ?? 1;
    parts.nextProgress.value = locked ? locked.at - locked.remaining_days : 1;
    parts.nextProgress.className = milestones.length > 1 ? 'away' : '';
  }

  #showCheckIn() {
    const { checkIn, checkInNote } = this.#parts;
    const { state, participation } = this.#data;
    const isDoing = this.#doing.has('check-in');
    const isByShop = this.#data.stamped_by === 'shop';
    const can = state === 'running' && !participation.checked_in_today && (!isByShop || this.#isVisitor);
    const label = state === 'coming' ? 'not_yet' : state === 'ended' ? 'is_over' : this.#isVisitor ? 'sign_in_and_stamp' : participation.checked_in_today ? 'checked_in' : isByShop ? 'stamped_by_shop' : isDoing ? 'checking_in' : 'check_in';
    const next = participation.next_check_in_at;
    const when = next ? this.#t('next_check_in', { time: this.#showTime(next) }) : '';
    checkIn.textContent = this.#t(label);
    checkIn.setAttribute('aria-disabled', String(!can));     // stays in the tab order: its words say why nothing can be pressed
    checkIn.setAttribute('aria-busy', String(isDoing && can));
    checkInNote.textContent = state === 'coming' && next ? this.#t('starts_at', { time: this.#showTime(next) })
      : participation.checked_in_today && next ? participation.pays_tomorrow > 0 ? this.#t('pays_next', { when, points: this.#number(participation.pays_tomorrow) }) : when
        : !can ? '' : this.#isVisitor ? this.#t('sign_in')
          : participation.pays_today > 0 ? this.#t('pays_today', { points: this.#number(participation.pays_today) }) : this.#t('once_a_day');
    checkIn.hidden = this.#isVisitor && can && !this.#parts.signIn.hidden;
  }

  /** How much of the way from the milestone before to this one is done, from 0 to 1. */
  #partDone({ at, remaining_days: left }, before) {
    return left === 0 ? 1 : at === before ? 0 : Math.min(1, Math.max(0, (at - left - before) / (at - before)));
  }

  #trackNode(milestone, before, isStop, hasBoth) {
    const { product, state } = milestone;
    const at = this.#atWords(milestone);
    const icon = () => picture(`icon-${product.kind}`, 'icon');
    const face = state === 'claimed' ? picture('icon-check', 'icon') : product.image ? image(product.image, '', icon()) : icon();
    const node = element('li', { class: state }, element('button', { type: 'button', class: 'node', part: `node node-${state}`, 'data-key': `node-${milestone.id}`, tabindex: isStop ? null : '-1',
      'aria-label': [`${at}, ${product.name}`, this.#stateWords(milestone, this.#claimOf(milestone))?.textContent].filter(Boolean).join(': '),
      onclick: () => this.#openDialog(() => this.#rewardSheet(milestone.id), `node-${milestone.id}`, true) },
    element('span', { class: 'face' }, face), element('span', {}, hasBoth ? at : this.#t('days', { n: milestone.at })),
    state === 'claimable' ? element('span', { class: 'flag', 'data-words': this.#t('claim') }) : null));
    node.style.setProperty('--done', `${100 * this.#partDone(milestone, before)}%`);
    return node;
  }

  /** The rewards in the order of their days. Tab stops at the next one only, the arrow keys go on from there. */
  #showTrack() {
    const { track } = this.#parts;
    const milestones = [...this.#data.milestones].sort((a, b) => a.at - b.at);
    track.hidden = milestones.length < 2;
    const key = JSON.stringify([milestones, this.#isVisitor, this.#claims.map((claim) => [claim.id, claim.state]), this.#daysLeft, this.#data.mode, this.#language]);
    if (track.hidden || track.dataset.shown === key) return;
    track.dataset.shown = key;
    track.setAttribute('aria-label', this.#t('track'));
    track.classList.toggle('long', milestones.length > NODES_SHOWN);
    const next = [milestones.findIndex((one) => one.state === 'claimable'), milestones.findIndex((one) => one.state === 'locked'), milestones.length - 1].find((index) => index >= 0);
    const hasBoth = milestones.some((one) => one.basis !== milestones[0].basis);
    const nodes = milestones.map((milestone, i) => this.#trackNode(milestone, i ? milestones[i - 1].at : 0, i === next, hasBoth));
    track.replaceChildren(...nodes);
    track.scrollLeft = nodes[next].offsetLeft - track.offsetLeft - (track.clientWidth - nodes[next].offsetWidth) / 2;
  }

  #moveOnTrack(event) {
    const nodes = [...this.#parts.track.querySelectorAll('.node')];
    const at = nodes.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (at < 0 || !nodes[to]) return;
    event.preventDefault();
    nodes[at].setAttribute('tabindex', '-1');
    nodes[to].removeAttribute('tabindex');
    nodes[to].focus();
  }

  /** The days on which locked rewards can be reached at the earliest, with their products. */
  get #gifts() {
    const { state, starts_on: first, ends_on: last, milestones, participation } = this.#data;
    const gifts = new Map();
    if (state === 'ended') return gifts;
    const from = state === 'coming' ? first : addDays(this.#today(), participation.checked_in_today ? 1 : 0);
    for (const milestone of milestones.filter((one) => one.state === 'locked' && one.remaining_days > 0)) {
      const day = addDays(from, milestone.remaining_days - 1);
      if (day <= last) gifts.set(day, [...(gifts.get(day) ?? []), milestone.product.name]);
    }
    return gifts;
  }

  /** The stamp: the page's own picture (--dojang-stamp-image), or a seal with up to four letters. */
  #stamp(className) {
    const own = getComputedStyle(this).getPropertyValue('--dojang-stamp-image').trim();
    return own && own !== 'none' ? element('span', { class: className, 'aria-hidden': 'true' }) : picture('stamp', className);
  }

  #showStampText() {
    const words = [...(this.getAttribute('stamp') || '도장').trim()].slice(0, STAMP_LETTERS).join('');
    const shown = this.shadowRoot.querySelector('#stamp text');
    if (shown.textContent === words) return;
    shown.textContent = words;
    const size = STAMP_TEXT[[...words].length];
    shown.setAttribute('font-size', size);
    shown.setAttribute('y', String(32 + size * 0.35));
  }

  #dayCell(day, dates, now, gifts) {
    const isIn = day >= this.#data.starts_on && day <= this.#data.ends_on;
    const isStamped = dates.has(day);
    const isFrozen = !isStamped && this.#calendar?.sources?.[day] === 'freeze';
    const isMissed = isIn && !isFrozen && !isStamped && !this.#isVisitor && (this.#data.state === 'ended' || (now !== null && day < now));
    const cell = element('td', { class: [isIn ? 'in' : '', isStamped ? 'stamped' : '', isMissed ? 'missed' : '', isFrozen ? 'frozen' : '', day === now ? 'today' : ''].join(' ').trim(),
      part: isStamped ? 'day day-stamped' : 'day', 'aria-current': day === now ? 'date' : null });
    cell.append(element('time', { datetime: day, class: 'day' }, String(Number(day.slice(8)))));
    if (day === now) cell.append(element('span', { class: 'away' }, ` ${this.#t('today')}`));
    if (isStamped) {
      cell.append(this.#stamp(`stamp turn-${Number(day.slice(8)) % 5}${this.#fresh === day ? ' fresh' : ''}`), element('span', { class: 'away' }, ` ${this.#t('stamped')}`));
    }
    if (isFrozen) cell.append(element('span', { class: 'flake', 'aria-hidden': 'true' }, '❄\uFE0E'), element('span', { class: 'away' }, ` ${this.#t('frozen')}`));
    if (isStamped && this.#calendar?.sources?.[day] === 'makeup') cell.append(element('span', { class: 'away' }, ` ${this.#t('made_up')}`));
    if (isMissed) cell.append(element('span', { class: 'away' }, ` ${this.#t('missed')}`));
    if (!isStamped && !this.#isVisitor && this.#data.participation.makeup?.dates.includes(day)) cell.append(this.#makeUpButton(day));
    if (gifts.has(day) && !isStamped) {
      cell.append(picture('icon-item', 'icon gift'), element('span', { class: 'away' }, ` ${this.#t('gift', { product: gifts.get(day).join(', ') })}`));
    }
    return cell;
  }

  #makeUpButton(day) {
    const key = `make-up-${day}`;
    const label = this.#t('make_up', { day: this.#showDay(day, { month: 'long', day: 'numeric' }) });
    return element('button', { type: 'button', class: 'make-up', part: 'make-up', 'data-key': key, 'aria-label': label,
      onclick: () => this.#openDialog(() => this.#makeUpDialog(day), key) }, '+');
  }

  #makeUpDialog(day) {
    const { left, price } = this.#data.participation.makeup;
    const values = { n: left - 1, points: this.#number(price) };
    return [
      element('h3', { id: 'dialog-title' }, this.#t('make_up', { day: this.#showDay(day, { month: 'long', day: 'numeric' }) })),
      element('p', { id: 'dialog-words' }, this.#t(price > 0 ? 'make_up_price' : 'make_up_free', values)),
      element('div', { class: 'buttons' },
        element('button', { type: 'button', class: 'action plain', part: 'button', onclick: () => this.#closeDialog() }, this.#t('not_now')),
        element('button', { type: 'button', class: 'action', part: 'button', id: 'make-up-now', autofocus: true, onclick: () => { this.#closeDialog(); this.#makeUp(day); } }, this.#t('make_up_now'))),
    ];
  }

  #makeUp(day) {
    this.#press(`make-up-${day}`, async () => {
      const { body } = await this.#ask(`${this.#path}/attendance/${day}`, { method: 'POST' });
      this.#turn += 1;
      this.#fresh = day;
      this.#say(this.#t('said_made_up', { day: this.#showDay(day, { month: 'long', day: 'numeric' }), n: body.count }));
      this.#tell('dojang-make-up', body);
      this.#tellOtherTabs('check-in');
      await this.#load();
      this.#celebrate(body);
    });
  }

  #showCalendar() {
    const parts = this.#parts;
    const dates = new Set(this.#calendar?.dates ?? []);
    const month = this.#month;
    const now = this.#today();
    const gifts = this.#gifts;
    const key = JSON.stringify([month, now, this.#isVisitor, this.#language, [...dates], this.#calendar?.sources, this.#data.participation?.makeup?.dates, [...gifts], this.#data.state, this.#data.starts_on, this.#data.ends_on]);
    if (parts.weeks.dataset.shown === key) return;           // a table is not taken from under the one who reads it
    parts.weeks.dataset.shown = key;
    const name = this.#showDay(`${month}-01`, { year: 'numeric', month: 'long' });
    if (parts.monthName.textContent !== name) parts.monthName.textContent = name;
    for (const [step, label, isEnd] of [[parts.before, 'month_before', month <= this.#data.starts_on.slice(0, 7)], [parts.after, 'month_after', month >= this.#data.ends_on.slice(0, 7)]]) {
      step.setAttribute('aria-label', this.#t(label));
      step.setAttribute('aria-disabled', String(isEnd));
    }
    const sunday = '2026-11-01';
    parts.weekdays.replaceChildren(...Array.from({ length: 7 }, (_, i) => element('th', { scope: 'col',
      abbr: this.#showDay(addDays(sunday, i), { weekday: 'long' }) }, this.#showDay(addDays(sunday, i), { weekday: 'short' }))));
    const rows = [];
    let day = addDays(`${month}-01`, -new Date(`${month}-01T00:00:00Z`).getUTCDay());
    while (day < `${addMonths(month, 1)}-01`) {
      const row = element('tr');
      const [first, last] = [day, addDays(day, 6)];
      for (let i = 0; i < 7; i += 1, day = addDays(day, 1)) row.append(day.startsWith(month) ? this.#dayCell(day, dates, now, gifts) : element('td'));
      if (last >= this.#data.starts_on && first <= this.#data.ends_on) rows.push(row);           // not a week without the event
    }
    parts.weeks.replaceChildren(...rows);
  }

  #claimOf(milestone) {
    return this.#claims.filter((claim) => claim.milestone === milestone.id).sort((a, b) => b.id - a.id)[0];
  }

  #stateWords(milestone, claim) {
    if (milestone.state === 'claimed' && claim) {
      const isOpen = claim.payout === 'due' || claim.payout === 'failed';
      const kind = claim.state === 'claimed' && claim.product.kind !== 'item' ? isOpen ? '_payout' : `_${claim.product.kind}` : '';
      return element('span', { class: claim.state === 'cancelled' ? 'soft' : 'soft done' }, this.#t(`claim_${claim.state}${kind}`));
    }
    if (this.#isVisitor && milestone.state === 'locked') return null;
    if (milestone.state === 'claimable' && claim) return element('span', { class: 'soft ready' }, this.#t('claimable_again'));
    const left = this.#daysLeft;
    const key = milestone.state !== 'locked' || milestone.remaining_days <= left ? milestone.state : left ? 'locked_far' : 'locked_over';
    return element('span', { class: milestone.state === 'claimable' ? 'soft ready' : 'soft' }, this.#t(key, { n: milestone.remaining_days, left }));
  }

  #deadline(milestone) {
    if (!milestone.claim_until || !['locked', 'claimable', 'sold_out'].includes(milestone.state) || milestone.remaining_days > this.#daysLeft) return null;
    const until = this.#showDeadline(milestone.claim_until);
    const left = Date.parse(milestone.claim_until) - Date.now();
    if (left > HURRY) return element('span', { class: 'soft' }, until);
    const whole = Math.floor(left / DAY);
    return element('span', { class: 'hurry', part: 'deadline-warning' }, picture('icon-clock', 'icon tiny'), `${this.#t(whole > 0 ? 'hurry_days' : 'hurry_today', { n: whole })} · ${until}`);
  }

  #moreOf(claim) {
    const more = [];
    const name = claim.product.name;
    if (claim.coupon) {
      more.push(element('div', { class: 'more', part: 'coupon' }, element('span', {}, `${this.#t('coupon')} `, element('code', {}, claim.coupon)),
        element('button', { type: 'button', class: 'action plain small-action', part: 'button', 'data-key': `copy-${claim.id}`, 'aria-label': this.#t('copy_label', { code: claim.coupon }),
          onclick: () => this.#copy(claim.coupon) }, this.#t('copy'))));
    }
    if (claim.tracking) more.push(element('div', { class: 'more plain-words' }, this.#t('tracking', { code: claim.tracking })));
    if (claim.product.kind === 'item' && ['claimed', 'preparing'].includes(claim.state)) {
      const isGiven = claim.has_address;
      more.push(element('div', { class: isGiven ? 'more' : 'more asks', part: 'address' }, element('span', {}, this.#t(isGiven ? 'address_is_given' : 'address_needed')),
        element('button', { type: 'button', class: `action small-action${isGiven ? ' plain' : ''}`, part: 'button', 'data-key': `address-${claim.id}`,
          'aria-label': this.#t(isGiven ? 'change_address_label' : 'give_address_label', { product: name }), onclick: () => this.#openAddress(claim) },
        this.#t(isGiven ? 'change_address' : 'give_address'))));
    }
    return more;
  }

  #atWords(milestone) { return this.#t(milestone.basis === 'streak' ? 'at_in_a_row' : 'at', { n: milestone.at }); }

  #milestoneItem(milestone) {
    const { product } = milestone;
    const key = `claim-${milestone.id}`;
    const claim = this.#claimOf(milestone);
    const icon = picture(`icon-${product.kind}`, 'icon');
    const isStamped = milestone.state === 'claimed' && claim?.state !== 'cancelled';
    const action = milestone.state === 'claimable'
      ? element('button', { type: 'button', class: 'action claim', part: 'button claim', 'data-key': key, 'aria-busy': String(this.#doing.has(key)),
        'aria-label': this.#t('claim_label', { product: product.name }), onclick: () => this.#askToClaim(milestone) }, this.#t('claim'))
      : isStamped ? this.#stamp(`stamp small turn-1${this.#fresh === key ? ' fresh' : ''}`) : null;
    return element('li', { class: milestone.state, part: `milestone milestone-${milestone.state}`, id: `milestone-${milestone.id}`, 'data-milestone': milestone.id },
      element('span', { class: 'badge', part: 'badge' }, product.image ? image(product.image, '', icon) : icon),
      element('span', { class: 'what' },
        element('span', { class: 'at' }, this.#atWords(milestone)),
        element('b', {}, product.name),
        this.#stateWords(milestone, claim),
        this.#deadline(milestone),
        product.tax_note && milestone.state !== 'claimed' ? element('details', {}, element('summary', {}, this.#t('tax_note')), element('p', { class: 'lines' }, product.tax_note)) : null),
      action,
      ...(milestone.state === 'claimed' && claim ? this.#moreOf(claim) : []));
  }

  #showMilestones() {
    const parts = this.#parts;
    const { milestones } = this.#data;
    const key = JSON.stringify([milestones, this.#isVisitor, this.#claims, [...this.#doing], [...this.#kept], this.#isListWhole, this.#data.mode, this.#daysLeft, this.#language, Math.floor(Date.now() / HOUR)]);
    if (parts.milestones.dataset.shown === key) return;
    parts.milestones.dataset.shown = key;
    parts.milestonesTitle.textContent = this.#t('milestones');
    const shown = this.#shortList(milestones);
    parts.milestones.replaceChildren(...(milestones.length ? shown.map((milestone) => this.#milestoneItem(milestone)) : [element('li', { class: 'soft' }, this.#t('no_milestones'))]));
    parts.showAll.hidden = shown.length === milestones.length;
    parts.showAll.textContent = this.#t('show_all', { n: milestones.length });
    const together = this.#claimableTogether.length;
    parts.claimAll.hidden = !together && !this.#doing.has('claim-all');
    parts.claimAll.textContent = this.#t('claim_all', { n: together });
    parts.claimAll.setAttribute('aria-busy', String(this.#doing.has('claim-all')));
  }

  /** The milestones at which there is something to do or to wait for, and the next ones. */
  #shortList(milestones) {
    if (this.#isListWhole) return milestones;
    const isOpen = (milestone) => {
      const claim = this.#claimOf(milestone);
      return ['claimable', 'sold_out'].includes(milestone.state) || this.#kept.has(milestone.id)
        || (claim?.product.kind === 'item' && ['claimed', 'preparing', 'shipped'].includes(claim.state));
    };
    const next = milestones.filter((milestone) => milestone.state === 'locked').slice(0, NEXT_SHOWN);
    const shown = milestones.filter((milestone) => next.includes(milestone) || isOpen(milestone));
    return milestones.length - shown.length < 2 ? milestones : shown;
  }

  #showWholeList() {
    this.#isListWhole = true;
    this.#show();
    this.#parts.milestonesTitle.focus();
  }

  #say(words, isBad = false) {
    clearTimeout(this.#said);
    this.#parts.said.textContent = words;
    this.#parts.said.className = isBad ? 'said bad' : 'said';
    if (words) this.#said = setTimeout(() => this.#say(''), SAID_FOR);
  }

  /** Says it below the button, in the place of the note, where it covers nothing. */
  #sayHere(words) {
    clearTimeout(this.#saidHere);
    this.#say('');
    this.#parts.saidHere.textContent = words;
    if (words) this.#saidHere = setTimeout(() => this.#sayHere(''), SAID_HERE_FOR);
  }

  // -- dialogs: what must be read before a claim, and the address after it

  #openDialog(make, key, isSheet = false) {
    this.#open = { make, language: this.#language, key, isSheet };
    this.#parts.dialog.classList.toggle('sheet', isSheet);
    this.#parts.dialog.replaceChildren(...make());
    if (this.shadowRoot.getElementById('dialog-words')) this.#parts.dialog.setAttribute('aria-describedby', 'dialog-words');
    else this.#parts.dialog.removeAttribute('aria-describedby');
    if (this.#isDialogOpen) return;
    try {
      this.#parts.dialog.showModal();
    } catch {
      this.#showOver(this.#parts.dialog);
    }
  }

  get #isDialogOpen() { return this.#parts.dialog.hasAttribute('open'); }

  // For browsers without modal dialogs.
  #showOver(dialog) {
    dialog.classList.add('over');
    for (const [name, value] of [['open', ''], ['role', 'dialog'], ['aria-modal', 'true']]) dialog.setAttribute(name, value);
    (dialog.querySelector('[autofocus]') ?? dialog.querySelector('input, select, button')).focus();
  }

  #closeDialog() {
    const { dialog } = this.#parts;
    if (!this.#isDialogOpen) return;
    if (!dialog.classList.contains('over')) {
      dialog.close();
      return;
    }
    dialog.classList.remove('over');
    dialog.removeAttribute('open');
    this.#onDialogClosed();
  }

  // The button that opened it may have been made anew since.
  #onDialogClosed() {
    if (this.#isDialogOpen) return;
    const key = this.#open?.key;
    this.#open = null;
    this.#parts.dialog.replaceChildren();
    if (key) this.shadowRoot.querySelector(`[data-key="${key}"]`)?.focus();
  }

  // Another language was chosen meanwhile: the same dialog with what was typed.
  #redrawDialog() {
    const { dialog } = this.#parts;
    const typed = [...dialog.querySelectorAll('input, select')].map((field) => [field.name, field.value, field.checked]);
    this.#openDialog(this.#open.make, this.#open.key, this.#open.isSheet);
    for (const [name, value, isChecked] of typed) Object.assign(dialog.querySelector(`[name="${name}"]`) ?? {}, { value, checked: isChecked });
  }

  /** One reward: what it is, how far away, and the button to claim it. With isEarned: it was reached just now, maybe with others. */
  #rewardSheet(id, { others = [], streak = 0, isEarned = false } = {}) {
    const milestone = this.#data.milestones.find((one) => one.id === id);
    if (!milestone) return [element('h3', { id: 'dialog-title' }, this.#t('error_not-found'))];
    const { product, state } = milestone;
    const icon = picture(`icon-${product.kind}`, 'icon');
    const at = this.#atWords(milestone);
    // Until the event is loaded anew, it says that a reward that was earned just now is locked.
    const can = state === 'claimable' || (isEarned && state === 'locked');
    const papers = Array.from({ length: isEarned ? PAPERS : 0 }, (_, i) => {
      const paper = element('i');
      for (const [name, value] of [['--x', `${(i * 37) % 100}%`], ['--drift', `${((i * 53) % 120) - 60}px`], ['--turn', `${180 + ((i * 97) % 540)}deg`]]) paper.style.setProperty(name, value);
      return paper;
    });
    return [
      papers.length ? element('div', { class: 'paper', 'aria-hidden': 'true' }, ...papers) : null,
      element('div', { class: 'disc', part: 'disc' }, product.image ? image(product.image, '', icon) : icon),
      isEarned && ROWS_REACHED.includes(streak) ? element('p', { class: 'row-chip' }, picture('icon-flame', 'icon tiny'), this.#t('row_reached', { n: streak })) : null,
      element('h3', { id: 'dialog-title' }, isEarned ? this.#t('reached', { at, product: product.name }) : `${at} · ${product.name}`),
      element('p', { id: 'dialog-words' }, isEarned && can ? this.#t('claimable') : this.#stateWords(milestone, this.#claimOf(milestone)) ?? this.#t('sign_in'), ' ', this.#deadline(milestone)),
      others.length ? element('p', { class: 'soft' }, this.#t('also_reached', { products: others.map((other) => other.product.name).join(', ') })) : null,
      can ? element('button', { type: 'button', class: 'action', part: 'button claim', id: 'sheet-claim', autofocus: true, onclick: () => { this.#closeDialog(); this.#askToClaim(milestone); } }, this.#t('claim')) : null,
      isEarned && this.getAttribute('share-url') ? element('button', { type: 'button', class: 'action plain', part: 'button share', id: 'sheet-share', onclick: () => this.#share() }, this.#t('share')) : null,
      element('button', { type: 'button', class: 'action plain', part: 'button', id: 'sheet-close', onclick: () => this.#closeDialog() }, this.#t(can ? 'not_now' : 'close')),
    ].filter(Boolean);
  }

  #confirmDialog(milestones) {
    const [{ product }] = milestones;
    const title = milestones.length > 1 ? this.#t('claim_all', { n: milestones.length }) : this.#t('confirm_title', { product: product.name });
    const notes = [...new Set(milestones.map((milestone) => milestone.product.tax_note).filter(Boolean))];
    const quote = (title, words) => words && element('div', { class: 'quote', tabindex: '0', role: 'group', 'aria-label': title }, element('b', {}, title), element('span', { class: 'lines' }, words));
    return [
      element('h3', { id: 'dialog-title' }, title),
      product.kind === 'item' ? element('p', { class: 'soft', id: 'dialog-words' }, this.#t('confirm_item')) : null,
      ...notes.map((note) => quote(this.#t('tax_note'), note)),
      quote(this.#t('terms'), this.#termsToRead),
      element('div', { class: 'buttons' },
        element('button', { type: 'button', class: 'action plain', part: 'button', onclick: () => this.#closeDialog() }, this.#t('not_now')),
        element('button', { type: 'button', class: 'action', part: 'button claim', autofocus: true, onclick: () => { this.#agree(); this.#closeDialog(); if (milestones.length > 1) this.#claimAll(milestones); else this.#claim(milestones[0]); } }, this.#t('agree_claim'))),
    ].filter(Boolean);
  }

  // What is said outside a dialog is not heard while it is open: before are the words that it repeats.
  #openAddress(claim, before = '') {
    const known = this.#claims.find((one) => one.id === claim.id) ?? claim;
    this.#openDialog(() => this.#addressForm(known, before), `address-${claim.id}`);
  }

  #field(name, kind, limits, isWide, values) {
    const input = kind === 'select' ? element('select', { name, id: `field-${name}`, ...limits }) : element('input', { name, id: `field-${name}`, type: kind, ...limits });
    input.setAttribute('aria-describedby', `wrong-${name}`);
    input.addEventListener('input', () => this.#mark(name, ''));
    const label = element('label', { for: `field-${name}` }, this.#t(`field_${name}`, values));
    const wrong = element('span', { class: 'wrong', id: `wrong-${name}` });
    if (kind === 'checkbox') return element('div', { class: 'field wide' }, element('div', { class: 'consent' }, input, label), wrong);
    return element('div', { class: isWide ? 'field wide' : 'field' }, label, input, wrong);
  }

  #addressForm(claim, before) {
    const nameOf = countryNames(this.#locale);
    const region = this.#language === 'ko' ? 'KR' : /-([A-Z]{2})$/.exec(navigator.language)?.[1] ?? 'KR';
    const country = this.#field('country', 'select', { autocomplete: 'country', required: true });
    country.querySelector('select').append(...COUNTRIES.map((code) => [nameOf(code), code]).sort((a, b) => a[0].localeCompare(b[0], this.#locale))
      .map(([name, code]) => element('option', { value: code, selected: code === region }, name)));
    const postcode = this.#field('postcode', 'text', { autocomplete: 'postal-code', maxlength: 20, required: true });
    if (typeof this.findPostcode === 'function') {
      const input = postcode.querySelector('input');
      const find = element('div', { class: 'find' });
      input.replaceWith(find);
      find.append(input, element('button', { type: 'button', class: 'action plain', part: 'button find-postcode', id: 'find-postcode', onclick: () => this.#fillFrom(this.findPostcode, true) }, this.#t('find_postcode')));
    }
    // Nearly all Korean addresses are in Korea: the country is a line with a button that shows the choice.
    const isKorean = this.#language === 'ko';
    const places = [postcode, this.#field('line1', 'text', { autocomplete: 'address-line1', maxlength: 160, required: true }, true), this.#field('line2', 'text', { autocomplete: 'address-line2', maxlength: 160 }, true)];
    const change = element('button', { type: 'button', class: 'link', id: 'change-country', onclick: () => {
      country.hidden = false;
      change.remove();
      country.querySelector('select').focus();
    } }, this.#t('other_country', { country: nameOf(region) }));
    country.hidden = isKorean;
    this.#fillFrom(this.address);
    return [
      element('h3', { id: 'dialog-title' }, this.#t('address_title', { product: claim.product.name })),
      before || claim.has_address ? element('p', { class: 'soft', id: 'dialog-words' }, before || this.#t('address_again')) : null,
      element('form', { novalidate: true, part: 'form', onsubmit: (event) => { event.preventDefault(); this.#saveAddress(claim, event.target); } },
        element('div', { class: 'fields' },
          this.#field('name', 'text', { autocomplete: 'name', maxlength: 100, required: true }),
          this.#field('phone', 'tel', { autocomplete: 'tel', maxlength: 40, required: true }),
          ...(isKorean ? [...places, change, country] : [country, ...places]),
          this.#field('consent', 'checkbox', { required: true }, true, { until: this.#t(claim.address_days ? 'erased_later' : 'erased_at_once', { n: claim.address_days }) })),
        element('p', { class: 'wrong', id: 'form-wrong', role: 'alert' }),
        element('div', { class: 'buttons' },
          element('button', { type: 'button', class: 'action plain', part: 'button', onclick: () => this.#closeDialog() }, this.#t(claim.has_address ? 'close' : 'later')),
          element('button', { type: 'submit', class: 'action', part: 'button save', id: 'save-address' }, this.#t('save_address')))),
    ].filter(Boolean);
  }

  /** Fills the form with what the page knows. What the customer has typed stays, except where the customer asked (isAsked). */
  async #fillFrom(source, isAsked = false) {
    if (typeof source !== 'function') return;
    let known = null;
    try {
      known = await source.call(this);
    } catch (refusal) {
      console.error(refusal);
    }
    for (const name of ['name', 'phone', 'country', 'postcode', 'line1', 'line2']) {
      const input = this.shadowRoot.getElementById(`field-${name}`);
      const isFree = input && (isAsked || name === 'country' || !input.value);
      if (!isFree || typeof known?.[name] !== 'string' || !known[name]) continue;
      if (name === 'country' && !COUNTRIES.includes(known.country)) continue;
      input.value = known[name];
      if (name === 'country' && known.country !== 'KR') this.shadowRoot.getElementById('change-country')?.click();
      this.#mark(name, '');
    }
    if (isAsked && known) this.shadowRoot.getElementById('field-line2')?.focus();
  }

  #mark(name, words) {
    const root = this.shadowRoot;
    const input = root.getElementById(`field-${name}`);
    if (!input) return;
    if (words) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    root.getElementById(`wrong-${name}`).textContent = words;
  }

  /** Says in words which fields are wrong, and goes to the first of them. */
  #markAll(wrong, words) {
    for (const name of ['name', 'phone', 'country', 'postcode', 'line1', 'line2', 'consent']) this.#mark(name, wrong[name] ?? '');
    const root = this.shadowRoot;
    const say = root.getElementById('form-wrong');
    if (say) say.textContent = words;
    root.querySelector('dialog [aria-invalid="true"]')?.focus();
  }

  async #saveAddress(claim, form) {
    const value = (name) => form.elements[name].value.trim();
    const wrong = Object.fromEntries(['name', 'phone', 'postcode', 'line1'].filter((name) => !value(name)).map((name) => [name, this.#t('missing')]));
    if (!wrong.phone && value('phone').length < 3) wrong.phone = this.#t('not_valid');
    if (!form.elements.consent.checked) wrong.consent = this.#t('missing_consent');
    const isWrong = Object.keys(wrong).length > 0;
    this.#markAll(wrong, isWrong ? this.#t('check_fields') : '');
    const key = `save-${claim.id}`;
    if (isWrong || this.#doing.has(key)) return;
    const button = form.querySelector('[type="submit"]');
    this.#doing.add(key);
    button.setAttribute('aria-busy', 'true');
    button.textContent = this.#t('saving');
    const isStill = () => form.isConnected;
    try {
      await this.#ask(`/me/claims/${claim.id}/address`, { method: 'PUT', onWait: (refusal) => {
        this.#wait(refusal);
        if (isStill()) this.#markAll({}, this.#t(refusal.kind !== 'network' ? 'notice_busy' : navigator.onLine === false ? 'notice_offline_doing' : 'notice_lost'));
      }, body: { name: value('name'), phone: value('phone'), postcode: value('postcode'), lines: [value('line1'), value('line2')].filter(Boolean),
        country: value('country'), consent: true } });
      this.#turn += 1;
      for (const one of this.#claims) if (one.id === claim.id) one.has_address = true;
      this.#show();
      if (isStill()) this.#closeDialog();
      this.#say(this.#t('said_address'));
      this.#tell('dojang-address', { claim: claim.id });
    } catch (refusal) {
      if (refusal instanceof Superseded) return;
      this.#waiting = null;
      const words = this.#words(refusal instanceof Refusal ? refusal : new Refusal(0, 'unknown'));
      const fields = (refusal.body?.errors ?? []).map((error) => [error.field === 'lines' ? 'line1' : error.field, this.#t('not_valid')]);
      if (isStill()) this.#markAll(Object.fromEntries(fields), words);
      else this.#say(words, true);
      this.#showNotice();
    } finally {
      this.#doing.delete(key);
      button.removeAttribute('aria-busy');
      button.textContent = this.#t('save_address');
    }
  }
}

if (!customElements.get('dojang-attendance')) customElements.define('dojang-attendance', DojangAttendance);
