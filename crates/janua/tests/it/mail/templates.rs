//! What mails and pages say, in every language, and in the words of an operator.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use janua::rendering::Renderer;
use minijinja::context;

use crate::support::TestJanua;

fn root(folder: &str) -> String {
    format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root(folder)).expect("the folder");
    let mut names: Vec<String> = entries
        .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The texts of a language: what each key's text refers to.
fn texts(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let source = fs::read_to_string(root(&format!("locales/{file}"))).expect("the locale");
    let (mut texts, mut key) = (BTreeMap::<String, BTreeSet<String>>::new(), String::new());
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '}'])) {
            assert!(
                texts.insert(name.to_owned(), BTreeSet::new()).is_none(),
                "{file}: {name} is there twice"
            );
            name.clone_into(&mut key);
        }
        let names = line.split('$').skip(1).map(|it| {
            it.chars()
                .take_while(|it| it.is_alphanumeric() || *it == '_')
                .collect()
        });
        texts.entry(key.clone()).or_default().extend(names);
    }
    texts.remove("");
    texts
}

#[test]
fn every_language_says_the_same_things() {
    let english = texts("en.ftl");
    assert!(english.len() > 50, "{english:?}");
    for file in files("locales") {
        let own = texts(&file);
        for (key, names) in &english {
            assert_eq!(own.get(key), Some(names), "{key} in {file}");
        }
        assert_eq!(own.len(), english.len(), "{file} has texts of its own");
    }
}

#[test]
fn every_template_is_filled_in_to_the_end_in_every_language() {
    let renderer = Renderer::new(None, "en").expect("the templates");
    let keys = texts("en.ftl");
    for locale in files("locales").iter().filter_map(|it| it.strip_suffix(".ftl")) {
        for folder in ["email", "pages"] {
            for file in files(&format!("templates/{folder}")) {
                let facts = context! {
                    locale => locale, app_name => "Acme & Co", base_url => "https://id.example.com", name => "Ada <L>",
                    email => "ada@example.com", link => "https://id.example.com/auth/verify-email?token=jlk_x",
                    button_label => "Press", expires_in_hours => 24, when => "2026-01-11 10:30 UTC", ip => "192.0.2.1",
                    device => "Firefox on Linux", unlock_at => "2026-01-11 11:00 UTC", minutes => 30,
                    request_id => "req_1", version => "1.0.0", dev_mail => true, token => "jlk_x", min_length => 10,
                    error => "too weak", recovery_codes => 3, organization => "Acme", role => "member", domain => "acme.com", record_name => "_janua-verification.acme.com", record_value => "janua-domain-verification=1", inviter => "eve@example.com",
                    impersonator => "root@example.com", reason => "Ticket 4711",
                    expires_at => "2026-01-18 10:30 UTC", owner => "eve@example.com", done => "password", is_on => true, code => "LINK_EXPIRED", message => "Link expired", advice => "Ask again",
                                        provider => "GitHub", url => "https://id.example.com/authorize?a=b", phone => "+•••••••••23", awaits => true, methods => vec!["totp", "sms", "recovery_code"], method => "sms",
                    texts => vec![context! { id => "2", to => "+12025550123", text => "T", sent_at => "2026-01-11" }],
                    messages => vec![context! { id => "1", to => "ada@example.com", subject => "S", text => "T",
                        links => vec!["https://id.example.com"], sent_at => "2026-01-11" }],
                };
                let name = format!("{folder}/{file}");
                let text = renderer
                    .render(&name, facts)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                for left_over in ["{{", "}}", "{%", "%}", "{ $", "{$", "undefined", "none</"] {
                    assert!(
                        !text.contains(left_over),
                        "{left_over} in {name} ({locale}): {text}"
                    );
                }
                for key in keys.keys() {
                    assert!(!text.contains(key.as_str()), "{key} in {name} ({locale}): {text}");
                }
                if file.split('.').next_back() == Some("html") {
                    assert!(
                        !text.contains("<L>") && !text.contains("Acme & Co"),
                        "{name} does not escape: {text}"
                    );
                    assert!(
                        folder == "pages" || !text.contains("<script") && !text.contains("<img"),
                        "{name}: {text}"
                    );
                } else {
                    assert!(
                        !text.contains("&amp;") && !text.contains("&lt;"),
                        "{name} escapes a plain text: {text}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_mail_speaks_the_language_of_its_reader() {
    let janua = TestJanua::start().await;
    let mut subjects = BTreeSet::new();
    for (email, locale) in [("ada@example.com", "en"), ("eva@example.com", "es")] {
        let body =
            serde_json::json!({"email": email, "password": crate::support::PASSWORD, "locale": locale});
        janua.post("/api/v1/auth/register", body).await.accepted();
        let mail = janua.mails(email).await.remove(0);
        assert!(
            mail.html.contains(&format!("<html lang=\"{locale}\">")),
            "{}",
            mail.html
        );
        subjects.insert(mail.subject);
    }
    assert_eq!(subjects.len(), 2, "{subjects:?}");
}

#[tokio::test]
async fn a_name_cannot_write_the_mail() {
    let janua = TestJanua::start().await;
    let name = "<a href=x>{{ 7 * 7 }} ${1} %0aBcc: eve";
    let body = serde_json::json!({"email": "ada@example.com", "password": crate::support::PASSWORD, "first_name": name});
    janua.post("/api/v1/auth/register", body).await.accepted();
    let token = janua.secret("ada@example.com", "verify-email").await;
    let body = serde_json::json!({"token": token});
    janua.post("/api/v1/auth/email/verify", body).await.accepted();
    let mails = janua.mails("ada@example.com").await;
    let mail = mails
        .into_iter()
        .find(|it| it.text.contains(name))
        .expect("a mail with the name");
    assert!(
        !mail.html.contains("<a href=x>") && mail.html.contains("&lt;a href=x&gt;"),
        "{}",
        mail.html
    );
    assert!(
        mail.html.contains("{{ 7 * 7 }}"),
        "what a template holds is not a template again"
    );
    assert!(!mail.subject.contains('\n') && mail.to == "ada@example.com");
}

#[tokio::test]
async fn an_operator_replaces_texts_and_templates_file_by_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    };
    write(
        "email/verification.txt",
        "Our own words for {{ email }}: {{ link }}",
    );
    write(
        "locales/en.ftl",
        "email-verification-subject = Welcome aboard { $app_name }\n",
    );
    write(
        "pages/home.html",
        "{% extends \"pages/layout.html\" %}{% block main %}<h1>Our house</h1>{% endblock %}",
    );
    let own = folder.path().display().to_string();
    let janua = TestJanua::with(&[("TEMPLATES_DIR", own.as_str())]).await;
    janua.person("ada@example.com").signs_up().await.accepted();
    let mail = janua.mails("ada@example.com").await.remove(0);
    assert!(
        mail.text
            .starts_with("Our own words for ada@example.com: http://localhost:4100/auth/verify-email?token=")
    );
    assert_eq!(mail.subject, "Welcome aboard Janua");
    // What is not replaced stays as it was.
    assert!(mail.html.contains("Confirm my address"), "{}", mail.html);
    assert!(
        janua
            .get("/")
            .await
            .accepted()
            .text
            .contains("<h1>Our house</h1>")
    );
    assert!(
        janua
            .get("/auth/verify-email?token=x")
            .await
            .accepted()
            .text
            .contains("Confirm your email address")
    );
}

#[test]
fn what_an_operator_wrote_wrongly_is_told_at_the_start() {
    for (name, text) in [
        ("email/welcome.txt", "{% if %}"),
        ("pages/home.html", "{{ unclosed"),
        ("locales/en.ftl", "email-greeting = { $name\n"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let folder = folder.path().to_str().expect("a path");
        Renderer::new(Some(folder), "en").expect("nothing is replaced yet");
        fs::write(path, text).expect("written");
        let told = Renderer::new(Some(folder), "en").expect_err("it cannot be read");
        assert!(
            told.contains(name.split('/').next_back().expect("a name")),
            "{told}"
        );
    }
    assert!(Renderer::new(Some("/nowhere"), "en").is_err());
    assert!(
        Renderer::new(None, "tlh")
            .expect_err("nobody speaks it")
            .contains("en, es")
    );
}
