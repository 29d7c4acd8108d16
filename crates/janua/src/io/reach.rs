//! Which addresses may be reached when somebody else names the target, so that nobody uses this server to look into the
//! network behind it (server-side request forgery).
//!
//! What always holds: a [`PublicUrl`] holds no credentials, speaks https unless the operator allows http, and names no
//! address that is not of the public internet. What a name stands for is judged when the connection is made, in
//! [`super::public`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use reqwest::Url;

/// Networks of the IANA IPv4 special-purpose registry that are not reachable from everywhere, and multicast.
const CLOSED_V4: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, then what is reserved, with the broadcast address.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All of IPv6 that is assigned to the public internet (RFC 4291 §2.4). Loopback, local, mapped and NAT64 addresses, and
/// whatever is invented later, stand outside of it.
const OPEN_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is closed within that: protocol assignments with Teredo and benchmarking, documentation, 6to4.
const CLOSED_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// The longest address of a target, in bytes.
const LONGEST: usize = 2048;

fn is_within(ip: IpAddr, network: IpAddr, prefix: u8) -> bool {
    IpNet::new(network, prefix).is_ok_and(|it| it.contains(&ip))
}

/// Whether an address belongs to the public internet.
pub fn is_global(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(_) => !CLOSED_V4
            .iter()
            .any(|(net, prefix)| is_within(ip, (*net).into(), *prefix)),
        IpAddr::V6(_) => {
            is_within(ip, OPEN_V6.0.into(), OPEN_V6.1)
                && !CLOSED_V6
                    .iter()
                    .any(|(net, prefix)| is_within(ip, (*net).into(), *prefix))
        }
    }
}

/// What an operator allows beyond the public internet and https.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Networks that may be reached although they are private.
    pub networks: Vec<IpNet>,
    /// Whether http will do.
    pub http: bool,
}

impl Reach {
    /// Whether this address may be reached.
    pub fn permits(&self, ip: IpAddr) -> bool {
        is_global(ip)
            || self
                .networks
                .iter()
                .any(|it| it.contains(&ip) || it.contains(&ip.to_canonical()))
    }
}

/// Why a target is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not an address at all.
    #[error("this is not a web address of at most 2048 characters")]
    Malformed,
    /// Another scheme than https.
    #[error("the address must begin with https://")]
    Scheme,
    /// `user:password@`.
    #[error("the address must not hold a user name or a password")]
    Credentials,
    /// An address that is not public.
    #[error("the address is not of the public internet, and OUTBOUND_ALLOWED_NETWORKS does not allow it")]
    Address,
}

/// An address that may be asked for, as far as can be told without resolving its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// Reads an address that somebody else names. Every spelling of an IP address is understood as browsers do.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn parse(text: &str, reach: &Reach) -> Result<Self, Refused> {
        // The parser would drop line breaks and tabs, and read what is left.
        if text.len() > LONGEST || text.chars().any(|it| it.is_control() || it.is_whitespace()) {
            return Err(Refused::Malformed);
        }
        let url = Url::parse(text).map_err(|_| Refused::Malformed)?;
        if url.scheme() != "https" && !(url.scheme() == "http" && reach.http) {
            return Err(Refused::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let host = url.host_str().ok_or(Refused::Malformed)?;
        let literal = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let is_here = name == "localhost" || name.ends_with(".localhost");
        let refused = match literal {
            Ok(ip) => !reach.permits(ip),
            Err(_) => is_here && !reach.permits(Ipv4Addr::LOCALHOST.into()),
        };
        if refused {
            return Err(Refused::Address);
        }
        Ok(Self(url))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name in it, when it is not an IP address.
    pub fn name(&self) -> Option<&str> {
        self.0.domain()
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_address_of_each_class_is_closed_and_its_neighbours_are_open() {
        for text in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:2::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_global(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1",
            "2003::1",
            "3ffe::1",
        ] {
            assert!(is_global(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn no_spelling_of_a_closed_address_is_accepted() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f000001",
            "0x7f.1",
            "2130706433",
            "017700000001",
            "0177.0.0.1",
            "127.0.0.1.",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:0001]",
            "[64:ff9b::127.0.0.1]",
            "[2002:7f00:1::]",
            "0",
            "0.0.0.0",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "a.localhost",
            "169.254.169.254",
            "[fe80::1]",
            "[fd00:ec2::254]",
        ] {
            let refused = PublicUrl::parse(&format!("https://{host}/x"), &Reach::default());
            assert_eq!(refused, Err(Refused::Address), "{host}");
        }
    }

    #[test]
    fn schemes_credentials_and_line_breaks_are_refused() {
        let reach = Reach::default();
        for (text, why) in [
            ("http://example.com/", Refused::Scheme),
            ("file:///etc/passwd", Refused::Scheme),
            ("gopher://example.com/", Refused::Scheme),
            ("javascript:alert(1)", Refused::Scheme),
            ("https://user:pw@example.com/", Refused::Credentials),
            ("https://user@example.com/", Refused::Credentials),
            ("https://:pw@example.com/", Refused::Credentials),
            ("https://example.com/\r\nX-Evil: 1", Refused::Malformed),
            ("https://exam\tple.com/", Refused::Malformed),
            (" https://example.com/", Refused::Malformed),
            ("https://", Refused::Malformed),
            ("example.com", Refused::Malformed),
            ("", Refused::Malformed),
        ] {
            assert_eq!(PublicUrl::parse(text, &reach), Err(why), "{text:?}");
        }
        let long = format!("https://example.com/{}", "x".repeat(LONGEST));
        assert_eq!(PublicUrl::parse(&long, &reach), Err(Refused::Malformed));
        assert!(PublicUrl::parse("https://example.com:8443/hooks?x=1", &reach).is_ok());
        assert!(PublicUrl::parse("https://1.1.1.1/", &reach).is_ok());
    }

    #[test]
    fn what_the_operator_allows_is_allowed_and_nothing_beside_it() {
        let reach = Reach {
            networks: vec!["10.1.0.0/16".parse().unwrap(), "127.0.0.1/32".parse().unwrap()],
            http: true,
        };
        for host in ["10.1.2.3", "127.0.0.1", "localhost", "[::ffff:10.1.2.3]"] {
            assert!(
                PublicUrl::parse(&format!("http://{host}:8080/"), &reach).is_ok(),
                "{host}"
            );
        }
        for host in ["10.2.0.1", "127.0.0.2", "[::1]", "192.168.0.1"] {
            assert!(
                PublicUrl::parse(&format!("http://{host}/"), &reach).is_err(),
                "{host}"
            );
        }
    }

    proptest! {
        #[test]
        fn an_ipv4_address_inside_an_ipv6_one_is_never_global(bits: u32) {
            let [a, b, c, d] = bits.to_be_bytes();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            for ip in [
                Ipv6Addr::from_bits(u128::from(bits)),
                Ipv4Addr::from_bits(bits).to_ipv6_mapped(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0, 1),
            ] {
                prop_assert!(!is_global(ip.into()), "{ip}");
            }
        }

        #[test]
        fn every_spelling_of_an_ipv4_address_is_judged_as_that_address(bits: u32) {
            let ip = Ipv4Addr::from_bits(bits);
            let [a, ..] = ip.octets();
            let rest = bits & 0x00ff_ffff;
            for host in [ip.to_string(), bits.to_string(), format!("{bits:#x}"), format!("0{bits:o}"), format!("{a}.{rest}"), format!("{ip}.")] {
                let judged = PublicUrl::parse(&format!("https://{host}/"), &Reach::default()).is_ok();
                prop_assert_eq!(judged, is_global(ip.into()), "{}", host);
            }
        }
    }
}
