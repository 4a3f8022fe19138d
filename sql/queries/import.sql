-- SPDX-License-Identifier: MIT
-- Importing attendance, in batches of some thousand rows as one JSON document: i is the issuer's
-- id, s the subject's bytes in hex, d the date, h the hash that recognizes an erased customer.

-- name: import_customers
INSERT INTO users (issuer_id, subject, username, created_at)
SELECT DISTINCT r.issuer_id, UNHEX(r.subject), CONVERT(UNHEX(r.subject) USING utf8mb4), ?
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (issuer_id SMALLINT UNSIGNED PATH '$.i', subject VARCHAR(510) PATH '$.s', hash VARCHAR(64) PATH '$.h')) r
  LEFT JOIN users u ON u.issuer_id = r.issuer_id AND u.subject = UNHEX(r.subject)
  LEFT JOIN removed_subjects k ON k.subject_hash = UNHEX(r.hash) AND (k.keep_until > ? OR EXISTS (SELECT 1
    FROM removed_subject_events o JOIN events e ON e.id = o.event_id WHERE o.subject_hash = k.subject_hash AND e.ends_on > ?))
WHERE u.id IS NULL AND k.subject_hash IS NULL
ON DUPLICATE KEY UPDATE users.username = users.username;

-- An existing check-in of that day keeps its row.
-- name: import_attendance
INSERT INTO attendance (event_id, user_id, date, at, source)
SELECT ?, u.id, r.date, ?, 'import'
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]'
    COLUMNS (issuer_id SMALLINT UNSIGNED PATH '$.i', subject VARCHAR(510) PATH '$.s', date DATE PATH '$.d')) r
  JOIN users u ON u.issuer_id = r.issuer_id AND u.subject = UNHEX(r.subject)
ON DUPLICATE KEY UPDATE attendance.source = attendance.source;

-- Rows of erased customers, who are skipped.
-- name: import_left_out
SELECT COUNT(*) AS total
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (issuer_id SMALLINT UNSIGNED PATH '$.i', subject VARCHAR(510) PATH '$.s')) r
  LEFT JOIN users u ON u.issuer_id = r.issuer_id AND u.subject = UNHEX(r.subject)
WHERE u.id IS NULL;
