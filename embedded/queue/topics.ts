import { type Instant, iso, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';

/** A mail that a subscriber found in the inbox. */
export interface Mail {
  readonly at: Instant;
  readonly topicArn: string;
  readonly address: string;
  readonly subject: string;
  readonly message: string;
}

interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly raw: boolean;
}

interface TopicsParts {
  readonly world: World;
  /** Delivers to an SQS queue or a function. */
  readonly send: (topicArn: string, target: string, payload: string) => void;
}

interface Publication {
  readonly id: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly at: Instant;
}

/** sns-message: 256 KB, smaller than a message of SQS. */
const MESSAGE_BYTES = 262_144;
const PROTOCOLS = ['email', 'email-json', 'sqs', 'lambda'];

/**
 * SNS: topics whose subscriptions are mail addresses (into an inbox), queues and functions. Subscriptions are
 * confirmed at once.
 *
 * Does not model: FIFO topics, filter policies, message attributes, HTTP, SMS and push, delivery retries.
 */
export class Topics implements EmbeddedService {
  readonly name = 'sns';
  readonly #parts: TopicsParts;
  readonly #topics = new Map<string, Subscription[]>();
  readonly #inbox: Mail[] = [];

  constructor(parts: TopicsParts) {
    this.#parts = parts;
  }

  /** Every mail so far, in the order of arrival. */
  get inbox(): readonly Mail[] {
    return this.#inbox;
  }

  createTopic(region: string, account: string, name: string): string {
    const arn = `arn:aws:sns:${region}:${account}:${name}`;
    if (!this.#topics.has(arn)) this.#topics.set(arn, []);
    return arn;
  }

  subscribe(topicArn: string, protocol: string, endpoint: string, raw = false): void {
    if (!PROTOCOLS.includes(protocol)) throw new NotModelled('sns', `the protocol ${protocol}`);
    this.#find(topicArn).push({ protocol, endpoint, raw });
  }

  /** Publishes and answers the message's id. */
  publishTo(topicArn: string, message: string, subject?: string): string {
    const subscriptions = this.#find(topicArn);
    if (Buffer.byteLength(message) > MESSAGE_BYTES)
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
    const { world } = this.#parts;
    const publication = { id: uuid(world.random('sns.ids')), topicArn, subject, message, at: world.now() };
    for (const subscription of subscriptions) {
      const latency = milliseconds(world.random('sns.latency').between(50, 300));
      world.after(latency, () => this.#deliver(subscription, publication));
    }
    return publication.id;
  }

  call(operation: string, input: object, _call: Call): object {
    if (operation !== 'Publish') throw new NotModelled('sns', operation);
    onlyModelled('sns', operation, input, ['TopicArn', 'Message', 'Subject']);
    const { TopicArn, Message, Subject } = input as { TopicArn: string; Message: string; Subject?: string };
    return { MessageId: this.publishTo(TopicArn, Message, Subject) };
  }

  #deliver({ protocol, endpoint, raw }: Subscription, publication: Publication): void {
    const { topicArn, message, subject } = publication;
    if (protocol.startsWith('email')) {
      const at = this.#parts.world.now();
      this.#inbox.push({
        at,
        topicArn,
        address: endpoint,
        subject: subject ?? 'AWS Notification Message',
        message,
      });
    } else if (protocol === 'sqs') {
      this.#parts.send(topicArn, endpoint, raw ? message : JSON.stringify(envelope(publication)));
    } else {
      const EventSubscriptionArn = `${topicArn}:${publication.id}`;
      const record = {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn,
        Sns: envelope(publication),
      };
      this.#parts.send(topicArn, endpoint, JSON.stringify({ Records: [record] }));
    }
  }

  #find(arn: string): Subscription[] {
    const subscriptions = this.#topics.get(arn);
    if (subscriptions) return subscriptions;
    throw new AwsError('NotFoundException', 'Topic does not exist', { status: 404, code: 'NotFound' });
  }
}

const envelope = ({ id, topicArn, subject, message, at }: Publication): object => ({
  Type: 'Notification',
  MessageId: id,
  TopicArn: topicArn,
  Subject: subject ?? null,
  Message: message,
  Timestamp: iso(at),
});
