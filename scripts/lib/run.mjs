import { spawn } from 'node:child_process';
import { root } from './repo.mjs';

/**
 * Runs a command to its end. Its output goes to our own, or, with `capture`, into the result.
 * A command that cannot be started counts as one that failed.
 */
export function run(command, args, { env = process.env, cwd = root, capture = false } = {}) {
  return new Promise((resolve) => {
    const stdio = capture ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(command, args, { cwd, env, stdio });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    const output = () => Buffer.concat(chunks).toString();
    child.on('error', (error) => resolve({ ok: false, code: 127, output: String(error.message) }));
    child.on('close', (code) => resolve({ ok: code === 0, code: code ?? 1, output: output() }));
  });
}

/** Runs the commands one after the other and leaves the process at the first that fails. */
export async function runOrExit(command, args, options) {
  const { ok, code, output } = await run(command, args, options);
  if (ok) return;
  if (output) process.stderr.write(`${output}\n`);
  process.exit(code);
}
