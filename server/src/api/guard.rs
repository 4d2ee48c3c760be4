//! What a request may, before a handler sees it; and how the description tells it.

use axum::{
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use search::Scope;
use utoipa::openapi::{
    Components, OpenApi,
    path::{Operation, PathItem},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use super::{once, problem::Problem};
use crate::{access::Access, router::AppState};

/// The name of keys in the description.
const KEY: &str = "key";

/// Routes for whoever may so much, each `POST` of them done once per `Idempotency-Key`.
pub fn guarded(
    routes: OpenApiRouter<AppState>,
    state: &AppState,
    scope: Scope,
) -> OpenApiRouter<AppState> {
    // The last one is the first to see a request.
    let mut routes = routes
        .route_layer(middleware::from_fn_with_state(state.clone(), once::once))
        .route_layer(middleware::from_fn_with_state(
            (state.clone(), scope),
            guard,
        ));
    let needed = SecurityRequirement::new(KEY, [scope.as_str()]);
    // Read and search are open to guests, unless the server is set otherwise.
    let security = match scope {
        Scope::Read | Scope::Search => vec![SecurityRequirement::default(), needed],
        Scope::Write | Scope::Admin => vec![needed],
    };
    for item in routes.get_openapi_mut().paths.paths.values_mut() {
        for operation in operations(item) {
            operation.security = Some(security.clone());
        }
    }
    routes
}

async fn guard(
    State((state, scope)): State<(AppState, Scope)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let access = match Access::of(&parts, &state).await {
        Ok(access) => access,
        Err(denied) => return Problem::from(denied).into_response(),
    };
    if let Err(denied) = access.may(scope) {
        return Problem::from(denied).into_response();
    }
    parts.extensions.insert(access);
    next.run(Request::from_parts(parts, body)).await
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .flatten()
}

/// A description that says what keys are.
pub fn described(mut description: OpenApi) -> OpenApi {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A key: `veneer keys new NAME --scope read,search,write` makes one. Scopes: read, search, write, admin.",
        ))
        .build();
    description
        .components
        .get_or_insert_with(Components::new)
        .add_security_scheme(KEY, SecurityScheme::Http(scheme));
    description
}
