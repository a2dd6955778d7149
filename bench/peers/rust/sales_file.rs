//! What was sold, for the audit: `bench/peers/README.md` describes the file.

use std::fs::File;
use std::io::{BufWriter, Write};

/// Tickets handed to a client, some time until `end_ns` after the opening.
pub struct Grant {
    pub event: i32,
    pub client: i32,
    /// The first of `quantity` consecutive serials.
    pub ticket: i32,
    pub quantity: i32,
    pub end_ns: f64,
}

pub fn write(path: &str, grants: &[Grant]) -> Result<(), String> {
    try_write(path, grants).map_err(|error| format!("cannot write {path}: {error}"))
}

fn try_write(path: &str, grants: &[Grant]) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let suspects: u64 = 0;
    file.write_all(b"PEERSALE")?;
    file.write_all(&(grants.len() as u64).to_le_bytes())?;
    file.write_all(&suspects.to_le_bytes())?;
    for grant in grants {
        for word in [grant.event, grant.client, grant.ticket, grant.quantity] {
            file.write_all(&word.to_le_bytes())?;
        }
        // Due and begun at the opening, as far as is known.
        for time in [0.0, 0.0, grant.end_ns] {
            file.write_all(&time.to_le_bytes())?;
        }
    }
    file.flush()
}
