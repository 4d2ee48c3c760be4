"""Makes a CLIP ViT-B/32 with random weights in the layout of published ONNX repositories.

    python make_model.py FOLDER TOKENIZER

The weights know nothing; time and numerical agreement do not depend on them. The PyTorch model is
seeded, so that compare.py can make the same one again. TOKENIZER is any tokenizer.json whose last
token marks the end.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path

import torch

from model import CONTEXT, SIDE, Textual, Visual, make

folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
if (folder / "config.json").is_file():
    sys.exit(0)
warnings.simplefilter("ignore")
model = make()
for name, tower, example, port in [
    ("visual", Visual(model), torch.randn(2, 3, SIDE, SIDE), "image"),
    ("textual", Textual(model), torch.ones(2, CONTEXT, dtype=torch.int64), "text"),
]:
    (folder / name).mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        tower,
        (example,),
        str(folder / name / "model.onnx"),
        input_names=[port],
        output_names=["embedding"],
        dynamic_axes={port: {0: "batch"}, "embedding": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
shutil.copy(tokenizer, folder / "textual" / "tokenizer.json")
mean, std = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
preprocess = {"size": [SIDE, SIDE], "mode": "RGB", "mean": mean, "std": std}
preprocess |= {"interpolation": "bicubic", "resize_mode": "shortest", "fill_color": 0}
(folder / "visual" / "preprocess_cfg.json").write_text(json.dumps(preprocess))
text = {"context_length": CONTEXT, "pad_id": 0}
# Last, so that its presence says that the rest is there.
(folder / "config.json").write_text(json.dumps({"embed_dim": 512, "text_cfg": text}))
