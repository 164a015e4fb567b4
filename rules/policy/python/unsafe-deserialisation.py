import marshal

import pandas as pd
from jsonpickle import decode

# ruleid: unsafe-deserialisation
marshal.loads(data)
# ruleid: unsafe-deserialisation
pd.read_pickle("frame.pkl")
# ruleid: unsafe-deserialisation
decode(text)
# ok: unsafe-deserialisation
pd.read_csv("frame.csv")
# ok: unsafe-deserialisation
data.decode("utf-8")
