//! Invitations: who may send them, what the mail holds, and what becomes of them.

mod acceptance;
mod page;
mod sending;

use serde_json::{Value, json};

use crate::organizations::{Insider, path};
use crate::support::{Answer, TestJanua};

pub(crate) const ACCEPT: &str = "/api/v1/invitations/accept";
pub(crate) const PREVIEW: &str = "/api/v1/invitations/preview";

/// An organization whose owner invites people.
struct House {
    janua: TestJanua,
    owner: Insider,
    id: String,
}

impl House {
    async fn at(janua: TestJanua) -> Self {
        let owner = Insider::of(&janua, "owner@example.com").await;
        let id = owner.founds(&janua, "acme").await;
        Self { janua, owner, id }
    }

    async fn new() -> Self {
        Self::at(TestJanua::start().await).await
    }

    fn invitations(&self) -> String {
        path(&self.id, "/invitations")
    }

    fn of(&self, invitation: &str, rest: &str) -> String {
        format!("{}/{invitation}{rest}", self.invitations())
    }

    async fn asks(&self, who: &Insider, body: Value) -> Answer {
        who.post(&self.janua, &self.invitations(), body).await
    }

    /// The owner invites somebody; gives the id and the token that was mailed.
    async fn invites(&self, email: &str, role: &str) -> (String, String) {
        let body = json!({"email": email, "role": role});
        let made = self.asks(&self.owner, body).await.accepted();
        assert_eq!(made.status, 201);
        (made.str("/id"), self.mailed(email).await)
    }

    /// The token in the newest invitation to an address.
    async fn mailed(&self, email: &str) -> String {
        self.janua.secret(email, "/auth/invitation").await
    }

    async fn shows(&self, who: &Insider, token: &str) -> Answer {
        who.post(&self.janua, ACCEPT, json!({"token": token})).await
    }

    async fn members(&self) -> i64 {
        self.janua.count("SELECT count(*) FROM members").await
    }
}
