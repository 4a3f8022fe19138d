// SPDX-License-Identifier: MIT
// The WordPress plug-in as its users see it: installed, set up, used by a member in a browser, and removed.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { visitor } from '../browser/browser.js'
import { until } from '../delivery/installation.js'
import { count, clock, databaseClient, demo, dojangctl, freshEvent, sql, unique } from '../http/harness.js'
import { PASSWORD, startSite } from './site.js'

const SECRET = readFileSync(demo.issuer.hs256_secret_file, 'utf8').split('\n')[0]
const MEMBER = unique('minji')
let site, event, key, page, member

before(async () => {
	clock.set(Date.now())                   // WordPress uses the real clock
	site = await startSite({ demo, client: databaseClient })
	event = await freshEvent({ milestones: [{ at: 1, points: 500 }] })
	;({ key } = await dojangctl('key', 'create', '--name', unique('wordpress'), '--scopes', 'users:read,users:export,users:delete'))
	member = Number(await site.php(`echo wp_insert_user(['user_login' => '${MEMBER}', 'user_pass' => '${PASSWORD}', 'user_email' => '${MEMBER}@shop.example', 'display_name' => '민지', 'role' => 'subscriber']);`))
	page = Number(await site.php(`echo wp_insert_post(['post_title' => 'Stamps', 'post_type' => 'page', 'post_status' => 'publish', 'post_content' => '[dojang]']);`))
})
after(async () => { clock.reset(); await site?.stop() })

const at = path => `${site.url}/${path}`
async function signIn(context, name) {
	const tab = await context.newPage()
	await tab.goto(at('wp-login.php'))
	await tab.fill('#user_login', name)
	await tab.fill('#user_pass', PASSWORD)
	await tab.click('#wp-submit')
	await tab.waitForURL(/wp-admin/)
	return tab
}
const userInDojang = subject => count(`SELECT COUNT(*) FROM users WHERE subject = '${subject}' AND state <> 'removed'`)

test('an administrator activates the plug-in and enters the settings; the page says what works', async t => {
	const tab = await signIn(await visitor(t, { watches: false }), 'admin')
	await tab.goto(at('wp-admin/plugins.php'))
	await tab.click('#activate-dojang-attendance')
	await tab.goto(at('wp-admin/options-general.php?page=dojang'))
	const fill = async values => {
		for (const [name, value] of Object.entries(values))
			await tab.fill(`#dojang-${name}`, value)
	}
	await fill({ url: 'dojang.example', event: event.slug, issuer: demo.issuer.iss, audience: demo.issuer.aud, token_secret: 'short', api_key: key })
	const save = async () => {
		await tab.evaluate(() => { document.body.dataset.former = 'yes' })
		await tab.click('#submit')
		await tab.locator('body:not([data-former]) #dojang-url').waitFor()
	}
	/** The first signs of the list, once the page shows all of it. */
	const signs = async () => {
		await tab.locator('#dojang-connection li').nth(2).waitFor()
		return (await tab.locator('#dojang-connection li').allInnerTexts()).map(text => text[0])
	}
	await save()
	assert.match(await tab.locator('.settings-error').allInnerTexts().then(texts => texts.join(' ')), /https:\/\/.*32 characters/s)
	assert.equal(await tab.locator('#dojang-event').inputValue(), event.slug, 'the good values are kept')
	await fill({ url: new URL(demo.base_url).origin, token_secret: SECRET })
	await save()
	assert.deepEqual(await signs(), ['✓', '✓', '✓'])
	const source = await tab.content()
	assert.ok(!source.includes(SECRET) && !source.includes(key), 'the page shows no secret')
	await tab.goto(at('wp-admin/options-general.php?page=dojang'))
	await save()
	assert.deepEqual(await signs(), ['✓', '✓', '✓'], 'empty secrets keep the stored ones')
})

test('a visitor gets no token; a member gets one only with the nonce of the page', async t => {
	const token = at('?rest_route=/dojang/v1/token')
	assert.equal((await fetch(token)).status, 401)
	const context = await visitor(t, { watches: false }), tab = await signIn(context, MEMBER)
	assert.equal((await tab.goto(token)).status(), 401)
	assert.equal((await fetch(at(`?page_id=${page}`))).status, 200)
})

test('a member checks in and claims on the page', async t => {
	const tab = await signIn(await visitor(t, { watches: false }), MEMBER)
	await tab.goto(at(`?page_id=${page}`))
	const widget = tab.locator('dojang-attendance')
	await widget.locator('#check-in').click()
	await until(async () => await count(`SELECT COUNT(*) FROM attendance a JOIN users u ON u.id = a.user_id WHERE u.subject = '${member}'`) === 1, 'the check-in')
	assert.equal((await sql(`SELECT username FROM users WHERE subject = '${member}'`))[0].username, '민지')
	await tab.reload()
	await widget.locator('#check-in').waitFor()
	await widget.getByRole('button', { name: /claim/i }).first().click()
	await until(async () => await count(`SELECT COUNT(*) FROM claims c JOIN users u ON u.id = c.user_id WHERE u.subject = '${member}'`) === 1, 'the claim')
})

test('the block is offered in the editor and shows the same as the shortcode', async t => {
	const tab = await signIn(await visitor(t, { watches: false }), 'admin')
	await tab.goto(at('wp-admin/post-new.php?post_type=page'))
	await tab.waitForFunction(() => globalThis.wp?.blocks?.getBlockType('dojang/attendance')?.title === 'Attendance (Dojang)')
	const shown = await site.php(`echo do_blocks('<!-- wp:dojang/attendance {"event":"spring"} /-->'), '|', do_shortcode('[dojang event="spring"]');`)
	const [block, shortcode] = shown.split('|')
	assert.match(block, /<dojang-attendance event="spring">/)
	assert.equal(block, shortcode)
	assert.doesNotMatch(await site.php(`echo dojang_widget(['event' => '"><script>']);`), /<script>/)
})

test('a visitor sees the way to sign in; an editor sees what is missing, visitors do not', async t => {
	const tab = await (await visitor(t, { watches: false })).newPage()
	await tab.goto(at(`?page_id=${page}`))
	const link = tab.locator('dojang-attendance a[slot=sign-in]')
	assert.match(await link.getAttribute('href'), /wp-login\.php\?redirect_to=/)
	const missing = await site.php(`$kept = get_option('dojang_settings'); update_option('dojang_settings', []); echo dojang_widget([]), '|'; wp_set_current_user(1); echo dojang_widget([]);
		global $wpdb; $wpdb->update($wpdb->options, ['option_value' => serialize($kept)], ['option_name' => 'dojang_settings']);`)
	assert.match(missing, /^\|<p>Dojang: choose an event/)
})

test('webhooks are verified and handled once', async () => {
	const url = await site.php(`echo rest_url('dojang/v1/webhook');`)
	const { id, secret } = await dojangctl('webhook', 'add', '--url', url, '--events', 'claim.created')
	try {
		await site.php(`$s = get_option('dojang_settings'); $s['webhook_secret'] = '${secret}'; update_option('dojang_settings', $s);`)
		assert.equal(await site.php(`echo get_option('dojang_settings')['webhook_secret'];`), secret)
		await dojangctl('webhook', 'test', '--id', id)
		await until(async () => Number(await site.sql('SELECT COUNT(*) FROM wp_dojang_webhooks')) === 1, 'the webhook')
		assert.equal((await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status, 401)
		const twice = await site.php(`add_action('dojang_webhook', function ($type) { echo $type, ' '; }, 10, 1);
			$body = '{"type":"claim.created","data":{}}'; $id = 'again'; $time = (string) time();
			$key = base64_decode(substr(dojang_setting('webhook_secret'), 6));
			for ($i = 0; $i < 2; $i++) { $r = new WP_REST_Request('POST', '/dojang/v1/webhook'); $r->set_body($body);
				$r->set_headers(['webhook-id' => $id, 'webhook-timestamp' => $time, 'webhook-signature' => 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true))]);
				echo dojang_receive_webhook($r)->get_status(), ' '; }`)
		assert.equal(twice.trim(), 'claim.created 204 204')
	} finally {
		await dojangctl('webhook', 'remove', '--id', id)
	}
})

test('the tools for personal data export and erase what Dojang has; a deleted member is erased', async () => {
	const exported = await site.php(`echo wp_json_encode(apply_filters('wp_privacy_personal_data_exporters', [])['dojang']['callback']('${MEMBER}@shop.example', 1), JSON_UNESCAPED_UNICODE);`)
	assert.match(exported, /민지/)
	assert.equal(JSON.parse(exported).done, true)
	assert.equal(await userInDojang(member), 1)
	const erased = JSON.parse(await site.php(`echo wp_json_encode(apply_filters('wp_privacy_personal_data_erasers', [])['dojang']['callback']('${MEMBER}@shop.example', 1));`))
	assert.deepEqual([erased.items_removed, erased.items_retained], [true, false])
	assert.equal(await userInDojang(member), 0)
	await site.php(`require ABSPATH . 'wp-admin/includes/user.php'; $s = get_option('dojang_settings'); $kept = $s['url']; $s['url'] = 'http://127.0.0.1:9'; update_option('dojang_settings', $s);
		wp_delete_user(${member}); $s['url'] = $kept; update_option('dojang_settings', $s);`)
	assert.equal(await site.php(`echo implode(',', get_option('dojang_to_erase'));`), String(member), 'it is kept for later while Dojang cannot be reached')
	assert.equal(await site.php(`do_action('dojang_daily'); echo count(get_option('dojang_to_erase'));`), '0')
})

test('after deactivating and deleting nothing is left in WordPress', async t => {
	const tab = await signIn(await visitor(t, { watches: false }), 'admin')
	await tab.goto(at('wp-admin/plugins.php'))
	await tab.click('#deactivate-dojang-attendance')
	tab.on('dialog', dialog => dialog.accept())
	await tab.click('#delete-dojang-attendance')
	await until(() => !existsSync(site.plugin), 'the deletion')
	await until(async () => await site.sql(`SELECT COUNT(*) FROM wp_options WHERE option_name LIKE '%dojang%'`) === '0\n', 'the removal of the options')
	assert.equal(await site.sql(`SHOW TABLES LIKE '%dojang%'`), '')
	assert.doesNotMatch(await site.sql(`SELECT option_value FROM wp_options WHERE option_name = 'cron'`), /dojang/)
	const log = join(site.root, 'wp-content', 'debug.log')
	const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []
	assert.deepEqual(lines.filter(line => line.includes('plugins/dojang-attendance')), [], 'the plug-in caused no warning')
})
