//! Webhooks, and where they may lead.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use ipnet::IpNet;

use super::days;
use crate::config::reader::Reader;

#[derive(Clone, Debug)]
pub struct Webhooks {
    pub allowed_networks: Vec<IpNet>,
    pub allow_http: bool,
    pub timeout: Duration,
    pub disable_after: Duration,
    pub retention: Duration,
}

impl Webhooks {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let timeout: u32 = r.positive(
            "WEBHOOK_TIMEOUT_SECONDS",
            10,
            "Seconds that a receiver of webhooks has for its answer; at most 30.",
        );
        if timeout > 30 {
            r.problem("WEBHOOK_TIMEOUT_SECONDS", "must be at most 30");
        }
        Self {
            allowed_networks: r.get(
                "OUTBOUND_ALLOWED_NETWORKS",
                Vec::new(),
                "Private networks that webhooks and the identity providers of organizations may be in, as in 10.1.0.0/16,127.0.0.1/32; without it only the public internet.",
            ),
            allow_http: r.get(
                "WEBHOOK_ALLOW_HTTP",
                false,
                "`true` also allows http:// for webhooks and the identity providers of organizations; what is sent then can be read on its way.",
            ),
            timeout: Duration::from_secs(timeout.into()),
            disable_after: days(r.positive(
                "WEBHOOK_DISABLE_AFTER_DAYS",
                5,
                "Days without one success after which a failing webhook is turned off.",
            )),
            retention: days(r.positive(
                "WEBHOOK_RETENTION_DAYS",
                30,
                "Days that deliveries of webhooks are kept.",
            )),
        }
    }
}
