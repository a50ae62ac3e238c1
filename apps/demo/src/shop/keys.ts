import { randomBytes } from 'node:crypto';

/** The names of everything that the shop keeps in Redis, under one prefix that nobody else uses. */
export class Keys {
  readonly prefix = `cachefb-demo:${randomBytes(6).toString('hex')}:`;
  readonly config = `${this.prefix}config`;
  readonly notices = `${this.prefix}notices`;
  readonly allClicks = `${this.prefix}clicks:all`;

  session(id: string): string {
    return `${this.prefix}session:${id}`;
  }

  clicks(user: string): string {
    return `${this.prefix}clicks:${user}`;
  }

  page(number: number): string {
    return `${this.prefix}page:${number}`;
  }

  /** Globs of what must survive an outage; pages are only a cache. */
  get critical(): string[] {
    return [`${this.prefix}session:*`, `${this.prefix}clicks:*`, this.config, this.notices];
  }
}
