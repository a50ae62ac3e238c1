import type { LogFields, Logger } from '@cachefb/core';
import type { Screen } from '../screen/screen.js';

/** The cache's own log, as lines of the story. */
export function storyLogger(screen: Screen): Logger {
  const tell = (message: string, fields: LogFields = {}) => {
    const figures = Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
    screen.line(screen.paint('faint', `    log: ${message}`));
    if (figures !== '') screen.line(screen.paint('faint', `         ${figures}`));
  };
  return { debug: () => {}, info: tell, warn: tell, error: tell };
}
