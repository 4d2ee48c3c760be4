"""Writes a tiny BLIP captioner as ONNX with what Hugging Face's `transformers` computes with it.

    python make_tiny_blip.py                                  the fixture beside this script
    python make_tiny_blip.py --model NAME --out FOLDER        a real model, ready for Veneer

The tiny model has random weights and knows nothing; it exists so that tests can compare numbers with
an independent implementation. Its layout is the usual one of BLIP in ONNX: `vision_model.onnx`
(pixel_values -> last_hidden_state) and `text_decoder_model.onnx` (input_ids, attention_mask,
encoder_hidden_states, encoder_attention_mask -> logits; no past), with the settings beside them.

Needs torch, transformers, tokenizers, onnx, numpy, pillow.
"""

import argparse
import json
import pathlib

import numpy as np
import onnx
import torch
from PIL import Image
from transformers import BlipConfig, BlipForConditionalGeneration

HERE = pathlib.Path(__file__).parent
SIDE = 32
WORDS = """a an the of on with and in close up picture photo wooden floor wall oak walnut marble
granite brick concrete tile tiles fabric velvet linen leather carpet metal steel glass plaster paper
white grey black brown beige red orange yellow green blue purple pink light dark matt shiny polished
rough smooth herringbone striped veined speckled floral pattern texture surface wood stone . , - '""".split()


class Vision(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model.vision_model

    def forward(self, pixel_values):
        return self.model(pixel_values=pixel_values).last_hidden_state


class Decoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model.text_decoder

    def forward(self, input_ids, attention_mask, encoder_hidden_states, encoder_attention_mask):
        return self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            encoder_hidden_states=encoder_hidden_states,
            encoder_attention_mask=encoder_attention_mask,
            use_cache=False,
            is_decoder=True,
        ).logits


def export(model, folder):
    """Both networks; the batch and the length of the text are free."""
    side = model.config.vision_config.image_size
    pixels = torch.zeros(2, 3, side, side)
    with torch.no_grad():
        seen = model.vision_model(pixel_values=pixels).last_hidden_state
    torch.onnx.export(
        Vision(model), (pixels,), folder / "vision_model.onnx", dynamo=False, opset_version=17,
        input_names=["pixel_values"], output_names=["last_hidden_state"],
        dynamic_axes={"pixel_values": {0: "batch"}, "last_hidden_state": {0: "batch"}},
    )
    ids = torch.ones(2, 5, dtype=torch.long)
    mask = torch.ones(seen.shape[:2], dtype=torch.long)
    names = ["input_ids", "attention_mask", "encoder_hidden_states", "encoder_attention_mask"]
    torch.onnx.export(
        Decoder(model), (ids, torch.ones_like(ids), seen, mask), folder / "text_decoder_model.onnx",
        dynamo=False, opset_version=17, input_names=names, output_names=["logits"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "length"}, "attention_mask": {0: "batch", 1: "length"},
            "encoder_hidden_states": {0: "batch", 1: "seen"},
            "encoder_attention_mask": {0: "batch", 1: "seen"},
            "logits": {0: "batch", 1: "length"},
        },
    )
    for name in ["vision_model.onnx", "text_decoder_model.onnx"]:
        onnx.checker.check_model(str(folder / name))


def write(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


def tiny():
    letters = [c for c in "abcdefghijklmnopqrstuvwxyz"]
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS
    vocab += [c for c in letters if c not in vocab] + ["##" + c for c in letters]
    dec = len(vocab)
    text = dict(
        vocab_size=dec + 1, hidden_size=32, encoder_hidden_size=32, intermediate_size=64,
        projection_dim=16, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=40,
        bos_token_id=dec, pad_token_id=0, eos_token_id=2, sep_token_id=3, is_decoder=True,
    )
    vision = dict(
        hidden_size=32, intermediate_size=64, projection_dim=16, num_hidden_layers=2,
        num_attention_heads=4, image_size=SIDE, patch_size=8,
    )
    torch.manual_seed(7)
    model = BlipForConditionalGeneration(BlipConfig(text_config=text, vision_config=vision)).eval()
    with torch.no_grad():
        # Fresh weights say the same at every step; larger ones have opinions.
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                weight.copy_(torch.randn_like(weight) * 0.25)
            elif "bias" in name and "LayerNorm" not in name and "layer_norm" not in name:
                weight.copy_(torch.randn_like(weight) * 0.3)
        # Rarely an end, so that captions are long enough to repeat themselves.
        model.text_decoder.cls.predictions.decoder.bias[3] -= 1.0
    model.text_decoder.tie_weights()
    return model, vocab, dec


def tokenizer(vocab, dec):
    special = lambda i, c: dict(id=i, content=c, single_word=False, lstrip=False, rstrip=False,
                                normalized=False, special=True)
    named = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [special(i, c) for i, c in enumerate(named)] + [special(dec, "[DEC]")],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": {w: i for i, w in enumerate(vocab)}},
    }


CASES = [
    dict(), dict(max_length=8), dict(num_beams=3), dict(num_beams=3, length_penalty=2.0),
    dict(num_beams=4, length_penalty=-1.0, max_length=12), dict(num_beams=3, early_stopping=True),
    dict(num_beams=2, early_stopping="never", length_penalty=0.5), dict(repetition_penalty=1.5),
    dict(num_beams=3, repetition_penalty=1.3, max_length=15), dict(num_beams=3, min_length=12),
    dict(no_repeat_ngram_size=2), dict(num_beams=3, no_repeat_ngram_size=1, max_length=16),
    dict(max_new_tokens=5), dict(num_beams=3, max_new_tokens=30),
]


def picture(number, width, height):
    """Gentle slopes and soft checks: resampling has to clip nothing, so that implementations agree."""
    y, x = np.mgrid[0:height, 0:width]
    checks = (x // 4 + y // 3) % 2 * 40
    channels = [60 + x * 2 + number * 30, 150 - y - x * number, 70 + checks + number * 35]
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def expected(model, dec, folder):
    """What transformers' preprocessing, networks and searches give for a few pictures."""
    from tokenizers import Tokenizer
    from transformers import BlipImageProcessorPil

    processor = BlipImageProcessorPil.from_pretrained(folder)
    words = Tokenizer.from_file(str(folder / "tokenizer.json"))
    prepare = lambda *shape: processor(picture(*shape), return_tensors="pt")["pixel_values"]
    some = lambda numbers, step: [round(float(v), 5) for v in numbers.flatten()[::step]]
    resized = [
        dict(picture=n, width=w, height=h, pixels=some(prepare(n, w, h), 29))
        for n, w, h in [(0, 48, 40), (1, 64, 20), (2, 7, 60)]
    ]
    out = []
    for number in range(3):
        pixels = prepare(number, SIDE, SIDE)
        with torch.no_grad():
            seen = model.vision_model(pixel_values=pixels).last_hidden_state
            ids = torch.tensor([[dec, 9, 20, 31]])
            logits = model.text_decoder(
                input_ids=ids, attention_mask=torch.ones_like(ids), encoder_hidden_states=seen,
                encoder_attention_mask=torch.ones(seen.shape[:2], dtype=torch.long), is_decoder=True,
            ).logits
            searches = []
            for options in CASES:
                for prompt in [None, "a picture of"]:
                    given = None if prompt is None else torch.tensor([words.encode(prompt).ids])
                    ids_out = model.generate(pixel_values=pixels, input_ids=given, do_sample=False, **options)
                    searches.append(dict(options=options, prompt=prompt, ids=ids_out[0].tolist()))
        out.append(dict(
            picture=number, pixels=some(pixels, 97), seen=some(seen, 11), logits=some(logits[0, -1], 1),
            searches=searches,
        ))
    return dict(resized=resized, pictures=out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "tiny-blip")
    arguments = parser.parse_args()
    folder = arguments.out
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.model:
        from transformers import BlipProcessor

        model = BlipForConditionalGeneration.from_pretrained(arguments.model).eval()
        BlipProcessor.from_pretrained(arguments.model).save_pretrained(folder)
        model.config.save_pretrained(folder)
        model.generation_config.save_pretrained(folder)
        export(model, folder)
        return
    model, vocab, dec = tiny()
    export(model, folder)
    write(folder / "tokenizer.json", tokenizer(vocab, dec))
    write(folder / "config.json", dict(
        model_type="blip", image_text_hidden_size=256,
        text_config=dict(bos_token_id=dec, sep_token_id=3, pad_token_id=0, eos_token_id=2,
                         vocab_size=dec + 1, max_position_embeddings=40),
        vision_config=dict(image_size=SIDE, patch_size=8, hidden_size=32),
    ))
    write(folder / "generation_config.json", dict(
        _from_model_config=True, bos_token_id=dec, eos_token_id=2, pad_token_id=0, max_length=20))
    write(folder / "preprocessor_config.json", dict(
        do_normalize=True, do_rescale=True, do_resize=True, image_processor_type="BlipImageProcessor",
        image_mean=[0.48145466, 0.4578275, 0.40821073], image_std=[0.26862954, 0.26130258, 0.27577711],
        processor_class="BlipProcessor", resample=3, rescale_factor=1 / 255,
        size=dict(height=SIDE, width=SIDE), size_divisor=32,
    ))
    (folder / "expected.json").write_text(json.dumps(expected(model, dec, folder)) + "\n")


if __name__ == "__main__":
    main()
