CREATE TABLE record (
    id {id},
    version {int} NOT NULL CHECK (version > 0),
    body {blob} NOT NULL
);
-- Unshielded records, every searchable field.
CREATE TABLE search_key (
    key {int} NOT NULL,
    record {int} NOT NULL,
    PRIMARY KEY (key, record)
){without_rowid};
-- Shielded records, visible fields only (R43, R44).
CREATE TABLE shielded_key (
    key {int} NOT NULL,
    record {int} NOT NULL,
    PRIMARY KEY (key, record)
){without_rowid};
-- Shielded records, every field: read only when a supplied row is resolved (F1).
CREATE TABLE guarded_key (
    key {int} NOT NULL,
    record {int} NOT NULL,
    PRIMARY KEY (key, record)
){without_rowid};
CREATE TABLE event (
    id {id},
    leaf {int},
    actor {int},
    subject {int},
    commitment {blob} NOT NULL,
    body {blob} NOT NULL
);
CREATE UNIQUE INDEX event_leaf ON event (leaf) WHERE leaf IS NOT NULL;
CREATE INDEX event_pending ON event (id) WHERE leaf IS NULL;
CREATE INDEX event_actor ON event (actor, id) WHERE actor IS NOT NULL;
CREATE INDEX event_subject ON event (subject, id) WHERE subject IS NOT NULL;
-- Hash tiles have level 0 and up; entry bundles have level -1. The widest of each place is kept.
CREATE TABLE tile (
    level {int} NOT NULL,
    position {int} NOT NULL,
    width {int} NOT NULL CHECK (width BETWEEN 1 AND 256),
    body {blob} NOT NULL,
    PRIMARY KEY (level, position)
);
CREATE TABLE checkpoint (
    size {id},
    note TEXT NOT NULL
);
CREATE TABLE reference (
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    body {blob} NOT NULL,
    PRIMARY KEY (kind, code)
);
CREATE TABLE organisation (
    id {id},
    authority TEXT,
    body {blob} NOT NULL
);
CREATE TABLE account (
    id {id},
    user_name {int} NOT NULL UNIQUE,
    organisation {int} NOT NULL,
    token_step {int} NOT NULL,
    secrets {blob} NOT NULL,
    body {blob} NOT NULL
);
CREATE TABLE session (
    id {id},
    account {int} NOT NULL,
    started {int} NOT NULL,
    last_used {int} NOT NULL,
    body {blob} NOT NULL
);
CREATE INDEX session_account ON session (account);
-- The reason given in a session for a record (R71): once for the work on one child.
CREATE TABLE reason_given (
    session {int} NOT NULL,
    record {int} NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (session, record)
){without_rowid};
-- Supplied rows that wait for a person, sealed: those in doubt, and those held because they may be of a shielded child.
CREATE TABLE task (
    id {id},
    kind TEXT NOT NULL CHECK (kind IN ('review', 'held')),
    source {int} NOT NULL,
    body {blob} NOT NULL
);
CREATE UNIQUE INDEX task_source ON task (source);
CREATE TABLE feed (
    supplier TEXT NOT NULL,
    sector TEXT NOT NULL,
    last_supplied {int} NOT NULL,
    PRIMARY KEY (supplier, sector)
);
INSERT INTO meta (name, value) VALUES ('reference', '0');
-- The log's tree: its size and frontier. Its row is the sequencer's lease.
INSERT INTO meta (name, value) VALUES ('tree', '0');
INSERT INTO meta (name, value) VALUES ('supply', '0');
