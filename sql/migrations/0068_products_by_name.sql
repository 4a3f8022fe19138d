-- SPDX-License-Identifier: MIT
-- Products by name. There is no such key for the stock: it would cost each claim of a hot product its upkeep, and products are few.
ALTER TABLE products ADD KEY products_name (name, id);
