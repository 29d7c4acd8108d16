//! Reads from a request who is asking. Forwarded addresses count only from proxies that the operator trusts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use ipnet::IpNet;

use super::cookies;
use crate::app::App;
use crate::client::Client;
use crate::error::{Error, Result};

/// The other end of the connection, put into each request by the server.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Longest user agent that is kept.
const LONGEST_AGENT: usize = 400;

pub(super) fn of(app: &App, request: &Request, request_id: String) -> Client {
    let peer = request
        .extensions()
        .get::<Peer>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |it| it.0.ip());
    let headers = request.headers();
    let text = |name| {
        headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
    };
    let agent: String = text(header::USER_AGENT)
        .chars()
        .filter(|it| !it.is_control())
        .take(LONGEST_AGENT)
        .collect();
    let (peer, trusted) = (peer.to_canonical(), &app.config.server.trusted_proxies);
    if is_unknown_proxy(peer, headers, trusted) {
        app.unknown_proxy.get_or_init(|| peer);
    }
    let ip = address(peer, headers, trusted);
    let locale = app.renderer.negotiate(text(header::ACCEPT_LANGUAGE));
    Client::new(ip, agent, request_id, cookies::device(app, headers), locale)
}

/// The address behind trusted proxies: the right-most hop that no trusted proxy stands behind.
fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut hops = hops(headers, "x-forwarded-for", |hop| Some(hop.to_owned()));
    if hops.is_empty() {
        hops = self::hops(headers, "forwarded", forwarded_for);
    }
    // Last, because a proxy that does not know the header lets a client write it.
    if hops.is_empty() {
        hops = self::hops(headers, "cf-connecting-ip", |hop| Some(hop.to_owned()));
    }
    let mut last = peer;
    for hop in hops.iter().rev() {
        // What stands left of a hop that is not an address was not written by a proxy of ours.
        let Some(ip) = parse(hop) else { return last };
        last = ip;
        if !is_trusted(&ip) {
            return ip;
        }
    }
    last
}

/// Whether somebody of our own network passes on requests of others and is not believed. From elsewhere anybody may write
/// such a header.
fn is_unknown_proxy(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    let is_near = match peer {
        IpAddr::V4(it) => it.is_private() || it.is_loopback(),
        IpAddr::V6(it) => it.is_unique_local() || it.is_loopback(),
    };
    let forwards = || {
        ["x-forwarded-for", "forwarded", "cf-connecting-ip"]
            .iter()
            .any(|it| headers.contains_key(*it))
    };
    is_near && forwards() && !trusted.iter().any(|net| net.contains(&peer))
}

fn hops(headers: &HeaderMap, name: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let values = headers.get_all(name).iter().filter_map(|it| it.to_str().ok());
    values
        .flat_map(|it| it.split(','))
        .map(|hop| read(hop.trim()).unwrap_or_default())
        .collect()
}

/// `for=` of one hop (RFC 7239 §4).
fn forwarded_for(hop: &str) -> Option<String> {
    let pair = hop.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then_some(value)
    })?;
    Some(pair.trim_matches('"').to_owned())
}

/// An address with or without a port, with or without brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'))
        .unwrap_or(text);
    let ip = bare
        .parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip()))?;
    Some(IpAddr::to_canonical(&ip))
}

impl FromRequestParts<App> for Client {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("the layer that reads clients is missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        address(peer.parse().unwrap(), &map, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_name_an_address() {
        for name in [
            "x-forwarded-for",
            "cf-connecting-ip",
            "x-real-ip",
            "true-client-ip",
            "x-client-ip",
        ] {
            assert_eq!(seen("203.0.113.9", &[(name, "198.51.100.1")]), "203.0.113.9");
        }
        assert_eq!(
            seen("203.0.113.9", &[("forwarded", "for=198.51.100.1")]),
            "203.0.113.9"
        );
    }

    #[test]
    fn a_trusted_proxy_is_believed_for_the_hop_that_it_saw() {
        let header = "x-forwarded-for";
        assert_eq!(seen("10.0.0.1", &[(header, "198.51.100.1")]), "198.51.100.1");
        // The client wrote the first hop itself.
        assert_eq!(
            seen("10.0.0.1", &[(header, "1.2.3.4, 198.51.100.1")]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("10.0.0.1", &[(header, "1.2.3.4, 198.51.100.1, 10.0.0.2")]),
            "198.51.100.1"
        );
        assert_eq!(
            seen("10.0.0.1", &[(header, "1.2.3.4"), (header, "198.51.100.1")]),
            "198.51.100.1"
        );
        assert_eq!(seen("10.0.0.1", &[(header, "nonsense")]), "10.0.0.1");
        assert_eq!(
            seen(
                "10.0.0.1",
                &[("forwarded", "for=\"[2001:db8::1]:4711\";proto=https")]
            ),
            "2001:db8::1"
        );
        assert_eq!(
            seen(
                "10.0.0.1",
                &[("cf-connecting-ip", "198.51.100.7"), (header, "198.51.100.8")]
            ),
            "198.51.100.8"
        );
        assert_eq!(
            seen("10.0.0.1", &[("cf-connecting-ip", "198.51.100.7")]),
            "198.51.100.7"
        );
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
