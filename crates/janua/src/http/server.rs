//! Listens, hands connections to hyper, and stops without breaking a request.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::response::Response;
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::client::Peer;
use super::hot::Hot;
use super::layers::{self, Layers};
use super::{paths, router};
use crate::app::App;

/// How long a client may take to send the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// How long accepting pauses when the system has no more file descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until told to stop; returns when the last request has ended or the grace is over.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) {
    let layers = Layers::new(app.clone());
    let plain = router::router(app.clone(), layers.clone());
    let service = Services {
        compressing: router::compressing(plain.clone()),
        plain,
        layers,
    };
    let connections = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .max_header_list_size(32 * 1024)
        .keep_alive_interval(Duration::from_secs(30));
    let stop = drain(&app, stop);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connect(&app, &builder, &connections, &service, stream, peer),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            },
            () = &mut stop => break,
        }
    }
    // Whoever stands in the queue of the listener was let in: closing it would break them off.
    while let Some(Ok((stream, peer))) = listener.accept().now_or_never() {
        connect(&app, &builder, &connections, &service, stream, peer);
    }
    drop(listener);
    let grace = app.config.server.shutdown_grace;
    if tokio::time::timeout(grace, connections.shutdown()).await.is_err() {
        tracing::warn!("requests still ran when the grace was over");
    }
}

/// Waits for the order to stop, tells load balancers, and gives them time to notice.
async fn drain(app: &App, stop: impl Future<Output = ()>) {
    stop.await;
    app.draining.store(true, Ordering::SeqCst);
    tracing::info!("stopping: no longer ready, finishing what runs");
    tokio::time::sleep(app.config.server.shutdown_delay).await;
}

/// The routes, with compression for those who take it and without for those who do not.
#[derive(Clone)]
struct Services {
    plain: axum::Router,
    compressing: axum::Router,
    layers: Layers,
}

impl Services {
    async fn answer(&self, request: Request) -> Result<Response, Infallible> {
        if request.headers().contains_key(header::ACCEPT_ENCODING) {
            return self.compressing.clone().oneshot(request).await;
        }
        match Hot::of(&request) {
            Some(hot) => Ok(layers::around_hot(&self.layers, request, hot).await),
            None => self.plain.clone().oneshot(request).await,
        }
    }
}

fn connect(
    app: &App,
    builder: &Builder<TokioExecutor>,
    connections: &GracefulShutdown,
    service: &Services,
    stream: TcpStream,
    peer: SocketAddr,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let (app, service) = (app.clone(), Arc::new(service.clone()));
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(Peer(peer));
        let (app, version, service) = (app.clone(), request.version(), service.clone());
        async move {
            let answer = service.answer(paths::normalise(request)).await?;
            Ok::<_, Infallible>(say_goodbye(&app, version, answer))
        }
    });
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke off");
        }
    });
}

/// Once the order to stop has come, an answer over HTTP/1 is the last one of its connection (RFC 9112 §9.6). The client
/// opens its next one elsewhere, instead of sending a request into a connection that is about to close. HTTP/2 has
/// GOAWAY for that.
fn say_goodbye(app: &App, version: Version, mut answer: Response) -> Response {
    if version <= Version::HTTP_11 && app.draining.load(Ordering::SeqCst) {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}
