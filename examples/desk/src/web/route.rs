//! One table of routes: each with who may ask for it. What somebody may do to a ticket, the desk decides;
//! the table says whose pages these are.

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use crcore::Role;

use super::app::App;
use super::fault::Fault;
use super::visitor::{Visitor, sign_in};

/// Whose a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Everybody, signed in or not.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Customers.
    Customer,
    /// Agents, supervisors, admins.
    Staff,
    /// Supervisors and admins.
    Lead,
    /// Admins.
    Admin,
    /// Programs with a token; what it may, its scopes say.
    Program,
}

impl Who {
    /// Whether someone of this role is meant; `None` is a visitor without an account.
    pub(crate) fn admits(self, role: Option<Role>) -> bool {
        use Role::{Admin, Agent, Customer, Service, Supervisor};
        match self {
            Self::Anyone => true,
            Self::SignedIn => role.is_some_and(|role| role != Service),
            Self::Customer => role == Some(Customer),
            Self::Staff => matches!(role, Some(Agent | Supervisor | Admin)),
            Self::Lead => matches!(role, Some(Supervisor | Admin)),
            Self::Admin => role == Some(Admin),
            Self::Program => role == Some(Service),
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) who: Who,
}

/// Routes while they are put together.
pub(crate) struct Routes {
    app: App,
    router: Router<App>,
    table: Vec<Route>,
}

impl Routes {
    pub(crate) fn new(app: App) -> Self {
        Self {
            app,
            router: Router::new(),
            table: Vec::new(),
        }
    }

    /// A page or a part of one; changes nothing.
    pub(crate) fn get<H, T>(self, path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, MethodFilter::GET, path, who, handler)
    }

    /// What changes something.
    pub(crate) fn post<H, T>(self, path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, MethodFilter::POST, path, who, handler)
    }

    fn add<H, T>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        who: Who,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let guard = middleware::from_fn_with_state((self.app.clone(), who), admit);
        self.router = self.router.route(path, on(filter, handler).layer(guard));
        self.table.push(Route { method, path, who });
        self
    }

    /// What another module brings.
    pub(crate) fn with(self, more: impl FnOnce(Self) -> Self) -> Self {
        more(self)
    }

    /// The router and the table.
    pub(crate) fn finish(self) -> (Router<App>, Vec<Route>) {
        (self.router, self.table)
    }
}

async fn admit(
    State((app, who)): State<(App, Who)>,
    request: Request,
    next: Next,
) -> Result<Response, Fault> {
    let visitor = request.extensions().get::<Visitor>();
    let visitor = visitor.ok_or_else(|| Fault::broken("a route without a visitor"))?;
    if who.admits(visitor.role()) {
        return Ok(next.run(request).await);
    }
    match visitor.role() {
        None if who == Who::Program => Err(Fault::no_token()),
        None => Ok(sign_in(&app, &request)),
        // Who is signed in otherwise learns nothing of what there is for others.
        Some(_) => Err(Fault::not_found()),
    }
}
