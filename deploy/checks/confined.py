"""Runs a program as the image would: `confined.py ROOT DATA GROUP PROGRAM [ARGUMENT]...`, by root.

ROOT becomes its file system and cannot be written, DATA its /var/lib/janua, GROUP (a folder of cgroups) bounds its
memory. It is user 65532, has no capability, and cannot get one.
"""

import ctypes
import os
import pathlib
import sys

# From <linux/sched.h>, <sys/mount.h> and <linux/prctl.h>.
NEW_MOUNTS, READ_ONLY, NO_SUID, REMOUNT, BIND, RECURSIVE, PRIVATE = 0x20000, 1, 2, 32, 4096, 16384, 1 << 18
DROP_FROM_BOUNDS, NO_NEW_PRIVILEGES = 24, 38
libc = ctypes.CDLL(None, use_errno=True)


def must(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount(source, target, kind, flags):
    must(libc.mount(str(source).encode(), str(target).encode(), kind and kind.encode(), flags, None))


root, data, group, *command = sys.argv[1:]
root = pathlib.Path(root)
(pathlib.Path(group) / "cgroup.procs").write_text(str(os.getpid()))
must(libc.unshare(NEW_MOUNTS))
mount("none", "/", None, RECURSIVE | PRIVATE)
for folder in ("proc", "dev", "sys/fs/cgroup"):
    (root / folder).mkdir(exist_ok=True, parents=True)
mount(root, root, None, BIND)
mount("none", root, None, REMOUNT | BIND | READ_ONLY | NO_SUID)
mount("/dev", root / "dev", None, BIND)
mount("proc", root / "proc", "proc", READ_ONLY)
mount("/sys/fs/cgroup", root / "sys/fs/cgroup", None, BIND | RECURSIVE)  # There a program finds its bounds.
mount(data, root / "var/lib/janua", None, BIND)
os.chroot(root)
os.chdir("/var/lib/janua")
must(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
for capability in range(int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
    must(libc.prctl(DROP_FROM_BOUNDS, capability, 0, 0, 0))
os.setgroups([])
os.setresgid(65532, 65532, 65532)
os.setresuid(65532, 65532, 65532)  # Whoever is not root any more has no capability.
os.execve(command[0], command, dict(os.environ))
