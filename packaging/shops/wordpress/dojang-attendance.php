<?php
/* SPDX-License-Identifier: MIT */
/**
 * Plugin Name: Dojang attendance
 * Description: Attendance rewards: customers check in once a day and claim rewards. Shows the Dojang widget to the members of this site.
 * Version: 0.2.0
 * Requires at least: 5.8
 * Requires PHP: 7.4
 * License: MIT
 * Text Domain: dojang-attendance
 */
declare(strict_types=1);

if (!defined('ABSPATH')) {
    exit;
}
if (!class_exists('Dojang')) {
    require __DIR__ . '/dojang.php';
}
require __DIR__ . '/settings.php';
require __DIR__ . '/widget.php';
require __DIR__ . '/server.php';
require __DIR__ . '/privacy.php';

/** A text in the language of the page: Korean where WordPress is in Korean, else English. */
function dojang_text(string $english): string
{
    static $korean = null;
    if (strpos(determine_locale(), 'ko') !== 0) {
        return $english;
    }
    $korean = $korean ?? require __DIR__ . '/korean.php';
    return $korean[$english] ?? $english;
}

/** The library with this site's settings. Throws InvalidArgumentException while they are incomplete. */
function dojang(): Dojang
{
    return new Dojang([
        'url' => dojang_setting('url'), 'issuer' => dojang_setting('issuer'), 'audience' => dojang_setting('audience'),
        'token_secret' => dojang_setting('token_secret'), 'api_key' => dojang_setting('api_key'),
        'webhook_secret' => dojang_setting('webhook_secret'),
    ]);
}

/** Received webhooks by id, so that one that arrives twice is processed once. */
function dojang_webhook_table(): string
{
    global $wpdb;
    return $wpdb->prefix . 'dojang_webhooks';
}

register_activation_hook(__FILE__, static function (): void {
    global $wpdb;
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    dbDelta('CREATE TABLE ' . dojang_webhook_table() . ' (
  id varchar(100) NOT NULL,
  received_at datetime NOT NULL,
  PRIMARY KEY  (id)
) ' . $wpdb->get_charset_collate() . ';');
    if (!wp_next_scheduled('dojang_daily')) {
        wp_schedule_event(time() + HOUR_IN_SECONDS, 'daily', 'dojang_daily');
    }
});
register_deactivation_hook(__FILE__, static function (): void {
    wp_clear_scheduled_hook('dojang_daily');
});
/** Repetitions of a webhook arrive within days. */
add_action('dojang_daily', static function (): void {
    global $wpdb;
    $wpdb->query('DELETE FROM ' . dojang_webhook_table() . ' WHERE received_at < UTC_TIMESTAMP() - INTERVAL 30 DAY');
});
