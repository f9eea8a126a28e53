#!/bin/sh
# The relay must not be able to read what it relays: the crate sanctuary-server links nothing that could.
# Proved by the dependency tree; the control shows that the same search finds such crates where they are.
set -eu

forbidden='^(sanctuary-e2ee|openmls.*|.*mls.*|hpke.*|libcrux.*|ml-kem|x-wing|argon2) '

# The crates that a build of $1 links, one a line: name, version.
tree() {
    cargo tree --locked --package "$1" --edges normal,build --target all --all-features --prefix none --format '{p}' | sort -u
}

if found=$(tree sanctuary-server | grep -E "$forbidden"); then
    echo "sanctuary-server must not link end-to-end encryption code, but its dependency tree holds:" >&2
    echo "$found" >&2
    exit 1
fi
for control in sanctuary-e2ee sanctuary-terminal; do
    if ! tree "$control" | grep -Eq "$forbidden"; then
        echo "the dependency check is broken: it finds nothing in $control either" >&2
        exit 1
    fi
done
for crate in sanctuary-wire sanctuary-e2ee; do
    if others=$(tree "$crate" | grep -E '^sanctuary' | grep -v "^$crate "); then
        echo "$crate must import no other crate of ours, but its dependency tree holds:" >&2
        echo "$others" >&2
        exit 1
    fi
done
echo "dependency directions hold"
