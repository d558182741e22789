"""A small real model that finds names: saved and loaded as transformers does it."""

from pathlib import Path

from efface.transforms.phi.settings import ModelSource
from efface.transforms.storage.model_folders import folder_digest

NAMES = ("haugen", "okafor", "kowalska")
_OTHERS = ("liver", "lobe", "gain", "supine", "left", "kidney", "rt", "50", ":", ",", "##s")


def write_name_model(folder: Path) -> None:
    """Write a BERT token classifier that labels the tokens of NAMES as B-PATIENT and all others as O."""
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizer

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *NAMES, *_OTHERS]
    numbers = {word: number for number, word in enumerate(vocabulary)}
    BertTokenizer(vocab=numbers, do_lower_case=True).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label={0: "O", 1: "B-PATIENT"},
        label2id={"O": 0, "B-PATIENT": 1},
    )
    torch.manual_seed(0)
    model = BertForTokenClassification(config)
    tokens = torch.arange(len(vocabulary))
    labels = torch.tensor([int(word in NAMES) for word in vocabulary])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(60):
        order = torch.randperm(len(vocabulary))
        optimizer.zero_grad()
        model(input_ids=tokens[order][None], labels=labels[order][None]).loss.backward()
        optimizer.step()
    model.save_pretrained(folder)


def pinned(folder: Path | str) -> ModelSource:
    """The source of the model in a folder, with the digest that it has now."""
    return ModelSource(folder=str(folder), sha256=folder_digest(str(folder)))
