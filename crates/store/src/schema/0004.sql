-- Whose officers decide of a row that waits, by the keyed hash of an authority; 0: of no authority.
ALTER TABLE task ADD COLUMN area {int} NOT NULL DEFAULT 0;
-- How likely it is of a known child, in thousandths of a bit.
ALTER TABLE task ADD COLUMN likelihood {int} NOT NULL DEFAULT 0;
-- When somebody last could not tell, and who; 0: nobody has looked.
ALTER TABLE task ADD COLUMN put_off {int} NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN put_off_by {int} NOT NULL DEFAULT 0;
CREATE INDEX task_list ON task (kind, area, put_off, id);
-- The keys by which a row that waits would be found to be of a shielded child: read when a shield is placed (F1). The record is a task.
CREATE TABLE task_key (
    key {int} NOT NULL,
    record {int} NOT NULL,
    PRIMARY KEY (key, record)
){without_rowid};
CREATE INDEX task_key_record ON task_key (record);
