"""Prepares pictures for a CLIP network with Pillow, as open_clip does through torchvision.

    python prepare.py PICTURE SETTINGS RESULT [PICTURE SETTINGS RESULT ...]

SETTINGS is a preprocess_cfg.json; RESULT becomes the network's input: channel by channel, row by
row, little-endian f32.
"""

import json
import sys
from array import array

from PIL import Image

FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "lanczos": Image.Resampling.LANCZOS,
}


def fit(picture, settings):
    size = settings["size"]
    height, width = size if isinstance(size, list) else (size, size)
    resampling = FILTERS[settings["interpolation"]]
    if settings["resize_mode"] == "squash":
        return picture.resize((width, height), resampling)
    short, long = sorted(picture.size)
    other = int(width * long / short)
    picture = picture.resize((width, other) if picture.width <= picture.height else (other, width), resampling)
    left, top = (int(round((side - width) / 2.0)) for side in picture.size)
    return picture.crop((left, top, left + width, top + width))


def three(number):
    return number if isinstance(number, list) else [number] * 3


def prepare(picture, settings):
    fitted = fit(Image.open(picture).convert("RGB"), settings)
    numbers = array("f")
    for channel, mean, std in zip(fitted.split(), three(settings["mean"]), three(settings["std"])):
        scaled = [(value / 255 - mean) / std for value in range(256)]
        numbers.extend(map(scaled.__getitem__, channel.tobytes()))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


jobs = iter(sys.argv[1:])
for picture, settings, result in zip(jobs, jobs, jobs):
    with open(settings, encoding="utf-8") as file:
        numbers = prepare(picture, json.load(file))
    with open(result, "wb") as file:
        numbers.tofile(file)
