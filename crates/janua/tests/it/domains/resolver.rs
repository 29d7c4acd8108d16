//! What a real resolver makes of what a real name server says.

use std::time::{Duration, Instant};

use janua::io::dns::Dns;

use super::Owner;
use crate::support::TestJanua;
use crate::support::dns::{NameServer, Said};

const RECORD: &str = "_janua-verification.acme.com";

#[tokio::test]
async fn a_name_server_on_the_network_is_asked() {
    let server = NameServer::start().await;
    let address = server.address.to_string();
    let janua = TestJanua::with(&[("DNS_RESOLVERS", &address), ("RATE_LIMIT_DOMAIN", "100/1m")]).await;
    let ada = Owner::of(&janua, "ada").await;
    let claimed = ada.claims(&janua, "acme.com").await.accepted();
    let (id, value) = (claimed.str("/id"), claimed.str("/record/value"));
    ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_MISSING");
    server.says(RECORD, Said::NoRecord);
    ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_MISSING");
    server.says(RECORD, Said::Failure);
    ada.verifies(&janua, &id).await.refused("DNS_UNAVAILABLE");
    server.says(
        RECORD,
        Said::Texts(vec!["v=spf1 -all".to_owned(), "☂".to_owned()]),
    );
    let wrong = ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_WRONG");
    assert!(
        wrong.json()["details"]["found"].to_string().contains("☂"),
        "{}",
        wrong.text
    );
    // What an alias leads to is not written by the owner of the domain: a wildcard would give it away.
    server.says(
        RECORD,
        Said::Alias("txt.hosting.example".to_owned(), value.clone()),
    );
    ada.verifies(&janua, &id).await.refused("DOMAIN_RECORD_MISSING");
    server.says(RECORD, Said::Texts(vec!["v=spf1 -all".to_owned(), value]));
    ada.verifies(&janua, &id).await.accepted();
}

#[tokio::test]
async fn a_silent_name_server_holds_nobody_up_for_long() {
    let server = NameServer::start().await;
    server.says(RECORD, Said::Silence);
    let began = Instant::now();
    assert!(Dns::of(&[server.address]).texts(RECORD).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test]
async fn where_nobody_listens_nobody_says_that_there_is_no_record() {
    let closed = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = closed.local_addr().expect("an address");
    drop(closed);
    assert!(Dns::of(&[address]).texts(RECORD).await.is_err());
}

#[test]
fn a_resolver_that_is_no_address_is_told_at_the_start() {
    let settings = [("DNS_RESOLVERS".to_owned(), "dns.example.com".to_owned())];
    let read = janua::config::Config::read(&janua::config::Env::of(settings));
    let problems = format!("{:?}", read.expect_err("it is refused"));
    assert!(problems.contains("DNS_RESOLVERS"), "{problems}");
}
