import paramiko
from paramiko import AutoAddPolicy as Anyone

client = paramiko.SSHClient()
# ruleid: ssh-unknown-host-keys
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
# ruleid: ssh-unknown-host-keys
client.set_missing_host_key_policy(Anyone)
# ruleid: ssh-unknown-host-keys
client.set_missing_host_key_policy(paramiko.WarningPolicy())
# ok: ssh-unknown-host-keys
client.set_missing_host_key_policy(paramiko.RejectPolicy())
# ok: ssh-unknown-host-keys
client.load_system_host_keys()
