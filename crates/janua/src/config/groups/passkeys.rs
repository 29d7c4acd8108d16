//! Passkeys: who we are to them, and how strict we are.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use reqwest::Url;

use super::Server;
use crate::config::reader::Reader;
use crate::config::value::choices;

choices! {
    /// Whether a passkey must find out who uses it.
    UserVerification {
        /// Always: by PIN, finger or face.
        Required = "required",
        /// Where it can.
        Preferred = "preferred",
        /// Never mind.
        Discouraged = "discouraged",
    }
}

#[derive(Clone, Debug)]
pub struct Passkeys {
    pub rp_id: String,
    /// Each as a browser writes it; never empty.
    pub origins: Vec<String>,
    pub rp_name: String,
    pub user_verification: UserVerification,
    pub strict_counter: bool,
    pub enroll_url: Option<String>,
    pub manage_url: Option<String>,
}

impl Passkeys {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let public = Url::parse(&server.base_url).ok();
        let host = public.as_ref().and_then(Url::host_str).unwrap_or("localhost");
        let origin = public.as_ref().map(|it| it.origin().ascii_serialization());
        let passkeys = Self {
            rp_id: r.get("WEBAUTHN_RP_ID", host.to_owned(), "Domain that passkeys belong to: the host of WEBAUTHN_RP_ORIGIN or a parent of it. Passkeys are lost when it changes. By default the host of APP_BASE_URL."),
            origins: r.get("WEBAUTHN_RP_ORIGIN", origin.into_iter().collect(), "Origins (scheme://host, separated by commas) whose pages may use passkeys, exactly as browsers write them. By default the origin of APP_BASE_URL."),
            rp_name: r.get("WEBAUTHN_RP_NAME", server.app_name.clone(), "Name that browsers show when a passkey is added. By default APP_NAME."),
            user_verification: r.get("WEBAUTHN_USER_VERIFICATION", UserVerification::Preferred, "Whether a passkey must ask for a PIN, finger or face: required, preferred or discouraged. Verified, it counts as two factors."),
            strict_counter: r.get("WEBAUTHN_STRICT_COUNTER", true, "Refuses and flags a passkey that counts backwards, as a copy would. `false` needs DEBUG=true; each such sign-in is recorded."),
            enroll_url: r.optional("WEBAUTHN_ENROLL_URL", "Page on which people add a passkey, told to password managers by /.well-known/passkey-endpoints. By default our own, /account/passkeys."),
            manage_url: r.optional("WEBAUTHN_MANAGE_URL", "Page on which people manage their passkeys, told to password managers by /.well-known/passkey-endpoints. By default our own, /account/passkeys."),
        };
        // What follows from APP_BASE_URL is right, or wrong there: an address in numbers just has no passkeys.
        if r.is_set("WEBAUTHN_RP_ID") || r.is_set("WEBAUTHN_RP_ORIGIN") {
            passkeys.check(r);
        }
        if !passkeys.strict_counter && !server.debug {
            r.problem(
                "WEBAUTHN_STRICT_COUNTER",
                "can be false only with DEBUG=true: copies of a passkey would go unnoticed",
            );
        }
        passkeys
    }

    fn check(&self, r: &mut Reader<'_>) {
        let id = &self.rp_id;
        let is_domain = Url::parse(&format!("https://{id}/"))
            .is_ok_and(|it| it.domain() == Some(id.as_str()))
            && (id.contains('.') || id == "localhost")
            && !id.ends_with('.');
        if !is_domain {
            r.problem(
                "WEBAUTHN_RP_ID",
                &format!("is {id:?}, but must be a domain such as example.com, in lower case, without scheme, port or path"),
            );
        }
        if self.origins.is_empty() {
            r.problem("WEBAUTHN_RP_ORIGIN", "must name at least one origin");
        }
        for origin in &self.origins {
            if let Some(wrong) = wrong_origin(origin, id) {
                r.problem("WEBAUTHN_RP_ORIGIN", &wrong);
            }
        }
    }
}

/// What is wrong with an origin for this RP id (WebAuthn level 3, §5.1.3 step 8).
fn wrong_origin(origin: &str, rp_id: &str) -> Option<String> {
    let url = Url::parse(origin).ok();
    let written = url.as_ref().map(|it| it.origin().ascii_serialization());
    let (Some(url), true) = (url, written.as_deref() == Some(origin)) else {
        return Some(format!(
            "holds {origin:?}, but must be an origin such as https://app.example.com: scheme, host, a port only \
             where it is not the usual one, and nothing after it"
        ));
    };
    let host = url.host_str().unwrap_or_default();
    if url.scheme() != "https" && host != "localhost" && !host.ends_with(".localhost") {
        return Some(format!(
            "holds {origin:?}, but browsers offer passkeys over https:// only, or on localhost"
        ));
    }
    let is_under = host == rp_id || host.strip_suffix(rp_id).is_some_and(|it| it.ends_with('.'));
    (!is_under).then(|| {
        format!(
            "holds {origin:?}, but WEBAUTHN_RP_ID is {rp_id:?}: the RP id must be a suffix of the origin's host, as \
             example.com is of https://app.example.com"
        )
    })
}
