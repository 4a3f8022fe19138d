-- SPDX-License-Identifier: MIT
-- Once a removed person's subject is forgotten, nothing of the hash stays.
ALTER TABLE removed_subject_events ADD CONSTRAINT removed_subject_events_subject FOREIGN KEY (subject_hash)
  REFERENCES removed_subjects (subject_hash) ON DELETE CASCADE;
