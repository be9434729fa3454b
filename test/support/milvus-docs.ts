import type { Instant } from '../../core/time/instant.ts';
import type { Collection } from '../../embedded/milvus/collection.ts';
import type { Milvus } from '../../embedded/milvus/milvus.ts';

/** Beyond what a number of JavaScript's holds: 2^53 and more. */
export const entityId = (n: number): string => String(9_007_199_254_740_993n + BigInt(n));
export const entity = (n: number, text: string) => ({ id: entityId(n), vector: [n, n / 2], text });

/** Two databases, partitions, a loaded collection with an alias, and one that is not loaded. */
export function fillDocs(milvus: Milvus): void {
  milvus.createDatabase('shop', { 'database.replica.number': '1' });
  const docs = milvus.createCollection('default', 'docs', ['p1']);
  for (let n = 0; n < 10; n++) milvus.insert(docs, entity(n, `doc ${n}`), n % 2 === 0 ? '_default' : 'p1');
  milvus.index(docs, { field: 'vector', name: 'by_vector', type: 'HNSW', params: { M: '16' } });
  docs.aliases.add('current');
  milvus.load(docs);
  const items = milvus.createCollection('shop', 'items');
  for (let n = 0; n < 5; n++) milvus.insert(items, entity(50 + n, `item ${n}`));
  milvus.index(items, { field: 'vector', name: 'items_vector', type: 'IVF_FLAT', params: { nlist: '128' } });
}

export const shown = (collections: readonly Collection[], at: Instant): ReadonlyMap<string, string> =>
  new Map(
    collections.flatMap((collection) =>
      collection
        .entitiesAt(at)
        .map((one) => [`${collection.database}.${collection.name}/${one.id}`, JSON.stringify(one)] as const),
    ),
  );
