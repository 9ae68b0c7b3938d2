//! Work that goes behind everything else: supply, so that people who search do not wait for the processor.

use std::panic::resume_unwind;
use std::thread;

use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// How such work stands: whoever else wakes has the processor at once, where between threads of different niceness they would wait for a
/// slice of time to end, at each of the steps of a search.
const POLICY: ThreadSchedulePolicy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);

/// By how many of the system's 19 steps of niceness what goes second is lower.
const SECOND_STEPS: i32 = 10;

/// Does work on a thread of its own that has the processor while nobody else wants it, and so do the threads it starts.
pub fn behind<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let working = scope.spawn(|| {
            // Where the system refuses, it goes on as it is.
            let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, POLICY);
            work()
        });
        match working.join() {
            Ok(done) => done,
            Err(panic) => resume_unwind(panic),
        }
    })
}

/// Puts this thread a little behind whoever started it, and those that it starts: what somebody else of this program waits for in the end,
/// and no other program is to keep from its share.
pub fn go_second() {
    // Where the system refuses, it goes on as it is.
    let _ = rustix::process::nice(SECOND_STEPS);
}

#[cfg(test)]
mod tests {
    use super::*;
    use thread_priority::thread_schedule_policy;

    #[test]
    fn it_gives_what_comes_of_the_work_and_this_thread_stays_where_it_was() {
        let before = thread_schedule_policy().unwrap();
        assert_ne!(before, POLICY);
        let policy = || thread_schedule_policy().unwrap();
        let within = behind(|| thread::scope(|scope| scope.spawn(policy).join().unwrap()));
        assert_eq!(within, POLICY);
        assert_eq!(thread_schedule_policy().unwrap(), before);
    }

    #[test]
    fn what_goes_second_is_lower_than_this_thread_and_so_is_what_it_starts() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        let second = thread::scope(|scope| {
            let going = scope.spawn(|| {
                go_second();
                thread::scope(|scope| scope.spawn(niceness).join().unwrap())
            });
            going.join().unwrap()
        });
        assert_eq!(second, (before + SECOND_STEPS).min(19));
        assert_eq!(niceness(), before);
    }
}
