//! A person who writes down what the server acknowledged, and what they do not know.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Dice, Round};
use crate::process::Program;
use crate::support::Answer;

const ME: &str = "/api/v1/users/me";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";

/// Sessions that one customer keeps.
const KEPT: usize = 4;

/// A session as its browser knows it.
#[derive(Clone, Debug)]
struct Held {
    id: String,
    access: String,
    refresh: String,
}

/// An order that was sent and not answered: it was carried out as a whole or not at all.
#[derive(Clone, Debug)]
enum UnderWay {
    Registration,
    SignIn,
    Refresh,
    /// These sessions, and no others, may have ended.
    Ends(Vec<String>),
    /// The password may be this one; then all sessions have ended but this one.
    Password {
        new: String,
        kept: Option<String>,
    },
}

/// Nobody answers any more.
struct Gone;

/// A person with one address.
pub(super) struct Customer {
    email: String,
    password: String,
    registered: bool,
    device: String,
    sessions: Vec<Held>,
    /// Sessions that have ended since the books were compared, and whether that was acknowledged.
    ended: Vec<(Held, bool)>,
    under_way: Option<UnderWay>,
    passwords: u64,
    dice: Dice,
}

impl Customer {
    pub(super) fn new(number: u64, seed: u64) -> Self {
        Self {
            email: format!("customer-{number}@example.com"),
            password: format!("orbit-velvet-canyon-{number}"),
            registered: false,
            device: String::new(),
            sessions: Vec::new(),
            ended: Vec::new(),
            under_way: None,
            passwords: 0,
            dice: Dice::new(seed),
        }
    }

    /// What was sent and not answered.
    pub(super) fn under_way(&self) -> Option<&'static str> {
        Some(match self.under_way.as_ref()? {
            UnderWay::Registration => "registration",
            UnderWay::SignIn => "sign-in",
            UnderWay::Refresh => "refresh",
            UnderWay::Ends(_) => "end",
            UnderWay::Password { kept: Some(_), .. } => "change",
            UnderWay::Password { kept: None, .. } => "reset",
        })
    }

    /// Gives one order after the other until nobody answers.
    pub(super) async fn works(&mut self, round: &Round<'_>) {
        loop {
            if self.step(round).await.is_err() {
                round.must_be_over();
                return;
            }
            self.under_way = None;
            round.acknowledge();
        }
    }

    async fn step(&mut self, round: &Round<'_>) -> Result<(), Gone> {
        if !self.registered {
            return self.registers(round).await;
        }
        let count = u64::try_from(self.sessions.len()).expect("a small number");
        if count == 0 {
            return self.signs_in(round).await;
        }
        let which = usize::try_from(self.dice.below(count)).expect("a small number");
        match self.dice.below(100) {
            0..25 if self.sessions.len() < KEPT => self.signs_in(round).await,
            0..60 => self.refreshes(round, which).await,
            60..70 => self.signs_out(round, which).await,
            70..78 => self.ends_another(round, which).await,
            78..83 => self.ends_all_others(round, which).await,
            83..94 => self.changes_password(round, which).await,
            _ => self.resets_password(round).await,
        }
    }

    async fn registers(&mut self, round: &Round<'_>) -> Result<(), Gone> {
        self.under_way = Some(UnderWay::Registration);
        let body = json!({"email": self.email, "password": self.password});
        let answer = send(round, Method::POST, "/api/v1/auth/register", |it| it.json(&body)).await?;
        answer.accepted();
        self.registered = true;
        Ok(())
    }

    async fn signs_in(&mut self, round: &Round<'_>) -> Result<(), Gone> {
        self.under_way = Some(UnderWay::SignIn);
        let (body, device) = (
            json!({"email": self.email, "password": self.password}),
            self.device.clone(),
        );
        let answer = send(round, Method::POST, LOGIN, |it| {
            it.header("cookie", device).json(&body)
        })
        .await?;
        self.enters(&answer.accepted());
        Ok(())
    }

    fn enters(&mut self, answer: &Answer) {
        let access = answer.str("/tokens/access_token");
        self.device = format!("janua_device={}", answer.cookie("janua_device"));
        self.sessions.push(Held {
            id: session_in(&access),
            refresh: answer.str("/tokens/refresh_token"),
            access,
        });
    }

    async fn refreshes(&mut self, round: &Round<'_>, which: usize) -> Result<(), Gone> {
        self.under_way = Some(UnderWay::Refresh);
        let (body, device) = (
            json!({"refresh_token": self.sessions[which].refresh}),
            self.device.clone(),
        );
        let answer = send(round, Method::POST, REFRESH, |it| {
            it.header("cookie", device).json(&body)
        })
        .await?;
        self.goes_on(which, &answer.accepted());
        Ok(())
    }

    fn goes_on(&mut self, which: usize, answer: &Answer) {
        self.sessions[which].access = answer.str("/access_token");
        self.sessions[which].refresh = answer.str("/refresh_token");
    }

    async fn signs_out(&mut self, round: &Round<'_>, which: usize) -> Result<(), Gone> {
        let held = self.sessions[which].clone();
        self.under_way = Some(UnderWay::Ends(vec![held.id.clone()]));
        let request = |it: RequestBuilder| it.bearer_auth(&held.access).json(&json!({}));
        send(round, Method::POST, "/api/v1/auth/logout", request)
            .await?
            .accepted();
        self.keeps_only(|it| it.id != held.id);
        Ok(())
    }

    async fn ends_another(&mut self, round: &Round<'_>, by: usize) -> Result<(), Gone> {
        let (own, other) = (self.sessions[by].clone(), self.sessions[0].id.clone());
        self.under_way = Some(UnderWay::Ends(vec![other.clone()]));
        let path = format!("/api/v1/sessions/{other}");
        send(round, Method::DELETE, &path, |it| it.bearer_auth(&own.access))
            .await?
            .accepted();
        self.keeps_only(|it| it.id != other);
        Ok(())
    }

    async fn ends_all_others(&mut self, round: &Round<'_>, by: usize) -> Result<(), Gone> {
        let own = self.sessions[by].clone();
        let others = self
            .sessions
            .iter()
            .map(|it| it.id.clone())
            .filter(|it| *it != own.id);
        self.under_way = Some(UnderWay::Ends(others.collect()));
        let request = |it: RequestBuilder| it.bearer_auth(&own.access);
        send(round, Method::DELETE, "/api/v1/sessions", request)
            .await?
            .accepted();
        self.keeps_only(|it| it.id == own.id);
        Ok(())
    }

    async fn changes_password(&mut self, round: &Round<'_>, by: usize) -> Result<(), Gone> {
        let (own, new) = (self.sessions[by].clone(), self.another_password());
        self.under_way = Some(UnderWay::Password {
            new: new.clone(),
            kept: Some(own.id.clone()),
        });
        let body = json!({"current_password": self.password, "new_password": new});
        let request = |it: RequestBuilder| it.bearer_auth(&own.access).json(&body);
        send(round, Method::POST, "/api/v1/auth/password/change", request)
            .await?
            .accepted();
        self.password = new;
        self.keeps_only(|it| it.id == own.id);
        Ok(())
    }

    async fn resets_password(&mut self, round: &Round<'_>) -> Result<(), Gone> {
        let before = self.reset_links(round).await?;
        let body = json!({"email": self.email});
        send(round, Method::POST, "/api/v1/auth/password/forgot", |it| {
            it.json(&body)
        })
        .await?
        .accepted();
        let link = loop {
            let links = self.reset_links(round).await?;
            if let Some(link) = links.into_iter().find(|it| !before.contains(it)) {
                break link;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        let new = self.another_password();
        self.under_way = Some(UnderWay::Password {
            new: new.clone(),
            kept: None,
        });
        let token = link.split("token=").nth(1).expect("a token");
        let body = json!({"token": token, "new_password": new});
        let answer = send(round, Method::POST, "/api/v1/auth/password/reset", |it| {
            it.json(&body)
        })
        .await?;
        if answer.status.is_success() {
            self.password = new;
            self.keeps_only(|_| false);
        } else {
            // A mail that an earlier kill had held up has just replaced the link.
            answer.refused("LINK_INVALID");
        }
        Ok(())
    }

    async fn reset_links(&self, round: &Round<'_>) -> Result<Vec<String>, Gone> {
        let path = format!("/dev/mail/messages?to={}", self.email);
        let mails = send(round, Method::GET, &path, |it| it).await?.accepted().json();
        let links = mails["messages"].as_array().expect("a list").iter();
        let links = links.flat_map(|it| it["links"].as_array().expect("a list").clone());
        let links = links.filter_map(|it| it.as_str().map(str::to_owned));
        Ok(links.filter(|it| it.contains("reset-password")).collect())
    }

    fn another_password(&mut self) -> String {
        self.passwords += 1;
        format!("granite-otter-lantern-{}", self.passwords)
    }

    fn keeps_only(&mut self, kept: impl Fn(&Held) -> bool) {
        let acknowledged = true;
        self.loses(acknowledged, |it| !kept(it));
    }

    fn loses(&mut self, acknowledged: bool, lost: impl Fn(&Held) -> bool) {
        let (ended, kept) = std::mem::take(&mut self.sessions).into_iter().partition(lost);
        self.sessions = kept;
        let ended: Vec<Held> = ended;
        self.ended.extend(ended.into_iter().map(|it| (it, acknowledged)));
    }

    /// After a start: everything that was acknowledged is so, and what was under way is whole or nothing.
    pub(super) async fn compares(&mut self, program: &Program) {
        let under_way = self.under_way.take();
        if !self.registered {
            let Some(UnderWay::Registration) = under_way else {
                return;
            };
            let body = json!({"email": self.email, "password": self.password});
            let answer = program.post("/api/v1/auth/register", &body).await;
            if !answer.status.is_success() {
                answer.refused("EMAIL_ALREADY_EXISTS");
            }
            self.registered = true;
        }
        let mut may_have_ended = Vec::new();
        match under_way {
            Some(UnderWay::Password { new, kept }) => {
                let taken = self.login(program, &new).await.status.is_success();
                if taken {
                    self.password = new;
                    // All or nothing: with the password the sessions went.
                    self.loses(false, |it| Some(&it.id) != kept.as_ref());
                }
            }
            Some(UnderWay::Ends(those)) => may_have_ended = those,
            _ => {}
        }
        let answer = self.login(program, &self.password.clone()).await.accepted();
        for (held, acknowledged) in std::mem::take(&mut self.ended) {
            self.refresh(program, &held)
                .await
                .refused("REFRESH_TOKEN_INVALID");
            // Killed between commit and announcement: a copy in Redis may live out its minute.
            if acknowledged {
                me(program, &held.access).await.refused("TOKEN_REVOKED");
            }
        }
        let mut gone = Vec::new();
        for which in 0..self.sessions.len() {
            let held = self.sessions[which].clone();
            let answer = self.refresh(program, &held).await;
            if may_have_ended.contains(&held.id) && !answer.status.is_success() {
                answer.refused("REFRESH_TOKEN_INVALID");
                gone.push(held.id);
                continue;
            }
            self.goes_on(which, &answer.accepted());
            me(program, &self.sessions[which].access).await.accepted();
        }
        assert!(
            gone.is_empty() || gone.len() == may_have_ended.len(),
            "of {may_have_ended:?} only {gone:?} have ended"
        );
        self.sessions.retain(|it| !gone.contains(&it.id));
        self.enters(&answer);
        let forgotten = self.sessions.len().saturating_sub(KEPT);
        self.sessions.drain(..forgotten);
    }

    async fn login(&self, program: &Program, password: &str) -> Answer {
        let body = json!({"email": self.email, "password": password});
        let request = |it: RequestBuilder| it.header("cookie", &self.device).json(&body);
        program.send(Method::POST, LOGIN, request).await
    }

    async fn refresh(&self, program: &Program, held: &Held) -> Answer {
        let body = json!({"refresh_token": held.refresh});
        let request = |it: RequestBuilder| it.header("cookie", &self.device).json(&body);
        program.send(Method::POST, REFRESH, request).await
    }
}

async fn me(program: &Program, access: &str) -> Answer {
    program.send(Method::GET, ME, |it| it.bearer_auth(access)).await
}

async fn send(
    round: &Round<'_>,
    method: Method,
    path: &str,
    change: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> Result<Answer, Gone> {
    round
        .program
        .try_send(method, path, change)
        .await
        .map_err(|_| Gone)
}

fn session_in(access: &str) -> String {
    let claims = access.split('.').nth(1).expect("claims");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("claims");
    let claims: Value = serde_json::from_slice(&claims).expect("claims");
    claims["sid"].as_str().expect("a session").to_owned()
}
