// SPDX-License-Identifier: MIT
// Malformed requests that an HTTP library can send: { is, method, target, body, headers, status,
// type, fields }. {event} and {milestone} are replaced by valid ones; as: 'nobody' sends no token.
// A row without status must get 400 bad-request. fields null: any field may be named.
const ATTENDANCE = '/api/v1/events/{event}/attendance'
const CLAIM = '/api/v1/events/{event}/milestones/{milestone}/claim'
const post = (is, body, more) => ({ is, method: 'POST', target: ATTENDANCE, body, ...more })
const invalid = (is, body, ...fields) => post(is, body, { status: 422, type: 'invalid', fields })
const get = (is, target, more) => ({ is, method: 'GET', target, ...more })
const nothing = (is, target, more) => get(is, target, { status: 404, type: 'not-found', ...more })
const bytes = (...values) => Buffer.from(values.flatMap(value => typeof value === 'string' ? [...Buffer.from(value)] : [value]))

export const BODIES = [
	...['{', '}', '{"a"', '{"a":', '{"a":1', '{"a":1,}', '{,}', '{"a" 1}', "{'a':1}", '{a:1}', '{"a":1}x', '{}{}', '{} []', '{"a":1 "b":2}', '[', '[1,', '[1 2]', '"',
		'"\\x"', '"\\u12"', '"\t"', 'nul', 'NULL', 'True', 'undefined', 'NaN', 'Infinity', '-Infinity', '{"a":NaN}', '{"a":-Infinity}', '{"a":01}', '{"a":+1}',
		'{"a":1.}', '{"a":.5}', '{"a":1e}', '{"a":0x10}', '{"a":--1}', '{"a":1,,"b":2}', '// {}', '{}/* */', '/**/{}', '{"a":1;}', '<a/>', 'a=1&b=2', '{"a":"\n"}',
		'{"a":"\\"}', '\u0000', '{}\u0000', '\u0000{}', '{"a\u0000":1}', '\ufeff{}', '\u00a0{}', '{}\f', '{\v}']
		.map(text => post(`not JSON: ${JSON.stringify(text)}`, text)),
	post('bad UTF-8: a lone continuation byte', bytes('{"', 0x80, '":1}')),
	post('bad UTF-8: an overlong form', bytes('{"', 0xc0, 0xaf, '":1}')),
	post('bad UTF-8: an overlong NUL', bytes('{"', 0xc0, 0x80, '":1}')),
	post('half a surrogate pair, escaped', bytes('{"a":"\\ud800"}')),
	post('bad UTF-8: a surrogate', bytes('{"a":"', 0xed, 0xa0, 0x80, '"}')),
	post('bad UTF-8: beyond Unicode', bytes('{"a":"', 0xf4, 0x90, 0x80, 0x80, '"}')),
	post('bad UTF-8: cut off', bytes('{"a":"', 0xe2, 0x82, '"}')),
	post('bad UTF-8: latin-1', bytes('{"a":"caf', 0xe9, '"}')),
	post('UTF-16', Buffer.from('\ufeff{}', 'utf16le')),
	post('UTF-16 without a mark', Buffer.from('{}', 'utf16le')),
	post('deep nesting: arrays', '['.repeat(500) + ']'.repeat(500)),
	post('deep nesting: objects', `${'{"a":'.repeat(160)}1${'}'.repeat(160)}`),
	post('deep nesting that does not end', '['.repeat(1000)),
	invalid('a field that is not known', '{"colour":"red"}', 'colour'),
	invalid('two fields that are not known', '{"a":1,"b":null}', 'a', 'b'),
	invalid('a field named like one of the path', '{"event":"x"}', 'event'),
	invalid('a subject in the body', '{"subject":"someone","user":1,"sub":"x"}', 'subject', 'user', 'sub'),
	invalid('a date in the body', '{"date":"2026-01-01","at":"2026-01-01T00:00:00Z"}', 'date', 'at'),
	invalid('an unknown field of each type', '{"a":{},"b":[],"c":true,"d":0,"e":"","f":null}', 'a', 'b', 'c', 'd', 'e', 'f'),
	invalid('a prototype', '{"__proto__":{"a":1},"constructor":1}', '__proto__', 'constructor'),
	invalid('an empty name', '{"":1}', ''),
	invalid('a name in Korean', '{"도장":1}', '도장'),
	invalid('a huge number', `{"a":${'9'.repeat(400)}}`, 'a'),
	invalid('a huge exponent', '{"a":1e999999}', 'a'),
	invalid('a fraction', '{"a":0.1e-7}', 'a'),
	invalid('minus zero', '{"a":-0}', 'a'),
	invalid('a repeated field', '{"a":1,"a":2}', 'a', 'body'),
	invalid('a repeated field, once escaped', '{"a":1,"\\u0061":2}', 'a', 'body'),
	...['[]', '[{}]', 'null', 'true', '0', '-1', '1.5', '""', '"{}"', '1e3'].map(text => invalid(`not an object: ${text}`, text, 'body')),
	{ ...invalid('a body for a claim', '{"round":2}', 'round'), target: CLAIM },
	{ ...post('not JSON for a claim', '{'), target: CLAIM },
	...[1025, 2000, 65536, 65537, 100e3, 1e6].map(size => post(`${size} bytes`, `{"a":"${'x'.repeat(size - 8)}"}`, { status: 413, type: 'too-large' })),
	post('100 KB of blanks', ' '.repeat(100e3), { status: 413, type: 'too-large' }),
	...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', 'application/json-patch+json', 'application', 'text/json', '',
		';', 'json', 'application/json,text/plain', 'xapplication/json', '\u00ff'].map(type =>
		post(`content type ${JSON.stringify(type)}`, '{}', { headers: { 'content-type': type }, status: 415, type: 'unsupported-media-type' })),
	post('no content type', '{}', { headers: { 'content-type': null }, status: 415, type: 'unsupported-media-type' }),
]

export const QUERIES = [
	...['0', '-1', '201', '1.5', '1e2', '', 'x', '%EF%BC%90', '%201', '1%20', '+1', '%2B1', '01', '0x10', '99999999999999999999', '-99999999999999999999', '9223372036854775808',
		'null', 'true', '1,2', '1%00', '%00', '%0A1'].map(value => get(`limit=${value}`, `/api/v1/events?limit=${value}`, { fields: ['limit'] })),
	...['limit[]=1', 'limit%5B%5D=1', 'LIMIT=1', '=1', '=', 'a=%', 'x=1', 'limit%27=1', 'offset=0', 'page=2', '%ED%95%9C=1', '__proto__=1']
		.map(query => get(`query ?${query}`, `/api/v1/events?${query}`, { fields: [decodeURIComponent(query.split('=')[0])] })),
	get('a NUL in a name', '/api/v1/events?%00=1', { fields: ['query'] }),
	get('bad percent-encoding of a value', '/api/v1/events?limit=%zz', { fields: ['limit'] }),
	get('a percent sign alone', '/api/v1/events?limit=1%', { fields: ['limit'] }),
	get('half an escape', '/api/v1/events?limit=1%2', { fields: ['limit'] }),
	get('bad UTF-8 in a value', '/api/v1/events?cursor=%ff', { fields: ['cursor'] }),
	get('bad percent-encoding of a name', '/api/v1/events?%zz=1', { fields: ['query'] }),
	get('bad UTF-8 in a name', '/api/v1/events?%c0%af=1', { fields: ['query'] }),
	get('more names than anybody needs', `/api/v1/events?${Array.from({ length: 100 }, (_, i) => `a${i}=1`).join('&')}`, { fields: null }),
	get('a cursor of 3,000 letters', `/api/v1/events?cursor=${'A'.repeat(3000)}`, { fields: ['cursor'] }),
	get('a cursor like a piece of SQL', '/api/v1/events?cursor=%27%20OR%201=1%20--', { fields: ['cursor'] }),
	get('a cursor in plain base64', '/api/v1/me/points?cursor=AAAA%2BAAA/AAA=', { fields: ['cursor'] }),
	get('a cursor of zeros', `/api/v1/me/points?cursor=${'A'.repeat(32)}`, { fields: ['cursor'] }),
	post('a query for a check-in', '{}', { target: `${ATTENDANCE}?date=2026-01-01`, fields: ['date'] }),
	post('a query for a claim', '{}', { target: `${CLAIM}?user=1`, fields: ['user'] }),
]

export const PATHS = [
	...['0', '-1', 'x', '1.0', '1e0', '01', '%2B1', '%201', '1%20', '9007199254740992', '18446744073709551616', '99999999999999999999999999', '0x1', '1;', '1%27', '%EF%BC%91', 'null', '1%0A']
		.map(id => ({ is: `milestone ${id}`, method: 'POST', target: `/api/v1/events/{event}/milestones/${id}/claim`, fields: ['milestone'] })),
	...['%ff', '%c0%af', '%ed%a0%80', '%f4%90%80%80', '%0a', 'a%01b', 'a%7fb'].map(slug => get(`event ${slug}`, `/api/v1/events/${slug}/milestones`, { fields: ['event'] })),
	...['a%00b', '%00', '%zz', '%', 'a%2'].map(slug => get(`event ${slug}, which nginx refuses`, `/api/v1/events/${slug}/milestones`, { fields: [] })),
	{ is: 'an empty milestone', method: 'POST', target: '/api/v1/events/{event}/milestones//claim', fields: ['milestone'] },
	get('an empty event', '/api/v1/events//milestones', { fields: ['event'] }),
	get('an event of 3,000 letters', `/api/v1/events/${'a'.repeat(3000)}`, { fields: ['event'] }),
	...['%20', 'NOVEMBER', 'no%2Fvember', '..%2fme', '%2e%2e', 'x%27%20OR%20%271%27=%271', '*', '%25', '1', '-', 'a--b', '%F0%9F%8E%81', '%3Cscript%3E', '%255c']
		.map(slug => nothing(`event ${slug}`, `/api/v1/events/${slug}`)),
	...['/api', '/api/', '/api/v1', '/api/v1/', '/api/v2/me', '/api/v1/me/', '/api/v1//me', '/api/v1/Me', '/API/v1/me', '/api/v1/me/points/1', '/api/v1/events/{event}/',
		'/api/v1/events/{event}/milestones/{milestone}', '/api/v1/me%2Fpoints', '/api/v1/%ff', `/api/v1${'/a'.repeat(40)}`,
		'/api/v1/users', '/api/v1/tokens', '/api/v1/me.json', '/api/v1/me;a=1', '/api/v1/..;/me', '/api/./v1/nothing', '/api/v1/me%20', '/api/v1/me%3F']
		.map(path => nothing(`path ${path}`, path)),
	...['/api/v1/m%00e', '/api/v1/%', '/api/v1/%zz'].map(path => get(`path ${path}, which nginx refuses`, path, { fields: [] })),
	nothing('an unknown path without a token', '/api/v1/nothing', { as: 'nobody' }),
	nothing('an address of 4,000 bytes', `/api/v1/${'a'.repeat(4000)}`),
]

const wrong = (method, target) => ({ is: `${method} ${target}`, method, target, status: 405, type: 'method-not-allowed' })
export const METHODS = [
	wrong('GET', '/api/v1/events/{event}/attendance/2026-11-20'),
	...['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'LOCK', 'QUERY', 'REPORT'].map(method => wrong(method, '/api/v1/me')),
	...['PUT', 'PATCH', 'DELETE'].flatMap(method => [wrong(method, ATTENDANCE), wrong(method, '/api/v1/events/{event}'), wrong(method, '/readyz')]),
	wrong('GET', CLAIM), wrong('POST', '/api/v1/events'), wrong('POST', '/healthz'),
]
