import os

# ruleid: world-writable-file
os.chmod("run.sh", 0o777)
# ruleid: world-writable-file
os.chmod(path, 0o666)
# ruleid: world-writable-file
os.umask(0)
# ok: world-writable-file
os.chmod("run.sh", 0o755)
# ok: world-writable-file
os.umask(0o077)
