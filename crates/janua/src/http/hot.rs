//! Short cuts to the routes that are asked most. Finding a route and calling it through its boxes costs as much as these
//! answers; the routes stay in the router, for whoever wants a compressed answer and for the document.

use axum::extract::{FromRequestParts, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Response};

use super::identity::Account;
use crate::app::App;
use crate::{tokens, users};

/// A route that has a short cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hot {
    Profile,
    Keys,
}

impl Hot {
    pub(super) fn of(request: &Request) -> Option<Self> {
        if *request.method() != Method::GET {
            return None;
        }
        let path = request.uri().path();
        [Self::Profile, Self::Keys]
            .into_iter()
            .find(|it| it.route() == path)
    }

    /// The template of the route.
    pub(super) const fn route(self) -> &'static str {
        match self {
            Self::Profile => "/api/v1/users/me",
            Self::Keys => "/.well-known/jwks.json",
        }
    }

    /// What the route answers.
    pub(super) async fn answer(self, app: &App, request: Request) -> Response {
        let (mut parts, _) = request.into_parts();
        match self {
            Self::Profile => match Account::from_request_parts(&mut parts, app).await {
                Ok(caller) => users::routes::read(app.clone(), caller).await.into_response(),
                Err(refused) => refused.into_response(),
            },
            Self::Keys => tokens::routes::jwks(app.clone()).await,
        }
    }
}
