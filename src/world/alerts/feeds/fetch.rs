//! One request to a feed or to what it links to.

use std::time::Duration;

use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, Response, StatusCode};

use crate::config;
use crate::web::{endpoint, outside_client, was_refused};

/// What was fetched.
#[derive(Debug)]
pub(super) enum Fetched {
    /// Nothing has changed since.
    Same,
    /// An answer, and what it calls itself.
    Body { body: Vec<u8>, etag: Option<String>, last_modified: Option<String> },
}

/// Asks feeds. Only addresses outside are asked, whatever a feed links to.
#[derive(Debug, Clone)]
pub(super) struct Fetcher {
    client: Client,
    largest: usize,
    allow_loopback: bool,
}

impl Fetcher {
    pub(super) fn new(config: &config::Alerts) -> Result<Self, reqwest::Error> {
        let timeout = Duration::from_millis(config.timeout_ms);
        let client = outside_client(timeout, config.allow_loopback)?;
        let allow_loopback = config.allow_loopback;
        Ok(Self { client, largest: config.largest_bytes, allow_loopback })
    }

    /// Asks an address, unless it is still what was fetched before; or why it was in vain.
    pub(super) async fn ask(
        &self,
        url: &str,
        (etag, last_modified): (Option<&str>, Option<&str>),
    ) -> Result<Fetched, &'static str> {
        let url = endpoint(url, self.allow_loopback).map_err(|_refused| "address_refused")?;
        let mut request = self.client.get(url).header(
            "accept",
            "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, \
             text/xml;q=0.9",
        );
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = last_modified {
            request = request.header(IF_MODIFIED_SINCE, last_modified);
        }
        let answer = request.send().await.map_err(|error| fault(&error))?;
        if answer.status() == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::Same);
        }
        if answer.status().is_redirection() {
            return Err("redirected");
        }
        if !answer.status().is_success() {
            return Err("status");
        }
        let name = |header| {
            let value = answer.headers().get(header)?.to_str().ok()?;
            (value.len() <= 500).then(|| value.to_owned())
        };
        let (etag, last_modified) = (name(ETAG), name(LAST_MODIFIED));
        let body = self.whole(answer).await?;
        Ok(Fetched::Body { body, etag, last_modified })
    }

    /// The whole body, if it is not too large.
    async fn whole(&self, mut answer: Response) -> Result<Vec<u8>, &'static str> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| fault(&error))? {
            if body.len() + chunk.len() > self.largest {
                return Err("too_large");
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn fault(error: &reqwest::Error) -> &'static str {
    if was_refused(error) {
        "address_refused"
    } else if error.is_timeout() {
        "timed_out"
    } else {
        "unreachable"
    }
}
