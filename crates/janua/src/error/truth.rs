//! What was true where the person is told less, one line each: the words that `janua explain` uses.
//!
//! People outside never see any of it. `{name}` in the words stands for what was noted under that name.

macro_rules! truths {
    ($($variant:ident $name:literal $words:literal $remedy:literal;)*) => {
        /// The true reason of a refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Truth { $( #[doc = concat!("`", $name, "`")] $variant, )* }

        impl Truth {
            /// Every reason, in the order of the table.
            pub const ALL: &'static [Truth] = &[$(Truth::$variant,)*];

            /// As it is stored.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
            /// What was so, for whoever looks after the server.
            pub const fn words(self) -> &'static str { match self { $(Self::$variant => $words,)* } }
            /// What to do about it; empty where the advice of the code fits.
            pub const fn remedy(self) -> &'static str { match self { $(Self::$variant => $remedy,)* } }
        }
    };
}

truths! {
    NoAccount "no_account" "no account has this address or username; nobody outside can tell that from a wrong password" "Have them check the spelling, or sign up.";
    NoPassword "no_password" "the account has no password" "Have them sign in with a passkey, by mail or through their provider, or set a password by a reset.";
    WrongPassword "wrong_password" "the password was wrong" "Have them type it again, or reset it.";
    AccountGone "account_gone" "the account was deleted while the request was judged" "Nothing: it is no more.";
    Locked "locked" "too many failed sign-ins had locked the account until {locked_until}; the password did not count" "Wait until then, or unlock it: janua users unlock --email EMAIL.";
    LockedNow "locked_now" "failures at the same time locked the account until {locked_until}" "Wait until then, or unlock it: janua users unlock --email EMAIL.";
    LockedNobody "locked_nobody" "no account has this address or username, and too many failed sign-ins had locked it until {locked_until} like one that exists" "Have them check the spelling, or sign up.";
    ProofOutdated "proof_outdated" "the account was changed between the proof and the session: a new password, a suspension" "Have them sign in again.";
    Suspended "suspended" "the account is suspended since {since}" "Reactivate it: janua users reactivate --email EMAIL.";
    Unverified "unverified" "the proof was right, and nobody has opened the link that was mailed to the address" "Have them open it, or send another one.";
    RateLimit "rate_limit" "the limit {limit} lets {burst} through at once, and they were used up" "Wait for the seconds of retry_after; raise the limit where it is too narrow for how people come in.";
    CodeLimit "code_limit" "too many codes were tried for the account or the address, here or elsewhere" "Wait for the seconds of retry_after; somebody may be guessing.";
    NoSlot "no_slot" "all requests that may be in work at once were in work" "Look at the load; LIMIT_CONCURRENCY says how many there may be.";
    QueueFull "queue_full" "too much work waited for a thread already" "Look at the load; HASH_THREADS and HASH_QUEUE say how much may wait.";
    SsoRightPassword "sso_right_password" "the password was right, and the organization of this domain wants its people to sign in through connection {connection_id}" "Have them continue with their organization, or let the connection enforce nothing.";
    SsoOtherPassword "sso_other_password" "the password was not right, and the organization of this domain wants its people to sign in through connection {connection_id} anyway" "Have them continue with their organization.";
    SsoOtherWay "sso_other_way" "they proved who they are another way, and the organization of this domain wants its people to sign in through connection {connection_id}" "Have them continue with their organization, or let the connection enforce nothing.";
    FlowMalformed "flow_malformed" "what was shown is no token of a sign-in" "Have them sign in from the start; a program has to send mfa_token as it got it.";
    FlowUnknown "flow_unknown" "no sign-in under way has this token: it was completed, took longer than ten minutes, or never was" "Have them sign in from the start.";
    FlowOther "flow_other" "the sign-in owes another step than the one that was tried" "Have them sign in from the start.";
    FlowOutdated "flow_outdated" "the account was changed since the first step" "Have them sign in from the start.";
    FlowTries "flow_tries" "this sign-in had used up its five tries" "Have them sign in from the start.";
    FlowDone "flow_done" "another request completed the sign-in first" "Nothing, if they are signed in.";
    WrongCode "wrong_code" "the code was wrong, too old, or used before" "Have them type what the app or the last message shows now; a clock that is off makes every code wrong.";
    WrongRecoveryCode "wrong_recovery_code" "no recovery code of the account that is left is this one" "Have them try another one; janua mfa reset --email EMAIL takes the second factor away.";
    LinkMalformed "link_malformed" "what was shown is no token of a mailed link" "Have them open the link as it was mailed: mail programs cut long ones.";
    LinkUnknown "link_unknown" "no link that can be used is this one: it was used, voided by a newer one, or never mailed" "Have them ask for a new one.";
    LinkUsed "link_used" "the link or its code was used before, or a newer mail voided it" "Have them ask for a new one.";
    LinkTries "link_tries" "the mail had used up its five tries of a code" "Have them ask for a new one.";
    LinkOutdated "link_outdated" "the account was changed since the mail was written: another address or another password" "Have them ask for a new one.";
    SetupNotBegun "setup_not_begun" "the browser has begun with no link to set a connection up, or that link was replaced, withdrawn or is over" "Have a member make another one: POST /api/v1/sso/connections/{id}/setup-link.";
    SetupMaker "setup_maker" "whoever made the link may not look after the connection any more, or it is gone" "Have somebody make another one who may.";
    LinkNobody "link_nobody" "the address belongs to nobody, and nobody signs up by mail here" "Have them sign up.";
    RefreshMalformed "refresh_malformed" "what was shown is no refresh token" "Have the program send the token as it got it.";
    RefreshUnknown "refresh_unknown" "no session ever had this refresh token, or it ended long ago" "Have them sign in; after a restore of the database or another master key that is so for everybody.";
    RefreshEnded "refresh_ended" "the session of the token had ended: signed out, revoked, or suspended" "Have them sign in; the audit log tells who ended it.";
    RefreshOver "refresh_over" "the token had not been used for too long, or the session was older than it may get" "Have them sign in; REFRESH_TOKEN_EXPIRE_DAYS says how long it lasts.";
    RefreshReused "refresh_reused" "the token had been used, by another device or too long ago for a repetition: it counts as stolen and its session was ended" "Have them sign in; look for a program that keeps old tokens, or for a thief.";
    TokenSignature "token_signature" "the access token was refused: {reason}" "Compare issuer, audience and keys of who made it with this server's.";
    TokenOver "token_over" "the time of the access token was over" "Have the program refresh it.";
    TokenMismatch "token_mismatch" "the token or the cookie does not fit its session" "Have them sign in again.";
    SessionEnded "session_ended" "the session had ended, or the account is gone" "Have them sign in; the audit log tells who ended it.";
    SessionOver "session_over" "the time of the session was over" "Have them sign in.";
    NothingShown "nothing_shown" "neither a token nor a session cookie came along" "Have the program send Authorization: Bearer; a browser has to accept our cookies.";
    ShownTwice "shown_twice" "more than one proof came along, or one in a form that is not known" "Have the program send one header: Authorization: Bearer TOKEN.";
    KeyMalformed "key_malformed" "what was shown is no API key" "Have the program send the key as it was shown.";
    KeyUnknown "key_unknown" "nobody has this API key" "Make another one.";
    ForeignOrigin "foreign_origin" "the request came from a page of another origin than those allowed" "List the origin in CORS_ORIGINS, if it is yours.";
    NoCsrfToken "no_csrf_token" "the request came by cookie, without the token that only our pages know" "Have the program send X-CSRF-Token; a page that stood open for long has to be loaded again.";
    PasskeyUnknown "passkey_unknown" "nobody has this passkey: it was removed here, or added at another site" "Have them sign in another way and add it anew.";
    PasskeyOther "passkey_other" "the passkey belongs to somebody else than was asked" "Have them choose one of their own.";
    PasskeyMadeUp "passkey_made_up" "the address has no passkey; what answered was made up" "Nothing: no real authenticator does that.";
    QuestionForged "question_forged" "the question was not asked here, or for another purpose, session or person" "Have the page ask for new options.";
    SignatureWrong "signature_wrong" "the signature of the passkey did not fit its key" "Have them try again; remove the passkey if it stays.";
    StateMalformed "state_malformed" "the state that came back is none of ours" "Have them begin again here.";
    StateNoCookie "state_no_cookie" "the browser came back without the cookie that it left with" "Have them begin again in one browser that takes our cookies; SESSION_COOKIE_SAMESITE must not be strict.";
    StateUnknown "state_unknown" "the state was used before, is older than ten minutes, or belongs to another browser" "Have them begin again here.";
    StateOtherPerson "state_other_person" "somebody was signed in in the browser by then who had not begun to link" "Have the one who began sign in and begin again.";
    StateOtherIssuer "state_other_issuer" "the answer was that of another issuer than the one that was asked" "Compare the issuer of the settings with what the provider sends.";
    ProviderRefused "provider_refused" "the provider sent an error instead of a proof: {provider_error}" "Ask the person whether they agreed there; look at the provider's own log.";
    ProviderSaid "provider_said" "what the identity provider said was not accepted: {reason}" "Compare the connection with the provider: janua sso test, and the log target saml2 at debug.";
    ProviderFailed "provider_failed" "the identity provider, or another service that was asked, failed" "The log holds the cause, under this request id.";
    Fault "fault" "Janua failed at {at}; the log holds the cause, under this request id" "janua doctor; report it if it stays.";
}
