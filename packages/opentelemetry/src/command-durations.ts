import type { CommandMessage } from '@cachefb/manager';
import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import { endAttributes, startAttributes } from './command-attributes.js';
import { DB_CLIENT_OPERATION_DURATION } from './conventions.js';

/** How long commands take, with the buckets that the conventions advise. */
export class CommandDurations {
  readonly #histogram: Histogram;
  readonly #attributes: Attributes;

  constructor(meter: Meter, attributes: Attributes) {
    this.#attributes = attributes;
    this.#histogram = meter.createHistogram(DB_CLIENT_OPERATION_DURATION, {
      description: 'Duration of database client operations.',
      unit: 's',
      advice: { explicitBucketBoundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
    });
  }

  ended(command: CommandMessage): void {
    this.#histogram.record((performance.now() - command.startedAt) / 1000, {
      ...this.#attributes,
      ...startAttributes(command, false),
      ...endAttributes(command),
    });
  }
}
