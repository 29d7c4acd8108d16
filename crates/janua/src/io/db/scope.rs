//! Whose rows a statement may see: the second wall between tenants.
//!
//! Tables of tenants have policies on PostgreSQL that show a row only to statements that run for its organization. Which
//! one that is stands in a setting that ends with the transaction, so it never reaches the next user of a connection and
//! works behind a pooler in transaction mode. A query that forgot its `WHERE` then finds nothing of others, and one that
//! forgot its scope finds nothing at all. SQLite has no such wall: there the first one, the tenant in every query, is
//! the only one.

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::{Db, DbError, On, Pools, Querier, Result, Row, Sql, Tx, Value};
use crate::params;

/// Whose rows may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of these organizations, by id.
    Tenants(Vec<String>),
    /// What says where this person belongs, by id; for reading only.
    Person(String),
    /// Those of all tenants: for work of the platform itself.
    Platform,
}

impl Scope {
    fn setting(&self) -> (&'static str, String) {
        match self {
            Self::Tenants(ids) => ("janua.tenant", ids.join(",")),
            Self::Person(id) => ("janua.person", id.clone()),
            Self::Platform => ("janua.tenant", "*".to_owned()),
        }
    }

    /// Begins a transaction and sets its scope in one round trip. That way takes no parameters, so what is not an id is
    /// refused.
    fn begin(&self) -> Result<AssertSqlSafe<String>> {
        let (name, value) = self.setting();
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-,*".contains(it);
        if !value.chars().all(is_plain) {
            return Err(DbError::Schema(format!("{name} is to be set to what is no id")));
        }
        Ok(AssertSqlSafe(format!("BEGIN; SET LOCAL {name} = '{value}'")))
    }
}

/// The database, seen in a scope; reads need no transaction of the caller's.
#[derive(Clone, Debug)]
pub struct Scoped<'a> {
    db: &'a Db,
    scope: Scope,
}

impl Db {
    /// The same database in a scope.
    pub fn within(&self, scope: Scope) -> Scoped<'_> {
        Scoped { db: self, scope }
    }

    /// Starts a write transaction in a scope.
    pub async fn begin_within(&self, scope: &Scope) -> Result<Tx> {
        let Pools::Postgres(pool, way) = &self.pools else {
            return self.begin().await;
        };
        let begun = self
            .watch
            .begun(pool, Some(scope.begin()?.into_sql_str()))
            .await?;
        Ok(Tx::begun(On::Postgres(begun, *way), self.watch.clone()))
    }
}

impl Tx {
    /// Goes on in a scope, until the transaction ends.
    pub async fn enter(&mut self, scope: &Scope) -> Result<()> {
        if matches!(self.on, On::Postgres(..)) {
            let (name, value) = scope.setting();
            let mut tx = self;
            tx.rows("SELECT set_config($1, $2, true)", params![name, value])
                .await?;
        }
        Ok(())
    }
}

impl Querier for Scoped<'_> {
    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        if matches!(self.db.pools, Pools::Sqlite { .. }) {
            return self.db.rows(sql, params).await;
        }
        let mut tx = self.db.begin_within(&self.scope).await?;
        let rows = (&mut tx).rows(sql, params).await?;
        tx.commit().await.map(|()| rows)
    }

    async fn rows_of(&mut self, sql: Sql) -> Result<Vec<Row>> {
        if matches!(self.db.pools, Pools::Sqlite { .. }) {
            return self.db.rows_of(sql).await;
        }
        let mut tx = self.db.begin_within(&self.scope).await?;
        let rows = (&mut tx).rows_of(sql).await?;
        tx.commit().await.map(|()| rows)
    }

    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64> {
        if matches!(self.db.pools, Pools::Sqlite { .. }) {
            return self.db.execute(sql, params).await;
        }
        let mut tx = self.db.begin_within(&self.scope).await?;
        let changed = (&mut tx).execute(sql, params).await?;
        tx.commit().await.map(|()| changed)
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn only_ids_get_into_the_text_of_a_statement() {
        let id = "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60";
        for scope in [
            Scope::Tenants(vec![id.to_owned(), id.to_owned()]),
            Scope::Person(id.to_owned()),
            Scope::Platform,
        ] {
            assert!(scope.begin().is_ok(), "{scope:?}");
        }
        for text in ["'", "x'; DROP TABLE users; --", "a b", "é", "\\", "\0"] {
            assert!(Scope::Person(text.to_owned()).begin().is_err(), "{text:?}");
        }
    }
}
