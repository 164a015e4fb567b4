#!/usr/bin/env bash
set -u

declare -A urls=(
  [shop]=https://shop.example.com/health
  [blog]=https://blog.example.com/health
  [docs]=https://docs.example.com/
)
failed=()

check() {
  local name=$1 url=$2 code
  code=$(curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' "$url")
  if [[ $code == 2* ]]; then
    printf '%-8s ok\n' "$name"
  else
    printf '%-8s %s\n' "$name" "${code:-no answer}"
    failed+=("$name")
  fi
}

for name in "${!urls[@]}"; do
  check "$name" "${urls[$name]}"
done

if (( ${#failed[@]} > 0 )); then
  echo "failed: ${failed[*]}" >&2
  exit 1
fi
echo "all ${#urls[@]} services answer"
