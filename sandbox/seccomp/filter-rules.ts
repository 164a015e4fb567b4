/**
 * The system calls that a process holding hostile code may make. It opens files (its mounts show few), computes, starts
 * threads and speaks on the descriptors it was given. It makes no process, socket, namespace, mount, key or trace, and it
 * opens nothing for writing.
 */
import type { SyscallName } from "./syscalls.ts";

export type Rule = { readonly calls: readonly SyscallName[] } & (
  | { readonly then: "allow" }
  | { readonly then: "refuse"; readonly errno: number }
  /** `argument`: 0 to 5, compared as 32 bits: more the kernel reads of none of these. Anything else gets EPERM. */
  | { readonly then: "allowIfOneOf"; readonly argument: number; readonly values: readonly number[] }
  | { readonly then: "allowIfBits"; readonly argument: number; readonly mask: number; readonly value: number }
);

export const ENOSYS = 38;
/** linux/sched.h. Threads are allowed, processes and namespaces are not: CLONE_VM, CLONE_SIGHAND, CLONE_THREAD and no CLONE_NEW*. */
const CLONE_THREAD = 0x00010000 | 0x00000100 | 0x00000800;
export const CLONE_NEW_ANY = 0x7e020080;
/** asm-generic/fcntl.h: O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, and the bit that O_TMPFILE adds; the same on both architectures. */
const OPEN_TO_WRITE = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20000000;
/** linux/prctl.h: ask whether it can be dumped, name a thread, ask for the name, a capability, the privileges, label memory. */
export const PRCTLS = [3, 15, 16, 23, 39, 0x53564d41];
/** asm-generic/ioctls.h: FIONBIO, FIOCLEX, FIONCLEX, FIONREAD, and TCGETS, by which libc asks whether this is a terminal. */
export const IOCTLS = [0x5421, 0x5451, 0x5450, 0x541b, 0x5401];

const FILES: readonly SyscallName[] = [
  ...(["read", "write", "readv", "writev", "pread64", "pwrite64", "close", "lseek", "fcntl"] as const),
  ...(["fstat", "stat", "lstat", "newfstatat", "statx", "readlink", "readlinkat"] as const),
  ...(["access", "faccessat", "faccessat2", "getdents64", "getcwd", "dup", "dup2", "dup3", "pipe2"] as const),
  ...(["poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2"] as const),
];
/** On the pipe that was given; `socket` and `connect` are not here. */
const GIVEN_PIPES: readonly SyscallName[] = [
  ...(["sendmsg", "recvmsg", "sendto", "recvfrom", "shutdown"] as const),
  ...(["getsockname", "getpeername", "getsockopt", "setsockopt"] as const),
];
const MEMORY: readonly SyscallName[] = [
  ...(["mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "membarrier"] as const),
  ...(["pkey_alloc", "pkey_free", "pkey_mprotect"] as const),
];
const THREADS: readonly SyscallName[] = [
  ...(["futex", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "arch_prctl", "gettid"] as const),
  ...(["sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler"] as const),
  ...(["sched_get_priority_max", "sched_get_priority_min", "exit", "exit_group", "restart_syscall"] as const),
];
/** Signals reach nothing outside: the process stands in a process namespace of its own. */
const SIGNALS: readonly SyscallName[] = ["rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "tgkill", "kill"];
const CLOCKS: readonly SyscallName[] = ["clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time"];
/** Who am I, and on what. The setters are for the step from root to nobody; after it they can change nothing. */
const IDENTITY: readonly SyscallName[] = [
  ...(["getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid"] as const),
  ...(["setuid", "setgid", "setgroups", "setresuid", "setresgid", "capget", "capset"] as const),
  ...(["getrlimit", "prlimit64", "getrusage", "sysinfo", "uname", "getrandom"] as const),
];
/** Starts the worker itself. Later it could only replace this process, by one of the few files that are mounted. */
const START: readonly SyscallName[] = ["execve"];
/** bubblewrap's own first process in the namespace stands under the same filter, and waits for the worker. */
const WAIT: readonly SyscallName[] = ["wait4"];

/** What every process behind a filter may do. */
export const ORDINARY: readonly SyscallName[] = [
  ...[...FILES, ...GIVEN_PIPES, ...MEMORY, ...THREADS, ...SIGNALS, ...CLOCKS, ...IDENTITY, ...START, ...WAIT],
];

export const WORKER_RULES: readonly Rule[] = [
  { calls: ORDINARY, then: "allow" },
  { calls: ["clone"], then: "allowIfBits", argument: 0, mask: CLONE_THREAD | CLONE_NEW_ANY, value: CLONE_THREAD },
  { calls: ["open"], then: "allowIfBits", argument: 1, mask: OPEN_TO_WRITE, value: 0 },
  { calls: ["openat"], then: "allowIfBits", argument: 2, mask: OPEN_TO_WRITE, value: 0 },
  // its flags lie in memory, where a filter cannot look: libc then takes `clone`
  { calls: ["clone3"], then: "refuse", errno: ENOSYS },
  { calls: ["prctl"], then: "allowIfOneOf", argument: 0, values: PRCTLS },
  { calls: ["ioctl"], then: "allowIfOneOf", argument: 1, values: IOCTLS },
];
