import logging
import shutil
from pathlib import Path

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
log = logging.getLogger("build")

build_dir = Path("build")

if build_dir.exists():
    log.info("removing %s", build_dir)
    shutil.rmtree(build_dir)

for sub in ("css", "js", "img"):
    (build_dir / sub).mkdir(parents=True)

copied = 0
for source in Path("static").glob("**/*"):
    if source.is_file():
        target = build_dir / source.relative_to("static")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        copied += 1

log.info("copied %d files", copied)
