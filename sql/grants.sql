-- SPDX-License-Identifier: MIT
-- The rights of each program's database user. No program may change or delete rows of the ledger, of
-- the stock movements (except their remain) or of the audit log. SELECT … FOR UPDATE needs the right to
-- update some column of the row.

-- program: api
GRANT SELECT, INSERT ON {database}.issuers TO {user};
GRANT SELECT, INSERT, UPDATE (subject, username, state, points, expires_at) ON {database}.users TO {user};
GRANT SELECT ON {database}.events TO {user};
GRANT SELECT ON {database}.milestones TO {user};
GRANT SELECT, INSERT, UPDATE (at, source), DELETE ON {database}.attendance TO {user};
GRANT SELECT, INSERT, UPDATE (removed_at) ON {database}.shop_attendance TO {user};
GRANT SELECT, INSERT ON {database}.claim_rechecks TO {user};
GRANT SELECT ON {database}.attendance_archive TO {user};
GRANT SELECT, UPDATE (remain, low_alerts, sold_out_alerts) ON {database}.products TO {user};
GRANT SELECT, INSERT, UPDATE (state, tracking, coupon, client_hash, received_ms, reviewed_at) ON {database}.claims TO {user};
GRANT SELECT, UPDATE (claim_id) ON {database}.coupon_codes TO {user};
GRANT SELECT, INSERT, UPDATE (remain) ON {database}.stock_movements TO {user};
GRANT SELECT, INSERT ON {database}.point_entries TO {user};
GRANT SELECT, INSERT, UPDATE (state, settled_at, reference, failure, announced) ON {database}.payouts TO {user};
GRANT SELECT, INSERT, UPDATE (remaining, expires_at, expiries, is_announced) ON {database}.point_lots TO {user};
GRANT SELECT, INSERT ON {database}.point_lot_uses TO {user};
GRANT SELECT, INSERT ON {database}.point_refunds TO {user};
GRANT SELECT ON {database}.daily_points TO {user};
GRANT SELECT, INSERT ON {database}.check_in_payments TO {user};
GRANT SELECT, UPDATE (remaining) ON {database}.point_budgets TO {user};
GRANT SELECT ON {database}.webhook_subscriptions TO {user};
GRANT SELECT (id, state) ON {database}.webhook_endpoints TO {user};
GRANT SELECT (channel, state, created_at), INSERT ON {database}.outbox_messages TO {user};
GRANT SELECT ON {database}.delivery_holds TO {user};
GRANT SELECT, UPDATE (last_used_at) ON {database}.api_keys TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.removed_subjects TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.removed_subject_events TO {user};
GRANT INSERT ON {database}.removals TO {user};
GRANT INSERT ON {database}.audit_entries TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.claim_addresses TO {user};
GRANT SELECT, DELETE ON {database}.excluded_users TO {user};
GRANT SELECT (openid_issuer, openid_subject, state) ON {database}.staff TO {user};

-- program: console
GRANT SELECT ON {database}.issuers TO {user};
GRANT SELECT, UPDATE (subject, username, state, points, expires_at) ON {database}.users TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.events TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.milestones TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.products TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.attendance TO {user};
GRANT SELECT, UPDATE (removed_at) ON {database}.shop_attendance TO {user};
GRANT SELECT ON {database}.claim_rechecks TO {user};
GRANT SELECT ON {database}.attendance_archive TO {user};
GRANT SELECT, UPDATE (state, tracking, coupon, another_round, reviewed_at, client_hash, received_ms) ON {database}.claims TO {user};
GRANT SELECT, INSERT, UPDATE (remain) ON {database}.stock_movements TO {user};
GRANT SELECT, INSERT ON {database}.point_entries TO {user};
GRANT SELECT, INSERT, UPDATE (state, settled_at, reference, failure, announced) ON {database}.payouts TO {user};
GRANT SELECT, INSERT, UPDATE (remaining, expires_at, expiries, is_announced) ON {database}.point_lots TO {user};
GRANT SELECT, INSERT ON {database}.point_lot_uses TO {user};
GRANT SELECT, INSERT ON {database}.point_refunds TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.daily_points TO {user};
GRANT SELECT, INSERT, UPDATE (reversed_at) ON {database}.check_in_payments TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.point_budgets TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.webhook_endpoints TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.webhook_subscriptions TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.outbox_messages TO {user};
GRANT SELECT, DELETE ON {database}.delivery_holds TO {user};
GRANT SELECT ON {database}.webhook_attempts TO {user};
GRANT SELECT (id, name, scopes, created_at, expires_at, last_used_at, revoked_at), INSERT, UPDATE (expires_at, revoked_at) ON {database}.api_keys TO {user};
GRANT SELECT, INSERT ON {database}.audit_entries TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.alert_recipients TO {user};
GRANT SELECT ON {database}.digests TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.staff TO {user};
GRANT SELECT, INSERT, UPDATE (seen_at), DELETE ON {database}.staff_sessions TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.sign_in_failures TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.form_uses TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.summaries TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.participants TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.outages TO {user};

GRANT SELECT, UPDATE, DELETE ON {database}.claim_addresses TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.removed_subjects TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.removed_subject_events TO {user};
GRANT SELECT, INSERT ON {database}.removals TO {user};

GRANT SELECT, INSERT ON {database}.coupon_codes TO {user};

GRANT SELECT, INSERT, DELETE ON {database}.excluded_users TO {user};

-- program: notifier
GRANT SELECT, UPDATE (announced) ON {database}.payouts TO {user};
GRANT SELECT (erase_at), DELETE ON {database}.claim_addresses TO {user};
GRANT SELECT ON {database}.issuers TO {user};
GRANT SELECT, UPDATE (points, expires_at) ON {database}.users TO {user};
GRANT SELECT ON {database}.events TO {user};
GRANT SELECT ON {database}.milestones TO {user};
GRANT SELECT ON {database}.attendance TO {user};
GRANT SELECT, UPDATE (low_announced, sold_out_announced) ON {database}.products TO {user};
GRANT SELECT ON {database}.claims TO {user};
GRANT SELECT ON {database}.stock_movements TO {user};
GRANT SELECT, INSERT ON {database}.point_entries TO {user};
GRANT SELECT, UPDATE (remaining, expires_at, expiries, is_announced) ON {database}.point_lots TO {user};
GRANT SELECT, INSERT ON {database}.point_lot_uses TO {user};
GRANT SELECT, UPDATE (state) ON {database}.webhook_endpoints TO {user};
GRANT SELECT ON {database}.webhook_subscriptions TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.outbox_messages TO {user};
GRANT SELECT ON {database}.alert_recipients TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.delivery_holds TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.webhook_attempts TO {user};
GRANT SELECT, INSERT ON {database}.digests TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.milestone_closings TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.retention_marks TO {user};
GRANT SELECT (created_at), DELETE ON {database}.staff_sessions TO {user};
GRANT SELECT (last_at), DELETE ON {database}.sign_in_failures TO {user};
GRANT SELECT, DELETE ON {database}.removed_subjects TO {user};
GRANT SELECT ON {database}.removed_subject_events TO {user};
GRANT UPDATE (client_hash) ON {database}.claims TO {user};
GRANT SELECT ON {database}.attendance_archive TO {user};
