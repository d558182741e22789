"""Train the prefilter: `python -m tools.train_prefilter OUT.safetensors`.

Ten thousand steps take some two hours on two cores. The same fonts, photographs and seed give about the same network, not the
same bits.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

from efface.transforms.ocr.prefilter_network import CORE_SHARE, LAYERS, STRIDE_PX, as_input, network
from tools.draw_text import SIZE_PX, Picture, TextPainter, find_fonts

_MIN_CORE_PX = 5.0
_FRACTION_BITS = 4
_HARD_SHARE, _HARD_PX = 3, 2000
"""Of the pixels without text only the hardest count: so many for each one with text, and at least so many."""
_LEARNING_RATE, _AVERAGE = 2e-3, 0.998


class PrefilterNetwork(nn.Module):
    """The network of `prefilter`, with the normalisation that training needs and that `fused` puts into the weights."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                name: nn.Sequential(
                    nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, layer.stride, layer.kernel // 2, bias=False),
                    nn.BatchNorm2d(layer.outputs),
                    nn.ReLU(),
                )
                for name, layer in LAYERS.items()
                if name != "scores"
            }
        )
        scores = nn.Conv2d(LAYERS["scores"].inputs, LAYERS["scores"].outputs, 1, bias=True)
        nn.init.constant_(cast(torch.Tensor, scores.bias), -3.0)  # Most pixels show no text.
        self.layers["scores"] = scores

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        answer: torch.Tensor = network(picture, lambda name, x: self.layers[name](x), _enlarge, torch.add)
        return answer

    def fused(self) -> dict[str, torch.Tensor]:
        """Weights and biases by layer."""
        weights = {}
        for name, layer in self.layers.items():
            fused: Any = layer
            if name != "scores":
                convolution, normalisation, _ = fused
                fused = nn.utils.fuse_conv_bn_eval(convolution.eval(), normalisation.eval())
            weights[f"{name}.weight"] = fused.weight.detach().contiguous()
            weights[f"{name}.bias"] = fused.bias.detach().contiguous()
        return weights


def _enlarge(values: torch.Tensor) -> torch.Tensor:
    return nn.functional.interpolate(values, scale_factor=2.0, mode="nearest")


class Pictures(torch.utils.data.IterableDataset):
    """(input, targets, weights) of drawn pictures, endlessly; targets and weights are (2, rows / 4, columns / 4)."""

    def __init__(self, fonts: list[Path], photographs: list[np.ndarray], seed: int) -> None:
        self.fonts, self.photographs, self.seed = fonts, photographs, seed

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        random = np.random.default_rng([self.seed, worker.id if worker else 0])
        painter = TextPainter(self.fonts, self.photographs, random)
        while True:
            picture = painter.draw()
            yield (as_input(picture.pixels), *targets(picture))


def targets(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """What the network should answer, and where its answer counts, (2, rows / 4, columns / 4) of float32 each, 0 to 1.

    A cell's target is the share of it that a line covers: lines two pixels apart would run together if it were all or none.
    """
    lines, cores, doubtful = (np.zeros((SIZE_PX, SIZE_PX), np.float32) for _ in range(3))
    for corners, is_doubtful in zip(picture.lines, picture.doubtful, strict=True):
        short_px = min(np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0])))
        if is_doubtful:
            _fill(doubtful, corners, -STRIDE_PX)
        else:
            _fill(lines, corners, -1.0)
            _fill(cores, corners, min(CORE_SHARE * short_px, max(0.0, (short_px - _MIN_CORE_PX) / 2)))
    size = SIZE_PX // STRIDE_PX
    wanted, left_out = (
        np.stack([cv2.resize(plane, (size, size), interpolation=cv2.INTER_AREA) for plane in planes])
        for planes in ((lines, cores), (doubtful, doubtful))
    )
    return wanted, (left_out == 0).astype(np.float32)


def _fill(plane: np.ndarray, corners: np.ndarray, inset_px: float) -> None:
    """Set the pixels of a line without its margin to 1."""
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    along, down = along / (np.hypot(*along) + 1e-6) * inset_px, down / (np.hypot(*down) + 1e-6) * inset_px
    inner = corners + np.array([along + down, down - along, -along - down, along - down])
    # OpenCV fills its outline as well: half a pixel less on every side.
    center = inner.mean(axis=0)
    inner = center + (inner - center) * (1 - 1 / np.maximum(1.0, np.ptp(inner, axis=0))) - 0.5
    cv2.fillPoly(plane, [np.round(inner * 2**_FRACTION_BITS).astype(np.int32)], 1.0, shift=_FRACTION_BITS)


def loss_of(scores: torch.Tensor, wanted: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Cross entropy over the text and the hardest of the rest, and the overlap of the cores."""
    entropy = nn.functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none") * counts
    total = torch.zeros(())
    for plane in range(2):
        is_text = (wanted[:, plane] > 0.5) & (counts[:, plane] > 0)
        text, rest = entropy[:, plane][is_text], entropy[:, plane][~is_text]
        hard = rest.topk(min(rest.numel(), _HARD_SHARE * text.numel() + _HARD_PX)).values
        total = total + (text.sum() + hard.sum()) / (text.numel() + hard.numel()) + 0.5 * text.mean().nan_to_num()
    chance = torch.sigmoid(scores) * counts
    common = (chance * wanted).sum()
    return total + 1 - 2 * common / (chance.sum() + (wanted * counts).sum() + 1)


def train(dataset: Pictures, out: Path, steps: int, batch: int, workers: int, start: Path | None = None) -> None:
    """Train, write the weights every five hundred steps, and go on where an earlier call with the same `out` stopped.

    Args:
        start: The `.training` file of another training, whose network this one begins with.
    """
    model, average = PrefilterNetwork(), PrefilterNetwork()
    if start is not None:
        model.load_state_dict(torch.load(start)["average"])
    kept = out.with_suffix(".training")
    first = 0
    optimizer = torch.optim.AdamW(model.parameters(), lr=_LEARNING_RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, steps, pct_start=0.05)
    if kept.exists():
        state = torch.load(kept)
        first = state["step"]
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        dataset.seed += first
    else:
        average.load_state_dict(model.state_dict())
    model.train()
    pictures = iter(torch.utils.data.DataLoader(dataset, batch, num_workers=workers, prefetch_factor=4 if workers else None))
    started_sec, running = time.monotonic(), 0.0
    for step in range(first, steps):
        picture, wanted, counts = next(pictures)
        loss = loss_of(model(picture.to(memory_format=torch.channels_last)), wanted, counts)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            decay = min(_AVERAGE, (1 + step) / (10 + step))
            for mean, value in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
                mean.lerp_(value, 1 - decay) if mean.is_floating_point() else mean.copy_(value)
        running += loss.item()
        if (step + 1) % 100 == 0:
            step_sec = (time.monotonic() - started_sec) / (step + 1 - first)
            print(f"step {step + 1}: loss {running / 100:.4f}, {step_sec:.2f} s a step", flush=True)
            running = 0.0
        if (step + 1) % 500 == 0 or step + 1 == steps:
            state = {"step": step + 1, "model": model.state_dict(), "average": average.state_dict()}
            state |= {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state, kept)
            fused = PrefilterNetwork()
            fused.load_state_dict(average.state_dict())
            save_file(fused.fused(), out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="where the weights go; what is needed to go on stands next to it")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share/fonts")])
    parser.add_argument("--without", nargs="*", default=[], help="beginnings of the names of fonts to leave out")
    parser.add_argument("--photographs", type=Path, help="a folder of PNG images without text")
    parser.add_argument("--start", type=Path, help="the .training file of a training to begin with")
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    files = sorted(arguments.photographs.glob("*.png")) if arguments.photographs else []
    photographs = [np.asarray(Image.open(file).convert("L")) for file in files]
    fonts = find_fonts(arguments.fonts, arguments.without)
    print(f"{len(fonts)} fonts, {len(photographs)} photographs", flush=True)
    train(
        Pictures(fonts, photographs, arguments.seed),
        arguments.out,
        arguments.steps,
        arguments.batch,
        arguments.workers,
        arguments.start,
    )


if __name__ == "__main__":
    main()
