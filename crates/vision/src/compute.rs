//! Computation beside the answering of requests.

use tokio::task::JoinHandle;

/// How far computation steps back behind what answers, in steps of `nice(2)`: a thread ten steps back has about a
/// tenth of a core where another wants it, and all of it where nobody does.
const STEPS: i32 = 10;

/// Runs computation on a thread of its own, one that lets those that answer go first: a photo takes tens of
/// milliseconds, and whoever only has to be told something should not wait for it.
pub fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    tokio::task::spawn_blocking(move || {
        step_back();
        work()
    })
}

/// Lets other threads go before this one, from now on and for good: only those with special rights could take it back.
/// A program that was started further back stays there.
pub fn step_back() {
    // Elsewhere this would be about the whole process.
    #[cfg(target_os = "linux")]
    {
        use std::cell::Cell;

        use rustix::process::{getpriority_process, setpriority_process};

        thread_local!(static DONE: Cell<bool> = const { Cell::new(false) });
        if DONE.replace(true) {
            return;
        }
        let stepped = getpriority_process(None).and_then(|now| match now < STEPS {
            true => setpriority_process(None, STEPS),
            false => Ok(()),
        });
        if let Err(error) = stepped {
            tracing::debug!(%error, "computation does not step back");
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what fails has failed the test")]
    use rustix::process::{getpriority_process, setpriority_process};

    use super::*;

    #[tokio::test]
    async fn what_computes_steps_back_and_what_answers_does_not() {
        let before = getpriority_process(None).unwrap();
        let computes = compute(|| getpriority_process(None).unwrap());
        assert_eq!(computes.await.unwrap(), STEPS.max(before));
        assert_eq!(getpriority_process(None).unwrap(), before);
    }

    #[test]
    fn what_is_further_back_stays_there() {
        let thread = std::thread::spawn(|| {
            setpriority_process(None, STEPS + 5).unwrap();
            step_back();
            getpriority_process(None).unwrap()
        });
        assert_eq!(thread.join().unwrap(), STEPS + 5);
    }
}
