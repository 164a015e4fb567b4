"""Small file helpers for the nightly job. Imported by other modules."""
import os
import shutil
import subprocess


def ensure_directory(path):
    os.makedirs(path, exist_ok=True)
    return path


def delete_if_older(path, cutoff):
    """Remove one file when its modification time lies before the cutoff."""
    if os.path.isfile(path) and os.path.getmtime(path) < cutoff:
        os.remove(path)
        return True
    return False


def copy_tree(source, destination):
    if os.path.isdir(destination):
        shutil.rmtree(destination)
    shutil.copytree(source, destination)


def compress(path):
    subprocess.run(["gzip", "-9", path], check=True)
    return path + ".gz"


def read_chunks(path, size=65536):
    with open(path, "rb") as fh:
        while chunk := fh.read(size):
            yield chunk
