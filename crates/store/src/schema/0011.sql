-- An unshielded child is found by every name that a source gives at present, as by the one that is shown.
-- A supplier's own keys lead to what has ended under them too, so that older words are found to be older. Opening the directory files anew.
DELETE FROM search_key;
DELETE FROM follow_key;
DELETE FROM key_run;
