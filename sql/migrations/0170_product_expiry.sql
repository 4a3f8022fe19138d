-- SPDX-License-Identifier: MIT
-- When points of the product expire: so many days or months after the claim, or at the end of its month or year. NULL: never.
ALTER TABLE products
  ADD COLUMN expires ENUM('days','months','month-end','year-end') NULL,
  ADD COLUMN expires_after SMALLINT UNSIGNED NULL;
