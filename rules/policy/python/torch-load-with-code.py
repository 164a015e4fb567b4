import torch
from torch import load

# ruleid: torch-load-with-code
torch.load("model.pt")
# ruleid: torch-load-with-code
load(path, map_location="cpu", weights_only=False)
# ok: torch-load-with-code
torch.load("model.pt", weights_only=True)
# ok: torch-load-with-code
model.load("model.pt")
