#!/bin/sh
set -eu

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
out=dist/release-$version

usage() {
  echo "usage: $0 [--skip-tests]" >&2
  exit 2
}

tests=yes
case "${1:-}" in
  --skip-tests) tests=no ;;
  "") ;;
  *) usage ;;
esac

if [ "$tests" = yes ]; then
  python -m pytest -q
fi

python -m build --wheel --outdir dist
mkdir -p "$out"
for file in README.md LICENSE dist/*.whl; do
  cp "$file" "$out/"
done

(cd "$out" && sha256sum * > SHA256SUMS)
git tag --list "v$version" | grep -q . && echo "v$version is tagged already" || git tag "v$version"
printf 'release %s is in %s\n' "$version" "$out"
