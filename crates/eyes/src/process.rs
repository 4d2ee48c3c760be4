//! What this process takes of the machine, as Linux tells it; elsewhere nothing is told.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;

use crate::Number;

/// How Linux counts the time that a process computed: in hundredths of a second, whatever the machine.
const TICKS: f64 = 100.0;

pub(crate) struct Process {
    pub memory: Number,
    pub files: Number,
    pub cpu: Counter<f64, AtomicU64>,
    pub threads: Number,
}

impl Process {
    /// Reads anew.
    pub fn look(&self) {
        if let Ok(text) = std::fs::read_to_string("/proc/self/status") {
            if let Some(kilobytes) = after(&text, "VmRSS:") {
                self.memory.set(kilobytes * 1024.0);
            }
            if let Some(threads) = after(&text, "Threads:") {
                self.threads.set(threads);
            }
        }
        if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
            self.files.set(open.count() as f64);
        }
        if let Some(seconds) = computed() {
            self.cpu.inc_by((seconds - self.cpu.get()).max(0.0));
        }
    }
}

/// The number in the line that begins so.
fn after(text: &str, name: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

/// Seconds that this process computed, in its own code and in the system's.
fn computed() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets and may hold anything.
    let (_, rest) = text.rsplit_once(") ")?;
    let mut ticks = rest.split_ascii_whitespace().skip(11).take(2);
    let mut next = || ticks.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS)
}
