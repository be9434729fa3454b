import * as z from 'zod';
import { chainStartOf, logPrefix, type Mark } from '../../../core/log/chain.ts';
import type { ToolReport, ToolTask } from '../../../core/log/supervise.ts';
import { parseBigJson } from '../shared/big-json.ts';
import { redacted } from '../shared/words.ts';
import { printed } from './last-words.ts';
import { instantOfTso, parseTso, printTso, type Tso } from './tso.ts';

/** As BR and TiKV say that GC has taken what comes next (br/pkg/errors: ErrBackupGCSafepointExceeded). */
const COLLECTED = /ErrBackupGCSafepointExceeded|has been gc|GC safepoint \d+ exceed/;

/** Characters of an engine's own words: a reason stays small. */
const MESSAGE_MAX = 300;

const tso = z
  .union([z.number(), z.string()])
  .transform((value) => parseTso(String(value)))
  .optional();

const lastError = z.looseObject({
  store_id: z.number().optional(),
  last_error: z
    .looseObject({ error_code: z.string().optional(), error_message: z.string().optional() })
    .nullish(),
});

/** What is read of a task (br/pkg/stream/stream_status.go). */
const task = z.looseObject({
  name: z.string(),
  status: z.string(),
  storage: z.string(),
  checkpoint: tso,
  start_ts: tso,
  last_errors: z.array(lastError).nullish(),
});

/** Where the log of a cluster lies, and what its task is called. */
export interface LogPlace {
  readonly cluster: string;
  readonly bucket: string;
}

/** BR's name for the log task of a cluster. A cluster has one. */
export const taskNameOf = (cluster: string): string => `holdfast-${cluster}`;

/** A place of the log: what lies up to it is there for certain. */
export const markOf = (at: Tso): Mark => ({ at: instantOfTso(at), mark: printTso(at) });

/** The answer among what was printed; undefined while it is not all there. */
export function statusIn(lines: readonly string[]): string | undefined {
  const own = printed(lines);
  const first = own.findIndex((line) => line.startsWith('['));
  const last = own.findLastIndex((line) => line.endsWith(']'));
  return first === -1 || last < first ? undefined : own.slice(first, last + 1).join('\n');
}

/** @param text what `br log status --json` printed */
export function reportOf(text: string, place: LogPlace): ToolReport {
  const tasks = z.array(task).safeParse(jsonIn(text));
  if (!tasks.success) return unreadable(text);
  const [first] = tasks.data;
  if (!first) return { status: 'no-task' };
  const status = STATUS[first.status];
  if (!status) return unreadable(text);
  const message = messageOf(first);
  const checkpoint = first.checkpoint ? markOf(first.checkpoint) : undefined;
  return {
    status: 'task',
    task: {
      status,
      name: first.name,
      storage: first.storage,
      chain: chainIn(first, place),
      ...(checkpoint && { checkpoint }),
      ...(message !== '' && { message }),
      ...(status !== 'running' && COLLECTED.test(message) && { gone: true }),
    },
  };
}

const STATUS: Readonly<Record<string, ToolTask['status']>> = {
  NORMAL: 'running',
  PAUSE: 'paused',
  ERROR: 'error',
};

function jsonIn(text: string): unknown {
  try {
    return parseBigJson(text);
  } catch {
    return undefined;
  }
}

const unreadable = (text: string): ToolReport => ({
  status: 'unknown',
  reason: {
    name: 'LogFailed',
    message: `br log status answered what Holdfast cannot read: ${redacted(text).slice(0, MESSAGE_MAX)}; look whether this version of BR is a supported one`,
  },
});

const messageOf = ({ last_errors }: z.output<typeof task>): string =>
  redacted(
    (last_errors ?? [])
      .map(
        ({ store_id, last_error }) =>
          `store ${store_id ?? '?'}: ${last_error?.error_code ?? ''} ${last_error?.error_message ?? ''}`,
      )
      .join('; '),
  ).slice(0, MESSAGE_MAX);

/** The chain that a task writes, when its name and its place are both Holdfast's. BR prints the place with or without its last slash. */
function chainIn(
  { name, storage }: z.output<typeof task>,
  { cluster, bucket }: LogPlace,
): string | undefined {
  const [, where] = /^s3:\/\/([^?]+)/.exec(storage) ?? [];
  const [, chain] =
    new RegExp(`^${bucket}/${logPrefix(cluster, '([^/]+)').slice(0, -1)}/?$`).exec(where ?? '') ?? [];
  return name === taskNameOf(cluster) && chain !== undefined && chainStartOf(chain) !== undefined
    ? chain
    : undefined;
}
