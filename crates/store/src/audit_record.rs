//! The records held against the ledger: none in an older version than the ledger names, none open that was shielded, none gone; and
//! shielded ones under their own keys.

use std::collections::HashMap;

use directory::event::{Event, What};
use directory::number::Number;
use directory::record::{Record, Shielding};

use crate::audit::{Finding, unfit_as};
use crate::audit_setting::Settings;
use crate::driver::Value;
use crate::error::Error;
use crate::seal::Column;
use crate::{Store, codec};

/// How many records are read at a time.
const RECORDS_BATCH: i64 = 1_024;
/// The version of a record that an event names without its version: it was there.
const VERSION_FIRST: i64 = 1;

/// What the ledger says of records. It grows with the number of different children the ledger names, by some 64 bytes each.
#[derive(Default)]
pub(crate) struct Told {
    of: HashMap<u64, Named>,
    /// What it says of those who may look.
    pub(crate) settings: Settings,
}

/// What the ledger says of one record.
struct Named {
    /// The highest version any event names.
    version: i64,
    /// Where it does; `None`: in an event that has no place yet.
    position: Option<u64>,
    /// The last that was said of its shield. No event takes one off yet; the event that will has to be heard here.
    shielding: Shielding,
    was_met: bool,
}

impl Told {
    /// Takes in an event; they come in the order of the log.
    pub(crate) fn hear(&mut self, event: &Event, position: Option<u64>) {
        self.settings.hear(event, position);
        match &event.what {
            What::Searched { shown, .. } => {
                for seen in shown {
                    self.named(seen.number, seen.version, position);
                }
            }
            What::RowShown { shown, .. } => {
                for seen in shown {
                    self.named(seen.number, seen.version, position);
                }
            }
            What::ConnectedShown { seen, shown, .. } => {
                for seen in shown.iter().chain([seen]) {
                    self.named(seen.number, seen.version, position);
                }
            }
            What::Opened { seen, .. }
            | What::WorkBegun { seen, .. }
            | What::WorkEnded { seen, .. }
            | What::WorkEndedFor { seen, .. }
            | What::ConnectedFound { seen }
            | What::ConnectedDecided { seen, .. }
            | What::DuplicateJudged { seen, .. } => {
                self.named(seen.number, seen.version, position);
            }
            What::ShieldPlaced { number, .. } => {
                self.named(*number, VERSION_FIRST, position).shielding = Shielding::Shielded;
            }
            _ => {
                if let Some(number) = event.number() {
                    self.named(number, VERSION_FIRST, position);
                }
            }
        }
    }

    fn named(&mut self, number: Number, version: i64, position: Option<u64>) -> &mut Named {
        let named = self.of.entry(number.digits()).or_insert(Named {
            version,
            position,
            shielding: Shielding::None,
            was_met: false,
        });
        if version > named.version {
            named.version = version;
            named.position = position;
        }
        named
    }

    /// What is wrong with a record as it stands.
    fn untrue(&mut self, id: i64, version: i64, record: &Record) -> Option<Finding> {
        let named = self.of.get_mut(&record.number.digits())?;
        named.was_met = true;
        let what = if version < named.version {
            format!(
                "record {id} was put back: it stands in version {version}, and the ledger names version {}",
                named.version
            )
        } else if named.shielding == Shielding::Shielded && record.shielding() == Shielding::None {
            format!("record {id} is open, and the ledger says that it was shielded")
        } else {
            return None;
        };
        Some(Finding {
            position: named.position,
            what,
        })
    }

    /// The first event that names a record which is not there.
    fn unmet(&self) -> Option<Finding> {
        let unmet = self.of.values().filter(|named| !named.was_met);
        let first = unmet.min_by_key(|named| named.position.unwrap_or(u64::MAX))?;
        Some(Finding {
            position: first.position,
            what: "a record that the ledger names is not there".to_owned(),
        })
    }
}

impl Store {
    /// The first record that is not as the ledger says. To be asked when the whole ledger was heard: records are read later than the
    /// events, so that what is done meanwhile makes them newer only.
    pub(crate) fn untrue_record(&self, told: &mut Told) -> Result<Option<Finding>, Error> {
        let mut after = i64::MIN;
        loop {
            let sql = "SELECT id, version, body FROM record WHERE id > $1 ORDER BY id LIMIT $2";
            let values = [Value::Int(after), Value::Int(RECORDS_BATCH)];
            let rows = self.read(sql, &values, |row| {
                let body = unfit_as(row.blob(2), Vec::new())?;
                Ok((row.int(0)?, row.int(1)?, body))
            })?;
            let Some((last, _, _)) = rows.last() else {
                return Ok(told.unmet());
            };
            after = *last;
            for (id, version, body) in rows {
                let opened = self.ring().unseal(Column::RecordBody(version), id, &body);
                let Some(record) = opened.ok().and_then(|plain| codec::decode(&plain)) else {
                    return Ok(Some(Finding {
                        position: None,
                        what: format!("record {id} was changed or moved: it does not open"),
                    }));
                };
                let untrue = told.untrue(id, version, &record);
                if let Some(finding) = untrue
                    .map_or_else(|| self.misfiled(id, &record), |finding| Ok(Some(finding)))?
                {
                    return Ok(Some(finding));
                }
            }
        }
    }
}
