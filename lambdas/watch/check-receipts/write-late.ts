import { HoldfastError, type Reason, reasonOf } from '../../../core/errors/registry.ts';
import type { ReceiptLedger } from '../../../core/ports/receipts.ts';
import { type Act, type Acts, aboutOf, owedIn } from '../../../core/receipts/owed.ts';
import { headOf, lateness, type Receipt, type ReceiptDraft } from '../../../core/receipts/receipt.ts';
import { earlier, hours, type Instant, iso } from '../../../core/time/instant.ts';
import { draftOf as draftOfDrill } from '../../drill/receipt-of-drill.ts';
import { settled } from '../../shared/at-once.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import { instantOf } from '../../shared/lookups.ts';
import type { TaskPorts } from '../../shared/ports.ts';
import { draftOfRestore } from '../../shared/receipt-of-restore.ts';
import { receiptFacts } from '../../shared/write-receipt.ts';

export type LatePorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'drills' | 'receipts' | 'announcer'
> & { readonly ledger: Pick<ReceiptLedger, 'about'> };

/** A receipt takes half a second, and the check has ten minutes. What is left over has its turn the next day. */
export const LATE_AT_MOST = 200;
const CLUSTERS_AT_ONCE = 16;
/** Less than from one daily check to the next, and more than Lambda needs for its attempts at one. */
const CUT_OFF_WITHIN = hours(6);

interface Written {
  readonly late: number;
  readonly left: number;
}

/**
 * Writes the receipts that are missing, behind the newest and in the order in which the acts ended: of restores and drills
 * whose receipt was refused (a key that was disabled, say), or whose writer was cut off for good. Safe to repeat, and
 * beside whoever writes its own: of one act there is one receipt. The first that is refused ends it for today, because the
 * others would be refused too, and would come before it afterwards; that, and what is over the bound, is told.
 */
export async function writeLate(there: readonly Receipt[], ports: LatePorts, now: Instant): Promise<Written> {
  const acts = await actsOf(ports);
  await enterNumbers(there, acts, ports);
  await tellAgain(there, ports, now);
  const owed = await unentered(owedIn(ports.region, acts, namesOf(there), now), ports);
  let late = 0;
  let refused: Reason | undefined;
  for (const act of owed.slice(0, LATE_AT_MOST)) {
    refused = await writeOne(act, ports, now);
    if (refused) break;
    late++;
  }
  const left = owed.slice(late);
  if (left.length > 0) await tellLeft(left, refused, ports);
  return { late, left: left.length };
}

const namesOf = (receipts: readonly Receipt[]): ReadonlySet<string> =>
  new Set(receipts.map(({ body }) => aboutOf(body)));

async function actsOf({ configuration, catalog, drills }: LatePorts): Promise<Acts> {
  const { installation } = await configuration.read();
  const read = await settled(installation.clusters, CLUSTERS_AT_ONCE, async ({ name }) => ({
    restores: await catalog.restores(name),
    drills: await drills.drills(name),
  }));
  const all = read.map(fulfilled);
  return { restores: all.flatMap((one) => one.restores), drills: all.flatMap((one) => one.drills) };
}

/** One that is entered and does not lie in the vault is missing there: that is the verification's to tell. */
async function unentered(
  owed: readonly Act[],
  { region, ledger }: Pick<LatePorts, 'region' | 'ledger'>,
): Promise<readonly Act[]> {
  const entered = await settled(owed, CLUSTERS_AT_ONCE, ({ kind, record }) =>
    ledger.about(region, kind, record.id),
  );
  return owed.filter((_, n) => fulfilled(entered[n]!) === undefined);
}

function fulfilled<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/** @returns why it was refused */
async function writeOne(act: Act, ports: LatePorts, now: Instant): Promise<Reason | undefined> {
  let receipt: Receipt;
  try {
    receipt = await ports.receipts.write(await draftOf(act, ports, now), now);
  } catch (error) {
    if (error instanceof HoldfastError && error.retryable) throw error;
    return reasonOf(error);
  }
  if (act.kind === 'drill') await enterNumber(act.record, receipt, ports);
  // Not late when whoever was to write it has done so meanwhile.
  if (lateness(receipt) !== undefined) await tellWritten(receipt, ports);
  return undefined;
}

const tellWritten = (
  receipt: Receipt,
  { region, announcer }: Pick<LatePorts, 'region' | 'announcer'>,
): Promise<void> => {
  const { kind, about, cluster, endedAt, number } = receipt.body;
  return announcer.announce({
    name: 'ReceiptWrittenLate',
    cluster,
    region,
    sentence: `the receipt of ${about}, which ended at ${endedAt}, is written: number ${number} of ${region}`,
    facts: { about, kind, ...receiptFacts(headOf(receipt)) },
  });
};

/** Of a run that was cut off between the receipt and the word of it: Lambda starts it again within minutes. */
async function tellAgain(there: readonly Receipt[], ports: LatePorts, now: Instant): Promise<void> {
  const since = earlier(now, CUT_OFF_WITHIN);
  for (const receipt of there)
    if (lateness(receipt) !== undefined && instantOf(receipt.body.signedAt) > since)
      await tellWritten(receipt, ports);
}

async function draftOf(act: Act, ports: LatePorts, now: Instant): Promise<ReceiptDraft> {
  const draft = await (act.kind === 'drill'
    ? draftOfDrill(act.record, ports)
    : draftOfRestore(act.record, ports, act.endedAt));
  const late = `it ended at ${iso(act.endedAt)}, and no receipt of it was written then; the daily check wrote this one at ${iso(now)}, from what the catalog says of it`;
  return { ...draft, late };
}

/** Of a drill whose receipt was written by somebody who was cut off before the record had its number. */
async function enterNumbers(there: readonly Receipt[], { drills }: Acts, ports: LatePorts): Promise<void> {
  const receipts = new Map(there.map((receipt) => [aboutOf(receipt.body), receipt]));
  for (const drill of drills) {
    const receipt = receipts.get(aboutOf({ kind: 'drill', about: drill.id }));
    const has = drill.state === 'drilling' || drill.receipt !== undefined || drill.region !== ports.region;
    if (receipt && !has) await enterNumber(drill, receipt, ports);
  }
}

/** Read again just before: a sweep may be writing that it is torn down. Whichever of the two is lost is written again. */
async function enterNumber(
  { cluster, id }: { readonly cluster: string; readonly id: string },
  { body: { number } }: Receipt,
  { drills }: Pick<LatePorts, 'drills'>,
): Promise<void> {
  const drill = await drills.drill(cluster, id);
  if (drill) await drills.recordDrill({ ...drill, receipt: number });
}

async function tellLeft(
  left: readonly Act[],
  refused: Reason | undefined,
  { region, announcer }: Pick<LatePorts, 'region' | 'announcer'>,
): Promise<void> {
  const { record, endedAt } = left[0]!;
  const why = refused
    ? refused.message
    : `${LATE_AT_MOST} were written today, and the others have their turn tomorrow`;
  await announcer.announce({
    name: 'ReceiptNotWritten',
    cluster: EVERY_CLUSTER,
    region,
    sentence: `${left.length} restores and drills that have ended in ${region} have no receipt, the first of them ${record.id}, since ${iso(endedAt)}: ${why}; see docs/runbooks/receipt-chain-broken.md`,
    facts: { left: left.length, first: record.id },
    ...(refused && { reason: refused }),
  });
}
