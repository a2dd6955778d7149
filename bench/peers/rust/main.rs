//! The machine's limit in Rust: the design `loop`, as in `../c/loop.c`.
//!
//! The whole trace lies in memory. Each thread claims 64 requests at a time with one atomic addition, reserves each with
//! a compare-and-swap loop, and writes the answer down: 4 bytes a request, for the audit.
//!
//! Left out: the generator, its digest and the ring; the clock, all times and histograms; counts of clients and
//! outcomes; the ledger, which is made of the answers when all is over. So grants bear no times of their own.

mod inventory;
mod options;
mod sales_file;
mod trace;

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use inventory::{Event, SOLD_OUT};
use options::Options;
use sales_file::Grant;
use trace::{Request, Trace};

const CHUNK: usize = 64;

struct Sale<'a> {
    stream: &'a [Request],
    inventory: &'a [Event],
    /// Each is written once, by the thread that claimed its request.
    answers: &'a [AtomicI32],
    claimed: AtomicUsize,
}

impl Sale<'_> {
    /// Sells until nothing is left to claim.
    fn sell(&self) {
        loop {
            let from = self.claimed.fetch_add(CHUNK, Ordering::SeqCst);
            if from >= self.stream.len() {
                return;
            }
            let to = self.stream.len().min(from + CHUNK);
            for (request, answer) in self.stream[from..to].iter().zip(&self.answers[from..to]) {
                let ticket = self.inventory[request.event()].reserve(request.quantity());
                answer.store(ticket, Ordering::Relaxed);
            }
        }
    }
}

/// Sells with so many threads; how long that took, from the moment when all were ready.
fn sell_all(sale: &Sale, threads: usize) -> Duration {
    let barrier = Barrier::new(threads);
    let spans = std::thread::scope(|scope| {
        let sellers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let start = Instant::now();
                    sale.sell();
                    (start, Instant::now())
                })
            })
            .collect();
        sellers
            .into_iter()
            .map(|seller| seller.join().expect("a seller panicked"))
            .collect::<Vec<_>>()
    });
    let opening = spans.iter().map(|(start, _)| *start).min();
    let end = spans.iter().map(|(_, end)| *end).max();
    end.zip(opening)
        .map_or(Duration::ZERO, |(end, opening)| end - opening)
}

/// What was granted, in the order of the stream.
fn grants_of(sale: &Sale, duration: Duration) -> Vec<Grant> {
    sale.stream
        .iter()
        .zip(sale.answers)
        .map(|(request, answer)| (request, answer.load(Ordering::SeqCst)))
        .filter(|(_, ticket)| *ticket != SOLD_OUT)
        .map(|(request, ticket)| Grant {
            event: request.event() as i32,
            client: request.client,
            ticket,
            quantity: request.quantity(),
            // Some time during the sale.
            end_ns: duration.as_nanos() as f64,
        })
        .collect()
}

fn run() -> Result<(), String> {
    let options = Options::parse(std::env::args().skip(1))?;
    let Trace { stream, events } = trace::load(&options.trace, options.requests)?;
    let inventory = inventory::stock(events, options.tickets);
    let answers: Vec<AtomicI32> = stream.iter().map(|_| AtomicI32::new(SOLD_OUT)).collect();
    let sale = Sale {
        stream: &stream,
        inventory: &inventory,
        answers: &answers,
        claimed: AtomicUsize::new(0),
    };
    let duration = sell_all(&sale, options.threads);
    let grants = grants_of(&sale, duration);
    sales_file::write(&options.out, &grants)?;
    println!(
        "{{\"peer\":\"rust\",\"design\":\"loop\",\"requests\":{},\"reserved\":{},\"soldOut\":{},\"durationNs\":{},\"threads\":{},\"digest\":null}}",
        stream.len(),
        grants.len(),
        stream.len() - grants.len(),
        duration.as_nanos(),
        options.threads
    );
    Ok(())
}

fn main() {
    if let Err(message) = run() {
        eprintln!("{message}");
        std::process::exit(1);
    }
}
