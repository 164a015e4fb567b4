import asyncio
import sys

import aiohttp

PAGES = ["https://example.com/", "https://example.com/about", "https://example.com/contact"]


async def status(session, url, gate):
    async with gate:
        try:
            async with session.get(url, timeout=aiohttp.ClientTimeout(total=10)) as response:
                return url, response.status
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            return url, type(error).__name__


async def main(urls):
    gate = asyncio.Semaphore(4)
    async with aiohttp.ClientSession(headers={"User-Agent": "status-check/1.0"}) as session:
        results = await asyncio.gather(*(status(session, url, gate) for url in urls))
    broken = [(url, code) for url, code in results if code != 200]
    for url, code in broken:
        print(f"{code}: {url}", file=sys.stderr)
    print(f"{len(results) - len(broken)} of {len(results)} pages are fine")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:] or PAGES)))
