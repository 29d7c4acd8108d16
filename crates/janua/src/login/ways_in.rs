//! What opens an account: of that nobody removes the last.

use crate::app::App;
use crate::error::{Code, Result};
use crate::io::db::Tx;
use crate::sso::{self, Link};
use crate::users::UserId;
use crate::{passkeys, passwords, social};

/// What opened an account before something of it is removed.
#[derive(Debug)]
pub(super) struct WaysIn {
    has_password: bool,
    links: Vec<Link>,
}

impl WaysIn {
    /// Looks, before the transaction of the removal: nothing takes a password away again, and a connection that is turned
    /// off meanwhile would open nothing in any case.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn of(app: &App, user: &UserId) -> Result<Self> {
        Ok(Self {
            has_password: passwords::has_one(app, user).await?,
            links: sso::links(app, user).await?,
        })
    }

    /// The accounts at identity providers of organizations among them.
    pub(super) fn links(&self) -> &[Link] {
        &self.links
    }

    /// Refuses to leave an account that nobody could sign in to. Asked after the removal, in its transaction, which holds
    /// the row of the user: of two removals at once the second sees what the first has left.
    ///
    /// # Errors
    /// `LAST_WAY_IN`.
    pub(super) async fn refuse_if_none_is_left(&self, tx: &mut Tx, user: &UserId) -> Result<()> {
        if self.has_password
            || passkeys::has_any(tx, user).await?
            || !social::list(&mut *tx, user).await?.is_empty()
        {
            return Ok(());
        }
        let linked = sso::connections_of(tx, user).await?;
        let mut open = self.links.iter().filter(|it| it.is_open());
        if open.any(|it| linked.contains(&it.connection_id)) {
            return Ok(());
        }
        Err(Code::LastWayIn.into())
    }
}
