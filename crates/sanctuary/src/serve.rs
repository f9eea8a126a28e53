//! `sanctuary serve`: from the command line to a running server.

use std::io::{self, Write};
use std::panic;

use anyhow::{Context, ensure};
use sanctuary_server::Server;
use tokio::runtime::Builder;

use crate::arguments::Serve;
use crate::descriptors;
use crate::signals::Signals;

/// Serves until a signal comes. What needs files is done before the runtime and its threads exist.
pub(crate) fn run(arguments: &Serve) -> anyhow::Result<()> {
    let mut options = arguments.options();
    options.max_connections = connections(arguments, options.max_connections)?;
    let server = Server::bind(options)?;
    // One thread takes connections and serves the page; rooms have threads of their own, which the server starts.
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime
        .enable_io()
        .enable_time()
        .build()
        .context("cannot wait for connections")?;
    let outcome = runtime.block_on(async {
        let signals = Signals::listen().context("cannot listen for signals")?;
        announce(&server);
        Ok(server.run(signals.first()).await?)
    });
    // Connections that have not ended by now are not waited for.
    runtime.shutdown_background();
    outcome
}

/// As many connections as were asked for; without a wish, as many as the system permits.
fn connections(arguments: &Serve, wanted: u32) -> anyhow::Result<u32> {
    let permitted =
        descriptors::make_room(wanted).context("cannot raise the limit on open files")?;
    ensure!(
        permitted == wanted || arguments.capacity.max_connections.is_none(),
        "the system permits this program {permitted} connections: raise its limit on open files (ulimit -n, or \
         LimitNOFILE= in systemd), or lower --max-connections"
    );
    Ok(permitted)
}

/// Prints the one line. From here on nothing is printed, not even where a panic happened: it ends one connection, and
/// how often and when that happens would be a record of use.
fn announce(server: &Server) {
    let mut output = io::stdout();
    // Where standard output is closed, whoever started the server does not want to know.
    let _ = writeln!(output, "Sanctuary listens on {}", server.url());
    let _ = output.flush();
    panic::set_hook(Box::new(|_| {}));
}
