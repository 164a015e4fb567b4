import re
from collections import defaultdict
from datetime import datetime

LINE = re.compile(
    r'(?P<host>\S+) - - \[(?P<time>[^\]]+)\] "(?P<method>[A-Z]+) (?P<path>\S+) [^"]+" (?P<status>\d{3}) (?P<size>\d+|-)'
)

sample = """\
10.0.0.1 - - [10/Oct/2024:13:55:36 +0000] "GET /index.html HTTP/1.1" 200 2326
10.0.0.2 - - [10/Oct/2024:13:55:37 +0000] "POST /api/items HTTP/1.1" 201 512
10.0.0.1 - - [10/Oct/2024:13:56:01 +0000] "GET /missing HTTP/1.1" 404 -
"""

per_status = defaultdict(int)
volume = 0
for line in sample.splitlines():
    match = LINE.match(line)
    if not match:
        continue
    moment = datetime.strptime(match["time"], "%d/%b/%Y:%H:%M:%S %z")
    per_status[match["status"]] += 1
    volume += 0 if match["size"] == "-" else int(match["size"])
    print(moment.isoformat(), match["method"], match["path"])

print(dict(per_status), volume)
