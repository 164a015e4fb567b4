#!/usr/bin/env bash
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"

need() {
  if ! command -v "$1" >/dev/null; then
    echo "$1 is missing: $2" >&2
    return 1
  fi
}

need git "install it from your distribution"
need python3 "version 3.11 or later"
need docker "see the handbook"

if [[ ! -d .venv ]]; then
  python3 -m venv .venv
fi
source .venv/bin/activate
pip install --quiet --requirement requirements.txt

[[ -f .env ]] || cp .env.example .env
docker compose up --detach database cache

for _ in {1..30}; do
  if docker compose exec -T database pg_isready --quiet; then
    break
  fi
  sleep 1
done
python manage.py migrate
echo "ready: python manage.py runserver"
