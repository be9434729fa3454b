import { ConcurrentUpdate, UnknownLogChain } from '../../core/errors/registry.ts';
import { advanced, type ChainName, type LogChain } from '../../core/log/chain.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { chains as codec, whole } from './dynamo-catalog-items.ts';
import { chainKey, chainsOf, run } from './dynamo-catalog-keys.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

type ChainsCatalog = Pick<Catalog, 'openChain' | 'chain' | 'chains' | 'advanceChain'>;

/** One region's supervisor, its truncation and its follower may write at once; each try finds what the others wrote. */
const TRIES = 5;

export function dynamoChains(table: CatalogTable): ChainsCatalog {
  const read = async (of: ChainName): Promise<LogChain | undefined> => {
    const item = await table.get(chainKey(of));
    return item && codec.decode(item);
  };
  return {
    openChain: async (chain) => {
      const refused = await table.create(whole(chainKey(chain), codec.encode(chain)));
      return refused?.found ? { chain: codec.decode(refused.found), first: false } : { chain, first: true };
    },
    chain: read,
    chains: async (cluster, region) => {
      const found: LogChain[] = [];
      for await (const item of table.query(run(cluster, chainsOf(region)), 'ascending'))
        found.push(codec.decode(item));
      return found;
    },
    // What moves forward only cannot be said in one condition for all of it, so each write stands on what was read.
    advanceChain: async (of, change, now) => {
      for (let n = 0; n < TRIES; n++) {
        const before = await read(of);
        if (!before) throw unknownChain(of);
        const next = advanced(before, change, now);
        if (next instanceof ConcurrentUpdate) throw next;
        if (next === before) return before;
        const refused = await table.replaceUnlessMoved(
          whole(chainKey(of), codec.encode(next)),
          placeOf(codec.encode(before)),
        );
        if (!refused) return next;
      }
      throw new ConcurrentUpdate(
        `the log chain ${of.chain} of ${of.cluster} in ${of.region} moved under ${TRIES} tries to change it; read it again`,
        { cluster: of.cluster, region: of.region, chain: of.chain },
      );
    },
  };
}

/** Whatever changes one of these changed the chain. */
const placeOf = ({ state, from, checkpoint, stateSince }: ReturnType<typeof codec.encode>) => ({
  state,
  from,
  checkpoint,
  stateSince,
});

const unknownChain = ({ cluster, region, chain }: ChainName): UnknownLogChain =>
  new UnknownLogChain(
    `the catalog of this region has no log chain ${chain} of ${cluster} in ${region}; look at its name, or let the log be supervised once`,
    { cluster, region, chain },
  );
