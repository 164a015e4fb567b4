import requests

BASE = "https://api.open-meteo.com/v1/forecast"


def get_forecast(lat, lon, days=3):
    params = {
        "latitude": lat,
        "longitude": lon,
        "daily": "temperature_2m_max,temperature_2m_min",
        "forecast_days": days,
        "timezone": "UTC",
    }
    response = requests.get(BASE, params=params, timeout=10)
    response.raise_for_status()
    return response.json()["daily"]


daily = get_forecast(48.2, 16.37)
for date, low, high in zip(daily["time"], daily["temperature_2m_min"], daily["temperature_2m_max"]):
    print(date, f"{low:.0f}..{high:.0f} C")
