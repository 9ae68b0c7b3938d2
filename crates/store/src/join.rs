//! Merging two records of one child, splitting one record of two children, and taking either back, each with its event.
//!
//! Data officers join and part open records. If either is shielded, only shielding officers of the authority responsible for every
//! shielded one may (C6), and what comes of it is shielded (X9).

use directory::Now;
use directory::access::{Refusal, Viewer};
use directory::account::Role;
use directory::child::View;
use directory::disclosure::{Disclosure, Receipt, SealedPart, open_parts};
use directory::event::{Asked, Event, What};
use directory::joining::{Joining, Unjoinable};
use directory::reason::Reason;
use directory::record::{Author, Record, Shielding};
use directory::row::RowMark;
use directory::statement::{Said, Source, SourceKind, Statement};
use directory::survivorship;
use directory::text::AuthorityCode;

use crate::Store;
use crate::batch::Batch;
use crate::disclose::TRIES_MAX;
use crate::error::Error;
use crate::filing::{number_key, source_key};
use crate::keys::{Depth, Index};
use crate::learned::ShieldIs;
use crate::session::{Pointer, Session};

/// What is to be done to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Join {
    /// Take over the record of this reference, which is of the same child.
    Merge(String),
    /// Give what the sources of these references said to a new record.
    Split(Vec<String>),
    /// Take back the last merger or split.
    Undo,
}

/// What one source said of a child, to be told from what others said.
pub struct Part {
    /// The reference by which it is chosen, good in this session only.
    pub reference: String,
    /// What kind of source it is.
    pub source: SourceKind,
    /// What may be seen of it.
    pub view: View,
}

/// A record by its sources.
pub struct Parts {
    /// The whole of it.
    pub disclosure: Disclosure,
    /// What each of its sources says by itself.
    pub parts: Vec<Part>,
}

impl Store {
    /// Shows a record by its sources, to somebody who gave a reason for it: an event like any other sight of it.
    ///
    /// # Errors
    /// [`Error`] when the event could not be made durable: nothing is shown then.
    pub fn disclose_parts(
        &self,
        session: &Session,
        reference: &str,
        now: Now,
    ) -> Result<Result<Parts, Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let Some(loaded) = self.pointed_record(session, reference)? else {
                return self.refuse(session, (Asked::Join, None, None), Refusal::NoRecord, now);
            };
            let number = Some(loaded.record.number);
            let Some(reason) = self.reason_for(session, loaded.id)? else {
                return self.refuse(session, (Asked::Join, number, None), Refusal::NoReason, now);
            };
            let sealed = self.sealed(&loaded, now);
            let viewer = may_join(session, &loaded.record)
                .and_then(|()| sealed.viewer(session.actor(), reason));
            let viewer = match viewer {
                Ok(viewer) => viewer,
                Err(refusal) => {
                    return self.refuse(session, (Asked::Join, number, Some(reason)), refusal, now);
                }
            };
            let what = What::Opened {
                seen: sealed.seen(),
                reason,
                viewer,
            };
            let event = Event::now(now, session.by(), what);
            let versions = vec![(loaded.id, loaded.version)];
            match Receipt::after(self.append(event, versions)?) {
                Ok(receipt) => {
                    let (kinds, parts) = self.parts(&loaded.record, now);
                    let opened = open_parts(&receipt, session.actor(), sealed, parts);
                    let (disclosure, views) = match opened {
                        Ok(opened) => opened,
                        Err(refusal) => return Ok(Err(refusal)),
                    };
                    let mut parts = Vec::with_capacity(views.len());
                    for ((mark, view), source) in views.into_iter().zip(kinds) {
                        parts.push(Part {
                            reference: session.point(Pointer::Part, mark.0)?,
                            source,
                            view,
                        });
                    }
                    return Ok(Ok(Parts { disclosure, parts }));
                }
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// Whether there is a merger or a split of a record that this person could take back.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn last_joining(
        &self,
        session: &Session,
        reference: &str,
    ) -> Result<Option<Joining>, Error> {
        let loaded = self.pointed_record(session, reference)?;
        Ok(loaded
            .filter(|loaded| may_join(session, &loaded.record).is_ok())
            .and_then(|loaded| loaded.record.last_joining()))
    }

    /// Merges, splits, or takes back the last of either. [`Refusal::DoesNotFit`]: together they hold too much, or nothing would go or
    /// stay; [`Refusal::AlreadySo`]: there is nothing to take back.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing is changed then.
    pub fn join(
        &self,
        session: &Session,
        reference: &str,
        join: &Join,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let Some(id) = session.pointed(Pointer::Record, reference) else {
            return self.refuse(session, (Asked::Join, None, None), Refusal::NoRecord, now);
        };
        let Some(reason) = self.reason_for(session, id)? else {
            return self.refuse(session, (Asked::Join, None, None), Refusal::NoReason, now);
        };
        self.decide_in_batch(session, (Asked::Join, Some(reason)), now, |batch| {
            self.join_in(batch, session, ((id, reason), join))
        })
    }

    pub(crate) fn join_in(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        ((id, reason), join): ((i64, Reason), &Join),
    ) -> Result<Result<(), Refusal>, Error> {
        self.bring(batch, &[id])?;
        let Some(mut one) = record(batch, id) else {
            return Ok(Err(Refusal::NoRecord));
        };
        let other = match join {
            Join::Merge(reference) => session.pointed(Pointer::Record, reference),
            Join::Split(_) => Some(self.new_record(batch)?),
            Join::Undo => self.other_of(batch, &one)?,
        };
        let Some(other_id) = other else {
            return Ok(Err(Refusal::AlreadySo));
        };
        self.bring(batch, &[other_id])?;
        let Some(mut other) = record(batch, other_id) else {
            return Ok(Err(Refusal::NoRecord));
        };
        let both: &[(i64, &Record)] = match join {
            Join::Merge(_) => &[(id, &one), (other_id, &other)],
            // A split record that was shielded since is theirs alone who may see behind it: everything hidden of it would come here (C6).
            Join::Undo if is_behind(&other) => &[(id, &one), (other_id, &other)],
            Join::Split(_) | Join::Undo => &[(id, &one)],
        };
        for (id, record) in both {
            if let Err(refusal) = self.may_join_seen(batch, session, (*id, record, reason)) {
                return Ok(Err(refusal));
            }
        }
        if !is_of_own_area(session, [&one, &other]) {
            return Ok(Err(Refusal::NotPermitted));
        }
        if let Join::Merge(_) = join
            && self.reason_for(session, other_id)?.is_none()
        {
            return Ok(Err(Refusal::NoReason));
        }
        let before = [one.shielding(), other.shielding()];
        let what = match self.carry_out(batch, session, (&mut one, &mut other, join)) {
            Ok(what) => what,
            Err(Unjoinable::NothingToUndo) => return Ok(Err(Refusal::AlreadySo)),
            Err(Unjoinable::Full | Unjoinable::NotTwo | Unjoinable::Participates) => {
                return Ok(Err(Refusal::DoesNotFit));
            }
        };
        let event = self.prepare(&Event::now(batch.now, session.by(), what))?;
        batch.waits.events.push(event);
        // Both first: nobody is asked about what went from one to the other where it was.
        self.revise(batch, (id, one), None)?;
        self.revise(batch, (other_id, other), None)?;
        for (id, before) in [id, other_id].into_iter().zip(before) {
            self.guard_joined(batch, session, (id, before))?;
        }
        Ok(Ok(()))
    }

    /// Guards a joined record, if it is shielded. One that is so from now on is in the ledger as such. Whoever may be of the same child by what
    /// it says now is shielded too, and rows like it are held (F1, X9).
    fn guard_joined(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, before): (i64, Shielding),
    ) -> Result<(), Error> {
        let touched = batch.touched.get(&id).map(|touched| &touched.loaded.record);
        let Some((record, ground)) = touched.and_then(|it| Some((it, it.shield_ground()?))) else {
            return Ok(());
        };
        let number = record.number;
        let shield_is = match before {
            Shielding::None => ShieldIs::New,
            Shielding::Shielded => ShieldIs::Standing,
        };
        if before == Shielding::None {
            let what = What::ShieldPlaced { number, ground };
            let event = self.prepare(&Event::now(batch.now, session.by(), what))?;
            batch.waits.events.push(event);
        }
        let by = Author::Account(session.actor().account());
        self.guard_anew(batch, id, (&by, shield_is))
    }

    fn carry_out(
        &self,
        batch: &Batch<'_>,
        session: &Session,
        (one, other, join): (&mut Record, &mut Record, &Join),
    ) -> Result<What, Unjoinable> {
        let by = Author::Account(session.actor().account());
        let decided = (&by, batch.now);
        let mark = |source: &Source| self.mark(source);
        let (number, second) = (one.number, other.number);
        match join {
            Join::Merge(_) => {
                let responsible = responsible_for_both(session, [one, other]);
                one.merge_under(other, responsible, mark, decided)?;
                Ok(What::Merged {
                    number,
                    from: second,
                })
            }
            Join::Split(chosen) => {
                let chosen = chosen.iter();
                let marks: Vec<RowMark> = chosen
                    .filter_map(|text| session.pointed(Pointer::Part, text))
                    .map(RowMark)
                    .collect();
                let goes = |one: &Statement| marks.contains(&mark(&one.source));
                one.split(other, goes, mark, decided)?;
                Ok(What::Split {
                    number,
                    off: second,
                })
            }
            Join::Undo => match one.last_joining() {
                Some(Joining::Merged(_)) => {
                    one.undo_merge(other, mark, decided)?;
                    Ok(What::MergeUndone {
                        number,
                        from: second,
                    })
                }
                Some(Joining::Split(_)) => {
                    one.undo_split(other, decided)?;
                    Ok(What::SplitUndone {
                        number,
                        off: second,
                    })
                }
                None => Err(Unjoinable::NothingToUndo),
            },
        }
    }

    /// Whether somebody may join a record: their reason opens it to them whole. A shielded one is whole to shielding officers of the
    /// responsible authority alone (C6).
    fn may_join_seen(
        &self,
        batch: &Batch<'_>,
        session: &Session,
        (id, record, reason): (i64, &Record, Reason),
    ) -> Result<(), Refusal> {
        may_join(session, record)?;
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Refusal::NoRecord);
        };
        let sealed = self.sealed(&touched.loaded, batch.now);
        let viewer = sealed.viewer(session.actor(), reason)?;
        let shielded = record.shielding() == Shielding::Shielded;
        if shielded && viewer != Viewer::ManagementTeam {
            return Err(Refusal::NotPermitted);
        }
        Ok(())
    }

    /// The record that the last merger or split of another was with.
    fn other_of(&self, batch: &mut Batch<'_>, one: &Record) -> Result<Option<i64>, Error> {
        let (number, bare) = match one.last_joining() {
            Some(Joining::Merged(number)) => (number, true),
            Some(Joining::Split(number)) => (number, false),
            None => return Ok(None),
        };
        let key = number_key(&self.ring(), number);
        let mut ids = Vec::new();
        let indexes: &[Index] = if bare {
            &[Index::Guarded]
        } else {
            &[Index::Search, Index::Shielded]
        };
        for index in indexes {
            index.under(batch.connection, (&[key], Depth::Query), &mut |(_, id)| {
                ids.push(id);
            })?;
        }
        self.bring(batch, &ids)?;
        let is_it = |id: &i64| record(batch, *id).is_some_and(|record| record.number == number);
        Ok(ids.into_iter().find(is_it))
    }

    /// Which source a statement is of, by its keyed hash.
    pub(crate) fn mark(&self, source: &Source) -> RowMark {
        RowMark(source_key(&self.ring(), &source.supplier, &source.key))
    }

    /// What each source of a record says by itself. Sensitive services are not among them, nor what their suppliers say beside it: alone,
    /// it would tell of them (R31).
    fn parts(&self, whole: &Record, now: Now) -> (Vec<SourceKind>, Vec<SealedPart>) {
        let mut sources: Vec<&Source> = Vec::new();
        let is_of_sensitive = |source: &Source| {
            whole.standing().any(|one| {
                matches!(one.said, Said::Sensitive(_)) && one.source.supplier == source.supplier
            })
        };
        for statement in whole.standing() {
            if !is_of_sensitive(&statement.source) && !sources.contains(&&statement.source) {
                sources.push(&statement.source);
            }
        }
        let catalogue = &self.reference().catalogue;
        let each = sources.into_iter().map(|source| {
            let mut alone = Record::empty(whole.number);
            let said = whole.standing().filter(|one| one.source == *source);
            alone.statements = said.cloned().collect();
            let child = survivorship::child(&alone, catalogue, now.today);
            (source.kind, SealedPart::new(child, self.mark(source)))
        });
        each.unzip()
    }
}

fn record(batch: &Batch<'_>, id: i64) -> Option<Record> {
    let touched = batch.touched.get(&id);
    touched.map(|touched| touched.loaded.record.clone())
}

/// Whether somebody's authority is responsible for either record, as far as that is known of any.
pub(crate) fn is_of_own_area(session: &Session, both: [&Record; 2]) -> bool {
    let known = both.map(Record::responsible);
    let mut known = known.iter().flatten().peekable();
    known.peek().is_none() || known.any(|area| Some(area) == session.actor().authority())
}

/// Who is responsible for what two records become: of a shielded and an open one whoever is for the shielded, who alone sees behind its
/// shield (C6); else, of two authorities, not the one whose officer merges. So nobody takes a child by merging: one side can only let
/// go (L4).
fn responsible_for_both(session: &Session, both: [&Record; 2]) -> Option<AuthorityCode> {
    let shielded = both.map(|one| one.shielding() == Shielding::Shielded);
    let known = both.map(Record::responsible);
    let own = session.actor().authority();
    match (shielded, known) {
        ([true, false], [Some(it), _]) | ([false, true], [_, Some(it)]) => Some(it),
        (_, [Some(it), Some(other)]) if Some(&it) == own => Some(other),
        (_, [it, other]) => it.or(other),
    }
}

/// Whether a record that was split off is shielded.
fn is_behind(other: &Record) -> bool {
    other.merged_into().is_none() && other.shielding() == Shielding::Shielded
}

/// Whether somebody's role joins and parts records: data officers open ones, shielding officers shielded ones and what goes with them.
fn may_join(session: &Session, record: &Record) -> Result<(), Refusal> {
    let actor = session.actor();
    let allowed = match record.shielding() {
        Shielding::None => actor.is(Role::DataOfficer) || actor.is(Role::ShieldingOfficer),
        Shielding::Shielded => actor.is(Role::ShieldingOfficer),
    };
    allowed.then_some(()).ok_or(Refusal::NotPermitted)
}
