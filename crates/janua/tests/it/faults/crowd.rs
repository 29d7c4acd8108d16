//! People who do all they can do, all the time, and remember what they were told.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::code;
use crate::process::eventually;
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, refresh};

/// Far more than any answer may take; whoever waits longer would wait for ever.
const PATIENCE: Duration = Duration::from_secs(30);

const ME: &str = "/api/v1/users/me";
const LOGIN: &str = "/api/v1/auth/login";

/// What the crowd may be told beside the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excuse {
    /// Nothing: every answer is the right one.
    None,
    /// That the database is away: 503 with `Retry-After`.
    Database,
}

/// A crowd at one or several instances.
pub(super) struct Crowd<'j> {
    instances: &'j [&'j TestJanua],
    excuse: Excuse,
    ended: Cell<bool>,
    rounds: Cell<usize>,
    excused: Cell<usize>,
    /// How often each step was told to go on.
    done: RefCell<BTreeMap<&'static str, usize>>,
    registered: RefCell<Vec<String>>,
}

impl<'j> Crowd<'j> {
    pub(super) fn at(instances: &'j [&'j TestJanua], excuse: Excuse) -> Self {
        Self {
            instances,
            excuse,
            ended: Cell::new(false),
            rounds: Cell::new(0),
            excused: Cell::new(0),
            done: RefCell::default(),
            registered: RefCell::default(),
        }
    }

    /// Runs the story while `people` are at work, then lets them come to an end and checks all they were promised.
    pub(super) async fn during<T>(&self, people: usize, story: impl Future<Output = T>) -> T {
        let at_work = join_all((0..people).map(|number| self.person(number)));
        let told = async {
            let told = story.await;
            self.ended.set(true);
            told
        };
        let (_, told) = tokio::join!(at_work, told);
        for email in self.registered.take() {
            self.signs_in(0, &email).await.expect("nothing is away any more");
        }
        told
    }

    /// Waits until everybody has been through this many rounds more, whatever they were told.
    pub(super) async fn goes_on(&self, rounds: usize) {
        let goal = self.rounds.get() + rounds;
        eventually("the crowd goes on", async || {
            (self.rounds.get() >= goal).then_some(())
        })
        .await;
    }

    /// Waits until this many excuses more were heard.
    pub(super) async fn is_excused(&self, times: usize) {
        let goal = self.excused.get() + times;
        eventually("the crowd is refused", async || {
            (self.excused.get() >= goal).then_some(())
        })
        .await;
    }

    /// Waits until every step has been taken again without an excuse.
    pub(super) async fn works(&self) {
        let before = self.done.borrow().clone();
        let again = async || {
            let now = self.done.borrow();
            let grown = |step: &&str| now.get(*step) > before.get(*step);
            ["sign-in", "me", "refresh", "wrong", "register", "logout", "ended"]
                .iter()
                .all(grown)
                .then_some(())
        };
        eventually("everything works again", again).await;
    }

    async fn person(&self, number: usize) {
        let email = format!("person-{number}@example.com");
        let mut known = false;
        let (mut session, mut ended): (Option<SignedIn>, Option<SignedIn>) = (None, None);
        for turn in number.. {
            if self.ended.get() {
                break;
            }
            self.rounds.set(self.rounds.get() + 1);
            if !known {
                known = self.signs_up(turn, &email).await;
                continue;
            }
            let newcomer = format!("guest-{number}-{turn}@example.com");
            if turn % 4 == 0 && self.signs_up(turn, &newcomer).await {
                self.registered.borrow_mut().push(newcomer);
            }
            self.is_refused(turn, &format!("stranger-{number}-{turn}@example.com"))
                .await;
            session = match session {
                None => self.signs_in(turn, &email).await,
                Some(mut session) => {
                    self.looks(turn, &session).await;
                    // Who is excused shows the same token again, here or elsewhere.
                    if let Some(next) = self.refreshes(turn, &session).await {
                        session.access = next.str("/access_token");
                        session.refresh = next.str("/refresh_token");
                    }
                    Some(session)
                }
            };
            if let Some(over) = &ended {
                self.is_kept_out(turn, over).await;
            }
            if turn % 3 == 0
                && let Some(last) = session.take()
            {
                ended = self.leaves(turn, last).await;
            }
        }
        // Nobody's tokens were broken by what happened: the family goes on.
        if let Some(session) = session {
            // A connection that vanished may still be found out; who is excused comes again.
            let next = eventually("the family goes on", async || self.refreshes(0, &session).await).await;
            let again = refresh(self.instance(0), &next.str("/refresh_token"), "").await;
            assert!(again.status.is_success(), "{}", again.text);
        }
    }

    fn instance(&self, turn: usize) -> &'j TestJanua {
        self.instances[turn % self.instances.len()]
    }

    /// The answer, unless it is an excuse that is allowed.
    async fn told(&self, step: &'static str, answer: impl Future<Output = Answer>) -> Option<Answer> {
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        let answer = answer.unwrap_or_else(|_| panic!("{step}: nobody answers"));
        if answer.status != 503 {
            *self.done.borrow_mut().entry(step).or_default() += 1;
            return Some(answer);
        }
        assert_eq!(self.excuse, Excuse::Database, "{step}: {}", answer.text);
        answer.assert_envelope();
        assert!(
            ["DATABASE_UNAVAILABLE", "REQUEST_TIMEOUT"].contains(&code(&answer).as_str()),
            "{step}: {}",
            answer.text
        );
        assert!(
            answer.header("retry-after").parse::<u32>().is_ok_and(|it| it > 0),
            "{step}: {:?}",
            answer.headers
        );
        self.excused.set(self.excused.get() + 1);
        None
    }

    async fn signs_up(&self, turn: usize, email: &str) -> bool {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self.instance(turn).post("/api/v1/auth/register", body);
        let Some(answer) = self.told("register", answer).await else {
            return false;
        };
        // Excused before, and registered all the same.
        assert!(
            answer.status.is_success() || self.excuse == Excuse::Database && answer.status == 409,
            "{}",
            answer.text
        );
        true
    }

    async fn signs_in(&self, turn: usize, email: &str) -> Option<SignedIn> {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = self
            .told("sign-in", self.instance(turn).post(LOGIN, body))
            .await?;
        assert_eq!(answer.status, 200, "{email}: {}", answer.text);
        Some(SignedIn::of(answer))
    }

    async fn looks(&self, turn: usize, session: &SignedIn) {
        if let Some(me) = self.told("me", session.get(self.instance(turn), ME)).await {
            assert_eq!(me.status, 200, "{}", me.text);
        }
    }

    async fn refreshes(&self, turn: usize, session: &SignedIn) -> Option<Answer> {
        let answer = self
            .told("refresh", refresh(self.instance(turn), &session.refresh, ""))
            .await?;
        assert_eq!(answer.status, 200, "{}", answer.text);
        Some(answer)
    }

    async fn is_refused(&self, turn: usize, email: &str) {
        let body = json!({"email": email, "password": "wrong"});
        if let Some(answer) = self.told("wrong", self.instance(turn).post(LOGIN, body)).await {
            answer.refused("INVALID_CREDENTIALS");
        }
    }

    /// Signs out; what is left when that was acknowledged. An excuse leaves it open whether it happened.
    async fn leaves(&self, turn: usize, session: SignedIn) -> Option<SignedIn> {
        let leaving = session.post(self.instance(turn), "/api/v1/auth/logout", json!({}));
        let answer = self.told("logout", leaving).await?;
        assert!(answer.status.is_success(), "{}", answer.text);
        Some(session)
    }

    async fn is_kept_out(&self, turn: usize, session: &SignedIn) {
        if let Some(answer) = self.told("ended", session.get(self.instance(turn), ME)).await {
            answer.refused("TOKEN_REVOKED");
        }
        if let Some(answer) = self.told("ended", session.refreshes(self.instance(turn))).await {
            answer.refused("REFRESH_TOKEN_INVALID");
        }
    }
}
