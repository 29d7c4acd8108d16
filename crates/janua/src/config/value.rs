//! How the text of a setting becomes a value, and how a default is shown.

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use crate::crypto::signing::Algorithm;

/// A value that a setting can have.
pub(super) trait Setting: Sized {
    fn parse(text: &str) -> Result<Self, String>;
    fn show(&self) -> String;
}

macro_rules! numbers {
    ($($type:ty),*) => { $(
        impl Setting for $type {
            fn parse(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| format!(
                    "is {text:?}, but must be a whole number from {} to {}", <$type>::MIN, <$type>::MAX))
            }
            fn show(&self) -> String { self.to_string() }
        }
    )* };
}
numbers!(u8, u16, u32, u64, usize);

impl Setting for bool {
    fn parse(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(format!("is {text:?}, but must be true or false")),
        }
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for String {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
    fn show(&self) -> String {
        self.clone()
    }
}

impl Setting for Algorithm {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|_| format!("is {text:?}, but must be one of: RS256, ES256, EdDSA, HS256"))
    }
    fn show(&self) -> String {
        self.to_string()
    }
}

/// A list separated by commas.
impl<T: FromStr<Err: Display> + Display> Setting for Vec<T> {
    fn parse(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(|it| {
                it.parse()
                    .map_err(|error| format!("holds {it:?}, which is not acceptable: {error}"))
            })
            .collect()
    }
    fn show(&self) -> String {
        self.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $crate::config::value::Setting for $name {
            fn parse(text: &str) -> Result<Self, String> {
                match text.to_ascii_lowercase() {
                    $(it if it == $text.to_ascii_lowercase() => Ok(Self::$variant),)*
                    _ => Err(format!("is {text:?}, but must be one of: {}", [$($text),*].join(", "))),
                }
            }
            fn show(&self) -> String { match self { $(Self::$variant => $text.to_owned()),* } }
        }
    };
}
pub(super) use choices;

choices! {
    /// What the server is used for.
    Environment {
        /// On a developer's machine, or tried out: an embedded default for everything.
        Development = "development",
        /// Trusted with users: nothing is assumed.
        Production = "production",
    }
}

/// A country or territory, by its two letters (ISO 3166-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(phonenumber::country::Id);

impl Region {
    /// The region as the metadata of telephone numbers knows it.
    pub fn id(self) -> phonenumber::country::Id {
        self.0
    }
}

impl FromStr for Region {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = text.to_ascii_uppercase().parse().map(Self);
        known.map_err(|_| format!("is {text:?}, but must be two letters of a country, as in US or ES"))
    }
}

impl Setting for Region {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
    }
    fn show(&self) -> String {
        self.0.as_ref().to_owned()
    }
}

choices! {
    /// How a log line looks.
    LogFormat {
        /// One JSON object per line.
        Json = "json",
        /// For people.
        Text = "text",
    }
}

choices! {
    /// Which traces are kept.
    Sampler {
        /// All.
        AlwaysOn = "always_on",
        /// None.
        AlwaysOff = "always_off",
        /// Some.
        Ratio = "traceidratio",
        /// As the caller decided, else all.
        ParentBasedAlwaysOn = "parentbased_always_on",
        /// As the caller decided, else none.
        ParentBasedAlwaysOff = "parentbased_always_off",
        /// As the caller decided, else some.
        ParentBasedRatio = "parentbased_traceidratio",
    }
}

/// A number of requests in a period, as in `10/5m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many requests.
    pub burst: u32,
    /// The period that they are allowed in, in milliseconds.
    pub period_ms: u64,
}

impl Rate {
    /// A rate per hour.
    pub const fn per_hour(burst: u32) -> Self {
        Self {
            burst,
            period_ms: 3_600_000,
        }
    }
    /// A rate per so many minutes.
    pub const fn per_minutes(burst: u32, minutes: u64) -> Self {
        Self {
            burst,
            period_ms: minutes * 60_000,
        }
    }
}

impl Setting for Rate {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("is {text:?}, but must look like 10/5m (requests per period; s, m, h or d)");
        let (burst, period) = text.split_once('/').ok_or_else(wrong)?;
        let burst = burst.trim().parse().ok().filter(|it| *it > 0).ok_or_else(wrong)?;
        let period = period.trim();
        let unit_at = period.find(|it: char| !it.is_ascii_digit()).ok_or_else(wrong)?;
        let (count, unit) = period.split_at(unit_at);
        let count: u64 = if count.is_empty() {
            1
        } else {
            count.parse().map_err(|_| wrong())?
        };
        let unit_ms = match unit {
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        let period_ms = count
            .checked_mul(unit_ms)
            .filter(|it| *it > 0)
            .ok_or_else(wrong)?;
        Ok(Self { burst, period_ms })
    }
    fn show(&self) -> String {
        let (count, unit) = match self.period_ms {
            it if it % 86_400_000 == 0 => (it / 86_400_000, "d"),
            it if it % 3_600_000 == 0 => (it / 3_600_000, "h"),
            it if it % 60_000 == 0 => (it / 60_000, "m"),
            it => (it / 1_000, "s"),
        };
        format!("{}/{count}{unit}", self.burst)
    }
}

/// The address of a resolver; port 53 unless it names another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nameserver(SocketAddr);

impl Nameserver {
    /// Where it listens.
    pub fn address(self) -> SocketAddr {
        self.0
    }
}

impl FromStr for Nameserver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = text.parse::<IpAddr>().map(|it| SocketAddr::new(it, 53));
        let address = address.or_else(|_| text.parse::<SocketAddr>());
        match address {
            Ok(it) if it.port() != 0 => Ok(Self(it)),
            _ => Err("write an address such as 1.1.1.1, 10.0.0.2:5353 or [::1]:53".to_owned()),
        }
    }
}

impl std::fmt::Display for Nameserver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose clock is taken to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockReference {
    /// A time server: host and port.
    Ntp(String),
    /// A web server, which tells its time in `Date`.
    Http(String),
}

impl FromStr for ClockReference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "write ntp://ntp.example.com, with :port unless that is 123, or an https:// address".to_owned()
        };
        let url = reqwest::Url::parse(text).map_err(|_| wrong())?;
        let host = url.host_str().filter(|it| !it.is_empty()).ok_or_else(wrong)?;
        match url.scheme() {
            "ntp" if url.path().len() <= 1 => Ok(Self::Ntp(format!("{host}:{}", url.port().unwrap_or(123)))),
            "http" | "https" => Ok(Self::Http(text.to_owned())),
            _ => Err(wrong()),
        }
    }
}

impl std::fmt::Display for ClockReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ntp(server) => write!(f, "ntp://{server}"),
            Self::Http(url) => f.write_str(url),
        }
    }
}

impl Setting for ClockReference {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// Whether it is an origin as browsers write it: scheme, host, a port where it is not the usual one, nothing after it.
/// Those of apps have schemes of their own, as `capacitor://localhost`.
pub(super) fn is_origin(text: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(text) else {
        return false;
    };
    if matches!(url.scheme(), "http" | "https") {
        return url.origin().ascii_serialization() == text;
    }
    let host = text.split_once("://").map_or("", |(_, host)| host);
    !host.is_empty() && !host.contains(['/', '?', '#', '@', '*'])
}
