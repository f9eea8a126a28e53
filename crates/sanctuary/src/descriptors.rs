//! File descriptors: every connection takes one, and systems hand out few unless asked.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are no connections: the standard streams, the listener, signals, and a few for each thread.
const OWN: u64 = 256;

/// Asks the system for as many descriptors as the connections take. Returns how many connections it permits.
pub(crate) fn make_room(connections: u32) -> io::Result<u32> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = u64::from(connections) + OWN;
    // No limit is the highest limit.
    let permitted = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if current.is_some_and(|current| current < permitted) {
        let raised = Rlimit {
            current: Some(permitted),
            maximum,
        };
        setrlimit(Resource::Nofile, raised)?;
    }
    let room = permitted.saturating_sub(OWN).max(1);
    Ok(u32::try_from(room).unwrap_or(connections).min(connections))
}
