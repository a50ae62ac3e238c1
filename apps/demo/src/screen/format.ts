const digits = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `12,345` */
export function count(value: number): string {
  return digits.format(value);
}

/** `1 key`, `12,345 keys` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `0.4 ms`, `87 ms` */
export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : count(ms)} ms`;
}

/** `5.9 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `98 %` */
export function percent(share: number): string {
  // Rounded down: a single miss is not 100 %.
  return `${Math.floor(share * 100)} %`;
}
