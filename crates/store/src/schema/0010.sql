-- What suppliers took back of sensitive involvements: a keyed hash that stands nowhere else, and the last day whose words are not heard again,
-- as a number (20261118). Neither tells of whom it was, or of which service (X5, R28).
CREATE TABLE withdrawn (
    key {id},
    day {int} NOT NULL
);
