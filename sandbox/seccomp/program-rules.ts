/**
 * The system calls of a program that has processes and files of its own: what workers may do, and beside it starting
 * processes, writing where its mounts let it, and sockets within the machine. No network, namespace, mount, key or trace.
 */
import { CLONE_NEW_ANY, ENOSYS, IOCTLS, ORDINARY, PRCTLS, type Rule } from "./filter-rules.ts";
import type { SyscallName } from "./syscalls.ts";

const ENOTSUP = 95;
/** linux/socket.h. */
const AF_UNIX = 1;
/** linux/stat.h: the type of a node, and a named pipe; anything else would be a device. */
const FILE_TYPE = 0o170000;
const NAMED_PIPE = 0o10000;
/** linux/prctl.h: a signal when the parent ends, and whether children of children are taken on. */
const MORE_PRCTLS = [1, 2, 36, 37];
/** asm-generic/ioctls.h: TIOCGPGRP, TIOCGWINSZ: shells and terminals' libraries ask for both. */
const MORE_IOCTLS = [0x540f, 0x5413];

const PROCESSES: readonly SyscallName[] = [
  ...(["fork", "vfork", "execveat", "waitid", "pidfd_open", "pidfd_send_signal"] as const),
  ...(["setpgid", "getpgid", "getpgrp", "setsid", "getsid", "times", "getpriority", "setpriority", "sched_setaffinity", "getcpu"] as const),
];
const WAITING: readonly SyscallName[] = [
  ...(["tkill", "rt_sigtimedwait", "rt_sigsuspend", "rt_sigpending", "pause", "alarm", "setitimer", "getitimer", "signalfd4"] as const),
  ...(["timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete"] as const),
  ...(["timerfd_create", "timerfd_settime", "timerfd_gettime", "eventfd", "epoll_create", "epoll_pwait2", "pipe"] as const),
  ...(["inotify_init1", "inotify_add_watch", "inotify_rm_watch"] as const),
];
/** Where nothing is mounted for writing, these fail there. */
const WRITING: readonly SyscallName[] = [
  ...(["open", "openat", "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2"] as const),
  ...(["link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "fchmodat2", "umask"] as const),
  ...(["chown", "lchown", "fchown", "fchownat", "utime", "utimes", "futimesat", "utimensat"] as const),
  ...(["truncate", "ftruncate", "fallocate", "fadvise64", "fsync", "fdatasync", "flock", "memfd_create", "mincore", "msync"] as const),
  ...(["copy_file_range", "sendfile", "splice", "tee", "preadv", "pwritev", "preadv2", "pwritev2"] as const),
  ...(["getdents", "statfs", "fstatfs", "chdir", "fchdir", "close_range"] as const),
];
/** On sockets within the machine: no other kind can be made. */
const LOCAL_SOCKETS: readonly SyscallName[] = ["bind", "listen", "accept", "accept4", "connect"];
const ATTRIBUTES: readonly SyscallName[] = [
  ...(["getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr", "setxattr", "lsetxattr", "fsetxattr"] as const),
];

export const PROGRAM_RULES: readonly Rule[] = [
  { calls: [...ORDINARY, ...PROCESSES, ...WAITING, ...WRITING, ...LOCAL_SOCKETS], then: "allow" },
  { calls: ["clone"], then: "allowIfBits", argument: 0, mask: CLONE_NEW_ANY, value: 0 },
  { calls: ["socket", "socketpair"], then: "allowIfOneOf", argument: 0, values: [AF_UNIX] },
  { calls: ["mknod"], then: "allowIfBits", argument: 1, mask: FILE_TYPE, value: NAMED_PIPE },
  { calls: ["mknodat"], then: "allowIfBits", argument: 2, mask: FILE_TYPE, value: NAMED_PIPE },
  // their flags lie in memory, where a filter cannot look: libc then takes `clone` and `openat`
  { calls: ["clone3", "openat2"], then: "refuse", errno: ENOSYS },
  // what a file system without attributes answers; copying programs know it
  { calls: ATTRIBUTES, then: "refuse", errno: ENOTSUP },
  { calls: ["prctl"], then: "allowIfOneOf", argument: 0, values: [...PRCTLS, ...MORE_PRCTLS] },
  { calls: ["ioctl"], then: "allowIfOneOf", argument: 1, values: [...IOCTLS, ...MORE_IOCTLS] },
];
