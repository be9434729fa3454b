import type { Stage } from '../stage.ts';
import { protectedCluster } from './restoring.ts';

/** What stands in the Milvus cluster that a restore filled: rows, indexes, and whether it answers searches. */
export function collectionsIn(stage: Stage, name: string, region: string): string[] {
  const milvus = stage.milvus.targetOf(protectedCluster(stage, name, 'milvus'), region);
  return milvus.collections.map((collection) => {
    const rows = collection.entitiesAt(stage.now).length.toLocaleString('en-US');
    const indexes = collection.indexes.map(({ type, name: called }) => `${type} index ${called}`).join(', ');
    const aliases = [...collection.aliases].map((alias) => `, known as ${alias}`).join('');
    const loaded = milvus.isLoaded(collection) ? 'loaded' : 'not loaded, as it was';
    return `${collection.database}.${collection.name}: ${rows} rows, ${indexes}, ${loaded}${aliases}`;
  });
}
