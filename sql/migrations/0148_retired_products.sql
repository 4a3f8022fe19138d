-- SPDX-License-Identifier: MIT
-- Since when no new milestone can use the product and lists hide it. Existing milestones and claims continue.
ALTER TABLE products ADD COLUMN retired_at DATETIME NULL;
