//! The platform never loses its last administrator.

use serde_json::json;

use super::{Admin, USERS};
use crate::support::TestJanua;

const ADMINISTRATORS: &str = "SELECT COUNT(*) FROM users WHERE is_admin AND suspended_at IS NULL";

#[tokio::test]
async fn the_last_administrator_stays() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let path = format!("{USERS}/{}", admin.id);
    let refused = admin.patch(&path, json!({"is_admin": false})).await;
    assert_eq!(refused.refused("LAST_ADMIN").status, 409);
    admin
        .post(&format!("{path}/suspend"), json!({}))
        .await
        .refused("LAST_ADMIN");
    admin.delete(&path).await.refused("LAST_ADMIN");
    admin.delete("/api/v1/users/me").await.refused("LAST_ADMIN");

    // A suspended administrator cannot act, and so is no substitute.
    let other = Admin::named(&janua, "other@example.com").await;
    admin
        .post(&format!("{USERS}/{}/suspend", other.id), json!({}))
        .await
        .accepted();
    admin.delete(&path).await.refused("LAST_ADMIN");
    admin.delete(&format!("{USERS}/{}", other.id)).await.accepted();
    assert_eq!(janua.count(ADMINISTRATORS).await, 1);

    let third = Admin::named(&janua, "third@example.com").await;
    admin.delete("/api/v1/users/me").await.accepted();
    third.get(USERS).await.accepted();
}

#[tokio::test]
async fn of_two_that_remove_each_other_one_remains() {
    let janua = TestJanua::start().await;
    let (mut a, mut b) = (
        Admin::of(&janua).await,
        Admin::named(&janua, "other@example.com").await,
    );
    let (path_a, path_b) = (format!("{USERS}/{}", a.id), format!("{USERS}/{}", b.id));
    for round in 0..6 {
        let demote = || json!({"is_admin": false});
        let outcomes = match round % 3 {
            0 => tokio::join!(a.patch(&path_b, demote()), b.patch(&path_a, demote())),
            1 => tokio::join!(a.patch(&path_a, demote()), b.patch(&path_b, demote())),
            _ => tokio::join!(a.patch(&path_b, demote()), b.patch(&path_b, demote())),
        };
        // Who lost the right before their order was looked at is refused as anybody else.
        for answer in [&outcomes.0, &outcomes.1] {
            assert!(
                [200, 401, 403, 409].contains(&answer.status.as_u16()),
                "{}",
                answer.text
            );
        }
        assert_eq!(janua.count(ADMINISTRATORS).await, 1, "round {round}");
        let (left, lost, path, email) = if a.get(USERS).await.status == 200 {
            (&a, &mut b, &path_b, "other@example.com")
        } else {
            (&b, &mut a, &path_a, "root@example.com")
        };
        left.patch(path, json!({"is_admin": true})).await.accepted();
        lost.session = janua.person(email).signs_in().await;
    }
}
