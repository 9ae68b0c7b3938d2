//! Who asks: the session behind the cookie, the role a route needs, and forms whose content is reached only past the check of
//! their token. The only place that takes a request apart.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use directory::access::Refusal;
use directory::account::{Actor, Role};
use directory::reason::offered;
use directory::{Now, Timestamp};
use store::{Error, Session, Store};

use crate::desk::{Desk, Lost};
use crate::problem::{Problem, What};
use crate::routes::{Route, Verb, Who, is_page};
use crate::view::layout::{Layout, Viewer};
use crate::view::local_manager::LocalManager;
use crate::view::watermark::Watermark;
use crate::words;

/// The most fields a form may have.
const FIELDS_MAX: usize = 40;
/// How long the body of a form may take to arrive.
const BODY_SECONDS_MAX: u64 = 10;
/// The length of the token of the sign-in form, in characters.
const FORM_TOKEN_CHARACTERS: usize = 64;
/// The length of a reference and of a ticket, in characters.
const REFERENCE_CHARACTERS: usize = 48;

/// Whoever asks, signed in or not.
#[derive(Clone)]
pub(crate) struct Visitor {
    desk: Arc<Desk>,
    now: Now,
    session: Option<Arc<Session>>,
    form_token: Option<String>,
}

/// Somebody whose session stands, and whose role may use the route.
#[derive(Clone)]
pub(crate) struct SignedIn {
    desk: Arc<Desk>,
    now: Now,
    session: Arc<Session>,
}

/// Where a request comes from.
pub(crate) struct Caller {
    /// The network address; of a network's last part only its beginning.
    pub(crate) address: IpAddr,
    /// The browser by its name.
    pub(crate) browser: String,
}

/// What a form sent, after its token was found to be the visitor's own. There is no other way to get one.
pub(crate) struct Form {
    fields: Vec<(String, String)>,
}

/// The parts of a path that vary.
pub(crate) struct Segments(Vec<(String, String)>);

/// The part of a path that names a child: a reference and the ticket of the search that gave it, both of this session only.
pub(crate) struct ChildPath {
    whole: String,
}

/// The page a stranger asked for, to go to after signing in.
pub(crate) struct NextPage(pub(crate) Option<&'static str>);

/// What was just done, as the address says after a redirection.
pub(crate) struct Done(pub(crate) Option<String>);

/// Lets in whom a route admits: resumes the session, asks for the role, and hands on who it is.
pub(crate) async fn admit(
    State((desk, route)): State<(Arc<Desk>, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let now = desk.now();
    let form_token = cookie(request.headers(), &desk.settings().form_cookie).filter(|token| is_form_token(token));
    let mut visitor = Visitor { desk: Arc::clone(&desk), now, session: None, form_token };
    if route.who != Who::Anybody
        && let Some(secret) = cookie(request.headers(), &desk.settings().session_cookie)
    {
        match desk.ask(move |store| store.resume(&secret, now)).await {
            Ok(session) => visitor.session = session.map(Arc::new),
            Err(_) if route.who == Who::Stranger => {}
            Err(lost) => return visitor.problem(lost.into()).into_response(),
        }
    }
    if !matches!(route.who, Who::Anybody | Who::Stranger) {
        let Some(session) = visitor.session.clone() else { return to_sign_in(route) };
        let signed_in = SignedIn { desk, now, session };
        if !may(signed_in.actor(), route.who) {
            return turned_away(&signed_in, route).await;
        }
        request.extensions_mut().insert(signed_in);
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

fn may(actor: &Actor, who: Who) -> bool {
    match who {
        Who::Anybody | Who::Stranger | Who::SignedIn => true,
        Who::Searcher => !offered(actor.roles(), actor.sector()).is_empty(),
        Who::Practitioner => actor.is(Role::Practitioner),
        Who::ShieldingOfficer => actor.is(Role::ShieldingOfficer),
    }
}

/// A stranger is sent to sign in, and afterwards to the page that was asked for, if its address is the same in every session.
fn to_sign_in(route: &Route) -> Response {
    match route.path {
        "/" => Redirect::to("/sign-in").into_response(),
        path if is_page(path) => Redirect::to(&format!("/sign-in?next={path}")).into_response(),
        _ => Redirect::to("/sign-in").into_response(),
    }
}

/// Somebody without the role is refused; a search is recorded even then.
async fn turned_away(signed_in: &SignedIn, route: &Route) -> Response {
    if route.who == Who::Searcher && route.verb == Verb::Post {
        let refused = signed_in
            .ask(|store, session, now| store.refuse_search(session, None, Refusal::NotPermitted, now))
            .await;
        if let Err(problem) = refused {
            return problem.into_response();
        }
    }
    signed_in.problem(What::Forbidden).into_response()
}

impl From<Lost> for What {
    fn from(lost: Lost) -> What {
        match lost {
            Lost::Busy => What::Busy,
            Lost::OutOfOrder => What::OutOfOrder,
        }
    }
}

impl Visitor {
    /// What every request shares.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The moment of the request.
    pub(crate) fn now(&self) -> Now {
        self.now
    }

    /// Whether a session stands behind the cookie.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.session.is_some()
    }

    /// The token that the sign-in form is bound to, if the browser has one.
    pub(crate) fn form_token(&self) -> Option<&str> {
        self.form_token.as_deref()
    }

    /// The frame of a page.
    pub(crate) fn layout(&self, here: &'static str) -> Layout {
        let practice = self.desk.settings().practice;
        match &self.session {
            None => Layout { practice, here, ..Layout::default() },
            Some(session) => Layout {
                practice,
                here,
                viewer: Some(viewer(session, self.now)),
                csrf: session.csrf().to_owned(),
                done: None,
            },
        }
    }

    /// The local manager, for somebody signed in.
    pub(crate) fn local_manager(&self) -> Option<LocalManager> {
        self.session.as_ref().map(|_| self.desk.settings().local_manager.clone())
    }

    /// A problem in this visitor's frame.
    pub(crate) fn problem(&self, what: What) -> Problem {
        Problem::new(what, self.layout(""), self.desk.settings().local_manager.clone())
    }

    /// What a form of this visitor must carry.
    fn csrf(&self) -> Option<&str> {
        self.session.as_ref().map(|session| session.csrf()).or(self.form_token())
    }
}

impl SignedIn {
    /// What every request shares.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The moment of the request.
    pub(crate) fn now(&self) -> Now {
        self.now
    }

    /// Who it is.
    pub(crate) fn actor(&self) -> &Actor {
        self.session.actor()
    }

    /// The frame of a page.
    pub(crate) fn layout(&self, here: &'static str) -> Layout {
        Visitor {
            desk: Arc::clone(&self.desk),
            now: self.now,
            session: Some(Arc::clone(&self.session)),
            form_token: None,
        }
        .layout(here)
    }

    /// Whom to ask when the directory may not answer: the searcher's own team, never the child's.
    pub(crate) fn local_manager(&self) -> LocalManager {
        self.desk.settings().local_manager.clone()
    }

    /// Who is looking, and when.
    pub(crate) fn watermark(&self, at: Timestamp) -> Watermark {
        let practitioner = self.actor().practitioner();
        Watermark {
            viewer: practitioner.name.to_string(),
            organisation: practitioner.organisation.to_string(),
            at: words::moment(at),
        }
    }

    /// A problem in this person's frame.
    pub(crate) fn problem(&self, what: What) -> Problem {
        Problem::new(what, self.layout(""), self.local_manager())
    }

    /// The store's refusal as an answer.
    pub(crate) fn refused(&self, refusal: Refusal) -> Problem {
        self.problem(match refusal {
            Refusal::NoRecord | Refusal::NoReason => What::NoRecord,
            Refusal::ReasonNotOpen | Refusal::NotPermitted => What::Forbidden,
            Refusal::TooLittle(_) | Refusal::TooBroad(_) | Refusal::DoesNotFit => What::Unreadable,
            Refusal::AlreadySo => What::Changed,
        })
    }

    /// Asks the store in this session, at the moment of the request.
    pub(crate) async fn ask<T, V>(&self, verb: V) -> Result<T, Problem>
    where
        T: Send + 'static,
        V: FnOnce(&Store, &Session, Now) -> Result<T, Error> + Send + 'static,
    {
        let (session, now) = (Arc::clone(&self.session), self.now);
        let asked = self.desk.ask(move |store| verb(store, &session, now)).await;
        asked.map_err(|lost| self.problem(lost.into()))
    }
}

fn viewer(session: &Session, now: Now) -> Viewer {
    let practitioner = session.actor().practitioner();
    let left = session.idle_until().as_second().saturating_sub(now.at.as_second());
    Viewer {
        name: practitioner.name.to_string(),
        organisation: practitioner.organisation.to_string(),
        session_seconds: u32::try_from(left).unwrap_or(0),
    }
}

impl Form {
    /// What was typed into a field; empty when it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The same to the letter, for secrets.
    pub(crate) fn exact(&self, name: &str) -> String {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let visitor = request.extensions().get::<Visitor>().cloned().ok_or_else(not_admitted)?;
        let refuse = |what| visitor.problem(what).into_response();
        if !is_from_here(request.headers()) {
            return Err(refuse(What::Forbidden));
        }
        let read = axum::Form::<Vec<(String, String)>>::from_request(request, state);
        let fields = match tokio::time::timeout(Duration::from_secs(BODY_SECONDS_MAX), read).await {
            Ok(Ok(axum::Form(fields))) => fields,
            Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(refuse(What::TooLarge));
            }
            Ok(Err(_)) | Err(_) => return Err(refuse(What::Unreadable)),
        };
        let form = Form { fields };
        if !visitor.csrf().is_some_and(|token| is_same(token, form.text("csrf"))) {
            return Err(refuse(What::Forbidden));
        }
        if form.fields.len() > FIELDS_MAX || has_duplicates(&form.fields) {
            return Err(refuse(What::Unreadable));
        }
        Ok(form)
    }
}

/// Whether a form was sent from a page of this service, as far as the browser says. Its token decides in any case.
///
/// Pages ask browsers to send no referrer, and browsers then send `Origin: null` from the pages themselves.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    let host = text(header::HOST);
    match text(header::ORIGIN) {
        None | Some("null") => true,
        Some(origin) => origin.split_once("://").map(|(_, authority)| authority) == host,
    }
}

/// Compares in a time that does not tell where two texts begin to differ.
fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn has_duplicates(fields: &[(String, String)]) -> bool {
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair.first() == pair.last())
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        parts.extensions.get().cloned().ok_or_else(not_admitted)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        parts.extensions.get().cloned().ok_or_else(not_admitted)
    }
}

/// A handler that asks for more than its route in the table admits answers nobody.
fn not_admitted() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read = RawPathParams::from_request_parts(parts, state).await;
        let segments = read.map(|params| params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        match (segments, parts.extensions.get::<Visitor>()) {
            (Ok(segments), _) => Ok(Segments(segments)),
            (Err(_), Some(visitor)) => Err(visitor.problem(What::Unreadable).into_response()),
            (Err(_), None) => Err(not_admitted()),
        }
    }
}

impl Segments {
    /// A part by its name in the route's path.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ChildPath {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let segments = Segments::from_request_parts(parts, state).await?;
        Ok(ChildPath { whole: segments.text("reference").to_owned() })
    }
}

impl ChildPath {
    /// The path of a child that a search found.
    pub(crate) fn new(reference: &str, ticket: &str) -> Self {
        ChildPath { whole: format!("{reference}{ticket}") }
    }

    /// The store's reference. Anything else than one is answered by the store as no record.
    pub(crate) fn reference(&self) -> String {
        self.whole.get(..REFERENCE_CHARACTERS).unwrap_or_default().to_owned()
    }

    /// The ticket of the search that gave it.
    pub(crate) fn ticket(&self) -> String {
        self.whole.get(REFERENCE_CHARACTERS..).unwrap_or_default().to_owned()
    }

    /// The address of the record.
    pub(crate) fn href(&self) -> String {
        format!("/child/{}", escaped(&self.whole))
    }

    /// The address of the record after something was done to it.
    pub(crate) fn done(&self, done: &str) -> String {
        format!("{}?done={done}", self.href())
    }

    /// The address of something below the record.
    pub(crate) fn below(&self, rest: &str) -> String {
        format!("{}/{rest}", self.href())
    }
}

/// One segment of a path, with everything escaped that is not plainly itself (RFC 3986, unreserved).
pub(crate) fn escaped(segment: &str) -> String {
    let mut escaped = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' | b'.' => escaped.push(char::from(byte)),
            _ => {
                escaped.push('%');
                escaped.push_str(&words::hexadecimal(&[byte]).to_uppercase());
            }
        }
    }
    escaped
}

impl<S: Send + Sync> FromRequestParts<S> for NextPage {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let asked = parts.uri.query().and_then(|query| query.strip_prefix("next="));
        Ok(NextPage(asked.and_then(crate::routes::page)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Done {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let done = parts.uri.query().and_then(|query| query.strip_prefix("done="));
        Ok(Done(done.map(ToOwned::to_owned)))
    }
}

/// Whether a browser takes a file compressed with gzip.
pub(crate) struct TakesGzip(pub(crate) bool);

impl<S: Send + Sync> FromRequestParts<S> for TakesGzip {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let takes = parts.headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        Ok(TakesGzip(takes.flat_map(|value| value.split(',')).any(is_gzip)))
    }
}

/// Whether one item of `Accept-Encoding` is gzip and not forbidden by a weight of zero (RFC 9110, 12.5.3).
fn is_gzip(item: &str) -> bool {
    let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
    let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
    name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let visitor = parts.extensions.get::<Visitor>().ok_or_else(not_admitted)?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let trusted = peer.is_some() && peer == visitor.desk.settings().trusted_proxy;
        let told = if trusted { forwarded_for(&parts.headers) } else { None };
        let address = told.or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Caller { address: network(address), browser: words::browser(agent.unwrap_or_default()) })
    }
}

/// The address a trusted proxy saw: the last it added.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// An address as one party: a version 6 address stands for its network of 64 bits, all of which one party can use.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The value of a cookie.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut named = pairs
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name);
    named.next().map(|(_, value)| value.to_owned())
}

fn is_form_token(token: &str) -> bool {
    token.len() == FORM_TOKEN_CHARACTERS && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A cookie that only this host sees, only over a secure connection, never a script, never from another site. It ends with the
/// browser.
pub(crate) fn set_cookie(name: &str, value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict")).ok()
}

/// Takes a cookie away.
pub(crate) fn unset_cookie(name: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_form_from_another_site_is_refused_before_it_is_read() {
        for (pairs, from_here) in [
            (&[("host", "cp.example"), ("origin", "https://cp.example")][..], true),
            (&[("host", "cp.example"), ("origin", "null"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "cp.example")], true),
            (&[("host", "cp.example"), ("origin", "https://evil.example")], false),
            (&[("host", "cp.example"), ("origin", "https://cp.example.evil.example")], false),
            (&[("host", "cp.example"), ("origin", "cp.example")], false),
            (&[("host", "cp.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "cp.example"), ("origin", "null"), ("sec-fetch-site", "same-site")], false),
        ] {
            assert_eq!(is_from_here(&headers(pairs)), from_here, "{pairs:?}");
        }
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(is_same("abc", "abc"));
        for other in ["", "ab", "abd", "abcd", "ABC"] {
            assert!(!is_same("abc", other), "{other}");
        }
    }

    #[test]
    fn a_field_sent_twice_is_seen() {
        let field = |name: &str| (name.to_owned(), String::new());
        assert!(has_duplicates(&[field("a"), field("b"), field("a")]));
        assert!(!has_duplicates(&[field("a"), field("b"), field("ab")]));
        assert!(!has_duplicates(&[]));
    }

    #[test]
    fn cookies_are_read_by_their_whole_name() {
        let headers = headers(&[("cookie", "x__Host-contactpoint=no; __Host-contactpoint=yes; other=1")]);
        assert_eq!(cookie(&headers, "__Host-contactpoint").as_deref(), Some("yes"));
        assert_eq!(cookie(&headers, "contactpoint"), None);
    }

    #[test]
    fn one_network_is_one_party() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn only_the_last_word_of_the_proxy_is_taken() {
        let headers = headers(&[("x-forwarded-for", "203.0.113.9, 192.0.2.7")]);
        assert_eq!(forwarded_for(&headers), "192.0.2.7".parse().ok());
    }

    #[test]
    fn a_segment_is_escaped_so_that_it_stays_one() {
        assert_eq!(escaped("a/b..?é"), "a%2Fb..%3F%C3%A9");
    }

    #[test]
    fn gzip_is_taken_when_it_is_offered() {
        for (item, takes) in [("gzip", true), (" GZIP;q=0.5", true), ("gzip;q=0", false), ("br", false), ("*", false)] {
            assert_eq!(is_gzip(item), takes, "{item}");
        }
    }
}
