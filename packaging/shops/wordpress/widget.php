<?php
/* SPDX-License-Identifier: MIT */
/* The widget on a page: the shortcode [dojang event="november"], and a block that does the same. */
declare(strict_types=1);

/** The widget's element; editors see what is missing, visitors see nothing. */
function dojang_widget($attributes): string
{
    $event = sanitize_title((string) ($attributes['event'] ?? '')) ?: dojang_setting('event');
    if ($event === '' || dojang_setting('url') === '') {
        return current_user_can('edit_posts') ? '<p>' . esc_html(dojang_text('Dojang: choose an event, and enter the settings (Settings → Dojang).')) . '</p>' : '';
    }
    wp_enqueue_script('dojang-page');
    return sprintf('<dojang-attendance event="%s"><a slot="sign-in" href="%s">%s</a></dojang-attendance>', esc_attr($event),
        esc_url(wp_login_url((string) get_permalink())), esc_html(dojang_text('Sign in to check in')));
}

add_action('init', static function (): void {
    add_shortcode('dojang', 'dojang_widget');
    wp_register_script('dojang-page', plugins_url('page.js', __FILE__), [], '0.2.0', true);
    wp_localize_script('dojang-page', 'dojangPage', ['script' => rtrim(dojang_setting('url'), '/') . '/assets/dojang.js',
        'token' => is_user_logged_in() ? rest_url('dojang/v1/token') : null, 'nonce' => is_user_logged_in() ? wp_create_nonce('wp_rest') : null]);
    wp_register_script('dojang-block', plugins_url('block.js', __FILE__), ['wp-blocks', 'wp-element', 'wp-components', 'wp-block-editor'], '0.2.0', true);
    wp_localize_script('dojang-block', 'dojangBlock', ['title' => dojang_text('Attendance (Dojang)'), 'event' => dojang_text('Event'),
        'help' => dojang_text('Empty: the event of the settings.')]);
    register_block_type('dojang/attendance', ['api_version' => 2, 'editor_script' => 'dojang-block', 'render_callback' => 'dojang_widget',
        'attributes' => ['event' => ['type' => 'string', 'default' => '']]]);
});
