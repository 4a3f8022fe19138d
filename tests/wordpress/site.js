// SPDX-License-Identifier: MIT
// A WordPress site for tests: Debian's package on PHP's own web server, with a database on the demo's server.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { TREE, freePort, startDemo } from '../http/demo.js'

const run = promisify(execFile)
const PLUGIN = join(TREE, 'packaging', 'shops')
export const PASSWORD = 'correct horse battery staple'

/** The directory of the unpacked WordPress, fetched once; throws where that is not possible. */
async function fetchWordPress() {
	const directory = join(TREE, 'build', 'wordpress')
	if (!existsSync(join(directory, 'tree', 'usr', 'share', 'wordpress', 'wp-load.php')))
		await run(join(TREE, 'tests', 'wordpress', 'fetch'), [directory])
	return join(directory, 'tree', 'usr', 'share', 'wordpress')
}

/** A demo that accepts the pages of a WordPress site, whose port is chosen here. */
export async function startDemoForWordPress() {
	const port = await freePort()
	const demo = await startDemo({ environment: { DOJANG_ORIGINS: `http://127.0.0.1:${port}` } })
	return { ...demo, environment: { DOJANG_WORDPRESS_PORT: String(port) } }
}

const quoted = value => `'${String(value).replace(/[\\']/g, '\\$&')}'`

/** Installs and starts a site with the plug-in's files; returns its address, what runs PHP in it, and what removes it. */
export async function startSite({ demo, client, port = Number(process.env.DOJANG_WORDPRESS_PORT) }) {
	const directory = mkdtempSync(join(tmpdir(), 'dojang-wordpress-')), database = `wordpress_${randomBytes(6).toString('hex')}`
	const root = join(directory, 'site'), plugin = join(root, 'wp-content', 'plugins', 'dojang-attendance'), url = `http://127.0.0.1:${port}`
	const sql = async statement => (await run(client, ['--no-defaults', `--socket=${demo.mysql.socket}`, '--user=root', '--batch', '--skip-column-names', '-e', statement, database])).stdout
	cpSync(await fetchWordPress(), root, { recursive: true, dereference: true })
	cpSync(join(PLUGIN, 'wordpress'), plugin, { recursive: true })
	cpSync(join(PLUGIN, 'php', 'dojang.php'), join(plugin, 'dojang.php'))
	mkdirSync(join(root, 'wp-content', 'uploads'), { recursive: true })
	writeFileSync(join(root, 'wp-config.php'), `<?php
define('DB_NAME', ${quoted(database)}); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', ${quoted(`localhost:${demo.mysql.socket}`)});
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', ''); define('FS_METHOD', 'direct'); define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true); define('WP_ACCESSIBLE_HOSTS', '127.0.0.1'); define('WP_DEBUG', true); define('WP_DEBUG_DISPLAY', false); define('WP_DEBUG_LOG', true);
define('AUTH_KEY', ${quoted(randomBytes(32).toString('hex'))}); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', ${quoted(randomBytes(32).toString('hex'))}); define('NONCE_KEY', ${quoted(randomBytes(32).toString('hex'))});
define('AUTH_SALT', 'e'); define('SECURE_AUTH_SALT', 'f'); define('LOGGED_IN_SALT', 'g'); define('NONCE_SALT', 'h');
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`)
	await run(client, ['--no-defaults', `--socket=${demo.mysql.socket}`, '--user=root', '-e', `CREATE DATABASE ${database} CHARACTER SET utf8mb4`])
	/** Runs PHP in the site and returns what it prints. */
	const php = async code => (await run('php', ['-d', 'display_errors=stderr', '-r',
		`$_SERVER['HTTP_HOST'] = '127.0.0.1:${port}'; require ${quoted(join(root, 'wp-load.php'))}; ${code}`], { maxBuffer: 1 << 26 })).stdout
	await run('php', ['-r', `define('WP_INSTALLING', true); $_SERVER['HTTP_HOST'] = '127.0.0.1:${port}'; require ${quoted(join(root, 'wp-load.php'))};
		require ABSPATH . 'wp-admin/includes/upgrade.php'; wp_install('Shop', 'admin', 'admin@shop.example', false, '', ${quoted(PASSWORD)});
		update_option('siteurl', ${quoted(url)}); update_option('home', ${quoted(url)}); switch_theme('twentytwentyone');`], { env: { ...process.env, PATH: process.env.PATH } })
	const log = openSync(join(directory, 'log'), 'a', 0o600)
	const server = spawn('php', ['-S', `127.0.0.1:${port}`, '-t', root], { stdio: ['ignore', log, log], env: { ...process.env, PHP_CLI_SERVER_WORKERS: '4' }, detached: true })
	closeSync(log)
	const ended = once(server, 'exit')
	const stop = async () => {
		process.kill(-server.pid, 'SIGTERM')            // the server and its workers
		await ended
		await run(client, ['--no-defaults', `--socket=${demo.mysql.socket}`, '--user=root', '-e', `DROP DATABASE ${database}`])
		rmSync(directory, { recursive: true, force: true })
	}
	process.on('exit', () => { try { process.kill(-server.pid, 'SIGTERM') } catch { /* it has ended */ } })
	return { url, root, plugin, directory, php, sql, stop }
}
