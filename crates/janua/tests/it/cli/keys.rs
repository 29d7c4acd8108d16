//! `janua keys`.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::process::Home;

#[test]
fn a_pair_is_written_for_its_owner_and_never_over_another() {
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let home = Home::embedded();
        let order = [
            "--json",
            "keys",
            "generate",
            "--algorithm",
            algorithm,
            "--out",
            "new/keys",
        ];
        let made = home.order(&order).well().json();
        assert_eq!(made["algorithm"], algorithm);
        let (private, public) = (
            home.path().join("new/keys/private.pem"),
            home.path().join("new/keys/public.pem"),
        );
        let rights = |path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((rights(&private), rights(&public)), (0o600, 0o644));
        let text = std::fs::read_to_string(&private).expect("it can be read");
        assert!(
            text.starts_with("-----BEGIN PRIVATE KEY-----\n") && text.lines().all(|it| it.len() <= 64),
            "{text}"
        );
        assert!(!made.to_string().contains("PRIVATE KEY"));

        let before = std::fs::read(&private).expect("it can be read");
        assert!(
            home.order(&order)
                .failed(1)
                .stderr
                .contains("private.pem is already there")
        );
        std::fs::remove_file(&private).expect("removed");
        home.order(&order).failed(1);
        assert_ne!(std::fs::read(&private).unwrap_or_default(), before);
    }
}

#[test]
fn a_pair_is_whole_or_not_there() {
    let home = Home::embedded();
    std::fs::write(home.path().join("public.pem"), "mine").expect("written");
    home.order(&["keys", "generate"]).failed(1);
    assert_eq!(
        std::fs::read_to_string(home.path().join("public.pem")).expect("read"),
        "mine"
    );
    assert!(
        !home.path().join("private.pem").exists(),
        "half a pair was left behind"
    );
}

#[test]
fn the_fingerprint_is_the_one_of_openssl() {
    let home = Home::embedded();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let made = home
            .order(&[
                "--json",
                "keys",
                "generate",
                "--algorithm",
                algorithm,
                "--out",
                algorithm,
            ])
            .well()
            .json();
        let (private, public) = (
            format!("{algorithm}/private.pem"),
            format!("{algorithm}/public.pem"),
        );
        for file in [&private, &public] {
            let told = home.order(&["--json", "keys", "fingerprint", file]).well().json();
            assert_eq!(
                (&told["fingerprint"], &told["kid"]),
                (&made["fingerprint"], &made["kid"]),
                "{file}"
            );
            let text = home.order(&["keys", "fingerprint", file]).well().stdout;
            assert!(
                text.starts_with(made["fingerprint"].as_str().expect("a text")),
                "{text}"
            );
        }
        let script = format!("openssl pkey -pubin -in {public} -outform DER | sha256sum");
        let run = Command::new("sh")
            .args(["-c", &script])
            .current_dir(home.path())
            .output()
            .expect("a shell");
        // Where there is no openssl there is nothing to compare with.
        if Command::new("openssl")
            .arg("version")
            .output()
            .is_ok_and(|it| it.status.success())
        {
            let sum = String::from_utf8_lossy(&run.stdout)
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_owned();
            assert_eq!(made["fingerprint"], sum, "{algorithm}");
        }
    }
}

#[test]
fn what_is_no_key_is_told() {
    let home = Home::embedded();
    for (name, text) in [
        ("empty.pem", ""),
        ("text.pem", "hello"),
        ("half.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n"),
    ] {
        std::fs::write(home.path().join(name), text).expect("written");
        assert!(
            home.order(&["keys", "fingerprint", name])
                .failed(1)
                .stderr
                .contains("holds no PEM key"),
            "{name}"
        );
    }
    assert!(
        home.order(&["keys", "fingerprint", "nothing.pem"])
            .failed(1)
            .stderr
            .contains("nothing.pem cannot be read")
    );
    for algorithm in ["HS256", "none", "RS512", "es256k"] {
        let done = home
            .order(&["keys", "generate", "--algorithm", algorithm, "--out", "keys"])
            .failed(1);
        assert!(
            done.stderr.contains("RS256, ES256, EdDSA") || done.stderr.contains("no key pair"),
            "{done:?}"
        );
        assert!(!home.path().join("keys/private.pem").exists());
    }
}
