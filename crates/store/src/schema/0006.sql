-- Records with reports or corrections that are not settled, under those who follow them: suppliers told, and the authority.
-- No search reads it.
CREATE TABLE follow_key (
    key {int} NOT NULL,
    record {int} NOT NULL,
    PRIMARY KEY (key, record)
){without_rowid};
