DROP TABLE events;
DROP TABLE outbox;
