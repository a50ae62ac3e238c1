import type { Written } from './written.js';

/** What can be kept of a change without its values: enough that no older form reappears. */
export function shrink(written: Written): Written {
  switch (written.kind) {
    case 'put':
    case 'put-hash':
      return { kind: 'delete' };
    case 'fields': {
      const fields = [...written.fields].map(
        ([field, change]) =>
          [field, change.kind === 'put' ? { kind: 'delete' as const } : change] as const,
      );
      return { ...written, fields: new Map(fields) };
    }
    default:
      return written;
  }
}
