#!/bin/bash
# ruleid: host-key-unchecked
ssh -o StrictHostKeyChecking=no host ls
# ruleid: host-key-unchecked
scp -o StrictHostKeyChecking=no a host:b
# ruleid: host-key-unchecked
ssh -oStrictHostKeyChecking=no host
# ok: host-key-unchecked
ssh -o StrictHostKeyChecking=yes host ls
# ok: host-key-unchecked
ssh host ls
