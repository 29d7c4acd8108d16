//! Every right that the server needs: asked of PostgreSQL, tried on SQLite.

use serde::Serialize;

use super::nothing;
use crate::io::db::{Db, Engine, Querier, Result};
use crate::params;

/// One right, and what would grant it.
#[derive(Debug, Serialize)]
pub struct Right {
    /// What may be done, and to what.
    pub what: String,
    /// Whether we may.
    pub granted: bool,
    /// Whether only migrations need it.
    pub only_migrations: bool,
    /// What mends it when it is missing.
    pub mend: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Place {
    role: String,
    database: String,
    schema: Option<String>,
    connect: bool,
    usage: bool,
    creates: bool,
}

#[derive(sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each right, as the query asks"
)]
struct Object {
    name: String,
    quoted: String,
    is_sequence: bool,
    reads: bool,
    inserts: bool,
    updates: bool,
    deletes: bool,
    owns: bool,
}

/// Every right that the server needs.
///
/// # Errors
/// When the database cannot be asked.
pub async fn rights(db: &Db) -> Result<Vec<Right>> {
    match db.engine() {
        Engine::Postgres => postgres(db).await,
        Engine::Sqlite => Ok(sqlite(db).await),
    }
}

async fn postgres(mut db: &Db) -> Result<Vec<Right>> {
    let place: Option<Place> = db
        .fetch_optional(
            "SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
                    quote_ident(current_schema()) AS schema,
                    has_database_privilege(current_database(), 'CONNECT') AS connect,
                    COALESCE(has_schema_privilege(current_schema(), 'USAGE'), FALSE) AS usage,
                    COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE) AS creates",
            params![],
        )
        .await?;
    let place = place.ok_or_else(nothing)?;
    let (role, database) = (&place.role, &place.database);
    // Without USAGE on every schema of the search path there is no current one; the guide's is public.
    let schema = place.schema.as_deref().unwrap_or("public");
    let mut rights = vec![
        right(
            format!("CONNECT to database {database}"),
            place.connect,
            false,
            format!("GRANT CONNECT ON DATABASE {database} TO {role};"),
        ),
        right(
            format!("USAGE of schema {schema}"),
            place.usage,
            false,
            format!("GRANT USAGE ON SCHEMA {schema} TO {role};"),
        ),
        right(
            format!("CREATE in schema {schema}"),
            place.creates,
            true,
            format!("GRANT CREATE ON SCHEMA {schema} TO {role};"),
        ),
    ];
    let objects: Vec<Object> = db
        .fetch_all(
            "SELECT c.relname::TEXT AS name, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
                    c.relkind = 'S' AS is_sequence,
                    has_table_privilege(c.oid, 'SELECT') AS reads,
                    CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'USAGE')
                         ELSE has_table_privilege(c.oid, 'INSERT') END AS inserts,
                    has_table_privilege(c.oid, 'UPDATE') AS updates,
                    has_table_privilege(c.oid, 'DELETE') AS deletes,
                    pg_has_role(c.relowner, 'USAGE') AS owns
             FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'S') AND n.nspname = current_schema() ORDER BY c.relkind, c.relname",
            params![],
        )
        .await?;
    for object in objects {
        rights.extend(of_object(&object, role));
    }
    Ok(rights)
}

fn of_object(object: &Object, role: &str) -> Vec<Right> {
    let (name, quoted) = (&object.name, &object.quoted);
    let kind = if object.is_sequence { "SEQUENCE" } else { "TABLE" };
    let wanted: &[(&str, bool)] = if object.is_sequence {
        &[("USAGE", object.inserts), ("SELECT", object.reads)]
    } else {
        &[
            ("SELECT", object.reads),
            ("INSERT", object.inserts),
            ("UPDATE", object.updates),
            ("DELETE", object.deletes),
        ]
    };
    let mut rights: Vec<Right> = wanted
        .iter()
        .map(|(verb, granted)| {
            let mend = format!("GRANT {verb} ON {kind} {quoted} TO {role};");
            right(format!("{verb} on {name}"), *granted, false, mend)
        })
        .collect();
    rights.push(right(
        format!("own {name}"),
        object.owns,
        true,
        format!("ALTER {kind} {quoted} OWNER TO {role};"),
    ));
    rights
}

/// Tried, since file systems have more ways to refuse than they tell of.
async fn sqlite(db: &Db) -> Vec<Right> {
    let reads = db.ping().await;
    let writes = write_and_undo(db).await;
    let mend = |tried: &Result<()>, advice: &str| match tried {
        Ok(()) => String::new(),
        Err(error) => {
            let cause = std::error::Error::source(error).map_or_else(String::new, |it| format!("{it}: "));
            format!("{cause}{advice}")
        }
    };
    let own =
        "the file and its folder must belong to the user that runs janua, and the disk must not be full";
    vec![
        right(
            "read the database file".to_owned(),
            reads.is_ok(),
            false,
            mend(&reads, own),
        ),
        right(
            "write the database file and its log".to_owned(),
            writes.is_ok(),
            false,
            mend(&writes, own),
        ),
    ]
}

async fn write_and_undo(db: &Db) -> Result<()> {
    // Dropped without a commit: nothing of it remains.
    let mut tx = db.begin().await?;
    (&mut tx)
        .execute("CREATE TABLE janua_may_write (it INTEGER)", params![])
        .await?;
    Ok(())
}

fn right(what: String, granted: bool, only_migrations: bool, mend: String) -> Right {
    Right {
        what,
        granted,
        only_migrations,
        mend: (!granted).then_some(mend),
    }
}
