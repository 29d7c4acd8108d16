//! Every row gets one place, however late it commits and whoever is at it.

use janua::audit;
use janua::events::{self, Event, Name};
use janua::params;

use super::{meddles, verified, with_history};
use crate::support::{TestJanua, hours};

#[tokio::test]
async fn each_of_many_rows_gets_one_place_while_several_give_them() {
    let janua = TestJanua::start().await;
    let second = janua.second_instance().await;
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..50 {
        let app = if index % 2 == 0 {
            janua.app.clone()
        } else {
            second.app.clone()
        };
        tasks.spawn(async move {
            let mut tx = app.db.begin().await.expect("a transaction");
            let event = Event::about(Name::LogLevelChanged, None);
            events::record(&app, &mut tx, event).await.expect("recorded");
            tx.commit().await.expect("committed");
            audit::keep(&app).await.expect("chained");
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    audit::keep(&janua.app).await.expect("chained");
    let report = verified(&janua).await;
    assert!(report.is_good() && report.without_place == 0, "{report:?}");
    // Those, and the first signing key.
    assert_eq!((report.rows, report.ends_at), (51, 51));
}

#[tokio::test]
async fn a_row_that_commits_late_is_chained_late() {
    let janua = TestJanua::start().await;
    if janua.app.db.engine() == janua::io::db::Engine::Sqlite {
        // Its write transactions queue: nobody is late.
        return;
    }
    let mut late = janua.app.db.begin().await.expect("a transaction");
    let event = Event::about(Name::LogLevelChanged, None);
    events::record(&janua.app, &mut late, event)
        .await
        .expect("recorded");
    late.enter(&janua::io::db::Scope::Platform)
        .await
        .expect("it has gone out");
    with_history(&janua).await;
    let before = verified(&janua).await;
    late.commit().await.expect("committed");
    assert_eq!(audit::keep(&janua.app).await.expect("chained"), 1);
    let after = verified(&janua).await;
    assert!(after.is_good(), "{after:?}");
    assert_eq!(after.rows, before.rows + 1);
}

#[tokio::test]
async fn rows_of_an_earlier_version_are_taken_in_for_a_day() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let bare =
        "UPDATE events SET mac = NULL, salt = NULL, personal = NULL, actor_kind = NULL, target_kind = NULL,
                                  target_id = NULL WHERE position IS NULL";
    let rows = meddles(&janua, bare, params![]).await;
    assert!(rows > 1);
    assert_eq!(audit::keep(&janua.app).await.expect("chained"), rows);
    assert!(verified(&janua).await.is_good());

    janua.advance(hours(25));
    janua.person("bob@example.com").registered().await;
    let rows = meddles(&janua, bare, params![]).await;
    assert_eq!(audit::keep(&janua.app).await.expect("chained"), 0);
    let report = verified(&janua).await;
    assert_eq!(report.count, rows, "{report:?}");
    assert!(
        report.problems[0].what.contains("not written by Janua"),
        "{report:?}"
    );
}
