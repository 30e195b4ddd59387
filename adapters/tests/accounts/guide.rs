//! What the guide says is what the code does.

use crcore_adapters::accounts::*;

/// The value that the guide gives for a limit.
fn told(limit: &str) -> &'static str {
    let guide = include_str!("../../src/accounts/guide.md");
    let row = guide
        .lines()
        .find(|line| line.starts_with(&format!("| [`{limit}`]")));
    let row = row.unwrap_or_else(|| panic!("no row for {limit}"));
    row.split('|').nth(2).unwrap().trim()
}

#[test]
fn every_limit_of_the_guide_is_the_codes() {
    let options = AccountsOptions::default();
    let session = |limits: SessionLimits| {
        let (idle, all) = (limits.idle.num_minutes(), limits.absolute.num_hours());
        format!("{idle} minutes idle, {all} hours in all")
    };
    let last: u64 = LETTER_TRIES.iter().map(std::time::Duration::as_secs).sum();
    let cost = HashCost::default();
    for (limit, value) in [
        ("PASSWORD_MIN", format!("{PASSWORD_MIN} characters")),
        (
            "PASSWORD_MIN_WITH_FACTOR",
            format!("{PASSWORD_MIN_WITH_FACTOR} characters"),
        ),
        ("PASSWORD_MAX", format!("{PASSWORD_MAX} characters")),
        ("GUESSES_MIN", format!("10^{} guesses", GUESSES_MIN.log10())),
        (
            "HashCost",
            format!(
                "{} KiB, {} passes, {} lane",
                cost.memory, cost.passes, cost.lanes
            ),
        ),
        ("HASHES_WAITING_MAX", HASHES_WAITING_MAX.to_string()),
        ("PASSWORDS_FREE", format!("{PASSWORDS_FREE} wrong")),
        (
            "PASSWORD_WAIT",
            format!("{} seconds", PASSWORD_WAIT.num_seconds()),
        ),
        (
            "PASSWORD_WAIT_MAX",
            format!("{} minutes", PASSWORD_WAIT_MAX.num_minutes()),
        ),
        ("TOLD_AT", format!("{TOLD_AT} wrong")),
        ("SOURCE_TRIES", format!("{SOURCE_TRIES} in 15 minutes")),
        ("CODE_LIFE", format!("{} minutes", CODE_LIFE.num_minutes())),
        ("CODE_TRIES", format!("{CODE_TRIES} a code")),
        ("CODES_A_DAY", format!("{CODES_A_DAY} wrong")),
        ("CODES_SENT_MAX", format!("{CODES_SENT_MAX} a request")),
        (
            "LETTERS_AN_HOUR",
            format!("{LETTERS_AN_HOUR} to an address"),
        ),
        (
            "LETTERS_AN_HOUR_OF_ALL",
            format!("{LETTERS_AN_HOUR_OF_ALL} to an address"),
        ),
        ("FLOW_LIFE", format!("{} minutes", FLOW_LIFE.num_minutes())),
        (
            "FACTOR_LIFE",
            format!("{} minutes", FACTOR_LIFE.num_minutes()),
        ),
        ("FACTORS_A_DAY", format!("{FACTORS_A_DAY} wrong")),
        ("ENROL_TRIES", ENROL_TRIES.to_string()),
        ("RECOVERY_CODES", format!("{RECOVERY_CODES}, of 80 bits")),
        (
            "RESET_LIFE",
            format!("{} minutes", RESET_LIFE.num_minutes()),
        ),
        (
            "INVITATION_LIFE",
            format!("{} days", INVITATION_LIFE.num_days()),
        ),
        (
            "TRACKING_LIFE",
            format!("{} hours", TRACKING_LIFE.num_hours()),
        ),
        ("AccountsOptions::customer", session(options.customer)),
        ("AccountsOptions::staff", session(options.staff)),
        ("AccountsOptions::visitor", session(options.visitor)),
        (
            "TOUCH_EVERY",
            format!("{} seconds", TOUCH_EVERY.num_seconds()),
        ),
        (
            "PROVED_FOR",
            format!("{} minutes", PROVED_FOR.num_minutes()),
        ),
        ("SESSIONS_MAX", format!("{SESSIONS_MAX} an account")),
        ("DEVICES_MAX", format!("{DEVICES_MAX} an account")),
        ("DEVICE_LIFE", format!("{} days", DEVICE_LIFE.num_days())),
        ("ATTEMPT_LIFE", format!("{} days", ATTEMPT_LIFE.num_days())),
        (
            "TOKEN_LIFE_MAX",
            format!("{} days", TOKEN_LIFE_MAX.num_days()),
        ),
        ("TOKENS_MAX", TOKENS_MAX.to_string()),
        ("SCOPES_MAX", format!("{SCOPES_MAX} a token")),
        ("LETTERS_MAX", format!("{LETTERS_MAX} under way")),
        (
            "LETTER_TRIES",
            format!(
                "{} tries, the last after {last} seconds",
                LETTER_TRIES.len()
            ),
        ),
        ("SERVER_SECRET_MIN", format!("{SERVER_SECRET_MIN} bytes")),
        ("SERVER_SECRETS_MAX", SERVER_SECRETS_MAX.to_string()),
        ("EMAIL_MAX", format!("{EMAIL_MAX} bytes")),
        ("NAME_MAX", format!("{NAME_MAX} bytes")),
        ("LABEL_MAX", format!("{LABEL_MAX} characters")),
        ("PHONE_MAX", format!("{PHONE_MAX} bytes")),
        ("CONSENTS_MAX", CONSENTS_MAX.to_string()),
        ("IDENTITIES_MAX", format!("{IDENTITIES_MAX} an account")),
        ("ABROAD_MAX", format!("{ABROAD_MAX} bytes")),
        ("PROVIDER_TEXT_MAX", format!("{PROVIDER_TEXT_MAX} bytes")),
        (
            "PEOPLE_MAX",
            format!("{PEOPLE_MAX}, {ATTEMPTS_MAX}, {INVITATIONS_MAX}, {FOUND_MAX} at once"),
        ),
    ] {
        assert!(
            told(limit).starts_with(&value),
            "{limit}: {value}, got {}",
            told(limit)
        );
    }
}
