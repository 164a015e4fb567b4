from datasets import load_dataset
from transformers import AutoModel

# ruleid: remote-model-code
AutoModel.from_pretrained("someone/model", trust_remote_code=True)
# ruleid: remote-model-code
load_dataset("someone/data", split="train", trust_remote_code=True)
# ok: remote-model-code
AutoModel.from_pretrained("someone/model")
# ok: remote-model-code
load_dataset("someone/data", trust_remote_code=False)
