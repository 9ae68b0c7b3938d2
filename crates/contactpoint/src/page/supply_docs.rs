//! The door for suppliers' programs, explained.

use axum::http::StatusCode;
use axum::response::Response;

use super::shown;
use crate::door::troubles;
use crate::view::supply_docs::SupplyDocs;
use crate::visitor::Visitor;

pub(crate) async fn show(visitor: Visitor) -> Response {
    shown(
        StatusCode::OK,
        &SupplyDocs {
            layout: visitor.layout(""),
            token_address: visitor.desk().settings().door.token_address.clone(),
            problems: troubles(),
        },
    )
}
