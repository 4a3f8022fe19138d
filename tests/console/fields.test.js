// SPDX-License-Identifier: MIT
// Fields of forms that are sent twice, empty or not at all.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { count, freshProduct, sql, unique } from '../http/harness.js'
import { Visitor, hidden, staff } from './client.js'

let manager
before(async () => { manager = await staff('manager') })

const product = async (columns = {}) => {
	const id = await freshProduct({ kind: 'item', points: null, stock: 5 })
	for (const [name, value] of Object.entries(columns))
		await sql(`UPDATE products SET ${name} = '${value}' WHERE id = ${id}`)
	return { id, path: `/admin/products/${id}/edit`, row: async () => (await sql(`SELECT name, threshold, image, tax_note FROM products WHERE id = ${id}`))[0] }
}
/** The fields of a page's form that nobody types, as pairs. */
async function given(path) {
	const { text } = await manager.get(path)
	return ['_token', '_form', 'version'].map(name => [name, hidden(text, name)]).filter(([, value]) => value)
}
/** Both keep a name that occurs twice. */
const ENCODINGS = {
	urlencoded: pairs => pairs,
	multipart(pairs) {
		const form = new FormData()
		pairs.forEach(pair => form.append(...pair))
		return form
	},
}
const post = (path, form) => manager.request(path, { method: 'POST', form })

test('a field that is sent twice is refused, in both encodings, and changes nothing', async () => {
	const { path, row } = await product(), was = await row(), hiddenFields = await given(path)
	const good = [...hiddenFields, ['name', 'one'], ['threshold', '3']]
	for (const [encoding, encode] of Object.entries(ENCODINGS))
		for (const twice of [['name', 'two'], ['name', 'one'], ['name', ''], ['threshold', ''], ['_token', hiddenFields[0][1]], ['_form', 'x'], ['version', '1'], ['version', hiddenFields.at(-1)[1]]]) {
			const answer = await post(path, encode([...good, twice]))
			assert.equal(answer.status, 400, `${encoding} ${twice}`)
			assert.deepEqual(await row(), was)
		}
	assert.equal((await post(path, good)).status, 303)
	assert.deepEqual([(await row()).name, Number((await row()).threshold)], ['one', 3])
})

test('an empty field clears what may be absent and is refused where a value is needed', async () => {
	const { id, path, row } = await product({ image: '/a.png', tax_note: 'a note', threshold: 2 }), was = await row()
	assert.equal((await manager.send(path, { name: '', image: '/b.png' })).status, 422)
	assert.match((await manager.send(path, { name: '' })).text, /id="name-error"|aria-invalid="true"/)
	assert.equal((await manager.send(path, {})).status, 422, 'a required field that is missing')
	assert.deepEqual(await row(), was)
	assert.equal((await manager.send(path, { name: 'kept', image: '', tax_note: '', threshold: '' })).status, 303)
	assert.deepEqual(await row(), { name: 'kept', threshold: null, image: null, tax_note: null })
	for (const [delta, reason] of [['', 'a reason'], ['1', ''], ['', '']])
		assert.equal((await manager.send(`/admin/products/${id}/stock`, { delta, reason })).status, 422)
	assert.equal(await count(`SELECT remain FROM products WHERE id = ${id}`), 5)
})

test('an empty e-mail address or password is no failed sign-in', async () => {
	await sql('DELETE FROM sign_in_failures')
	for (const [email, password] of [['', 'a long enough password'], [`${unique('a')}@example.com`, ''], ['', '']])
		assert.equal((await new Visitor().signIn(email, password)).status, 422)
	assert.equal(await count('SELECT COUNT(*) FROM sign_in_failures'), 0)
})
