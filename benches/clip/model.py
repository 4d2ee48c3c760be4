"""CLIP ViT-B/32 as transformers builds it, with random weights that are always the same."""

import torch
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig

SIDE = 224
CONTEXT = 77


def make():
    torch.manual_seed(7)
    vision = CLIPVisionConfig(image_size=SIDE, patch_size=32)
    # eos_token_id 2 makes transformers look for the end at the highest number, as CLIP does.
    text = CLIPTextConfig(max_position_embeddings=CONTEXT, vocab_size=49408, eos_token_id=2)
    config = CLIPConfig(vision_config=vision.to_dict(), text_config=text.to_dict(), projection_dim=512)
    config._attn_implementation = "eager"
    return CLIPModel(config).eval()


class Visual(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.tower, self.projection = model.vision_model, model.visual_projection

    def forward(self, image):
        embedding = self.projection(self.tower(pixel_values=image).pooler_output)
        return embedding / embedding.norm(dim=-1, keepdim=True)


class Textual(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.tower, self.projection = model.text_model, model.text_projection

    def forward(self, text):
        embedding = self.projection(self.tower(input_ids=text).pooler_output)
        return embedding / embedding.norm(dim=-1, keepdim=True)
