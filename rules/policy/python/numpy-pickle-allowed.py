import numpy as np
from numpy import load

# ruleid: numpy-pickle-allowed
np.load("a.npy", allow_pickle=True)
# ruleid: numpy-pickle-allowed
load(path, None, allow_pickle=True)
# ok: numpy-pickle-allowed
np.load("a.npy")
# ok: numpy-pickle-allowed
np.load("a.npy", allow_pickle=False)
