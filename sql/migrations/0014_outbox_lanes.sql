-- SPDX-License-Identifier: MIT
-- How the notifier looks for work: mails by time, webhooks by endpoint and time, and what a lease took.
ALTER TABLE outbox_messages
  ADD KEY outbox_messages_lane (state, channel, endpoint_id, due_at, id),
  ADD KEY outbox_messages_lease (lease_owner),
  ADD KEY outbox_messages_done (state, done_at);
