-- Sessions in which an administrator acts for their owner. No reference to who acts: whether they still may is asked with
-- every request. Empty where an operator gave the order at the command line: the session it belongs to.
ALTER TABLE sessions ADD COLUMN impersonator_id TEXT;
ALTER TABLE sessions ADD COLUMN impersonator_session_id TEXT;
ALTER TABLE sessions ADD COLUMN impersonation_reason TEXT;
CREATE INDEX idx_sessions_impersonator_id ON sessions (impersonator_id) WHERE impersonator_id IS NOT NULL;

-- What is kept of somebody is found without looking at everybody's.
CREATE INDEX idx_outbox_user_id ON outbox (user_id, id);
CREATE INDEX idx_invitations_address ON invitations (email, id);

-- Figures of the last month.
CREATE INDEX idx_events_sign_ins ON events (at) WHERE name = 'session.started';
CREATE INDEX idx_events_failed_sign_ins ON events (at) WHERE name = 'sign_in.failed';
CREATE INDEX idx_events_registrations ON events (at) WHERE name = 'user.registered';
