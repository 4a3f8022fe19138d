-- SPDX-License-Identifier: MIT
-- How many customers claimed a product from one address.
ALTER TABLE claims ADD KEY claims_client (client_hash, product_id, user_id);
