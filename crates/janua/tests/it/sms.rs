//! Codes by SMS: what is sent and to whom, what a code opens, and what stops the sending.

mod provider;
pub(crate) mod twilio;
