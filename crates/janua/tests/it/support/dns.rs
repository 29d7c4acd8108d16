//! A name server that knows what a test tells it, and speaks just enough DNS to be asked by a real resolver.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UdpSocket;

/// What is said of a name.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// TXT records with these texts.
    Texts(Vec<String>),
    /// The name is another one, which has such a record.
    Alias(String, String),
    /// The name exists, without such a record.
    NoRecord,
    /// The server cannot say.
    Failure,
    /// Nothing at all.
    Silence,
}

/// A name server on a port of its own.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    said: Arc<Mutex<BTreeMap<String, Said>>>,
}

impl NameServer {
    pub(crate) async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let address = socket.local_addr().expect("an address");
        let said: Arc<Mutex<BTreeMap<String, Said>>> = Arc::default();
        let known = said.clone();
        tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let said = |name: &str| {
                    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
                    known.get(name).cloned()
                };
                if let Some(answer) = answer(&buffer[..length], said) {
                    socket.send_to(&answer, from).await.expect("sent");
                }
            }
        });
        Self { address, said }
    }

    /// Says this of a name from now on; of all others that they do not exist.
    pub(crate) fn says(&self, name: &str, what: Said) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.insert(name.to_owned(), what);
    }
}

fn answer(query: &[u8], said: impl Fn(&str) -> Option<Said>) -> Option<Vec<u8>> {
    let (mut labels, mut at) = (Vec::new(), 12);
    while *query.get(at)? != 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(query.get(at + 1..end)?).to_lowercase());
        at = end;
    }
    let question = query.get(12..at + 5)?;
    let asked = vec![0xc0, 12];
    let (code, records) = match said(&labels.join(".")) {
        None => (3, Vec::new()),
        Some(Said::NoRecord) => (0, Vec::new()),
        Some(Said::Failure) => (2, Vec::new()),
        Some(Said::Silence) => return None,
        Some(Said::Texts(texts)) => (
            0,
            texts
                .iter()
                .map(|it| record(asked.clone(), 16, &strings(it)))
                .collect(),
        ),
        Some(Said::Alias(other, it)) => (
            0,
            vec![
                record(asked, 5, &encoded(&other)),
                record(encoded(&other), 16, &strings(&it)),
            ],
        ),
    };
    let mut answer = query.get(..2)?.to_vec();
    answer.extend([
        0x81,
        0x80 | code,
        0,
        1,
        0,
        u8::try_from(records.len()).ok()?,
        0,
        0,
        0,
        0,
    ]);
    answer.extend(question);
    answer.extend(records.concat());
    Some(answer)
}

fn record(name: Vec<u8>, kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a short record").to_be_bytes();
    [
        name,
        vec![0, kind, 0, 1, 0, 0, 0, 60],
        length.to_vec(),
        data.to_vec(),
    ]
    .concat()
}

/// A text as the strings of a TXT record, in pieces as servers cut it.
fn strings(text: &str) -> Vec<u8> {
    let piece = |it: &[u8]| {
        let length = u8::try_from(it.len()).expect("a short piece");
        [vec![length], it.to_vec()].concat()
    };
    text.as_bytes().chunks(20).flat_map(piece).collect()
}

fn encoded(name: &str) -> Vec<u8> {
    let label = |it: &str| {
        let length = u8::try_from(it.len()).expect("a short label");
        [vec![length], it.as_bytes().to_vec()].concat()
    };
    let mut bytes: Vec<u8> = name.split('.').flat_map(label).collect();
    bytes.push(0);
    bytes
}
