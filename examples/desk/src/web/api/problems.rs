//! The page to which the `type` of a problem leads.

use minijinja::context;

use crate::web::ctx::Ctx;
use crate::web::fault::Answer;

/// Each code that a program may meet. What it means and what to do stands in the messages `fault-CODE` and
/// `problem-CODE`.
pub(crate) const PROBLEMS: &[&str] = &[
    "token",
    "scope",
    "not_found",
    "not_allowed",
    "not_possible",
    "stale",
    "invalid",
    "media_type",
    "method",
    "too_large",
    "too_many",
    "try_again",
    "broken",
];

pub(super) async fn show(ctx: Ctx) -> Answer {
    ctx.page(
        "api/problems.html",
        "title-problems",
        context! { codes => PROBLEMS.to_vec() },
    )
}
