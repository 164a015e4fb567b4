/** Scripts that administrators and developers keep for years: they pass, or ask where they leave their workspace. */
import type { ShellCases } from "./shell-case.ts";

export const DAILY: ShellCases = {
  "daily scripts": [
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# nightly dump of the shop database, kept for two weeks\nset -euo pipefail\nDB=${DB:-shop}\nOUT=${OUT:-./dumps}\nKEEP=${KEEP:-14}\nstamp=$(date +%Y%m%d-%H%M)\nmkdir -p "$OUT"\npg_dump --format=custom --no-owner "$DB" > "$OUT/$DB-$stamp.dump.part"\nmv "$OUT/$DB-$stamp.dump.part" "$OUT/$DB-$stamp.dump"\nfind "$OUT" -name "$DB-*.dump" -mtime +"$KEEP" -delete\ndu -sh "$OUT"\n',
    ],
    [
      "ALLOW",
      '#!/bin/sh\n# rotate a log of our own service\nset -eu\nLOG=${1:-logs/worker.log}\nMAX=$((10 * 1024 * 1024))\nsize=$(stat -c %s "$LOG" 2>/dev/null || echo 0)\n[ "$size" -lt "$MAX" ] && exit 0\ni=5\nwhile [ "$i" -gt 1 ]; do\n  prev=$((i - 1))\n  [ -f "$LOG.$prev.gz" ] && mv "$LOG.$prev.gz" "$LOG.$i.gz"\n  i=$prev\ndone\ncp "$LOG" "$LOG.1" && : > "$LOG"\ngzip -f "$LOG.1"\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# disk and memory alarm to a chat\nset -u\nLIMIT=${LIMIT:-85}\nHOOK=${CHAT_HOOK:?set CHAT_HOOK}\nreport=""\nwhile read -r use mount; do\n  pct=${use%\\%}\n  [ "$pct" -ge "$LIMIT" ] && report+="$mount is at $use"$\'\\n\'\ndone < <(df --output=pcent,target -x tmpfs -x devtmpfs | tail -n +2)\nfree=$(free -m | awk \'/^Mem:/ {print $7}\')\n[ "$free" -lt 256 ] && report+="only $free MiB of memory left"$\'\\n\'\nif [ -n "$report" ]; then\n  jq -n --arg text "$(hostname): $report" \'{text: $text}\' | curl -fsS -H \'Content-Type: application/json\' -d @- "$HOOK"\nfi\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# build, tag and push the image\nset -euo pipefail\nREGISTRY=registry.example.com/shop\nTAG=$(git describe --tags --always --dirty)\ndocker build --pull --build-arg VERSION="$TAG" -t "$REGISTRY/api:$TAG" -f deploy/Dockerfile .\ndocker run --rm "$REGISTRY/api:$TAG" node --test\ndocker push "$REGISTRY/api:$TAG"\nif [[ $(git rev-parse --abbrev-ref HEAD) == main ]]; then\n  docker tag "$REGISTRY/api:$TAG" "$REGISTRY/api:latest"\n  docker push "$REGISTRY/api:latest"\nfi\ndocker image prune -f --filter "until=168h"\n',
    ],
    [
      "REQUIRES_APPROVAL",
      '#!/bin/bash\n# deploy by rsync and a symlink\nset -euo pipefail\nHOST=${1:?host}\nAPP=/srv/www/shop\nREL=$(date +%Y%m%d%H%M%S)\nnpm ci && npm run build\nssh "$HOST" "mkdir -p $APP/releases/$REL"\nrsync -az --delete build/ "$HOST:$APP/releases/$REL/"\nssh "$HOST" <<EOF\nset -e\nln -sfn $APP/releases/$REL $APP/current\ncd $APP/releases && ls -1t | tail -n +6 | xargs -r rm -rf\nEOF\necho "deployed $REL to $HOST"\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# certificates that end soon, from files and from hosts\nset -euo pipefail\nwarn_days=${WARN_DAYS:-30}\nnow=$(date +%s)\nleft_of() { echo $(( ( $(date -d "$1" +%s) - now ) / 86400 )); }\nfor file in certs/*.pem; do\n  end=$(openssl x509 -in "$file" -noout -enddate | cut -d= -f2-)\n  days=$(left_of "$end")\n  (( days < warn_days )) && printf \'%s ends in %d days\\n\' "$file" "$days"\ndone\nwhile IFS=, read -r host port; do\n  end=$(timeout 10 openssl s_client -servername "$host" -connect "$host:${port:-443}" </dev/null 2>/dev/null | openssl x509 -noout -enddate | sed \'s/notAfter=//\')\n  [ -z "$end" ] && { echo "$host does not answer"; continue; }\n  days=$(left_of "$end")\n  (( days < warn_days )) && printf \'%s ends in %d days\\n\' "$host" "$days"\ndone < hosts.csv\n',
    ],
    [
      "ALLOW",
      "#!/bin/bash\n# who logged in, and who has a shell\nprintf '%-16s %-6s %s\\n' user uid shell\ngetent passwd | awk -F: '$3 >= 1000 && $7 !~ /nologin|false/ { printf \"%-16s %-6s %s\\n\", $1, $3, $7 }'\necho\nlast -n 20 -F | head -n 20\necho\nwho -u\n",
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# watch a queue, page somebody when it is long\nset -euo pipefail\nQUEUE_URL=https://sqs.eu-central-1.amazonaws.com/123456789012/orders\ndepth=$(aws sqs get-queue-attributes --queue-url "$QUEUE_URL" --attribute-names ApproximateNumberOfMessages --query \'Attributes.ApproximateNumberOfMessages\' --output text)\nif (( depth > 1000 )); then\n  aws sns publish --topic-arn arn:aws:sns:eu-central-1:123456789012:oncall --message "orders queue holds $depth messages"\nfi\n',
    ],
    [
      "ALLOW",
      '#!/bin/sh\n# wait for the database, migrate, start\nset -e\nuntil pg_isready -h "${PGHOST:-db}" -U "${PGUSER:-app}" -q; do\n  echo "waiting for the database"\n  sleep 2\ndone\npython manage.py migrate --noinput\npython manage.py collectstatic --noinput\nexec gunicorn shop.wsgi:application --bind 0.0.0.0:8000 --workers "${WORKERS:-4}"\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# new release: version, changelog, tag\nset -euo pipefail\npart=${1:-patch}\n[ -z "$(git status --porcelain)" ] || { echo "there are changes"; exit 1; }\ngit fetch --tags\ncurrent=$(git describe --tags --abbrev=0)\nIFS=. read -r major minor patch <<< "${current#v}"\ncase $part in\n  major) major=$((major + 1)); minor=0; patch=0 ;;\n  minor) minor=$((minor + 1)); patch=0 ;;\n  patch) patch=$((patch + 1)) ;;\n  *) echo "major, minor or patch"; exit 2 ;;\nesac\nnext="v$major.$minor.$patch"\n{ echo "## $next"; git log --pretty=\'- %s\' "$current"..HEAD; echo; cat CHANGELOG.md; } > CHANGELOG.new\nmv CHANGELOG.new CHANGELOG.md\nsed -i "s/\\"version\\": \\".*\\"/\\"version\\": \\"${next#v}\\"/" package.json\ngit commit -am "release $next"\ngit tag -a "$next" -m "$next"\ngit push --follow-tags origin main\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# a tree of photos by date\nshopt -s nullglob globstar\nsrc=${1:-inbox}\ndst=${2:-sorted}\nfor f in "$src"/**/*.{jpg,JPG,jpeg}; do\n  taken=$(exiftool -s3 -d %Y/%m -DateTimeOriginal "$f")\n  dir="$dst/${taken:-unknown}"\n  mkdir -p "$dir"\n  mv -n "$f" "$dir/"\ndone\nfind "$src" -type d -empty -delete\n',
    ],
    [
      "REQUIRES_APPROVAL",
      '#!/usr/bin/env bash\nset -euo pipefail\n# tools that a new machine of the team needs\nneed=(git jq shellcheck ripgrep)\nmissing=()\nfor tool in "${need[@]}"; do\n  command -v "$tool" >/dev/null 2>&1 || missing+=("$tool")\ndone\nif (( ${#missing[@]} )); then\n  if command -v brew >/dev/null; then brew install "${missing[@]}"\n  else sudo apt-get update && sudo apt-get install -y "${missing[@]}"\n  fi\nfi\ngit config --global pull.rebase true\ngit config --global init.defaultBranch main\nnpm install -g pnpm\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# top talkers and failures of the web server\nLOG=${1:-/var/log/nginx/access.log}\necho "== most requests"\nawk \'{print $1}\' "$LOG" | sort | uniq -c | sort -rn | head -n 10\necho "== failures"\nawk \'$9 ~ /^5/ {print $9, $7}\' "$LOG" | sort | uniq -c | sort -rn | head -n 10\necho "== bytes"\nawk \'{s += $10} END {printf "%.1f MiB\\n", s / 1048576}\' "$LOG"\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# snapshots of the home directory\'s documents with restic\nset -euo pipefail\nexport RESTIC_REPOSITORY=${RESTIC_REPOSITORY:-/mnt/backup/restic}\nexport RESTIC_PASSWORD_FILE=${RESTIC_PASSWORD_FILE:-$HOME/.config/restic/password}\nrestic backup "$HOME/Documents" "$HOME/projects" --exclude node_modules --exclude .venv --tag daily\nrestic snapshots --latest 3\nrestic check --read-data-subset=2%\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# kubernetes: roll out, wait, undo when it fails\nset -euo pipefail\nns=${1:?namespace}\nimage=${2:?image}\nkubectl -n "$ns" set image deployment/api api="$image"\nif ! kubectl -n "$ns" rollout status deployment/api --timeout=180s; then\n  kubectl -n "$ns" rollout undo deployment/api\n  kubectl -n "$ns" get pods -l app=api -o wide\n  exit 1\nfi\n',
    ],
    [
      "ALLOW",
      '#!/bin/sh\n# stop and remove what the tests left behind\nset -eu\nproject=${COMPOSE_PROJECT_NAME:-shop_test}\ndocker compose -p "$project" -f docker-compose.test.yml up -d --wait\ntrap \'docker compose -p "$project" -f docker-compose.test.yml down -v --remove-orphans\' EXIT INT TERM\nnpm run test:integration -- --reporter=dot\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# health of a list of services\ndeclare -A urls=([shop]=https://shop.example.com/health [api]=https://api.example.com/health [docs]=https://docs.example.com/)\nstatus=0\nfor name in "${!urls[@]}"; do\n  code=$(curl -s -o /dev/null -m 10 -w \'%{http_code}\' "${urls[$name]}")\n  if [[ $code == 2* ]]; then printf \'%-6s ok\\n\' "$name"; else printf \'%-6s %s\\n\' "$name" "$code"; status=1; fi\ndone\nexit $status\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# restart workers whose heartbeat is old\nset -u\nfor beat in run/*.heartbeat; do\n  name=$(basename "$beat" .heartbeat)\n  age=$(( $(date +%s) - $(stat -c %Y "$beat") ))\n  if [ "$age" -gt 300 ]; then\n    logger -t watchdog "restart $name after $age s"\n    systemctl --user restart "worker@$name.service"\n  fi\ndone\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# copy what changed to the second disk\nset -euo pipefail\nsrc="$HOME/Pictures/"\ndst=/mnt/usb/pictures/\nmountpoint -q /mnt/usb || { echo "no disk"; exit 1; }\nrsync -a --info=stats2 --exclude \'.thumbnails\' "$src" "$dst"\nsync\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# convert a folder of recordings\nset -euo pipefail\nin=${1:-recordings}\nout=${2:-mp3}\nmkdir -p "$out"\nexport out\nconvert_one() {\n  local base=${1##*/}\n  ffmpeg -nostdin -loglevel error -y -i "$1" -codec:a libmp3lame -q:a 4 "$out/${base%.*}.mp3"\n}\nexport -f convert_one\nfind "$in" -name \'*.wav\' -print0 | xargs -0 -P "$(nproc)" -I{} bash -c \'convert_one "$1"\' _ {}\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# fill a test database from csv files\nset -euo pipefail\ndb=build/test.sqlite\nrm -f "$db"\nsqlite3 "$db" < schema.sql\nfor csv in fixtures/*.csv; do\n  table=$(basename "$csv" .csv)\n  sqlite3 "$db" -cmd \'.mode csv\' ".import --skip 1 $csv $table"\ndone\nsqlite3 "$db" \'select count(*) from orders\'\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# lint only what changed\nset -euo pipefail\nbase=${1:-origin/main}\nmapfile -t changed < <(git diff --name-only --diff-filter=ACMR "$base"...HEAD)\njs=() sh=()\nfor f in "${changed[@]}"; do\n  case $f in\n    *.ts|*.js) js+=("$f") ;;\n    *.sh) sh+=("$f") ;;\n  esac\ndone\n(( ${#js[@]} )) && npx eslint "${js[@]}"\n(( ${#sh[@]} )) && shellcheck "${sh[@]}"\nexit 0\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# virtual environment and packages\nset -e\ncd "$(dirname "$0")"\npython3 -m venv .venv\nsource .venv/bin/activate\npip install --upgrade pip\npip install -r requirements.txt\n[ -f .env ] || cp .env.example .env\necho "ready: source .venv/bin/activate"\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# dump every MySQL database to its own file\nset -euo pipefail\nOUT=backup/$(date +%F)\nmkdir -p "$OUT"\nmysql --defaults-extra-file=./my.cnf -N -e \'show databases\' | grep -Ev \'^(information_schema|performance_schema|sys|mysql)$\' |\nwhile read -r db; do\n  mysqldump --defaults-extra-file=./my.cnf --single-transaction --routines "$db" | gzip -9 > "$OUT/$db.sql.gz"\n  echo "$db: $(stat -c %s "$OUT/$db.sql.gz") bytes"\ndone\ntar -cf "$OUT.tar" "$OUT" && rm -rf "$OUT"\n',
    ],
    [
      "ALLOW",
      "#!/usr/bin/env bash\n# merged branches go away locally\nset -euo pipefail\ngit fetch --prune\ngit branch --merged origin/main --format='%(refname:short)' | grep -vE '^(main|develop)$' | xargs -r git branch -d\ngit worktree prune\ngit gc --auto\n",
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# stop a development server by its pid file\nPIDFILE=.run/dev.pid\nstart() { mkdir -p .run; npm run dev > .run/dev.log 2>&1 & echo $! > "$PIDFILE"; }\nstop() { [ -f "$PIDFILE" ] && kill "$(cat "$PIDFILE")" 2>/dev/null; rm -f "$PIDFILE"; }\ncase ${1:-} in\n  start) start ;;\n  stop) stop ;;\n  restart) stop; sleep 1; start ;;\n  *) echo "start, stop or restart"; exit 2 ;;\nesac\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# report: packages that wait for an update\nset -u\napt list --upgradable 2>/dev/null | tail -n +2 | awk -F/ \'{print $1}\' > /tmp/upgradable.txt\ncount=$(wc -l < /tmp/upgradable.txt)\n[ "$count" -eq 0 ] && exit 0\n{ echo "$(hostname): $count packages"; cat /tmp/upgradable.txt; } | mail -s "updates on $(hostname)" ops@example.com\n[ -f /var/run/reboot-required ] && echo "needs a reboot"\n',
    ],
    [
      "ALLOW",
      '#!/bin/bash\n# parallel pings of the office network\nfor i in {1..20}; do\n  ( ping -c1 -W1 "192.168.10.$i" >/dev/null 2>&1 && echo "192.168.10.$i is up" ) &\ndone\nwait\n',
    ],
    [
      "ALLOW",
      '#!/usr/bin/env bash\n# terraform in a container, plan only\nset -euo pipefail\nenv=${1:-staging}\ncd "infra/$env"\ndocker run --rm -v "$PWD:/work" -w /work -e AWS_PROFILE -v "$HOME/.terraform.d/plugin-cache:/plugins" hashicorp/terraform:1.9 init -input=false\ndocker run --rm -v "$PWD:/work" -w /work -e AWS_PROFILE hashicorp/terraform:1.9 plan -input=false -out=plan.bin\n',
    ],
    [
      "REQUIRES_APPROVAL",
      '#!/bin/bash\n# nginx: new configuration only when it is valid\nset -euo pipefail\nconf=/etc/nginx/conf.d/shop.conf\nsudo cp -a "$conf" "$conf.bak"\nsudo cp shop.conf "$conf"\nif sudo nginx -t; then\n  sudo systemctl reload nginx\nelse\n  sudo mv "$conf.bak" "$conf"\n  exit 1\nfi\n',
    ],
  ],
};
