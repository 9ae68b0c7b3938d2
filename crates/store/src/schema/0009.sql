-- Keys with the same names, and those of one place, lie near one another (key.rs): opening the directory files all of them anew. What guards a
-- shielded child stays beside the new: a shield loses nothing (F1).
DELETE FROM search_key;
DELETE FROM shielded_key;
DELETE FROM follow_key;
DELETE FROM task_key;
DELETE FROM key_run;
