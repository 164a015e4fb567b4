import time
import urllib.error
import urllib.request
from pathlib import Path

URL = "https://raw.githubusercontent.com/datasets/country-codes/main/data/country-codes.csv"


def download(url, target, attempts=3, pause=1.5):
    for attempt in range(1, attempts + 1):
        try:
            with urllib.request.urlopen(url, timeout=20) as response:
                target.write_bytes(response.read())
            return target.stat().st_size
        except urllib.error.URLError as error:
            print(f"attempt {attempt} failed: {error.reason}")
            if attempt == attempts:
                raise
            time.sleep(pause * attempt)


Path("downloads").mkdir(exist_ok=True)
size = download(URL, Path("downloads/country-codes.csv"))
print(size, "bytes")
