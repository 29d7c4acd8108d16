//! A connection that writes down what goes over it, until it is encrypted.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// More than any greeting.
const MOST: usize = 16 * 1024;

#[derive(Debug)]
pub(super) struct Recorder {
    stream: TcpStream,
    record: Record,
}

/// What was said so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Record(Arc<Mutex<Said>>);

#[derive(Debug, Default)]
struct Said {
    pieces: Vec<(char, Vec<u8>)>,
    bytes: usize,
    over: bool,
}

impl Recorder {
    pub(super) fn new(stream: TcpStream) -> (Self, Record) {
        let record = Record::default();
        let recorder = Self {
            stream,
            record: record.clone(),
        };
        (recorder, record)
    }
}

impl Record {
    /// The lines so far; nothing is recorded after that, since what comes next may hold a password.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.over = true;
        let lines = said.pieces.iter().flat_map(|(who, bytes)| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let lines: Vec<String> = text.lines().map(|line| format!("{who}: {line}")).collect();
            lines
        });
        lines.collect()
    }

    fn add(&self, who: char, bytes: &[u8]) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.over || said.bytes + bytes.len() > MOST {
            return;
        }
        said.bytes += bytes.len();
        match said.pieces.last_mut() {
            Some((last, piece)) if *last == who => piece.extend_from_slice(bytes),
            _ => said.pieces.push((who, bytes.to_vec())),
        }
    }
}

impl AsyncRead for Recorder {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.record.add('S', &buffer.filled()[before..]);
        polled
    }
}

impl AsyncWrite for Recorder {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = &polled {
            self.record.add('C', &bytes[..*count]);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Recorder {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
