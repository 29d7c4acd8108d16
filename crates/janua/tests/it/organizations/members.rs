//! Members: nobody grants what they do not hold, nobody touches somebody above them, and one owner always remains.

use futures_util::future::join_all;
use serde_json::json;

use super::{Insider, joins, path};
use crate::support::{TestJanua, handed_over, minutes, seconds};

/// An organization with one of each system role.
struct Acme {
    janua: TestJanua,
    id: String,
    owner: Insider,
    admin: Insider,
    member: Insider,
    viewer: Insider,
}

impl Acme {
    async fn at(janua: TestJanua) -> Self {
        let owner = Insider::of(&janua, "owner@example.com").await;
        let id = owner.founds(&janua, "acme").await;
        let mut others = Vec::new();
        for role in ["admin", "member", "viewer"] {
            let other = Insider::of(&janua, &format!("{role}@example.com")).await;
            janua.advance(seconds(1));
            joins(&janua, &id, &other, role).await;
            others.push(other);
        }
        let [admin, member, viewer] = others.try_into().ok().expect("three");
        Self {
            janua,
            id,
            owner,
            admin,
            member,
            viewer,
        }
    }

    fn member(&self, of: &Insider) -> String {
        path(&self.id, &format!("/members/{}", of.id))
    }
}

#[tokio::test]
async fn nobody_grants_what_they_do_not_hold_nor_touches_somebody_above_them() {
    let acme = Acme::at(TestJanua::start().await).await;
    let janua = &acme.janua;
    let set = |role: &str| json!({"role": role});
    // Down and up again is the owner's business; an admin can do the same below owners.
    acme.owner
        .patch(janua, &acme.member(&acme.viewer), set("admin"))
        .await
        .accepted();
    acme.admin
        .patch(janua, &acme.member(&acme.viewer), set("viewer"))
        .await
        .accepted();
    for target in [&acme.admin, &acme.member, &acme.viewer] {
        acme.admin
            .patch(janua, &acme.member(target), set("owner"))
            .await
            .refused("ROLE_TOO_HIGH");
    }
    acme.admin
        .patch(janua, &acme.member(&acme.owner), set("viewer"))
        .await
        .refused("ROLE_TOO_HIGH");
    acme.admin
        .delete(janua, &acme.member(&acme.owner))
        .await
        .refused("ROLE_TOO_HIGH");
    for who in [&acme.member, &acme.viewer] {
        for target in [&acme.owner, &acme.admin, &acme.member, &acme.viewer] {
            let refused = who
                .patch(janua, &acme.member(target), set("viewer"))
                .await
                .refused("PERMISSION_DENIED");
            assert_eq!(refused.json()["details"]["permission"], "members:update");
            who.delete(janua, &acme.member(target))
                .await
                .refused("PERMISSION_DENIED");
        }
    }
    acme.owner
        .patch(janua, &acme.member(&acme.viewer), set("king"))
        .await
        .refused("UNKNOWN_ROLE");
    acme.owner
        .patch(janua, &acme.member(&acme.owner), set("admin"))
        .await
        .refused("LAST_OWNER");
    acme.owner
        .delete(janua, &acme.member(&acme.owner))
        .await
        .refused("LAST_OWNER");
    acme.owner
        .post(janua, &path(&acme.id, "/leave"), json!({}))
        .await
        .refused("LAST_OWNER");
    let list = acme
        .viewer
        .get(janua, &path(&acme.id, "/members"))
        .await
        .accepted()
        .json();
    let roles: Vec<_> = list["members"]
        .as_array()
        .expect("members")
        .iter()
        .map(|it| it["role"].clone())
        .collect();
    assert_eq!(
        (roles, &list["total"]),
        (
            vec![json!("owner"), json!("admin"), json!("member"), json!("viewer")],
            &json!(4)
        )
    );
}

#[tokio::test]
async fn a_removal_or_another_role_acts_on_the_next_request_also_elsewhere() {
    let here = TestJanua::start().await;
    let there = here.second_instance().await;
    let acme = Acme::at(here).await;
    let instances = if handed_over("JANUA_TEST_REDIS_URL").is_some() {
        vec![&there, &acme.janua]
    } else {
        vec![&acme.janua]
    };
    for instance in instances {
        let members = path(&acme.id, "/members");
        acme.admin
            .patch(instance, &acme.member(&acme.viewer), json!({"role": "member"}))
            .await
            .accepted();
        acme.member.get(instance, &members).await.accepted();
        acme.owner
            .patch(&acme.janua, &acme.member(&acme.admin), json!({"role": "viewer"}))
            .await
            .accepted();
        acme.admin
            .patch(instance, &acme.member(&acme.viewer), json!({"role": "viewer"}))
            .await
            .refused("PERMISSION_DENIED");
        acme.owner
            .delete(&acme.janua, &acme.member(&acme.member))
            .await
            .accepted();
        acme.member
            .get(instance, &members)
            .await
            .refused("ORGANIZATION_NOT_FOUND");
        acme.owner
            .patch(&acme.janua, &acme.member(&acme.admin), json!({"role": "admin"}))
            .await
            .accepted();
        joins(&acme.janua, &acme.id, &acme.member, "member").await;
    }
}

#[tokio::test]
async fn a_copy_that_is_out_of_date_opens_nothing_that_writes() {
    // Without a shared cache another instance goes on with its copy for reads, but asks again before it writes.
    let here = TestJanua::with(&[("REDIS_URL", "memory:")]).await;
    let there = here.second_instance().await;
    let acme = Acme::at(here).await;
    let target = acme.member(&acme.viewer);
    let members = path(&acme.id, "/members");
    acme.admin.get(&there, &members).await.accepted();
    acme.owner
        .patch(&acme.janua, &acme.member(&acme.admin), json!({"role": "viewer"}))
        .await
        .accepted();
    acme.admin
        .patch(&there, &target, json!({"role": "member"}))
        .await
        .refused("PERMISSION_DENIED");
    acme.owner
        .delete(&acme.janua, &acme.member(&acme.admin))
        .await
        .accepted();
    acme.admin.get(&there, &members).await.accepted();
    acme.admin
        .patch(&there, &target, json!({"role": "member"}))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    // And no longer than the copies last.
    there.advance(minutes(5));
    acme.admin
        .get(&there, &members)
        .await
        .refused("ORGANIZATION_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_owners_who_step_down_at_once_one_remains() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let owner = Insider::of(&janua, "owner@example.com").await;
    let acme = owner.founds(&janua, "acme").await;
    let mut owners = vec![owner];
    for turn in 0..9 {
        let other = Insider::of(&janua, &format!("owner{turn}@example.com")).await;
        joins(&janua, &acme, &other, "owner").await;
        owners.push(other);
    }
    // Who keeps it from being deleted along with the account of its last member.
    let viewer = Insider::of(&janua, "viewer@example.com").await;
    joins(&janua, &acme, &viewer, "viewer").await;
    // Five ways at once for each of ten owners.
    let steps = (0..50).map(|turn| {
        let (owner, next) = (&owners[turn % 10], &owners[(turn + 1) % 10]);
        let (own, other) = (
            path(&acme, &format!("/members/{}", owner.id)),
            path(&acme, &format!("/members/{}", next.id)),
        );
        let (janua, acme) = (&janua, &acme);
        async move {
            match turn / 10 {
                0 => owner.post(janua, &path(acme, "/leave"), json!({})).await,
                1 => owner.patch(janua, &own, json!({"role": "admin"})).await,
                2 => owner.delete(janua, &other).await,
                3 => owner.delete(janua, "/api/v1/users/me").await,
                _ => owner.patch(janua, &other, json!({"role": "viewer"})).await,
            }
        }
    });
    let answers = join_all(steps).await;
    for answer in &answers {
        assert!(
            [200, 204, 401, 403, 404, 409].contains(&answer.status.as_u16()),
            "{} {}",
            answer.status,
            answer.text
        );
    }
    assert!(answers.iter().any(|it| it.status.is_success()));
    assert_eq!(
        janua
            .count("SELECT count(*) FROM members WHERE role = 'owner'")
            .await,
        1
    );
}

#[tokio::test]
async fn ownership_goes_to_a_member_and_needs_a_recent_proof() {
    let acme = Acme::at(TestJanua::start().await).await;
    let (janua, at) = (&acme.janua, path(&acme.id, "/transfer-ownership"));
    let to = |who: &Insider| json!({"user_id": who.id});
    for who in [&acme.admin, &acme.member, &acme.viewer] {
        who.post(janua, &at, to(who)).await.refused("PERMISSION_DENIED");
    }
    let stranger = Insider::of(janua, "stranger@example.com").await;
    stranger
        .post(janua, &at, to(&stranger))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    acme.owner
        .post(janua, &at, to(&stranger))
        .await
        .refused("MEMBER_NOT_FOUND");
    acme.owner.post(janua, &at, to(&acme.owner)).await.accepted();
    let member = acme.owner.post(janua, &at, to(&acme.member)).await.accepted();
    assert_eq!(member.str("/role"), "owner");
    acme.owner
        .delete(janua, &path(&acme.id, ""))
        .await
        .refused("PERMISSION_DENIED");
    janua.advance(minutes(11));
    acme.member
        .post(janua, &at, to(&acme.owner))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    assert!(
        janua
            .events()
            .await
            .contains(&"organization.ownership_transferred".to_owned())
    );
}

#[tokio::test]
async fn who_deletes_their_account_leaves_and_the_last_owner_cannot() {
    let acme = Acme::at(TestJanua::start().await).await;
    let janua = &acme.janua;
    let alone = acme.owner.founds(janua, "alone").await;
    let refused = acme
        .owner
        .delete(janua, "/api/v1/users/me")
        .await
        .refused("LAST_OWNER");
    assert_eq!(refused.json()["details"]["organization_id"], acme.id.as_str());
    acme.admin.delete(janua, "/api/v1/users/me").await.accepted();
    let body = json!({"user_id": acme.member.id});
    acme.owner
        .post(janua, &path(&acme.id, "/transfer-ownership"), body)
        .await
        .accepted();
    acme.owner.delete(janua, "/api/v1/users/me").await.accepted();
    let list = acme
        .viewer
        .get(janua, &path(&acme.id, "/members"))
        .await
        .accepted()
        .json();
    assert_eq!(list["total"], 2);
    let gone = "SELECT count(*) FROM organizations WHERE deleted_at IS NOT NULL";
    assert_eq!(janua.count(gone).await, 1);
    let _ = alone;
}
