import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** An SDK that keeps what it is told in memory. */
export class Sdk {
  readonly #spans = new InMemorySpanExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.#spans)],
  });
  readonly meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: this.#metrics,
        exportIntervalMillis: 3_600_000,
        exportTimeoutMillis: 10_000,
      }),
    ],
  });

  /** The spans that have ended, in the order in which they did. */
  finished(): ReadableSpan[] {
    return this.#spans.getFinishedSpans();
  }

  /** Collects every metric now. */
  async collect(): Promise<Collection> {
    this.#metrics.reset();
    await this.meterProvider.forceFlush();
    const [found] = this.#metrics.getMetrics();
    return new Collection(found?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? []);
  }

  async shutdown(): Promise<void> {
    await Promise.all([this.tracerProvider.shutdown(), this.meterProvider.shutdown()]);
  }
}

/** The metrics of one collection. */
export class Collection {
  readonly metrics: readonly MetricData[];

  constructor(metrics: readonly MetricData[]) {
    this.metrics = metrics;
  }

  of(name: string): MetricData | undefined {
    return this.metrics.find(({ descriptor }) => descriptor.name === name);
  }

  /** The sum of the points, or of the counts of histograms, that have these attributes. */
  value(name: string, attributes: Attributes = {}): number | undefined {
    const metric = this.of(name);
    if (metric === undefined) return undefined;
    const values =
      metric.dataPointType === DataPointType.HISTOGRAM
        ? metric.dataPoints.map((point) => ({ ...point, value: point.value.count }))
        : metric.dataPoints.map((point) => ({ ...point, value: Number(point.value) }));
    return values
      .filter((point) =>
        Object.entries(attributes).every(([key, wanted]) => point.attributes[key] === wanted),
      )
      .reduce((sum, { value }) => sum + value, 0);
  }
}
