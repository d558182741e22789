"""De-identify a folder of DICOM files on the way into MONAI, and train one step of a small network on what is published.

    python examples/train_monai.py DICOM deidentified --key-file efface.key

Every file is an item, so the folder must hold images alone. The de-identified files stay in the second folder, so that a
second start begins at once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from monai.data import CacheDataset, DataLoader
from monai.networks.nets import AutoEncoder
from monai.transforms import Compose, EnsureChannelFirstd, EnsureTyped, Lambdad, LoadImaged, Resized, ScaleIntensityd
from monai.utils import set_determinism

from efface.integrations.monai import DeidentifyDicomd, collate_published

SIDE_PX = 64


def load(output_dir: str, key_file: str) -> Compose:
    """From the path of a source to a grey picture of one size: (1, SIDE_PX, SIDE_PX), 0 to 1."""
    return Compose(
        [
            DeidentifyDicomd(keys="image", output_dir=output_dir, key=key_file, on_quarantine="skip"),
            LoadImaged(keys="image"),
            EnsureChannelFirstd(keys="image"),
            # The first frame of a clip, and the mean of its samples.
            Lambdad(keys="image", func=lambda image: image.reshape(*image.shape[:3], -1)[..., 0].mean(0, keepdim=True)),
            ScaleIntensityd(keys="image"),
            Resized(keys="image", spatial_size=(SIDE_PX, SIDE_PX)),
            EnsureTyped(keys="image", track_meta=False),
        ]
    )


def train_step(folder: str, output_dir: str, key_file: str, workers: int = 2) -> float:
    """Train one step, and return its loss."""
    set_determinism(seed=0)
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    dataset = CacheDataset([{"image": str(path)} for path in paths], load(output_dir, key_file), num_workers=1, progress=False)
    network = AutoEncoder(spatial_dims=2, in_channels=1, out_channels=1, channels=(4, 8), strides=(2, 2))
    optimizer, measure = torch.optim.Adam(network.parameters()), torch.nn.MSELoss()
    loader = DataLoader(dataset, batch_size=4, num_workers=workers, collate_fn=collate_published)
    batch = next(batch for batch in loader if batch)
    optimizer.zero_grad()
    loss = measure(network(batch["image"]), batch["image"])
    loss.backward()
    optimizer.step()
    print(f"{len(batch['image'])} images in the batch, loss {loss.item():.4f}")
    return loss.item()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", help="DICOM images, in folders of any depth")
    parser.add_argument("output_dir", help="folder of the de-identified files")
    parser.add_argument("--key-file", required=True)
    arguments = parser.parse_args()
    train_step(arguments.folder, arguments.output_dir, arguments.key_file)


if __name__ == "__main__":
    main()
