import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Drills } from '../../core/ports/drills.ts';
import { whole } from './dynamo-catalog-items.ts';
import { drillKey, run } from './dynamo-catalog-keys.ts';
import { CatalogTable } from './dynamo-catalog-table.ts';
import { drills as codec } from './dynamo-drill-items.ts';

/** Drills, in the catalog's replica of the region that they run in. */
export function dynamoDrills(client: DynamoDBClient, name: string): Drills {
  const table = new CatalogTable(client, name);
  return {
    openDrill: async (drill) => {
      const refused = await table.create(whole(drillKey(drill.cluster, drill.id), codec.encode(drill)));
      return refused?.found ? codec.decode(refused.found) : drill;
    },
    drill: async (cluster, id) => {
      const item = await table.get(drillKey(cluster, id));
      return item && codec.decode(item);
    },
    drills: async (cluster) => {
      const found = [];
      for await (const item of table.query(run(cluster, 'drill#'), 'ascending'))
        found.push(codec.decode(item));
      // Between name and time an id carries a mark, so that keys are not in the order of time.
      return found.sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1));
    },
    recordDrill: async (drill) => {
      const item = whole(drillKey(drill.cluster, drill.id), codec.encode(drill));
      const refused = await table.replace(item, ['drilling', drill.state]);
      if (refused)
        throw new ConcurrentUpdate(
          `the drill ${drill.id} is ${String(refused.found?.['state'] ?? 'not in the catalog')} and cannot become ${drill.state}; read it again`,
          { drill: drill.id },
        );
    },
  };
}
