#!/bin/bash
# ruleid: secret-in-argument
mysql -psecret1 shop
# ruleid: secret-in-argument
mysqldump --password=secret1 shop
# ruleid: secret-in-argument
curl -uadmin:secret1 https://example.com
# ruleid: secret-in-argument
sshpass -p secret1 ssh host
# ok: secret-in-argument
mysql -p shop
# ok: secret-in-argument
mysql --defaults-extra-file=my.cnf shop
# ok: secret-in-argument
curl -u admin https://example.com
