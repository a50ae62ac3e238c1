import { describe, expect, it } from 'vitest';
import { Feed } from '../../src/web/feed.js';
import { LIMITS, type Message } from '../../src/web/protocol.js';
import { SampleLog } from '../../src/web/sample-log.js';
import { lineAt, sampleAt } from './samples.js';

const HOUR = 7200;

function listeningFeed() {
  const feed = new Feed(() => 42);
  const messages: Message[] = [];
  feed.subscribe((message) => messages.push(message));
  return { feed, messages };
}

describe('the feed', () => {
  it('gives those who come late everything so far', () => {
    const { feed } = listeningFeed();
    feed.append('log', lineAt(1));
    feed.append('bands', { from: 1, mode: 'memory' });
    feed.replace('keys', []);
    const { now, lists } = feed.snapshot();
    expect(now).toBe(42);
    expect(lists.log).toEqual([lineAt(1)]);
    expect(lists.bands).toEqual([{ from: 1, mode: 'memory' }]);
  });

  it('tells nobody of a value that is as before', () => {
    const { feed, messages } = listeningFeed();
    const health = {
      mode: 'redis',
      isHealthy: true,
      consecutiveFailures: 0,
      responseTime: 1,
      lastError: null,
    } as const;
    feed.replace('health', health);
    feed.replace('health', { ...health });
    expect(messages).toEqual([{ kind: 'replace', name: 'health', value: health }]);
    feed.replace('health', { ...health, isHealthy: false });
    expect(messages).toHaveLength(2);
  });

  it('tells nothing to those who have gone', () => {
    const feed = new Feed(() => 0);
    const messages: Message[] = [];
    const undo = feed.subscribe((message) => messages.push(message));
    undo();
    feed.append('log', lineAt(1));
    expect(messages).toEqual([]);
    expect(feed.subscribers).toBe(0);
  });

  it('is bounded after two hours, the newest kept', () => {
    const feed = new Feed(() => 0);
    const samples = new SampleLog(feed);
    for (let turn = 0; turn < 2 * HOUR; turn++) {
      samples.add(sampleAt(turn, { ops: turn }));
      feed.append('log', lineAt(turn));
      feed.append('bands', { from: turn, mode: turn % 2 === 0 ? 'redis' : 'memory' });
    }
    const { lists } = feed.snapshot();
    expect(lists.samples).toHaveLength(LIMITS.samples);
    expect(lists.log).toHaveLength(LIMITS.log);
    expect(lists.bands).toHaveLength(LIMITS.bands);
    expect(lists.log.at(-1)).toEqual(lineAt(2 * HOUR - 1));
    expect(lists.samples.at(-1)?.ops).toBe(2 * HOUR - 1);
  });
});

describe('samples that are all alike', () => {
  it('are told twice, and once more when the run is over', () => {
    const { feed, messages } = listeningFeed();
    const samples = new SampleLog(feed);
    for (let turn = 0; turn < HOUR; turn++) samples.add(sampleAt(turn));
    expect(messages).toHaveLength(2);
    samples.add(sampleAt(HOUR, { pending: 1 }));
    const told = messages.map((message) =>
      message.kind === 'append' && message.list === 'samples' ? message.item : undefined,
    );
    expect(told).toEqual([
      sampleAt(0),
      sampleAt(1),
      sampleAt(HOUR - 1),
      sampleAt(HOUR, { pending: 1 }),
    ]);
  });

  it('are seen to their end by those who come late', () => {
    const feed = new Feed(() => 0);
    const samples = new SampleLog(feed);
    for (let turn = 0; turn < 10; turn++) samples.add(sampleAt(turn));
    expect(feed.snapshot().lists.samples).toEqual([sampleAt(0), sampleAt(9)]);
  });
});
