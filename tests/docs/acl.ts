import { readFileSync } from 'node:fs';
import path from 'node:path';
import { blocksOf, root } from './documents.js';
import { commandsOf, wordsOf } from './shell.js';

/** The rules of the user on the page "Security", behind `ACL SETUSER NAME`. */
export function rulesOfThePage(): string[] {
  const name = 'docs/security.md';
  const text = readFileSync(path.join(root, name), 'utf8');
  const line = blocksOf({ name, text })
    .flatMap(commandsOf)
    .find((command) => command.startsWith('redis-cli ACL SETUSER'));
  return wordsOf(line ?? '').slice(4);
}

/** The commands that rules permit. */
export function commandsIn(rules: readonly string[]): Set<string> {
  return new Set(rules.filter((rule) => rule.startsWith('+')).map((rule) => rule.slice(1)));
}

/** Rules without some of them, for keys under a prefix. */
export function rulesFor(user: string, without: readonly string[], extra: readonly string[] = []) {
  return [...rulesOfThePage(), ...extra]
    .filter((rule) => !without.includes(rule))
    .map((rule) => (rule.startsWith('~') ? `~${user}:${rule.slice(1)}` : rule));
}
