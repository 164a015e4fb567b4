import json
import time
import urllib.parse
import urllib.request

BASE = "https://api.weather.example.com/v1/forecast"


class WeatherError(Exception):
    pass


def fetch(city, retries=3):
    query = urllib.parse.urlencode({"city": city, "units": "metric"})
    for attempt in range(retries):
        try:
            with urllib.request.urlopen(f"{BASE}?{query}", timeout=10) as response:
                return json.load(response)
        except OSError as error:
            if attempt == retries - 1:
                raise WeatherError(f"no forecast for {city}") from error
            time.sleep(2**attempt)


def describe(forecast):
    days = forecast.get("days", [])
    highs = [day["high"] for day in days]
    lows = [day["low"] for day in days]
    return {"high": max(highs), "low": min(lows), "rain": any(d["rain_mm"] > 1 for d in days)}


for name in ("Lisbon", "Oslo", "Nairobi"):
    print(name, describe(fetch(name)))
