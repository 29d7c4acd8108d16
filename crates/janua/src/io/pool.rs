//! A bounded pool of threads for work that burns the processor: password hashes and signatures.
//!
//! Such work never runs on the async runtime. The queue is bounded: past it a caller is told to come back, so memory
//! and waiting time stay flat however many people sign in. Each thread owns a scratch value that its jobs reuse (the
//! memory of Argon2) and gives it back to the system when it has been idle for a while.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::TRACE;
use crate::error::{Code, Error, Truth};
use crate::metrics::PoolWork;

/// How long a thread keeps its scratch memory without work.
const IDLE: Duration = Duration::from_secs(5);

/// By how much threads are nicer than others; each step leaves about a tenth more to the rest.
#[derive(Clone, Copy, Debug)]
pub struct Niceness(pub i32);

/// The lowest priority there is.
#[cfg(target_os = "linux")]
const LOWEST: i32 = 19;

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the work queue is full")]
pub struct Overloaded;

impl From<Overloaded> for Error {
    #[track_caller]
    fn from(_: Overloaded) -> Self {
        Code::Overloaded.because(Truth::QueueFull).retry_after(1)
    }
}

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Threads that share one bounded queue.
pub struct Pool<S> {
    name: &'static str,
    queue: SyncSender<Job<S>>,
    room: usize,
    waiting: Arc<AtomicUsize>,
    work: PoolWork,
}

impl<S> Clone for Pool<S> {
    fn clone(&self) -> Self {
        Self {
            name: self.name,
            queue: self.queue.clone(),
            room: self.room,
            waiting: self.waiting.clone(),
            work: self.work.clone(),
        }
    }
}

impl<S> std::fmt::Debug for Pool<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool")
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

impl<S: Default + 'static> Pool<S> {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(name: &'static str, threads: usize, queue: usize) -> std::io::Result<Self> {
        Self::start_with(name, threads, queue, || ())
    }

    /// The same, on threads that leave the processor to all others who want it: what takes long anyway must not make
    /// short answers wait.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start_yielding(
        name: &'static str,
        threads: usize,
        queue: usize,
        by: Niceness,
    ) -> std::io::Result<Self> {
        Self::start_with(name, threads, queue, move || yield_to_others(by))
    }

    fn start_with(
        name: &'static str,
        threads: usize,
        queue: usize,
        prepare: impl FnOnce() + Clone + Send + 'static,
    ) -> std::io::Result<Self> {
        let room = queue.max(1);
        let (sender, receiver) = sync_channel::<Job<S>>(room);
        let receiver = Arc::new(Mutex::new(receiver));
        for index in 0..threads.max(1) {
            let (receiver, prepare) = (receiver.clone(), prepare.clone());
            std::thread::Builder::new()
                .name(format!("{name}-{index}"))
                .spawn(move || {
                    prepare();
                    work(&receiver);
                })?;
        }
        Ok(Self {
            name,
            queue: sender,
            room,
            waiting: Arc::default(),
            work: PoolWork::default(),
        })
    }

    /// The same, telling these figures how it does.
    #[must_use]
    pub fn measured(self, work: PoolWork) -> Self {
        Self { work, ..self }
    }

    /// Runs one job and waits for its result without holding a thread of the runtime.
    ///
    /// # Errors
    /// [`Overloaded`] when the queue is full.
    ///
    /// # Panics
    /// When the job panicked: the panic goes on where the result was awaited.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        self.reserve()?.run(job).await
    }

    /// Takes a place in the queue before the job is known. Who finds none is sent away before anything is asked of the
    /// database for them: under a storm they must not keep the others waiting.
    ///
    /// # Errors
    /// [`Overloaded`] when the queue is full.
    pub fn reserve(&self) -> Result<Place<S>, Overloaded> {
        let taken = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| {
                (it < self.room).then_some(it + 1)
            });
        if taken.is_err() {
            self.work.refused();
            return Err(Overloaded);
        }
        Ok(Place {
            pool: self.clone(),
            counted: Counted(self.waiting.clone()),
        })
    }
}

/// One place in the queue, free again when it is dropped.
#[derive(Debug)]
pub struct Place<S> {
    pool: Pool<S>,
    counted: Counted,
}

/// One of those that wait.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<S: Default + 'static> Place<S> {
    /// Runs the job for which the place was taken.
    ///
    /// # Errors
    /// [`Overloaded`] when the pool has ended.
    ///
    /// # Panics
    /// As [`Pool::run`].
    pub async fn run<T: Send + 'static>(
        self,
        job: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let Self { pool, counted } = self;
        let (answer, result) = oneshot::channel();
        let work = pool.work.clone();
        let (span, queued) = (
            tracing::debug_span!(target: TRACE, "work", otel.name = pool.name),
            Instant::now(),
        );
        let job: Job<S> = Box::new(move |scratch| {
            drop(counted);
            // Nobody waits any more when the caller went away: the answer is dropped.
            if !answer.is_closed() {
                let started = Instant::now();
                work.waited(started - queued);
                let done = std::panic::catch_unwind(AssertUnwindSafe(|| span.in_scope(|| job(scratch))));
                // Before the answer: who has it also finds it counted.
                work.ran(started.elapsed());
                let _ = answer.send(done);
            }
        });
        // The queue holds as many as there are places.
        if pool.queue.try_send(job).is_err() {
            pool.work.refused();
            return Err(Overloaded);
        }
        match result.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(Overloaded),
        }
    }
}

impl<S> Pool<S> {
    /// Jobs that wait for a thread, and places taken for some.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// Lowers the priority of this thread. Linux keeps one for each thread; elsewhere, and where it is not allowed, all
/// stays as it was.
#[cfg_attr(
    not(target_os = "linux"),
    expect(unused_variables, reason = "only Linux keeps one")
)]
fn yield_to_others(by: Niceness) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        let thread = Some(rustix::thread::gettid());
        let lowered = getpriority_process(thread)
            .and_then(|nice| setpriority_process(thread, (nice + by.0).min(LOWEST)));
        if let Err(error) = lowered {
            tracing::debug!(%error, "the priority of a thread could not be lowered");
        }
    }
}

fn work<S: Default>(receiver: &Mutex<Receiver<Job<S>>>) {
    let mut scratch: Option<S> = None;
    loop {
        let next = {
            let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
            if scratch.is_some() {
                receiver.recv_timeout(IDLE)
            } else {
                receiver.recv().map_err(Into::into)
            }
        };
        match next {
            Ok(job) => job(scratch.get_or_insert_default()),
            Err(RecvTimeoutError::Timeout) => scratch = None,
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn refuses_what_the_queue_cannot_hold_and_serves_the_rest() {
        let pool = Pool::<()>::start("test", 1, 1).unwrap();
        let (release, blocked) = std::sync::mpsc::channel::<()>();
        let (started, running) = oneshot::channel();
        let busy = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move |()| {
                    let _ = started.send(());
                    blocked.recv().ok();
                })
                .await
            }
        });
        running.await.unwrap();
        let queued = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|()| 7).await }
        });
        while pool.waiting() < 1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(|()| 8).await, Err(Overloaded));
        release.send(()).unwrap();
        assert_eq!(queued.await.unwrap(), Ok(7));
        busy.await.unwrap().unwrap();
        assert_eq!(pool.waiting(), 0);
    }

    #[tokio::test]
    async fn a_place_is_kept_until_it_is_used_or_given_up() {
        let pool = Pool::<()>::start("test", 1, 1).unwrap();
        let place = pool.reserve().unwrap();
        assert_eq!(pool.run(|()| 1).await, Err(Overloaded));
        assert_eq!(place.run(|()| 2).await, Ok(2));
        drop(pool.reserve().unwrap());
        assert_eq!(pool.run(|()| 3).await, Ok(3));
    }

    #[tokio::test]
    async fn survives_a_job_that_panics() {
        let pool = Pool::<()>::start("test", 1, 4).unwrap();
        let panicked = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|()| -> u8 { panic!("a job that fails") }).await }
        });
        assert!(panicked.await.is_err());
        assert_eq!(pool.run(|()| 1).await, Ok(1));
    }
}
