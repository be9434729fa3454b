import { type Instant, later, milliseconds, minutes, seconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { Timer } from '../clock/event-queue.ts';
import type { World } from '../clock/world.ts';
import type { Outcome } from '../functions/outcome.ts';
import { AwsError } from '../service.ts';
import type { Message, Queue } from './queue.ts';
import { systemAttributes } from './queues.ts';

export interface EventSourceSettings {
  readonly queue: Queue;
  readonly functionArn: string;
  /** @default 10 */
  readonly batchSize?: number;
  /** @default 0 */
  readonly windowSeconds?: number;
  /** @default 5 */
  readonly maximumConcurrency?: number;
  /** Without it, a batch succeeds or fails as a whole. */
  readonly reportBatchItemFailures?: boolean;
}

interface EventSourceParts {
  readonly world: World;
  readonly daylight: Daylight;
  readonly invoke: (functionArn: string, payload: string) => Promise<Outcome>;
  /** Throws when the function's role may not do this to the queue. @default everything is allowed */
  readonly permit?: (action: string) => void;
}

const POLL = milliseconds(50);
const REFUSED = minutes(1);

/**
 * Lambda's event source mapping for a queue: receives batches, deletes what succeeded, and leaves the rest until its
 * visibility timeout ends.
 *
 * Does not model: filter criteria, scaling of pollers beyond `maximumConcurrency`, backing off when a function fails.
 */
export class EventSource {
  readonly #parts: EventSourceParts;
  readonly #settings: EventSourceSettings;
  #running = 0;
  #timer: Timer | undefined;
  #closed = false;
  readonly #leave: () => void;

  constructor(parts: EventSourceParts, settings: EventSourceSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#leave = settings.queue.onVisible((at) => this.#pollAt(at));
    if (settings.queue.messages.length > 0) this.#pollAt(parts.world.now());
  }

  /** Takes no more messages. What it has handed to its function comes to its end. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#leave();
  }

  /** One timer at a time is enough: a poll takes all that is visible then, and looks when the next one will be. */
  #pollAt(visible: Instant): void {
    const { world } = this.#parts;
    if (this.#closed) return;
    const wait = Math.max(POLL, seconds(this.#settings.windowSeconds ?? 0));
    const at = (Math.max(visible, world.now()) + wait) as Instant;
    if (this.#timer && this.#timer.at <= at) return;
    this.#timer?.cancel();
    this.#timer = world.at(at, () => this.#poll());
  }

  async #poll(): Promise<void> {
    const { daylight, world } = this.#parts;
    const { queue, maximumConcurrency = 5, batchSize = 10 } = this.#settings;
    const { region } = queue.settings;
    this.#timer = undefined;
    if (daylight.isDark(region)) await daylight.of(region);
    if (this.#closed) return;
    if (!this.#may('sqs:ReceiveMessage', 'sqs:GetQueueAttributes'))
      return this.#pollAt(later(world.now(), REFUSED));
    const batches: Promise<void>[] = [];
    while (this.#running < maximumConcurrency) {
      const batch = queue.receive(batchSize);
      if (batch.length === 0) break;
      this.#running++;
      batches.push(this.#run(batch));
    }
    const next = queue.messages.reduce(
      (least, { visibleAt }) => Math.min(least, visibleAt),
      Number.POSITIVE_INFINITY,
    );
    if (next < Number.POSITIVE_INFINITY) this.#pollAt(next as Instant);
    await Promise.all(batches);
  }

  /** Without its permissions a mapping stands still, or takes the same messages again and again. */
  #may(...actions: readonly string[]): boolean {
    try {
      for (const action of actions) this.#parts.permit?.(action);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      this.#parts.world.log(`event source of ${this.#settings.functionArn}: ${thrown.message}`);
      return false;
    }
  }

  async #run(batch: readonly Message[]): Promise<void> {
    const { queue, functionArn, reportBatchItemFailures } = this.#settings;
    const receipts = new Map(batch.map((message) => [message.id, message.receipt!]));
    const event = { Records: batch.map((message) => record(message, queue)) };
    const outcome = await this.#parts.invoke(functionArn, JSON.stringify(event));
    this.#running--;
    const failed = outcome.ok
      ? reportBatchItemFailures
        ? failures(outcome.payload, receipts)
        : new Set<string>()
      : new Set(receipts.keys());
    if (this.#may('sqs:DeleteMessage'))
      for (const [id, receipt] of receipts) if (!failed.has(id)) queue.delete(receipt);
    if (queue.visible > 0) this.#pollAt(this.#parts.world.now());
  }
}

/**
 * The ids that a function reported as failed. Nothing reported means that all succeeded; a report that cannot be
 * understood, or that names an unknown message, means that all failed (services-sqs-errorhandling.html).
 */
function failures(payload: string, batch: ReadonlyMap<string, string>): ReadonlySet<string> {
  const all = new Set(batch.keys());
  const answer: unknown = JSON.parse(payload);
  if (answer === null) return new Set();
  if (typeof answer !== 'object') return all;
  const { batchItemFailures: reported } = answer as { batchItemFailures?: unknown };
  if (reported === undefined || reported === null) return new Set();
  if (!Array.isArray(reported)) return all;
  const ids = reported.map((item: { itemIdentifier?: unknown } | null) => item?.itemIdentifier);
  return ids.every((id) => typeof id === 'string' && batch.has(id)) ? new Set(ids as string[]) : all;
}

const record = (message: Message, queue: Queue): object => ({
  messageId: message.id,
  receiptHandle: message.receipt,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: queue.arn,
  awsRegion: queue.settings.region,
});
