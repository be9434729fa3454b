import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { CATALOG_DUE_INDEX, CATALOG_TABLE } from '../names.ts';

export interface CatalogTableProps {
  /** Each gets a replica. */
  readonly recoveryRegions: readonly string[];
}

/**
 * The catalog: one table with a replica in every recovery region. Point-in-time recovery and deletion protection are
 * never synchronised between replicas, so they are set on each.
 */
export class CatalogTable extends Construct {
  readonly resource: TableV2;

  constructor(scope: Construct, id: string, { recoveryRegions }: CatalogTableProps) {
    super(scope, id);
    const guarded = {
      deletionProtection: true,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    };
    this.resource = new TableV2(this, 'Resource', {
      tableName: CATALOG_TABLE,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          // What a scheduled run has to look at: a review or a discard of one region, the most overdue first.
          indexName: CATALOG_DUE_INDEX,
          partitionKey: { name: 'due', type: AttributeType.STRING },
          sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      timeToLiveAttribute: 'ttlEpochSeconds',
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      // The catalog holds names and dates, no data; a key per replica would be one more thing that can be lost.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      ...guarded,
      replicas: recoveryRegions.map((region) => ({ region, ...guarded })),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
