import { SHARD_LINES_FILL } from '../core/manifest/shards.ts';
import { minutes } from '../core/time/instant.ts';
import { transitionsOf, USD_PER_TRANSITION } from './billed.ts';
import { atMost, type Benchmark, count, exactly, type Figure, percent, ratio, usd } from './figure.ts';
import { backUpAndCopy, quietStage } from './quiet-stage.ts';
import { SentToS3 } from './sent-to-s3.ts';

const OBJECTS = 20_000;
const CHANGED = 200;
const THOUSANDS = OBJECTS / 1_000;

const keyOf = (n: number): string =>
  `tenants/${n % 40}/invoices/2026/invoice-${String(n).padStart(8, '0')}.pdf`;

async function run(): Promise<readonly Figure[]> {
  const sent = new SentToS3();
  const stage = await quietStage(
    { documents: { engine: 'objects', plan: 'quiet', bucket: 'acme-documents', expectedSize: '1 GB' } },
    { disturbances: [sent] },
  );
  try {
    const files = stage.files.get('documents')!;
    for (let n = 0; n < OBJECTS; n++) files.write(keyOf(n), Buffer.from(`invoice ${n}\n`));
    const of = async (): Promise<Round> => {
      // A recovery point is the state of a second that has passed.
      await stage.run(minutes(1));
      const { backup, copy } = await backUpAndCopy(stage, 'documents');
      const transitions = [backup, copy].map((execution) => transitionsOf(stage.cloud.states, execution));
      return { ...sent.take(), transitions: transitions.reduce((sum, n) => sum + n, 0) };
    };
    const first = await of();
    const unchanged = await of();
    for (let n = 0; n < CHANGED; n++) files.write(keyOf(n * 100), Buffer.from(`invoice ${n}, changed\n`));
    const few = await of();
    return [...copied(first), ...notCopied(unchanged), ...afterChanges(few)];
  } finally {
    stage.close();
  }
}

type Round = ReturnType<SentToS3['take']> & { readonly transitions: number };

/** Every object is copied twice: into the vault at home, and from there into the one of the recovery region. */
const COPIES = 2 * OBJECTS;

function copied(first: Round): Figure[] {
  const overhead = first.all / COPIES - 1;
  const bill = ((first.usd + first.transitions * USD_PER_TRANSITION) / COPIES) * 1e6;
  return [
    {
      what: `copy requests per object and vault, ${count(OBJECTS)} new objects captured and copied to the recovery region`,
      value: ratio(first.item / COPIES),
      target: exactly(COPIES, first.item, '1.00'),
    },
    {
      what: 'all requests together per object and vault',
      value: ratio(first.all / COPIES, 4),
      target: atMost(0.01, overhead, '1.01'),
    },
    {
      what: 'listing, per object captured (the source once and the vault once; the copy lists nothing)',
      value: percent(first.listing / OBJECTS),
      target: atMost(0.002, first.listing / OBJECTS, '0.2 %'),
    },
    { what: 'manifests, per object and vault', value: percent(first.manifest / COPIES) },
    {
      what: 'configuration, once per sandbox, and the look whether the bucket keeps versions',
      value: count(first.configuration),
    },
    {
      what: `requests and state transitions per million copies, at ${count(SHARD_LINES_FILL)} objects per child of the Map`,
      value: usd(bill),
      target: atMost(5 * 1.03, bill, '3 % above 5.00 USD'),
    },
  ];
}

function notCopied(unchanged: Round): Figure[] {
  return [
    {
      what: 'copy requests in the next recovery point, with nothing changed',
      value: count(unchanged.item),
      target: exactly(0, unchanged.item, '0'),
    },
    {
      what: 'all requests per 1,000 unchanged objects, backup and copy together',
      value: ratio(unchanged.all / THOUSANDS, 1),
    },
    {
      what: 'listing, manifests and configuration among them',
      value: (['listing', 'manifest', 'configuration'] as const)
        .map((purpose) => ratio(unchanged[purpose] / THOUSANDS, 1))
        .join(' + '),
    },
  ];
}

function afterChanges(few: Round): Figure[] {
  return [
    {
      what: `copy requests per changed object, ${count(CHANGED)} of ${count(OBJECTS)} changed all over the bucket`,
      value: ratio(few.item / (2 * CHANGED)),
      target: exactly(2 * CHANGED, few.item, '1.00'),
    },
    {
      what: 'all other requests of that recovery point and its copy, per 1,000 objects there',
      value: ratio((few.all - few.item) / THOUSANDS, 1),
    },
  ];
}

export const requests: Benchmark = {
  name: 'requests',
  title: 'S3 requests of backups and copies of objects',
  run,
};
