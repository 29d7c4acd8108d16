//! The database itself: whether it lets us in, and how it is.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Diagnosis, Finding};
use crate::config::Config;
use crate::error::causes;
use crate::io::db::inspect::{self, DeadRows, Stats};
use crate::io::db::{Db, DbError, Engine, Refusal, moving};

/// By so much the clocks of two machines may differ: less than any token, code or assertion forgives.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(10);

/// Somebody who waits longer than this for a lock, in seconds, waits for somebody who forgot it.
const LONG_WAIT: i64 = 3;

/// The oldest PostgreSQL that is served.
const OLDEST: u32 = 14;

/// Fewer dead rows than this are no trouble: autovacuum comes when a fifth of a table is dead.
const MANY_ROWS: i64 = 100_000;

/// Less empty room than this, in bytes, is no trouble.
const MUCH_ROOM: i64 = 16 << 20;

/// Why nobody is let in.
pub(super) fn refused(error: &DbError) -> Finding {
    let diagnosis = match error.refusal() {
        Refusal::Away => Diagnosis::DatabaseAway,
        Refusal::Login => Diagnosis::DatabaseLogin,
        Refusal::Absent => Diagnosis::DatabaseMissing,
        Refusal::Full => Diagnosis::ConnectionsTaken,
        Refusal::ReadOnly => Diagnosis::NotWritable,
        Refusal::Damaged => Diagnosis::DatabaseDamaged,
        Refusal::Other => Diagnosis::DatabaseSetting,
    };
    Finding::new(diagnosis, causes(error))
}

/// Whether it moves to another place: then nothing else about it matters.
pub(super) async fn moves(db: &Db, config: &Config) -> Option<Finding> {
    let file = Db::file(&config.database).ok()?;
    match moving::refuse_if_moving(db, file.as_deref()).await {
        Err(DbError::Schema(why)) => Some(Finding::new(Diagnosis::DatabaseMoves, why)),
        // One that cannot be asked is judged by who examines it.
        _ => None,
    }
}

/// How the database is.
pub(super) async fn examine(db: &Db, config: &Config, now: DateTime<Utc>) -> Vec<Finding> {
    match judge(db, config, now).await {
        Ok(found) => found,
        Err(error) => vec![refused(&error)],
    }
}

async fn judge(db: &Db, config: &Config, now: DateTime<Utc>) -> Result<Vec<Finding>, DbError> {
    let mut found = Vec::new();
    if db.engine() == Engine::Postgres {
        found.extend(clock(inspect::clock(db).await?, now));
    }
    match inspect::stats(db).await? {
        Stats::Postgres {
            version,
            connections,
            max_connections,
            reserved_connections,
            ..
        } => {
            found.extend(version_of(&version));
            let room = max_connections - reserved_connections;
            let own = i64::from(config.database.pool_size + config.database.pool_overflow);
            found.extend(room_for(own, connections, room));
            // Another question may want another connection, and there is none.
            if connections >= room {
                return Ok(found);
            }
            found.extend(inspect::most_dead_rows(db).await?.and_then(dead_rows));
        }
        Stats::Sqlite {
            pages,
            free_pages,
            page_bytes,
            ..
        } => found.extend(bloat(pages, free_pages, page_bytes)),
    }
    let waiting = inspect::locks(db).await?.unwrap_or_default();
    let long = |it: &&inspect::Waiting| it.blocked_seconds.unwrap_or(0) >= LONG_WAIT;
    if let Some(it) = waiting.iter().find(long) {
        let cause = format!(
            "connection {} has waited {} s for {} ({}, {})",
            it.blocked_pid,
            it.blocked_seconds.unwrap_or(0),
            it.blocking_pid,
            it.blocking_application,
            it.blocking_state
        );
        found.push(Finding::new(Diagnosis::LockHeld, cause));
    }
    Ok(found)
}

fn clock(theirs: DateTime<Utc>, ours: DateTime<Utc>) -> Option<Finding> {
    let apart = (theirs - ours).abs();
    (apart > CLOCK_TOLERANCE).then(|| {
        let cause = format!(
            "the clock of the database and that of this machine are {} s apart",
            apart.num_seconds()
        );
        Finding::new(Diagnosis::ClockOff, cause)
    })
}

fn version_of(version: &str) -> Option<Finding> {
    let number: String = version
        .chars()
        .skip_while(|it| !it.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    let is_old = number.parse::<u32>().is_ok_and(|it| it < OLDEST);
    is_old.then(|| Finding::new(Diagnosis::OldPostgres, version))
}

fn room_for(own: i64, taken: i64, room: i64) -> Option<Finding> {
    if taken >= room {
        let cause = format!("{taken} of {room} connections are taken");
        return Some(Finding::new(Diagnosis::ConnectionsTaken, cause));
    }
    (own > room).then(|| {
        let cause = format!("one instance may take {own} connections, and the server has room for {room}");
        Finding::new(Diagnosis::PoolTooLarge, cause)
    })
}

fn bloat(pages: i64, free: i64, page_bytes: i64) -> Option<Finding> {
    let room = free * page_bytes;
    (room > MUCH_ROOM && free > pages / 2).then(|| {
        let cause = format!("{free} of {pages} pages are empty: {} MiB", room >> 20);
        Finding::new(Diagnosis::Bloat, cause)
    })
}

fn dead_rows(table: DeadRows) -> Option<Finding> {
    let DeadRows { name, live, dead } = table;
    (dead > MANY_ROWS && dead > live).then(|| {
        let cause =
            format!("{name} has {dead} dead rows beside {live}: autovacuum is off or does not get through");
        Finding::new(Diagnosis::Bloat, cause)
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn code(found: Option<Finding>) -> Option<Diagnosis> {
        found.map(|it| it.diagnosis())
    }

    #[test]
    fn judges_by_figures_alone() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a moment");
        assert_eq!(code(clock(now + TimeDelta::seconds(10), now)), None);
        let off = clock(now - TimeDelta::seconds(11), now);
        assert_eq!(code(off), Some(Diagnosis::ClockOff));

        assert_eq!(code(version_of("PostgreSQL 14.1 (Debian)")), None);
        assert_eq!(code(version_of("PostgreSQL 13.9")), Some(Diagnosis::OldPostgres));

        assert_eq!(code(room_for(30, 50, 97)), None);
        assert_eq!(code(room_for(98, 50, 97)), Some(Diagnosis::PoolTooLarge));
        assert_eq!(code(room_for(30, 97, 97)), Some(Diagnosis::ConnectionsTaken));

        assert_eq!(code(bloat(10_000, 4_999, 4096)), None);
        assert_eq!(code(bloat(10_000, 6_000, 4096)), Some(Diagnosis::Bloat));
        assert_eq!(code(bloat(100, 90, 4096)), None, "small files do not matter");

        let of = |live, dead| {
            let name = "sessions".to_owned();
            code(dead_rows(DeadRows { name, live, dead }))
        };
        assert_eq!(of(500_000, 150_000), None);
        assert_eq!(of(100, 90_000), None);
        assert_eq!(of(100_000, 150_000), Some(Diagnosis::Bloat));
    }
}
