-- An older binary can neither open a row without a private half nor end the life of a key.
DELETE FROM signing_keys WHERE length(sealed) = 0 OR state = 'next';
DROP INDEX idx_signing_keys_next;
ALTER TABLE signing_keys DROP COLUMN token_seconds;
ALTER TABLE signing_keys DROP COLUMN retires_at;
ALTER TABLE signing_keys DROP COLUMN activates_at;
ALTER TABLE signing_keys DROP COLUMN published_at;
