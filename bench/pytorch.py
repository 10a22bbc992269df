#!/usr/bin/env python3
"""Times every loss of the library against PyTorch's eager forward and backward: loss and gradients, float32, one
thread, the same inputs, in one run whose samples take turns."""

import argparse
import csv
import ctypes
import datetime
import fnmatch
import gc
import itertools
import math
import os
import platform
import re
import shlex
import statistics
import sys
import time
from pathlib import Path

import torch

import pytorch_losses
from pytorch_abi import open_library

TOLERANCE = 1e-4
SMALL = 0.01        # of the largest element of a gradient: smaller ones count as this
UNDECIDED = 2e-5    # of a gradient's elements may differ: rounding decides on which side of a kink they are
ROUNDINGS = 1e-2    # what PyTorch's may add up to over a gradient (1e-3 in multi_margin, 1e-4 in ctc)
LEAST_SAMPLE = 1e6  # ns
FEWEST_SAMPLES = 9
COLUMNS = ("loss", "size", "unit", "FusedLoss", "least", "PyTorch", "least", "ratio")
WIDTHS = (27, 15, 7, 10, 10, 10, 10, 7)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", help="the shared library (default: the one under artifacts/native)")
    parser.add_argument("--only", metavar="KEY", nargs="+", help="these losses; patterns like 'cross_entropy*' too")
    parser.add_argument("--quick", action="store_true", help="1M elements instead of 16M")
    parser.add_argument("--seconds", type=float, default=1.0, help="time for the samples of a line (default: 1)")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--csv", metavar="FILE", help="write the figures to FILE, too")
    parser.add_argument("--cpu-time", action="store_true",
                        help="count the thread's processor time, not the clock's: for machines that others use, too")
    parser.add_argument("--fresh-memory", action="store_true",
                        help="leave malloc its default, which maps large tensors anew each time")
    return parser.parse_args()


def keep_memory():
    """Tells glibc to keep what is freed: PyTorch allocates its results anew, and pages that the system has to clear
    first would be most of its time for large tensors. True where that was possible."""
    mmap_max, trim_threshold = -4, -1  # M_MMAP_MAX, M_TRIM_THRESHOLD
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, TypeError, OSError):  # another libc
        return False
    return bool(mallopt(mmap_max, 0) and mallopt(trim_threshold, -1))


def processor():
    info = Path("/proc/cpuinfo")
    found = info.exists() and re.search(r"model name\s*: (.*)", info.read_text())
    return found.group(1) if found else platform.processor() or platform.machine()


def load_average():
    return f"load average {os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "load average unknown"


def header(options, library, memory_kept):
    capability = re.search(r"CPU capability usage: (\w+)", torch.__config__.show())
    return "; ".join([
        f"{processor()}, {os.cpu_count()} CPUs", load_average(), datetime.date.today().isoformat(),
        f"FusedLoss {library.version} ({library.isa})",
        f"PyTorch {torch.__version__} ({capability.group(1) if capability else 'unknown instruction set'})",
        f"Python {platform.python_version()}", "one thread", f"memory {'kept' if memory_kept else 'fresh'}",
        "processor time" if options.cpu_time else "wall-clock time", shlex.join(["bench/pytorch.py", *sys.argv[1:]]),
    ])


def differentiate(contest, dtype):
    """PyTorch's loss and gradients, computed in `dtype`."""
    inputs = [x.detach().to(dtype).requires_grad_(True) for x in contest.inputs]
    constants = [x.to(dtype) if x.is_floating_point() else x for x in contest.constants]
    loss = contest.torch_loss(*inputs, *constants)
    return loss.item(), torch.autograd.grad(loss, inputs)


def differing(actual, reference):
    """How many elements of a gradient differ by more than the tolerance."""
    magnitude = reference.abs()
    scale = magnitude.clamp_min(SMALL * magnitude.max().item())
    return int((~((actual - reference).abs() <= TOLERANCE * scale)).sum())  # NaN differs


def disagreement(library, contest):
    """A sentence, or None where both ways give what PyTorch gives in double: the library in every element, PyTorch
    itself as a whole, because its roundings add up in some losses."""
    for gradient in contest.gradients:
        gradient.fill_(math.nan)
    library.check(contest.fused.run())
    loss, expected = differentiate(contest, torch.float64)
    single, theirs = differentiate(contest, torch.float32)
    for who, value in ("FusedLoss", contest.fused.loss), ("PyTorch", single):
        if not abs(value - loss) <= TOLERANCE * abs(loss):
            return f"{who}'s loss is {value:.9g}, in double it is {loss:.9g}"
    for reference, ours, other in zip(expected, contest.gradients, theirs):
        count = differing(ours, reference)
        if count > math.ceil(UNDECIDED * ours.numel()):
            return f"FusedLoss's gradient differs in {count} of {ours.numel()} elements"
        if not (other - reference).norm() <= ROUNDINGS * reference.norm():
            return "PyTorch's gradient differs from that in double"
    return None


class Stopwatch:
    """Samples of `clock`, in nanoseconds. Before each one, its way runs once untimed: it finds in the caches what it left
    there itself, and not what the other one left or took."""

    def __init__(self, clock, seconds):
        self._clock = clock
        self._seconds = seconds

    def measure(self, contest):
        """The samples of both ways, which take turns."""
        inputs = [x.requires_grad_(True) for x in contest.inputs]
        everything, torch_loss, backward = inputs + contest.constants, contest.torch_loss, torch.autograd.grad
        ways = [contest.fused.run, lambda: backward(torch_loss(*everything), inputs)]
        calls = [self._calls_per_sample(way) for way in ways]
        samples = [[], []]
        end = time.perf_counter() + self._seconds
        gc.disable()
        while len(samples[0]) < FEWEST_SAMPLES or time.perf_counter() < end:
            for way, count, times in zip(ways, calls, samples):
                times.append(self._sample(way, count))
        gc.enable()
        return samples

    def _calls_per_sample(self, run):
        calls = 1
        while min(self._sample(run, calls) for _ in range(2)) * calls < LEAST_SAMPLE:
            calls *= 2
        return calls

    def _sample(self, run, calls):
        turns = itertools.repeat(None, calls)
        run()
        start = self._clock()
        for _ in turns:
            run()
        return (self._clock() - start) / calls


class Report:
    """Lines as they come: a table on the standard output, and a CSV file."""

    def __init__(self, options, title):
        self._markdown = options.markdown
        self._file = open(options.csv, "w", newline="", encoding="utf-8") if options.csv else None
        self._csv = csv.writer(self._file, lineterminator="\n") if self._file else None
        self.ratios = {}
        print(title + "\n")
        self._print(COLUMNS)
        if self._markdown:
            print("|---|---|---|--:|--:|--:|--:|--:|", flush=True)
        if self._csv:
            self._file.write(f"# {title}\n")
            self._csv.writerow(["loss", "size", "unit", "fusedloss_median", "fusedloss_min", "pytorch_median",
                                "pytorch_min", "ratio", "samples"])

    def add(self, key, size, elements, samples):
        unit, divisor = ("ns/el", elements) if elements else ("us/call", 1000)
        times = [pick(way) / divisor for way in samples for pick in (statistics.median, min)]
        ratio = times[2] / times[0]
        self.ratios[f"{key} {size}"] = ratio
        self._print([key, size, unit, *(f"{t:.3f}" if elements else f"{t:.1f}" for t in times), f"{ratio:.2f}"])
        if self._csv:
            self._csv.writerow([key, size, unit, *(f"{t:.6g}" for t in times), f"{ratio:.4g}", len(samples[0])])
            self._file.flush()

    def close(self):
        if self.ratios:
            mean = math.exp(statistics.fmean(map(math.log, self.ratios.values())))
            least = min(self.ratios, key=self.ratios.get)
            print(f"\nGeometric mean of {len(self.ratios)} ratios: {mean:.2f}. "
                  f"The smallest: {self.ratios[least]:.2f} ({least}). At the end: {load_average()}.")
        if self._file:
            self._file.close()

    def _print(self, cells):
        if self._markdown:
            print("| " + " | ".join(cells) + " |", flush=True)
        else:
            padded = [cell.ljust(w) if i < 3 else cell.rjust(w) for i, (cell, w) in enumerate(zip(cells, WIDTHS))]
            print(" ".join(padded).rstrip(), flush=True)


def main():
    options = arguments()
    memory_kept = not options.fresh_memory and keep_memory()
    torch.set_num_threads(1)
    library = open_library(options.library)
    stopwatch = Stopwatch(time.thread_time_ns if options.cpu_time else time.perf_counter_ns, options.seconds)
    report, refused = Report(options, header(options, library, memory_kept)), 0
    for key, size, make in pytorch_losses.contests(library, options.quick):
        if options.only and not any(fnmatch.fnmatchcase(key, pattern) for pattern in options.only):
            continue
        contest = make()
        problem = disagreement(library, contest)
        if problem:
            print(f"refused: {key} {size}: {problem}", file=sys.stderr, flush=True)
            refused += 1
            continue
        report.add(key, size, contest.elements, stopwatch.measure(contest))
    report.close()
    if not report.ratios and not refused:
        sys.exit(f"no loss is called {' '.join(options.only)}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
