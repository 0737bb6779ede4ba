//! What the core makes of a recorded body, natively: `cargo bench -p switchboard-bench`.

// The macros of criterion make functions without a word.
#![allow(missing_docs)]

use std::{fs, hint::black_box, io::Read as _, path::Path};

use ajam::ami::message::{self, Message};
use ajam::ami::{Event, xml};
use ajam::session::{Input, Reply};
use ajam::time::Moment;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use switchboard_core::live::Pbx;

#[path = "../page/src/waiting.rs"]
mod waiting;

/// 50 calls of four Local channels, started and hung up, in one late answer.
const RECORDING: &str = "../crates/ajam/tests/fixtures/22.10.1/burst-50.xml.gz";

fn recording() -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORDING);
    let packed = fs::read(&file).expect("the recording is there");
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_end(&mut body)
        .expect("the recording is whole");
    body
}

fn events(text: &str) -> Vec<Event<'_>> {
    let (messages, _) = message::messages(text);
    messages
        .into_iter()
        .filter_map(|message| match message {
            Message::Event(event) => Some(event),
            _ => None,
        })
        .collect()
}

fn core(criterion: &mut Criterion) {
    let body = recording();
    let text = xml::decode(body.clone());
    let events = events(&text);
    let mut group = criterion.benchmark_group("core");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.sample_size(30);
    group.bench_function("read", |bencher| {
        bencher.iter(|| xml::read(black_box(&text)))
    });
    group.bench_function("type", |bencher| {
        bencher.iter(|| message::messages(black_box(&text)));
    });
    group.bench_function("apply", |bencher| {
        bencher.iter(|| {
            let mut pbx = Pbx::default();
            for event in &events {
                pbx.apply(event, Moment::default());
            }
            pbx
        });
    });
    group.bench_function("console", |bencher| {
        bencher.iter_batched(
            || (waiting::console().expect("a console waits"), body.clone()),
            |((mut console, wait, now), body)| {
                let reply = Reply {
                    status: 200,
                    body,
                    ..Reply::default()
                };
                console.handle(Input::Replied(wait, reply), now);
                console
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, core);
criterion_main!(benches);
