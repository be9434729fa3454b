import { minutes, seconds } from '../core/time/instant.ts';
import { instantOf } from '../embedded/tidb/tso.ts';
import { atMost, type Benchmark, count, type Figure, ratio, usd } from './figure.ts';
import { quantile, type Written, writtenBetween } from './log-lag.ts';
import {
  type Following,
  MINUTES_A_MONTH,
  perMillion,
  type Standing,
  sqsRequests,
  standing,
} from './log-price.ts';
import { live, logStage } from './log-stage.ts';
import { PRICES } from './prices.ts';

interface Shape {
  readonly perMinute: number;
  readonly stores: number;
  /** Files of data; each store also writes one that names them, and its checkpoint. */
  readonly filesPerFlush: number;
  /** That are measured. */
  readonly minutes: number;
}

/** A store of the double flushes every three to five minutes, as TiKV does. */
const SHAPES: readonly Shape[] = [
  { perMinute: 10, stores: 11, filesPerFlush: 2, minutes: 24 },
  { perMinute: 100, stores: 21, filesPerFlush: 18, minutes: 24 },
  { perMinute: 1_000, stores: 42, filesPerFlush: 98, minutes: 8 },
];
const FLUSHES_PER_MINUTE = 1 / 4;
/** So that no store has fewer changes than files. */
const ROWS_PER_FILE = 2;
/** A flush of every store before it counts; and after it, so that what was written last has its checkpoint. */
const AROUND = 6;
/** What the arithmetic of objectives allows from the primary's vault to the other one. */
const FOLLOW_SECONDS = 60;

interface Measured extends Following {
  readonly shape: Shape;
  readonly written: readonly Written[];
  /** Seconds that the engine's own checkpoint is behind its clock, every minute. */
  readonly behind: readonly number[];
}

async function measure(shape: Shape): Promise<Measured> {
  const { stores, filesPerFlush } = shape;
  const log = await logStage(stores, filesPerFlush, ['FollowLog']);
  const { stage, cluster, copied, billed } = log;
  try {
    const rows = stores * filesPerFlush * ROWS_PER_FILE * FLUSHES_PER_MINUTE;
    await live(log, rows, AROUND);
    billed.take();
    const from = stage.now;
    const behind: number[] = [];
    await live(log, rows, shape.minutes, () => {
      behind.push((stage.now - instantOf(cluster.log.checkpoint)) / seconds(1));
    });
    const until = stage.now;
    const bill = billed.take();
    await stage.run(minutes(AROUND));
    const written = writtenBetween(stage, copied.copies, from, until);
    return { shape, written, behind, objects: written.length, bill };
  } finally {
    stage.close();
  }
}

const spread = (values: readonly number[]): string =>
  [quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)]
    .map((value) => ratio(value, 1))
    .join(', ');

function lagOf({ shape, written, behind, objects, bill }: Measured): Figure[] {
  const at = `${count(shape.perMinute)} a minute (${shape.stores} stores, ${ratio(objects / shape.minutes, 1)} measured)`;
  const lags = (...kinds: readonly string[]) =>
    written.filter(({ kind }) => kinds.includes(kind)).map(({ lag }) => lag ?? Number.POSITIVE_INFINITY);
  const awaited = lags('data', 'checkpoint');
  return [
    {
      what: `${at}: data and checkpoints, p50, p99, max`,
      value: `${spread(awaited)} s`,
      target: atMost(FOLLOW_SECONDS, quantile(awaited, 1), `${FOLLOW_SECONDS} s`),
    },
    { what: '  data alone', value: `${spread(lags('data'))} s` },
    { what: '  checkpoints, which end the loss', value: `${spread(lags('checkpoint'))} s` },
    { what: '  names, which wait for a checkpoint that moves', value: `${spread(lags('names'))} s` },
    { what: "  TiDB's own checkpoint behind its clock", value: `${spread(behind)} s` },
    {
      what: '  per object: S3 writes and lists, S3 reads, SQS, functions, DynamoDB',
      value: [
        bill.s3Writes,
        bill.s3Reads,
        sqsRequests({ objects, bill }),
        bill.invocations,
        bill.dynamoRequests,
      ]
        .map((n) => ratio(n / objects))
        .join(', '),
    },
    { what: '  price of a million objects', value: usd(perMillion({ objects, bill })) },
  ];
}

function standingOf({ containers, containerSeconds, transitions, bill, usd: month }: Standing): Figure[] {
  return [
    {
      what: 'containers of BR a day, both regions',
      value: `${count(containers)}, ${count(containerSeconds)} s in all`,
    },
    { what: 'state transitions of supervision a day, both regions', value: count(transitions) },
    {
      what: 'its functions a day: calls, S3 writes and lists, S3 reads, DynamoDB',
      value: [bill.invocations, bill.s3Writes, bill.s3Reads, bill.dynamoRequests].map(count).join(', '),
    },
    {
      what: 'a month: containers + transitions + functions',
      value: `${ratio(month.containers)} + ${ratio(month.transitions)} + ${ratio(month.functions)} = ${usd(sumOf(month))}`,
    },
  ];
}

const sumOf = ({ containers, transitions, functions }: Standing['usd']): number =>
  containers + transitions + functions;

function monthOf(measured: Measured, { usd: month }: Standing): Figure {
  const { perMinute } = measured.shape;
  const objects = (perMillion(measured) * perMinute * MINUTES_A_MONTH) / 1e6;
  return {
    what: `a cluster and month at ${count(perMinute)} a minute: standing + objects`,
    value: `${ratio(sumOf(month))} + ${ratio(objects)} = ${usd(sumOf(month) + objects)}`,
  };
}

async function run(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const all: Measured[] = [];
  for (const shape of SHAPES) {
    const measured = await measure(shape);
    all.push(measured);
    figures.push(...lagOf(measured));
  }
  const day = await standing();
  return [
    ...figures,
    ...standingOf(day),
    ...all.map((measured) => monthOf(measured, day)),
    {
      what: 'beside that, per TB of log: transfer; storage a month in each region',
      value: `${usd(PRICES.interRegionGb * 1_000)}; ${usd(PRICES.s3GbMonth * 1_000)}`,
    },
  ];
}

export const log: Benchmark = {
  name: 'log',
  title: 'the log of a TiDB cluster on its way to the other region: lag, requests, price',
  run,
};
