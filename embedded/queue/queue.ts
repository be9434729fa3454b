import { type Duration, type Instant, later } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';

export interface QueueSettings {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** @default 30 */
  readonly visibilityTimeoutSeconds?: number;
  /** @default 345,600: four days */
  readonly retentionSeconds?: number;
  /** @default 0 */
  readonly delaySeconds?: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAt: Instant;
  visibleAt: Instant;
  received: number;
  firstReceivedAt: Instant | undefined;
  /** Of the latest receive; an older one no longer deletes. */
  receipt: string | undefined;
}

/** SQS delivers at least once: while a message is received, or after it was deleted, a copy of it may be left. */
export type Redeliver = (queueArn: string, when: 'received' | 'deleted') => boolean;

const VISIBILITY_SECONDS = 30;
const RETENTION_SECONDS = 345_600;

/** One standard queue: at least once, roughly in order. */
export class Queue {
  readonly arn: string;
  readonly url: string;
  readonly settings: QueueSettings;
  readonly #world: World;
  readonly #moved: (message: Message) => void;
  readonly #changed: (visible: number) => void;
  readonly #redeliver: Redeliver | undefined;
  #messages: Message[] = [];
  readonly #listeners = new Set<(at: Instant) => void>();

  constructor(
    settings: QueueSettings,
    world: World,
    /** Takes a message that was received too often. */
    moved: (message: Message) => void,
    /** Hears how many messages can be received. */
    changed: (visible: number) => void,
    redeliver?: Redeliver,
  ) {
    const { name, account, region } = settings;
    this.arn = `arn:aws:sqs:${region}:${account}:${name}`;
    this.url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    this.settings = settings;
    this.#world = world;
    this.#moved = moved;
    this.#changed = changed;
    this.#redeliver = redeliver;
  }

  get visibilityTimeout(): Duration {
    return ((this.settings.visibilityTimeoutSeconds ?? VISIBILITY_SECONDS) * 1_000) as Duration;
  }

  /** Every message that is kept, oldest first. */
  get messages(): readonly Message[] {
    const retention = (this.settings.retentionSeconds ?? RETENTION_SECONDS) * 1_000;
    const now = this.#world.now();
    if (this.#messages.some(({ sentAt }) => now - sentAt > retention))
      this.#messages = this.#messages.filter(({ sentAt }) => now - sentAt <= retention);
    return this.#messages;
  }

  get visible(): number {
    return this.messages.filter(({ visibleAt }) => visibleAt <= this.#world.now()).length;
  }

  /** Does an event source take its messages? */
  get consumed(): boolean {
    return this.#listeners.size > 0;
  }

  /** Hears from when on a message can be received, until what is answered is called. */
  onVisible(listener: (at: Instant) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(
    body: string,
    attributes: Readonly<Record<string, string>> = {},
    delaySeconds = this.settings.delaySeconds ?? 0,
  ): Message {
    const now = this.#world.now();
    const message: Message = {
      id: uuid(this.#world.random('sqs.ids')),
      body,
      attributes,
      sentAt: now,
      visibleAt: later(now, (delaySeconds * 1_000) as Duration),
      received: 0,
      firstReceivedAt: undefined,
      receipt: undefined,
    };
    this.#messages.push(message);
    this.#announce(message.visibleAt);
    return message;
  }

  receive(most: number, visibility: Duration = this.visibilityTimeout): Message[] {
    const now = this.#world.now();
    const taken: Message[] = [];
    const limit = this.settings.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY;
    for (const message of [...this.messages]) {
      if (taken.length >= most) break;
      if (message.visibleAt > now) continue;
      if (message.received >= limit) {
        this.#remove(message);
        this.#moved(message);
        continue;
      }
      message.received++;
      message.firstReceivedAt ??= now;
      message.receipt = uuid(this.#world.random('sqs.receipts'));
      taken.push(message);
      // A server that did not hear of the receive hands the message out as well.
      this.hide(message, this.#comesAgain('received') ? (0 as Duration) : visibility);
    }
    this.#changed(this.visible);
    return taken;
  }

  /** Makes a message receivable again after so long. */
  hide(message: Message, visibility: Duration): void {
    message.visibleAt = later(this.#world.now(), visibility);
    this.#announce(message.visibleAt);
  }

  byReceipt(receipt: string): Message | undefined {
    return this.messages.find((message) => message.receipt === receipt);
  }

  delete(receipt: string): void {
    const message = this.byReceipt(receipt);
    if (!message) return;
    // A server that was away keeps its copy, which comes again when it is no longer hidden.
    if (this.#comesAgain('deleted')) message.receipt = undefined;
    else this.#remove(message);
    this.#changed(this.visible);
  }

  #comesAgain(when: 'received' | 'deleted'): boolean {
    return this.consumed && (this.#redeliver?.(this.arn, when) ?? false);
  }

  #remove(message: Message): void {
    this.#messages = this.#messages.filter((one) => one !== message);
  }

  #announce(at: Instant): void {
    this.#changed(this.visible);
    for (const listener of this.#listeners) listener(at);
  }
}
