-- Settings that administrators change while Janua runs. They stand here, and not in a process, so that every instance
-- follows. The value is an object; what it may hold is decided by the code that knows the key.
CREATE TABLE settings (
    key        TEXT        PRIMARY KEY,
    value      JSONB       NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
