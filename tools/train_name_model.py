"""Train the name network: `python -m tools.train_name_model OUT.onnx --words LISTS`.

It needs Faker, Mimesis, anyascii and onnxscript beside what the project needs. Three thousand steps take some twenty minutes on
two cores. The same lists and seed give about the same network, not the same bits. `docs/name-model.md` says how the shipped one
was trained.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import nn

from efface.transforms.phi.name_characters import CHARACTERS, as_numbers
from tools.draw_name_lines import Line, LineDrawer, Words, load_training_words

_EMBEDDED, _CHANNELS, _KERNEL = 32, 64, 5
_DILATIONS = (1, 1, 2, 4, 8)
_LONGEST = 96
_LEARNING_RATE, _AVERAGE = 3e-3, 0.998


class NameNetwork(nn.Module):
    """Convolutions over the characters of a line: (lines, characters) of int64 to scores of (lines, characters), 0 to 1."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(CHARACTERS, _EMBEDDED, padding_idx=0)
        self.widened = nn.Conv1d(_EMBEDDED, _CHANNELS, _KERNEL, padding=_KERNEL // 2)
        self.layers = nn.ModuleList(
            nn.Conv1d(_CHANNELS, _CHANNELS, _KERNEL, padding=_KERNEL // 2 * step, dilation=step) for step in _DILATIONS
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(_CHANNELS) for _ in _DILATIONS)
        self.answer = nn.Conv1d(_CHANNELS, 1, 1)

    def logits(self, characters: torch.Tensor) -> torch.Tensor:
        """Before the sigmoid."""
        values = torch.relu(self.widened(self.embedding(characters).transpose(1, 2)))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            values = values + torch.relu(norm(layer(values)))
        answer: torch.Tensor = self.answer(values)[:, 0]
        return answer

    def forward(self, characters: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.logits(characters))


class Batches(torch.utils.data.IterableDataset):
    """(characters, labels, weights) of drawn lines of about the same length, endlessly; each is (lines, characters)."""

    def __init__(self, words: Words, batch: int, seed: int) -> None:
        self.words, self.batch, self.seed = words, batch, seed

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        worker = torch.utils.data.get_worker_info()
        random = Random(f"{self.seed} {worker.id if worker else 0}")
        drawer = LineDrawer(self.words, random)
        while True:
            lines = sorted((drawer.draw() for _ in range(8 * self.batch)), key=lambda line: len(line.text))
            batches = [_padded(lines[at : at + self.batch]) for at in range(0, len(lines), self.batch)]
            random.shuffle(batches)
            yield from batches


def _padded(lines: list[Line]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    longest = max(8, min(_LONGEST, max(len(line.text) for line in lines)))
    characters = np.zeros((len(lines), longest), np.int64)
    labels, weights = np.zeros((2, len(lines), longest), np.float32)
    for row, line in enumerate(lines):
        length = min(len(line.text), longest)
        characters[row, :length] = as_numbers(line.text[:length])
        labels[row, :length], weights[row, :length] = line.labels[:length], line.weights[:length]
    return characters, labels, weights


def train(words: Words, out: Path, steps: int, batch: int, workers: int, seed: int) -> None:
    """Train, and write the network as ONNX every five hundred steps."""
    model, average = NameNetwork(), NameNetwork()
    average.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=_LEARNING_RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, steps, pct_start=0.05)
    loader = torch.utils.data.DataLoader(Batches(words, batch, seed), None, num_workers=workers, prefetch_factor=8)
    started_sec, running = time.monotonic(), 0.0
    model.train()
    for step, (characters, labels, weights) in zip(range(steps), loader, strict=False):
        entropy = nn.functional.binary_cross_entropy_with_logits(model.logits(characters), labels, reduction="none")
        loss = (entropy * weights).sum() / weights.sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            decay = min(_AVERAGE, (1 + step) / (10 + step))
            for mean, value in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
                mean.lerp_(value, 1 - decay) if mean.is_floating_point() else mean.copy_(value)
        running += loss.item()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}: loss {running / 100:.4f}, {time.monotonic() - started_sec:.0f} s", flush=True)
            running = 0.0
        if (step + 1) % 500 == 0 or step + 1 == steps:
            write(average, out)


def write(model: NameNetwork, out: Path) -> None:
    """Write a network as ONNX, for lines of any number and length."""
    was_training = model.training
    model.eval()
    some = torch.ones(2, 40, dtype=torch.int64)
    dimensions = {"characters": {0: torch.export.Dim("lines"), 1: torch.export.Dim("length", min=8)}}
    torch.onnx.export(
        model, (some,), out, input_names=["characters"], output_names=["scores"], dynamic_shapes=dimensions,
        external_data=False, verbose=False,
    )  # fmt: skip
    model.train(was_training)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="where the network goes")
    parser.add_argument("--words", type=Path, nargs="+", default=[], help="lists of words that name nobody, one a line")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    words = load_training_words(arguments.words)
    train(words, arguments.out, arguments.steps, arguments.batch, arguments.workers, arguments.seed)


if __name__ == "__main__":
    main()
