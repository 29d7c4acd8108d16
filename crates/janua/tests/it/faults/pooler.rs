//! PostgreSQL behind pgbouncer in transaction mode: a statement meets another session than the one before.

use janua::app::{App, World};
use janua::config::{Config, Env};
use janua::io::clock::Clock;
use janua::io::random::Random;
use janua::worker;

use super::crowd::{Crowd, Excuse};
use super::for_crowds;
use crate::support::{Backend, TestJanua};

/// Two instances, begun through the pooler, with more people than the pooler has sessions.
async fn works_through(swallows: &str) {
    let Some(postgres) = Backend::postgres().await else {
        return;
    };
    let pooler = postgres.pooler(swallows).await.expect("the programs are there");
    let redis = Backend::redis().await.expect("the programs are there");
    let url = format!("postgres://janua@127.0.0.1:{}/postgres", pooler.port);
    let shared = format!("redis://127.0.0.1:{}", redis.port);
    let own = [("DATABASE_URL", url.as_str()), ("REDIS_URL", shared.as_str())];
    let here = TestJanua::in_real_time(&for_crowds(&own)).await;
    let there = here.second_instance().await;
    let _jobs = [worker::start(&here.app), worker::start(&there.app)];
    let instances = [&here, &there];
    let crowd = Crowd::at(&instances, Excuse::None);
    let story = async {
        crowd.goes_on(100).await;
        crowd.works().await;
    };
    crowd.during(8, story).await;
    // What an operator asks of the database passes the pooler as well.
    janua::io::db::inspect::stats(&here.app.db)
        .await
        .expect("it can be asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_refuses_what_it_does_not_know() {
    works_through("").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_swallows_what_it_does_not_know() {
    works_through("ignore_startup_parameters = options, extra_float_digits\n").await;
}

#[tokio::test]
async fn what_does_not_pass_a_pooler_is_refused_with_a_reason() {
    let Some(postgres) = Backend::postgres().await else {
        return;
    };
    let pooler = postgres.pooler("").await.expect("the programs are there");
    let url = format!(
        "postgres://janua@127.0.0.1:{}/postgres?options[search_path]=auth",
        pooler.port
    );
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().display().to_string();
    let settings = [("DATABASE_URL", url.as_str()), ("JANUA_DATA_DIR", &folder)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::read(&Env::of(settings)).expect("the settings are right");
    let world = World {
        clock: Clock::System,
        random: Random::System,
        ..World::default()
    };
    let Err(refusal) = App::build(config, world).await else {
        panic!("it starts in another schema than it was told");
    };
    assert!(
        refusal.contains("a pooler stands before PostgreSQL") && refusal.contains("search_path"),
        "{refusal}"
    );
}
