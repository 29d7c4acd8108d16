//! Telephone numbers as strangers type them, with and without a region.
#![no_main]

use janua::config::Region;
use janua::io::sms::PhoneNumber;
use libfuzzer_sys::fuzz_target;

const REGIONS: [&str; 6] = ["US", "DE", "MX", "IT", "NA", "AR"];

fuzz_target!(|input: (u8, &str)| {
    let (which, text) = input;
    let region: Option<Region> = REGIONS.get(usize::from(which) % 8).and_then(|it| it.parse().ok());
    let Ok(number) = PhoneNumber::parse_in(text, region) else {
        return;
    };
    // One telephone has one spelling, and reading it again changes nothing.
    let again = PhoneNumber::parse(number.e164()).expect("what was read can be read");
    assert_eq!(number.e164(), again.e164());
    assert!(!number.masked().contains(&number.e164()[1..]));
    assert!(number.e164().starts_with(number.block()));
});
