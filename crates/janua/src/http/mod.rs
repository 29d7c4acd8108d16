//! The HTTP side: what is common to all routes. Features bring their routes; `router` lists them.

mod bodies;
pub mod body;
pub mod caller;
pub mod client;
pub mod cookies;
pub mod cors;
pub mod forms;
mod headers;
pub mod health;
mod hot;
pub mod identity;
mod json;
mod lanes;
pub mod layers;
mod maintenance;
pub mod metrics;
pub mod openapi;
pub mod page;
pub mod paging;
mod paths;
pub mod permission;
pub mod render;
pub mod router;
pub mod server;
mod traces;
mod viewer;
