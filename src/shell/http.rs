//! Requests to `mxml` and `amxml`.

use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, RequestCache, RequestCredentials};

use ajam::ami::form::CONTENT_TYPE;
use ajam::session::{GREATEST_BODY, Post, Reply, Way, endpoint};

/// Sends a form, and waits for the whole answer. `closes` is told whether the connection ends with
/// it; `progress` is called as parts of it arrive.
pub(super) async fn post(
    mxml: &str,
    post: &Post,
    signal: &AbortSignal,
    closes: impl Fn(bool),
    progress: impl Fn(),
) -> Result<Reply, NoReply> {
    let answer = answer(mxml, post, signal).await?;
    let connection = answer.headers().get("Connection");
    closes(connection.is_some_and(|words| words.eq_ignore_ascii_case("close")));
    Ok(Reply {
        status: answer.status(),
        authenticate: answer.headers().get("WWW-Authenticate"),
        body: read(&answer, GREATEST_BODY, progress).await?,
    })
}

/// Why there is no reply.
#[derive(Debug)]
pub(super) enum NoReply {
    /// In the browser's words.
    Failed(String),
    /// It is too long.
    TooLarge,
}

impl From<gloo_net::Error> for NoReply {
    fn from(error: gloo_net::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<JsValue> for NoReply {
    fn from(error: JsValue) -> Self {
        Self::Failed(match error.dyn_ref::<js_sys::Error>() {
            Some(error) => String::from(error.message()),
            None => format!("{error:?}"),
        })
    }
}

async fn answer(
    mxml: &str,
    post: &Post,
    signal: &AbortSignal,
) -> Result<Response, gloo_net::Error> {
    let request = match &post.way {
        Way::Post => form(mxml, signal).body(post.body.as_str())?,
        Way::Get => Request::get(&format!("{mxml}?{}", post.body))
            .cache(RequestCache::NoStore)
            .abort_signal(Some(signal))
            .build()?,
        Way::Digest(authorization) => {
            // Without credentials the browser neither sends a cookie nor asks for a password of
            // its own at 401.
            let form = form(&endpoint::amxml(mxml), signal).credentials(RequestCredentials::Omit);
            let form = match authorization {
                Some(header) => form.header("Authorization", &bytes(header.expose())),
                None => form,
            };
            form.body(post.body.as_str())?
        }
    };
    let request = if post.keepalive {
        outliving(request)
    } else {
        request
    };
    request.send().await
}

/// A body of text with this header, not `URLSearchParams`: 1.8 to 11 take no charset behind the
/// type.
fn form(url: &str, signal: &AbortSignal) -> RequestBuilder {
    Request::post(url)
        .header("Content-Type", CONTENT_TYPE)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(signal))
}

/// A header is a text of bytes: each byte of UTF-8 becomes a character of its own.
fn bytes(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// The same request, to be finished even if the page is closed meanwhile.
pub(super) fn outliving(request: Request) -> Request {
    let options = web_sys::RequestInit::new();
    // web-sys has no setter for it yet.
    let _ = Reflect::set(&options, &JsValue::from_str("keepalive"), &JsValue::TRUE);
    let request = web_sys::Request::from(request);
    web_sys::Request::new_with_request_and_init(&request, &options)
        .unwrap_or(request)
        .into()
}

/// The body, part by part: a slow one is told from a dead one by that. Not more of it than so many
/// bytes: whatever sends it, the page must not run out of memory.
pub(super) async fn read(
    answer: &Response,
    most: usize,
    progress: impl Fn(),
) -> Result<Vec<u8>, NoReply> {
    let Some(stream) = answer.body() else {
        return Ok(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body: Vec<u8> = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await?;
        let value = Reflect::get(&part, &JsValue::from_str("value"))?;
        // At the end there is none.
        let Ok(bytes) = value.dyn_into::<Uint8Array>() else {
            return Ok(body);
        };
        let (read, more) = (body.len(), bytes.length() as usize);
        if more > most - read {
            // What is still to come goes nowhere.
            let _ = JsFuture::from(reader.cancel()).await;
            return Err(NoReply::TooLarge);
        }
        if read > 0 {
            progress();
        }
        body.resize(read + more, 0);
        bytes.copy_to(&mut body[read..]);
    }
}
