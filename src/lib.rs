//! Publishing writing that shows its sources: the library behind the `explainer` command.
//!
//! Data flows one way: [`read`] → [`parse`], [`sources`] → [`resolve`] → [`check`] → [`render`] → [`write`];
//! [`build`] is the one function that runs them all.

// A fault is rare and ends what was tried; boxing each would cost more in reading than it saves.
#![allow(clippy::result_large_err)]

pub mod book;
pub mod build;
pub mod check;
pub mod cli;
pub mod config;
pub mod csl;
pub mod diag;
pub mod draw;
pub mod html;
pub mod parse;
pub mod picture;
pub mod read;
pub mod render;
pub mod report;
pub mod resolve;
pub mod search;
pub mod serve;
pub mod sources;
pub mod subtitles;
pub mod text;
pub mod write;
