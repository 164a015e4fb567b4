import os
import subprocess

# ruleid: package-index-trusted
subprocess.run(["pip", "install", "--trusted-host", "packages.example", "tool"])
# ruleid: package-index-trusted
os.system("pip install --extra-index-url http://packages.example tool")
# ok: package-index-trusted
subprocess.run(["pip", "install", "tool"])
# ok: package-index-trusted
os.system("pip install --require-hashes -r requirements.txt")
