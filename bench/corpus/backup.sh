#!/usr/bin/env bash
set -euo pipefail

source_dir=${1:-project}
target_dir=${2:-backups}
keep=7

stamp=$(date +%Y-%m-%d-%H%M)
archive="$target_dir/$(basename "$source_dir")-$stamp.tar.gz"

mkdir -p "$target_dir"
if [[ ! -d $source_dir ]]; then
  echo "there is no directory $source_dir" >&2
  exit 1
fi

tar --exclude='*.tmp' --exclude='node_modules' -czf "$archive" "$source_dir"
sha256sum "$archive" > "$archive.sha256"

count=0
for old in $(ls -1t "$target_dir"/*.tar.gz); do
  count=$((count + 1))
  if (( count > keep )); then
    echo "removing $old"
    rm -- "$old" "$old.sha256"
  fi
done

echo "wrote $archive ($(du -h "$archive" | cut -f1))"
