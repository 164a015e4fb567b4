from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, UnidentifiedImageError

SOURCE = Path("images")
TARGET = Path("thumbnails")
SIZE = (320, 320)


def thumbnail(path: Path) -> str | None:
    target = TARGET / path.relative_to(SOURCE).with_suffix(".webp")
    if target.exists() and target.stat().st_mtime > path.stat().st_mtime:
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with Image.open(path) as image:
            image.thumbnail(SIZE)
            image.convert("RGB").save(target, quality=80)
    except (UnidentifiedImageError, OSError) as error:
        return f"{path}: {error}"
    return None


def main() -> None:
    paths = [p for p in SOURCE.rglob("*") if p.suffix.lower() in {".jpg", ".jpeg", ".png"}]
    with ThreadPoolExecutor(max_workers=4) as pool:
        problems = [p for p in pool.map(thumbnail, paths) if p]
    print(f"{len(paths) - len(problems)} thumbnails", *problems, sep="\n")


main()
