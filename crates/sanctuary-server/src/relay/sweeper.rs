//! Overwrites what calls have left behind on the stack of a shard's thread.
//!
//! Freed memory is overwritten by the allocator; keys and signatures that were handled by value also stand on the stack,
//! until later calls happen to reach as deep. A task of its own does it, because tasks begin at the same depth, and what leaves
//! anything runs [`within_reach`].

use std::hint::black_box;
use std::mem::MaybeUninit;

use tokio::sync::Notify;
use zeroize::Zeroize;

/// Bytes of stack that are overwritten: more than what handling a frame takes, signatures and all, even where nothing
/// was optimised; far less than a thread has.
const DEPTH: usize = 96 * 1024;

/// Bytes between the beginning of a task and what runs within reach: more than what the sweeping task needs before it sweeps.
const HEAD_START: usize = 4 * 1024;

/// Runs something deep enough in the stack that the sweeper overwrites all of what it leaves.
// Neither is to be inlined: what runs would have its place beside the head start and not below it.
#[inline(never)]
pub(super) fn within_reach<R>(act: impl FnOnce() -> R) -> R {
    #[inline(never)]
    fn below<R>(act: impl FnOnce() -> R) -> R {
        act()
    }
    let head_start = [const { MaybeUninit::<u8>::uninit() }; HEAD_START];
    let result = below(act);
    black_box(&head_start);
    result
}

/// Sweeps a shard's stack when it is asked to.
#[derive(Debug, Default)]
pub(super) struct Sweeper {
    wanted: Notify,
}

impl Sweeper {
    /// Has the stack overwritten once the task that runs has had its turn.
    pub(super) fn sweep_soon(&self) {
        self.wanted.notify_one();
    }

    /// Sweeps, for as long as the shard lives.
    pub(super) async fn run(&self) {
        loop {
            self.wanted.notified().await;
            sweep();
        }
    }
}

// Not to be inlined: its frame is what is overwritten, and has to be large.
#[inline(never)]
#[allow(clippy::large_stack_arrays)]
fn sweep() {
    let mut stack = [0_u64; DEPTH / size_of::<u64>()];
    stack.zeroize();
    black_box(&stack);
}
