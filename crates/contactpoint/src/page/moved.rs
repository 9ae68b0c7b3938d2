//! Children who have moved into or out of the area of the viewer's authority: no child is named, each line leads to one.

use axum::http::StatusCode;
use axum::response::Response;
use directory::Date;
use directory::text::AuthorityCode;
use directory::transfer::{Act, Side, Stage};
use store::{MOVED_SHOWN_MAX, MovedLine, Store};

use super::choices::fault;
use super::{FAULTY, from_list, shown};
use crate::problem::Problem;
use crate::view::fault::Fault;
use crate::view::layout::Layout;
use crate::view::moved::{Line, Moved};
use crate::visitor::{ChildPath, Done, Form, SignedIn};
use crate::words;

/// Where the list is.
pub(super) const PATH: &str = "/moved";
/// What became of a child, as the address of the list says.
pub(super) const GONE: &str = "gone";
/// That a child was asked for without the reason for which it is opened.
pub(super) const UNREASONED: &str = "no-reason";

const NO_REASON: &str = "Choose why you need to see these children";

pub(crate) async fn show(visitor: SignedIn, done: Done) -> Result<Response, Problem> {
    list(&visitor, (done.0, None)).await
}

async fn list(
    visitor: &SignedIn,
    (done, faulty): (Option<String>, Option<Fault>),
) -> Result<Response, Problem> {
    let reasons = from_list::of_officer(visitor.actor());
    let has_several = reasons.len() > 1;
    let asked = visitor.ask(move |store, session, now| {
        let lists = store.moved(session, now)?;
        let each = |lines: Vec<MovedLine>| -> Vec<Line> {
            let lines = lines.into_iter();
            lines
                .map(|one| line(store, (&one, has_several), now.today))
                .collect()
        };
        Ok(lists.map(|lists| [lists.asked, lists.open, lists.others].map(each)))
    });
    let [asked, open, others] = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let mut layout = visitor.layout(PATH);
    tell(&mut layout, done.as_deref());
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let page = Moved {
        layout,
        asked,
        open,
        others,
        reasons: from_list::choices(&reasons, ""),
        faults: faulty.into_iter().collect(),
        lines_max: MOVED_SHOWN_MAX,
    };
    Ok(shown(status, &page))
}

/// Gives the reason for which a child is opened from the list.
pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let Some(reason) = from_list::given(&sent, &from_list::of_officer(visitor.actor())) else {
        return list(&visitor, (None, Some(fault("reason", NO_REASON)))).await;
    };
    let gone = format!("{PATH}?done={GONE}");
    from_list::open(&visitor, &child, reason, [&href(&child), &gone]).await
}

/// The page of one child who has moved.
pub(super) fn href(child: &ChildPath) -> String {
    child.href().replacen("/child", PATH, 1)
}

/// What an authority is called.
pub(super) fn called(store: &Store, code: &AuthorityCode) -> String {
    let known = store.authority(code);
    known.map_or_else(|| code.to_string(), |known| words::typeset(&known.name))
}

/// How far the two sides are, to somebody of one of them.
pub(super) fn stage_words(stage: Stage, side: Side, other: &str) -> String {
    match stage {
        Stage::Unasked => "Nobody has been asked".to_owned(),
        Stage::Lapsed => "An earlier proposal no longer stands: the address, the shield or the record has changed since".to_owned(),
        Stage::Proposed { by, at } if by == side => {
            format!("Your authority said yes on {}. {other} is asked", words::moment(at))
        }
        Stage::Proposed { at, .. } => {
            format!("{other} said yes on {}. Your authority is asked", words::moment(at))
        }
        Stage::Declined { by, at } if by == side => {
            format!("Your authority said no on {}", words::moment(at))
        }
        Stage::Declined { at, .. } => format!("{other} said no on {}", words::moment(at)),
    }
}

/// Tells what became of a child.
pub(super) fn tell(layout: &mut Layout, done: Option<&str>) {
    let told = done.and_then(|done| Some((done, done_words(done)?)));
    if let Some((done, words)) = told {
        layout.tell(words, Act::parse(done).is_some());
    }
}

fn done_words(done: &str) -> Option<&'static str> {
    let words = match Act::parse(done) {
        Some(Act::Propose) => {
            "Of that child: your authority has said yes. The other authority is asked."
        }
        Some(Act::Agree) => {
            "Of that child: both authorities have said yes. The one in whose area the address is has become responsible."
        }
        Some(Act::Decline) => {
            "Of that child: your authority has said no. The responsible authority stays the same, and the other one reads so."
        }
        Some(Act::Withdraw) => {
            "Of that child: the proposal is withdrawn. The responsible authority stays the same."
        }
        None if done == GONE => {
            "There is nothing to decide about that child, or no longer: somebody decided meanwhile, or the record has changed."
        }
        None if done == UNREASONED => {
            "Nothing was opened. Choose why you need to see the child: one who is shielded to decide on a shield, every other to correct the record."
        }
        None => return None,
    };
    Some(words)
}

fn line(store: &Store, (one, has_several): (&MovedLine, bool), today: Date) -> Line {
    let other = called(store, one.of.authority(one.side.other()));
    Line {
        since: words::day(one.of.since),
        ago: words::ago(one.of.since, today),
        moved: match one.side {
            Side::Losing => format!("To {other}"),
            Side::Gaining => format!("From {other}"),
        },
        stage: stage_words(one.stage, one.side, &other),
        reason: has_several.then(|| one.reason.words()),
        action: format!("{}/reason", href(&ChildPath::new(&one.reference, ""))),
    }
}
