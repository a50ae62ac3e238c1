import { inspect } from './inspect.js';

/** Figures that go with a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where log lines go. winston and `console` fit as they are; see the manager for pino. */
export interface Logger {
  /** Detail, for finding out why. */
  debug(message: string, fields?: LogFields): void;
  /** A change of state that was expected. */
  info(message: string, fields?: LogFields): void;
  /** Something went wrong and was dealt with. */
  warn(message: string, fields?: LogFields): void;
  /** Something went wrong that needs a person. */
  error(message: string, fields?: LogFields): void;
}

/** Logs nothing. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** Warnings and errors become warnings of the process, which Node prints to stderr; all else is left out. */
export const warningLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message, fields) => warn(message, fields),
  error: (message, fields) => warn(message, fields),
};

function warn(message: string, fields: LogFields = {}): void {
  const shown = Object.entries(fields).map(([name, value]) => `${name}: ${inspectField(value)}`);
  process.emitWarning(
    shown.length === 0 ? message : `${message} (${shown.join(', ')})`,
    'CacheWarning',
  );
}

function inspectField(value: unknown): string {
  return value instanceof Error ? value.message : inspect(value);
}
