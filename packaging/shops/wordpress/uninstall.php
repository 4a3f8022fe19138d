<?php
/* SPDX-License-Identifier: MIT */
/* Removes everything that the plug-in stored in WordPress. Data in Dojang stays there. */
declare(strict_types=1);

if (!defined('WP_UNINSTALL_PLUGIN')) {
    exit;
}
global $wpdb;
delete_option('dojang_settings');
delete_option('dojang_to_erase');
wp_clear_scheduled_hook('dojang_daily');
$wpdb->query('DROP TABLE IF EXISTS ' . $wpdb->prefix . 'dojang_webhooks');
