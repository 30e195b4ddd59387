//! What a set of texts must be able to do, looked at before the first message.

use std::collections::BTreeMap;

use crcore::Code;
use crcore::ticket::Language;
use minijinja::{AutoEscape, Environment, Error};

use super::{
    FUEL, LABELLED, LETTERS, Part, TEXTS, TemplateError, Templates, Texts, is_letter, is_too_much,
    variables,
};

/// What a layout is told besides a text's variables.
const OF_THE_LAYOUT: [&str; 3] = ["language", "direction", "title"];

/// What may be empty in a message; the link of a letter never is.
const MAY_BE_EMPTY: [&str; 9] = [
    "name", "subject", "outcome", "message", "due", "amount", "until", "device", "link",
];

const REFERENCE: &str = "0123A-BCDEF-G";
const LINK: &str = "https://care.bank.example/example";

/// Parses the layout and every part of every text.
pub(super) fn load(
    environment: &mut Environment<'static>,
    texts: &Texts,
) -> Result<(), TemplateError> {
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment
        .add_template_owned("layout.html", texts.layout.clone())
        .map_err(|e| TemplateError {
            place: "layout.html".into(),
            what: describe(&e),
        })?;
    for (language, code, part, source) in parts(texts) {
        if source.trim().is_empty() {
            return Err(TemplateError::part(code, language, part, "it is empty"));
        }
        environment
            .add_template_owned(part.template(language, code), source.to_owned())
            .map_err(|e| TemplateError::part(code, language, part, describe(&e)))?;
    }
    Ok(())
}

/// Checks what [`Templates::new`] promises.
pub(super) fn all(templates: &Templates) -> Result<(), TemplateError> {
    let texts = &templates.texts;
    let known = texts.languages.values().flat_map(|set| set.keys().cloned());
    let expected = TEXTS.iter().chain(&LETTERS);
    let expected = expected.filter_map(|(code, _)| code.parse().ok());
    for code in known.chain(expected) {
        let set = texts.languages.get(&texts.default);
        if !set.is_some_and(|set| set.contains_key(&code)) {
            let what = "the default language has no such text";
            return Err(TemplateError::text(&code, &texts.default, what));
        }
    }
    for (language, code, part, _) in parts(texts) {
        let wrong = |what: String| TemplateError::part(code, language, part, what);
        let names = [part.template(language, code), "layout.html".to_owned()];
        for name in names.iter().take(if part == Part::Html { 2 } else { 1 }) {
            undeclared(templates, name, code).map_err(wrong)?;
        }
        for filled in [true, false] {
            let context = templates.context(language, &sample(code, filled));
            let rendered = templates
                .part(code, language, part, &context)
                .map_err(|e| wrong(describe(&e)))?;
            if rendered.trim().is_empty() {
                return Err(wrong("it renders to nothing".into()));
            }
            let is_of_a_ticket = !is_letter(code);
            if part == Part::Subject && is_of_a_ticket && !rendered.contains(REFERENCE) {
                return Err(wrong("it does not name the {{ reference }}".into()));
            }
        }
    }
    Ok(())
}

fn parts(texts: &Texts) -> impl Iterator<Item = (&Language, &Code, Part, &str)> {
    texts.languages.iter().flat_map(|(language, set)| {
        set.iter().flat_map(move |(code, text)| {
            Part::ALL
                .into_iter()
                .map(move |part| (language, code, part, part.of(text)))
        })
    })
}

/// Looks into every branch, also into those that a rendering does not come by.
fn undeclared(templates: &Templates, name: &str, code: &Code) -> Result<(), String> {
    let environment = &templates.environment;
    let template = environment.get_template(name).map_err(|e| describe(&e))?;
    let mut declared: Vec<&str> = variables(code).collect();
    for (variable, label) in LABELLED {
        if declared.contains(&variable) {
            declared.push(label);
        }
    }
    let mut used: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    used.sort_unstable();
    let unknown = used.into_iter().find(|used| {
        let given = declared.contains(&used.as_str());
        let global = environment.globals().any(|(global, _)| global == used);
        let of_the_layout = name.ends_with(".html") && OF_THE_LAYOUT.contains(&used.as_str());
        !given && !global && !of_the_layout
    });
    match unknown {
        Some(unknown) => Err(format!(
            "it uses the variable \"{unknown}\", which is not among those of this text: {}",
            declared.join(", ")
        )),
        None => Ok(()),
    }
}

/// What the desk could fill in.
pub(super) fn sample(code: &Code, filled: bool) -> BTreeMap<String, String> {
    let value = |variable: &str| match variable {
        "reference" => REFERENCE,
        "link" if is_letter(code) => LINK,
        variable if !filled && MAY_BE_EMPTY.contains(&variable) => "",
        "kind" => "complaint",
        "status" => "open",
        "outcome" => "upheld",
        "service" => "cards",
        "name" => "Asha",
        "bank" => "Example Bank",
        "subject" => "Charged twice",
        "message" => "We paid the second charge back.",
        "link" => LINK,
        "code" => "123456",
        "amount" => "INR 1,499.50",
        "until" => "2026-03-31",
        "minutes" => "10",
        "days" => "7",
        "hours" => "24",
        _ => "an example",
    };
    variables(code)
        .map(|variable| (variable.to_owned(), value(variable).to_owned()))
        .collect()
}

/// Only for values of ours: the detail may quote them.
fn describe(e: &Error) -> String {
    let line = e.line().map(|l| format!(" (line {l})")).unwrap_or_default();
    if is_too_much(e) {
        format!("it does more than a text may, {FUEL} steps{line}")
    } else {
        let detail = e.detail().unwrap_or_default();
        format!("{}: {detail}{line}", e.kind())
    }
}
