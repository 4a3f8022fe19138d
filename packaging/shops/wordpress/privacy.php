<?php
/* SPDX-License-Identifier: MIT */
/* Personal data: WordPress's export and erasure tools include Dojang, and a deleted member is erased. */
declare(strict_types=1);

/** WordPress asks by address; only members have data in Dojang, and none before the settings are entered. */
function dojang_member(string $address): ?WP_User
{
    return dojang_setting('url') !== '' && dojang_setting('api_key') !== '' ? get_user_by('email', $address) ?: null : null;
}

add_filter('wp_privacy_personal_data_exporters', static function (array $exporters): array {
    $exporters['dojang'] = ['exporter_friendly_name' => dojang_text('Attendance (Dojang)'), 'callback' => 'dojang_export'];
    return $exporters;
});
add_filter('wp_privacy_personal_data_erasers', static function (array $erasers): array {
    $erasers['dojang'] = ['eraser_friendly_name' => dojang_text('Attendance (Dojang)'), 'callback' => 'dojang_erase'];
    return $erasers;
});

function dojang_export(string $address): array
{
    $member = dojang_member($address);
    try {
        $stored = $member ? dojang()->exportUser(dojang_subject($member->ID)) : [];
    } catch (DojangError $error) {
        if ($error->status !== 404) {
            throw $error;               // an export without this part would look complete
        }
        $stored = [];
    }
    $data = [];
    foreach ($stored as $name => $value) {
        $data[] = ['name' => $name, 'value' => is_scalar($value) ? (string) $value : wp_json_encode($value, JSON_UNESCAPED_UNICODE)];
    }
    return ['data' => $data ? [['group_id' => 'dojang', 'group_label' => dojang_text('Attendance (Dojang)'),
        'item_id' => 'dojang-' . $member->ID, 'data' => $data]] : [], 'done' => true];
}

function dojang_erase(string $address): array
{
    $member = dojang_member($address);
    $result = ['items_removed' => false, 'items_retained' => false, 'messages' => [], 'done' => true];
    try {
        if ($member) {
            dojang()->eraseUser(dojang_subject($member->ID));
            $result['items_removed'] = true;
        }
    } catch (Exception $error) {
        $result['items_retained'] = true;
        $result['messages'][] = dojang_text('Dojang could not erase the attendance data. Try again later.');
    }
    return $result;
}

/* Deleted accounts: erased now, or by the daily job when Dojang cannot be reached. */
add_action('deleted_user', static function (int $user): void {
    if (dojang_setting('api_key') === '') {
        return;
    }
    update_option('dojang_to_erase', array_merge((array) get_option('dojang_to_erase', []), [dojang_subject($user)]), false);
    dojang_erase_deleted();
});
add_action('dojang_daily', 'dojang_erase_deleted');

function dojang_erase_deleted(): void
{
    $left = [];
    foreach ((array) get_option('dojang_to_erase', []) as $subject) {
        try {
            dojang()->eraseUser((string) $subject);
        } catch (Exception $error) {
            $left[] = $subject;
        }
    }
    update_option('dojang_to_erase', $left, false);
}
