//! Killed again and again under mixed writes: what was answered is there, and nothing is half there.
//!
//! `JANUA_TEST_KILL_ROUNDS` says how often, `JANUA_TEST_KILL_SEED` repeats the choices of a run. Each round prints a
//! line: what was acknowledged before the kill, and how many orders were under way.

mod books;
mod customer;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use janua::io::random::Random;

use super::{Home, Program};
use crate::support::handed_over;
use customer::Customer;

const CUSTOMERS: u64 = 8;

/// Choices that can be made again: `SplitMix64` by Steele, Lea and Flood.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn number(name: &str) -> Option<u64> {
    handed_over(name).and_then(|it| it.parse().ok())
}

/// What goes on before the kill.
pub(crate) struct Round<'p> {
    pub(crate) program: &'p Program,
    acknowledged: AtomicUsize,
    killed: AtomicBool,
}

impl Round<'_> {
    /// An order was answered.
    pub(crate) fn acknowledge(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
    }

    /// Nobody answered: that may be only after the kill.
    pub(crate) fn must_be_over(&self) {
        assert!(
            self.killed.load(Ordering::SeqCst),
            "nobody answers, and nobody was killed: {}",
            self.program.stderr()
        );
    }

    /// Kills the program after so many answers, and a moment more.
    async fn kills(&self, after: usize, moment: Duration) {
        while self.acknowledged.load(Ordering::SeqCst) < after {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(moment).await;
        self.killed.store(true, Ordering::SeqCst);
        self.program.signal("KILL");
    }
}

#[tokio::test]
async fn whatever_was_acknowledged_survives_being_killed_again_and_again() {
    let rounds = number("JANUA_TEST_KILL_ROUNDS").unwrap_or(8);
    let seed = number("JANUA_TEST_KILL_SEED")
        .unwrap_or_else(|| u64::from(u32::from_be_bytes(Random::System.bytes())));
    let home = Home::with_empty_store()
        .await
        .with("RATE_LIMIT_ENABLED", "false")
        .with("EMAIL_RATE_LIMIT_GLOBAL", "1000000")
        .with("REQUIRE_EMAIL_VERIFICATION", "false");
    println!("{rounds} rounds, JANUA_TEST_KILL_SEED={seed}");
    let mut dice = Dice::new(seed);
    let mut customers: Vec<Customer> = (0..CUSTOMERS)
        .map(|number| Customer::new(number, dice.below(u64::MAX)))
        .collect();
    let (mut total, mut doubtful) = (0, 0);
    for number in 1..=rounds {
        let mut program = home.serves().await;
        let books = books::check(&home).await;
        join_all(customers.iter_mut().map(|it| it.compares(&program))).await;

        let after = usize::try_from(10 + dice.below(60)).expect("a small number");
        let moment = Duration::from_micros(dice.below(6000));
        let round = Round {
            program: &program,
            acknowledged: AtomicUsize::new(0),
            killed: AtomicBool::new(false),
        };
        let work = join_all(customers.iter_mut().map(|it| it.works(&round)));
        tokio::join!(work, round.kills(after, moment));
        let acknowledged = round.acknowledged.into_inner();
        assert!(!program.ends().await.success());
        let in_doubt: Vec<&str> = customers.iter().filter_map(Customer::under_way).collect();
        println!(
            "round {number}: {acknowledged} acknowledged, killed during [{}]; before it {books}",
            in_doubt.join(", ")
        );
        total += acknowledged;
        doubtful += in_doubt.len();
    }
    let program = home.serves().await;
    let books = books::check(&home).await;
    join_all(customers.iter_mut().map(|it| it.compares(&program))).await;
    assert!(program.stops().await.success());
    println!(
        "{rounds} rounds, {total} acknowledged, {doubtful} orders under way at a kill; at the end {books}: nothing is missing"
    );
    assert!(doubtful > 0, "no kill came while something was under way");
}
