//! Work that goes behind everything else: supply, so that people who search do not wait for the processor.

use std::panic::resume_unwind;
use std::thread;

/// How much lower such work stands, of the 19 steps that the system has.
const STEPS: i32 = 12;

/// Does work on a thread of its own that yields the processor to all others, and so do the threads it starts.
pub fn behind<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let working = scope.spawn(|| {
            // Where the system refuses, it goes on as it is.
            let _ = rustix::process::nice(STEPS);
            work()
        });
        match working.join() {
            Ok(done) => done,
            Err(panic) => resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_what_comes_of_the_work_and_this_thread_stays_where_it_was() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        let within = behind(|| thread::scope(|scope| scope.spawn(niceness).join().unwrap()));
        assert_eq!(within, (before + STEPS).min(19));
        assert_eq!(niceness(), before);
    }
}
