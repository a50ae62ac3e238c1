/** Reads `--name N` and `--name=N` for the names of the defaults; `undefined` if anything else is there. */
export function readNumbers<T extends Readonly<Record<string, number>>>(
  args: readonly string[],
  defaults: T,
): T | undefined {
  const words = args.filter((arg) => arg !== '--').flatMap((arg) => arg.split('='));
  const numbers: Record<string, number> = { ...defaults };
  for (let i = 0; i < words.length; i += 2) {
    const name = /^--(.+)$/.exec(words[i] as string)?.[1] ?? '';
    const number = Number(words[i + 1]);
    if (!(name in defaults) || !Number.isSafeInteger(number) || number < 0) return undefined;
    numbers[name] = number;
  }
  return numbers as T;
}
