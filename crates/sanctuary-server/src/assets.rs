//! The web client, embedded in the program: once started, the server opens no file.
//!
//! The table is made by `build.rs` from `web/dist`.

/// One file of the web client.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Its path in URLs, beginning with a slash.
    pub(crate) path: &'static str,
    /// Its media type.
    pub(crate) content_type: &'static str,
    /// Whether it is the script of a worker.
    pub(crate) worker: bool,
    /// Its bytes.
    pub(crate) plain: &'static [u8],
    /// The same, compressed with Brotli, if that makes it smaller.
    pub(crate) brotli: Option<&'static [u8]>,
    /// The same, compressed with gzip, if that makes it smaller.
    pub(crate) gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The asset with exactly this path, as it stands in the request: nothing is decoded, joined or resolved.
pub(crate) fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}
