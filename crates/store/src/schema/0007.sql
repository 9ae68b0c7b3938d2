-- Figures of data quality as everybody sees them, suppressed and rounded before they are written; 0: withheld. What is few is not here.
-- authority '' and supplier '': over all of them; authority 'none': of no authority.
CREATE TABLE figure (
    measure TEXT NOT NULL,
    authority TEXT NOT NULL,
    supplier TEXT NOT NULL,
    shown {int} NOT NULL CHECK (shown = 0 OR shown >= 10),
    PRIMARY KEY (measure, authority, supplier)
){without_rowid};
CREATE INDEX run_state ON run (state, supplier, id);
