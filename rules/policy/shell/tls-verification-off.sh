#!/bin/bash
# ruleid: tls-verification-off
curl -k https://example.com
# ruleid: tls-verification-off
curl -s --insecure https://example.com -o page
# ruleid: tls-verification-off
wget --no-check-certificate https://example.com
# ruleid: tls-verification-off
git -c http.sslVerify=false clone https://example.com/a
# ruleid: tls-verification-off
if true; then curl -k https://example.com; fi
# ok: tls-verification-off
curl -s https://example.com
# ok: tls-verification-off
wget https://example.com
# ok: tls-verification-off
echo "curl -k"
# ok: tls-verification-off
git -c http.sslVerify=true clone https://example.com/a
