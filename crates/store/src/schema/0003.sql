-- Supply runs, one for each file. What a run is and did is sealed; file is a keyed hash of what was sent and how it is read.
CREATE TABLE run (
    id {id},
    supplier TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'released', 'running', 'paused', 'done', 'taken back')),
    file {int} NOT NULL,
    applied {int} NOT NULL CHECK (applied >= 0),
    body {blob} NOT NULL
);
CREATE INDEX run_supplier ON run (supplier, id);
CREATE UNIQUE INDEX run_file ON run (file) WHERE state <> 'taken back';
-- The journal of a run, one part for each batch, by the turn of supply in which it was written: by it a run is taken back.
CREATE TABLE run_part (
    id {id},
    run {int} NOT NULL,
    body {blob} NOT NULL
);
CREATE INDEX run_part_run ON run_part (run, id);
-- The supplier's own keys that a run's file has, hashed and in order: by them a full file ends what it no longer has.
CREATE TABLE run_key (
    run {int} NOT NULL,
    part {int} NOT NULL,
    body {blob} NOT NULL,
    PRIMARY KEY (run, part)
);
