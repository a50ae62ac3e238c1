import type { CommandMessage } from '@cachefb/manager';
import {
  type Attributes,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { endAttributes, operationName, startAttributes } from './command-attributes.js';

/** A span for each command, a child of what was active where it was called. */
export class CommandSpans {
  readonly #tracer: Tracer;
  readonly #attributes: Attributes;
  readonly #keys: boolean;
  readonly #spans = new WeakMap<CommandMessage, Span>();

  constructor(tracer: Tracer, attributes: Attributes, keys: boolean) {
    this.#tracer = tracer;
    this.#attributes = attributes;
    this.#keys = keys;
  }

  started(command: CommandMessage): void {
    const span = this.#tracer.startSpan(operationName(command), {
      kind: SpanKind.CLIENT,
      attributes: { ...this.#attributes, ...startAttributes(command, this.#keys) },
    });
    this.#spans.set(command, span);
  }

  ended(command: CommandMessage): void {
    const span = this.#spans.get(command);
    if (span === undefined) return;
    span.setAttributes(endAttributes(command));
    if (command.error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
}
