//! What the program is asked to do.

pub struct Options {
    pub trace: String,
    pub out: String,
    pub threads: usize,
    pub tickets: i32,
    /// How many requests of the trace to serve; all if there are no more.
    pub requests: usize,
}

impl Options {
    /// Reads `loop --trace FILE --threads N --tickets T --out FILE [--requests R]`.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
        match words.next().as_deref() {
            Some("loop") => {}
            other => return Err(format!("the design must be loop; got {other:?}")),
        }
        let mut options = Options {
            trace: String::new(),
            out: String::new(),
            threads: 0,
            tickets: 0,
            requests: usize::MAX,
        };
        while let Some(name) = words.next() {
            let value = words.next().ok_or(format!("{name} needs a value"))?;
            options.take(&name, value)?;
        }
        options.checked()
    }

    fn take(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            "--trace" => self.trace = value,
            "--out" => self.out = value,
            "--threads" => self.threads = number(name, &value)?,
            "--tickets" => self.tickets = number(name, &value)? as i32,
            "--requests" => self.requests = number(name, &value)?,
            _ => return Err(format!("there is no option {name}")),
        }
        Ok(())
    }

    fn checked(self) -> Result<Options, String> {
        if self.trace.is_empty() || self.out.is_empty() || self.threads == 0 || self.tickets == 0 {
            return Err("--trace, --threads, --tickets and --out are needed".into());
        }
        Ok(self)
    }
}

fn number(name: &str, text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(value @ 1..=1_073_741_824) => Ok(value),
        _ => Err(format!(
            "{name} must be a number from 1 to 2^30; got {text}"
        )),
    }
}
