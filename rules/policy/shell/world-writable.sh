#!/bin/bash
# ruleid: world-writable
chmod 777 file
# ruleid: world-writable
chmod -R 0666 data
# ruleid: world-writable
chmod o+w file
# ruleid: world-writable
chmod a+rwx file
# ok: world-writable
chmod 755 file
# ok: world-writable
chmod u+w file
# ok: world-writable
chmod +x run.sh
# ok: world-writable
chmod g+w file
