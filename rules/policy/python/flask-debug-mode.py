import asyncio
import os

from flask import Flask

app = Flask(__name__)


async def main():
    return None


# ruleid: flask-debug-mode
app.run(debug=True)
# ruleid: flask-debug-mode
app.run(port=8080, debug=True)
# ruleid: flask-debug-mode
app.run(debug=True, host="0.0.0.0", port=80)
# ok: flask-debug-mode
app.run()
# ok: flask-debug-mode
app.run(debug=False)
# ok: flask-debug-mode
app.run(debug=os.environ.get("DEBUG") == "1")
# ok: flask-debug-mode
asyncio.run(main(), debug=True)
