import type { LogOrder, LogStep } from '../../../core/engines/log-driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { instant } from '../../../core/time/instant.ts';
import type { Errand } from '../../../workflows/contracts/supervise.ts';
import type { SupervisePorts, Tended } from '../ports.ts';
import type { Round } from './tend.ts';

/** Begins what an errand asks of the tool, or looks where that stands. Undefined for a truncation that is not decided. */
export async function carry(
  errand: Errand,
  { cluster, driver }: Tended,
  { execution }: Round,
  { catalog, region }: Pick<SupervisePorts, 'catalog' | 'region'>,
): Promise<LogStep | undefined> {
  const order = await orderOf(errand, region, catalog);
  if (!order) return undefined;
  // An execution truncates several chains, one after the other.
  const spec = { cluster, region, order, run: `${execution}/${errand.chain}` };
  return errand.cursor ? driver.poll(spec, errand.cursor) : driver.begin(spec);
}

async function orderOf(
  { cluster, does, chain, until }: Errand,
  region: string,
  catalog: SupervisePorts['catalog'],
): Promise<LogOrder | undefined> {
  switch (does) {
    case 'status':
    case 'resume':
    case 'stop':
      return { do: does };
    case 'start': {
      const record = await catalog.chain({ cluster, region, chain });
      invariant(record, 'the record of a chain is opened before its task is started', { cluster, chain });
      // Where the record says that it begins: whoever reads that finds it true, however late the tool comes to it.
      return { do: 'start', chain, from: { at: record.from, mark: record.fromMark } };
    }
    case 'truncate':
      return until && { do: 'truncate', chain, until: { at: instant(until.at), mark: until.mark } };
  }
}
