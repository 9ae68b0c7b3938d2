-- The kinds of fault that a run's file had, by column and rule, and how often; never a value. It follows from the file alone (X2).
CREATE TABLE run_fault (
    id {id},
    body {blob} NOT NULL
);
