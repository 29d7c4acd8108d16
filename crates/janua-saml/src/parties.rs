//! The two who talk: we, and who vouches for people.

use chrono::{DateTime, Utc};
use url::Url;

use crate::{Certificate, KeyPair};

/// How a message travels through the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binding {
    /// In the query of a URL.
    Redirect,
    /// In a form that sends itself.
    Post,
}

/// Where messages are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// How they get there.
    pub binding: Binding,
    /// Where requests go.
    pub location: Url,
    /// Where answers go, if that is another place.
    pub response_location: Option<Url>,
}

/// We, for one connection.
#[derive(Debug, Clone)]
pub struct ServiceProvider {
    /// Our name; audiences must hold it.
    pub entity_id: String,
    /// Where responses arrive.
    pub acs: Url,
    /// Where messages of single logout arrive.
    pub slo: Option<Url>,
    /// What our messages are signed with.
    pub signing: KeyPair,
    /// What they will be signed with, announced before.
    pub next_signing: Option<Certificate>,
    /// What may be encrypted to; the first is announced.
    pub decryption: Vec<KeyPair>,
    /// The format of names that we like best.
    pub name_id_format: Option<String>,
    /// Whether to ask for a signature of the assertion itself; a signed response that covers it is taken as well.
    pub wants_assertions_signed: bool,
}

/// Who vouches for people, as a connection pins it.
#[derive(Debug, Clone)]
pub struct IdentityProvider {
    /// Its name; issuers must be it.
    pub entity_id: String,
    /// Where people are sent to sign in, best first.
    pub sign_in: Vec<Endpoint>,
    /// Where people are sent to sign out, best first.
    pub sign_out: Vec<Endpoint>,
    /// What it signs with: any of them counts, and nothing else.
    pub certificates: Vec<Certificate>,
    /// Whether it takes signed requests only; ours always are.
    pub wants_signed_requests: bool,
    /// The formats of names that it offers.
    pub name_id_formats: Vec<String>,
    /// Until when its metadata counts.
    pub valid_until: Option<DateTime<Utc>>,
}
