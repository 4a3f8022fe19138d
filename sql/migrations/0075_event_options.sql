-- SPDX-License-Identifier: MIT
-- What an event asks of those who take part, and what it watches. needs_account_days 0: any age. review_customers: claims of an item are
-- looked at before they ship when so many customers claimed it from one address, 0: never. closing_hours: so long before a claim deadline
-- the shop is told who has not claimed, 0: never.
ALTER TABLE events
  ADD COLUMN needs_email TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN needs_phone TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN needs_account_days SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN excludes_staff TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN review_customers SMALLINT UNSIGNED NOT NULL DEFAULT 5,
  ADD COLUMN closing_hours SMALLINT UNSIGNED NOT NULL DEFAULT 24;
