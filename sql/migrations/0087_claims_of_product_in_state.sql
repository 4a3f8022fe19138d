-- SPDX-License-Identifier: MIT
-- Claims of a product in one state may be few among very many. The key keeps its name, which programs ask for, and its size: the id was in it already.
ALTER TABLE claims DROP KEY claims_product, ADD KEY claims_product (product_id, state, id);
