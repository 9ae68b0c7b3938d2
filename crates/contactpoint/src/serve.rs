//! Serving: one listener, slow and idle clients cut off, and an end that lets running requests finish.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use store::Store;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::crowd::Crowd;
use crate::desk::{Desk, Entry, Limits, Settings};
use crate::job::{count, sequence};
use crate::routes::router;
use crate::tls::Tls;
use crate::visitor::network;

/// The most of a request's head.
const HEAD_BYTES_MAX: usize = 32 * 1_024;
/// The most header lines of a request.
const HEADERS_MAX: usize = 64;
/// Connections open at once; further ones wait to be taken.
const CONNECTIONS_MAX: usize = 1_024;
/// How long running requests may take to finish at the end of the program, or of their connection.
const END_SECONDS_MAX: u64 = 10;
/// What an address is told that has as many connections as one may.
const CROWDED: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// How long a connection may take to agree on its keys.
const HANDSHAKE_SECONDS_MAX: u64 = 10;
/// How long to wait before taking connections again, when the system gave none.
const TAKE_AGAIN_MILLISECONDS: u64 = 50;

/// Why serving did not begin.
#[derive(Debug)]
pub enum Error {
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// The system gives no threads, or no signals.
    System(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Listen(address, error) => write!(f, "{address} cannot be listened on: {error}"),
            Error::System(error) => write!(f, "the system gives no threads or signals: {error}"),
        }
    }
}

impl std::error::Error for Error {}

/// Serves a store until the program is told to stop (SIGINT, SIGTERM). `ready` is told the address once it is listened on.
///
/// The store is made before the runtime and dropped after it: a database's client may wait while it is dropped.
///
/// # Errors
/// [`Error`] when serving cannot begin.
pub fn serve(
    store: Store,
    settings: Settings,
    entry: Entry,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let store = Arc::new(store);
    let sequencing = sequence::start(Arc::clone(&store), entry.clock).map_err(Error::System)?;
    let counting = count::start(Arc::clone(&store), entry.clock).map_err(Error::System)?;
    let desk = Arc::new(Desk::new(Arc::clone(&store), settings, entry));
    let runtime = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::System)?;
    let served = runtime.block_on(run(&desk, listen, ready));
    end(runtime);
    drop((desk, counting, sequencing));
    drop(store);
    served
}

fn end(runtime: Runtime) {
    runtime.shutdown_timeout(Duration::from_secs(END_SECONDS_MAX));
}

async fn run(
    desk: &Arc<Desk>,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Error> {
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| Error::Listen(listen, error))?;
    let address = listener
        .local_addr()
        .map_err(|error| Error::Listen(listen, error))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::System)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::System)?;
    ready(address);
    let (ending, ended) = watch::channel(());
    let limits = desk.settings().limits;
    let answering = Answering {
        router: router(desk),
        http: http(limits.head_seconds_max),
        limits,
        trusted_proxy: desk.settings().trusted_proxy,
        tls: desk.settings().tls.as_ref().map(Tls::acceptor),
        ended,
    };
    let mut connections = JoinSet::new();
    tokio::select! {
        () = take(&listener, &answering, &mut connections) => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("no new connections are taken; running requests are finished");
    drop((listener, ending));
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(END_SECONDS_MAX), rest)
        .await
        .is_err()
    {
        tracing::warn!("some requests were not finished in time");
    }
    Ok(())
}

/// What every connection is answered with.
#[derive(Clone)]
struct Answering {
    router: Router,
    http: http1::Builder,
    limits: Limits,
    trusted_proxy: Option<IpAddr>,
    tls: Option<TlsAcceptor>,
    /// Its sender is dropped when the program ends.
    ended: watch::Receiver<()>,
}

/// The limits of one connection. Without the timer a head could take for ever.
fn http(head_seconds_max: u64) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(head_seconds_max))
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    http
}

/// Takes connections for ever.
async fn take(listener: &TcpListener, answering: &Answering, connections: &mut JoinSet<()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let crowd = Crowd::new(answering.limits.connections_per_address_max);
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let address = peer.ip().to_canonical();
                let is_proxy = answering.trusted_proxy == Some(address);
                let present = crowd.enter(network(address));
                if present.is_none() && !is_proxy {
                    if answering.tls.is_none() {
                        // What does not fit into the socket's own buffer is not worth waiting for.
                        let _ = stream.try_write(CROWDED);
                    }
                    continue;
                }
                let answering = answering.clone();
                connections.spawn(async move {
                    begin(stream, peer, answering).await;
                    drop((place, present));
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(TAKE_AGAIN_MILLISECONDS)).await;
            }
        }
    }
}

/// Begins a connection: agrees on its keys first, where the server proves who it is.
async fn begin(stream: TcpStream, peer: SocketAddr, answering: Answering) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps small packets back");
    }
    let Some(tls) = answering.tls.clone() else {
        return answer(stream, peer, answering).await;
    };
    let most = Duration::from_secs(HANDSHAKE_SECONDS_MAX);
    let mut ended = answering.ended.clone();
    let agreed = tokio::select! {
        agreed = tokio::time::timeout(most, tls.accept(stream)) => agreed,
        _ = ended.changed() => return,
    };
    match agreed {
        Ok(Ok(stream)) => answer(stream, peer, answering).await,
        Ok(Err(error)) => tracing::debug!(%error, "a connection did not agree on its keys"),
        Err(_) => tracing::debug!("a connection did not agree on its keys in time"),
    }
}

/// Answers the requests of one connection, until it closes or the program ends.
async fn answer<S: AsyncRead + AsyncWrite + Unpin + Send>(
    stream: S,
    peer: SocketAddr,
    answering: Answering,
) {
    let Answering {
        router,
        http,
        limits,
        mut ended,
        ..
    } = answering;
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answered = router.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answered.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let kept = tokio::time::sleep(Duration::from_secs(limits.connection_seconds_max));
    let closed = tokio::select! {
        closed = connection.as_mut() => Some(closed),
        _ = ended.changed() => None,
        () = kept => None,
    };
    let closed = match closed {
        Some(closed) => Ok(closed),
        None => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(Duration::from_secs(END_SECONDS_MAX), connection).await
        }
    };
    match closed {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection was cut off"),
        Err(_) => tracing::debug!("a connection did not end in time"),
    }
}
