/** Values, texts and files that differ by the way that a program takes: each of them is followed, and a condition takes away those that cannot be. */
import type { ShellCases } from "./shell-case.ts";

export const BRANCHES: ShellCases = {
  "what branches leave behind": [
    ["BLOCK", 'x=$(if [ "$1" = a ]; then echo "rm -rf"; else echo "ls"; fi)\n$x /srv'],
    ["BLOCK", "if [ \"$1\" = a ]; then echo 'rm -rf /srv' > job.sh; else echo 'ls' > job.sh; fi\nsh job.sh"],
    ["BLOCK", 'd=$(case $1 in a) echo /etc;; *) echo ./out;; esac)\nrm -rf "$d"'],
    ["BLOCK", "[ -n \"$1\" ] && echo 'rm -rf /srv' > job.sh || echo ls > job.sh\nsh job.sh"],
    ["BLOCK", 'OUT=\nfor a in "$@"; do case $a in x) OUT=y;; esac; done\nif [[ -z $OUT ]]; then exit 0; fi\nrm -rf /srv'],
    ["BLOCK", 'MODE=a; if [ -n "$1" ]; then MODE=b; fi\ncase $MODE in b) rm -rf /srv;; esac'],
    ["BLOCK", 'MODE=a; if [ -n "$1" ]; then MODE=b; fi\nif [[ $MODE == b ]]; then rm -rf /srv; fi'],
    ["BLOCK", 'MODE=a; if [ -n "$1" ]; then MODE=b; fi\nif [[ $MODE == a ]]; then exit; fi\nrm -rf /srv'],
    ["BLOCK", 'N=0; if [ -n "$1" ]; then N=1; fi\nif (( N == 1 )); then rm -rf /srv; fi'],
    ["BLOCK", 'd=a; [ -n "$1" ] && d=/srv\nfor x in "$d"; do rm -rf "$x"; done\narr=("$d"); rm -rf "${arr[@]}"'],
    ["BLOCK", 'MODE=b; if [ -n "$1" ]; then MODE=a; fi\ncase $MODE in b) rm -rf /srv;; esac'],
    ["BLOCK", 'MODE=b; if [ -n "$1" ]; then MODE=a; fi\nif [[ $MODE == b ]]; then rm -rf /srv; fi'],
    ["BLOCK", 'DIR=; [ -n "$1" ] && DIR=$1\n[ -z "$DIR" ] && echo none\nrm -rf "$DIR/"'],
    ["BLOCK", 'n=0; [ -n "$1" ] && n=1\nif (( n )); then :; else rm -rf /srv; fi'],
    [
      "ALLOW",
      'OUT=\nfor a in "$@"; do case $a in --out=*) OUT=${a#--out=};; esac; done\nif [[ -z $OUT ]]; then echo "need --out" >&2; exit 2; fi\ncp x "$OUT/etc/a"\nmv "$OUT/lib/a" b',
    ],
    ["ALLOW", 'PREFIX=\nif [ -n "$1" ]; then PREFIX=$1; fi\ntest -n "$PREFIX" || exit 1\nrm -f "$PREFIX/lib/foo.so"'],
    ["ALLOW", 'd=$(if [ -d /x ]; then echo build; else echo dist; fi)\nrm -rf "$d"'],
    ["ALLOW", 'f() { if [ "$1" = x ]; then echo /tmp/a; else echo ./b; fi; }\nrm -rf "$(f "$1")"'],
    ["ALLOW", 'x=$(if [ "$1" = a ]; then echo "ls"; else echo "du"; fi)\n$x /srv'],
    ["ALLOW", "if [ \"$1\" = a ]; then echo 'ls -l' > job.sh; else echo 'ls' > job.sh; fi\nsh job.sh"],
    ["ALLOW", 'MODE=b; if [ -n "$1" ]; then MODE=a; fi\ncase $MODE in b) rm -rf ./srv;; esac'],
    ["ALLOW", 'MODE=b; if [ -n "$1" ]; then MODE=a; fi\ncase $MODE in c) rm -rf /srv;; esac'],
    ["ALLOW", 'DIR=; [ -n "$1" ] && DIR=$1\n[ -n "$DIR" ] && [ -d "$DIR" ] || exit 1\ncp a "$DIR/etc/a"'],
    ["ALLOW", 'DIR=; [ -n "$1" ] && DIR=$1\ntest -d "$DIR" || exit 1\nmv "$DIR/usr/a" b'],
    // What is added in every branch grows no further than it can.
    ["ALLOW", "if a; then echo 1 >> out; fi\nif b; then echo 2 >> out; fi\nif c; then echo 3 >> out; fi\ncat out"],
    ["ALLOW", 'd=./a; [ -w ./a ] || d=/tmp\ncase $d in */) ;; *) d=$d/;; esac\nrm -f "${d}new.$$"'],
  ],
  "a function by its name in a variable": [
    ["BLOCK", 'again() { local own=${FUNCNAME[0]}; "$own" | "$own" & }\nagain'],
    ["ALLOW", 'again() { local own=${FUNCNAME[0]}; echo "$own" | cat & }\nagain'],
  ],
};
