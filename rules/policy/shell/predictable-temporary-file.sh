#!/bin/bash
# ruleid: predictable-temporary-file
echo a > /tmp/report.$$
# ruleid: predictable-temporary-file
sort words.txt > "/tmp/sorted.$$"
# ok: predictable-temporary-file
echo a > "$(mktemp)"
# ok: predictable-temporary-file
echo a > out.txt
