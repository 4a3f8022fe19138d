-- SPDX-License-Identifier: MIT
-- How staff look for claims: by event, by product, by state, the newest first.
ALTER TABLE claims
  ADD KEY claims_event (event_id, id),
  ADD KEY claims_product (product_id, id),
  ADD KEY claims_in_state (state, id);
