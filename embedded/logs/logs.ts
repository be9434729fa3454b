import type {
  GetLogEventsRequest,
  GetLogEventsResponse,
  OutputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Instant, later, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';

interface Line {
  readonly message: string;
  readonly at: Instant;
  /** From when on it can be read. */
  readonly ingestedAt: Instant;
}

export interface LogStreamName {
  readonly region: string;
  readonly group: string;
  readonly stream: string;
}

const MEMBERS = ['logGroupName', 'logStreamName', 'nextToken', 'limit', 'startFromHead'] as const;
/** What is written can be read about a second or two later. */
const INGESTION_MS: readonly [number, number] = [800, 2_000];
/** GetLogEvents: up to 10,000 events and 1 MB a page. */
const PAGE_EVENTS = 10_000;
const PAGE_BYTES = 1_048_576;
const TOKEN = /^([fb])\/(\d{56})\/s$/;

/**
 * CloudWatch Logs, as far as somebody reads a stream that a container wrote.
 *
 * Does not model: groups as resources (a group is there when it has a stream), retention, filters, Insights, reading by
 * time, encryption, the loss of lines when a log driver's buffer is full, the cut of a line at 256 KB.
 */
export class Logs implements EmbeddedService {
  readonly name = 'cloudwatch-logs';
  readonly #world: World;
  readonly #streams = new Map<string, Line[]>();
  readonly #groups = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  createStream({ region, group, stream }: LogStreamName): void {
    this.#groups.add(`${region} ${group}`);
    const key = `${region} ${group} ${stream}`;
    if (!this.#streams.has(key)) this.#streams.set(key, []);
  }

  /** A line of a stream that was created, as of now. It can be read a little later, in the order of writing. */
  write({ region, group, stream }: LogStreamName, message: string): void {
    const now = this.#world.now();
    const lines = this.#streams.get(`${region} ${group} ${stream}`);
    if (!lines) throw new Error(`there is no log stream ${stream} in ${group} in ${region}`);
    const soon = later(now, milliseconds(this.#world.random('logs').between(...INGESTION_MS)));
    const ingestedAt = Math.max(soon, lines.at(-1)?.ingestedAt ?? 0) as Instant;
    lines.push({ message, at: now, ingestedAt });
  }

  call(operation: string, input: object, call: Call): GetLogEventsResponse {
    if (operation !== 'GetLogEvents') throw new NotModelled('logs', operation);
    onlyModelled('logs', operation, input, MEMBERS);
    return this.#page(input as GetLogEventsRequest, call);
  }

  #page(request: GetLogEventsRequest, { region, now }: Call): GetLogEventsResponse {
    const { logGroupName: group, logStreamName: stream, nextToken, limit = PAGE_EVENTS } = request;
    if (limit < 1 || limit > PAGE_EVENTS)
      throw new AwsError('InvalidParameterException', `limit is 1 to ${PAGE_EVENTS}; received ${limit}`);
    if (!this.#groups.has(`${region} ${group}`)) throw notFound('group');
    const lines = this.#streams.get(`${region} ${group} ${stream}`);
    if (!lines) throw notFound('stream');
    const visible = lines.filter(({ ingestedAt }) => ingestedAt <= now);
    const [from, to] = extent(visible, nextToken, limit, request.startFromHead === true);
    return {
      events: visible.slice(from, to).map(shown),
      nextForwardToken: token('f', to),
      nextBackwardToken: token('b', from),
    };
  }
}

/** Which lines a page has. Without a token, it is the oldest or the newest ones; a token goes on in its direction. */
function extent(
  lines: readonly Line[],
  nextToken: string | undefined,
  limit: number,
  fromHead: boolean,
): readonly [from: number, to: number] {
  const [, direction, place] = TOKEN.exec(nextToken ?? '') ?? [];
  if (nextToken !== undefined && direction === undefined)
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const forward = direction === undefined ? fromHead : direction === 'f';
  const start = Math.min(place === undefined ? (forward ? 0 : lines.length) : Number(place), lines.length);
  const step = forward ? 1 : -1;
  let end = start;
  for (let bytes = 0; Math.abs(end - start) < limit; end += step) {
    const line = lines[forward ? end : end - 1];
    if (!line) break;
    bytes += Buffer.byteLength(line.message);
    if (bytes > PAGE_BYTES) break;
  }
  return forward ? [start, end] : [end, start];
}

/** Where nothing follows, a page's own token comes back: that is how a reader sees the end (GetLogEvents). */
const token = (direction: 'f' | 'b', place: number): string =>
  `${direction}/${String(place).padStart(56, '0')}/s`;

const shown = ({ message, at, ingestedAt }: Line): OutputLogEvent => ({
  message,
  timestamp: at,
  ingestionTime: ingestedAt,
});

const notFound = (what: 'group' | 'stream'): AwsError =>
  new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
