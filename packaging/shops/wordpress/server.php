<?php
/* SPDX-License-Identifier: MIT */
/* Two REST routes: tokens for members, and the receiver of webhooks. */
declare(strict_types=1);

add_action('rest_api_init', static function (): void {
    // WordPress accepts the cookie of a member here only with a nonce, so other sites cannot get tokens.
    register_rest_route('dojang/v1', '/token', ['methods' => 'GET', 'callback' => 'dojang_issue_token', 'permission_callback' => 'is_user_logged_in']);
    register_rest_route('dojang/v1', '/webhook', ['methods' => 'POST', 'callback' => 'dojang_receive_webhook', 'permission_callback' => '__return_true']);
});

/** The customer's id in Dojang: the number of the account, which never changes. */
function dojang_subject(int $user): string
{
    return (string) $user;
}

function dojang_issue_token(): WP_REST_Response
{
    $user = wp_get_current_user();
    $response = new WP_REST_Response(['token' => dojang()->token(dojang_subject($user->ID), ['username' => $user->display_name])]);
    $response->header('Cache-Control', 'no-store');
    return $response;
}

/**
 * Verifies a webhook and passes it on: do_action('dojang_webhook', $type, $data, $id), once for each
 * id. A handler that throws makes Dojang send the webhook again.
 */
function dojang_receive_webhook(WP_REST_Request $request): WP_REST_Response
{
    global $wpdb;
    $headers = array_map(static function (array $values): string { return $values[0]; }, $request->get_headers());
    try {
        $webhook = dojang()->webhook($request->get_body(), $headers);
    } catch (Exception $error) {
        return new WP_REST_Response(['message' => $error->getMessage()], 401);
    }
    $table = dojang_webhook_table();
    $wpdb->query('START TRANSACTION');
    $isNew = $wpdb->query($wpdb->prepare("INSERT IGNORE INTO $table (id, received_at) VALUES (%s, UTC_TIMESTAMP())", $webhook['id']));
    if ($isNew === false) {
        return new WP_REST_Response(['message' => 'the webhook could not be stored'], 503);
    }
    try {
        if ($isNew === 1) {
            do_action('dojang_webhook', $webhook['type'], $webhook['data'], $webhook['id']);
        }
        $wpdb->query('COMMIT');
        return new WP_REST_Response(null, 204);
    } catch (Exception $error) {
        $wpdb->query('ROLLBACK');
        return new WP_REST_Response(['message' => 'a handler failed'], 500);
    }
}
