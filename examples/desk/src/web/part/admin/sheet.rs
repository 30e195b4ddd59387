//! Tables to take along: comma-separated values (RFC 4180).

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;

use crate::web::fault::{Answer, Fault};

/// A text that no program takes for a formula: where it begins like one, an apostrophe stands before it
/// (OWASP, CSV injection).
pub(super) fn plain(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// The file of these rows, the head first.
pub(super) fn answer(name: &str, rows: &[Vec<String>]) -> Answer {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| plain(cell));
        writer.write_record(cells).map_err(Fault::broken)?;
    }
    let content = writer.into_inner().map_err(Fault::broken)?;
    let named = format!("attachment; filename=\"{name}\"");
    let named = HeaderValue::try_from(named).map_err(Fault::broken)?;
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((headers, content).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(plain(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(plain("Cards"), "Cards");
    }
}
