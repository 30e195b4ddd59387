//! Reading a file: plain or gzip, and which form it is.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use csv::StringRecord;
use flate2::read::MultiGzDecoder;

use super::case::{Cases, Form};
use super::{cfpb, uci};
use crate::failure::{Failure, Result};

/// What ships with crdesk, for a replay without a file.
const SAMPLE: &[u8] = include_bytes!("../../sample/complaints.csv.gz");
/// The first two bytes of a gzip file (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A CSV file whose columns are found by name.
pub(crate) struct Table {
    reader: csv::Reader<Box<dyn Read>>,
    header: StringRecord,
    name: String,
}

/// A row of a [`Table`].
pub(crate) struct Row {
    record: StringRecord,
    line: u64,
}

/// Where a column stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column(usize);

/// Reads `file`, or the sample that ships with crdesk.
pub(crate) fn read(file: Option<&Path>, seed: u64) -> Result<Cases> {
    let mut table = match file {
        Some(path) => {
            let opened = File::open(path).map_err(|e| {
                Failure::asked(format!("cannot read {}: {e}", path.display()))
                    .todo("name a CFPB complaint CSV or the UCI incident log, plain or gzip; without a file the sample that ships with crdesk is replayed")
            })?;
            Table::new(opened, path.display().to_string())?
        }
        None => Table::new(Cursor::new(SAMPLE), "the sample".to_owned())?,
    };
    let mut cases = match table.form()? {
        Form::CfpbComplaints => cfpb::read(&mut table, seed),
        Form::UciLog => uci::read_log(&mut table),
        Form::UciCases => uci::read_cases(&mut table, seed),
    }?;
    // Stable: cases of one instant keep the order of the file.
    cases.cases.sort_by_key(|case| case.raised_at);
    Ok(cases)
}

impl Table {
    fn new(content: impl Read + 'static, name: String) -> Result<Self> {
        let mut content = BufReader::new(content);
        let head = std::io::BufRead::fill_buf(&mut content)?;
        let content: Box<dyn Read> = if head.starts_with(&GZIP) {
            Box::new(MultiGzDecoder::new(content))
        } else {
            Box::new(content)
        };
        let mut reader = csv::Reader::from_reader(content);
        let header = reader.headers().map_err(|e| unreadable(&name, &e))?.clone();
        Ok(Self {
            reader,
            header,
            name,
        })
    }

    /// Which form of file this is, by its header.
    fn form(&self) -> Result<Form> {
        let has = |column: &str| self.header.iter().any(|name| name == column);
        let forms = [
            (Form::CfpbComplaints, "Complaint ID"),
            (Form::UciLog, "sys_mod_count"),
            (Form::UciCases, "priority_first"),
        ];
        let found = forms.into_iter().find(|(_, column)| has(column));
        found.map(|(form, _)| form).ok_or_else(|| {
            let got: Vec<&str> = self.header.iter().take(6).collect();
            Failure::asked(format!(
                "{} is none of the files that can be replayed: its header begins with {:?}",
                self.name,
                got.join(",")
            ))
            .todo("expected a CFPB complaint CSV (with a column \"Complaint ID\"), the UCI incident log (\"sys_mod_count\") or its cases (\"priority_first\")")
        })
    }

    /// The column called `name`.
    pub(crate) fn column(&self, name: &str) -> Result<Column> {
        self.optional(name).ok_or_else(|| {
            let got: Vec<&str> = self.header.iter().collect();
            Failure::asked(format!("{}: expected a column {name:?}", self.name))
                .todo(format!("its header has {}", got.join(", ")))
        })
    }

    /// The column called `name`, if there is one.
    pub(crate) fn optional(&self, name: &str) -> Option<Column> {
        self.header
            .iter()
            .position(|column| column == name)
            .map(Column)
    }

    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Row>> {
        let mut record = StringRecord::new();
        let more = self.reader.read_record(&mut record);
        if !more.map_err(|e| unreadable(&self.name, &e))? {
            return Ok(None);
        }
        let line = record.position().map_or(0, csv::Position::line);
        Ok(Some(Row { record, line }))
    }

    /// A row that says what cannot be.
    pub(crate) fn refuse(&self, row: &Row, column: &str, expected: &str, got: &str) -> Failure {
        // A file may hold anything: what is shown of it stays short.
        let got: String = got.chars().take(40).collect();
        Failure::asked(format!(
            "{} line {}: {column}: expected {expected}, got {got:?}",
            self.name, row.line
        ))
    }
}

impl Row {
    /// What stands in `column`; blank where the row is too short.
    pub(crate) fn get(&self, column: Column) -> &str {
        self.record.get(column.0).unwrap_or_default().trim()
    }
}

fn unreadable(name: &str, error: &csv::Error) -> Failure {
    Failure::asked(format!("{name} cannot be read as CSV: {error}"))
}
