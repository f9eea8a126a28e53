#!/bin/sh
# Says what is missing of the tools that must be there before anything can be built: Rust and Node.
set -eu

status=0
complain() {
    echo "$1" >&2
    status=1
}

if ! command -v cargo >/dev/null 2>&1; then
    complain "Rust is not installed. Get the stable toolchain from https://rustup.rs and run make again."
fi

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    complain "Node.js is not installed. Sanctuary needs Node 20 or newer with npm: https://nodejs.org"
elif [ "$(node -p 'Number(process.versions.node.split(".")[0])')" -lt 20 ]; then
    complain "Node.js $(node -p process.versions.node) is too old. Sanctuary needs Node 20 or newer: https://nodejs.org"
fi
exit $status
