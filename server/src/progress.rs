//! What is said on the standard output while the program goes on.

use std::{fmt, future::Future, io::Write, sync::Arc};

use indicatif::{ProgressBar, ProgressStyle};
use search::{Progress, Step};

/// Says a line. Whoever read it may be gone (`veneer serve | head -1`); that is no reason to stop.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Runs long work under a bar with rate and time left. Without a terminal it says a line every so
/// often instead, so that a log shows that something moves.
pub async fn with_bar<T, F>(work: impl FnOnce(Progress) -> F) -> T
where
    F: Future<Output = T>,
{
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:32} {pos}/{len} {per_sec:.0} · {eta} left · {msg}")
    {
        bar.set_style(style);
    }
    let shown = bar.clone();
    let said = std::sync::atomic::AtomicU64::new(0);
    let done = work(Arc::new(move |step: Step| match step {
        Step::Total(total) => shown.set_length(total),
        Step::Done(name) => {
            shown.inc(1);
            shown.set_message(name);
            if shown.is_hidden() {
                let tenth = (shown.length().unwrap_or(0) / 10).max(1);
                let position = shown.position();
                if position.is_multiple_of(tenth)
                    && said.swap(position, std::sync::atomic::Ordering::Relaxed) != position
                {
                    let all = shown.length().unwrap_or(0);
                    say(format_args!("  {position} of {all}"));
                }
            }
        }
    }))
    .await;
    bar.finish_and_clear();
    done
}
