<?php
/* SPDX-License-Identifier: MIT */
/* The settings, and their page: Settings -> Dojang. Secrets may be constants in wp-config.php. */
declare(strict_types=1);

const DOJANG_SETTINGS = ['url', 'event', 'issuer', 'audience', 'token_secret', 'api_key', 'webhook_secret'];
const DOJANG_SECRETS = ['token_secret', 'api_key', 'webhook_secret'];

/** A setting: the constant of wp-config.php (DOJANG_API_KEY), else what the page has stored. */
function dojang_setting(string $name): string
{
    $constant = 'DOJANG_' . strtoupper($name);
    if (defined($constant)) {
        return (string) constant($constant);
    }
    $usual = ['issuer' => home_url('/'), 'audience' => 'dojang'];
    $stored = get_option('dojang_settings');
    $value = is_array($stored) ? (string) ($stored[$name] ?? '') : '';
    return $value === '' ? $usual[$name] ?? '' : $value;
}

/** What the page sends, checked: a wrong value keeps the former one, and the page says why. */
function dojang_check_settings($input): array
{
    $stored = get_option('dojang_settings');
    $stored = is_array($stored) ? $stored : [];
    $input = is_array($input) ? $input : [];
    $checks = [
        'url' => ['~^https?://[^/?#\s]+(/[^?#\s]*)?$~', 'The address must begin with https:// and have no query.'],
        'event' => ['/^[a-z0-9-]{0,60}$/', 'The event is its short name, such as november.'],
        'token_secret' => ['/^.{32,}$/', 'The token secret must have at least 32 characters.'],
        'api_key' => ['/^djk_\S+$/', 'The API key begins with djk_.'],
        'webhook_secret' => ['/^whsec_\S+$/', 'The webhook secret begins with whsec_.'],
    ];
    foreach (DOJANG_SETTINGS as $name) {
        $value = trim((string) wp_unslash($input[$name] ?? ''));
        if ($value === '' && in_array($name, DOJANG_SECRETS, true)) {
            continue;                   // an empty secret keeps the one that is stored
        }
        if ($value !== '' && isset($checks[$name]) && !preg_match($checks[$name][0], $value)) {
            add_settings_error('dojang_settings', $name, dojang_text($checks[$name][1]));
            continue;
        }
        $stored[$name] = $value;
    }
    return $stored;
}

add_action('admin_init', static function (): void {
    register_setting('dojang', 'dojang_settings', ['type' => 'array', 'sanitize_callback' => 'dojang_check_settings', 'show_in_rest' => false]);
});
add_action('admin_menu', static function (): void {
    add_options_page('Dojang', 'Dojang', 'manage_options', 'dojang', 'dojang_settings_page');
});
add_filter('plugin_action_links_' . plugin_basename(__DIR__ . '/dojang-attendance.php'), static function (array $links): array {
    array_unshift($links, '<a href="' . esc_url(admin_url('options-general.php?page=dojang')) . '">' . esc_html(dojang_text('Settings')) . '</a>');
    return $links;
});

/** Asks Dojang with each secret; returns [label, problem or null] for each. */
function dojang_connection(): array
{
    $checks = [
        'Dojang answers' => static function (): void {
            $answer = wp_remote_get(rtrim(dojang_setting('url'), '/') . '/readyz', ['timeout' => 5]);
            if (is_wp_error($answer) || wp_remote_retrieve_response_code($answer) !== 200) {
                throw new RuntimeException(is_wp_error($answer) ? $answer->get_error_message() : (string) wp_remote_retrieve_response_code($answer));
            }
        },
        'Dojang accepts the tokens of this site' => static function (): void {
            $answer = wp_remote_get(rtrim(dojang_setting('url'), '/') . '/api/v1/events',
                ['timeout' => 5, 'headers' => ['Authorization' => 'Bearer ' . dojang()->token((string) get_current_user_id())]]);
            if (is_wp_error($answer) || wp_remote_retrieve_response_code($answer) !== 200) {
                throw new RuntimeException(is_wp_error($answer) ? $answer->get_error_message() : (string) wp_remote_retrieve_response_code($answer));
            }
        },
        'Dojang accepts the API key' => static function (): void {
            try {
                dojang()->user((string) get_current_user_id());
            } catch (DojangError $error) {
                if ($error->status !== 404) {
                    throw $error;
                }
            }
        },
    ];
    $results = [];
    foreach ($checks as $label => $check) {
        try {
            $check();
            $results[$label] = null;
        } catch (Exception $error) {
            $results[$label] = $error->getMessage();
        }
    }
    return $results;
}

function dojang_settings_row(string $name, string $label, string $help): void
{
    $isSecret = in_array($name, DOJANG_SECRETS, true);
    $isFixed = defined('DOJANG_' . strtoupper($name));
    $value = $isSecret ? '' : dojang_setting($name);
    $hint = $isFixed ? dojang_text('Set in wp-config.php.') : ($isSecret && dojang_setting($name) !== '' ? dojang_text('Stored. Leave empty to keep it.') : '');
    printf('<tr><th scope="row"><label for="dojang-%1$s">%2$s</label></th><td><input class="regular-text" id="dojang-%1$s" name="dojang_settings[%1$s]" type="%3$s" value="%4$s" autocomplete="off"%5$s aria-describedby="dojang-%1$s-help"><p class="description" id="dojang-%1$s-help">%6$s %7$s</p></td></tr>',
        esc_attr($name), esc_html(dojang_text($label)), $isSecret ? 'password' : 'text', esc_attr($value), $isFixed ? ' disabled' : '',
        esc_html(dojang_text($help)), esc_html($hint));
}

function dojang_settings_page(): void
{
    if (!current_user_can('manage_options')) {
        return;
    }
    echo '<div class="wrap"><h1>Dojang</h1><form method="post" action="options.php"><table class="form-table">';
    settings_fields('dojang');
    dojang_settings_row('url', 'Address of Dojang', 'Where Dojang runs, such as https://dojang.example.');
    dojang_settings_row('event', 'Event', 'The event that [dojang] shows when it names none.');
    dojang_settings_row('issuer', 'Issuer', 'The name of this site in its tokens.');
    dojang_settings_row('audience', 'Audience', 'The name of Dojang in the tokens.');
    dojang_settings_row('token_secret', 'Token secret', 'The same secret as in the issuer’s file on Dojang’s host.');
    dojang_settings_row('api_key', 'API key', 'With the scopes users:read, users:export and users:delete.');
    dojang_settings_row('webhook_secret', 'Webhook secret', 'As printed when the endpoint was added.');
    echo '</table>';
    submit_button();
    echo '</form>';
    dojang_settings_for_the_host();
    echo '</div>';
}

/** What the operator of Dojang enters there, and whether it works. */
function dojang_settings_for_the_host(): void
{
    printf('<h2>%s</h2><pre><code>%s</code></pre><p>%s <code>%s</code></p>', esc_html(dojang_text('Settings of Dojang for this site')),
        esc_html(sprintf("[server]\norigins = %s\n\n[issuer wordpress]\niss = %s\naudience = %s\nalgorithm = HS256\nsecret_file = /etc/dojang/secrets/wordpress\n",
            preg_replace('~^(https?://[^/]+).*~', '$1', home_url()), dojang_setting('issuer'), dojang_setting('audience'))),
        esc_html(dojang_text('Address for webhooks:')), esc_html(rest_url('dojang/v1/webhook')));
    if (dojang_setting('url') === '') {
        return;
    }
    echo '<h2>' . esc_html(dojang_text('Connection')) . '</h2><ul id="dojang-connection">';
    foreach (dojang_connection() as $label => $problem) {
        printf('<li>%s %s%s</li>', $problem === null ? '✓' : '✗', esc_html(dojang_text($label)), $problem === null ? '' : ': ' . esc_html($problem));
    }
    echo '</ul>';
}
