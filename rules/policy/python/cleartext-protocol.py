import ftplib
from telnetlib import Telnet

# ruleid: cleartext-protocol
ftplib.FTP("example.com")
# ruleid: cleartext-protocol
Telnet("example.com", 23)
# ok: cleartext-protocol
ftplib.FTP_TLS("example.com")
# ok: cleartext-protocol
paramiko.SSHClient()
