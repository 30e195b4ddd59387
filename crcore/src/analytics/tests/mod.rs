mod figures;
mod history;
mod lives;
mod oracle;
mod truth;
