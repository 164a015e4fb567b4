#!/bin/sh
# The most frequent words of some texts.
set -e

number=10
while getopts n:h option; do
  case $option in
    n) number=$OPTARG ;;
    h)
      cat <<'HELP'
usage: count_words.sh [-n NUMBER] FILE...
HELP
      exit 0
      ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))

for file in "$@"; do
  [ -r "$file" ] || {
    echo "cannot read $file" >&2
    exit 1
  }
done

cat -- "$@" |
  tr '[:upper:]' '[:lower:]' |
  tr -cs '[:alpha:]' '\n' |
  grep -vxE 'a|an|and|of|the|to' |
  sort | uniq -c | sort -rn | head -n "$number" |
  awk '{ printf "%6d  %s\n", $1, $2 }'
