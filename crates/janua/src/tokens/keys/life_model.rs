//! Every short history of orders, rounds of the worker and waiting: what always holds must hold in each of them.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use super::{MARGIN, PUBLISHED_FOR, Stage, State, Step, due, needed_until, signer};
use crate::crypto::signing::Algorithm;

const LIFETIME: i64 = 900;
const LEEWAY: u8 = 30;
const EVERY: TimeDelta = TimeDelta::days(1);

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn stage(kid: &str, state: State, at: i64) -> Stage {
    Stage {
        kid: kid.to_owned(),
        algorithm: Algorithm::Rs256,
        state,
        is_stored: true,
        activates_at: time(at),
        retires_at: time(at),
    }
}

/// The store, and what was promised to holders of tokens and of the JWKS.
#[derive(Clone, PartialEq, Eq, Hash)]
struct World {
    now: i64,
    keys: Vec<Stage>,
    made: u8,
    /// When each key was published; ordered at once or not.
    published: Vec<(String, i64, bool)>,
    /// Signer and expiry of the newest token of each key.
    tokens: Vec<(String, i64)>,
    depth: u8,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    Order(Algorithm),
    OrderAtOnce,
    Round,
    Wait(i64),
}

impl World {
    fn new() -> Self {
        Self {
            now: 0,
            keys: vec![stage("0", State::Active, 0)],
            made: 1,
            published: vec![("0".to_owned(), 0, true)],
            tokens: Vec::new(),
            depth: 0,
        }
    }

    fn publish(&mut self, algorithm: Algorithm, at_once: bool) {
        let waits = |it: &Stage| it.state == State::Next;
        if at_once {
            self.keys.retain(|it| !waits(it));
        } else if self.keys.iter().any(|it| waits(it) && it.algorithm == algorithm) {
            return;
        }
        let wait = if at_once { 0 } else { PUBLISHED_FOR.num_seconds() };
        let kid = self.made.to_string();
        self.made += 1;
        self.keys.push(Stage {
            algorithm,
            ..stage(&kid, State::Next, self.now + wait)
        });
        self.published.push((kid.clone(), self.now, at_once));
        if at_once {
            self.activate(&kid);
        }
    }

    fn activate(&mut self, kid: &str) {
        for key in &mut self.keys {
            if key.state == State::Active {
                key.state = State::Retiring;
                key.retires_at = needed_until(time(self.now), LIFETIME, LEEWAY);
            } else if key.kid == kid {
                key.state = State::Active;
                key.activates_at = time(self.now);
            }
        }
    }

    fn sign(&mut self) {
        let kid = signer(&self.keys, Algorithm::Rs256, time(self.now))
            .unwrap()
            .kid
            .clone();
        let expiry = self.now + LIFETIME;
        self.tokens.retain(|(it, _)| *it != kid);
        self.tokens.push((kid, expiry));
    }

    fn after(&self, step: Move) -> Self {
        let mut world = self.clone();
        world.depth += 1;
        match step {
            Move::Order(algorithm) => world.publish(algorithm, false),
            Move::OrderAtOnce => world.publish(Algorithm::Rs256, true),
            Move::Wait(seconds) => {
                // The clock goes on while instances sign.
                world.now += seconds;
            }
            Move::Round => {
                for step in due(&world.keys, Some(EVERY), time(world.now)) {
                    match step {
                        Step::Activate(kid) => world.activate(&kid),
                        Step::Remove(kid) => world.keys.retain(|it| it.kid != kid),
                        Step::Publish(algorithm) => world.publish(algorithm, false),
                    }
                }
            }
        }
        world.sign();
        world
    }

    fn check(&self) {
        let active = self.keys.iter().filter(|it| it.state == State::Active).count();
        assert_eq!(active, 1, "{:?}", self.keys);
        for (kid, expiry) in &self.tokens {
            if self.now < expiry + i64::from(LEEWAY) {
                let key = self.keys.iter().find(|it| it.kid == *kid);
                assert!(key.is_some(), "a token of {kid} lives, its key does not");
                let (published, at_once) = self
                    .published
                    .iter()
                    .find_map(|(it, at, at_once)| (it == kid).then_some((*at, *at_once)))
                    .unwrap();
                let signed = expiry - LIFETIME;
                assert!(at_once || signed >= published + PUBLISHED_FOR.num_seconds());
            }
        }
    }
}

#[test]
fn in_every_history_tokens_outlive_nothing_that_verifies_them() {
    use Move::{Order, OrderAtOnce, Round, Wait};
    let moves = [
        Order(Algorithm::Rs256),
        Order(Algorithm::Es256),
        OrderAtOnce,
        Round,
        Wait(PUBLISHED_FOR.num_seconds() - 1),
        Wait(1),
        Wait(LIFETIME + MARGIN.num_seconds() + i64::from(LEEWAY)),
        Wait(EVERY.num_seconds()),
    ];
    let start = World::new();
    let mut seen = HashSet::from([start.clone()]);
    let mut queue = VecDeque::from([start]);
    while let Some(world) = queue.pop_front() {
        world.check();
        if world.depth == 6 {
            continue;
        }
        for step in moves {
            let next = world.after(step);
            if seen.insert(next.clone()) {
                queue.push_back(next);
            }
        }
    }
    assert!(seen.len() > 20_000, "{}", seen.len());
}

#[test]
fn each_step_is_due_to_the_second() {
    let next = stage("n", State::Next, 100);
    let active = stage("a", State::Active, 0);
    let retiring = stage("r", State::Retiring, 100);
    let keys = [next, active.clone(), retiring];
    assert_eq!(due(&keys, None, time(99)), []);
    assert_eq!(
        due(&keys, None, time(100)),
        [Step::Activate("n".to_owned()), Step::Remove("r".to_owned())]
    );
    let early = time((EVERY - PUBLISHED_FOR).num_seconds());
    let alone = [active];
    assert_eq!(due(&alone, Some(EVERY), early - TimeDelta::seconds(1)), []);
    assert_eq!(due(&alone, Some(EVERY), early), [Step::Publish(Algorithm::Rs256)]);
    assert_eq!(due(&alone, None, early), []);
    // A key that waits already is enough.
    assert_eq!(due(&keys[..2], Some(EVERY), time(99)), []);
}

#[test]
fn the_older_of_two_waiting_keys_gives_way_to_the_younger() {
    let keys = [stage("b", State::Next, 90), stage("a", State::Next, 80)];
    let steps = due(&keys, None, time(100));
    assert_eq!(
        steps,
        [Step::Activate("a".to_owned()), Step::Activate("b".to_owned())]
    );
}

#[test]
fn the_active_key_signs_and_without_one_the_last_that_retired() {
    let of = |algorithm, stage| Stage { algorithm, ..stage };
    let rsa = stage("rsa", State::Active, 10);
    let p256 = of(Algorithm::Es256, stage("p256", State::Active, 20));
    let kid = |keys: &[Stage], preferred| signer(keys, preferred, time(30)).map(|it| it.kid.clone());
    let both = [rsa, p256];
    assert_eq!(kid(&both, Algorithm::Rs256).unwrap(), "rsa");
    assert_eq!(kid(&both, Algorithm::Es256).unwrap(), "p256");
    assert_eq!(kid(&both, Algorithm::EdDsa).unwrap(), "p256");

    let retired = [
        stage("old", State::Retiring, 40),
        stage("new", State::Retiring, 50),
    ];
    assert_eq!(kid(&retired, Algorithm::Rs256).unwrap(), "new");
    assert_eq!(kid(&[stage("gone", State::Retiring, 30)], Algorithm::Rs256), None);
    assert_eq!(kid(&[stage("next", State::Next, 30)], Algorithm::Rs256), None);
    let pinned = Stage {
        is_stored: false,
        ..stage("pinned", State::Retiring, 50)
    };
    assert_eq!(kid(&[pinned], Algorithm::Rs256), None);
}
