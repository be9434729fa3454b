import type { Call } from '../service.ts';
import { validation } from './errors.ts';
import type { Tables } from './tables.ts';

interface Named {
  readonly TableName?: string;
}

/** DescribeTable, with what Holdfast's checks read. Counts are exact here; AWS updates them every six hours. */
export function describeTable(tables: Tables, request: Named, call: Call): object {
  const { table, replica } = tables.here(request.TableName, call);
  const { definition } = table;
  const arn = `arn:aws:dynamodb:${call.region}:${call.account}:table/${definition.name}`;
  const others = definition.replicas.filter((region) => region !== call.region);
  return {
    Table: {
      TableName: definition.name,
      TableArn: arn,
      TableStatus: 'ACTIVE',
      KeySchema: definition.keySchema,
      AttributeDefinitions: definition.attributes,
      ItemCount: replica.rows.count,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      GlobalSecondaryIndexes: (definition.indexes ?? []).map((index) => ({
        ...index,
        IndexStatus: 'ACTIVE',
        IndexArn: `${arn}/index/${index.IndexName}`,
        ItemCount: replica.index(index.IndexName).count,
      })),
      ...(definition.stream
        ? { StreamSpecification: { StreamEnabled: true, StreamViewType: definition.stream } }
        : {}),
      ...(others.length > 0
        ? {
            GlobalTableVersion: '2019.11.21',
            Replicas: others.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
          }
        : {}),
    },
  };
}

export function describeTimeToLive(tables: Tables, request: Named, call: Call): object {
  const { ttlAttribute } = tables.here(request.TableName, call).table;
  return {
    TimeToLiveDescription:
      ttlAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute },
  };
}

interface TimeToLive extends Named {
  readonly TimeToLiveSpecification?: { readonly Enabled?: boolean; readonly AttributeName?: string };
}

/** Takes effect at once; AWS takes up to an hour, in which a second change is refused. */
export function updateTimeToLive(tables: Tables, request: TimeToLive, call: Call): object {
  const { table } = tables.here(request.TableName, call);
  const { Enabled, AttributeName } = request.TimeToLiveSpecification ?? {};
  if (Enabled === undefined || !AttributeName)
    throw validation('TimeToLiveSpecification must name Enabled and AttributeName');
  if (Enabled === (table.ttlAttribute !== undefined))
    throw validation(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
  table.ttlAttribute = Enabled ? AttributeName : undefined;
  return { TimeToLiveSpecification: { Enabled, AttributeName } };
}
