import { type Duration, seconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import type { EventSource } from './event-source.ts';
import { type Message, Queue, type QueueSettings, type Redeliver } from './queue.ts';

interface QueuesParts {
  readonly world: World;
  readonly measure?: (queue: QueueSettings, metric: string, value: number) => void;
  /** Asked of queues that a function consumes. */
  readonly redeliver?: Redeliver;
}

interface Request {
  readonly QueueUrl: string;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
}

/** quotas-messages.html: 1 MiB. */
const MESSAGE_BYTES = 1_048_576;
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  SendMessage: ['QueueUrl', 'MessageBody', 'DelaySeconds'],
  ReceiveMessage: [
    'QueueUrl',
    'MaxNumberOfMessages',
    'VisibilityTimeout',
    'WaitTimeSeconds',
    'AttributeNames',
  ],
  DeleteMessage: ['QueueUrl', 'ReceiptHandle'],
  ChangeMessageVisibility: ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'],
  GetQueueAttributes: ['QueueUrl', 'AttributeNames'],
};

/**
 * SQS: standard queues with visibility timeout, receive count, redrive and retention.
 *
 * Does not model: FIFO queues, long polling (a receive answers at once), batches through the SDK, message attributes
 * of a sender, encryption, the order in which a standard queue loses track.
 */
export class Queues implements EmbeddedService {
  readonly name = 'sqs';
  readonly #parts: QueuesParts;
  /** The mappings that feed functions, by UUID. */
  readonly eventSources = new Map<string, EventSource>();
  readonly #queues = new Map<string, Queue>();
  readonly #byUrl = new Map<string, Queue>();

  constructor(parts: QueuesParts) {
    this.#parts = parts;
  }

  createQueue(settings: QueueSettings): Queue {
    const { world, measure, redeliver } = this.#parts;
    const toDeadLetters = ({ body, attributes }: Message): void => {
      this.sendTo(settings.redrive!.deadLetterArn, body, attributes);
    };
    const changed = (visible: number) => measure?.(settings, 'ApproximateNumberOfMessagesVisible', visible);
    const queue = new Queue(settings, world, toDeadLetters, changed, redeliver);
    this.#queues.set(queue.arn, queue);
    this.#byUrl.set(queue.url, queue);
    return queue;
  }

  queue(arn: string): Queue | undefined {
    return this.#queues.get(arn);
  }

  /** Does a function consume any of them? Nobody but people reads a dead-letter queue. */
  get consumed(): boolean {
    return [...this.#queues.values()].some(({ consumed }) => consumed);
  }

  /** Sends and answers the message's id. Takes an ARN or a URL. */
  sendTo(queue: string, body: string, attributes: Readonly<Record<string, string>> = {}): string {
    return this.#send(this.#find(queue), body, attributes);
  }

  call(operation: string, input: object, call: Call): object {
    const members = MEMBERS[operation];
    if (!members) throw new NotModelled('sqs', operation);
    onlyModelled('sqs', operation, input, members);
    const request = input as Request;
    const queue = this.#find(request.QueueUrl);
    if (queue.settings.region !== call.region) throw nonExistent();
    switch (operation) {
      case 'SendMessage':
        return { MessageId: this.#send(queue, request.MessageBody ?? '', {}, request.DelaySeconds) };
      case 'ReceiveMessage':
        return { Messages: receive(queue, request) };
      case 'DeleteMessage':
        queue.delete(request.ReceiptHandle ?? '');
        return {};
      case 'ChangeMessageVisibility':
        return changeVisibility(queue, request);
      default:
        return {
          Attributes: {
            QueueArn: queue.arn,
            ApproximateNumberOfMessages: String(queue.visible),
            ApproximateNumberOfMessagesNotVisible: String(queue.messages.length - queue.visible),
          },
        };
    }
  }

  #find(arnOrUrl: string): Queue {
    const queue = this.#queues.get(arnOrUrl) ?? this.#byUrl.get(arnOrUrl);
    if (queue) return queue;
    throw nonExistent();
  }

  #send(
    queue: Queue,
    body: string,
    attributes: Readonly<Record<string, string>>,
    delaySeconds?: number,
  ): string {
    const bytes = Buffer.byteLength(body);
    if (bytes === 0 || bytes > MESSAGE_BYTES)
      throw new AwsError(
        'InvalidParameterValue',
        `a message has 1 to ${MESSAGE_BYTES} bytes; received ${bytes}`,
      );
    return queue.send(body, attributes, delaySeconds).id;
  }
}

function receive(queue: Queue, { MaxNumberOfMessages: most = 1, VisibilityTimeout }: Request): object[] {
  if (most < 1 || most > 10)
    throw new AwsError('InvalidParameterValue', `MaxNumberOfMessages is 1 to 10; received ${most}`);
  const visibility: Duration =
    VisibilityTimeout === undefined ? queue.visibilityTimeout : seconds(VisibilityTimeout);
  return queue.receive(most, visibility).map((message) => ({
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    Attributes: systemAttributes(message),
  }));
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout = 0 }: Request): object {
  const message = queue.byReceipt(ReceiptHandle ?? '');
  if (!message)
    throw new AwsError('ReceiptHandleIsInvalid', `The receipt handle "${ReceiptHandle}" is not valid.`);
  queue.hide(message, seconds(VisibilityTimeout));
  return {};
}

export const systemAttributes = (message: Message): Readonly<Record<string, string>> => ({
  ApproximateReceiveCount: String(message.received),
  SentTimestamp: String(message.sentAt),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
});

const nonExistent = (): AwsError => new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
