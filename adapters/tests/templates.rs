//! Texts that a bank can replace, checked before the first message.

#![cfg(feature = "templates")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::collections::BTreeMap;
use std::fs;

use crcore::Code;
use crcore::ticket::{Kind, Language, Outcome, StatusName};
use crcore_adapters::templates::{LETTERS, TEXTS, variables};
use crcore_adapters::{Templates, Text, Texts};

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn language(tag: &str) -> Language {
    tag.parse().unwrap()
}

fn filled(text: &str) -> BTreeMap<String, String> {
    variables(&code(text))
        .map(|variable| {
            let value = match variable {
                "kind" => "complaint",
                "status" => "waiting_for_customer",
                "outcome" => "partly_upheld",
                other => other,
            };
            (variable.to_owned(), value.to_owned())
        })
        .collect()
}

/// Replaces one part of `replied` in English and says why that is refused.
fn refused(change: impl FnOnce(&mut Text)) -> String {
    let mut texts = Texts::default();
    let set = texts.languages.get_mut(&language("en")).unwrap();
    change(set.get_mut(&code("replied")).unwrap());
    Templates::new(texts).unwrap_err().to_string()
}

#[test]
fn every_text_of_the_desk_is_there_in_english_and_hindi() {
    let texts = Texts::default();
    for tag in ["en", "hi"] {
        let set = &texts.languages[&language(tag)];
        for (text, _) in TEXTS {
            assert!(set.contains_key(&code(text)), "{text} in {tag}");
        }
        let labels = &texts.labels[&language(tag)];
        for kind in Kind::ALL {
            assert!(
                labels["kind"].contains_key(kind.name()),
                "{kind:?} in {tag}"
            );
        }
        let name = |value: serde_json::Value| value.as_str().unwrap().to_owned();
        for status in StatusName::ALL {
            let status = name(serde_json::to_value(status).unwrap());
            assert!(labels["status"].contains_key(&status), "{status} in {tag}");
        }
        use Outcome::{Answered, PartlyUpheld, Rejected, Upheld, Withdrawn};
        for outcome in [Upheld, PartlyUpheld, Rejected, Answered, Withdrawn] {
            let outcome = name(serde_json::to_value(outcome).unwrap());
            assert!(
                labels["outcome"].contains_key(&outcome),
                "{outcome} in {tag}"
            );
        }
    }
    let templates = Templates::new(texts).unwrap();
    for (text, _) in TEXTS {
        for tag in ["en", "hi"] {
            let told = templates
                .render(&code(text), &language(tag), &filled(text))
                .unwrap();
            assert_eq!(told.language, language(tag));
            for part in [&told.subject, &told.text, &told.html] {
                assert!(part.contains("reference"), "{text} in {tag}: {part}");
                assert!(!part.contains("{{") && !part.contains("{%"), "{part}");
                assert!(!part.contains("partly_upheld"), "a code on screen: {part}");
            }
            assert!(told.html.contains(&format!("<html lang=\"{tag}\"")));
            assert!(!told.html.contains("<img") && !told.html.contains("http"));
        }
    }
}

#[test]
fn every_letter_is_there_in_english_and_hindi_and_says_all_it_is_told() {
    let templates = Templates::new(Texts::default()).unwrap();
    for (text, besides) in LETTERS {
        for tag in ["en", "hi"] {
            let variables = filled(text);
            let told = templates
                .render(&code(text), &language(tag), &variables)
                .unwrap();
            assert_eq!(told.language, language(tag), "{text}");
            for variable in ["name"].iter().chain(besides) {
                let value = &variables[*variable];
                assert!(told.text.contains(value), "{variable} of {text} in {tag}");
                assert!(told.html.contains(value), "{variable} of {text} in {tag}");
            }
            let title = if text == "track-link" {
                "reference"
            } else {
                "bank"
            };
            assert!(
                told.html.contains(&format!("<title>{title}</title>")),
                "{text}"
            );
            assert!(told.html.contains(&format!("<html lang=\"{tag}\"")));
        }
    }
}

#[test]
fn a_link_in_a_letter_is_one_that_can_be_followed() {
    let templates = Templates::new(Texts::default()).unwrap();
    let mut variables = filled("account-reset");
    let link = "https://desk.bank.example/reset#fAb_9-x&y\"z";
    variables.insert("link".into(), link.into());
    let told = templates
        .render(&code("account-reset"), &language("en"), &variables)
        .unwrap();
    assert!(told.text.lines().any(|line| line == link));
    let href = told
        .html
        .split("href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let read = href
        .replace("&#x2f;", "/")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    assert_eq!(read, link);
}

#[test]
fn a_message_without_a_name_a_deadline_or_a_page_reads_well() {
    let templates = Templates::new(Texts::default()).unwrap();
    let mut variables = filled("acknowledged");
    variables.insert("name".into(), String::new());
    variables.insert("due".into(), String::new());
    variables.insert("link".into(), String::new());
    let told = templates
        .render(&code("acknowledged"), &language("en"), &variables)
        .unwrap();
    assert_eq!(
        told.text,
        "Dear customer,\n\nThank you for contacting us. We have received your complaint about \
         service.\n\nYour reference is reference.\n\nTo add something, contact us and name this \
         reference. We will never ask you for your password, PIN or a one-time code.\n\nCustomer care"
    );
}

#[test]
fn every_message_of_a_case_leads_to_its_page_in_every_language() {
    let templates = Templates::new(Texts::default()).unwrap();
    let page = "https://care.bank.example/cases/0123A-BCDEF-G";
    for (text, _) in TEXTS {
        let mut variables = filled(text);
        variables.insert("link".into(), page.into());
        for tag in ["en", "hi"] {
            let told = templates
                .render(&code(text), &language(tag), &variables)
                .unwrap();
            let alone = |word: &str| word == page;
            assert!(told.text.split_whitespace().any(alone), "{}", told.text);
            let html = told.html.replace("&#x2f;", "/");
            assert!(html.contains(&format!("href=\"{page}\"")), "{html}");
        }
        let english = templates.render(&code(text), &language("en"), &variables);
        let is_to_staff = english.unwrap().text.contains("outside the bank");
        let to_staff = [
            "assigned",
            "reopened",
            "sla-warning",
            "sla-breached",
            "escalated",
        ];
        assert_eq!(is_to_staff, to_staff.contains(&text), "{text}");
    }
}

#[test]
fn values_are_never_markup_and_never_template() {
    let templates = Templates::new(Texts::default()).unwrap();
    let mut variables = filled("replied");
    let words = "<script>alert('1')</script> {{ 7 * 7 }} {% raw %} & \"";
    variables.insert("message".into(), words.into());
    variables.insert("name".into(), "A\r\nBcc: b".into());
    let told = templates
        .render(&code("replied"), &language("en"), &variables)
        .unwrap();
    assert!(told.text.contains(words));
    assert!(!told.html.contains("<script>"));
    assert!(told.html.contains("{{ 7 * 7 }}"));
    assert!(!told.subject.contains(['\r', '\n']));
    let shown = format!("{told:?} {templates:?}");
    assert!(
        !shown.contains("script") && !shown.contains("Bcc"),
        "{shown}"
    );
}

#[test]
fn a_message_of_a_megabyte_is_rendered() {
    let templates = Templates::new(Texts::default()).unwrap();
    let mut variables = filled("replied");
    variables.insert("message".into(), "<कार्ड> ".repeat(48_000));
    let told = templates.render(&code("replied"), &language("hi"), &variables);
    assert!(told.unwrap().html.len() > 1_000_000);
}

#[test]
fn a_variable_that_is_not_filled_is_an_error_and_no_blank() {
    let templates = Templates::new(Texts::default()).unwrap();
    let mut variables = filled("acknowledged");
    variables.remove("due");
    let told = templates.render(&code("acknowledged"), &language("hi"), &variables);
    assert_eq!(
        told.unwrap_err().to_string(),
        "text \"acknowledged\" in \"hi\": the variable \"due\" is not filled"
    );
    let unknown = templates.render(&code("farewell"), &language("hi"), &variables);
    assert!(
        unknown
            .unwrap_err()
            .to_string()
            .contains("no text with this code")
    );
}

#[test]
fn a_wrong_template_is_refused_by_text_language_part_and_variable() {
    let told = refused(|text| text.text = "Dear {{ name }}, {{ branch }} {{ reference }}".into());
    assert!(
        told.starts_with("text of text \"replied\" in \"en\": "),
        "{told}"
    );
    assert!(told.contains("\"branch\""), "{told}");
    assert!(told.contains("message"), "it says which there are: {told}");

    // In a branch that no rendering comes by.
    let hidden = "{% if name == 'nobody' %}{{ branch }}{% endif %}{{ reference }}";
    assert!(refused(|text| text.subject = hidden.into()).contains("\"branch\""));
    let hidden = format!("{{% extends 'layout.html' %}}{{% block body %}}{hidden}{{% endblock %}}");
    assert!(refused(|text| text.html = hidden).contains("\"branch\""));
    // A variable of another text.
    assert!(refused(|text| text.text = "{{ due }}".into()).contains("\"due\""));
    assert!(refused(|text| text.text = "{{ outcome_label }}".into()).contains("\"outcome_label\""));

    assert!(refused(|text| text.text = "Dear {{ name".into()).contains("syntax error"));
    assert!(refused(|text| text.text = "{{ name|shout }}".into()).contains("shout"));
    assert!(refused(|text| text.html = "{% include 'x.html' %}".into()).contains("x.html"));
    assert!(
        refused(|text| text.html = " \n".into())
            .contains("html of text \"replied\" in \"en\": it is empty")
    );
    assert!(refused(|text| text.text = "{{ message }}".into()).contains("renders to nothing"));
    assert!(
        refused(|text| text.subject = "Hello".into()).contains("does not name the {{ reference }}")
    );
    let endless = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}";
    assert!(refused(|text| text.text = endless.into()).contains("more than a text may"));
    let huge = "{{ 'x' * 4000000000 }}";
    assert!(refused(|text| text.text = huge.into()).contains("more than a text may"));
    let deep = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
    assert!(!refused(|text| text.text = deep.into()).is_empty());
}

/// As deep as a text that is changed at run time can be, which has 32 KiB.
#[test]
fn a_text_that_is_deep_ends_nothing_but_itself() {
    for (open, of, close) in [
        ("{{ ", "not ", "1 }}"),
        ("{{ ", "-", "1 }}"),
        ("{{ reference", ".a", " }}"),
        ("{{ reference", "|upper", " }}"),
        ("{{ 1", "+1", " }}"),
        ("{{ ", "(", "1 }}"),
        ("", "{% if 1 %}", ""),
    ] {
        let many = of.repeat((32 * 1024 - 64) / of.len());
        let mut texts = Texts::default();
        let english = texts.languages.get_mut(&language("en")).unwrap();
        english.get_mut(&code("replied")).unwrap().text = format!("{open}{many}{close}");
        // Whether it can be told or not: it was looked at, and we are here.
        drop(Templates::new(texts));
    }
}

#[test]
fn the_default_language_has_every_text() {
    let texts = Texts {
        default: language("pt"),
        ..Texts::default()
    };
    let told = Templates::new(texts).unwrap_err().to_string();
    assert!(
        told.contains("in \"pt\": the default language has no such text"),
        "{told}"
    );

    let mut texts = Texts::default();
    let text = Text {
        subject: "{{ reference }}".into(),
        text: "{{ message }}.".into(),
        html: "{{ message }}.".into(),
    };
    let hindi = texts.languages.get_mut(&language("hi")).unwrap();
    hindi.insert(code("bank-own"), text);
    let told = Templates::new(texts).unwrap_err().to_string();
    assert!(told.contains("text \"bank-own\" in \"en\""), "{told}");
}

#[test]
fn a_language_falls_back_text_by_text() {
    let mut texts = Texts::default();
    let english = texts.languages[&language("en")].clone();
    let only = |text: &str| BTreeMap::from([(code(text), english[&code(text)].clone())]);
    texts.languages.insert(language("pt-BR"), only("replied"));
    texts.languages.insert(language("pt"), only("closed"));
    let templates = Templates::new(texts).unwrap();
    for (text, asked, told) in [
        ("replied", "pt-BR", "pt-BR"),
        ("closed", "pt-BR", "pt"),
        ("closed", "pt-PT", "pt"),
        ("replied", "pt-PT", "en"),
        ("resolved", "pt-BR", "en"),
        ("replied", "hi-Deva-IN", "hi"),
    ] {
        let rendered = templates
            .render(&code(text), &language(asked), &filled(text))
            .unwrap();
        assert_eq!(rendered.language, language(told), "{text} in {asked}");
    }
}

#[test]
fn a_language_from_right_to_left_is_laid_out_so() {
    let mut texts = Texts::default();
    let english = texts.languages[&language("en")].clone();
    texts.languages.insert(language("ur"), english);
    let templates = Templates::new(texts).unwrap();
    let told = templates
        .render(&code("closed"), &language("ur-PK"), &filled("closed"))
        .unwrap();
    assert!(
        told.html.contains("<html lang=\"ur\" dir=\"rtl\">"),
        "{}",
        told.html
    );
}

#[test]
fn a_folder_replaces_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("en")).unwrap();
    fs::write(
        path("en/replied.txt"),
        "{{ reference }} from us\r\n\r\nHello {{ name }}.\r\n",
    )
    .unwrap();
    fs::write(
        path("en/labels.json"),
        r#"{"service": {"service": "your cards"}}"#,
    )
    .unwrap();
    fs::write(path(".notes"), "not ours").unwrap();
    let texts = Texts::default().with_folder(folder.path()).unwrap();
    let templates = Templates::new(texts.clone()).unwrap();
    let told = templates
        .render(&code("replied"), &language("en"), &filled("replied"))
        .unwrap();
    assert_eq!(told.subject, "reference from us");
    assert_eq!(told.text, "Hello name.");
    assert!(
        told.html.contains("We have replied to your complaint"),
        "ours stays"
    );
    let told = templates
        .render(&code("assigned"), &language("en"), &filled("assigned"))
        .unwrap();
    assert!(told.text.contains("Service: your cards"), "{}", told.text);

    // A set is a value: it goes through a configuration file and comes back.
    let json = serde_json::to_string(&texts).unwrap();
    assert_eq!(serde_json::from_str::<Texts>(&json).unwrap(), texts);

    for (name, content, expected) in [
        (
            "en/replied.md",
            "",
            "expected CODE.txt, CODE.html or labels.json",
        ),
        ("en/Replied.txt", "", "expected a code"),
        ("en/labels.json", "[]", "labels.json: invalid type"),
        ("readme", "", "expected layout.html or a folder"),
    ] {
        fs::write(path(name), content).unwrap();
        let told = Texts::default()
            .with_folder(folder.path())
            .unwrap_err()
            .to_string();
        assert!(told.contains(expected), "{told}");
        fs::remove_file(path(name)).unwrap();
    }
    fs::create_dir(path("english")).unwrap();
    let told = Texts::default()
        .with_folder(folder.path())
        .unwrap_err()
        .to_string();
    assert!(told.contains("expected a language tag"), "{told}");
    // New text of the bank's own that lacks its HTML.
    fs::remove_dir(path("english")).unwrap();
    fs::write(path("en/bank-own.txt"), "{{ reference }}\n\nHello.").unwrap();
    let texts = Texts::default().with_folder(folder.path()).unwrap();
    let told = Templates::new(texts).unwrap_err().to_string();
    assert_eq!(told, "html of text \"bank-own\" in \"en\": it is empty");
}
