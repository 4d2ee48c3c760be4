"""Times and numbers of PyTorch, ONNX Runtime (Python) and Veneer on one CLIP model, side by side.

    python compare.py MODEL_FOLDER VENEER_EXAMPLE [--threads 2] [--rounds 3] [--runs 15] [--quantise CMD]

All see the same pictures (224×224, so that nothing is resized) and the same texts. They run in
turns, `rounds` times, so that a disturbance hits all of them. Veneer's time for a picture goes
from pixels to vector, with its preparation and its queue; the others' is the network alone.
CMD makes the int8 model: it is called with the f32 file and the file to write. Without it, and
without model.int8.onnx in the folder, ONNX Runtime's own tool makes it.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

from model import CONTEXT, SIDE, Textual, Visual, make

BATCH = 16
WORDS = "dark walnut herringbone floor with brass"

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=Path)
parser.add_argument("veneer")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--runs", type=int, default=15)
parser.add_argument("--quantise")
options = parser.parse_args()
torch.set_num_threads(options.threads)


def int8(tower):
    source = options.folder / tower / "model.onnx"
    target = options.folder / tower / "model.int8.onnx"
    if target.is_file():
        return
    if options.quantise:
        subprocess.run([*options.quantise.split(), source, target], check=True)
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source, target, op_types_to_quantize=["MatMul", "Gemm"], per_channel=True, weight_type=QuantType.QInt8
    )
    print(f"{target} is made by ONNX Runtime's own tool", file=sys.stderr)


def inputs():
    picture = np.random.default_rng(3).integers(0, 256, (BATCH, SIDE, SIDE, 3), dtype=np.uint8)
    settings = json.loads((options.folder / "visual" / "preprocess_cfg.json").read_text())
    mean, std = np.float32(settings["mean"]), np.float32(settings["std"])
    pixels = ((picture.astype(np.float32) / 255 - mean) / std).transpose(0, 3, 1, 2)
    tokenizer = Tokenizer.from_file(str(options.folder / "textual" / "tokenizer.json"))
    tokenizer.enable_truncation(CONTEXT)
    tokenizer.enable_padding(length=CONTEXT, pad_id=0)
    ids = np.array([tokenizer.encode(WORDS).ids], dtype=np.int64)
    return picture, np.ascontiguousarray(pixels), ids


def median_ms(call):
    call()
    times = []
    for _ in range(options.runs):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return times


def run_torch(pixels, ids):
    visual, textual = torch.from_numpy(pixels), torch.from_numpy(ids)
    with torch.inference_mode():
        return {
            "image": (median_ms(lambda: VISUAL(visual[:1])), VISUAL(visual[:1]).numpy()),
            "batch": (median_ms(lambda: VISUAL(visual)), VISUAL(visual).numpy()),
            "text": (median_ms(lambda: TEXTUAL(textual)), TEXTUAL(textual).numpy()),
        }


def session(file):
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    return onnxruntime.InferenceSession(file, settings, providers=["CPUExecutionProvider"])


def run_onnxruntime(name, pixels, ids):
    visual = session(options.folder / "visual" / name)
    textual = session(options.folder / "textual" / name)
    image = lambda: visual.run(None, {"image": pixels[:1]})[0]
    batch = lambda: visual.run(None, {"image": pixels})[0]
    text = lambda: textual.run(None, {"text": ids})[0]
    return {
        "image": (median_ms(image), image()),
        "batch": (median_ms(batch), batch()),
        "text": (median_ms(text), text()),
    }


def run_veneer(precision, picture):
    with tempfile.TemporaryDirectory() as place:
        pictures, answer = Path(place) / "pictures.rgb", Path(place) / "answer.json"
        pictures.write_bytes(picture.tobytes())
        command = [options.veneer, options.folder, precision, str(options.threads), str(options.runs)]
        subprocess.run([*command, pictures, str(SIDE), WORDS, answer], check=True)
        said = json.loads(answer.read_text())
    return {what: (said[what]["ms"], np.float32(said[what]["vectors"])) for what in ("image", "batch", "text")}


for tower in ("visual", "textual"):
    int8(tower)
model = make()
VISUAL, TEXTUAL = Visual(model), Textual(model)
picture, pixels, ids = inputs()
runners = {
    "PyTorch f32": lambda: run_torch(pixels, ids),
    "ONNX Runtime f32": lambda: run_onnxruntime("model.onnx", pixels, ids),
    "Veneer f32": lambda: run_veneer("f32", picture),
    "ONNX Runtime int8": lambda: run_onnxruntime("model.int8.onnx", pixels, ids),
    "Veneer int8": lambda: run_veneer("int8", picture),
}
times, vectors = {}, {}
for turn in range(options.rounds):
    for name, runner in runners.items():
        print(f"round {turn + 1} of {options.rounds}: {name}", file=sys.stderr)
        for what, (ms, vector) in runner().items():
            times.setdefault((name, what), []).extend(ms)
            vectors[name, what] = vector

print(f"\nCLIP ViT-B/32, random weights, {options.threads} threads, median of {options.rounds * options.runs}")
print(f"onnxruntime {onnxruntime.__version__}, torch {torch.__version__}\n")
print(f"| | image ms | text ms | images/s in batches of {BATCH} | largest difference to PyTorch | least cosine |")
print("| --- | ---: | ---: | ---: | ---: | ---: |")
for name in runners:
    image, batch, text = (statistics.median(times[name, what]) for what in ("image", "batch", "text"))
    pairs = [(vectors[name, what], vectors["PyTorch f32", what]) for what in ("image", "batch", "text")]
    apart = max(float(np.abs(a - b).max()) for a, b in pairs)
    cosine = min(float((a * b).sum(axis=-1).min()) for a, b in pairs)
    print(f"| {name} | {image:.1f} | {text:.1f} | {BATCH * 1000 / batch:.0f} | {apart:.1e} | {cosine:.5f} |")


def ratio(what, precision):
    ours = statistics.median(times[f"Veneer {precision}", what])
    return ours / statistics.median(times[f"ONNX Runtime {precision}", what])


print("\nVeneer's time as a multiple of ONNX Runtime's:")
for precision in ("f32", "int8"):
    print(f"  {precision}: " + ", ".join(f"{what} {ratio(what, precision):.2f}" for what in ("image", "batch", "text")))
