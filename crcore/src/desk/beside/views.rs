//! Saved views: the lists that people work from.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{not_allowed, owner, title, told};
use crate::access::Right;
use crate::actor::Actor;
use crate::desk::Desk;
use crate::desk::shelves::put;
use crate::error::Error;
use crate::id::Code;
use crate::record::{Kept, Shelf};
use crate::store::{Assigned, Sort, TicketFilter, Visible};
use crate::ticket::StatusName;

/// The most views that one person keeps, and that the staff share: more than fit a menu.
const VIEWS_MAX: u32 = 50;
/// The longest filter, in bytes of JSON.
const FILTER_MAX: usize = 8 * 1024;
/// The longest way ahead that a view looks, in hours: a year.
const HOURS_MAX: u32 = 8_784;
/// Until when a deadline counts as due soon, in hours.
const SOON_HOURS: u32 = 24;

/// Views by whose they are and code.
const VIEWS: Shelf<View> = Shelf::new("view");
const SHARED: &str = "shared";

/// A list that somebody works from: which tickets, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name for programs, of its own among the shared ones and among each person's own.
    pub code: Code,
    /// Its name on screen, at most 100 characters.
    pub title: String,
    /// Which tickets.
    pub filter: TicketFilter,
    /// Only those that whoever looks has.
    pub mine: bool,
    /// Only those with a deadline within so many hours from whenever somebody looks, at most a year.
    pub due_within_hours: Option<u32>,
    /// In which order.
    pub sort: Sort,
    /// Whether all colleagues see it; else it is somebody's own.
    pub shared: bool,
    /// Whether it comes with the desk and cannot be changed.
    #[serde(skip)]
    pub built_in: bool,
    /// The version it was read at; 0 for a new one.
    #[serde(skip)]
    pub version: u64,
}

impl View {
    /// A view of all that its owner may see, the most urgent first.
    pub fn new(code: Code, title: impl Into<String>) -> Self {
        Self {
            code,
            title: title.into(),
            filter: TicketFilter::default(),
            mine: false,
            due_within_hours: None,
            sort: Sort::Urgency,
            shared: false,
            built_in: false,
            version: 0,
        }
    }

    /// The filter for somebody who looks now.
    #[must_use]
    pub fn filter_for(&self, actor: Actor, now: DateTime<Utc>) -> TicketFilter {
        let mut filter = self.filter.clone();
        if self.mine {
            // Nobody's id where a program looks: it has none.
            let me = actor.staff().unwrap_or_else(|| uuid::Uuid::nil().into());
            filter.assigned = Assigned::To(me);
        }
        if let Some(hours) = self.due_within_hours {
            filter.deadline_before = Some(now + TimeDelta::hours(i64::from(hours)));
        }
        filter
    }

    fn kept(kept: Kept<Self>) -> Self {
        Self {
            version: kept.version,
            ..kept.value
        }
    }

    fn check(&self) -> Result<(), Error> {
        title(&self.title)?;
        if built_in()?.iter().any(|view| view.code == self.code) {
            let expected = "a code that no view of the desk has";
            return Err(Error::invalid("code", expected));
        }
        if self.due_within_hours.is_some_and(|hours| hours > HOURS_MAX) {
            let expected = format!("at most {HOURS_MAX} hours");
            return Err(Error::invalid("due_within_hours", expected));
        }
        let size = serde_json::to_string(&self.filter).map_or(usize::MAX, |text| text.len());
        if size > FILTER_MAX {
            let expected = format!("at most {FILTER_MAX} bytes as JSON, got {size}");
            return Err(Error::invalid("filter", expected));
        }
        Ok(())
    }
}

/// The views that come with the desk, by code: `mine`, `unassigned`, `due_soon`, `waiting`, `open`.
fn built_in() -> Result<Vec<View>, Error> {
    let active = || StatusName::ALL.into_iter().filter(|s| s.is_active());
    let view = |code: &str, title: &str, sort| {
        let code = code.parse().map_err(Error::broken)?;
        let mut view = View::new(code, title);
        view.filter.statuses = active().collect();
        (view.sort, view.shared, view.built_in) = (sort, true, true);
        Ok::<_, Error>(view)
    };
    let mut unassigned = view("unassigned", "Unassigned", Sort::Urgency)?;
    unassigned.filter.assigned = Assigned::Nobody;
    let mut waiting = view("waiting", "Waiting for others", Sort::Oldest)?;
    waiting.filter.statuses = [
        StatusName::WaitingForCustomer,
        StatusName::WaitingForThirdParty,
    ]
    .into();
    Ok(vec![
        View {
            mine: true,
            ..view("mine", "Mine", Sort::Deadline)?
        },
        unassigned,
        View {
            due_within_hours: Some(SOON_HOURS),
            ..view("due_soon", "Due soon", Sort::Deadline)?
        },
        waiting,
        view("open", "All open", Sort::Deadline)?,
    ])
}

/// Where a view is kept, if `actor` may keep it there.
fn whose(actor: Actor, shared: bool) -> Result<String, Error> {
    if shared {
        return Ok(SHARED.to_owned());
    }
    let own = actor.staff().and_then(|_| owner(actor));
    own.ok_or_else(|| not_allowed(actor, "keep views"))
}

impl Desk {
    /// The views that `actor` works from: those of the desk, then those that colleagues share, then their
    /// own.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to a customer.
    pub async fn views(&self, actor: Actor) -> Result<Vec<View>, Error> {
        self.need(actor, Right::SeeInternal)?;
        let mut views = built_in()?;
        let own = whose(actor, false).ok();
        for whose in [Some(SHARED.to_owned()), own].into_iter().flatten() {
            let range = VIEWS.range(format!("{whose}/"), VIEWS_MAX);
            let kept = self.kept_in(&VIEWS, &range).await?;
            views.extend(kept.into_iter().map(View::kept));
        }
        Ok(views)
    }

    /// The filter of a view for whoever looks now; [`Desk::tickets`] narrows it to what they may see.
    #[must_use]
    pub fn filter_of(&self, actor: Actor, view: &View) -> TicketFilter {
        view.filter_for(actor, self.inner.clock.now())
    }

    /// Keeps a view: one's own, or one that colleagues share. `view.version` is the version it was read
    /// at, 0 for a new one.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] where a shared one is not the actor's to keep, [`Error::Stale`] where it was
    /// changed in between, [`Error::NotPossible`] where there are 50 already.
    pub async fn save_view(&self, actor: Actor, mut view: View) -> Result<View, Error> {
        let whose = self.keeper(actor, view.shared)?;
        view.check()?;
        // Who may see what is asked when somebody looks.
        view.filter.visible = Visible::All;
        view.built_in = false;
        let from = view.version;
        if from == 0 {
            let (now, prefix) = (self.inner.clock.now(), format!("{whose}/"));
            let count = self.inner.store.count(VIEWS.name(), &prefix, now).await?;
            if count >= u64::from(VIEWS_MAX) {
                let why = format!("there are {VIEWS_MAX} views already: remove one");
                return Err(Error::not_possible(why));
            }
        }
        let change = put(
            &VIEWS,
            format!("{whose}/{}", view.code),
            Some(from),
            &view,
            None,
        )?;
        let told = told(actor, "view.changed", &view.code, from + 1);
        let told = Some(told).filter(|_| view.shared);
        self.keep_at(&VIEWS, change, from, told).await?;
        view.version = from + 1;
        Ok(view)
    }

    /// Removes a view that was read at `view.version`.
    ///
    /// # Errors
    /// As [`Desk::save_view`].
    pub async fn remove_view(&self, actor: Actor, view: &View) -> Result<(), Error> {
        let whose = self.keeper(actor, view.shared)?;
        let change = VIEWS.remove(format!("{whose}/{}", view.code), Some(view.version));
        let told = told(actor, "view.removed", &view.code, view.version);
        let told = Some(told).filter(|_| view.shared);
        self.keep_at(&VIEWS, change, view.version, told).await
    }

    fn keeper(&self, actor: Actor, shared: bool) -> Result<String, Error> {
        if shared {
            self.need(actor, Right::ManageShared)?;
        }
        whose(actor, shared)
    }
}
