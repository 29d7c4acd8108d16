//! Who is asking: what the rules may know about the other side of a request.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::crypto::secret::OpaqueToken;
use crate::ids::{SessionId, UserId};

/// How much of a limit is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests allowed at once.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Seconds until all are back.
    pub reset_seconds: u64,
}

/// The other side of a request, or of an order on the command line.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its address, behind trusted proxies the one that they vouch for.
    pub ip: IpAddr,
    /// What it calls itself; cut to a sensible length.
    pub user_agent: String,
    /// The id of the request.
    pub request_id: String,
    /// The device cookie, when one of the right form came along.
    pub device: Option<OpaqueToken>,
    /// The language it asks for.
    pub locale: String,
    quota: Arc<Mutex<Option<Quota>>>,
    impersonation: Arc<OnceLock<(UserId, SessionId)>>,
    person: Arc<OnceLock<(UserId, SessionId)>>,
}

impl Client {
    /// A client with these facts.
    pub fn new(
        ip: IpAddr,
        user_agent: String,
        request_id: String,
        device: Option<OpaqueToken>,
        locale: String,
    ) -> Self {
        Self {
            ip,
            user_agent,
            request_id,
            device,
            locale,
            quota: Arc::default(),
            impersonation: Arc::default(),
            person: Arc::default(),
        }
    }

    /// Janua itself, when nobody asks.
    pub fn of_worker(request_id: String, locale: String) -> Self {
        let ip = Ipv4Addr::LOCALHOST.into();
        Self::new(ip, String::new(), request_id, None, locale)
    }

    /// Notes that an administrator acts for somebody in this request, by which session. All clones know of it.
    pub fn note_impersonator(&self, admin: &UserId, session: &SessionId) {
        // What a request is, it stays: a second note could only say the same.
        let _ = self.impersonation.set((admin.clone(), session.clone()));
    }

    /// The administrator who acts for somebody in this request, and the session.
    pub fn impersonator(&self) -> Option<(&UserId, &SessionId)> {
        self.impersonation.get().map(|(admin, session)| (admin, session))
    }

    /// Notes who is signed in, by which session: a refusal that follows concerns them. All clones know of it.
    pub fn note_person(&self, user: &UserId, session: &SessionId) {
        // As above.
        let _ = self.person.set((user.clone(), session.clone()));
    }

    /// Who is signed in, and by which session.
    pub fn person(&self) -> Option<(&UserId, &SessionId)> {
        self.person.get().map(|(user, session)| (user, session))
    }

    /// Lets the answer tell of the tightest limit that was met.
    pub fn note_quota(&self, quota: Quota) {
        let mut noted = self.quota.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.is_none_or(|it| quota.remaining < it.remaining) {
            *noted = Some(quota);
        }
    }

    /// The tightest limit that was met.
    pub fn quota(&self) -> Option<Quota> {
        *self.quota.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The network that counts as one: an IPv4 address, or the first 64 bits of an IPv6 address.
    pub fn network(&self) -> String {
        match self.ip.to_canonical() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }

    /// Browser and system in words, as in "Firefox on Linux"; empty when unknown.
    pub fn device_name(&self) -> String {
        Agent::of(&self.user_agent).name()
    }
}

/// What a user agent string says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// As in "Firefox".
    pub browser: Option<String>,
    /// As in "Linux".
    pub os: Option<String>,
    /// `desktop`, `mobile`, `bot` or `other`.
    pub kind: &'static str,
}

impl Agent {
    /// Reads a user agent string.
    pub fn of(user_agent: &str) -> Self {
        let Some(found) = woothee::parser::Parser::new().parse(user_agent) else {
            return Self {
                kind: "other",
                ..Self::default()
            };
        };
        let known = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty() && it != "UNKNOWN");
        let kind = match found.category {
            "pc" => "desktop",
            "smartphone" | "mobilephone" | "appliance" => "mobile",
            "crawler" => "bot",
            _ => "other",
        };
        Self {
            browser: known(found.name),
            os: known(found.os),
            kind,
        }
    }

    /// In words; empty when nothing is known.
    pub fn name(&self) -> String {
        match (&self.browser, &self.os) {
            (Some(browser), Some(os)) => format!("{browser} on {os}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(ip: &str) -> String {
        let ip = ip.parse().unwrap();
        Client::new(ip, String::new(), String::new(), None, String::new()).network()
    }

    #[test]
    fn an_ipv6_neighbour_shares_the_bucket() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }

    #[test]
    fn a_browser_is_told_in_words() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        assert_eq!(Agent::of(firefox).name(), "Firefox on Linux");
        assert_eq!(Agent::of("").name(), "");
    }
}
