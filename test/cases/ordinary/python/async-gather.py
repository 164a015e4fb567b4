import asyncio
import time

import aiohttp

URLS = [
    "https://www.python.org/",
    "https://docs.python.org/3/",
    "https://peps.python.org/",
]


async def probe(session, url):
    started = time.perf_counter()
    async with session.get(url) as response:
        body = await response.text()
        return url, response.status, len(body), time.perf_counter() - started


async def main():
    timeout = aiohttp.ClientTimeout(total=15)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        results = await asyncio.gather(*(probe(session, u) for u in URLS), return_exceptions=True)
    for item in results:
        if isinstance(item, Exception):
            print("failed:", type(item).__name__)
            continue
        url, status, size, seconds = item
        print(f"{status} {size:>8} bytes {seconds:5.2f}s {url}")


asyncio.run(main())
