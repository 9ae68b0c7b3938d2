-- The programs of suppliers: who may come to the door, with which keys, and how what they send is read.
CREATE TABLE supplier_client (
    id {id},
    body {blob} NOT NULL
);
-- Assertions that were taken once, until they would have ended: none is taken twice.
CREATE TABLE supply_assertion (
    id {id},
    expires {int} NOT NULL
);
CREATE TABLE supply_token (
    id {id},
    client {int} NOT NULL,
    expires {int} NOT NULL,
    body {blob} NOT NULL
);
-- Files that came through the door, by the key their sender gave them.
CREATE TABLE supply_upload (
    id {id},
    client {int} NOT NULL,
    version {int} NOT NULL,
    touched {int} NOT NULL,
    body {blob} NOT NULL
);
