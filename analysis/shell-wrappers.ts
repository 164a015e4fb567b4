/** Programs that start the program named by their arguments: how many words are theirs, and where a shell line hides in them. */

/**
 * `values`: options whose value is the next word; `own`: operands before the program; `line`: what follows is a shell line;
 * `after`: the option behind which the program stands, where it does not stand behind the operands.
 */
type Wrapper = { readonly values?: RegExp; readonly own?: number; readonly line?: boolean; readonly after?: RegExp };

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: { values: /^(-[uCS]|--(unset|chdir|split-string))$/ },
  nohup: {},
  setsid: {},
  command: {},
  builtin: {},
  busybox: {},
  toybox: {},
  unbuffer: {},
  exec: { values: /^-a$/ },
  time: { values: /^-[of]$/ },
  nice: { values: /^(-n|--adjustment)$/ },
  ionice: { values: /^-[cnpt]$/ },
  stdbuf: { values: /^-[ioe]$/ },
  timeout: { values: /^(-[sk]|--(signal|kill-after))$/, own: 1 },
  xargs: { values: /^-[InPLdasE]$/ },
  parallel: { values: /^-[jN]$/ },
  watch: { values: /^(-n|--interval)$/, line: true },
  eval: { line: true },
  flock: { values: /^-[wE]$/, own: 1 },
  "systemd-run": { values: /^(-[upHMECPt]|--(unit|property|host|machine|setenv|slice|uid|gid|on-\w+))$/ },
  chrt: { own: 1 },
  taskset: { own: 1 },
  strace: { values: /^-[oeps]$/ },
  ltrace: { values: /^-[oeps]$/ },
  sshpass: { values: /^-[pfdP]$/ },
  sudo: { values: /^(-[ughpCrtUTDR]|--(user|group|host|prompt|chdir|role|type))$/ },
  doas: { values: /^-[uC]$/ },
  pkexec: { values: /^--user$/ },
  unshare: { values: /^-[SG]$/ },
  nsenter: { values: /^(-[tSG]|--(target|setuid|setgid))$/ },
  chroot: { own: 1 },
  gosu: { own: 1 },
  "su-exec": { own: 1 },
  setpriv: { values: /^--(reuid|regid|groups|bounding-set|inh-caps|ambient-caps|securebits)$/ },
  runuser: { values: /^-[ugG]$/ },
  firejail: {},
  torsocks: {},
  torify: {},
  proxychains: {},
  proxychains4: {},
  "xvfb-run": {},
  "dbus-run-session": {},
  caffeinate: {},
  faketime: { own: 1 },
  // what holds a program back, measures it or looks after it
  ...{ catchsegv: {}, chronic: {}, fakeroot: {}, linux32: {}, linux64: {}, setarch: { own: 1 }, numactl: { values: /^-[NmpCi]$/ } },
  ...{ prlimit: { values: /^-[opt]$/ }, choom: { values: /^(-n|--adjust)$/ }, cpulimit: { values: /^(-[lcm]|--(limit|cpu))$/ } },
  ...{ valgrind: {}, heaptrack: {}, proot: { values: /^-[rbmqwk]$/ }, daemonize: { values: /^-[acepolu]$/ }, rlwrap: {} },
  ...{
    "dumb-init": {},
    tini: { values: /^-[pe]$/ },
    "s6-setuidgid": { own: 1 },
    setuidgid: { own: 1 },
    softlimit: { values: /^-[msdotfclp]$/ },
  },
  ...{
    entr: {},
    shx: {},
    cgexec: { values: /^-g$/ },
    "ld.so": {},
    "ld-linux-x86-64.so.2": {},
    "ld-linux.so.2": {},
    "ld-musl-x86_64.so.1": {},
  },
  perf: { own: 1, values: /^-[eoFcr]$/ },
  hyperfine: { values: /^(-[wrmMNspc]|--(warmup|runs|min-runs|max-runs|setup|prepare|cleanup|export-\w+))$/, line: true },
  // terminals and multiplexers
  ...{
    xterm: { after: /^-e$/ },
    urxvt: { after: /^-e$/ },
    konsole: { after: /^-e$/ },
    alacritty: { after: /^(-e|--command)$/ },
    kitty: {},
  },
  ...{ "gnome-terminal": { after: /^(--|-x|-e)$/ }, "x-terminal-emulator": { after: /^-e$/ }, foot: {}, screen: { after: /^-[dmD]{2,}$/ } },
  "systemd-inhibit": {},
};
export const PRIVILEGE: ReadonlySet<string> = new Set("sudo su doas pkexec chroot nsenter unshare setcap visudo".split(" "));

export const baseName = (word: string): string => (word.split("/").pop() ?? word).replace(/\.exe$/i, "");

/**
 * The program that really runs. `wrappers` were skipped; `raised`: those that give more rights, with their options; `line` is set
 * when the rest is text for a shell.
 */
export type Unwrapped = {
  readonly argv: readonly string[];
  readonly wrappers: readonly string[];
  readonly raised: readonly string[];
  readonly line: string | null;
};

export function unwrap(full: readonly string[]): Unwrapped {
  const wrappers: string[] = [];
  const raised: string[] = [];
  let i = 0;
  while (i < full.length) {
    const word = full[i] as string;
    const base = baseName(word);
    if (/^[A-Za-z_]\w*\+?=/.test(word) && i < full.length - 1) {
      i++;
      continue;
    }
    if (TAKES_LINE.test(base)) {
      const line = givenLine(full.slice(i), /^(-[a-z]*c|--command)$/);
      if (base === "su" || line !== null)
        return { argv: full.slice(i), wrappers: [...wrappers, base], raised: base === "su" ? [...raised, base] : raised, line };
    }
    const wrapper = Object.hasOwn(WRAPPERS, base) ? (WRAPPERS[base] as Wrapper) : undefined;
    if (wrapper === undefined || i === full.length - 1 || (base === "command" && /^-[vV]/.test(full[i + 1] ?? ""))) break;
    const after = programAt(full, i + 1, wrapper);
    if (after === null) break;
    wrappers.push(base);
    if (PRIVILEGE.has(base)) raised.push(...full.slice(i, after));
    const split = base === "env" ? optionValue(full.slice(i, after), /^(-S|--split-string)$/) : null;
    if (split !== null) return { argv: full.slice(i), wrappers, raised, line: [split, ...full.slice(after)].join(" ") };
    if (wrapper.line === true) return { argv: full.slice(i), wrappers, raised, line: full.slice(after).join(" ") };
    const given = base === "flock" ? optionValue(full.slice(i), /^(-c|--command)$/) : null;
    if (given !== null) return { argv: full.slice(i), wrappers, raised, line: given };
    i = after;
  }
  return { argv: full.slice(Math.min(i, full.length)), wrappers, raised, line: null };
}

/** They take `-c LINE`. */
const TAKES_LINE = /^(su|runuser|sg)$/;
const givenLine = (argv: readonly string[], option: RegExp): string | null =>
  optionValue(argv, option) ??
  argv.find((a) => /^--\w+=/.test(a) && option.test(a.slice(0, a.indexOf("="))))?.replace(/^[^=]*=/, "") ??
  null;

/** Where the program begins; null when nothing is started. */
function programAt(full: readonly string[], from: number, wrapper: Wrapper): number | null {
  if (wrapper.after === undefined) return skipOptions(full, from, wrapper);
  const at = full.findIndex((word, i) => i >= from && wrapper.after?.test(word));
  return at < 0 ? null : at + 1;
}

function skipOptions(full: readonly string[], from: number, wrapper: Wrapper): number {
  let i = from;
  let own = wrapper.own ?? 0;
  while (i < full.length) {
    const word = full[i] as string;
    if (word === "--") {
      i++;
      break;
    }
    if (/^-./.test(word)) i += wrapper.values?.test(word) === true ? 2 : 1;
    else if (/^[A-Za-z_]\w*=/.test(word) && wrapper.line !== true) i++;
    else if (own > 0) {
      own--;
      i++;
    } else break;
  }
  return i + (full[i - 1] === "--" ? own : 0);
}

/** Values of an option, joined to it or in the next word: the pattern catches what is joined. */
export const optionsValues = (argv: readonly string[], option: RegExp): string[] =>
  argv.flatMap((a, i) => {
    const found = option.exec(a);
    return found === null ? [] : [found[1] || (argv[i + 1] ?? "")];
  });

/** The word after the first option that matches. */
export function optionValue(argv: readonly string[], option: RegExp): string | null {
  const at = argv.findIndex((a) => option.test(a));
  return at < 0 ? null : (argv[at + 1] ?? null);
}
