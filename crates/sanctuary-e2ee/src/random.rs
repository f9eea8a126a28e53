//! Random bytes from the operating system.

use crate::error::{E2eeError, Result};

/// `N` fresh random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut out = [0; N];
    getrandom::fill(&mut out).map_err(|_| E2eeError::Random)?;
    Ok(out)
}
