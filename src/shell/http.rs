//! POST to `mxml`.

use gloo_net::http::{Request, RequestBuilder};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestCache};

use crate::ami::form::CONTENT_TYPE;
use crate::session::{Failure, Post, Reply};

/// Posts a form, and waits for the whole answer.
pub(super) async fn post(url: &str, post: &Post, signal: &AbortSignal) -> Result<Reply, Failure> {
    answer(url, post, signal)
        .await
        .map_err(|error| Failure(error.to_string()))
}

async fn answer(url: &str, post: &Post, signal: &AbortSignal) -> Result<Reply, gloo_net::Error> {
    let request = form(url, signal).body(post.body.as_str())?;
    let request = if post.keepalive {
        outliving(request)
    } else {
        request
    };
    let answer = request.send().await?;
    Ok(Reply {
        status: answer.status(),
        body: answer.binary().await?,
    })
}

/// A body of text with this header, not `URLSearchParams`: 1.8 to 11 take no charset behind the
/// type.
fn form(url: &str, signal: &AbortSignal) -> RequestBuilder {
    Request::post(url)
        .header("Content-Type", CONTENT_TYPE)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(signal))
}

/// The same request, to be finished even if the page is closed meanwhile.
fn outliving(request: Request) -> Request {
    let options = web_sys::RequestInit::new();
    // web-sys has no setter for it yet.
    let _ = js_sys::Reflect::set(&options, &JsValue::from_str("keepalive"), &JsValue::TRUE);
    let request = web_sys::Request::from(request);
    web_sys::Request::new_with_request_and_init(&request, &options)
        .unwrap_or(request)
        .into()
}
