//! `sanctuary serve`: from the command line to a running server.

use std::panic;

use anyhow::{Context, ensure};
use sanctuary_sandbox::{Sandbox, try_forbidden};
use sanctuary_server::{Server, Started};
use tokio::runtime::Builder;

use crate::arguments::Serve;
use crate::descriptors;
use crate::limits::LEAST_CONNECTIONS;
use crate::memory;
use crate::outputs::Outputs;
use crate::returning;
use crate::signals::Signals;

/// Serves until a signal comes. What needs files is done before the runtime and its threads exist; then the kernel locks
/// the program in two steps, before there is a second thread and once there are all.
pub(crate) fn run(arguments: &Serve, outputs: &mut Outputs) -> anyhow::Result<()> {
    let mut options = arguments.options();
    let wanted = options.relay.max_connections;
    options.relay.max_connections = connections(arguments, wanted)?;
    if arguments.capacity.max_memory.is_none() {
        options.relay.max_memory = memory::of_the_machine() / 2;
    }
    let server = Server::bind(options)?;
    let (url, open) = (server.url(), server.address_to_open());
    let sandbox = (!arguments.sandbox.no_sandbox).then(Sandbox::enter);
    returning::start();
    // One thread takes connections and serves the page; rooms have threads of their own, which the server starts.
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime
        .enable_io()
        .enable_time()
        .build()
        .context("cannot wait for connections")?;
    let outcome = runtime.block_on(async {
        let signals = Signals::listen().context("cannot listen for signals")?;
        let server = server.start()?;
        let locked = lock(sandbox, &server, arguments.sandbox.require_sandbox).await?;
        outputs.announce_and_close(&format!(
            "Sanctuary listens on {url}\n{locked}\nOpen {open} in a browser. Ctrl+C here stops it, and all rooms are gone.\n"
        ));
        // Not even where a panic happened is printed: it ends one connection, and how often and when that happens would
        // be a record of use.
        panic::set_hook(Box::new(|_| {}));
        server.serve(signals.first()).await;
        Ok(())
    });
    // Connections that have not ended by now are not waited for.
    runtime.shutdown_background();
    outcome
}

/// As many connections as were asked for; without a wish, as many as the system permits.
fn connections(arguments: &Serve, wanted: u32) -> anyhow::Result<u32> {
    let permitted =
        descriptors::make_room(wanted).context("cannot raise the limit on open files")?;
    let is_enough = i64::from(permitted) >= LEAST_CONNECTIONS;
    ensure!(
        permitted == wanted || is_enough && arguments.capacity.max_connections.is_none(),
        "the system permits this program {permitted} connections: raise its limit on open files (ulimit -n, or \
         LimitNOFILE= in systemd), or lower --max-connections"
    );
    Ok(permitted)
}

/// Has the kernel forbid everything that serving does not need, tries on every thread whether it does, and says so.
async fn lock(
    sandbox: Option<Sandbox>,
    server: &Started,
    is_required: bool,
) -> anyhow::Result<String> {
    let Some(sandbox) = sandbox else {
        return Ok("NOT locked by the kernel: --no-sandbox".to_owned());
    };
    let sealed = sandbox.seal();
    let mut permitted = server.on_each_thread(try_forbidden).await;
    permitted.push(try_forbidden());
    let report = sealed.report(&permitted);
    ensure!(
        report.is_whole() || !is_required,
        "the kernel does not enforce everything, and --require-sandbox is set: {}",
        report.gaps().join("; ")
    );
    Ok(report.to_string())
}
