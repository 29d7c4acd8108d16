//! Hashes that another system made.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use janua::crypto::password::{Cost, Memory, PasswordHash};
use janua::crypto::secret::SecretString;
use janua::io::db::{Db, Querier};
use janua::params;
use janua::passwords::Prepared;
use janua::registration::bootstrap;
use janua::users::{Email, NewUser};

use super::OPEN;
use crate::support::{PASSWORD, TestJanua};

async fn stored_hash(janua: &TestJanua, email: &str) -> String {
    let mut db: &Db = &janua.app.db;
    let sql = "SELECT hash FROM passwords JOIN users ON users.id = passwords.user_id WHERE email = $1";
    let row: Option<(String,)> = db.fetch_optional(sql, params![email]).await.expect("a query");
    row.expect("a hash").0
}

/// Makes a user whose password was hashed elsewhere.
async fn import(janua: &TestJanua, email: &str, hash: &str) {
    let new = NewUser {
        email: Email::parse(email).expect("an address"),
        username: None,
        first_name: None,
        last_name: None,
        locale: None,
        is_admin: false,
        email_verified_at: Some(janua.app.clock.now()),
    };
    let imported = Prepared::imported(PasswordHash::import(hash).expect("a form that is understood"));
    bootstrap::create(&janua.app, &new, Some(&imported))
        .await
        .expect("a user");
}

#[tokio::test]
async fn a_hash_of_another_system_opens_the_account_and_is_replaced() {
    let janua = TestJanua::with(&OPEN).await;
    let mut derived = [0; 32];
    pbkdf2::pbkdf2_hmac::<pbkdf2::sha2::Sha256>(PASSWORD.as_bytes(), b"salt of django", 1000, &mut derived);
    let derived = STANDARD.encode(derived);
    let cost = Cost {
        memory_kib: 32,
        iterations: 1,
        parallelism: 1,
    };
    let password = SecretString::new(PASSWORD.to_owned());
    let cheaper = PasswordHash::make(&password, cost, [7; 16], &mut Memory::default());
    let hashes = [
        ("bcrypt", bcrypt::hash(PASSWORD, 4).expect("a hash")),
        ("django", format!("pbkdf2_sha256$1000$salt of django${derived}")),
        ("argon2", cheaper.as_stored().to_owned()),
    ];
    for (name, hash) in hashes {
        let ada = janua.person(&format!("{name}@example.com"));
        import(&janua, &ada.email, &hash).await;
        ada.login("wrong-velvet-canyon-73")
            .await
            .refused("INVALID_CREDENTIALS");
        assert_eq!(stored_hash(&janua, &ada.email).await, hash, "{name}");
        ada.signs_in().await;
        let renewed = stored_hash(&janua, &ada.email).await;
        assert!(
            renewed.starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
            "{name}: {renewed}"
        );
        ada.signs_in().await;
        assert_eq!(
            stored_hash(&janua, &ada.email).await,
            renewed,
            "{name}: once is enough"
        );
        ada.login("wrong-velvet-canyon-73")
            .await
            .refused("INVALID_CREDENTIALS");
    }
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'password.rehashed'")
            .await,
        3
    );
    for nonsense in [
        "",
        "plain text",
        "$2b$99$abc",
        "$argon2id$v=19$m=99999999,t=1,p=1$c2FsdA$aGFzaA",
        "{SSHA}xyz",
    ] {
        assert!(PasswordHash::import(nonsense).is_err(), "{nonsense}");
    }
}
