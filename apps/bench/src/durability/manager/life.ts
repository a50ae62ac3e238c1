import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Line, type ManagerTask, readLines } from './protocol.js';

const PROGRAM = fileURLToPath(new URL('./process-main.js', import.meta.url));

/**
 * Lets a process live, and answers what it said.
 *
 * @param death - how many milliseconds after its first line it is killed; without it, it has to end by itself.
 * @param onFirstLine - called when it has said its first line.
 */
export async function live(
  task: ManagerTask,
  program = PROGRAM,
  death?: number,
  onFirstLine: () => void = () => {},
): Promise<Line[]> {
  const child = spawn(process.execPath, ['--enable-source-maps', program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') {
      if (death !== undefined) setTimeout(() => child.kill('SIGKILL'), death);
      onFirstLine();
    }
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code, signal] = await once(child, 'close');
  const expected = death === undefined ? code === 0 : signal === 'SIGKILL';
  if (!expected) throw new Error(`a process ended with ${code ?? signal}:\n${errors}`);
  return readLines(output);
}
