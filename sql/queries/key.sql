-- SPDX-License-Identifier: MIT
-- API keys of the shop's backend.

-- name: key_find
SELECT secret_hash, CAST(scopes AS UNSIGNED) AS scope_bits, expires_at, revoked_at, last_used_at FROM api_keys WHERE id = ?;

-- name: key_touch
UPDATE api_keys SET last_used_at = ? WHERE id = ?;

-- name: key_insert
INSERT INTO api_keys (name, secret_hash, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?);

-- name: key_list
SELECT id, name, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_keys ORDER BY id;

-- name: key_revoke
UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL;

-- name: key_edit_lock
SELECT name, scopes, CAST(scopes AS UNSIGNED) AS scope_bits, expires_at, revoked_at FROM api_keys WHERE id = ? FOR UPDATE;

-- name: key_edit_expire
UPDATE api_keys SET expires_at = ? WHERE id = ?;
