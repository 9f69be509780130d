#!/usr/bin/env bash
# Installs Emscripten 3.1.69 (Debian 13's) on LLVM 19 into a folder, on Debian 12 or 13 (amd64).
#   install_emscripten.sh DIR
# Only apt and npm are asked. Nothing of another Debian suite is installed into the system: its packages are
# unpacked into DIR.
set -euo pipefail

DIR=${1:?usage: install_emscripten.sh DIR}
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
VERSION=3.1.69 LLVM=19 BINARYEN=120
SUDO=
[ "$(id -u)" = 0 ] || SUDO=sudo
fail() {
  echo "$1" >&2
  exit 1
}
[ "$(dpkg --print-architecture)" = amd64 ] || fail "This script knows Debian on amd64 only."

# 1. LLVM and small helpers, from the machine's own suite.
has_llvm() {
  for tool in clang wasm-ld llvm-ar; do command -v $tool-$LLVM >/dev/null || return 1; done
}
if ! has_llvm || ! command -v python3 >/dev/null || ! command -v xz >/dev/null; then
  $SUDO apt-get update -qq
  $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    clang-$LLVM lld-$LLVM llvm-$LLVM python3 xz-utils ca-certificates debian-archive-keyring >/dev/null
fi

# 2. Emscripten, Binaryen and the C library that Binaryen was linked with, through an apt state of our own.
DEBS="$DIR/.debs"
mkdir -p "$DEBS" "$DIR/.apt/lists/partial" "$DIR/.apt/cache/archives/partial"
# shellcheck disable=SC2016 # apt's own variables
mirror() {
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)' 'Created-By: Packages' |
    awk -F'|' '$1=="Debian" && $2 !~ /security|updates|backports/ {print $3; exit}'
}
MIRROR=$(mirror)
if [ -z "$MIRROR" ]; then
  $SUDO apt-get update -qq
  MIRROR=$(mirror)
fi
[ -n "$MIRROR" ] || fail "apt's sources name no Debian mirror."
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR trixie main" >"$DIR/.apt/sources.list"
APT=(-qq -o "Dir::Etc::SourceList=$DIR/.apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
  -o "Dir::State::Lists=$DIR/.apt/lists" -o "Dir::Cache=$DIR/.apt/cache"
  -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3)
apt-get "${APT[@]}" update
(cd "$DEBS" && apt-get "${APT[@]}" download emscripten binaryen libc6 libgcc-s1 libstdc++6)
deb() { compgen -G "$DEBS/$1_$2*.deb" | head -1; }
[ -n "$(deb emscripten $VERSION)" ] || fail "The mirror has no emscripten $VERSION any more."
[ -n "$(deb binaryen $BINARYEN)" ] || fail "The mirror has no binaryen $BINARYEN any more."

# 3. Unpack, without what this project never links.
rm -rf "$DIR/emscripten" "$DIR/binaryen" "$DIR/.stamp"
mkdir -p "$DIR/.new" "$DIR/.runtime"
LIBRARIES=./usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten
dpkg-deb --fsys-tarfile "$(deb emscripten $VERSION)" | tar -x -C "$DIR/.new" \
  --exclude=./usr/share/emscripten/test --exclude=./usr/share/emscripten/docs --exclude=./usr/share/doc \
  --exclude=./usr/share/man --exclude="$LIBRARIES/lto" --exclude="$LIBRARIES/pic" \
  --exclude="$LIBRARIES/lto-pic" --exclude="$LIBRARIES/thinlto" --exclude="$LIBRARIES/libwasmfs*"
mv "$DIR/.new/usr/share/emscripten" "$DIR/emscripten"
BIN="$DIR/binaryen"
mkdir -p "$BIN/bin" "$BIN/libexec" "$BIN/runtime"
dpkg-deb --fsys-tarfile "$(deb binaryen $BINARYEN)" | tar -x -C "$DIR/.runtime" ./usr/bin ./usr/lib
for package in libc6 libgcc-s1 libstdc++6; do
  dpkg-deb --fsys-tarfile "$(deb $package '')" | tar -x -C "$DIR/.runtime" ./usr/lib
done
LIB="$DIR/.runtime/usr/lib/x86_64-linux-gnu"
for file in ld-linux-x86-64.so.2 libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libgcc_s.so.1 \
  libstdc++.so.6 libbinaryen.so; do
  cp -L "$LIB/$file" "$BIN/runtime/"
done
for file in "$DIR/.runtime/usr/bin"/wasm*; do
  tool=$(basename "$file")
  cp "$file" "$BIN/libexec/"
  # shellcheck disable=SC2016 # for the wrapper's own shell
  printf '#!/bin/sh\nd="%s"\nexec "$d/runtime/ld-linux-x86-64.so.2" --library-path "$d/runtime" "$d/libexec/%s" "$@"\n' \
    "$BIN" "$tool" >"$BIN/bin/$tool"
  chmod +x "$BIN/bin/$tool"
done
rm -rf "$DIR/.new" "$DIR/.runtime" "$DIR/.apt" "$DEBS"

# 4. acorn, Emscripten's JavaScript optimiser, where its modules look for it.
(cd "$DIR/emscripten" && printf '{"private":true,"type":"commonjs"}\n' >package.json &&
  npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error acorn@8.14.0 >/dev/null)

# 5. Configuration. EMBIND_AOT runs programs in Node while linking: some versions know relaxed SIMD by a flag only.
NODE=${npm_node_execpath:-$(command -v node)}
PROBE='AGFzbQEAAAABBQFgAAF7AwIBAAo9ATsA/QwAAAAAAAAAAAAAAAAAAAAA/QwAAAAAAAAAAAAAAAAAAAAA/QwAAAAAAAAAAAAAAAAAAAAA/YUCCw=='
FLAG=--experimental-wasm-relaxed-simd
valid() { "$NODE" "$@" -e "process.exit(WebAssembly.validate(Buffer.from('$PROBE','base64'))?0:1)" 2>/dev/null; }
LINK_NODE="'$NODE'"
if ! valid && valid $FLAG; then LINK_NODE="$LINK_NODE, '$FLAG'"; fi
cat >"$DIR/emscripten/.emscripten" <<CONFIG
LLVM_ROOT = '/usr/bin'
LLVM_ADD_VERSION = '$LLVM'
CLANG_ADD_VERSION = '$LLVM'
BINARYEN_ROOT = '$BIN'
NODE_JS = [$LINK_NODE]
CACHE = '$DIR/emscripten/cache'
FROZEN_CACHE = True
CONFIG
echo "emscripten=$VERSION llvm=$LLVM binaryen=$BINARYEN" >"$DIR/.stamp"
