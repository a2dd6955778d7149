//! A recorded stream, as `src/generator/trace-format.ts` describes it.

use std::fs;

const JSON_AT: usize = 48;
const RECORDS_AT: usize = JSON_AT + 2048;
const REQUEST_BYTES: usize = 16;

/// One request for tickets.
pub struct Request {
    pub client: i32,
    packed: u32,
}

impl Request {
    pub fn event(&self) -> usize {
        (self.packed >> 12) as usize
    }

    pub fn quantity(&self) -> i32 {
        (self.packed >> 2 & 1023) as i32
    }

    fn decode(bytes: &[u8]) -> Result<Request, String> {
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let packed = word(12);
        if packed & 3 != 0 {
            return Err("a request asks for no tickets".into());
        }
        Ok(Request {
            client: word(8) as i32,
            packed,
        })
    }
}

pub struct Trace {
    pub stream: Vec<Request>,
    pub events: usize,
}

/// Reads the first `limit` requests of a trace, or as many as there are.
pub fn load(path: &str, limit: usize) -> Result<Trace, String> {
    let bytes = fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    if bytes.len() < RECORDS_AT || !bytes.starts_with(b"ONSALETR") {
        return Err(format!("{path} is not a trace"));
    }
    let header = String::from_utf8_lossy(&bytes[JSON_AT..RECORDS_AT]);
    let requests = field(&header, "\"requests\":")?;
    if bytes.len() != RECORDS_AT + requests * REQUEST_BYTES {
        return Err(format!("{path} is cut short"));
    }
    let stream = bytes[RECORDS_AT..]
        .chunks_exact(REQUEST_BYTES)
        .take(limit)
        .map(Request::decode)
        .collect::<Result<_, _>>()?;
    Ok(Trace {
        stream,
        events: field(&header, "\"events\":")?,
    })
}

fn field(json: &str, name: &str) -> Result<usize, String> {
    let missing = || format!("the trace's header has no {name}");
    let (_, rest) = json.split_once(name).ok_or_else(missing)?;
    let digits = rest.split([',', '}']).next().unwrap_or_default();
    digits.parse().map_err(|_| missing())
}
