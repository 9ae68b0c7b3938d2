-- The keys that wait during a first load, one run for each batch; see first_load.rs.
CREATE TABLE key_run (
    id {id},
    body {blob} NOT NULL
);
INSERT INTO meta (name, value) VALUES ('first-load', 'no');
