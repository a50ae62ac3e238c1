import { readFileSync } from 'node:fs';

/** A process, told from a later one with the same number by when it was started, where the system shows that. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; empty where the system does not tell. */
  readonly started: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) };
}

/**
 * Whether a process still runs. One of a container that this one cannot see counts as ended, and so does one that was
 * killed and that its parent takes no notice of.
 */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  if (now === ENDED) return false;
  return started === '' || now === '' || now === started;
}

/** Of what is left of a process when it has ended. */
const ENDED = 'ended';

/** Linux tells it in ticks since the machine booted; so the boot belongs to it. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second of its columns is a name in brackets, with anything in it, the third its state, the 22nd
    // its start.
    const columns = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (columns[0] === 'Z' || columns[0] === 'X') return ENDED;
    const ticks = columns[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
  } catch {
    return '';
  }
}
