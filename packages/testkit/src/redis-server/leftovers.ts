import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

/*
 * No server may outlive the process that started it. An exit handler sees to it when the process ends by itself; a small
 * shell that reads from a pipe of ours does when the process is killed: the pipe ends, and the shell kills what is left.
 */
const GUARD = `
pids=
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) rest=; for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done; pids=$rest ;;
  esac
done
for p in $pids; do kill -9 "$p"; done`;

const pids = new Set<number>();
const folders = new Set<string>();
let guard: ChildProcess | undefined;

/** Makes sure that a child does not outlive this process. */
export function guardProcess(pid: number): void {
  guard ??= startGuard();
  pids.add(pid);
  guard.stdin?.write(`+ ${pid}\n`);
}

/** The child has ended. */
export function forgetProcess(pid: number): void {
  if (pids.delete(pid)) guard?.stdin?.write(`- ${pid}\n`);
}

/** Removes a folder at the latest when this process exits. */
export function guardFolder(folder: string): void {
  guard ??= startGuard();
  folders.add(folder);
}

/** The folder is gone. */
export function forgetFolder(folder: string): void {
  folders.delete(folder);
}

function startGuard(): ChildProcess {
  process.once('exit', cleanUp);
  const shell = spawn('sh', ['-c', GUARD], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  // Of a child's pipes the types do not say that they are sockets.
  (shell.stdin as unknown as { unref?(): void }).unref?.();
  return shell;
}

function cleanUp(): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
