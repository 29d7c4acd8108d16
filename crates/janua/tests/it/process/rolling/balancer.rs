//! A load balancer that fits on a page: new connections go to instances that say that they are ready.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Between two looks at `/ready`.
const PERIOD: Duration = Duration::from_millis(100);

type Backends = Arc<Mutex<Vec<(SocketAddr, bool)>>>;

/// It forwards as long as it is held.
pub(super) struct Balancer {
    pub(super) address: SocketAddr,
    backends: Backends,
    _tasks: JoinSet<()>,
}

impl Balancer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let backends = Backends::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(forward(listener, backends.clone()));
        tasks.spawn(watch(backends.clone()));
        Self {
            address,
            backends,
            _tasks: tasks,
        }
    }

    pub(super) fn add(&self, address: SocketAddr) {
        self.backends.lock().expect("the list").push((address, false));
    }

    pub(super) fn remove(&self, address: SocketAddr) {
        self.backends
            .lock()
            .expect("the list")
            .retain(|it| it.0 != address);
    }

    pub(super) fn ready(&self) -> usize {
        self.backends
            .lock()
            .expect("the list")
            .iter()
            .filter(|it| it.1)
            .count()
    }

    pub(super) fn is_ready(&self, address: SocketAddr) -> bool {
        self.backends.lock().expect("the list").contains(&(address, true))
    }
}

/// A browser that follows nothing.
#[expect(clippy::disallowed_methods, reason = "a test is a client from outside")]
pub(super) fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    client.build().expect("a client")
}

async fn watch(backends: Backends) {
    let http = client();
    loop {
        let known: Vec<SocketAddr> = backends.lock().expect("the list").iter().map(|it| it.0).collect();
        for address in known {
            let asked = http.get(format!("http://{address}/ready")).send().await;
            let ready = asked.is_ok_and(|it| it.status().is_success());
            let mut backends = backends.lock().expect("the list");
            for backend in backends.iter_mut().filter(|it| it.0 == address) {
                backend.1 = ready;
            }
        }
        tokio::time::sleep(PERIOD).await;
    }
}

async fn forward(listener: TcpListener, backends: Backends) {
    let mut forwarded = JoinSet::new();
    let mut turn = 0_usize;
    loop {
        let (mut client, _) = listener.accept().await.expect("a connection");
        turn += 1;
        let ready: Vec<SocketAddr> = {
            let backends = backends.lock().expect("the list");
            backends.iter().filter(|it| it.1).map(|it| it.0).collect()
        };
        forwarded.spawn(async move {
            // One that refuses is passed over.
            for step in 0..ready.len() {
                if let Ok(mut server) = TcpStream::connect(ready[(turn + step) % ready.len()]).await {
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    return;
                }
            }
        });
    }
}
