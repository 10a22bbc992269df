#!/usr/bin/env bash
# Everything that needs a GPU, in one command: builds the library for the GPU of this machine, runs the catalogue of the
# C# tests on it, compares every loss with PyTorch there, looks for wrong accesses and races, and measures.
#
#   bench/gpu.sh [OUT]     results go to the folder OUT (default: bench/results)
#
# Runs in a checkout, or in what `./build.sh gpu-pack` packed, where the C# tests and their .NET are included. Needs
# nvcc, CMake, Ninja and a C compiler; python3 with PyTorch for the comparison and the figures; compute-sanitizer if it
# is there.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=$(mkdir -p "${1:-bench/results}" && cd "${1:-bench/results}" && pwd)
build=artifacts/cmake/gpu
failed=()

step() { # NAME COMMAND...: goes on after a failure, and remembers it
  echo "== $1"
  "${@:2}" || failed+=("$1")
}

build_library() {
  cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DFL_CUDA=ON -DFL_CUDA_ARCHITECTURES="${ARCH:-native}" \
    -DBUILD_TESTING=ON &&
    cmake --build $build --target fusedloss_cuda_native cuda_smoke &&
    $build/native/tests/cuda_smoke
}

catalogue() {
  local tests=artifacts/dotnet/bin/FusedLoss.Tests/release
  local dotnet=dotnet
  if [[ -x dotnet/dotnet ]]; then dotnet=$PWD/dotnet/dotnet; fi
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_ROOT=${DOTNET_ROOT:-}
  FUSEDLOSS_CUDA_LIBRARY=$library "$dotnet" $tests/FusedLoss.Tests.dll -noColor -noLogo -class "FusedLoss.Tests.Cuda.*"
}

sanitize() { # TOOL
  compute-sanitizer --tool "$1" --error-exitcode 9 --log-file "$out/gpu-$1.txt" \
    python3 bench/gpu.py --check --dtypes float32 --library "$library"
}

name=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -1 | tr -cs '[:alnum:]\n' '-' | sed 's/-$//')
step "build" build_library
library=$(ls "$PWD"/artifacts/native/linux-*/libfusedloss_cuda_native.so | head -1)
step "catalogue of the C# tests" catalogue
step "comparison with PyTorch" python3 bench/gpu.py --check --library "$library"
if command -v compute-sanitizer >/dev/null; then
  step "memcheck" sanitize memcheck
  step "racecheck" sanitize racecheck
fi
measure() {
  python3 bench/gpu.py --library "$library" --csv "$out/gpu-$name.csv" | tee "$out/gpu-$name.md"
}
step "figures" measure
if ((${#failed[@]})); then
  printf 'FAILED: %s\n' "${failed[@]}"
  exit 1
fi
echo "All of it passed; the figures are in $out/gpu-$name.md"
