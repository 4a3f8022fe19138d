-- SPDX-License-Identifier: MIT
-- Importing attendance, some thousand rows at a time as one JSON document: i is the issuer's id, s the subject's bytes in hex, d the date.

-- name: import_customers
INSERT INTO users (issuer_id, subject, username, created_at)
SELECT DISTINCT r.issuer_id, UNHEX(r.subject), CONVERT(UNHEX(r.subject) USING utf8mb4), ?
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (issuer_id SMALLINT UNSIGNED PATH '$.i', subject VARCHAR(510) PATH '$.s')) r
  LEFT JOIN users u ON u.issuer_id = r.issuer_id AND u.subject = UNHEX(r.subject)
WHERE u.id IS NULL
ON DUPLICATE KEY UPDATE users.username = users.username;

-- Who checked in on that day keeps the row that is there.
-- name: import_attendance
INSERT INTO attendance (event_id, user_id, date, at, source)
SELECT ?, u.id, r.date, ?, 'import'
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]'
    COLUMNS (issuer_id SMALLINT UNSIGNED PATH '$.i', subject VARCHAR(510) PATH '$.s', date DATE PATH '$.d')) r
  JOIN users u ON u.issuer_id = r.issuer_id AND u.subject = UNHEX(r.subject)
ON DUPLICATE KEY UPDATE attendance.source = attendance.source;
