import tarfile

with tarfile.open("a.tar") as archive:
    # ruleid: archive-members-unchecked
    archive.extractall("out")
other = tarfile.open("b.tar")
# ruleid: archive-members-unchecked
other.extractall()
with tarfile.open("c.tar") as archive:
    # ok: archive-members-unchecked
    archive.extractall("out", filter="data")
# ok: archive-members-unchecked
frame.extractall(pattern)
