from datetime import date, datetime, timedelta

HOLIDAYS = {date(2026, 1, 1), date(2026, 5, 1), date(2026, 12, 25)}


def working_days(start, count):
    day = start
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in HOLIDAYS:
            count -= 1
            yield day


def to_ics(title, days):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//plan//EN"]
    for number, day in enumerate(days, start=1):
        stamp = datetime.combine(day, datetime.min.time()).strftime("%Y%m%dT%H%M%SZ")
        lines += [
            "BEGIN:VEVENT",
            f"UID:{title}-{number}@example.org",
            f"DTSTART:{stamp}",
            f"SUMMARY:{title} {number}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


with open("sprint.ics", "w", newline="", encoding="utf-8") as file:
    file.write(to_ics("Sprint", working_days(date(2026, 4, 28), 10)))
