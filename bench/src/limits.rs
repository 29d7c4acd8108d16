//! What the same cores do without Janua: the limits it is measured against.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use axum::Json;
use axum::routing::get;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Runs a job on every core for a while; gives how often it was done per second.
fn on_all_cores(window: Duration, job: impl Fn() -> Box<dyn FnMut()> + Sync) -> f64 {
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut job = job();
                while !stop.load(Ordering::Relaxed) {
                    job();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(window);
        stop.store(true, Ordering::Relaxed);
    });
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of seconds' work is far below 2^52"
    )]
    let done = done.load(Ordering::Relaxed) as f64;
    done / started.elapsed().as_secs_f64()
}

/// Argon2id at the parameters of the server (m = 19 MiB, t = 2, p = 1), memory reused.
pub(crate) fn argon2id(window: Duration) -> f64 {
    on_all_cores(window, || {
        let params = Params::new(19_456, 2, 1, Some(32)).expect("the parameters of the server are valid");
        let mut memory = vec![Block::new(); params.block_count()];
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut out = [0; 32];
        Box::new(move || {
            let done = hasher.hash_password_into_with_memory(
                b"orbit-velvet-canyon",
                &[7; 16],
                &mut out,
                &mut memory,
            );
            done.expect("a hash of fixed lengths");
        })
    })
}

/// RS256 with a 2048-bit key that is parsed once.
pub(crate) fn rs256(window: Duration) -> f64 {
    let key = Arc::new(KeyPair::generate(KeySize::Rsa2048).expect("a key"));
    on_all_cores(window, || {
        let key = key.clone();
        let (random, mut signature) = (SystemRandom::new(), vec![0; key.public_modulus_len()]);
        Box::new(move || {
            key.sign(&RSA_PKCS1_SHA256, &random, &[7; 400], &mut signature)
                .expect("a signature");
        })
    })
}

/// A server of the same stack that says hello, as a process of its own.
pub(crate) struct Hello {
    process: Child,
    pub(crate) port: u16,
}

impl Hello {
    pub(crate) async fn start() -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("hello")
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().context("its output")?;
        let line = BufReader::new(output)
            .lines()
            .next_line()
            .await?
            .context("its port")?;
        Ok(Self {
            process,
            port: line.trim().parse()?,
        })
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        self.process.kill().await?;
        Ok(())
    }
}

/// The body of that process: axum with one route that answers a small JSON object.
pub(crate) async fn say_hello() -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let hello =
        async || Json(serde_json::json!({"message": "hello", "status": "healthy", "version": "1.0.0"}));
    axum::serve(listener, axum::Router::new().route("/hello", get(hello))).await?;
    Ok(())
}
