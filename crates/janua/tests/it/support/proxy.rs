//! A wire between the server and what it needs, which a test can cut, clog or slow down.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// How the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// Everything passes.
    Sound,
    /// Connections break, and new ones are closed as soon as they are made.
    Refusing,
    /// Connections are taken, and nothing passes in either direction.
    Mute,
    /// As `Mute`, and nothing that was under way then ever arrives: only new connections work later.
    Vanished,
    /// Each piece waits this long, and no piece is larger than this many bytes.
    Slow(Duration, usize),
    /// A connection breaks before this reaches the other side.
    BreaksBefore(&'static [u8]),
    /// A connection breaks when this has reached the other side, and the answer to it is lost.
    BreaksAfter(&'static [u8]),
}

impl Wire {
    fn passes(&self) -> bool {
        !matches!(self, Self::Mute | Self::Vanished)
    }
}

/// A TCP proxy of a test's own.
pub(crate) struct Proxy {
    address: SocketAddr,
    wire: watch::Sender<Wire>,
    cuts: watch::Sender<u64>,
    accepting: AbortHandle,
}

impl Proxy {
    /// A sound wire to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (wire, seen) = watch::channel(Wire::Sound);
        let (cuts, cut) = watch::channel(0);
        let accept = async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, port, seen.clone(), cut.clone()));
            }
        };
        let accepting = tokio::spawn(accept).abort_handle();
        Self {
            address,
            wire,
            cuts,
            accepting,
        }
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Changes the wire. What turns `Refusing` loses its connections.
    pub(crate) fn turns(&self, wire: Wire) {
        self.wire.send_replace(wire);
        if wire == Wire::Refusing {
            self.cut();
        }
    }

    /// Breaks every connection there is; new ones work as the wire does.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|count| *count += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

/// Carries one connection until one side ends it or it is cut.
async fn carry(client: TcpStream, port: u16, mut wire: watch::Receiver<Wire>, mut cut: watch::Receiver<u64>) {
    cut.mark_unchanged();
    if *wire.borrow_and_update() == Wire::Refusing {
        return;
    }
    let through = async {
        // What is taken while the wire is mute goes on when it is sound again.
        let passing = wire.clone().wait_for(Wire::passes).await.map(|_| ());
        let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else {
            return;
        };
        if passing.is_err() {
            return;
        }
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        tokio::select! {
            () = pump(from_client, to_server, wire.clone(), true) => {}
            () = pump(from_server, to_client, wire.clone(), false) => {}
        }
    };
    tokio::select! {
        () = through => {}
        _ = cut.changed() => {}
    }
}

/// Carries one direction; it ends when the connection must.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut wire: watch::Receiver<Wire>,
    towards_server: bool,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let most = match *wire.borrow() {
            Wire::Slow(_, most) => most.clamp(1, buffer.len()),
            _ => buffer.len(),
        };
        let Ok(read @ 1..) = from.read(&mut buffer[..most]).await else {
            return;
        };
        let piece = &buffer[..read];
        if *wire.borrow() == Wire::Vanished {
            // Neither side is told.
            std::future::pending::<()>().await;
        }
        let Ok(now) = wire.wait_for(Wire::passes).await.map(|it| *it) else {
            return;
        };
        let holds = |word: &[u8]| towards_server && piece.windows(word.len()).any(|it| it == word);
        match now {
            Wire::Slow(pause, _) => tokio::time::sleep(pause).await,
            Wire::BreaksBefore(word) if holds(word) => return,
            _ => {}
        }
        if to.write_all(piece).await.is_err() {
            return;
        }
        if let Wire::BreaksAfter(word) = now
            && holds(word)
        {
            // The other side answers, so it has done what it was told.
            let _ = to.as_ref().readable().await;
            return;
        }
    }
}
