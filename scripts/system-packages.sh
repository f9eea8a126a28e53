#!/bin/sh
# Makes sure that what building and testing need from the system is there. Installs the Debian packages when it may, and
# says what to do when it may not.
#   scripts/system-packages.sh compiler            for building: Rust links with a C compiler
#   scripts/system-packages.sh compiler browser    for testing too: a Chromium to drive, and a font for it to draw
#   scripts/system-packages.sh tracer              for proving: strace
#   scripts/system-packages.sh fuzzing             for fuzzing: libFuzzer is compiled from C++
set -eu

missing=""
for need in "$@"; do
    case $need in
        compiler) command -v cc >/dev/null 2>&1 || missing="$missing gcc libc6-dev" ;;
        browser) command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 || missing="$missing chromium fonts-dejavu-core" ;;
        tracer) command -v strace >/dev/null 2>&1 || missing="$missing strace" ;;
        fuzzing) command -v c++ >/dev/null 2>&1 || missing="$missing g++" ;;
        *) echo "unknown need: $need (known: compiler, browser, tracer, fuzzing)" >&2; exit 2 ;;
    esac
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root="none"
fi

if [ "$as_root" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    cat >&2 <<EOF
These packages are needed and not installed:$missing
Install them, on Debian or Ubuntu with
    sudo apt-get install$missing
and run make again. A Chromium elsewhere can be named: make test CHROMIUM=/path/to/chromium
EOF
    exit 1
fi

echo "installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # both variables hold several words on purpose
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
