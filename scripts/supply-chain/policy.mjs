/**
 * What may be built into Sanctuary: licences, sources, and what never.
 *
 * Licences are those under which a part may be given on as part of a program under the AGPL-3.0 (section 7 and the
 * Free Software Foundation's list of compatible licences). Parts that are used for building and testing only, and given
 * on to nobody, may have more.
 */

/** Of what the program or the page consists of. */
export const licences = new Set([
  "0BSD",
  "AGPL-3.0-only",
  "Apache-2.0",
  "Apache-2.0 WITH LLVM-exception",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  // The list of certificate authorities in webpki-roots: data, not code.
  "CDLA-Permissive-2.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  // argparse, which belongs to the command line of markdown-it and is not part of the page.
  "PSF-2.0",
  "Unicode-3.0",
  "Unlicense",
  "Zlib",
]);

/** Of tools besides. */
export const licencesOfTools = new Set([...licences, "BlueOak-1.0.0", "CC-BY-4.0", "NCSA", "Python-2.0"]);

/** Licences that no lock file names, read in the packages themselves. Those for pip name none at all. */
export const licencesByHand = {
  npm: { busboy: "MIT", streamsearch: "MIT" },
  pip: {
    aiohappyeyeballs: "PSF-2.0",
    aiohttp: "Apache-2.0 AND MIT",
    aiosignal: "Apache-2.0",
    attrs: "MIT",
    bidict: "MPL-2.0",
    frozenlist: "Apache-2.0",
    h11: "MIT",
    idna: "BSD-3-Clause",
    kosoku: "MIT AND Apache-2.0",
    multidict: "Apache-2.0",
    propcache: "Apache-2.0",
    "python-engineio": "MIT",
    "python-socketio": "MIT",
    "simple-websocket": "MIT",
    "typing-extensions": "PSF-2.0",
    wsproto: "MIT",
    yarl: "Apache-2.0",
  },
};

/** Where packages may come from. Local ones are ours. */
export const sources = {
  cargo: "registry+https://github.com/rust-lang/crates.io-index",
  npm: "https://registry.npmjs.org/",
  pip: "https://pypi.org/",
};

/** What must not come in, not even by way of others, and why. Tools that stand apart may do as they please. */
export const bans = {
  cargo: {
    openssl: "rustls and ring are what we use; a second TLS library is a second set of faults",
    "openssl-sys": "as openssl",
    "native-tls": "as openssl",
    log4rs: "the relay keeps no log",
    env_logger: "the relay keeps no log",
    "tracing-subscriber": "the relay keeps no log",
    sentry: "nothing is reported to anybody",
    reqwest: "the relay connects to nothing",
    ureq: "the relay connects to nothing",
    sqlx: "nothing is stored",
    rusqlite: "nothing is stored",
  },
  npm: {
    "core-js": "runs an install script, and browsers that need it lack what our encryption needs",
    axios: "the page asks nobody but its own host",
    "@sentry/browser": "nothing is reported to anybody",
    idb: "nothing is stored",
    localforage: "nothing is stored",
  },
  pip: {},
};

/** Packages of npm that want to run a script when they are installed. None does: `ignore-scripts` is set. */
export const wantScripts = new Set([
  "@mdn/mdn-http-observatory",
  "esbuild",
  "fsevents",
  "libpq",
  "node_extra_ca_certs_mozilla_bundle",
]);

/** Advisories that were looked at and do not keep us from building. Each must still apply, or it is to be removed here. */
export const accepted = {
  "RUSTSEC-2024-0436": "paste is not maintained: a macro at build time, by way of the PQ crates that OpenMLS uses",
  "RUSTSEC-2026-0173": "proc-macro-error2 is not maintained: a macro at build time, likewise",
};

/** From this age on, in days, knowledge of advisories is called old. */
export const oldAfterDays = 30;
