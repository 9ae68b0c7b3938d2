-- An unshielded child is found by every name that a source gives at present, as by the one that is shown, and by none that was corrected:
-- opening the directory files them anew. Behind shields nothing changes.
DELETE FROM search_key;
DELETE FROM key_run;
