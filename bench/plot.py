#!/usr/bin/env python3
"""Draws what `fusedloss bench --csv FILE` wrote: for every loss and size, its time over that of a copy of as many
bytes, apart and in place, on a logarithmic scale. Needs Python 3.8 and nothing else."""

import argparse
import csv
import html
import math

ROW, TOP, BOTTOM, LEFT, WIDTH, RIGHT = 15, 84, 44, 330, 640, 24
APART, IN_PLACE, GREY = "#0072b2", "#d55e00", "#888"  # told apart by every kind of eye (Okabe and Ito)
MEMORY = 32 << 20  # bytes: what is larger is in memory, what is smaller in some cache, on most machines
TICKS = [m * 10**e for e in range(-2, 5) for m in (1, 2, 5)]


def read(path):
    """The machine's line and the rows."""
    with open(path, newline="", encoding="utf-8") as file:
        machine = file.readline().lstrip("# ").strip()
        return machine, list(csv.DictReader(file))


def choose(rows, args):
    def wanted(row):
        return (
            row["ratio"] != ""  # a call of one element has no copy
            and row["dtype"] == args.dtype
            and row["threads"] == str(args.threads)
            and (args.loss is None or row["loss"].split("/")[0] in args.loss.split(","))
            and (args.where == "both" or (int(row["bytes"]) > MEMORY) == (args.where == "memory"))
        )

    return [row for row in rows if wanted(row)]


class Drawing:
    def __init__(self, rows):
        ratios = [float(row[name]) for row in rows for name in ("ratio", "in_place_ratio")]
        self.low, self.high = min(0.8, *ratios) / 1.1, max(2.0, *ratios) * 1.1
        self.height = TOP + len(rows) * ROW + BOTTOM
        self.total = LEFT + WIDTH + RIGHT
        self.lines = []

    def x(self, ratio):
        return LEFT + WIDTH * math.log(ratio / self.low) / math.log(self.high / self.low)

    def add(self, text):
        self.lines.append(text)

    def text(self, x, y, text, more=""):
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" {more}>{html.escape(text)}</text>')

    def line(self, x1, y1, x2, y2, colour, width=1.0):
        self.add(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'
        )

    def mark(self, x, y, in_place):
        if in_place:
            self.add(f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z" fill="{IN_PLACE}"/>')
        else:
            self.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{APART}"/>')

    def heading(self, title, machine):
        self.text(16, 24, title, 'font-size="16" font-weight="600"')
        self.text(16, 42, machine, f'fill="{GREY}" font-size="10"')
        for x, in_place, text in ((LEFT, False, "gradient in a buffer of its own"), (LEFT + 220, True, "in place")):
            self.mark(x + 4, 58, in_place)
            self.text(x + 14, 62, text)

    def axis(self):
        bottom = self.height - BOTTOM
        for tick in TICKS:
            if self.low <= tick <= self.high:
                x = self.x(tick)
                self.line(x, TOP - 6, x, bottom, "#333" if tick == 1 else "#ddd", 1.5 if tick == 1 else 1)
                self.text(x, bottom + 16, f"{tick:g}", 'text-anchor="middle"')
        self.text(LEFT + WIDTH / 2, bottom + 34, "time over that of a copy of as many bytes", 'text-anchor="middle"')

    def row(self, index, row, new_loss):
        y = TOP + index * ROW + ROW / 2
        if new_loss and index > 0:
            self.line(16, y - ROW / 2, LEFT + WIDTH, y - ROW / 2, "#ddd")
        if new_loss:
            self.text(16, y + 4, row["loss"], 'font-weight="600"')
        self.text(LEFT - 12, y + 4, row["size"], 'text-anchor="end"')
        apart, in_place = float(row["ratio"]), float(row["in_place_ratio"])
        self.line(self.x(apart), y, self.x(in_place), y, GREY)
        self.mark(self.x(in_place), y, True)
        self.mark(self.x(apart), y, False)

    def svg(self):
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.total}" height="{self.height}" '
                f'viewBox="0 0 {self.total} {self.height}" font-size="11" fill="#333" '
                "font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\">",
                f'<rect width="{self.total}" height="{self.height}" fill="white"/>',
                *self.lines,
                "</svg>\n",
            ]
        )


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv", help="what `fusedloss bench --csv` wrote")
    parser.add_argument("svg", help="the picture to write")
    parser.add_argument("--dtype", default="float32", help="float32 (default), float64, float16 or bfloat16")
    parser.add_argument("--threads", type=int, default=1, help="1 (default)")
    parser.add_argument("--where", default="memory", choices=["memory", "cache", "both"], help="memory (default)")
    parser.add_argument("--loss", help="keys with commas between them (all)")
    return parser.parse_args()


def main():
    args = arguments()
    machine, rows = read(args.csv)
    rows = choose(rows, args)
    if not rows:
        raise SystemExit(f"plot.py: no row of {args.csv} is in {args.where}, {args.dtype}, {args.threads} threads")
    drawing = Drawing(rows)
    where = {"memory": "in memory", "cache": "in cache", "both": "in cache and in memory"}[args.where]
    threads = "one thread" if args.threads == 1 else f"{args.threads} threads"
    drawing.heading(f"Loss and gradient beside a copy: {args.dtype}, {where}, {threads}", machine)
    drawing.axis()
    for index, row in enumerate(rows):
        drawing.row(index, row, index == 0 or row["loss"] != rows[index - 1]["loss"])
    with open(args.svg, "w", encoding="utf-8", newline="\n") as file:
        file.write(drawing.svg())


if __name__ == "__main__":
    main()
