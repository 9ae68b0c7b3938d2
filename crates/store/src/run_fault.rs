//! What was wrong with the files of runs, kept by column and rule. It follows from a file alone: whether a row met a shielded child changes
//! nothing of it (X2).

use directory::bytes::{Reader, Writer};
use directory::run::{Run, RunId};
use directory::run_fault::{FaultCost, RunFault};
use directory::text::SupplierCode;

use crate::Store;
use crate::driver::Value;
use crate::error::Error;
use crate::seal::Column;

/// The most kinds of fault that are kept of one run: the most frequent.
pub const RUN_FAULTS_MAX: usize = 64;
/// How many runs that came to their end are told of one after the other.
pub const RATED_RUNS_MAX: usize = 4;
const LATELY: &str = "SELECT id, supplier, state, body FROM run WHERE supplier = $1 AND state = 'done' ORDER BY id DESC LIMIT 4";
/// The version of the bytes. A change of the form is a new version, and old ones stay readable.
const VERSION: u8 = 1;

/// A run that came to its end, and what was wrong with its file. `None`: it began before that was kept.
pub type Rated = (Run, Option<Vec<RunFault>>);

impl Store {
    /// Keeps what was wrong with the file of a run, in place of what was kept when it was checked before: the most frequent
    /// [`RUN_FAULTS_MAX`] kinds.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn keep_faults(&self, run: RunId, mut faults: Vec<RunFault>) -> Result<(), Error> {
        faults.sort_by_key(|fault| std::cmp::Reverse(fault.count));
        faults.truncate(RUN_FAULTS_MAX);
        let plain = encode(&faults);
        let body = self
            .ring()
            .seal(Column::RunFaultBody, run.0, &plain, self.random())?;
        self.writer.write(move |connection| {
            let sql = "INSERT INTO run_fault (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
            connection.execute(sql, &[Value::Int(run.0), Value::Blob(&body)])?;
            Ok(())
        })
    }

    /// What was wrong with the file of a run, the most frequent first. `None`: the run began before that was kept.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn run_faults(&self, run: RunId) -> Result<Option<Vec<RunFault>>, Error> {
        let sql = "SELECT body FROM run_fault WHERE id = $1";
        let found = self.read(sql, &[Value::Int(run.0)], |row| row.blob(0))?;
        let Some(body) = found.into_iter().next() else {
            return Ok(None);
        };
        let plain = self.ring().unseal(Column::RunFaultBody, run.0, &body)?;
        let faults = decode(&plain).ok_or(Error::Inconsistent("the faults of a supply run"))?;
        Ok(Some(faults))
    }

    /// The last [`RATED_RUNS_MAX`] runs of a supplier that came to their end, the newest first, with what was wrong with their files.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn faults_lately(&self, supplier: &SupplierCode) -> Result<Vec<Rated>, Error> {
        let runs = self.read(LATELY, &[Value::Text(supplier.as_str())], |row| {
            self.read_run(row)
        })?;
        let rated = runs.into_iter().map(|run| {
            let faults = self.run_faults(run.id)?;
            Ok((run, faults))
        });
        rated.collect()
    }
}

fn encode(faults: &[RunFault]) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(VERSION);
    out.list(faults, |out, fault| {
        out.u8(u8::from(fault.cost == FaultCost::Asked));
        out.option(fault.column.as_deref(), Writer::text);
        for text in [&fault.what, &fault.wrong, &fault.rule] {
            out.text(text);
        }
        out.u64(fault.count);
    });
    out.finish()
}

/// `None`: not of a known version, or cut short.
fn decode(bytes: &[u8]) -> Option<Vec<RunFault>> {
    let mut from = Reader::new(bytes);
    if from.u8()? != VERSION {
        return None;
    }
    let faults = from.list(|from| {
        Some(RunFault {
            cost: match from.u8()? {
                0 => FaultCost::Refused,
                _ => FaultCost::Asked,
            },
            column: from.option(|from| from.text().map(ToOwned::to_owned))?,
            what: from.text()?.to_owned(),
            wrong: from.text()?.to_owned(),
            rule: from.text()?.to_owned(),
            count: from.u64()?,
        })
    })?;
    from.is_finished().then_some(faults)
}
