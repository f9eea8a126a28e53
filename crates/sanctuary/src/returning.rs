//! The thread of the allocator that gives unused memory back to the system.
//!
//! It is started here instead of with the process, so that Landlock binds it as every other thread; and there is one and
//! no more, so that none is missing once no thread can be started.

use tikv_jemalloc_ctl::{background_thread, max_background_threads};

/// Starts it. Without it, memory is given back only by threads that happen to allocate.
pub(crate) fn start() {
    let one = max_background_threads::write(1);
    if one.is_ok() {
        // Where the system gives no thread for it, the relay serves all the same.
        let _ = background_thread::write(true);
    }
}
