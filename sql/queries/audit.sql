-- SPDX-License-Identifier: MIT
-- The audit log: append-only.

-- name: audit_insert
INSERT INTO audit_entries (at, actor, address, action, subject, subject_id, before_change, after_change) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
