#!/usr/bin/env python3
"""The losses on a GPU: each against PyTorch's double-precision autograd there, then timed beside a device copy of the
same bytes, PyTorch's eager forward and backward, and torch.compile's. With --simulated, only the comparison, on the
simulated GPU and the CPU's tensors."""

import argparse
import csv
import ctypes
import datetime
import fnmatch
import math
import statistics
import sys

import torch

import pytorch_losses
from pytorch_abi import ROOT, Headers

DTYPES = ("float32", "float16", "bfloat16")
LIMITS = {"float32": 1e-6, "float16": 5e-4, "bfloat16": 3e-3}  # of a gradient's distance, relative to its norm
LOSS_LIMIT = 1e-5
NEVER = 2 ** 63 - 1
ELEMENTS = 1 << 27
CLASSES = (10, 100, 1000, 4096, 32_000, 50_257, 128_256, 262_144)
SMALL_ROWS = ((1000, 7), (300, 100), (64, 1000), (5, 50_257))
CALLS_IN_GRAPH, SAMPLES = 5, 15
COLUMNS = ("loss", "dtype", "size", "us", "copy us", "share of copy", "eager us", "compiled us")


class Gpu:
    """The library for GPUs, called with tensors of `device` in `dtype`."""

    def __init__(self, path, device, dtype):
        self.device, self.dtype, self._headers = device, dtype, Headers()
        self._library = ctypes.CDLL(str(path))
        self._library.fl_cuda_message.restype = ctypes.c_char_p

    def check(self, status):
        if status != 0:
            raise RuntimeError(self._library.fl_cuda_message(status).decode())

    def call(self, name, hyper=None, **fields):
        args_type, hyper_type = self._headers.cuda_losses[f"fl_cuda_{name}"]
        args = self._headers.new(args_type, dtype=f"FL_{self.dtype.upper()}", **fields)
        pointers = [ctypes.byref(args)]
        if hyper_type:
            pointers.append(ctypes.byref(self._headers.new(hyper_type, **hyper)) if hyper else None)
        own = f"fl_cuda_{name}_workspace"
        query = own if own in self._headers.workspaces else f"fl_cuda_{args_type[3:-5]}_workspace"
        size = getattr(self._library, query)
        size.restype = ctypes.c_int64
        bytes_needed = size(*pointers if self._headers.workspaces[query] else pointers[:1])
        numbers = torch.full([3], NEVER, dtype=torch.int64, device=self.device)
        memory = torch.empty(max(bytes_needed, 16), dtype=torch.uint8, device=self.device)
        call = self._headers.new("fl_cuda_call", workspace=memory, workspace_bytes=memory.numel(), loss=numbers,
                                 bad_index=numbers.data_ptr() + 8)
        run = getattr(self._library, f"fl_cuda_{name}")
        return GpuCall(lambda: run(*pointers, ctypes.byref(call), self.stream()), numbers, (args, fields, memory))

    def stream(self):
        return ctypes.c_void_p(torch.cuda.current_stream().cuda_stream if self.device == "cuda" else None)


class GpuCall:
    """`run()` launches and returns its status; `keep` is the memory that it uses."""

    def __init__(self, run, numbers, keep):
        self.run, self._numbers, self._keep = run, numbers, keep

    @property
    def loss(self):
        return self._numbers[:1].view(torch.float64).item()


def workloads(gpu, small):
    for key, inputs, loss in pytorch_losses.POINTWISE:
        n = 4096 if small else ELEMENTS
        yield key, str(n), lambda: pytorch_losses.pointwise(gpu, key, inputs, loss, n)
    for key, inputs, loss in pytorch_losses.ROWS:
        for shape in SMALL_ROWS if small else [(ELEMENTS // c, c) for c in CLASSES]:
            if key == "multilabel_margin" and shape[1] > pytorch_losses.MULTILABEL_CLASSES:
                continue
            yield key, "x".join(map(str, shape)), lambda: pytorch_losses.rows(gpu, key, inputs, loss, list(shape))
    image = [2, 21, 16, 16] if small else [32, 21, 512, 512]
    for key, loss in ("cross_entropy", torch.nn.functional.cross_entropy), ("dice", pytorch_losses.dice):
        yield key, "x".join(map(str, image)), lambda: pytorch_losses.rows(
            gpu, key, pytorch_losses.labelled, loss, image)
    for key, loss, count in (("cosine_embedding", torch.nn.functional.cosine_embedding_loss, 2),
                             ("triplet_margin", torch.nn.functional.triplet_margin_loss, 3)):
        yield key, "x".join(map(str, pytorch_losses.PAIRS)), lambda: pytorch_losses.vectors(gpu, key, loss, count)
    yield "ctc", "T{} N{} C{} L{}".format(*pytorch_losses.SPEECH), lambda: pytorch_losses.speech(gpu)


def reference(contest):
    inputs = [x.detach().double().requires_grad_(True) for x in contest.inputs]
    constants = [x.double() if x.is_floating_point() else x for x in contest.constants]
    loss = contest.torch_loss(*inputs, *constants)
    return loss.item(), torch.autograd.grad(loss, inputs)


def disagreement(gpu, contest):
    """A sentence, or None where loss and gradients are those of PyTorch in double."""
    for gradient in contest.gradients:
        gradient.fill_(math.nan)
    gpu.check(contest.fused.run())
    loss, gradients = reference(contest)
    if not abs(contest.fused.loss - loss) <= LOSS_LIMIT * abs(loss):
        return f"loss is {contest.fused.loss:.9g}, in double it is {loss:.9g}"
    for ours, theirs in zip(contest.gradients, gradients):
        distance = ((ours.double() - theirs).norm() / theirs.norm()).item()
        # Below its normal numbers a float16 has a fixed step, which counts beside small gradients.
        step = 2 ** -25 * math.sqrt(ours.numel()) / theirs.norm().item() if gpu.dtype == "float16" else 0
        if not distance <= LIMITS[gpu.dtype] + step:
            return f"a gradient is {distance:.3g} of its norm away from that in double"
    return None


def captured(run):
    """Calls in a CUDA graph, which is what a training step would replay."""
    run()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(CALLS_IN_GRAPH):
            run()
    return lambda: graph.replay(), CALLS_IN_GRAPH


def microseconds(run, calls):
    times = []
    for _ in range(3):
        run()
    for _ in range(SAMPLES):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) * 1000 / calls)
    return statistics.median(times)


def measure(gpu, contest, compiles):
    """Ours, a copy of the bytes that must move, eager PyTorch, compiled PyTorch."""
    tensors = [*contest.inputs, *(x for x in contest.constants if x.is_floating_point()), *contest.gradients]
    half = torch.empty(sum(x.numel() * x.element_size() for x in tensors) // 2, dtype=torch.uint8, device="cuda")
    other = torch.empty_like(half)
    inputs = [x.requires_grad_(True) for x in contest.inputs]

    def step(loss):
        return lambda: torch.autograd.grad(loss(*inputs, *contest.constants), inputs)

    yield microseconds(*captured(lambda: gpu.check(contest.fused.run())))
    yield microseconds(*captured(lambda: other.copy_(half)))
    del half, other
    yield microseconds(step(contest.torch_loss), 1)
    yield microseconds(step(torch.compile(contest.torch_loss)), 1) if compiles else math.nan


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", help="the library for GPUs (default: the one under artifacts/native)")
    parser.add_argument("--simulated", action="store_true", help="compare only, with the simulated GPU")
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("--only", metavar="KEY", nargs="+", help="these losses; patterns, too")
    parser.add_argument("--dtypes", nargs="+", default=DTYPES, choices=DTYPES)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    parser.add_argument("--csv", metavar="FILE", help="write the figures to FILE, too")
    return parser.parse_args()


def library_of(options):
    folder = ROOT / "artifacts" / "native"
    if options.library:
        return options.library
    if options.simulated:
        return folder / "simulated" / "libfusedloss_cuda_simulated.so"
    return next(folder.glob("linux-*/libfusedloss_cuda_native.so"))


def title(options):
    device = "simulated GPU" if options.simulated else torch.cuda.get_device_name()
    return f"{device}; {datetime.date.today().isoformat()}; PyTorch {torch.__version__}; times in CUDA graphs, medians"


def print_row(cells, file):
    print("| " + " | ".join(cells) + " |", flush=True)
    if file:
        csv.writer(file, lineterminator="\n").writerow(cells)
        file.flush()


def main():
    options = arguments()
    checks_only = options.simulated or options.check
    file = open(options.csv, "w", newline="", encoding="utf-8") if options.csv else None
    bad = cases = 0
    print(title(options) + "\n")
    if not checks_only:
        print_row(COLUMNS, file)
        print("|---|---|---|--:|--:|--:|--:|--:|")
    for dtype in options.dtypes:
        gpu = Gpu(library_of(options), "cpu" if options.simulated else "cuda", dtype)
        for small in (True,) if checks_only else (True, False):
            for key, size, make in workloads(gpu, small):
                if options.only and not any(fnmatch.fnmatchcase(key, p) for p in options.only):
                    continue
                contest, cases = make(), cases + 1
                problem = disagreement(gpu, contest)
                if problem:
                    print(f"DISAGREES: {key} {dtype} {size}: {problem}", flush=True)
                    bad += 1
                elif not small:
                    ours, copy, *torchs = measure(gpu, contest, not options.no_compile)
                    print_row([key, dtype, size, f"{ours:.1f}", f"{copy:.1f}", f"{copy / ours:.0%}",
                               *(f"{t:.1f}" for t in torchs)], file)
    print(f"\n{cases} cases, {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
