//! What is for sale, laid out as `src/store/inventory.ts` does: each event has a cache line of its own.

use std::sync::atomic::{AtomicI32, Ordering};

pub const SOLD_OUT: i32 = -1;

#[repr(align(64))]
pub struct Event {
    remaining: AtomicI32,
    issued: AtomicI32,
}

impl Event {
    /// Takes `quantity` tickets, all or none: the first of their serials, or `SOLD_OUT`.
    pub fn reserve(&self, quantity: i32) -> i32 {
        let mut seen = self.remaining.load(Ordering::SeqCst);
        while seen >= quantity {
            match self.remaining.compare_exchange(
                seen,
                seen - quantity,
                Ordering::SeqCst,
                Ordering::SeqCst,
            ) {
                Ok(_) => return self.issued.fetch_add(quantity, Ordering::SeqCst),
                Err(now) => seen = now,
            }
        }
        SOLD_OUT
    }
}

pub fn stock(events: usize, tickets: i32) -> Vec<Event> {
    (0..events)
        .map(|_| Event {
            remaining: AtomicI32::new(tickets),
            issued: AtomicI32::new(0),
        })
        .collect()
}
