//! Sign-ins by mail: a link for the browser that asked, and six digits for another one.
//!
//! What always holds: there is one for each address, and asking again voids what was mailed before; link and code are
//! made when the mail is written and stored as keyed hashes; either is used up by one conditional UPDATE; a code counts
//! only together with the flow token that whoever asked holds, and the tries of an address outlive every request.
//! An [`Opened`] is made only here.

mod store;
mod tries;

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::{App, Keys};
use crate::crypto::digits;
use crate::crypto::secret::{Kind, OpaqueToken, SecretString};
use crate::error::{Code, Error, Result, Truth};
use crate::io::db::Tx;
use crate::users::{Email, User, UserId};

/// Proof that somebody reads the mails of this user's address. Only [`Used::opens`] makes one.
#[derive(Debug)]
pub struct Opened(User);

impl Opened {
    /// Whose address it is.
    pub fn into_user(self) -> User {
        self.0
    }
}

/// A sign-in by mail that has begun.
#[derive(Debug)]
pub struct Asked {
    /// Stays with whoever asked: it binds the link to their browser and the code to them.
    pub flow: OpaqueToken,
    /// How long link and code live.
    pub lifetime: Duration,
}

/// What is mailed, and stored nowhere.
#[derive(Debug)]
pub struct Minted {
    /// Stands in the link.
    pub link: OpaqueToken,
    /// Six digits.
    pub code: SecretString,
}

/// What somebody shows.
#[derive(Debug)]
pub enum Shown<'a> {
    /// The secret of the link.
    Link {
        /// As it stands in the address.
        token: &'a str,
        /// What the browser holds, if it asked.
        flow: Option<&'a str>,
        /// Whether the person wants to go on in a browser that did not ask.
        elsewhere: bool,
    },
    /// The six digits.
    Code {
        /// What whoever asked holds.
        flow: &'a str,
        /// As it was typed.
        code: &'a str,
    },
}

/// What was shown and may be right: only the database can tell.
#[derive(Debug)]
pub enum Admitted {
    /// A link, and the sign-in it is of.
    Link {
        /// Its hash.
        hash: String,
        /// Whoever asked.
        flow: String,
    },
    /// A code that was counted.
    Code {
        /// Whoever asked.
        flow: String,
        /// Its hash, under each master key.
        hashes: Vec<String>,
    },
}

/// A link that may be opened.
#[derive(Debug)]
pub struct Waiting {
    /// The address it was sent to.
    pub email: String,
    /// Whether the browser that shows it is the one that asked.
    pub same_browser: bool,
}

/// A link or code that was right and is used up.
#[derive(Debug)]
pub struct Used {
    email: String,
    user_id: Option<UserId>,
    epoch: Option<i64>,
    redirect_to: Option<String>,
}

impl Used {
    /// The address that proved to be read by whoever showed it.
    ///
    /// # Errors
    /// When what is stored is no address.
    pub fn email(&self) -> Result<Email> {
        Email::parse(&self.email).map_err(|_| Error::internal("a stored address is none"))
    }

    /// Where the person wanted to go.
    pub fn redirect_to(&self) -> Option<&str> {
        self.redirect_to.as_deref()
    }

    /// Refuses an account that has changed since the mail was written: with another password an older link is dead.
    ///
    /// # Errors
    /// `LINK_INVALID`.
    pub fn refuse_unless_of(&self, user: Option<&User>) -> Result<()> {
        let is_same = self.user_id.as_ref() == user.map(|it| &it.id) && self.epoch == user.map(|it| it.epoch);
        is_same
            .then_some(())
            .ok_or_else(|| Code::LinkInvalid.because(Truth::LinkOutdated))
    }

    /// The proof, for the user of this address.
    ///
    /// # Errors
    /// `LINK_INVALID` for anybody else.
    pub fn opens(self, user: User) -> Result<Opened> {
        if self.email != user.email {
            return Err(Code::LinkInvalid.because(Truth::LinkOutdated));
        }
        Ok(Opened(user))
    }
}

/// Begins a sign-in by mail, whether or not the address belongs to somebody. What was mailed there before is void.
///
/// # Errors
/// When the database fails.
pub async fn ask(app: &App, tx: &mut Tx, email: &Email, redirect_to: Option<&str>) -> Result<Asked> {
    let flow = OpaqueToken::from_random(app.random.bytes(), Kind::MailFlow);
    let lifetime = app.config.accounts.magic_link_lifetime;
    let now = app.clock.now();
    let hash = flow.hash(&app.keys.one_time);
    store::ask(
        tx,
        email.as_str(),
        hash.as_str(),
        redirect_to,
        now,
        now + lifetime,
    )
    .await?;
    Ok(Asked { flow, lifetime })
}

/// Names the sign-in in the facts of its mail; opens nothing.
pub fn reference(app: &App, asked: &Asked) -> String {
    asked.flow.hash(&app.keys.one_time).as_str().to_owned()
}

/// Makes link and code for a mail that is being written. `None` when the sign-in is over or was asked for again.
///
/// # Errors
/// When the database fails.
pub async fn mint(app: &App, reference: &str, user: Option<&User>) -> Result<Option<Minted>> {
    let link = OpaqueToken::from_random(app.random.bytes(), Kind::Link);
    let code = digits::from_random(app.random.bytes());
    let hash = link.hash(&app.keys.one_time);
    let minted = store::NewSecrets {
        reference,
        link: hash.as_str(),
        code: &code_hash(&app.keys, reference, &code),
        user: user.map(|it| &it.id),
        epoch: user.map(|it| it.epoch),
    };
    let is_open = store::mint(&app.db, minted, app.clock.now()).await?;
    Ok(is_open.then(|| Minted {
        link,
        code: SecretString::new(code),
    }))
}

/// Looks at a link and changes nothing.
///
/// # Errors
/// `LINK_EXPIRED` or `LINK_INVALID`.
pub async fn look(app: &App, token: &str, flow: Option<&str>) -> Result<Waiting> {
    let (row, _) = find(app, token).await?;
    let same_browser = is_bound(app, flow, &row.flow_hash);
    Ok(Waiting {
        email: row.email,
        same_browser,
    })
}

/// Looks at what is shown before the transaction that uses it up; a code is counted as tried.
///
/// # Errors
/// `LINK_EXPIRED`, `LINK_INVALID`; `OTHER_BROWSER` for a link in a browser that did not ask, until the person says that
/// they want that; `RATE_LIMITED` for codes.
pub async fn admit(app: &App, shown: &Shown<'_>) -> Result<Admitted> {
    match *shown {
        Shown::Link {
            token,
            flow,
            elsewhere,
        } => {
            let (row, hash) = find(app, token).await?;
            if !elsewhere && !is_bound(app, flow, &row.flow_hash) {
                return Err(Code::OtherBrowser.into());
            }
            Ok(Admitted::Link {
                hash,
                flow: row.flow_hash,
            })
        }
        Shown::Code { flow, code } => {
            let flow = tries::count(app, flow).await?;
            let hashes = app.all_keys().map(|keys| code_hash(keys, &flow, code)).collect();
            Ok(Admitted::Code { flow, hashes })
        }
    }
}

/// Uses a link or a code up: of any number of parallel tries one succeeds.
///
/// # Errors
/// `LINK_INVALID`, `INVALID_EMAIL_CODE`.
pub async fn consume(app: &App, tx: &mut Tx, admitted: &Admitted) -> Result<Used> {
    let now = app.clock.now();
    match admitted {
        Admitted::Link { hash, flow } => {
            let spent = store::consume_link(tx, hash, flow, now).await?;
            Ok(spent
                .ok_or_else(|| Code::LinkInvalid.because(Truth::LinkUsed))?
                .into())
        }
        Admitted::Code { flow, hashes } => {
            for hash in hashes {
                if let Some(spent) = store::consume_code(tx, flow, hash, now).await? {
                    return Ok(spent.into());
                }
            }
            Err(Code::InvalidEmailCode
                .because(Truth::WrongCode)
                .with("field", "code"))
        }
    }
}

/// Forgets what is over. Tries are remembered for a day.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now() - chrono::TimeDelta::days(1)).await?)
}

/// The row of a link that may be opened, and the hash it was found by.
async fn find(app: &App, token: &str) -> Result<(store::LinkRow, String)> {
    let link =
        OpaqueToken::parse(token, Kind::Link).map_err(|_| Code::LinkInvalid.because(Truth::LinkMalformed))?;
    for keys in app.all_keys() {
        let hash = link.hash(&keys.one_time);
        if let Some(row) = store::find_link(&app.db, hash.as_str()).await? {
            refuse_if_over(row.used_at, row.expires_at, app.clock.now())?;
            return Ok((row, hash.as_str().to_owned()));
        }
    }
    Err(Code::LinkInvalid.because(Truth::LinkUnknown))
}

fn refuse_if_over(
    used_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    if used_at.is_some() {
        return Err(Code::LinkInvalid.because(Truth::LinkUsed));
    }
    if expires_at <= now {
        return Err(Code::LinkExpired.into());
    }
    Ok(())
}

/// Whether a browser is the one that asked.
fn is_bound(app: &App, flow: Option<&str>, asked_by: &str) -> bool {
    let Some(flow) = flow.and_then(|it| OpaqueToken::parse(it, Kind::MailFlow).ok()) else {
        return false;
    };
    app.all_keys()
        .any(|keys| flow.hash(&keys.one_time).as_str() == asked_by)
}

/// Bound to the sign-in: the same digits of another one are another code.
fn code_hash(keys: &Keys, reference: &str, code: &str) -> String {
    let parts: [&[u8]; 3] = [b"mailed code", reference.as_bytes(), code.as_bytes()];
    hex::encode(keys.one_time.mac(&parts))
}
