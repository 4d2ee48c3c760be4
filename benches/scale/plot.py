"""Draws what searches cost over the size of the library, from the figures of `veneer bench scale --json`.

    python plot.py OUT.svg FIGURES.json …

Both axes are logarithmic. The lines are medians; the shading reaches up to the 95th percentile.
"""

import json
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 64, 190, 24, 52
LINES = [("photo", "photo", "#3f6b5c"), ("words alone", "words alone", "#8a5a3b"),
         ("photo and words", "photo and words", "#5b5f8d"), ("let 1 %", "photo, 1 % passes", "#b0892f")]
MS = [1, 2, 5, 10, 20, 50, 100, 200, 500]

figures = sorted((json.load(open(f)) for f in sys.argv[2:]), key=lambda f: f["swatches"])
sizes = [f["swatches"] for f in figures]
low, high = math.log10(min(sizes)), math.log10(max(sizes))


def x(size):
    return LEFT + (math.log10(size) - low) / max(high - low, 1e-9) * (WIDTH - LEFT - RIGHT)


def y(ms):
    ms = min(max(ms, MS[0]), MS[-1])
    share = math.log10(ms / MS[0]) / math.log10(MS[-1] / MS[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def case(figure, name):
    match = [c for c in figure["cases"] if (c["name"] == name if not name.startswith("let") else name in c["name"])]
    return match[0] if match else None


out = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    "<title>Milliseconds of a search over the number of swatches</title>",
]
for ms in MS:
    out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(ms):.1f}" y2="{y(ms):.1f}" stroke="#ddd"/>')
    out.append(f'<text x="{LEFT - 8}" y="{y(ms) + 4:.1f}" text-anchor="end" fill="#555">{ms}</text>')
for size in sizes:
    name = f"{size / 1e6:.1f} M" if size > 999_000 else f"{size / 1e3:.0f} k" if size > 999 else str(size)
    out.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#555">{name}</text>')
out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle" fill="#333">swatches</text>')
out.append(f'<text x="16" y="{TOP - 8}" fill="#333">ms</text>')
labels = []
for name, label, colour in LINES:
    points = [(f["swatches"], c) for f in figures if (c := case(f, name))]
    if not points:
        continue
    upper = [f"{x(s):.1f},{y(c['p95']):.1f}" for s, c in points]
    lower = [f"{x(s):.1f},{y(c['p50']):.1f}" for s, c in points]
    out.append(f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{colour}" opacity="0.15"/>')
    out.append(f'<polyline points="{" ".join(lower)}" fill="none" stroke="{colour}" stroke-width="2"/>')
    labels.append([y(points[-1][1]["p50"]), label, colour])
labels.sort()
for before, after in zip(labels, labels[1:]):
    after[0] = max(after[0], before[0] + 16)
for height, label, colour in labels:
    out.append(f'<text x="{WIDTH - RIGHT + 10}" y="{height + 4:.1f}" fill="{colour}">{label}</text>')
out.append("</svg>")
open(sys.argv[1], "w").write("\n".join(out) + "\n")
